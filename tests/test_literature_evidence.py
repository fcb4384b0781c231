"""Distances in standard errors, against scipy's t tests and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_rel

from nnlib.literature.evidence import apart, near, spread, within

numbers = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=3, max_size=20)


@given(numbers, st.integers(0, 2**32 - 1))
def test_a_distance_between_runs_is_the_paired_t_statistic(values, seed):
    rival = np.round(np.random.default_rng(seed).normal(size=len(values)), 3).tolist()
    expected = ttest_rel(values, rival).statistic
    assert apart(values, rival) == pytest.approx(expected, rel=1e-6)
    assert apart(rival, values) == pytest.approx(-expected, rel=1e-6)


def test_a_distance_from_a_number_is_the_t_statistic_of_one_sample():
    values = [0.4, 0.5, 0.7, 0.6]
    assert apart(values, 0.3, by=0.1) == pytest.approx(ttest_1samp(values, 0.4).statistic)
    assert near(values, 0.4) == pytest.approx(abs(ttest_1samp(values, 0.4).statistic))
    assert near(values, 0.75) == pytest.approx(abs(ttest_1samp(values, 0.75).statistic))


def test_theory_may_give_the_standard_error_as_well():
    assert near([0.52, 0.52], 0.5, error=0.01) == pytest.approx(2)


def test_what_never_varies_is_infinitely_far_or_not_at_all():
    assert apart([1, 1, 1], [0, 0, 0]) == math.inf
    assert apart([0, 0, 0], 1) == -math.inf
    assert apart([1, 2], [1, 2]) == 0 and near([1, 1], 1) == 0
    assert near([2, 2], 1) == math.inf


def test_alike_means_inside_the_margin_on_both_sides():
    one, other = [0.50, 0.52, 0.48, 0.51], [0.49, 0.53, 0.49, 0.50]
    close = within(one, other, 0.05)
    assert close == within(other, one, 0.05) > 3
    assert within(one, other, 0.002) < 3
    shifted = [value + 0.2 for value in other]
    assert within(one, shifted, 0.05) < 0 and within(shifted, one, 0.05) < 0


@pytest.mark.parametrize(("values", "rival"), [([1], [1]), ([1, 2], [1]), ([1], 0), ([], [])])
def test_a_spread_needs_two_seeds_and_as_many_for_the_rival(values, rival):
    with pytest.raises(ValueError, match="at least two seeds"):
        apart(values, rival)


def test_spread_tells_mean_and_standard_deviation():
    assert spread([1, 2, 3], 2) == "2.00 ± 1.00"
