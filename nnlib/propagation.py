"""Forward and backward propagation, scalar by scalar.

Notation: y = weighted sum, z = output of a neuron, zₐ = target, E = sum of (z − zₐ)² over the
outputs, δ = ∂E/∂y.  Layer 0 is the first layer after the inputs.
"""

import math

from nnlib.arithmetic import finite
from nnlib.steps import Trace
from nnlib.text import told
from nnlib.tiny_network import TinyNetwork, edges_of, numbers, tiny


def propagate(network: TinyNetwork, inputs: list | tuple, targets: list | tuple) -> Trace:
    """Send `inputs` forward and the error for `targets` back; return the Trace.

    Raises ValueError if `network` is no TinyNetwork, if the counts do not fit, or if a value leaves
    the range of floats, as it does when training diverges.
    """
    x = numbers("inputs", inputs, tiny(network).sizes[0])
    targets = numbers("targets", targets, network.sizes[-1])
    w, b, functions = network.weights, network.biases, network.functions
    y, z = _forward(w, b, functions, x)
    errors = _errors(z[-1], targets)
    dz, slopes, deltas, dw, db = _backward(w, functions, y, z, targets)
    trace = Trace(
        outputs=tuple(z[-1]),
        loss=total(errors),
        weight_gradients=tuple(map(_frozen, dw)),
        bias_gradients=_frozen(db),
        sums=_frozen(y),
        values=_frozen(z[1:]),
        deltas=_frozen(deltas),
        errors=tuple(errors),
        upstreams=_frozen(dz[1:]),
        slopes=_frozen(slopes),
        network=network,
        inputs=x,
        targets=targets,
    )
    if not _all_finite(trace[:-3]):  # all but the network, inputs and targets
        broken = next(step for step in trace.steps if not math.isfinite(step.value))
        where = f"{broken.symbol} = {broken.formula}"
        raise ValueError(f"{where} is not finite: it must stay below 1.8e308")
    return trace


def _forward(weights, biases, functions, x):
    """Return the sums y and the outputs z of all layers; z begins with the inputs."""
    y, z = [], [x]
    for layer, rows in enumerate(weights):
        y.append([])
        for i, row in enumerate(rows):
            arriving = total([row[j] * z[layer][j] for j in _edges(row)])
            y[layer].append(arriving + biases[layer][i])
        z.append([functions[layer].f(each) for each in y[layer]])
    return y, z


def _errors(outputs, targets):
    return [(z - targets[i]) * (z - targets[i]) for i, z in enumerate(outputs)]


def _backward(w, functions, y, z, targets):
    """Return ∂E/∂z, ∂z/∂y, δ = ∂E/∂y, ∂E/∂w and ∂E/∂b; z begins with the inputs.

    The chain rule: each begins at 0 and adds up what reaches it on its ways from E.
    """
    dz, slope, delta, db = _zeros(z), _zeros(y), _zeros(y), _zeros(y)
    dw = list(map(_zeros, w))
    dz[-1] = [2 * (output - targets[i]) for i, output in enumerate(z[-1])]
    for layer in range(len(w) - 1, -1, -1):
        for i, row in enumerate(w[layer]):
            slope[layer][i] = functions[layer].df(y[layer][i])
            delta[layer][i] += dz[layer + 1][i] * slope[layer][i]
            db[layer][i] += delta[layer][i]
            for j in _edges(row):
                dw[layer][i][j] += delta[layer][i] * z[layer][j]
                dz[layer][j] += delta[layer][i] * row[j]
    return dz, slope, delta, dw, db


def descend(network: TinyNetwork, trace: Trace, learning_rate: float) -> TinyNetwork:
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


def checked_rate(learning_rate: float) -> float:
    """Return `learning_rate` as a float; ValueError unless it is finite and at least 0."""
    rate = finite("learning_rate", learning_rate)
    if rate < 0:
        raise ValueError(f"learning_rate must be at least 0, not {told(learning_rate)}")
    return rate


def numerical_gradients(
    network: TinyNetwork, inputs: list | tuple, targets: list | tuple, h: float = 1e-5
) -> tuple:
    """Return (weight_gradients, bias_gradients) by central differences with the step h.

    (E(w + h) − E(w − h)) / 2h for one parameter after the other: slow, and ignorant of the chain
    rule, hence a check on it.  h: 1e-12 to 1.  Raises ValueError where `propagate` does.
    """
    inputs = numbers("inputs", inputs, tiny(network).sizes[0])
    targets = numbers("targets", targets, network.sizes[-1])
    h = finite("h", h)
    if not 1e-12 <= h <= 1:  # below it, w + h is w
        raise ValueError(f"h must be from 1e-12 to 1, not {h!r}")
    weights = [list(map(list, rows)) for rows in network.weights]
    biases, functions = list(map(list, network.biases)), network.functions

    def error():
        _, z = _forward(weights, biases, functions, inputs)
        return total(_errors(z[-1], targets))

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


def total(terms: list[float]) -> float:
    """Return the sum from left to right, which sum() of Python 3.12 and later rounds otherwise."""
    result = 0.0
    for term in terms:
        result += term
    return result


def _edges(row):
    return [j for j, w in enumerate(row) if w is not None]


def _zeros(rows):
    return [[None if v is None else 0.0 for v in row] for row in rows]


def _frozen(rows):
    return tuple(map(tuple, rows))


def _all_finite(value):
    if isinstance(value, tuple):
        return all([_all_finite(each) for each in value])
    return value is None or math.isfinite(value)
