"""Numbers in text, against Python's own correctly rounded formatting."""

import math
import random
import struct

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlib.text import is_writable, number, subscript


def python_writes(value, digits):
    mantissa, e, exponent = f"{value:.{digits}g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if e else mantissa
    return "0" if text == "-0" else text


@settings(max_examples=200)
@given(st.floats(), st.integers(1, 17))
@example(0.125, 2)  # a tie: to even
@example(0.375, 2)
@example(2.5, 1)
@example(9.9999995, 6)  # carries into a new digit
@example(999999.5, 6)
@example(99999.95, 6)
@example(9.9999995e-5, 6)
@example(5e-324, 17)
@example(1.7976931348623157e308, 17)
@example(-0.0, 6)
@example(1e22, 17)
@example(2.0**53, 16)
def test_number_rounds_as_python_does(value, digits):
    assert number(value, digits) == python_writes(value, digits)


def test_doubles_of_all_sizes_round_as_python_does_and_parse_back():
    rng = random.Random("doubles")
    for bits in [rng.getrandbits(64) for _ in range(6000)]:
        (value,) = struct.unpack("d", bits.to_bytes(8, "little"))
        digits = rng.randint(1, 17)
        assert number(value, digits) == python_writes(value, digits), (value, digits)
        assert float(number(value, 17)) == value or math.isnan(value)


def test_ties_go_to_the_even_digit():
    for n in range(1, 2**10, 2):  # an odd number of halves, quarters, ..., to all of its digits
        for power in range(1, 12):
            value = n / 2**power
            every = len(f"{value:.40g}".replace(".", "").lstrip("0"))
            for digits in range(max(1, every - 2), every):
                assert number(value, digits) == python_writes(value, digits), (value, digits)


@given(st.integers(-(10**6), 10**6), st.integers(-6, 6))
def test_short_decimals_stay_short(n, power):
    text = f"{n}e{power}"
    assert len(number(float(text), 15)) <= max(len(f"{float(text):.15g}"), 1)
    assert float(number(float(text), 15)) == float(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (-0.25, "-0.25"),
        (0.59326999210719, "0.59327"),
        (1.5e-9, "1.5e-9"),
        (0.0001, "0.0001"),
        (0.00001, "1e-5"),
        (123456.4, "123456"),
        (1e6, "1e6"),
        (-1e300, "-1e300"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
    ],
)
def test_examples(value, text):
    assert number(value) == text


def test_digits_are_checked():
    with pytest.raises(ValueError, match="digits must be a whole number from 1 to 800, not 0"):
        number(1.0, 0)


@given(st.text(st.characters(exclude_categories=[])))
@example("\ud800")
@example("a\udfff")
@example("\ud7ff\ue000😀")
def test_what_utf8_can_write(text):
    try:
        written = text.encode("utf-8").decode("utf-8") == text
    except UnicodeEncodeError:
        written = False
    assert is_writable(text) == written


@given(st.integers(0, 10**9))
def test_subscript_digits(n):
    text = subscript(n)
    assert text == subscript(str(n))
    assert int(text.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))) == n


@pytest.mark.parametrize("index", ["-1", "a", "", 1.5])
def test_subscript_takes_digits_only(index):
    with pytest.raises(ValueError, match=r"must consist of the digits 0-9, not"):
        subscript(index)


@pytest.mark.parametrize("digits", [0, -1, 2.5, 2**53, 801, True, float("nan"), "3", None])
@pytest.mark.parametrize("value", [0.5, 1 / 3])
def test_digits_that_are_no_count_are_refused(value, digits):
    with pytest.raises(ValueError, match="digits must be a whole number from 1 to 800"):
        number(value, digits)
