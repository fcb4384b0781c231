"""The steps of a propagation: its trace of numbers, and each operation as an equation in words."""

from collections import OrderedDict, namedtuple

from nnlib.text import number, signed
from nnlib.tiny_network import Labels, labels

Quantity = namedtuple("Quantity", "name value")


class Trace(
    namedtuple(
        "Trace",
        "outputs loss weight_gradients bias_gradients sums values deltas "
        "errors upstreams slopes network inputs targets",
    )
):
    """What one propagation was given, and every number that it computed.

    The gradients are shaped as the parameters, None where there is no edge; sums (y), values (z),
    deltas (δ), upstreams (∂E/∂z) and slopes (∂z/∂y) are read as sums[layer][i]; errors[i] is what
    output i adds to the loss, E.
    """

    @property
    def steps(self) -> tuple:
        """Every operation as a Step, in the order of computation."""
        network = self.network
        named = Labels(
            inputs=self.inputs,
            targets=self.targets,
            weights=network.weights,
            biases=network.biases,
            sums=self.sums,
            values=self.values,
            deltas=self.deltas,
            errors=self.errors,
        )
        q = Labels(*map(_quantities, labels(network), named))
        return tuple(_forward(q, network) + _loss(q, self.loss) + _backward(q, self))


# One equation, symbol = formula = numbers = value.  kind: a key of PHASES; phase: "forward", "loss"
# or "backward"; place: ("node", layer, i), ("edge", layer, to, from) or ("loss",); terms: tuples of
# the Quantities combined, in most kinds a sum of products; formula and numbers are their text.
Step = namedtuple("Step", "phase place symbol formula numbers value kind terms")

PHASES = OrderedDict(
    [
        ("sum", "forward"),  # y, of what arrives
        ("output", "forward"),  # z = f(y)
        ("error", "loss"),  # (z − zₐ)² of one output
        ("total error", "loss"),  # E of several
        ("error slope", "backward"),  # ∂E/∂z of an output
        ("sent back", "backward"),  # ∂E/∂z of a hidden neuron, from the δ behind it
        ("slope", "backward"),  # ∂z/∂y = f′(y)
        ("delta", "backward"),  # δ = ∂E/∂y
        ("weight gradient", "backward"),
        ("bias gradient", "backward"),
    ]
)


def step(kind: str, place: tuple, result: Quantity, terms: list, pattern: str = "") -> Step:
    """Return the Step of a `kind` that combines `terms`, tuples of Quantities, into `result`.

    pattern: the formula, with {} for each quantity; without one, the sum of products.
    """
    pattern = pattern or " + ".join(["·".join(["{}"] * len(term)) for term in terms]) or "0"
    quantities = [quantity for term in terms for quantity in term]
    values = [number(quantity.value) for quantity in quantities[:1]]  # no sign before its minus
    values += [signed(quantity.value) for quantity in quantities[1:]]
    return Step(
        phase=PHASES[kind],
        place=place,
        symbol=result.name,
        formula=pattern.format(*[quantity.name for quantity in quantities]),
        numbers=pattern.format(*values),
        value=result.value,
        kind=kind,
        terms=tuple(terms),
    )


def _quantities(names, values):
    """Return names and values, lists of one shape, as lists of Quantities; None stays None."""
    if isinstance(names, list):
        return [_quantities(name, values[i]) for i, name in enumerate(names)]
    return None if names is None else Quantity(names, values)


def _forward(q, network):
    steps = []
    for layer, rows in enumerate(q.weights):
        call = _call(network.functions[layer])
        for i, row in enumerate(rows):
            place, y, z = ("node", layer, i), q.sums[layer][i], q.values[layer][i]
            terms = [(w, _sent(q, layer)[j]) for j, w in enumerate(row) if w]
            terms.append((q.biases[layer][i],))
            steps.append(step("sum", place, y, terms))
            steps.append(step("output", place, z, [(y,)], call))
    return steps


def _loss(q, loss):
    place, steps = ("loss",), []
    for i, error in enumerate(q.errors):
        terms = [(q.values[-1][i], q.targets[i])]
        steps.append(step("error", place, error, terms, "({} − {})²"))
    if len(steps) > 1:
        terms = [(error,) for error in q.errors]
        steps.append(step("total error", place, Quantity("E", loss), terms))
    return steps


def _backward(q, trace):
    steps = []
    for layer in range(len(q.weights) - 1, -1, -1):
        call = _call(trace.network.functions[layer], "′")
        for i, row in enumerate(q.weights[layer]):
            place, y, z = ("node", layer, i), q.sums[layer][i], q.values[layer][i]
            delta, bias = q.deltas[layer][i], q.biases[layer][i]
            upstream = Quantity(f"∂E/∂{z.name}", trace.upstreams[layer][i])
            slope = Quantity(f"∂{z.name}/∂{y.name}", trace.slopes[layer][i])
            if layer + 1 == len(q.weights):
                terms = [(z, q.targets[i])]
                steps.append(step("error slope", place, upstream, terms, "2·({} − {})"))
            else:
                edges = [row[i] for row in q.weights[layer + 1]]
                terms = [(q.deltas[layer + 1][k], w) for k, w in enumerate(edges) if w]
                steps.append(step("sent back", place, upstream, terms))
            steps.append(step("slope", place, slope, [(y,)], call))
            steps.append(step("delta", place, delta, [(upstream, slope)]))
            for j, w in enumerate(row):
                if w:
                    gradient = Quantity(f"∂E/∂{w.name}", trace.weight_gradients[layer][i][j])
                    terms = [(delta, _sent(q, layer)[j])]
                    steps.append(step("weight gradient", ("edge", layer, i, j), gradient, terms))
            gradient = Quantity(f"∂E/∂{bias.name}", trace.bias_gradients[layer][i])
            steps.append(step("bias gradient", place, gradient, [(delta,)]))
    return steps


def _sent(q, layer):
    return q.values[layer - 1] if layer else q.inputs


def _call(function, prime=""):
    a = "" if function.a == 1 else f", a={number(function.a)}"
    return function.name + prime + "({}" + a + ")"
