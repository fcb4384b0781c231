"""Networks to start from, small enough to be worked by hand."""

from collections import OrderedDict, namedtuple

from nnlib.tiny_network import TinyNetwork

Example = namedtuple("Example", "title network inputs targets learning_rate")

EXAMPLES = OrderedDict()

# Seven parameters: each hidden neuron has an input of its own.  The second one counts against the
# output (w₄ < 0), so the same error pushes the two hidden neurons in opposite directions.
EXAMPLES["source"] = Example(
    "After the source: 4 weights, 3 biases",
    TinyNetwork(
        weights=[[[0.4, None], [None, 0.9]], [[0.8, -0.6]]],
        biases=[[0.1, -0.2], [-0.3]],
        activations=["sigmoid", "sigmoid"],
    ),
    inputs=(0.5, 0.8),
    targets=(0.9,),
    learning_rate=0.5,
)
EXAMPLES["full"] = Example(
    "Fully connected, 2-2-1: 6 weights, 3 biases",
    TinyNetwork(
        weights=[[[0.4, -0.3], [0.7, 0.9]], [[0.8, -0.6]]],
        biases=[[0.1, -0.2], [-0.3]],
        activations=["sigmoid", "sigmoid"],
    ),
    inputs=(0.5, 0.8),
    targets=(0.9,),
    learning_rate=0.5,
)
# M. Mazur, "A step by step backpropagation example", 2015.  His error has a factor 1/2 and his rate
# is 0.5; half that rate on our E moves the weights alike.  He leaves the biases untrained.
EXAMPLES["mazur"] = Example(
    "Mazur's example, 2-2-2: 8 weights, 4 biases",
    TinyNetwork(
        weights=[[[0.15, 0.20], [0.25, 0.30]], [[0.40, 0.45], [0.50, 0.55]]],
        biases=[[0.35, 0.35], [0.60, 0.60]],
        activations=["sigmoid", "sigmoid"],
    ),
    inputs=(0.05, 0.10),
    targets=(0.01, 0.99),
    learning_rate=0.25,
)
