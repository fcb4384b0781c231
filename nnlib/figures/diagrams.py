"""Pictures of networks: layers of neurons and what flows between them, and one neuron alone."""

import math
from itertools import pairwise
from numbers import Integral, Real

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from nnlib import activations
from nnlib.figures.picture import COLOR, WIDTH, picture, short
from nnlib.text import subscript
from nnlib.tiny_network import TinyNetwork, labels, numbers

MOST = 20  # neurons in a layer that can still be told apart
SMALL = 9.5  # points
ARROWS = {
    None: "",
    "forward": ", arrows carry the outputs forward",
    "backward": ", arrows carry the error E back to the first hidden layer",
}
MIDDLE = {"ha": "center", "va": "center"}


@picture
def network(layers, trace=None, inputs=None, direction=None):
    """Draw a network's layers from left to right: input, hidden, output.

    `layers`: sizes such as (4, 5, 1), drawn fully connected and without names; or a TinyNetwork,
    with the names of its weights, biases and neurons.  Its `inputs`, and the `trace` propagate()
    returned for them, add the numbers.  `direction`: "forward" for arrows that carry outputs,
    "backward" for arrows that carry the errors δ back to the first hidden layer, with the
    gradients as the numbers.
    """
    tiny = layers if isinstance(layers, TinyNetwork) else None
    sizes = tuple(tiny.sizes if tiny else layers)
    if len(sizes) < 2 or not all(isinstance(n, Integral) and 1 <= n <= MOST for n in sizes):
        raise ValueError(f"layers must be two or more sizes from 1 to {MOST}, not {sizes}")
    if direction not in ARROWS:
        raise ValueError(f'direction must be None, "forward" or "backward", not {direction!r}')
    numbered = trace is not None or inputs is not None
    inputs = inputs if inputs is None else numbers("inputs", inputs, sizes[0])
    first = sizes[0] if inputs is None else len(inputs)
    rest = sizes[1:] if trace is None else map(len, trace.values)
    if (first, *rest) != sizes or (numbered and not tiny):
        raise ValueError(f"inputs and trace must belong to a TinyNetwork of sizes {sizes}")
    backward = direction == "backward"
    ends, nodes, edges, biases = _named(tiny, inputs, trace, backward) if tiny else _unnamed(sizes)
    wide = backward and trace  # gradients have long names
    step = 1.35 if numbered else 1.2 if tiny else min(max(3.6 / max(sizes), 0.27), 0.62)
    radius = 0.31 if tiny else 0.36 * step
    left, right, foot = 0.45, 0.8 if direction else 0.45, 0.35 if tiny else 0.08
    gap = max((WIDTH - left - right) / (len(sizes) - 1), 2 if wide else 1.5 if tiny else 0.85)
    height = 0.42 + 2 * radius + step * (max(sizes) - 1) + foot
    axis = _canvas(left + gap * (len(sizes) - 1) + right, height)
    roles = ["input", *["hidden"] * (len(sizes) - 2), "output"]
    centers = [[(left + gap * k, (height - 0.42 + foot) / 2 + step * ((n - 1) / 2 - i))
                for i in range(n)] for k, n in enumerate(sizes)]  # fmt: skip
    for k, role in enumerate(roles):
        text = f"hidden {k}" if role == "hidden" and len(sizes) > 3 else role
        axis.text(centers[k][0][0], height - 0.17, text, color=COLOR[role], **MIDDLE)
    layers = ", ".join(f"{n} {role}" for n, role in zip(sizes, roles, strict=True))
    told = [f"Network of neurons in layers: {layers}{ARROWS[direction]}"]
    for k, i, j in np.ndindex(len(sizes) - 1, max(sizes), max(sizes)):
        if i >= sizes[k + 1] or j >= sizes[k] or edges[k][i][j] is None:
            continue
        start, end = centers[k][j], centers[k + 1][i]
        if direction is None or (backward and k == 0):  # no error goes on to the inputs
            style = {"color": COLOR["muted"], "linewidth": 0.9 if max(sizes) <= 6 else 0.35}
            axis.plot([start[0], end[0]], [start[1], end[1]], zorder=1, **style)
        elif backward:
            _arrow(axis, end, start, roles[k + 1], radius, radius)
        else:
            _arrow(axis, start, end, roles[k], radius, radius)
        if tiny:  # near the tail of the arrow, where edges do not cross
            _note(axis, *((end, start) if backward else (start, end)), edges[k][i][j])
            told.append(f"{ends[k][j]} to {ends[k + 1][i]}: {_text(edges[k][i][j], ' = ')}")
    for k, column in enumerate(centers):
        for i, center in enumerate(column):
            _circle(axis, center, radius, roles[k], nodes[k][i])
            said = _text(nodes[k][i], " = ")
            if k and tiny:
                text = _text(biases[k - 1][i], " = ")
                axis.text(center[0], center[1] - radius - 0.15, text, fontsize=SMALL, **MIDDLE)
                said += f" {text}" if backward else f", {text}"
            told += [said] if tiny and (k or inputs is not None) else []
    for x, y in centers[-1] if direction else []:
        if backward:
            axis.text(x + 0.66, y, "E", color=COLOR["error"], weight="bold", **MIDDLE)
            _arrow(axis, (x + 0.56, y), (x, y), "error", 0, radius)
        else:
            _arrow(axis, (x, y), (x + 0.72, y), "output", radius, 0)
    told += [f"E = {short(trace.loss)}"] if trace else []
    return axis.figure, "; ".join(told) + "."


@picture
def neuron(inputs=("x₁", "x₂", "xₙ"), weights=("w₁", "w₂", "wₙ"), bias="b", activation="f"):
    """Draw one neuron: inputs times weights, plus the bias, through the activation.

    Names or numbers; where all are numbers and `activation` is one of nnlib's, y and z are
    computed.  Dots stand before an input whose name ends in ₙ.
    """
    n = len(inputs)
    if not 1 <= n <= 8 or len(weights) != n:
        raise ValueError(f"1 to 8 inputs with a weight each are drawn, not {n} and {len(weights)}")
    known = all(isinstance(v, Real) for v in [*inputs, *weights, bias])
    inputs, weights = _pairs("x", inputs), _pairs("w", weights)
    bias = ("b", bias) if known else (str(bias), None)
    y = z = None
    if known and activation in activations.ACTIVATIONS:
        y = math.fsum([bias[1], *(x * w for (_, x), (_, w) in zip(inputs, weights, strict=True))])
        z = activations.activation(activation).f(y)
    y, z = _text(("y", y), " = "), _text(("z", z), " = ")
    height = max(0.86 * n, 1.7) + 0.1
    axis, middle = _canvas(WIDTH, height), height / 2
    axis.add_patch(FancyBboxPatch(
        (2.02, middle - 0.3), 1.36, 0.6, boxstyle="round,pad=0,rounding_size=0.3", linewidth=1.6,
        facecolor=COLOR["hidden-fill"], edgecolor=COLOR["hidden"], zorder=3,
    ))  # fmt: skip
    axis.plot([2.6, 2.6], [middle - 0.3, middle + 0.3], color=COLOR["hidden"], linewidth=1.2,
              zorder=4, solid_capstyle="butt")  # fmt: skip
    axis.text(2.32, middle, "Σ", fontsize=14, zorder=5, **MIDDLE)
    axis.text(2.97, middle, activation, zorder=5, **MIDDLE)
    for i, (x, w) in enumerate(zip(inputs, weights, strict=True)):
        center = (0.45, middle + 0.86 * ((n - 1) / 2 - i))
        _circle(axis, center, 0.28, "input", x)
        _arrow(axis, center, (2.02, middle), "input", 0.28, 0.03)
        _note(axis, center, (2.02, middle), w)
        if x[0].endswith("ₙ"):
            axis.text(0.45, center[1] + 0.43, "⋮", fontsize=13, **MIDDLE)
    _arrow(axis, (2.32, middle + 0.8), (2.32, middle + 0.3), "muted", 0, 0.03)
    axis.text(2.42, middle + 0.66, _text(bias, " = "), fontsize=SMALL, va="center")
    axis.text(2.32, middle - 0.46, y, fontsize=SMALL, **MIDDLE)
    _arrow(axis, (3.38, middle), (4.3, middle), "hidden", 0, 0)
    axis.text(3.84, middle + 0.16, z, fontsize=SMALL, **MIDDLE)
    parts = [_text(pair, " = ") for pair in [*inputs, *weights, bias]]
    return axis.figure, (
        f"One neuron with {', '.join(parts)}: inputs times weights plus bias give {y}, "
        f"the activation {activation} turns it into the output {z}."
    )


def _named(tiny, inputs, trace, backward):
    """Return every neuron's name, then nodes, edges and biases of (name, number or None)."""
    names = labels(tiny)
    known = tiny if trace or inputs is not None else None
    ends, first = [names.inputs, *names.values], _pair(names.inputs, inputs)
    if backward:
        nodes = _pair(names.deltas, trace and trace.deltas)
        edges = _pair(names.weights, trace and trace.weight_gradients, "∂E/∂" if trace else "")
        return ends, [first, *nodes], edges, _pair(names.biases, None, "= ∂E/∂")
    nodes = _pair(names.values, trace and trace.values)
    edges = _pair(names.weights, known and known.weights)
    return ends, [first, *nodes], edges, _pair(names.biases, known and known.biases)


def _unnamed(sizes):
    nodes = [[("", None)] * n for n in sizes]
    return None, nodes, [[[("", None)] * a] * b for a, b in pairwise(sizes)], None


def _pair(names, values, prefix=""):
    """Put each name of a nested list beside its number; None stays None, for a missing edge."""
    if names is None or isinstance(names, str):
        return names and (prefix + names, values)
    values = [None] * len(names) if values is None else values
    return [_pair(n, v, prefix) for n, v in zip(names, values, strict=True)]


def _text(pair, between):
    name, value = pair
    return name if value is None else f"{name}{between}{short(value)}"


def _pairs(letter, values):
    return [(letter + subscript(i + 1), v) if isinstance(v, Real) else (str(v), None)
            for i, v in enumerate(values)]  # fmt: skip


def _canvas(width, height):
    """Return axes without frame whose unit is the inch."""
    figure = Figure((width, height))
    axis = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axis.set_axis_off()
    return axis


def _circle(axis, center, radius, role, pair):
    axis.add_patch(Circle(center, radius, facecolor=COLOR[role + "-fill"], edgecolor=COLOR[role],
                          linewidth=1.6, zorder=3))  # fmt: skip
    text = _text(pair, "\n")
    size = SMALL if "\n" in text or len(text) > 3 else 12
    axis.text(*center, text, fontsize=size, zorder=4, linespacing=1.25, **MIDDLE)


def _arrow(axis, start, end, role, tail, head):
    """Draw an arrow that leaves `tail` and `head` inches free at its ends."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    look = {"arrowstyle": "-|>", "color": COLOR[role], "linewidth": 1.3, "mutation_scale": 10}
    axis.annotate("", (x1 - head * dx, y1 - head * dy), (x0 + tail * dx, y0 + tail * dy),
                  arrowprops=look | {"shrinkA": 0, "shrinkB": 0}, zorder=2)  # fmt: skip


def _note(axis, start, end, pair):
    x, y = (a + 0.35 * (b - a) for a, b in zip(start, end, strict=True))
    box = {"facecolor": COLOR["paper"], "edgecolor": "none", "pad": 0.8}
    axis.text(x, y, _text(pair, "\n"), fontsize=SMALL, bbox=box, zorder=2.5, linespacing=1.1,
              **MIDDLE)  # fmt: skip
