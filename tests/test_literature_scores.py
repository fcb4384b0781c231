"""The best possible scores against integration and counts, and against what bounds them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, simpson
from scipy.stats import norm

from nnlib.literature.committees import chains
from nnlib.literature.scores import best_possible

LARGE = chains(400, np.random.default_rng(6))


@pytest.fixture(scope="module")
def world():
    return chains(2000, np.random.default_rng(5))


def test_the_best_possible_scores_are_integrals_over_what_nobody_sees(world):
    capacity = np.linspace(-3, 8, 4001)[:, None]

    def seen(x, bad):
        """The density of features x and a kind, and its mean capacity: integrals over the grid."""
        means = [0, -0.3 * bad, -0.3 * bad, capacity, capacity] + 3 * [capacity - bad]
        density = (0.3 if bad else 0.7) * norm.pdf(capacity, 2.2, 0.7)
        for value, middle, width in zip(x, means, [1, 1, 1, 0.3, 0.5] + 3 * [0.473], strict=True):
            density = density * norm.pdf(value, middle, width)
        total, first = (simpson(f[:, 0], x=capacity[:, 0]) for f in (density, density * capacity))
        return total, first / total

    for x in world.features[0]:
        (good, able), (bad, able_but_bad) = seen(x, 0), seen(x, 1)
        best = best_possible(x)
        expected = (good * able + bad * (able_but_bad - 1)) / (good + bad)
        assert best.transactions == pytest.approx(expected, rel=1e-9)
        assert best.honesty == pytest.approx(np.log(good / bad), rel=1e-9, abs=1e-9)


def test_the_best_possible_scores_are_counts_in_a_large_world(world):
    best = best_possible(world.features)
    chance = 1 / (1 + np.exp(-best.honesty))
    for foreseen, happened in (best.transactions, world.handled), (chance, ~world.bad):
        for chosen in np.array_split(np.argsort(foreseen, axis=None), 8):
            wrong = happened.ravel()[chosen] - foreseen.ravel()[chosen]
            assert abs(wrong.mean()) < 4 * wrong.std() / np.sqrt(len(wrong)) + 1e-4


@settings(max_examples=30)
@given(st.lists(st.floats(-2, 2), min_size=8, max_size=8), st.floats(-2, 2))
def test_what_the_best_prediction_misses_has_nothing_to_do_with_the_features(weights, offset):
    wrong = LARGE.handled - best_possible(LARGE.features).transactions
    seen = wrong * np.tanh(LARGE.features @ weights + offset)
    assert abs(seen.mean()) < 5 * seen.std() / np.sqrt(seen.size) + 1e-6


def test_the_smallest_error_is_noise_capacity_and_doubt(world):
    # given the kind: 1 / precision of the capacity, and the noise; else the doubt about the kind,
    # whose odds are normal with mean gap/2 + log(7/3) for honest nodes and variance gap
    precision = 1 / 0.7**2 + 1 / 0.3**2 + 1 / 0.5**2 + 3 / 0.473**2
    hardware = 1 / 0.7**2 + 1 / 0.3**2 + 1 / 0.5**2
    deeds = 3 / 0.473**2 * hardware / precision  # what tells -1 from 0, the capacity unknown
    gap = 2 * 0.3**2 + deeds
    step = hardware / precision

    def doubt(z, sign, share):
        odds = np.log(7 / 3) + sign * gap / 2 + np.sqrt(gap) * z
        return share * norm.pdf(z) / ((1 + np.exp(odds)) * (1 + np.exp(-odds)))

    unsure = quad(doubt, -9, 9, (1, 0.7))[0] + quad(doubt, -9, 9, (-1, 0.3))[0]
    theory = 0.473**2 + 1 / precision + step**2 * unsure
    wrong = (world.handled - best_possible(world.features).transactions) ** 2
    assert wrong.mean() == pytest.approx(theory, abs=4 * wrong.std() / np.sqrt(wrong.size))
