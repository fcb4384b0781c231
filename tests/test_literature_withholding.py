"""The simulator against Eyal and Sirer's chain, and each look at a window by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.literature import detectors
from nnlib.literature.detectors import FEATURES, features
from nnlib.literature.withholding import Sightings, Windows, income, revenue, simulate, windows

SHARES, GAMMAS = st.floats(0.01, 0.49), st.floats(0, 1)


def chain_of_leads(share, gamma, depth=300):
    """Blocks a find, the pool's and the others', from the matrix of states 0, tie, 1, 2 ..."""
    tie, others = 1, 1 - share
    steps = [
        (0, 2, share, 0, 0),
        (0, 0, others, 0, 1),
        (tie, 0, share, 2, 0),
        (tie, 0, gamma * others, 1, 1),
        (tie, 0, (1 - gamma) * others, 0, 2),
        (2, 3, share, 0, 0),
        (2, tie, others, 0, 0),
        (3, 4, share, 0, 0),
        (3, 0, others, 2, 0),
    ]
    for state in range(4, depth):
        steps += [(state, min(state + 1, depth - 1), share, 0, 0), (state, state - 1, others, 1, 0)]
    matrix, gains = np.zeros((depth, depth)), np.zeros((depth, 2))
    for state, then, chance, pool, rest in steps:
        matrix[state, then] += chance
        gains[state] += chance * pool, chance * rest
    equations = np.vstack([matrix.T - np.eye(depth), np.ones(depth)])
    stationary = np.linalg.lstsq(equations, np.eye(depth + 1)[-1])[0]
    return stationary @ gains


@pytest.mark.parametrize("share", [0.1, 0.25, 0.35, 0.45])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0])
def test_income_and_revenue_are_those_of_the_chain_of_leads(share, gamma):
    pool, others = chain_of_leads(share, gamma)
    assert income(share, gamma) == pytest.approx((pool, others), abs=1e-9)
    assert revenue(share, gamma) == pytest.approx(pool / (pool + others), abs=1e-9)


@given(SHARES, GAMMAS)
def test_before_the_difficulty_falls_hiding_never_beats_honest_mining(share, gamma):
    pool, others = income(share, gamma)
    assert pool <= share + 1e-12 and pool + others < 1
    assert income(share, 1)[0] == pytest.approx(share)
    assert pool / (pool + others) == pytest.approx(revenue(share, gamma))


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


def worth(share, selfish, finds=20_000, seeds=4, **settings):
    """The pool's share of the blocks, and its blocks a find, over a few long runs."""
    draws = map(np.random.default_rng, range(seeds))
    runs = [simulate(share, selfish, rng, finds, **settings) for rng in draws]
    own = [run.maker[run.main] == 0 for run in runs]
    return np.mean([np.mean(o) for o in own]), np.mean([np.sum(o) for o in own]) / finds


@pytest.mark.parametrize("share, gamma", [(0.15, 0.0), (0.3, 1.0), (0.35, 0.5), (0.45, 0.0)])
def test_a_selfish_pool_earns_what_the_chain_says(share, gamma):
    of_blocks, a_find = worth(share, True, gamma=gamma)
    assert of_blocks == pytest.approx(revenue(share, gamma), abs=0.012)
    assert a_find == pytest.approx(income(share, gamma)[0], abs=0.012)


def test_an_honest_pool_earns_its_share():
    assert worth(0.35, False) == pytest.approx((0.35, 0.35), abs=0.01)


def test_honest_blocks_go_stale_as_often_as_two_pools_collide():
    # all ten pools alike: stale share x / (1 + x), x = (1 - 1 / 10) * 120 s / 600 s
    run = simulate(0.1, False, np.random.default_rng(0), 40_000, delay=120)
    assert np.mean(~run.main) == pytest.approx(0.18 / 1.18, abs=0.008)


def test_without_delay_and_attack_nothing_is_stale_and_blocks_come_every_600_seconds():
    run = simulate(0.3, False, np.random.default_rng(0), 2000)
    assert run.main.all() and sorted(run.height) == list(range(1, 2001))
    assert np.diff(run.seen).mean() == pytest.approx(600, rel=0.1)


@given(SHARES, GAMMAS, st.floats(0, 600), st.booleans(), st.integers(0, 99))
def test_the_longest_chain_has_one_block_of_each_height(share, gamma, delay, selfish, seed):
    run = simulate(share, selfish, np.random.default_rng(seed), 60, delay=delay, gamma=gamma)
    assert sorted(run.height[run.main]) == list(range(1, run.height.max(initial=0) + 1))
    assert (np.diff(run.seen) >= 0).all() and run.seen.min(initial=0) >= 0


# heights 1-4; pool 0 made 1, 2 and a stale 4; height 3 is forked and pool 2 lost it
WINDOW = Sightings(
    np.array([1, 2, 3, 3, 4, 4]),
    np.array([0, 0, 1, 2, 1, 0]),
    np.array([True, True, True, False, True, False]),
    np.array([0.0, 600.0, 1200.0, 1230.0, 2400.0, 3000.0]),
)


def test_features_of_a_window_counted_by_hand():
    # two pools have two blocks each of the chain: the suspect is the first of them, pool 0
    assert features(WINDOW) == pytest.approx([2 / 6, 2 / 4, 2 / 4, 1 / 2, 0, 1 / 2, 1 / 5, 2 / 4])
    assert detectors.shortest_gap(WINDOW) == [30]


def test_the_other_looks_of_a_window_counted_by_hand():
    assert detectors.tallies(WINDOW, 4).tolist() == [2, 2, 0, 0, 1, 0, 1, 0]
    table = detectors.raw(WINDOW).reshape(4, -1)
    assert table.shape[1] == 120 and not table[:, 6:].any()
    assert table[:3, :6].tolist() == [[1, 1, 1, 0, 1, 0], [0, 0, 0, 1, 0, 1], [1, 1, 0, 0, 0, 1]]
    assert table[3, :6].tolist() == [0, 600, 600, 30, 1170, 600]


def test_three_names_hide_the_pool_and_change_nothing_else():
    masked = detectors.under_names(WINDOW)
    assert masked.maker.tolist() == [10, 11, 1, 2, 1, 12]
    assert all((a == b).all() for a, b in zip(WINDOW[::2], masked[::2], strict=True))
    seen = dict(zip(FEATURES, np.subtract(features(masked), features(WINDOW)), strict=True))
    assert seen["stale rate"] == seen["stale streak"] == seen["short gaps"] == 0


def test_a_cut_leaves_one_honest_window_in_twenty_above_it():
    scored = Windows(np.arange(200.0)[:, None], np.repeat([0, 1], 100), None)

    def first(X):
        return X[:, 0]

    limit = detectors.cut(first, scored)
    assert detectors.alarms(first, limit, scored, 0) == 0.05
    assert detectors.alarms(first, limit, scored, 1) == detectors.auc(first, scored) == 1


def test_a_seed_repeats_a_window():
    one, two = (windows(20, np.random.default_rng(5)) for _ in range(2))
    assert all((a == b).all() for a, b in zip(one, two, strict=True))


BAD = [
    {"share": 1.2},
    {"share": -0.1},
    {"share": float("nan")},
    {"delay": -1},
    {"gamma": 2},
    {"blur": -0.1},
    {"finds": 1},
]


@pytest.mark.parametrize("bad", BAD)
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"{name} must be .* not {value}"):
        simulate(**{"share": 0.3, "selfish": True, "rng": np.random.default_rng(0)} | bad)


@pytest.mark.parametrize("formula, high", [(revenue, "0.5"), (income, "0.49999")])
def test_a_share_or_gamma_out_of_range_is_named(formula, high):
    with pytest.raises(ValueError, match=f"share must be from 0 to {high}.*, not 0.6"):
        formula(0.6, 0.5)
    with pytest.raises(ValueError, match="gamma must be from 0 to 1, not -1"):
        formula(0.3, -1)


def test_no_windows_and_empty_ones_are_named():
    with pytest.raises(ValueError, match=r"count must be .* not 0"):
        windows(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="needs a published block"):
        features(simulate(1, True, np.random.default_rng(0)))
