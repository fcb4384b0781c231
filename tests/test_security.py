"""The closed forms against scipy, high precision, published tables and each other."""

from decimal import Decimal, localcontext
from math import exp

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import poisson

from nnlib.security import (
    attack_threshold,
    confirmations_needed,
    fork_rate,
    nakamoto,
    relay_delay,
    reversal,
    stale_rate,
    throughput,
)

shares = st.floats(0.001, 0.499)
delays = st.floats(0, 50)


@given(shares, st.integers(1, 300))
def test_the_exact_race_is_an_incomplete_beta_function(share, confirmations):
    truth = betainc(confirmations, 0.5, 4 * share * (1 - share))
    assume(truth > 1e-250)
    assert reversal(share, confirmations) == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize("share, confirmations", [(0.1, 60), (0.3, 40), (0.45, 100), (0.02, 9)])
def test_both_odds_keep_their_digits_however_small(share, confirmations):
    with localcontext(prec=200):
        q, z = Decimal(share), confirmations
        ratio = q / (1 - q)
        his = real = Decimal(1)
        finds, level = (-z * ratio).exp(), Decimal(1)
        for k in range(z):
            his -= finds * (1 - ratio ** (z - k))
            finds *= z * ratio / (k + 1)
            real -= (1 - 2 * q) * level
            level *= 2 * (2 * k + 1) * q * (1 - q) / (k + 1)
    assert nakamoto(share, z) == pytest.approx(float(his), rel=1e-12)
    assert reversal(share, z) == pytest.approx(float(real), rel=1e-11)


@given(st.floats(0.01, 0.45), st.integers(0, 100))
def test_nakamotos_odds_are_his_sum(share, confirmations):
    ratio = share / (1 - share)
    left = 1 - sum(
        poisson.pmf(k, confirmations * ratio) * (1 - ratio ** (confirmations - k))
        for k in range(confirmations)
    )
    assert nakamoto(share, confirmations) == pytest.approx(left, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("share, first", [(0.1, 2), (0.2, 2), (0.25, 3), (0.3, 3), (0.4, 8)])
def test_nakamotos_odds_are_too_low_from_some_confirmation_on(share, first):
    low = [nakamoto(share, z) < reversal(share, z) for z in range(1, 200)]
    assert low == [False] * (first - 1) + [True] * (200 - first)


@given(shares, st.integers(0, 200))
def test_odds_are_chances_that_fall_with_every_confirmation(share, confirmations):
    for chance in nakamoto, reversal:
        now, later = chance(share, confirmations), chance(share, confirmations + 1)
        assert 0 <= later <= now <= 1 + 1e-12


def test_the_ends_of_the_odds():
    assert reversal(0.3, 0) == nakamoto(0.3, 0) == 1
    assert reversal(0.5, 99) == nakamoto(0.9, 99) == 1
    assert reversal(0, 1) == nakamoto(0, 1) == 0
    assert reversal(0.2, 1) == pytest.approx(0.4)  # the first find, or a lead of one lost: 2 q


@given(st.floats(0, 0.45), st.floats(1e-6, 1), st.sampled_from([nakamoto, reversal]))
def test_the_confirmations_needed_are_the_fewest(share, risk, chance):
    z = confirmations_needed(share, risk, chance)
    assert chance(share, z) < risk
    assert z == 0 or chance(share, z - 1) >= risk


def test_published_confirmations():
    shares = 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45  # Nakamoto (2008), section 11
    his = [confirmations_needed(share, 0.001, nakamoto) for share in shares]
    assert his == [5, 8, 11, 15, 24, 41, 89, 340]


@given(delays)
def test_rivals_come_as_a_poisson_process(delay):
    assert fork_rate(delay) == pytest.approx(1 - poisson.pmf(0, delay), rel=1e-9, abs=1e-15)
    rivals = sum(k * poisson.pmf(k, delay) for k in range(200))
    assert stale_rate(delay) == pytest.approx(rivals / (1 + rivals), rel=1e-9)


def test_the_two_rates_agree_for_short_delays_only():
    assert fork_rate(0.001) == pytest.approx(stale_rate(0.001), rel=1e-3)
    assert fork_rate(1) - stale_rate(1) > 0.13
    assert fork_rate(0) == stale_rate(0) == 0


@given(delays)
def test_at_the_threshold_attacker_and_honest_chain_grow_alike(delay):
    def lead(q):
        return q - (1 - q) / (1 + (1 - q) * delay)

    assert attack_threshold(delay) == pytest.approx(brentq(lead, 0, 1, xtol=1e-14), rel=1e-9)


def test_throughput_is_what_the_mean_gap_between_heights_allows():
    # a height takes the delay, and then an exponential time: 60 s + 600 s for 4000 transactions
    gap = 60 + quad(lambda t: t / 600 * exp(-t / 600), 0, 60_000)[0]
    assert throughput(1, 600, 0.1) == pytest.approx(4000 / gap)


def test_croman_and_others_figures_agree_with_one_another():
    assert relay_delay(1, relay=55) * 10 == pytest.approx(2.4, abs=0.05)  # minutes, to 90 %
    assert throughput(1, 600, 0) == pytest.approx(7, abs=0.5)
    assert throughput(4, 600, 0) == pytest.approx(27, abs=0.5)


@pytest.mark.parametrize("call, words", [
    (lambda: fork_rate(-1), "delay must be at least 0, not -1"),
    (lambda: stale_rate(float("nan")), "delay must be .* not nan"),
    (lambda: attack_threshold(float("inf")), "delay must be .* not inf"),
    (lambda: throughput(-1, 600, 0), "size must be .* not -1"),
    (lambda: throughput(1, 0, 0), "interval must be above 0, not 0"),
    (lambda: relay_delay(1, relay=-2), "relay must be above 0, not -2"),
    (lambda: nakamoto(1.2, 3), "share must be at least 0 and at most 1, not 1.2"),
    (lambda: reversal(0.1, -1), "confirmations must be .* not -1"),
    (lambda: reversal(0.1, 2.5), "confirmations must be a whole number, not 2.5"),
    (lambda: nakamoto(0.1, 1901), "confirmations must be at most 1900 here, not 1901"),
    (lambda: confirmations_needed(0.46, 0.1), "share must be .* not 0.46"),
    (lambda: confirmations_needed(0.1, 0), "risk must be .* not 0"),
])  # fmt: skip
def test_bad_parameters_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
