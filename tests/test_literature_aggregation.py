"""Rules that combine updates, and audits of them, against scipy, brute force and by hand."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from scipy.stats import trim_mean

from nnlib.literature.aggregation import (
    RULES,
    clipped_mean,
    geometric_median,
    mean,
    median,
    multi_krum,
    trimmed_mean,
)
from nnlib.literature.audits import agreement, lengths, opposed, payments, too_long

numbers = st.floats(-1e6, 1e6)


@given(arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=numbers), st.data())
def test_the_trimmed_mean_is_scipys_and_lies_between_the_extremes(updates, data):
    cut = data.draw(st.integers(0, (len(updates) - 1) // 2))
    ours = trimmed_mean(updates, cut)
    share = (cut + 1e-9) / len(updates)  # scipy rounds share times length down
    np.testing.assert_allclose(ours, trim_mean(updates, share, axis=0), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(trimmed_mean(updates, 0), mean(updates), atol=1e-6)
    assert (ours <= updates.max(axis=0) + 1e-6).all()


@given(arrays(float, (3,), elements=numbers))
def test_two_of_seven_cannot_push_the_median_out_of_what_the_honest_say(lie):
    told = np.vstack([np.arange(15.0).reshape(5, 3), lie, -3 * lie])
    assert (median(told) >= told[:5].min(axis=0)).all()
    assert (median(told) <= told[:5].max(axis=0)).all()


def test_a_cut_that_leaves_nothing_is_a_clear_error():
    for cut in (2, -1, 0.5):
        with pytest.raises(ValueError, match="cut must be from 0 to below half of the 4"):
            trimmed_mean(np.ones((4, 2)), cut)


tens = arrays(float, (10, 3), elements=st.floats(-100, 100).map(lambda x: round(x, 3)))
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@every_rule
@given(tens, st.permutations(range(10)))
def test_a_rule_does_not_care_who_speaks_first(rule, updates, order):
    assume(rule is not multi_krum or not ties(updates))
    np.testing.assert_allclose(rule(updates[order]), rule(updates), atol=1e-5)


@every_rule
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 1000))
def test_a_rule_keeps_the_unit_and_agrees_with_those_who_agree(rule, seed, factor):
    updates = np.random.default_rng(seed).normal(size=(10, 3))
    np.testing.assert_allclose(
        rule(factor * updates), factor * rule(updates), rtol=1e-6, atol=1e-6 * factor
    )
    np.testing.assert_allclose(rule(np.tile(updates[:1], (10, 1))), updates[0])


@pytest.mark.parametrize("name", [name for name in RULES if name != "clipped mean"])
@given(st.integers(0, 2**32 - 1))
def test_a_rule_moves_along_with_all(name, seed):
    """Clipping measures lengths from zero, so it alone depends on where zero is."""
    rng = np.random.default_rng(seed)
    updates, shift = rng.normal(size=(10, 3)), rng.normal(size=3)
    np.testing.assert_allclose(
        RULES[name](updates + shift), RULES[name](updates) + shift, atol=1e-6
    )


def test_clipping_shortens_to_the_median_length_by_hand():
    updates = np.array([[3.0, 4], [0, 10], [0, 0.5]])  # lengths 5, 10 and 0.5
    np.testing.assert_allclose(clipped_mean(updates), [1, (4 + 5 + 0.5) / 3])
    assert clipped_mean(np.zeros((4, 2))).tolist() == [0, 0]


@given(tens)
def test_no_point_has_a_smaller_sum_of_distances_than_the_geometric_median(updates):
    def far(point):
        return np.linalg.norm(updates - point, axis=1).sum()

    best = min(
        minimize(far, start, method="Nelder-Mead", options={"maxiter": 2000}).fun
        for start in (updates.mean(0), median(updates))
    )
    assert far(geometric_median(updates)) <= best * (1 + 1e-4) + 1e-6


def test_the_geometric_median_of_a_triangle_is_its_fermat_point():
    """From there, all three corners are seen 120 degrees apart."""
    corners = np.array([[0.0, 0], [4, 0], [1, 3]])
    rays = corners - geometric_median(corners)
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    for one, other in combinations(rays, 2):
        assert one @ other == pytest.approx(np.cos(2 * np.pi / 3), abs=1e-6)


def test_the_geometric_median_on_a_line_is_the_middle_and_four_corners_meet_in_the_crossing():
    np.testing.assert_allclose(geometric_median([[0.0], [1], [2], [50], [99]]), [2], atol=1e-6)
    square = [[0.0, 0], [2, 0], [2, 2], [0, 2]]
    np.testing.assert_allclose(geometric_median(square), [1, 1], atol=1e-9)


def brute_krum(updates, liars):
    """Scores by trying every choice of neighbors; then the choice with the least total score."""
    n = len(updates)
    scores = [
        min(
            sum(((updates[j] - updates[i]) ** 2).sum() for j in chosen)
            for chosen in combinations([j for j in range(n) if j != i], n - liars - 2)
        )
        for i in range(n)
    ]
    kept = min(combinations(range(n), n - liars), key=lambda who: sum(scores[i] for i in who))
    return np.mean([updates[i] for i in kept], axis=0)


def ties(updates, liars=3):
    n = len(updates)
    squares = ((updates[:, None] - updates) ** 2).sum(axis=2)
    scores = np.sort(np.sort(squares, axis=1)[:, : n - liars - 1].sum(axis=1))
    return scores[n - liars] - scores[n - liars - 1] < 1e-6


@given(st.integers(0, 2**32 - 1), st.integers(4, 7), st.data())
def test_multi_krum_is_what_brute_force_finds(seed, n, data):
    liars = data.draw(st.integers(0, n - 3))
    updates = np.random.default_rng(seed).normal(size=(n, 2))
    assume(liars == 0 or not ties(updates, liars))  # a pair of nearest neighbors scores alike
    np.testing.assert_allclose(multi_krum(updates, liars), brute_krum(updates, liars))


def test_multi_krum_leaves_far_liars_out():
    honest = np.random.default_rng(1).normal(size=(7, 4))
    told = np.vstack([honest, 100 + honest[:3] * 30])
    np.testing.assert_allclose(multi_krum(told), honest.mean(axis=0))


def test_liars_that_leave_no_neighbor_are_a_clear_error():
    for liars in (2, -1, 0.5):
        with pytest.raises(ValueError, match="liars must be from 0 to three less than the 4"):
            multi_krum(np.ones((4, 2)), liars)


def test_agreement_is_a_cosine():
    updates = np.array([[[1.0, 0], [2, 0], [0, 5], [-1, 0], [0, 0]]])
    assert agreement(updates)[0].tolist() == [0] * 5  # the median is zero
    updates[0, 4] = [3, 0]
    assert agreement(updates)[0].tolist() == [1, 1, 0, -1, 1]
    assert opposed(updates) == [(1, 3)]


def test_lengths_are_measured_in_medians():
    updates = np.array([[[3.0, 4], [0, 5], [0, 16], [0, 0], [2, 0]]])
    assert lengths(updates)[0].tolist() == [1, 1, 3.2, 0, 0.4]
    assert too_long(updates) == [(1, 2)]
    assert too_long(updates, 3.5) == [] and len(too_long(updates, 0.5)) == 3


def test_payments_of_a_worth_that_adds_up_are_the_shares_by_hand():
    updates = np.array([[4.0, 0], [1, 1], [-2, 0]])
    told = payments(lambda update: update.sum(), updates)
    assert told == pytest.approx([1 / 3 * 4 - 1 / 2 * 0, 4 / 3 - 1, 4 / 3 - 3])
    assert (payments(lambda update: 7.0, updates) == 0).all()
    by_median = payments(lambda update: update[0], updates, median)
    assert by_median == pytest.approx([1 - -0.5, 1 - 1, 1 - 2.5])
