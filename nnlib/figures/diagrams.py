"""Pictures of networks: layers of neurons, and what flows between them."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnlib.checks import is_count, sequence
from nnlib.figures.picture import COLOR, WIDTH, picture, short
from nnlib.figures.shapes import MIDDLE, SMALL, Point, arrow, canvas, circle, note, written
from nnlib.propagation import Trace
from nnlib.tiny_network import TinyNetwork, labels, numbers

MOST = 20  # neurons in a layer that can still be told apart
ARROWS = {
    None: "",
    "forward": ", arrows carry the outputs forward",
    "backward": ", arrows carry the error E back to the first hidden layer",
}


@picture
def network(
    layers: Sequence[int] | TinyNetwork,
    trace: Trace | None = None,
    inputs: list[float] | tuple[float, ...] | None = None,
    direction: str | None = None,
) -> tuple[Figure, str]:
    """Draw a network's layers from left to right: input, hidden, output.

    `layers`: sizes such as (4, 5, 1), drawn fully connected and without names; or a TinyNetwork,
    with the names of its weights, biases and neurons.  Its `inputs`, and the `trace` propagate()
    returned for them, add the numbers.  `direction`: "forward" for arrows that carry outputs,
    "backward" for arrows that carry the errors δ back to the first hidden layer, with the
    gradients as the numbers.
    """
    if direction not in (None, "forward", "backward"):
        raise ValueError(f'direction must be None, "forward" or "backward", not {direction!r}')
    tiny = layers if isinstance(layers, TinyNetwork) else None
    sizes = sequence(layers if tiny is None else tiny.sizes) or ()
    if len(sizes) < 2 or not all(is_count(n) and n <= MOST for n in sizes):
        raise ValueError(f"layers must be two or more sizes from 1 to {MOST}, not {layers!r}")
    if tiny is None:
        if trace is not None or inputs is not None:
            raise ValueError(f"inputs and trace must belong to a TinyNetwork, not to {layers!r}")
        return _plain(sizes, direction)
    inputs = None if inputs is None else numbers("inputs", inputs, sizes[0])
    if trace is not None and not isinstance(trace, Trace):
        raise ValueError(f"trace must be what propagate() returns, not {trace!r}")
    if trace is not None and tuple(map(len, trace.values)) != sizes[1:]:
        raise ValueError(f"trace must belong to a TinyNetwork of sizes {sizes}")
    return _named(tiny, trace, inputs, direction)


class _Layers(NamedTuple):
    """Where the neurons of a network stand on its axes, and which way something flows."""

    axis: Axes
    roles: list[str]
    centers: list[list[Point]]
    radius: float
    direction: str | None

    def edges(self):
        """Yield (layer, to, from) of every pair of neurons that an edge may join."""
        for k, (tails, heads) in enumerate(zip(self.centers, self.centers[1:], strict=False)):
            yield from ((k, i, j) for i, j in product(range(len(heads)), range(len(tails))))

    def connect(self, k, i, j):
        """Draw an edge; return its two ends, first the one from which something flows."""
        tail, head = self.centers[k][j], self.centers[k + 1][i]
        ends = (head, tail) if self.direction == "backward" else (tail, head)
        if self.direction is None or (self.direction == "backward" and k == 0):
            thin = max(map(len, self.centers)) > 6  # no error goes on to the inputs: no arrow
            look = {"color": COLOR["muted"], "linewidth": 0.35 if thin else 0.9, "zorder": 1}
            self.axis.plot([tail[0], head[0]], [tail[1], head[1]], **look)
        else:
            role = self.roles[k + 1 if self.direction == "backward" else k]
            arrow(self.axis, *ends, role, self.radius, self.radius)
        return ends

    def open_end(self):
        """Draw what leaves the last layer, or the error that enters there."""
        for x, y in self.centers[-1] if self.direction else []:
            if self.direction == "backward":
                self.axis.text(x + 0.66, y, "E", color=COLOR["error"], weight="bold", **MIDDLE)
                arrow(self.axis, (x + 0.56, y), (x, y), "error", 0, self.radius)
            else:
                arrow(self.axis, (x, y), (x + 0.72, y), "output", self.radius, 0)

    def heading(self):
        counts = zip(map(len, self.centers), self.roles, strict=True)
        layers = ", ".join(f"{n} {role}" for n, role in counts)
        return f"Network of neurons in layers: {layers}{ARROWS[self.direction]}"


def _laid_out(sizes, direction, step, radius, gap, foot):
    """Return the _Layers of such `sizes`, with their titles; lengths in inches.

    `step`: between two neurons of a layer; `gap`: at least between layers; `foot`: free below.
    """
    left, right = 0.45, 0.8 if direction else 0.45
    gap = max((WIDTH - left - right) / (len(sizes) - 1), gap)
    height = 0.42 + 2 * radius + step * (max(sizes) - 1) + foot
    _, axis = canvas(left + gap * (len(sizes) - 1) + right, height)
    middle = (height - 0.42 + foot) / 2
    roles = ["input", *["hidden"] * (len(sizes) - 2), "output"]
    centers = [
        [(left + gap * k, middle + step * ((n - 1) / 2 - i)) for i in range(n)]
        for k, n in enumerate(sizes)
    ]
    for k, role in enumerate(roles):
        text = f"hidden {k}" if role == "hidden" and len(sizes) > 3 else role
        axis.text(centers[k][0][0], height - 0.17, text, color=COLOR[role], **MIDDLE)
    return _Layers(axis, roles, centers, radius, direction)


def _plain(sizes, direction):
    """Draw and tell a network without names."""
    step = min(max(3.6 / max(sizes), 0.27), 0.62)
    layers = _laid_out(sizes, direction, step, 0.36 * step, 0.85, 0.08)
    for k, i, j in layers.edges():
        layers.connect(k, i, j)
    for role, column in zip(layers.roles, layers.centers, strict=True):
        for center in column:
            circle(layers.axis, center, layers.radius, role, ("", None))
    layers.open_end()
    return layers.axis.figure, layers.heading() + "."


class _Quantities(NamedTuple):
    """What stands at the neurons and edges of a TinyNetwork, each a Named; see _quantities."""

    ends: list  # every neuron's name, by layer
    nodes: list
    edges: list
    biases: list


def _named(tiny, trace, inputs, direction):
    """Draw and tell a TinyNetwork."""
    backward, numbered = direction == "backward", trace is not None or inputs is not None
    quantities = _quantities(tiny, trace, inputs, backward)
    gap = 2 if backward and trace else 1.5  # gradients have long names
    layers = _laid_out(tiny.sizes, direction, 1.35 if numbered else 1.2, 0.31, gap, 0.35)
    for k, i, j in layers.edges():
        if quantities.edges[k][i][j] is not None:
            note(layers.axis, *layers.connect(k, i, j), quantities.edges[k][i][j])
    for k, column in enumerate(layers.centers):
        for i, (x, y) in enumerate(column):
            circle(layers.axis, (x, y), layers.radius, layers.roles[k], quantities.nodes[k][i])
            if k:
                text, below = written(quantities.biases[k - 1][i]), y - layers.radius - 0.15
                layers.axis.text(x, below, text, fontsize=SMALL, **MIDDLE)
    layers.open_end()
    told = [layers.heading(), *_told(layers, quantities, inputs is not None)]
    told += [f"E = {short(trace.loss)}"] if trace else []
    return layers.axis.figure, "; ".join(told) + "."


def _told(layers, quantities, with_inputs):
    """Yield what the alt text says of each edge and each neuron."""
    ends, nodes, edges, biases = quantities
    for k, i, j in layers.edges():
        if edges[k][i][j] is not None:
            yield f"{ends[k][j]} to {ends[k + 1][i]}: {written(edges[k][i][j])}"
    if with_inputs:
        yield from map(written, nodes[0])
    between = " " if layers.direction == "backward" else ", "
    for column, below in zip(nodes[1:], biases, strict=True):
        for node, bias in zip(column, below, strict=True):
            yield f"{written(node)}{between}{written(bias)}"


def _quantities(tiny, trace, inputs, backward):
    """Return the _Quantities: on the way forward values and parameters, else the gradients."""
    names = labels(tiny)
    known = tiny if trace or inputs is not None else None
    ends, first = [names.inputs, *names.values], _pair(names.inputs, inputs)
    if backward:
        nodes = _pair(names.deltas, trace and trace.deltas)
        edges = _pair(names.weights, trace and trace.weight_gradients, "∂E/∂" if trace else "")
        return _Quantities(ends, [first, *nodes], edges, _pair(names.biases, None, "= ∂E/∂"))
    nodes = _pair(names.values, trace and trace.values)
    edges = _pair(names.weights, known and known.weights)
    return _Quantities(ends, [first, *nodes], edges, _pair(names.biases, known and known.biases))


def _pair(names, values, prefix=""):
    """Put each name of a nested list beside its number; None stays None, for a missing edge."""
    if names is None or isinstance(names, str):
        return names and (prefix + names, values)
    values = [None] * len(names) if values is None else values
    return [_pair(n, v, prefix) for n, v in zip(names, values, strict=True)]
