"""Races played out against both formulas; the printed table; the control at one half."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from nnlib.literature import reversal as model
from nnlib.literature.reversal import PRINTED, PRINTED_NEEDED, negative_binomial, simulate
from nnlib.security import confirmations_needed, nakamoto, reversal


def play(share, confirmations, seed=0, **settings):
    return simulate(share, confirmations, np.random.default_rng(seed), **settings)


def near(chance, trials):
    """Four standard errors of a share of `trials`."""
    return pytest.approx(chance, abs=4 * (chance * (1 - chance) / trials) ** 0.5)


@pytest.mark.parametrize("share", PRINTED)
def test_the_printed_table_to_its_last_digit(share):
    for confirmations, chance in PRINTED[share].items():
        assert round(nakamoto(share, confirmations), 7) == chance


def test_the_exact_race_needs_more_confirmations_than_printed():
    needed = [confirmations_needed(share, 0.001) for share in PRINTED_NEEDED]
    assert needed == [6, 9, 13, 20, 32, 58, 133, 539]


@given(st.floats(0.01, 0.49), st.integers(1, 60))
def test_two_ways_to_the_exact_race(share, confirmations):
    assert negative_binomial(share, confirmations) == pytest.approx(
        reversal(share, confirmations), rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize("share, z", [(0.1, 2), (0.1, 5), (0.3, 10), (0.45, 3)])
def test_races_played_follow_the_formula_of_their_assumption(share, z):
    trials = 300_000 if share == 0.1 else 30_000
    real, his = play(share, z, trials=trials), play(share, z, trials=trials, poisson=True)
    assert real == near(reversal(share, z), trials)
    assert his == near(nakamoto(share, z), trials)


@pytest.mark.parametrize("share, z", [(0.1, 5), (0.3, 10)])
def test_each_assumption_misses_the_other_formula(share, z):
    trials = 300_000 if share == 0.1 else 30_000
    assert play(share, z, trials=trials) != near(nakamoto(share, z), trials)
    assert play(share, z, trials=trials, poisson=True) != near(reversal(share, z), trials)


@pytest.mark.parametrize("share, expected", [(0.5, 0.988), (0.6, 1.0)])
def test_control_from_half_of_the_power_on_the_attacker_comes_back(share, expected):
    # a fair walk gives up with the chance: blocks missing at the start / give_up
    if share == 0.5:
        missing = sum((5 - k) * binom.pmf(k, 4 + k, 0.5) * 0.5 for k in range(5))
        assert 1 - missing / 100 == pytest.approx(expected, abs=0.0005)
    assert play(share, 5, trials=3000) == pytest.approx(expected, abs=0.008)


def test_a_seed_repeats_a_run():
    settings = {"trials": 5000}
    assert play(0.3, 3, 1, **settings) == play(0.3, 3, 1, **settings) != play(0.3, 3, 2, **settings)


def test_all_findings_are_sound():
    findings = model.findings(range(3))
    assert [each.sound for each in findings] == [True] * 5


@pytest.mark.parametrize("bad", [
    {"share": 0}, {"share": 1}, {"share": 1.5}, {"share": float("nan")}, {"confirmations": 0},
    {"confirmations": 2.5}, {"trials": 0}, {"give_up": 0},
])  # fmt: skip
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"{name} must be .* not {value}"):
        play(**{"share": 0.1, "confirmations": 5} | bad)
