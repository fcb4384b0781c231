"""How hard the next block must be: Bitcoin's rule on Bitcoin's own numbers, and ours."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.blockchain import (
    NO_PARENT,
    PERIOD,
    SPACING,
    Block,
    bits_to_target,
    mine,
    next_bits,
    next_difficulty,
    target_to_bits,
    verify,
)
from nnlib.difficulty import LIMIT, adjusted, difficulties

TIMES = st.integers(0, 2**32 - 1)
WEEKS = 14 * 24 * 3600
EASIEST = 0x1D00FFFF
# Compact forms as a header may state them: normal ones, no easier than the limit.
BITS = st.integers(1, LIMIT).map(target_to_bits).filter(bits_to_target)


@pytest.mark.parametrize(
    ("bits", "first_time", "last_time", "expected"),
    [  # Bitcoin Core, src/test/pow_tests.cpp; blocks 32255, 2015, 68543 and 46367
        (0x1D00FFFF, 1261130161, 1262152739, 0x1D00D86A),
        (0x1D00FFFF, 1231006505, 1233061996, 0x1D00FFFF),
        (0x1C05A3F4, 1279008237, 1279297671, 0x1C0168FD),
        (0x1C387F6F, 1263163443, 1269211443, 0x1D00E1FD),
    ],
)
def test_bitcoins_own_adjustments(bits, first_time, last_time, expected):
    assert next_bits(bits, first_time, last_time) == expected


def test_why_core_chose_these_four():
    # None clamped; held by the limit; by a quarter; by four times.
    took = [1262152739 - 1261130161, 1233061996 - 1231006505]
    took += [1279297671 - 1279008237, 1269211443 - 1263163443]
    assert took[2] < WEEKS / 4 < took[0] < WEEKS < took[1] < WEEKS * 4 < took[3]


@given(BITS, TIMES, TIMES)
def test_the_target_follows_the_time_within_a_factor_of_four(bits, first_time, last_time):
    old, new = bits_to_target(bits), bits_to_target(next_bits(bits, first_time, last_time))
    assert 0 <= new <= LIMIT
    took = min(max(last_time - first_time, WEEKS / 4), WEEKS * 4)
    wanted = min(old * took / WEEKS, LIMIT)  # in floats, another way
    # Three bytes are kept, 15 bits at least; a target of a few units rounds down to the unit below.
    assert wanted * (1 - 2**-15) - 1 <= new <= wanted * (1 + 1e-12)
    assert new <= 4 * old and (new >= old // 4 * (1 - 2**-15) - 1)


@given(BITS, st.lists(TIMES, min_size=2, max_size=2))
def test_more_time_never_makes_it_harder(bits, times):
    quick, slow = sorted(times)
    assert bits_to_target(next_bits(bits, 0, quick)) <= bits_to_target(next_bits(bits, 0, slow))


@given(BITS)
def test_two_weeks_change_nothing(bits):
    assert next_bits(bits, 1231006505, 1231006505 + WEEKS) == bits
    assert next_bits(EASIEST, 0, 2**32 - 1) == EASIEST


@given(st.integers(0, 2**256 - 1) | st.integers(0, 2**40) | st.integers(0, 255).map(lambda n: 2**n))
def test_the_compact_form_cuts_off_and_never_adds(target):
    bits = target_to_bits(target)
    kept = bits_to_target(bits)  # a sign or a length that does not fit would raise
    assert kept <= target and target - kept <= target / 2**15
    assert target_to_bits(kept) == bits
    if target:
        size = math.ceil(math.log2(target + 1) / 8) if target < 2**40 else bits >> 24
        assert bits >> 24 in (size, size + 1)


@pytest.mark.parametrize(
    ("target", "bits"),
    [  # Bitcoin Core, arith_uint256_tests.cpp, and the developer reference, "Target nBits"
        (0, 0), (0x12, 0x01120000), (0x80, 0x02008000), (0x1234, 0x02123400),
        (0x123456, 0x03123456), (0x12345600, 0x04123456), (0x92340000, 0x05009234),
        (0x123456 << 232, 0x20123456), (0xFFFF << 208, 0x1D00FFFF), (0x404CB << 192, 0x1B0404CB),
        (2**256 - 1, 0x2100FFFF),
    ],
)  # fmt: skip
def test_published_compact_forms(target, bits):
    assert target_to_bits(target) == bits


@pytest.mark.parametrize("value", [-1, 2**256, 1.0, True, "1", None])
def test_what_is_no_target(value):
    with pytest.raises(ValueError, match=r"^target must be a whole number from 0 to 2\*\*256 - 1"):
        target_to_bits(value)


@pytest.mark.parametrize("value", [-1, 2**32, 1.0, True, "1", None])
def test_times_out_of_range(value):
    with pytest.raises(ValueError, match=r"^first_time must be a whole number from 0 to 2\*\*32"):
        next_bits(EASIEST, value, 0)
    with pytest.raises(ValueError, match=r"^last_time must be a whole number from 0 to 2\*\*32"):
        next_bits(EASIEST, 0, value)


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        (0x1D010000, "target from 1 to that of 0x1d00ffff, not 0x1d010000"),
        (0x207FFFFF, "not 0x207fffff"),
        (0, "not 0x0"),
        (0x04923456, "negative"),
        (-1, "bits must be a whole number"),
        (True, "bits must be a whole number"),
    ],
)
def test_bits_that_no_block_may_state(bits, reason):
    with pytest.raises(ValueError, match=reason):
        next_bits(bits, 0, 0)


# Our own rule, in whole bits

DIFFICULTY = st.integers(1, 256)


@given(DIFFICULTY, DIFFICULTY, st.integers(-(10**6), 10**9))
def test_the_work_follows_the_time_in_whole_bits(due, first, took):
    first, due = sorted((first, due))
    wanted, found = (PERIOD - 1) * SPACING, adjusted(due, took, first)
    ratio = math.log2(wanted / took) if took > 0 else math.inf
    step = max(-2, min(2, math.trunc(ratio))) if abs(ratio) != math.inf else 2
    assert found == min(max(due + step, first), 256)


@given(DIFFICULTY, DIFFICULTY, st.integers(0, 10**6), st.integers(0, 10**6))
def test_faster_blocks_never_make_it_easier(due, first, one, other):
    first, due = sorted((first, due))
    quick, slow = sorted((one, other))
    assert first <= adjusted(due, slow, first) <= adjusted(due, quick, first) <= 256
    assert abs(adjusted(due, quick, first) - due) <= 2  # a factor of four


@given(st.integers(0, 5), st.lists(st.integers(0, 2000), min_size=1, max_size=13))
def test_a_chain_that_follows_the_rule_is_sound_and_any_other_is_not(first, pauses):
    chain, time = [], 0
    for i, pause in enumerate(pauses):
        bits = next_difficulty(chain) if chain else first
        chain.append(mine(Block(i, time, ["a"], chain[-1].hash if chain else NO_PARENT, bits)))
        time += pause
    assert verify(chain) is None
    stated, times = [b.difficulty for b in chain], [b.timestamp for b in chain]
    assert difficulties(first, times) == [*stated, next_difficulty(chain)]
    assert min(stated) == first  # never easier than the first
    changes = [i for i in range(1, len(chain)) if stated[i] != stated[i - 1]]
    assert all(i % PERIOD == 0 for i in changes)
    if len(chain) > 1:
        last = chain[-1]
        for wrong in {0, last.difficulty - 1, last.difficulty + 1} - {last.difficulty, -1}:
            forged = [*chain[:-1], mine(last.replace(difficulty=wrong, nonce=0))]
            sentence = f"It states {wrong} zero bits; the rule prescribes {last.difficulty}."
            assert verify(forged) == (len(chain) - 1, sentence)


def test_times_far_apart_do_not_buy_an_easier_chain():
    # Stretched times could once have brought the difficulty down; the first block is the limit.
    assert difficulties(12, [10**12 * i for i in range(20)]) == [12] * 21
    assert difficulties(0, [0] * 20) == [0] * 21  # not mined at all, and stays so
    assert difficulties(250, [0] * 20) == [250] * 4 + [252] * 4 + [254] * 4 + [256] * 9


def test_without_a_first_block_there_is_no_rule():
    with pytest.raises(ValueError, match=r"^a chain must have a first block"):
        next_difficulty([])
    with pytest.raises(ValueError, match=r"^a chain must be a list of Block"):
        next_difficulty("chain")
