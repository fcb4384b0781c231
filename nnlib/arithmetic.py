"""Arithmetic that serves Python numbers and arrays alike, with and without numpy.

This module also runs in the browser, where numpy is missing.
"""

import math

from nnlib.text import told

try:
    import numpy as np
except ImportError:
    np = None  # type: ignore[assignment]


class Scalar:
    """What formulas may be made of, by numpy's names, for one Python float; all Pythons have it."""

    exp, expm1, log, sqrt = math.exp, math.expm1, math.log, math.sqrt
    tanh, atanh = math.tanh, math.atanh  # log1p is not in the browser: 2 atanh(x / (2 + x))
    maximum = max  # max(y, 0.0) keeps a nan that comes first, as min does
    minimum = min
    sign = staticmethod(lambda y: y if y != y else float(y > 0) - float(y < 0))
    where = staticmethod(lambda condition, yes, no: yes if condition else no)


def finite(name: str, value: float) -> float:
    """Return `value` as a float; ValueError, naming it `name`, unless it is a finite number.

    Truth values, text and bytes are no numbers here, nor are arrays, not even of one number.
    """
    try:
        number = math.nan if isinstance(value, _NO_NUMBERS) or _sized(value) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, not {told(value)}")
    return number


_NO_NUMBERS: tuple = (bool, str, bytes, bytearray)
if np is not None:
    _NO_NUMBERS += (np.bool_, np.complexfloating)


def _sized(value):
    return getattr(value, "ndim", 0) > 0


def real(name: str, values: "np.ndarray") -> "np.ndarray":
    """Return an array as a plain ndarray of floats, itself if it is one.

    Integers and truth values become float64.  ValueError for arrays of anything but real numbers,
    and for masked ones, whose mask would be lost.
    """
    if type(values) is not np.ndarray or values.dtype.kind != "f":
        if isinstance(values, np.ma.MaskedArray) or values.dtype.kind not in "fiub":
            kind = f"{type(values).__name__} of {values.dtype}"
            raise ValueError(f"{name} must be an array of real numbers, none masked, not {kind}")
        values = np.asarray(values)  # of a matrix, whose * is another product
    return values if values.dtype.kind == "f" else values.astype(float)


def for_numbers_and_arrays(formula: object, a: float) -> object:
    """Return formula(m, y, a) as a function of y alone, a Python number or an array.

    m is the mathematics for y: Scalar or numpy.  A number gives a float, an ndarray an ndarray of
    its own shape and dtype (integers become float64); see `real` for the arrays refused.
    """

    def function(y):
        if np is not None and isinstance(y, np.ndarray):
            return np.asarray(formula(np, real("y", y), a))
        return formula(Scalar, float(y), a)

    return function
