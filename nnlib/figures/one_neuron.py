"""A picture of one neuron: what comes in, what it does with it, and what goes out."""

import math
from collections.abc import Sequence
from numbers import Real

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from nnlib import activations
from nnlib.checks import sequence
from nnlib.figures.picture import COLOR, WIDTH, picture
from nnlib.figures.shapes import MIDDLE, SMALL, arrow, canvas, circle, note, written
from nnlib.text import subscript


@picture
def neuron(
    inputs: Sequence[str | float] = ("x₁", "x₂", "xₙ"),
    weights: Sequence[str | float] = ("w₁", "w₂", "wₙ"),
    bias: str | float = "b",
    activation: str = "f",
) -> tuple[Figure, str]:
    """Draw one neuron: inputs times weights, plus the bias, through the activation.

    Names or numbers; where all are numbers and `activation` is one of nnlib's, y and z are
    computed.  Dots stand before an input whose name ends in ₙ.
    """
    xs, ws = sequence(inputs) or (), sequence(weights) or ()
    if not 1 <= len(xs) <= 8:
        raise ValueError(f"inputs must be 1 to 8 names or numbers, not {inputs!r}")
    if len(ws) != len(xs):
        raise ValueError(f"weights must be one for each of {len(xs)} inputs, not {weights!r}")
    if not isinstance(activation, str):
        raise ValueError(f"activation must be a name, not {activation!r}")
    known = all(isinstance(v, Real) for v in [*xs, *ws, bias])
    y, z = _computed(xs, ws, bias, activation) if known else (None, None)
    feeds = _terms("x", xs), _terms("w", ws)
    parts = feeds, ("b", bias) if known else (str(bias), None), activation, ("y", y), ("z", z)
    return _drawn(*parts), _told(*parts)


def _computed(xs, ws, bias, activation):
    """Return y and z; None, None if nnlib has no such activation."""
    if activation not in activations.ACTIVATIONS:
        return None, None
    y = math.fsum([bias, *(x * w for x, w in zip(xs, ws, strict=True))])
    return y, activations.activation(activation).f(y)


def _told(feeds, offset, activation, y, z):
    parts = ", ".join(written(named) for named in [*feeds[0], *feeds[1], offset])
    return (
        f"One neuron with {parts}: inputs times weights plus bias give {written(y)}, "
        f"the activation {activation} turns it into the output {written(z)}."
    )


def _drawn(feeds, offset, activation, y, z):
    height = max(0.86 * len(feeds[0]), 1.7) + 0.1
    (figure, axis), middle = canvas(WIDTH, height), height / 2
    _body(axis, middle, activation)
    _feeds(axis, middle, *feeds)
    arrow(axis, (2.32, middle + 0.8), (2.32, middle + 0.3), "muted", 0, 0.03)
    axis.text(2.42, middle + 0.66, written(offset), fontsize=SMALL, va="center")
    axis.text(2.32, middle - 0.46, written(y), fontsize=SMALL, **MIDDLE)
    arrow(axis, (3.38, middle), (4.3, middle), "hidden", 0, 0)
    axis.text(3.84, middle + 0.16, written(z), fontsize=SMALL, **MIDDLE)
    return figure


def _terms(letter, values):
    """Return a Named for each name, and for each number with a name of `letter`."""
    return [
        (letter + subscript(i + 1), v) if isinstance(v, Real) else (str(v), None)
        for i, v in enumerate(values)
    ]


def _body(axis, middle, activation):
    """Draw the neuron that sums and activates."""
    box = {"boxstyle": "round,pad=0,rounding_size=0.3", "linewidth": 1.6, "zorder": 3}
    fill, edge = COLOR["hidden-fill"], COLOR["hidden"]
    body = FancyBboxPatch((2.02, middle - 0.3), 1.36, 0.6, facecolor=fill, edgecolor=edge, **box)
    axis.add_patch(body)
    line = {"linewidth": 1.2, "zorder": 4, "solid_capstyle": "butt"}
    axis.plot([2.6, 2.6], [middle - 0.3, middle + 0.3], color=COLOR["hidden"], **line)
    axis.text(2.32, middle, "Σ", fontsize=14, zorder=5, **MIDDLE)
    axis.text(2.97, middle, activation, zorder=5, **MIDDLE)


def _feeds(axis, middle, inputs, weights):
    """Draw the inputs and, on their arrows, the weights."""
    for i, (x, w) in enumerate(zip(inputs, weights, strict=True)):
        center = (0.45, middle + 0.86 * ((len(inputs) - 1) / 2 - i))
        circle(axis, center, 0.28, "input", x)
        arrow(axis, center, (2.02, middle), "input", 0.28, 0.03)
        note(axis, center, (2.02, middle), w)
        if x[0].endswith("ₙ"):
            axis.text(0.45, center[1] + 0.43, "⋮", fontsize=13, **MIDDLE)
