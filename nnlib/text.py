"""Numbers and values as the reader sees them: the same characters in every Python."""

import math


def number(value: float, digits: int = 6) -> str:
    """Format `value` to `digits` (1 to 800) significant digits, without trailing zeros.

    Below 1e-4 and from 10**digits up in scientific notation: "1.5e-9".  Rounds the exact binary
    value, half to even, in integers, because MicroPython's own formatting may err in the last
    digit.  Not finite: "nan", "inf", "-inf".  Zero of either sign: "0".
    """
    if type(digits) is not int or not 1 <= digits <= 800:  # a double has 767 at most
        raise ValueError(f"digits must be a whole number from 1 to 800, not {told(digits)}")
    value = float(value)
    if value != value:
        return "nan"
    sign = "-" if value < 0 else ""
    if math.isinf(value):
        return sign + "inf"
    if value == 0:
        return "0"
    mantissa, exponent = _significant(abs(value), digits)
    if -4 <= exponent < digits:
        return sign + _point(mantissa, exponent)
    return f"{sign}{_point(mantissa, 0)}e{exponent}"


def signed(value: float) -> str:
    """Format `value` as it stands behind a sign: with parentheses around a minus of its own."""
    return f"({number(value)})" if value < 0 else number(value)


def subscript(index: int | str) -> str:
    """Write a whole number with subscript digits: "12" or 12 gives "₁₂"."""
    characters = str(index)
    if not characters or not all(c in "0123456789" for c in characters):
        raise ValueError(f"index must consist of the digits 0-9, not {told(index)}")
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in characters)


def told(value: object, most: int = 80) -> str:
    """`repr(value)` for an error message, cut in the middle to at most `most` characters.

    A value that has none (a whole number of thousands of digits, a list in itself a thousand times
    over) is told by its type, so that the error about it stays the error.
    """
    try:
        text = repr(value)
    except (ValueError, RuntimeError):  # RecursionError is a RuntimeError
        return f"a value of type {type(value).__name__}, too long to show"
    return text if len(text) <= most else f"{text[: most - 23]}...{text[-20:]}"


def is_writable(text: str) -> bool:
    """True if UTF-8 can write `text`: there is no half of a character (a lone surrogate) in it."""
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _significant(value, digits):
    """Return the leading `digits` decimal digits of value > 0, rounded, and the exponent."""
    fraction, power = math.frexp(value)
    top, bottom = int(fraction * 2.0**53), 1  # value = top / bottom, exactly
    if power >= 53:
        top <<= power - 53
    else:
        bottom <<= 53 - power
    exponent = len(str(top)) - len(str(bottom))
    if top * 10 ** max(-exponent, 0) < bottom * 10 ** max(exponent, 0):
        exponent -= 1
    shift = digits - 1 - exponent
    bottom *= 10 ** max(-shift, 0)
    mantissa, rest = divmod(top * 10 ** max(shift, 0), bottom)
    if 2 * rest + mantissa % 2 > bottom:
        mantissa += 1
    if mantissa == 10**digits:
        mantissa, exponent = mantissa // 10, exponent + 1
    return str(mantissa), exponent


def _point(mantissa, exponent):
    """Place the decimal point behind `exponent` + 1 digits, and drop trailing zeros."""
    if exponent < 0:
        mantissa, exponent = "0" * -exponent + mantissa, 0
    whole, decimals = mantissa[: exponent + 1], mantissa[exponent + 1 :].rstrip("0")
    return whole + "." + decimals if decimals else whole
