"""What a network minimizes: each loss stands beside its derivative.

f(z, t) is the loss of each output and df(z, t) its derivative by z, for outputs z of the last layer
and targets t; both are shaped as z. The loss of a sample is the sum over its outputs. Arrays run
over the outputs along axis 0: samples are columns. predict(z) is what the outputs stand for.

The cross-entropies are fused with their output function, sigmoid or softmax: they take the weighted
sums y of a linear last layer, never overflow an exponential, and their derivative is plainly
prediction minus target. They need numpy; squared_error takes Python numbers too. ValueError for
arrays of anything but real numbers, and for masked ones.
"""

from collections import OrderedDict, namedtuple

from nnlib.activations import activation, pickle, real
from nnlib.text import told

try:
    import numpy as np
except ImportError:  # in the browser
    np = None

Loss = namedtuple("Loss", "name f df predict fused latex dlatex")

_sigmoid = activation("sigmoid").f


def _plain(formula):
    """The formula for plain arrays: of a matrix, * would be another product."""

    def function(*values):
        if np is not None:
            values = [
                real("z and t", v) if isinstance(v, np.ndarray) and type(v) is not np.ndarray else v
                for v in values
            ]
        return formula(*values)

    return function


def _softmax(y):
    powers = np.exp(y - y.max(axis=0))
    return powers / powers.sum(axis=0)


def _log_softmax(y):
    below = y - y.max(axis=0)
    return below - np.log(np.exp(below).sum(axis=0))


# The source's E, without the factor 1/2 that other texts put before it.
squared_error = Loss(
    "squared_error",
    f=_plain(lambda z, t: (z - t) * (z - t)),
    df=_plain(lambda z, t: 2.0 * (z - t)),
    predict=_plain(lambda z: z),
    fused=False,
    latex=r"E = \sum (z_p - z_a)^2",
    dlatex=r"\frac{\partial E}{\partial z_p} = 2\,(z_p - z_a)",
)

# -t ln p - (1 - t) ln(1 - p) for p = sigmoid(y), multiplied out. Targets lie in [0, 1].
binary_cross_entropy = Loss(
    "binary_cross_entropy",
    f=_plain(lambda y, t: np.maximum(y, 0.0) - t * y + np.log1p(np.exp(-abs(y)))),
    df=_plain(lambda y, t: _sigmoid(y) - t),
    predict=_sigmoid,
    fused=True,
    latex=r"E = \sum \left[\ln\left(1 + e^{y}\right) - z_a\, y\right]",
    dlatex=r"\frac{\partial E}{\partial y} = \frac{1}{1 + e^{-y}} - z_a",
)

# -sum(t ln p) for p = softmax(y). The targets of a sample are 0 or more and sum to 1.
softmax_cross_entropy = Loss(
    "softmax_cross_entropy",
    f=_plain(lambda y, t: -t * _log_softmax(y)),
    df=_plain(lambda y, t: _softmax(y) - t),
    predict=_plain(_softmax),
    fused=True,
    latex=r"E = -\sum_k z_{a,k} \ln z_{p,k}, \quad z_{p,k} = \frac{e^{y_k}}{\sum_j e^{y_j}}",
    dlatex=r"\frac{\partial E}{\partial y_k} = z_{p,k} - z_{a,k}",
)

LOSSES = OrderedDict(
    (loss.name, loss) for loss in (squared_error, binary_cross_entropy, softmax_cross_entropy)
)


def loss(name):
    """Return the Loss called `name`; raises ValueError for an unknown name."""
    if not isinstance(name, str) or name not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {told(name)}")
    return LOSSES[name]


if pickle is not None:  # by name: the functions themselves are closures
    pickle(Loss, lambda each: (loss, (each.name,)))
