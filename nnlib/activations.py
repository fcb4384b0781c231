"""Activation functions: each function z = f(y) stands beside its derivative z' = f'(y).

Every formula is written once and serves Python numbers and arrays alike.  What else the book knows
of a function stands in the row below it; a new function is a pair and its row.
"""

import math
from collections import OrderedDict, namedtuple

from nnlib.arithmetic import finite as finite  # other modules import it from here
from nnlib.arithmetic import for_numbers_and_arrays
from nnlib.text import told

try:
    from copyreg import pickle
except ImportError:  # in the browser, where nothing is pickled
    pickle = None  # type: ignore[assignment]


class Activation(
    namedtuple("Activation", "name a f df latex dlatex text role start bounded a_above")
):
    """An activation function with its constant; a notebook shows its two equations.

    f(y), df(y): a Python number gives a float, an ndarray an ndarray of its own shape and dtype
        (integers become float64), nan gives nan.  ValueError for arrays of anything but real
        numbers, and for masked ones, whose mask would be lost.
    latex, dlatex: the equations "z = ...", "z' = ...".
    text(y, a, z, left): f and f' with numbers put in, a pair; y, a and z = f(y) come as texts,
        negative numbers in parentheses; left: whether y <= 0.
    role: its color, a role in `nnlib.palette.PALETTE`.
    start: "Glorot" or "He", whose starting weights suit it; see `nnlib.network.STARTS`.
    bounded: whether f(y) stays between two numbers.
    a_above: what its constant a must exceed; None if it has none.
    """

    def __repr__(self) -> str:
        return f"activation({self.name!r}" + (")" if self.a == 1 else f", {self.a!r})")

    def _repr_latex_(self) -> str:
        return equations(self.latex, self.dlatex)


def equations(*lines: str) -> str:
    """Return equations in LaTeX as one display, aligned at their first equals signs."""
    aligned = r" \\[1ex] ".join([line.replace("=", "&=", 1) for line in lines])
    return r"$$\begin{aligned} " + aligned + r" \end{aligned}$$"


_ROWS: "OrderedDict[str, Activation]" = OrderedDict()


def _row(name, f, df, **facts):  # an Activation without any of its facts is a TypeError
    _ROWS[name] = Activation(name, 1.0, f, df, **facts)


# m: the mathematics for y, either arithmetic.Scalar or numpy.  No exponent is ever positive, so
# nothing overflows; no difference of nearly equal numbers is taken, so the tails keep all digits.


def _linear(m, y, a):
    return a * y


def _dlinear(m, y, a):
    return m.where(y == y, a, y)


_row(
    "linear",
    _linear,
    _dlinear,
    latex=r"z = a\,y",
    dlatex=r"z' = a",
    text=lambda y, a, z, left: (f"{a}·{y}", a),
    role="ink",
    start="Glorot",
    bounded=False,
    a_above=-math.inf,
)


def _sigmoid(m, y, a):
    e = m.exp(-abs(y))
    return m.where(y < 0, e, 1.0) / (1.0 + e)


def _dsigmoid(m, y, a):
    e = m.exp(-abs(y))
    return e / (1.0 + e) ** 2


_row(
    "sigmoid",
    _sigmoid,
    _dsigmoid,
    latex=r"z = \frac{1}{1 + e^{-y}}",
    dlatex=r"z' = \frac{e^{-y}}{(1 + e^{-y})^{2}} = z\,(1 - z)",
    text=lambda y, a, z, left: (f"1 / (1 + e^−{y})", f"{z}·(1 − {z})"),
    role="output",
    start="Glorot",
    bounded=True,
    a_above=None,
)


def _tanh(m, y, a):
    return m.tanh(y)


def _dtanh(m, y, a):
    e = m.exp(-abs(y))
    return (2.0 * e / (1.0 + e * e)) ** 2


_row(
    "tanh",
    _tanh,
    _dtanh,
    latex=r"z = \frac{2}{1 + e^{-2y}} - 1",
    dlatex=r"z' = \frac{4\,e^{-2y}}{(1 + e^{-2y})^{2}} = 1 - z^{2}",
    text=lambda y, a, z, left: (f"2 / (1 + e^(−2·{y})) − 1", f"1 − {z}²"),
    role="hidden",
    start="Glorot",
    bounded=True,
    a_above=None,
)


def _relu(m, y, a):
    return m.maximum(y, 0.0)


def _drelu(m, y, a):
    return m.sign(m.maximum(y, 0.0))  # faster on arrays than numpy's heaviside


_row(
    "relu",
    _relu,
    _drelu,
    latex=r"z = \max(0,\, y)",
    dlatex=r"z' = \begin{cases} 1 & y > 0 \\ 0 & y \le 0 \end{cases}",
    text=lambda y, a, z, left: (f"max(0, {y})", "0" if left else "1"),
    role="good",
    start="He",
    bounded=False,
    a_above=None,
)


def _elu(m, y, a):
    return m.where(y > 0, y, a * m.expm1(m.minimum(y, 0.0)))


def _delu(m, y, a):
    return m.where(y > 0, 1.0, a * m.exp(m.minimum(y, 0.0)))


_row(
    "elu",
    _elu,
    _delu,
    latex=r"z = \begin{cases} y & y > 0 \\ a\,(e^{y} - 1) & y \le 0 \end{cases}",
    dlatex=r"z' = \begin{cases} 1 & y > 0 \\ a\,e^{y} & y \le 0 \end{cases}",
    text=lambda y, a, z, left: (f"{a}·(e^{y} − 1)", f"{a}·e^{y}") if left else (y, "1"),
    role="input",
    start="He",
    bounded=False,
    a_above=0.0,
)


def activation(name: str, a: float = 1.0) -> Activation:
    """Return the Activation called `name`, with the constant `a` of "linear" and "elu".

    `a` may be any finite number for "linear" and must be above 0 for "elu"; the others ignore it.
    At the kinks: relu'(0) = 0, and elu'(0) = a (the branch y <= 0).  Every result is finite for a
    finite y, but for a linear function with |a| > 1, which can exceed the largest float.
    Raises ValueError for an unknown name or a forbidden `a`.
    """
    if not isinstance(name, str) or name not in _ROWS:
        raise ValueError(f"activation must be one of {', '.join(_ROWS)}, not {told(name)}")
    row, a = _ROWS[name], finite("a", a)
    if row.a_above is not None and a <= row.a_above:
        raise ValueError(f"a must be above {row.a_above:g} for {name}, not {a!r}")
    f, df = for_numbers_and_arrays(row.f, a), for_numbers_and_arrays(row.df, a)
    return Activation(name, a, f, df, *row[4:])


ACTIVATIONS = OrderedDict((name, activation(name)) for name in _ROWS)

if pickle is not None:  # by name: the functions themselves are closures
    pickle(Activation, lambda each: (activation, (each.name, each.a)))
