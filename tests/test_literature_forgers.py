"""Forgers: who passes which rule, as often as the binomial says; how a claim runs away."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from nnlib.literature.digits import accuracy, classifier
from nnlib.literature.forgers import (
    chance,
    copied,
    copies,
    expected,
    forge,
    luckiest,
    takeover,
)
from nnlib.literature.rounds import ERROR_LEFT, MARGIN, blocks, improves, next_claim, task


@pytest.fixture(scope="module")
def honest():
    return blocks(0)


@pytest.mark.parametrize("seed", range(4))
def test_a_forger_passes_only_without_the_commitment(seed):
    assert not forge(seed, trained=False).accepted
    assert not forge(seed).accepted
    late = forge(seed, commit=False)
    assert late.accepted and late.claim == 1.0


def test_what_passes_without_the_commitment_is_false_by_more_than_the_margin():
    true = np.mean([forge(seed, commit=False).fresh for seed in range(4)])
    assert 0.7 < true < 1.0 - MARGIN  # the claim was 1.0


def test_a_network_no_better_passes_the_paired_rule_once_in_28_tests_at_most():
    tails = []
    for differ in range(1, 201):
        passing = (won for won in range(differ + 1) if improves(won, differ - won))
        least = next(passing, differ + 1)
        tails.append(binom.sf(least - 1, differ, 0.5))
    assert luckiest() == pytest.approx(max(tails)) == pytest.approx(9 / 256)
    assert abs(tails[-1] - 0.0228) < 0.005  # two standard errors of a normal


def test_the_copier_wins_by_the_claim_as_often_as_the_binomial_says(honest):
    tests = task(0)[2]
    tried = copies(honest[1], tests)
    assert len(tried) == sum(11 - i for i, each in enumerate(honest[1]) if each.accepted)
    share = np.mean([each.accepted for each in tried])
    assert share > 0.5 and not any(each.paired for each in tried)
    assert abs(share - np.mean([expected(each.last, each.true) for each in tried])) < 0.1
    late = [each.accepted for each in tried if each.last > 0.85]
    assert np.mean(late) > 0.9


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_a_copy_may_expect_is_a_binomial_tail(last, true):
    least = math.ceil(100 * (next_claim(last) - MARGIN) - 1e-9)
    assert expected(last, true) == pytest.approx(binom.sf(least - 1, 100, true), abs=1e-9)


def test_a_takeover_lets_the_claim_run_away(honest):
    won, claim, true = takeover(honest[1], task(0)[2])
    last = [each for each in honest[1][:6] if each.accepted][-1]
    assert 0 < won <= 6
    assert claim == pytest.approx(1 - (1 - last.claim) * ERROR_LEFT**won)
    assert true == pytest.approx(
        np.mean([accuracy(last.network, *t) for t in task(0)[2]]), abs=0.01
    )
    assert claim - true > 0.03


def test_the_chance_of_the_paired_rule_is_a_sum_over_the_digits_that_differ():
    for wins, losses, size in ((0.1, 0.03, 100), (0.03, 0.01, 800), (0.02, 0.02, 400)):
        differ = np.arange(size + 1)
        least = np.floor(differ / 2 + np.sqrt(differ)).astype(int)  # wins must be above it
        passed = binom.sf(least, differ, wins / (wins + losses))
        exact = (binom.pmf(differ, size, wins + losses) * passed).sum()
        assert abs(chance([(wins, losses)], size) - exact) < 4 * np.sqrt(exact / 2000)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: copies([], [], tries=0), "tries must be a whole number above 0, not 0"),
        (lambda: copied(classifier(0), -1), "noise must be 0 or more, not -1"),
    ],
)
def test_bad_parameters_are_clear_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call()
