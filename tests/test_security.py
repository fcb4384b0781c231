"""The closed forms against scipy, high precision, published tables and each other."""

import warnings
from decimal import Decimal, localcontext
from fractions import Fraction
from math import comb, exp, inf, nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import poisson

from nnlib.security import (
    LONGEST,
    MOST,
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


@given(st.floats(0, 1), st.integers(0, MOST))
def test_the_exact_race_answers_for_all_it_documents(share, confirmations):
    found = reversal(share, confirmations)
    assert 0 <= found <= 1
    if confirmations and share < 0.5:
        truth = betainc(confirmations, 0.5, 4 * share * (1 - share))
        assert found == pytest.approx(truth, rel=1e-7, abs=1e-290)


@pytest.mark.parametrize("share, confirmations", [
    (0.2, 1700), (0.147, 1061), (0.22, 1900), (0.0001, 80), (0.499, MOST), (5e-324, MOST),
])  # fmt: skip
def test_underflow_ends_the_exact_race_instead_of_stopping_it(share, confirmations):
    truth = betainc(confirmations, 0.5, 4 * share * (1 - share))
    assert reversal(share, confirmations) == pytest.approx(truth, rel=1e-7, abs=1e-300)


@given(st.integers(1, 49), st.integers(0, 40))
def test_the_exact_race_in_exact_fractions(hundredths, confirmations):
    q, z = Fraction(hundredths, 100), confirmations
    never = sum(comb(2 * k, k) * (q * (1 - q)) ** k for k in range(z)) * (1 - 2 * q)
    assert reversal(hundredths / 100, z) == pytest.approx(float(1 - never), rel=1e-11)


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


@given(st.floats(0, 1), st.integers(0, LONGEST))
def test_nakamotos_odds_answer_for_all_they_document(share, confirmations):
    assert 0 <= nakamoto(share, confirmations) <= 1 + 1e-12


@given(st.floats(0.01, 0.45), st.integers(0, 100))
def test_nakamotos_odds_are_his_sum(share, confirmations):
    ratio = share / (1 - share)
    k = np.arange(confirmations)
    left = 1 - poisson.pmf(k, confirmations * ratio) @ (1 - ratio ** (confirmations - k))
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


@pytest.mark.parametrize("share, risk", [(0, 1e-300), (0.2, 1e-300), (0.45, 1e-300), (0.45, 1)])
def test_the_smallest_risk_has_its_confirmations_too(share, risk):
    z = confirmations_needed(share, risk)
    assert reversal(share, z) < risk
    assert z == 0 or reversal(share, z - 1) >= risk


def test_published_confirmations():
    shares = 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45  # Nakamoto (2008), section 11
    his = [confirmations_needed(share, 0.001, nakamoto) for share in shares]
    assert his == [5, 8, 11, 15, 24, 41, 89, 340]


@given(delays)
def test_rivals_come_as_a_poisson_process(delay):
    assert fork_rate(delay) == pytest.approx(1 - poisson.pmf(0, delay), rel=1e-9, abs=1e-15)
    k = np.arange(200)
    rivals = k @ poisson.pmf(k, delay)
    assert stale_rate(delay) == pytest.approx(rivals / (1 + rivals), rel=1e-9)


def test_the_two_rates_agree_for_short_delays_only():
    assert fork_rate(0.001) == pytest.approx(stale_rate(0.001), rel=1e-3)
    assert fork_rate(1) - stale_rate(1) > 0.13
    assert fork_rate(0) == stale_rate(0) == 0


@given(delays, st.sampled_from([1, 2, 3, 10, 50, 1000]))
def test_few_miners_bring_a_height_each_mean_gap(delay, m):
    # the gap outlasts s if the finder finds nothing and each other miner at most one block
    def lasts(s):
        return exp(-s) * (1 + s / m) ** (m - 1)

    gap = quad(lasts, 0, delay, epsabs=1e-13, limit=200)[0] + lasts(delay)
    assert stale_rate(delay, m) == pytest.approx(1 - 1 / gap, rel=1e-6, abs=1e-12)


@given(st.floats(0.001, 20), st.sampled_from([2, 3, 10, 50]))
def test_few_miners_fork_a_height_as_the_one_before_leaves_them(delay, m):
    alone = exp(-delay / m)  # a miner who knows the last height finds no rival

    def unaware(s):  # one of the others, s after a height, was late or not, and finds no rival
        late = alone * (1 + (delay - s) / m)
        return (late + s / m * alone) * exp(-s / m)

    def by_finder(s):  # who found the last height finds the next at s
        return exp(-s / m) / m * unaware(s) ** (m - 1)

    def by_rival(s):  # one who found a rival at the last height finds the next at s
        return (m - 1) * s / m**2 * exp(-2 * s / m) * alone * unaware(s) ** (m - 2)

    soon = quad(lambda s: by_finder(s) + by_rival(s), 0, delay, epsabs=1e-13)[0]
    later = exp(-delay) * (1 + delay / m) ** (m - 1) * alone ** (m - 1)
    assert fork_rate(delay, m) == pytest.approx(1 - soon - later, rel=1e-7, abs=1e-10)


@given(st.floats(0, 4))
def test_ever_more_miners_are_many_and_one_has_no_rival(delay):
    for rate in fork_rate, stale_rate:
        assert rate(delay, 10**6) == pytest.approx(rate(delay), rel=1e-3)
        assert rate(delay, 1) == pytest.approx(0, abs=1e-12)
        assert rate(delay, 10) <= rate(delay, 20) <= rate(delay) + 1e-12


@pytest.mark.parametrize("delay", [0, 0.1, 2])
def test_the_threshold_of_few_miners_lies_between_one_half_and_that_of_many(delay):
    edge = attack_threshold(delay, 10)
    honest = (1 - edge) * (1 - stale_rate((1 - edge) * delay, 10))
    assert edge == pytest.approx(honest)
    assert attack_threshold(delay) <= edge <= 0.5
    assert attack_threshold(delay, 10**6) == pytest.approx(attack_threshold(delay), rel=1e-3)
    assert attack_threshold(delay, 1) == pytest.approx(0.5)


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
    (lambda: nakamoto(0.1, 1901), "confirmations must be at least 0 and at most 1900, not 1901"),
    (lambda: confirmations_needed(0.46, 0.1), "share must be .* not 0.46"),
    (lambda: confirmations_needed(0.1, 0), "risk must be .* not 0"),
    (lambda: confirmations_needed(0.45, 1e-40, nakamoto), "risk 1e-40 takes more than 1900"),
    (lambda: reversal(0.1, 10**9), "confirmations must be .* at most 100000, not 1000000000"),
    (lambda: reversal(0.1, 10**400), "confirmations must be a finite number"),
    (lambda: fork_rate(1, 0), "miners must be at least 1 .* not 0"),
    (lambda: stale_rate(1, 2.5), "miners must be a whole number, not 2.5"),
    (lambda: attack_threshold(1, 10**7), "miners must be .* at most 1000000, not 10000000"),
])  # fmt: skip
def test_bad_parameters_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


ARGUMENTS = [
    (relay_delay, ("size", "interval", "relay")), (fork_rate, ("delay", "miners")),
    (stale_rate, ("delay", "miners")), (throughput, ("size", "interval", "delay")),
    (attack_threshold, ("delay", "miners")), (nakamoto, ("share", "confirmations")),
    (reversal, ("share", "confirmations")), (confirmations_needed, ("share", "risk")),
]  # fmt: skip
GOOD = {"share": 0.25, "risk": 0.25}  # 1 for all others


@pytest.mark.parametrize("bad", [
    True, np.True_, "1", b"1", bytearray(b"1"), None, [1], {1}, np.ones(1), np.array(1), 1j, nan,
    inf, pytest.param(object(), id="object"),
], ids=str)  # fmt: skip
@pytest.mark.parametrize(
    "function, names", ARGUMENTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_what_is_no_number_is_refused_by_name(function, names, bad):
    for name in names:
        if name == "miners" and bad is None:
            continue
        with pytest.raises(ValueError, match=f"^{name} must be "):
            function(**{each: GOOD.get(each, 1) for each in names} | {name: bad})


@pytest.mark.parametrize("kind", [
    np.uint8, np.int16, np.float16, np.float32, np.float64, Decimal, Fraction, float,
])  # fmt: skip
@pytest.mark.parametrize(
    "function, names", ARGUMENTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_every_kind_of_number_gives_the_same_float(function, names, kind):
    values = {name: GOOD.get(name, 1) for name in names}
    cast = {name: value if int(value) != value and kind in (np.uint8, np.int16) else kind(value)
            for name, value in values.items()}  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = function(**cast)
    assert found == function(**values)
    assert type(found) in (float, int)


def test_small_integers_of_numpy_do_not_overflow():
    assert fork_rate(np.uint8(1)) == fork_rate(1)
    assert relay_delay(np.int32(300_000)) == relay_delay(300_000)
    assert relay_delay(np.float16(10)) == relay_delay(10)


def test_no_delay_is_zero_and_not_minus_zero():
    for zero in 0, 0.0, -0.0:
        for rate in fork_rate(zero), stale_rate(zero), fork_rate(zero, 7), stale_rate(zero, 7):
            assert str(rate) == "0.0"


def test_short_delays_keep_their_digits():
    for miners in 2, 10, 10**6:
        for rate in fork_rate, stale_rate:
            assert rate(1e-12, miners) == pytest.approx((1 - 1 / miners) * 1e-12, rel=1e-6)


def test_huge_delays_keep_the_threshold():
    assert attack_threshold(1e200) == pytest.approx(1e-200)
