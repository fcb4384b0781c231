"""Back-propagation done wrongly, on purpose: the usual mistakes, and how each of them shows."""

from collections import OrderedDict

from nnlib.arithmetic import finite
from nnlib.propagation import checked_rate, propagate, total
from nnlib.text import told
from nnlib.tiny_network import TinyNetwork, tiny

MISTAKES = OrderedDict()
MISTAKES["forgotten_derivative"] = (
    "The factor f′(y) is left out of every δ: the error may still fall, and even faster, "
    "but not along the slope; only a check of the gradients tells."
)
MISTAKES["wrong_sign"] = (
    "The gradient is added instead of subtracted: the error rises from step to step."
)
MISTAKES["updated_weights"] = (
    "The δ of a hidden layer is computed with weights that have already been updated: "
    "the error falls, yet differs in its digits from that of a right program."
)


def descend_wrongly(
    network: TinyNetwork,
    inputs: list | tuple,
    targets: list | tuple,
    learning_rate: float,
    mistake: str,
) -> TinyNetwork:
    """Return the network after one step of gradient descent with the `mistake`, a key of MISTAKES.

    Raises ValueError for an unknown mistake, and where `propagate` and `descend` do.
    """
    if mistake not in tuple(MISTAKES):
        raise ValueError(f"mistake must be one of {', '.join(MISTAKES)}, not {told(mistake)}")
    rate = checked_rate(learning_rate) * (-1 if mistake == "wrong_sign" else 1)
    trace = propagate(network, inputs, targets)
    weights, biases = list(network.weights), list(network.biases)
    upstream = trace.upstreams[-1]
    for layer in range(len(weights) - 1, -1, -1):
        sent = trace.values[layer - 1] if layer else trace.inputs
        forgotten = mistake == "forgotten_derivative"
        slope = [1.0 for _ in upstream] if forgotten else trace.slopes[layer]
        delta = [each * slope[i] for i, each in enumerate(upstream)]
        weights[layer] = [
            [w if w is None else w - rate * delta[i] * sent[j] for j, w in enumerate(row)]
            for i, row in enumerate(weights[layer])
        ]
        biases[layer] = [b - rate * delta[i] for i, b in enumerate(biases[layer])]
        behind = (weights if mistake == "updated_weights" else network.weights)[layer]
        upstream = [_sent_back(delta, behind, j) for j in range(len(sent))]
    return TinyNetwork(weights, biases, network.activations)


def _sent_back(delta, rows, j):
    """Return ∂E/∂z of what enters the `rows` of weights at j."""
    return total([delta[k] * row[j] for k, row in enumerate(rows) if row[j] is not None])


def equal_weights(network: TinyNetwork, value: float) -> TinyNetwork:
    """Return `network` with every weight equal to `value`, a finite number, and every bias 0.

    The mistake at the start: in a fully connected network the neurons of a hidden layer then
    compute the same, get the same gradients, and stay the same for ever.
    """
    value = finite("value", value)
    weights = [
        [[w if w is None else value for w in row] for row in rows] for rows in tiny(network).weights
    ]
    return TinyNetwork(weights, [[0.0] * len(row) for row in network.biases], network.activations)
