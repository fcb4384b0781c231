"""Activation functions: each function z = f(y) stands beside its derivative z' = f'(y).

Every formula is written once and serves Python numbers and arrays alike.  This module also runs in
the browser, where numpy is missing.
"""

import math
from collections import OrderedDict, namedtuple

from nnlib.text import told

try:
    import numpy as np
except ImportError:
    np = None
try:
    from copyreg import pickle
except ImportError:  # in the browser, where nothing is pickled
    pickle = None

# f(y), df(y): a Python number gives a float, an ndarray an ndarray of its own shape and dtype
# (integers become float64), nan gives nan.  ValueError for arrays of anything but real numbers, and
# for masked ones, whose mask would be lost.  latex, dlatex: the equations "z = ...", "z' = ...".
Activation = namedtuple("Activation", "name a f df latex dlatex")


class _Scalar:
    """The few numpy functions used below, for one Python float."""

    exp, expm1, tanh = math.exp, math.expm1, math.tanh
    maximum = max  # max(y, 0.0) keeps a nan that comes first, as min does
    minimum = min
    sign = staticmethod(lambda y: y if y != y else float(y > 0) - float(y < 0))
    where = staticmethod(lambda condition, yes, no: yes if condition else no)


# m: the mathematics for y, either _Scalar or numpy.  No exponent is ever positive, so nothing
# overflows; no difference of nearly equal numbers is taken, so the tails keep all their digits.


def _linear(m, y, a):
    return a * y


def _dlinear(m, y, a):
    return m.where(y == y, a, y)


def _sigmoid(m, y, a):
    e = m.exp(-abs(y))
    return m.where(y < 0, e, 1.0) / (1.0 + e)


def _dsigmoid(m, y, a):
    e = m.exp(-abs(y))
    return e / (1.0 + e) ** 2


def _tanh(m, y, a):
    return m.tanh(y)


def _dtanh(m, y, a):
    e = m.exp(-abs(y))
    return (2.0 * e / (1.0 + e * e)) ** 2


def _relu(m, y, a):
    return m.maximum(y, 0.0)


def _drelu(m, y, a):
    return m.sign(m.maximum(y, 0.0))  # faster on arrays than numpy's heaviside


def _elu(m, y, a):
    return m.where(y > 0, y, a * m.expm1(m.minimum(y, 0.0)))


def _delu(m, y, a):
    return m.where(y > 0, 1.0, a * m.exp(m.minimum(y, 0.0)))


_FORMULAS = OrderedDict()
_FORMULAS["linear"] = _linear, _dlinear, r"z = a\,y", r"z' = a"
_FORMULAS["sigmoid"] = (
    _sigmoid,
    _dsigmoid,
    r"z = \frac{1}{1 + e^{-y}}",
    r"z' = \frac{e^{-y}}{(1 + e^{-y})^{2}} = z\,(1 - z)",
)
_FORMULAS["tanh"] = (
    _tanh,
    _dtanh,
    r"z = \frac{2}{1 + e^{-2y}} - 1",
    r"z' = \frac{4\,e^{-2y}}{(1 + e^{-2y})^{2}} = 1 - z^{2}",
)
_FORMULAS["relu"] = (
    _relu,
    _drelu,
    r"z = \max(0,\, y)",
    r"z' = \begin{cases} 1 & y > 0 \\ 0 & y \le 0 \end{cases}",
)
_FORMULAS["elu"] = (
    _elu,
    _delu,
    r"z = \begin{cases} y & y > 0 \\ a\,(e^{y} - 1) & y \le 0 \end{cases}",
    r"z' = \begin{cases} 1 & y > 0 \\ a\,e^{y} & y \le 0 \end{cases}",
)


def finite(name, value):
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


_NO_NUMBERS = (bool, str, bytes, bytearray)
if np is not None:
    _NO_NUMBERS += (np.bool_, np.complexfloating)


def _sized(value):
    return getattr(value, "ndim", 0) > 0


def real(name, values):
    """Return an array as a plain ndarray of floats, itself if it is one; see `Activation`."""
    if type(values) is not np.ndarray or values.dtype.kind != "f":
        if isinstance(values, np.ma.MaskedArray) or values.dtype.kind not in "fiub":
            kind = f"{type(values).__name__} of {values.dtype}"
            raise ValueError(f"{name} must be an array of real numbers, none masked, not {kind}")
        values = np.asarray(values)  # of a matrix, whose * is another product
    return values if values.dtype.kind == "f" else values.astype(float)


def activation(name, a=1.0):
    """Return the Activation called `name`, with the constant `a` of "linear" and "elu".

    `a` may be any finite number for "linear" and must be above 0 for "elu"; the others ignore it.
    At the kinks: relu'(0) = 0, and elu'(0) = a (the branch y <= 0).  Every result is finite for a
    finite y, but for a linear function with |a| > 1, which can exceed the largest float.
    Raises ValueError for an unknown name or a forbidden `a`.
    """
    if not isinstance(name, str) or name not in _FORMULAS:
        raise ValueError(f"activation must be one of {', '.join(_FORMULAS)}, not {told(name)}")
    a = finite("a", a)
    if name == "elu" and a <= 0:
        raise ValueError(f"a must be above 0 for elu, not {a!r}")
    f, df, latex, dlatex = _FORMULAS[name]
    return Activation(
        name, a, _for_numbers_and_arrays(f, a), _for_numbers_and_arrays(df, a), latex, dlatex
    )


def _for_numbers_and_arrays(formula, a):
    def function(y):
        if np is not None and isinstance(y, np.ndarray):
            return np.asarray(formula(np, real("y", y), a))
        return formula(_Scalar, float(y), a)

    return function


ACTIVATIONS = OrderedDict((name, activation(name)) for name in _FORMULAS)

if pickle is not None:  # by name: the functions themselves are closures
    pickle(Activation, lambda each: (activation, (each.name, each.a)))
