"""Forward and backward propagation, scalar by scalar, with a Step for every operation.

Notation: y = weighted sum, z = output of a neuron, zₐ = target, E = sum of (z − zₐ)² over the
outputs, δ = ∂E/∂y.  Layer 0 is the first layer after the inputs.
"""

import math
from collections import namedtuple

from nnlib.activations import finite
from nnlib.text import number, told
from nnlib.tiny_network import TinyNetwork, edges_of, labels, numbers, tiny

# One equation, symbol = formula = numbers = value.  phase: "forward", "loss" or "backward";
# place: ("node", layer, i), ("edge", layer, to, from) or ("loss",).
Step = namedtuple("Step", "phase place symbol formula numbers value")

# The gradients are shaped as the parameters, None where there is no edge; sums (y), values (z)
# and deltas are read as sums[layer][i]; the steps stand in the order of computation.
Trace = namedtuple("Trace", "outputs loss weight_gradients bias_gradients steps sums values deltas")


def propagate(network, inputs, targets):
    """Send `inputs` forward and the error for `targets` back; return the Trace.

    Raises ValueError if `network` is no TinyNetwork, if the counts do not fit, or if a value leaves
    the range of floats, as it does when training diverges.
    """
    names, record = labels(network), _Record()
    x = _row(names.inputs, numbers("inputs", inputs, network.sizes[0]))
    targets = _row(names.targets, numbers("targets", targets, network.sizes[-1]))
    w = list(map(_rows, names.weights, network.weights))
    b = _rows(names.biases, network.biases)
    y, z = _forward(record, names, network.functions, w, b, x)
    loss = _loss(record, z[-1], targets)
    dw, db, deltas = _backward(record, names, network.functions, w, y, z, targets)
    return Trace(
        outputs=_values(z[-1]),
        loss=loss.value,
        weight_gradients=tuple(map(_table, dw)),
        bias_gradients=_table(db),
        steps=tuple(record.steps),
        sums=_table(y),
        values=_table(z[1:]),
        deltas=_table(deltas),
    )


def descend(network, trace, learning_rate):
    """Return the network after one step of gradient descent: w − η·∂E/∂w for every parameter.

    Raises ValueError if `learning_rate` is not a finite number of at least 0, if the trace is that
    of a network of another shape, or if a parameter leaves the range of floats.
    """
    rate = checked_rate(learning_rate)
    edges = edges_of(tiny(network).weights)
    if not isinstance(trace, Trace) or edges_of(trace.weight_gradients) != edges:
        raise ValueError("trace must be what propagate() gives for this network")

    def row(parameters, gradients):
        return [p if p is None else p - rate * gradients[i] for i, p in enumerate(parameters)]

    def rows(parameters, gradients):
        return list(map(row, parameters, gradients))

    weights = list(map(rows, network.weights, trace.weight_gradients))
    return TinyNetwork(weights, rows(network.biases, trace.bias_gradients), network.activations)


def checked_rate(learning_rate):
    """Return `learning_rate` as a float; ValueError unless it is finite and at least 0."""
    rate = finite("learning_rate", learning_rate)
    if rate < 0:
        raise ValueError(f"learning_rate must be at least 0, not {told(learning_rate)}")
    return rate


def numerical_gradients(network, inputs, targets, h=1e-5):
    """Return (weight_gradients, bias_gradients) by central differences with the step h.

    (E(w + h) − E(w − h)) / 2h for one parameter after the other: slow, and ignorant of the chain
    rule, hence a check on it.  h: 1e-12 to 1.  Raises ValueError where `propagate` does."""
    inputs = numbers("inputs", inputs, tiny(network).sizes[0])
    targets = numbers("targets", targets, network.sizes[-1])
    h = finite("h", h)
    if not 1e-12 <= h <= 1:  # below it, w + h is w
        raise ValueError(f"h must be from 1e-12 to 1, not {h!r}")
    weights = [list(map(list, rows)) for rows in network.weights]
    biases, functions = list(map(list, network.biases)), network.functions

    def total(terms):  # not sum(): CPython's rounds differently from MicroPython's
        result = 0.0
        for term in terms:
            result += term
        return result

    def error():
        z = inputs
        for layer, rows in enumerate(weights):
            z = [
                functions[layer].f(total(row[j] * z[j] for j in _edges(row)) + biases[layer][i])
                for i, row in enumerate(rows)
            ]
        return total((z[i] - target) * (z[i] - target) for i, target in enumerate(targets))

    def slope(row, i):
        middle = row[i]
        if middle is None:
            return None
        row[i] = middle + h
        above = error()
        row[i] = middle - h
        below = error()
        row[i] = middle
        if not math.isfinite(above - below):
            raise ValueError("E is not finite: it must stay below 1.8e308")
        return (above - below) / (2 * h)

    def slopes(rows):
        return tuple(tuple(slope(row, i) for i in range(len(row))) for row in rows)

    return tuple(map(slopes, weights)), slopes(biases)


# From here on a scalar is a quantity: its name and its value together, so that a formula, the
# formula with numbers, and its result come from one description.
_Quantity = namedtuple("_Quantity", "name value")


def _forward(record, names, functions, w, b, x):
    """Return the sums and the values of all layers; the values begin with the inputs."""
    sums, values = [], [x]
    for layer, rows in enumerate(w):
        sent = values[-1]
        sums.append([])
        values.append([])
        for i, row in enumerate(rows):
            place = ("forward", ("node", layer, i))
            terms = [(row[j], sent[j]) for j in _edges(row)]
            terms.append((b[layer][i],))
            y = record.products(place, names.sums[layer][i], terms)
            sums[-1].append(y)
            values[-1].append(record.call(place, names.values[layer][i], functions[layer], "", y))
    return sums, values


def _loss(record, outputs, targets):
    place, several, terms = ("loss", ("loss",)), len(outputs) > 1, []
    for i, z in enumerate(outputs):
        error = z.value - targets[i].value
        name = "E" + z.name[1:] if several else "E"
        terms.append(record.difference(place, name, "({} − {})²", z, targets[i], error * error))
    return record.products(place, "E", [(term,) for term in terms]) if several else terms[0]


def _backward(record, names, functions, w, y, z, targets):
    """Return the gradients and the deltas; z[layer] is what the layer receives."""
    depth = len(w)
    dw, db, deltas = [None] * depth, [None] * depth, [None] * depth
    for layer in range(depth - 1, -1, -1):
        dw[layer], db[layer], deltas[layer] = [], [], []
        for i, row in enumerate(w[layer]):
            place, inner, outer = ("backward", ("node", layer, i)), y[layer][i], z[layer + 1][i]
            if layer == depth - 1:
                slope = 2 * (outer.value - targets[i].value)
                upstream = record.difference(
                    place, f"∂E/∂{outer.name}", "2·({} − {})", outer, targets[i], slope
                )
            else:
                terms = [
                    (deltas[layer + 1][k], following[i])
                    for k, following in enumerate(w[layer + 1])
                    if following[i] is not None
                ]
                upstream = record.products(place, f"∂E/∂{outer.name}", terms)
            local = record.call(place, f"∂{outer.name}/∂{inner.name}", functions[layer], "′", inner)
            delta = record.products(place, names.deltas[layer][i], [(upstream, local)])
            deltas[layer].append(delta)
            dw[layer].append([None] * len(row))
            for j in _edges(row):
                dw[layer][i][j] = record.products(
                    ("backward", ("edge", layer, i, j)),
                    f"∂E/∂{row[j].name}",
                    [(delta, z[layer][j])],
                )
            db[layer].append(record.products(place, f"∂E/∂{names.biases[layer][i]}", [(delta,)]))
    return dw, db, deltas


class _Record:
    """The steps so far.  Each method adds one and returns its quantity."""

    def __init__(self):
        self.steps = []

    def write(self, place, name, formula, put_in, value):
        if not math.isfinite(value):
            raise ValueError(f"{name} = {formula} is not finite: it must stay below 1.8e308")
        self.steps.append(Step(place[0], place[1], name, formula, put_in, value))
        return _Quantity(name, value)

    def products(self, place, name, terms):
        """The sum, over the terms, of the product of each term's quantities."""
        total = 0.0  # not sum(): CPython's rounds differently from MicroPython's
        for term in terms:
            product = 1.0
            for quantity in term:
                product *= quantity.value
            total += product
        formula = " + ".join("·".join(q.name for q in term) for term in terms)
        put_in = " + ".join("·".join(_put(q.value) for q in term) for term in terms)
        if put_in[:1] == "(":
            put_in = put_in[1:].replace(")", "", 1)  # a leading minus needs no parentheses
        return self.write(place, name, formula or "0", put_in or "0", total)

    def difference(self, place, name, pattern, z, target, value):
        put_in = pattern.format(number(z.value), _put(target.value))
        return self.write(place, name, pattern.format(z.name, target.name), put_in, value)

    def call(self, place, name, function, prime, y):
        f = function.df if prime else function.f
        a = "" if function.a == 1 else f", a={number(function.a)}"
        formula, put_in = (
            f"{function.name}{prime}({argument}{a})" for argument in (y.name, number(y.value))
        )
        return self.write(place, name, formula, put_in, f(y.value))


def _put(value):
    return number(value) if value >= 0 else f"({number(value)})"


def _edges(row):
    return [j for j, w in enumerate(row) if w is not None]


def _row(names, values):
    return [v if v is None else _Quantity(names[i], v) for i, v in enumerate(values)]


def _rows(names, values):
    return list(map(_row, names, values))


def _values(quantities):
    return tuple(q if q is None else q.value for q in quantities)


def _table(rows):
    return tuple(map(_values, rows))
