"""What a network minimizes: each loss stands beside its derivative.

The loss of a sample is the sum over its outputs. Arrays run over the outputs along axis 0: samples
are columns.

The cross-entropies are fused with their output function, sigmoid or softmax: they take the weighted
sums y of a linear last layer, never overflow an exponential, and their derivative is plainly
prediction minus target. They need numpy; squared_error takes Python numbers too.
"""

from collections import OrderedDict, namedtuple

from nnlib.activations import activation, equations, pickle
from nnlib.arithmetic import finite, real
from nnlib.text import told

try:
    import numpy as np
except ImportError:  # in the browser
    np = None  # type: ignore[assignment]


class Loss(namedtuple("Loss", "name parameters f df predict fused latex dlatex")):
    """A loss with its parameters; a notebook shows its two equations.

    parameters: a dictionary, {} for a loss without; each value is a finite number above 0.
    f(z, t), df(z, t): the loss of each output and its derivative by z, for outputs z of the last
        layer and targets t; arrays shaped as z, whose arguments stay as they are. ValueError for
        arrays of anything but real numbers, and for masked ones.
    predict(z): what the outputs stand for.
    fused: whether z are sums y, of a linear last layer.
    latex, dlatex: the equations of the loss of a sample and of its derivative.
    """

    def __repr__(self) -> str:
        named = [f", {each}={value!r}" for each, value in self.parameters.items()]
        return f"loss({self.name!r}{''.join(named)})"

    def _repr_latex_(self) -> str:
        return equations(self.latex, self.dlatex)


_ROWS: "OrderedDict[str, Loss]" = OrderedDict()
LOSSES: "OrderedDict[str, Loss]" = OrderedDict()  # {name: Loss}, each with its usual parameters


def _row(name, parameters=None, **facts):  # a Loss without any of its facts is a TypeError
    row = _ROWS[name] = Loss(name, parameters or {}, **facts)
    LOSSES[name] = _with(row, row.parameters)
    return LOSSES[name]


def loss(name: str, **parameters: float) -> Loss:
    """Return the Loss called `name`; a parameter that is left out has its usual value.

    Raises ValueError for an unknown name or parameter, and for what is no finite number above 0.
    """
    if not isinstance(name, str) or name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {told(name)}")
    usual, chosen = LOSSES[name], {}
    for each, value in parameters.items():
        if each not in usual.parameters:
            known = ", ".join(usual.parameters) or "none"
            raise ValueError(f"the parameters of {name} are {known}; {each} is not among them")
        chosen[each] = finite(each, value)
        if chosen[each] <= 0:
            raise ValueError(f"{each} must be above 0 for {name}, not {value!r}")
    chosen = usual.parameters | chosen
    return usual if chosen == usual.parameters else _with(_ROWS[name], chosen)


def _with(row, parameters):
    f, df = _plain(row.f, parameters), _plain(row.df, parameters)
    return Loss(row.name, parameters, f, df, _plain(row.predict, {}), *row[5:])


def _plain(formula, parameters):
    """The formula for plain arrays: of a matrix, * would be another product."""

    def function(*values):
        if np is not None:
            values = [
                real("z and t", v) if isinstance(v, np.ndarray) and type(v) is not np.ndarray else v
                for v in values
            ]
        return formula(*values, **parameters)

    return function


_sigmoid = activation("sigmoid").f


def _softmax(y):
    powers = np.exp(y - y.max(axis=0))
    return powers / powers.sum(axis=0)


def _log_softmax(y):
    below = y - y.max(axis=0)
    return below - np.log(np.exp(below).sum(axis=0))


# The source's E, without the factor 1/2 that other texts put before it.
squared_error = _row(
    "squared_error",
    f=lambda z, t: (z - t) * (z - t),
    df=lambda z, t: 2.0 * (z - t),
    predict=lambda z: z,
    fused=False,
    latex=r"E = \sum (z_p - z_a)^2",
    dlatex=r"\frac{\partial E}{\partial z_p} = 2\,(z_p - z_a)",
)

# -t ln p - (1 - t) ln(1 - p) for p = sigmoid(y), multiplied out. Targets lie in [0, 1].
binary_cross_entropy = _row(
    "binary_cross_entropy",
    f=lambda y, t: np.maximum(y, 0.0) - t * y + np.log1p(np.exp(-abs(y))),
    df=lambda y, t: _sigmoid(y) - t,
    predict=_sigmoid,
    fused=True,
    latex=r"E = \sum \left[\ln\left(1 + e^{y}\right) - z_a\, y\right]",
    dlatex=r"\frac{\partial E}{\partial y} = \frac{1}{1 + e^{-y}} - z_a",
)

# -sum(t ln p) for p = softmax(y). The targets of a sample are 0 or more and sum to 1.
softmax_cross_entropy = _row(
    "softmax_cross_entropy",
    f=lambda y, t: -t * _log_softmax(y),
    df=lambda y, t: _softmax(y) - t,
    predict=_softmax,
    fused=True,
    latex=r"E = -\sum_k z_{a,k}\,\ln z_{p,k}, \quad z_{p,k} = \frac{e^{y_k}}{\sum_j e^{y_j}}",
    dlatex=r"\frac{\partial E}{\partial y_k} = z_{p,k} - z_{a,k}",
)


def _again(name, parameters):
    return loss(name, **parameters)


if pickle is not None:  # by name: the functions themselves are closures
    pickle(Loss, lambda each: (_again, (each.name, each.parameters)))
