"""The parameters of a network small enough for one page, and what each of them is called there."""

from collections import namedtuple

from nnlib.activations import activation
from nnlib.arithmetic import finite
from nnlib.record import Record
from nnlib.text import subscript, told

# The names of all quantities, shaped as the quantities; None where there is no edge.
Labels = namedtuple("Labels", "inputs targets weights biases sums values deltas errors")


class TinyNetwork(Record):
    """Layers of neurons: an immutable value that compares by its parameters.

    weights[layer][to][from]: finite numbers, None where there is no edge; biases[layer][to];
    activations[layer]: a name, or a pair (name, a).  Layer 0 is the first after the inputs.
    Raises ValueError, naming the part, for ragged shapes, values that are not finite numbers,
    neurons that no edge leads to, and unknown activations.
    """

    fields = __slots__ = ("weights", "biases", "activations")
    weights: tuple
    biases: tuple
    activations: tuple

    def __init__(self, weights: list | tuple, biases: list | tuple, activations: list | tuple):
        layers = _sequence("weights", weights)
        biases = _sequence("biases", biases, len(layers))
        activations = _sequence("activations", activations, len(layers))
        checked: list[list] = [[], [], []]
        size = None  # the first row says how many inputs there are
        for k, rows in enumerate(layers):
            rows, checked_rows = _sequence(f"weights[{k}]", rows), []
            for i, row in enumerate(rows):
                checked_rows.append(_edges_into(f"weights[{k}][{i}]", row, size))
                size = size or len(checked_rows[0])
            size = len(rows)
            checked[0].append(tuple(checked_rows))
            checked[1].append(numbers(f"biases[{k}]", biases[k], size))
            checked[2].append(_activation(f"activations[{k}]", activations[k]))
        weights, biases, activations = map(tuple, checked)
        self._set(weights=weights, biases=biases, activations=activations)

    @property
    def functions(self) -> list:
        """The Activation of each layer."""
        return [
            activation(entry) if isinstance(entry, str) else activation(*entry)
            for entry in self.activations
        ]

    @property
    def sizes(self) -> tuple:
        """How many inputs there are, then how many neurons in each layer: (2, 2, 1)."""
        return tuple(map(len, self.weights[0][:1] + self.biases))


def tiny(network: object) -> TinyNetwork:
    """Return `network`; ValueError unless it is a TinyNetwork."""
    if not isinstance(network, TinyNetwork):
        raise ValueError(f"network must be a TinyNetwork, not {told(network)}")
    return network


def edges_of(weights: tuple) -> list:
    """Return, shaped as `weights`, where there is an edge: True, or False for None."""
    return [[[w is not None for w in row] for row in rows] for rows in weights]


def labels(network: TinyNetwork) -> Labels:
    """Return the Labels of `network`: "w₁", "y₃", ...

    Neurons after the inputs are numbered in reading order, edges in the order (layer, to, from).
    b, y, z and δ carry the number of their neuron; so do zₐ and E if there are several outputs.
    ValueError for anything but a TinyNetwork.
    """
    network = tiny(network)
    weights: list[list] = []
    indices: list[list] = []
    edges, neurons = 0, 0
    for rows in network.weights:
        weights.append([])
        indices.append([])
        for row in rows:
            neurons += 1
            indices[-1].append(subscript(neurons))
            weights[-1].append([])
            for weight in row:
                edges += weight is not None
                weights[-1][-1].append(None if weight is None else "w" + subscript(edges))

    def each_neuron(letter):
        return [[letter + index for index in layer] for layer in indices]

    ends = indices[-1] if len(indices[-1]) > 1 else [""]
    return Labels(
        inputs=["x" + subscript(1 + j) for j in range(network.sizes[0])],
        targets=["zₐ" + index for index in ends],
        weights=weights,
        biases=each_neuron("b"),
        sums=each_neuron("y"),
        values=each_neuron("z"),
        deltas=each_neuron("δ"),
        errors=["E" + index for index in ends],
    )


def numbers(name: str, values: list | tuple, size: int) -> tuple:
    """Return `values` as a tuple of `size` floats; ValueError unless they are finite numbers."""
    return tuple(finite(f"{name}[{i}]", v) for i, v in enumerate(_sequence(name, values, size)))


def _edges_into(name, values, size):
    row = tuple(
        None if v is None else finite(f"{name}[{j}]", v)
        for j, v in enumerate(_sequence(name, values, size))
    )
    if all(w is None for w in row):
        raise ValueError(f"{name} must have at least one edge, not {told(values)}")
    return row


def _activation(name, entry):
    pair = (entry,) if isinstance(entry, str) else _sequence(name, entry, 2)
    function = activation(*pair)
    return function.name if function.a == 1 else (function.name, function.a)


_UNORDERED = (str, bytes, bytearray, set, frozenset, dict)  # or no sequences of numbers


def _sequence(name, value, size=None):
    try:
        items = () if isinstance(value, _UNORDERED) else tuple(value)
    except TypeError:
        items = ()
    if not items or size not in (None, len(items)):
        allowed = "at least one entry" if size is None else f"length {size}"
        raise ValueError(f"{name} must be a sequence of {allowed}, not {told(value)}")
    return items
