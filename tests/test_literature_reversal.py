"""Races played out against both formulas; two printed tables; one half; and broken models."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory import remember
from scipy.special import betainc
from scipy.stats import binom

from nnlib.literature import reversal as model
from nnlib.literature.full import collect
from nnlib.literature.reversal import (
    PRINTED,
    PRINTED_NEEDED,
    ROSENFELD,
    negative_binomial,
    simulate,
)
from nnlib.security import confirmations_needed, nakamoto, reversal

SEEDS = range(3)


def play(share, confirmations, seed=0, **settings):
    return simulate(share, confirmations, np.random.default_rng(seed), **settings)


def near(chance, trials):
    """Four standard errors of a share of `trials`."""
    return pytest.approx(chance, abs=4 * (chance * (1 - chance) / trials) ** 0.5)


@pytest.mark.parametrize("share", PRINTED)
def test_the_printed_table_to_its_last_digit(share):
    for confirmations, chance in PRINTED[share].items():
        assert round(nakamoto(share, confirmations), 7) == chance


def test_rosenfelds_table_to_its_last_digit():
    for confirmations, percent in ROSENFELD.items():
        digits = 3 if confirmations > 2 else 1
        assert round(100 * reversal(0.1, confirmations), digits) == percent


def test_the_exact_race_needs_more_confirmations_than_printed():
    needed = [confirmations_needed(share, 0.001) for share in PRINTED_NEEDED]
    assert needed == [6, 9, 13, 20, 32, 58, 133, 539]


@given(st.floats(0.0001, 0.4999), st.integers(1, 5000))
def test_the_series_of_tosses_never_cancels(share, confirmations):
    truth = betainc(confirmations, 0.5, 4 * share * (1 - share))
    found = negative_binomial(share, confirmations)
    assert 0 <= found <= 1 + 1e-12
    if truth > 1e-280:
        assert found == pytest.approx(truth, rel=1e-9)


@given(st.floats(0.01, 0.49), st.integers(1, 100))
def test_the_series_is_won_as_a_binomial_says(share, confirmations):
    z = confirmations  # first to z of at most 2 z - 1 tosses: z or more of them
    won = binom.sf(z - 1, 2 * z - 1, share)
    assert negative_binomial(share, z) == pytest.approx(2 * won, rel=1e-9)


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


def run():
    return collect([model.figures(seed) for seed in SEEDS])


def unsound(values):
    return [row.claim for row in model.findings(values) if not row.sound]


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """Races that are played as before are not played again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "simulate", remember(simulate))
        yield


@pytest.fixture(scope="module")
def values(remembered):
    return run()


def test_the_model_itself_is_sound_on_those_seeds(values):
    assert unsound(values) == []


def as_nakamoto_assumes(*given, **more):
    return simulate(*given, **more | {"poisson": True})


def one_forgotten(share, confirmations, *given, **more):
    return simulate(share, confirmations - 1, *given, **more)


def his_needed(share, risk):
    return confirmations_needed(share, risk, nakamoto)


def short_of_a_term(share, confirmations):
    mean = confirmations * share / (1 - share)
    return nakamoto(share, confirmations) + np.exp(-mean) * 1e-4


MUTANTS = {
    "the exact chance 1.13 times as high": ("reversal", lambda q, z: 1.13 * reversal(q, z)),
    "the exact chance 1 % too high": ("reversal", lambda q, z: 1.01 * reversal(q, z)),
    "Nakamoto's sum short of its first term": ("nakamoto", short_of_a_term),
    "confirmations doubled": (
        "confirmations_needed",
        lambda share, risk: 2 * confirmations_needed(share, risk),
    ),
    "one confirmation too many": (
        "confirmations_needed",
        lambda share, risk: confirmations_needed(share, risk) + 1,
    ),
    "Nakamoto's confirmations": ("confirmations_needed", his_needed),
    "giving up 40 behind": ("simulate", partial(simulate, give_up=40)),
    "played as Nakamoto assumes": ("simulate", as_nakamoto_assumes),
    "one confirmation forgotten": ("simulate", one_forgotten),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_model_is_found_out(name, values, monkeypatch):
    attribute, broken = MUTANTS[name]
    monkeypatch.setattr(model, attribute, broken)
    formula = attribute in ("reversal", "nakamoto")  # not in figures
    assert unsound(values if formula else run()) != []


BAD = [
    {"share": 0},
    {"share": 1},
    {"share": 1.5},
    {"share": float("nan")},
    {"share": "0.1"},
    {"confirmations": 0},
    {"confirmations": 2.5},
    {"confirmations": None},
    {"trials": 0},
    {"trials": 0.5},
    {"give_up": 0},
    {"give_up": float("inf")},
    {"give_up": 1.5},
    {"give_up": True},
]


@pytest.mark.parametrize("bad", BAD)
def test_bad_parameters_are_named(bad):
    name, value = next(iter(bad.items()))
    with pytest.raises(ValueError, match=f"^{name} must be .* not {value!r}"):
        play(**{"share": 0.1, "confirmations": 5} | bad)


REFUSED = [
    (0.5, 3, "share"),
    (0, 3, "share"),
    (True, 3, "share"),
    (0.1, 0, "confirmations"),
    (0.1, 10**6, "confirmations"),
    (0.1, 1.5, "confirmations"),
]


@pytest.mark.parametrize(("share", "confirmations", "name"), REFUSED)
def test_the_series_names_what_it_refuses(share, confirmations, name):
    with pytest.raises(ValueError, match=f"^{name} must be"):
        negative_binomial(share, confirmations)
