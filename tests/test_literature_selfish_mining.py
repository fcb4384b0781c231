"""The simulator against Eyal and Sirer's formula, each claim and each control in its band."""

import numpy as np
import pytest

from nnlib.literature import selfish_mining as model
from nnlib.literature.selfish_mining import Sightings, features, revenue, simulate, windows


@pytest.fixture(scope="module")
def trials():
    return [model.trial(seed, count=500) for seed in range(2)]


def pools_share(share, selfish, finds=20_000, seeds=4, **settings):
    runs = [simulate(share, selfish, np.random.default_rng(s), finds, **settings)
            for s in range(seeds)]  # fmt: skip
    return np.mean([np.mean(run.maker[run.main] == 0) for run in runs])


@pytest.mark.parametrize("share, gamma", [(0.15, 0.0), (0.3, 1.0), (0.35, 0.5), (0.45, 0.0)])
def test_a_selfish_pool_earns_what_the_formula_says(share, gamma):
    assert pools_share(share, True, gamma=gamma) == pytest.approx(revenue(share, gamma), abs=0.012)


def test_an_honest_pool_earns_its_share():
    assert pools_share(0.35, False) == pytest.approx(0.35, abs=0.01)


@pytest.mark.parametrize("gamma, profitable_from", [(0.0, 1 / 3), (0.5, 1 / 4), (1.0, 0.0)])
def test_the_formula_turns_profitable_where_the_paper_says(gamma, profitable_from):
    # from (1 - gamma) / (3 - 2 gamma) on
    above = profitable_from + 0.01
    assert revenue(above, gamma) > above
    if profitable_from:
        assert revenue(profitable_from, gamma) == pytest.approx(profitable_from)
        assert revenue(profitable_from - 0.01, gamma) < profitable_from - 0.01


def test_the_formula_ends_at_half_of_the_power():
    assert (revenue(0, 0.5), revenue(0.5, 0.3)) == (0, 1)


def test_honest_blocks_go_stale_as_often_as_two_pools_collide():
    # all ten pools alike: stale share x / (1 + x), x = (1 - 1 / 10) * delay
    run = simulate(0.1, False, np.random.default_rng(0), 40_000, delay=0.2)
    assert np.mean(~run.main) == pytest.approx(0.18 / 1.18, abs=0.008)


def test_without_delay_and_attack_nothing_is_stale():
    run = simulate(0.3, False, np.random.default_rng(0), 500)
    assert run.main.all() and sorted(run.height) == list(range(1, 501))


def test_the_longest_chain_has_one_block_of_each_height():
    run = simulate(0.4, True, np.random.default_rng(3), 500, delay=0.2)
    assert sorted(run.height[run.main]) == list(range(1, run.height.max() + 1))
    assert (np.diff(run.seen) >= 0).all()


def test_features_of_a_window_counted_by_hand():
    # heights 1-4; pool 0 made 1, 2 and a stale 4; height 3 is forked and pool 2 lost it
    window = Sightings(np.array([1, 2, 3, 3, 4, 4]), np.array([0, 0, 1, 2, 1, 0]),
                       np.array([True, True, True, False, True, False]),
                       np.array([0.0, 1.0, 2.0, 2.05, 4.0, 5.0]))  # fmt: skip
    # two pools have two blocks each of the chain: the suspect is the first of them, pool 0
    assert features(window) == pytest.approx([2 / 6, 2 / 4, 2 / 4, 1 / 2, 0, 1 / 2, 1 / 5, 2 / 4])


def test_the_network_beats_the_threshold_and_hardly_the_logistic_regression(trials):
    for each in trials:
        network, logistic, rule = (each[f"AUC, {name}"] for name in model.DETECTORS)
        assert 0.94 < rule < 0.985 < logistic and 0.99 < network < 0.9999
        assert network - logistic < logistic - rule
        assert each["AUC of small pools, network"] > each["AUC of small pools, stale rate"] + 0.02
        assert each["attacks found, network"] > each["attacks found, stale rate"] + 0.05


def test_null_where_nobody_attacks_nothing_is_found(trials):
    assert np.mean([each["AUC, nobody attacks"] for each in trials]) == pytest.approx(0.5, abs=0.07)


def test_longer_delays_raise_false_alarms_in_every_detector(trials):
    for each in trials:
        assert all(each[f"false alarms when slow, {name}"] > 0.15 for name in model.DETECTORS)
        assert each["AUC when slow, network"] < each["AUC, network"]


def test_an_exact_clock_leaks_and_a_blurred_one_does_not(trials):
    for each in trials:
        assert each["AUC of one gap, exact clock"] > 0.99
        assert each["AUC of one gap, blurred clock"] < 0.7


def test_a_seed_repeats_a_run():
    one, two = (windows(20, np.random.default_rng(5)) for _ in range(2))
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert model.trial(1, 60) == model.trial(1, 60)


@pytest.mark.parametrize("bad", [
    {"share": 1.2}, {"share": -0.1}, {"share": float("nan")}, {"delay": -1}, {"gamma": 2},
    {"blur": -0.1}, {"finds": 1},
])  # fmt: skip
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"{name} must be .* not {value}"):
        simulate(**{"share": 0.3, "selfish": True, "rng": np.random.default_rng(0)} | bad)


def test_bad_shares_windows_and_empty_ones_are_named():
    with pytest.raises(ValueError, match=r"share must be from 0 to 0.5, not 0.6"):
        revenue(0.6, 0.5)
    with pytest.raises(ValueError, match=r"count must be .* not 0"):
        windows(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="needs a published block"):
        features(simulate(1, True, np.random.default_rng(0)))
