"""The miners' race against its closed forms, counted by hand, with its controls and mutants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory import remember

from nnlib import security
from nnlib.literature import speed
from nnlib.literature.full import collect
from nnlib.literature.speed import simulate
from nnlib.security import attack_threshold, fork_rate, stale_rate

SEEDS = range(5)


def race(seed=0, delay=0.0, **settings):
    return simulate(delay, np.random.default_rng(seed), **settings)


@pytest.mark.parametrize("miners, delay", [(10, 0.3), (10, 2.0), (20, 1.0)])
def test_few_miners_follow_their_formulas_within_one_percent(miners, delay):
    runs = [race(seed, delay, miners=miners, finds=100_000) for seed in range(5)]
    forked, stale = (np.array([getattr(run, name) for run in runs]) for name in ("forked", "stale"))
    for found, formula in (forked, fork_rate), (stale, stale_rate):
        theory, error = formula(delay, miners), 3 * found.std(ddof=1) / 5**0.5
        assert abs(found.mean() - theory) < 0.01 * theory + error
        assert found.mean() + error < formula((1 - 1 / miners) * delay)


# another program (20 million finds, in C): heights forked and blocks stale by (miners, delay)
ELSEWHERE = {
    (2, 0.5): (0.2002, 0.1668),
    (2, 4.0): (0.6669, 0.4001),
    (3, 1.0): (0.4304, 0.3316),
    (5, 2.0): (0.7055, 0.5259),
    (10, 1.0): (0.5664, 0.4476),
}


@pytest.mark.parametrize("miners, delay", ELSEWHERE)
def test_another_program_plays_the_same_race(miners, delay):
    found = np.array([race(seed, delay, miners=miners, finds=10_000) for seed in range(20)])[:, :2]
    error = found.std(axis=0, ddof=1) / 20**0.5
    assert (abs(found.mean(axis=0) - ELSEWHERE[miners, delay]) < 4 * error + 0.0003).all()


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
    edge = attack_threshold(1.0, 50)
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


def played_plainly(delay, rng, finds, miners):
    """The heights of the blocks, find by find: what each miner knows is asked anew at each."""
    times = rng.exponential(size=finds).cumsum()
    rng.random(finds)
    makers, heights = rng.integers(miners, size=finds), []
    for find, (now, maker) in enumerate(zip(times, makers, strict=True)):
        known = [heights[i] for i in range(find) if makers[i] == maker or times[i] + delay <= now]
        heights.append(max(known, default=0) + 1)
    return heights


@given(st.integers(0, 999), st.sampled_from([0.0, 1e-12, 0.3, 2.0, 50.0]), st.integers(1, 6))
def test_each_block_is_one_above_the_highest_that_its_finder_knows(seed, delay, miners):
    heights = played_plainly(delay, np.random.default_rng(seed), 60, miners)
    counts = np.bincount(heights)[1:]
    run = race(seed, delay, miners=miners, finds=60)
    assert run == ((counts > 1).sum() / len(counts), 1 - len(counts) / 60, len(counts), 0)


def run():
    return collect([speed.figures(seed) for seed in SEEDS])


def unsound(values):
    return [row.claim for row in speed.findings(values) if not row.sound]


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """Races that are run as before are not run again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "simulate", remember(simulate))
        yield


@pytest.fixture(scope="module")
def values(remembered):
    return run()


def test_the_model_itself_is_sound_on_those_seeds(values):
    assert unsound(values) == []


def many(formula):
    return lambda delay, miners=None: formula(delay)


def as_for_many(delay, miners=10**6):
    return stale_rate((1 - 1 / miners) * delay)


def without_delay(delay, *given, **more):
    return simulate(0, *given, **more)


def deaf(*given, **more):
    return simulate(*given, **more | {"miners": 100_000})


MUTANTS = {
    "(1 - 1/M) dropped from both rates": {
        "fork_rate": many(fork_rate),
        "stale_rate": many(stale_rate),
    },
    "only x = (1 - 1/M) D/T, as for many": {"stale_rate": as_for_many},
    "the formula of heights used for blocks": {"stale_rate": fork_rate},
    "the formula of blocks used for heights": {"fork_rate": stale_rate},
    "rates 2 % too high": {"stale_rate": lambda *given: 1.02 * stale_rate(*given)},
    "one half is the threshold": {"attack_threshold": lambda *given: 0.5},
    "the delay forgotten": {"simulate": without_delay},
    "a miner hears of his own blocks late": {"simulate": deaf},
    "big blocks travel like small ones": {"relay_delay": lambda size: security.relay_delay(1)},
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_model_is_found_out(name, values, monkeypatch):
    for attribute, broken in MUTANTS[name].items():
        monkeypatch.setattr(speed, attribute, broken)
    formula = all(attribute.endswith("_rate") for attribute in MUTANTS[name])  # not in figures
    assert unsound(values if formula else run()) != []


BAD = [
    {"share": 1},
    {"share": -0.1},
    {"share": float("nan")},
    {"share": True},
    {"delay": -1},
    {"delay": float("inf")},
    {"delay": None},
    {"delay": "1"},
    {"finds": 0},
    {"finds": 0.5},
    {"miners": 0},
    {"miners": 0.5},
    {"miners": float("nan")},
    {"miners": None},
]


@pytest.mark.parametrize("bad", BAD)
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"^{name} must be .* not {value!r}"):
        race(**bad)
