"""The miners' race against its closed forms, counted by hand, and with its controls."""

import numpy as np
import pytest

from nnlib.literature import speed
from nnlib.literature.speed import conflict, simulate
from nnlib.security import attack_threshold, fork_rate, stale_rate


def race(seed=0, delay=0.0, **settings):
    return simulate(delay, np.random.default_rng(seed), **settings)


@pytest.mark.parametrize("delay", [0.1, 0.5, 1.0])
def test_forks_and_stale_blocks_follow_their_own_formula(delay):
    runs = [race(seed, delay) for seed in range(4)]
    forked, stale = np.mean([run.forked for run in runs]), np.mean([run.stale for run in runs])
    assert forked == pytest.approx(fork_rate(conflict(delay)), abs=0.012)
    assert stale == pytest.approx(stale_rate(conflict(delay)), abs=0.01)


def test_each_formula_is_wrong_for_the_other_rate():
    run = race(delay=1.0)
    assert fork_rate(conflict(1.0)) - run.stale > 0.1
    assert run.forked - stale_rate(conflict(1.0)) > 0.1


def test_many_miners_come_as_close_as_sampling_allows():
    run = race(delay=1.0, miners=5000, finds=40_000)
    assert run.stale == pytest.approx(0.5, abs=0.01)
    assert run.forked == pytest.approx(1 - np.exp(-1), abs=0.012)


def test_null_without_delay_or_without_rivals_nothing_is_lost():
    assert race(finds=500) == (0, 0, 500, 0)
    assert race(delay=3.0, miners=1, finds=500) == (0, 0, 500, 0)


def test_when_nobody_hears_of_anybody_the_luckiest_miner_makes_the_chain():
    makers = np.random.default_rng(3)
    makers.exponential(size=200), makers.random(200)
    counts = np.bincount(makers.integers(4, size=200))
    run = race(3, delay=1e9, miners=4, finds=200)
    assert run.public == counts.max()
    assert run.forked == np.sort(counts)[-2] / counts.max()
    assert run.stale == pytest.approx(1 - counts.max() / 200)


def test_the_attacker_loses_below_the_threshold_and_wins_above_it():
    edge = attack_threshold(conflict(1.0))
    for seed in range(5):
        below, above = (race(seed, 1.0, share=edge + off, finds=10_000) for off in (-0.03, 0.03))
        assert below.private < below.public and above.private > above.public
        control = race(seed, 0.0, share=edge + 0.03, finds=10_000)
        assert control.private < control.public


def test_the_attacker_finds_a_share_of_the_blocks_and_loses_none():
    run = race(share=0.3, finds=20_000)
    assert run.private + run.public == 20_000
    assert run.private == pytest.approx(6000, abs=300)


def test_a_seed_repeats_a_run():
    assert race(7, 0.4, finds=500) == race(7, 0.4, finds=500) != race(8, 0.4, finds=500)


def test_all_findings_are_sound():
    findings = speed.findings(range(3))
    assert [each.sound for each in findings] == [True] * 4
    assert {each.model for each in findings} == {"speed"}


@pytest.mark.parametrize("bad", [
    {"share": 1}, {"share": -0.1}, {"share": float("nan")}, {"delay": -1},
    {"delay": float("inf")}, {"finds": 0}, {"miners": 0},
])  # fmt: skip
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"{name} must be .* not {value}"):
        race(**bad)
