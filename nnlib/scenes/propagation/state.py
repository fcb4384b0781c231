"""The state of the propagation stepper: its keys, and what each of them may hold.

preset; hidden, output: activations; weights, biases, inputs, targets: lists shaped as the preset's,
None where there is no edge; learning_rate; train_biases; mistake: a key of CHOICES; step: index of
the current one; run: None, or since the last start {"start": [weights, biases], "mistake",
"updates", "every", "losses"}, E at every `every`-th update; before: the run before; pending:
updates still to do; diverged: whether the last one failed.
"""

from collections import OrderedDict

from nnlib.activations import ACTIVATIONS
from nnlib.examples import EXAMPLES
from nnlib.propagation import propagate
from nnlib.scenes.propagation.mistakes import CHOICES
from nnlib.stage import settle
from nnlib.stage.checks import Flag, Maybe, Number, OneOf, Whole
from nnlib.steps import Trace
from nnlib.tiny_network import TinyNetwork, labels

LIMIT = 1e300  # a parameter or an error beyond it: training has diverged
POINTS = 128  # of a curve; even, so that halving keeps it regular
MOST = 10**6  # updates of one run
UNFIT = "With these numbers the network leaves the range of floats."


def preset(name: str) -> dict:
    """Return the state at the start of an example; Mazur leaves his biases untrained."""
    example = EXAMPLES[name]
    hidden, output = example.network.activations
    return {
        "preset": name,
        "hidden": hidden,
        "output": output,
        "mistake": "none",
        "train_biases": name != "mazur",
        "learning_rate": example.learning_rate,
        "weights": lists(example.network.weights),
        "biases": lists(example.network.biases),
        "inputs": list(example.inputs),
        "targets": list(example.targets),
        "step": 0,
        "run": None,
        "before": None,
        "pending": 0,
        "diverged": False,
    }


def lists(rows: tuple | list) -> list:
    """Return the parameters of a network as JSON has them."""
    return [lists(row) if isinstance(row, (list, tuple)) else row for row in rows]


def network_of(state: dict) -> TinyNetwork:
    """Return the network of a state."""
    return TinyNetwork(state["weights"], state["biases"], [state["hidden"], state["output"]])


def trace_of(state: dict) -> Trace:
    """Return the Trace of a state; ValueError if it diverges."""
    trace = propagate(network_of(state), state["inputs"], state["targets"])
    if trace.loss > LIMIT:
        raise ValueError("E is beyond 1e300")
    return trace


def last_step(state: dict) -> int:
    """Return the index of the last step of a state: 2 a neuron forward, 4 and its edges back."""
    edges = [w for rows in state["weights"] for row in rows for w in row if w is not None]
    neurons, outputs = sum(map(len, state["biases"])), len(state["targets"])
    errors = outputs + 1 if outputs > 1 else 1
    return 6 * neurons + len(edges) + errors - 1


def fields(state: dict) -> list[dict]:
    """Return each number that a reader can edit: its path in the state, its title and value."""
    names = labels(network_of(state))
    titles = [
        ("inputs", "Input", names.inputs),
        ("targets", "Target", names.targets),
        ("weights", "Weight", names.weights),
        ("biases", "Bias", names.biases),
    ]
    return [
        {"path": path, "title": f"{title} {name}", "value": value}
        for key, title, named in titles
        for path, name, value in _leaves([key], named, state[key])
    ]


def _leaves(path, names, values):
    """Return (path, name, value) of each name in lists; None is no name."""
    if not isinstance(names, list):
        return [] if names is None else [(path, names, values)]
    found = []
    for i, name in enumerate(names):
        found += _leaves(path + [i], name, values[i])  # noqa: RUF005 (the browser has no [*a])
    return found


def checked(given: object) -> tuple[dict, dict]:
    """Return (state, errors) of what is given as a state; missing keys are as in its preset."""
    known, _ = settle(given, {"preset": "source"}, {"preset": CHECKS["preset"]})
    start = preset(known["preset"])
    state, errors = settle(given, start, CHECKS_OF[start["preset"]])
    try:
        trace_of(state)
    except ValueError:
        return start, errors | {"weights": UNFIT}
    state["step"] = min(state["step"], last_step(state))
    return state, errors


def _checks(name):
    """Return the checks of the keys of a state whose preset is `name`, which says the shapes."""
    start = preset(name)
    run = Maybe(_Run(start))
    functions = list(ACTIVATIONS)
    return OrderedDict(
        [
            ("preset", OneOf("Network", list(EXAMPLES))),
            ("hidden", OneOf("Activation of the hidden layer", functions)),
            ("output", OneOf("Activation of the output layer", functions)),
            ("mistake", OneOf("Break it on purpose", list(CHOICES))),
            ("train_biases", Flag("Train biases")),
            ("learning_rate", Number("Learning rate", 0, LIMIT)),
            ("weights", _Shaped("weights", start["weights"])),
            ("biases", _Shaped("biases", start["biases"])),
            ("inputs", _Shaped("inputs", start["inputs"])),
            ("targets", _Shaped("targets", start["targets"])),
            ("run", run),
            ("before", run),
            ("step", Whole("Step", 0, 1000)),
            ("pending", Whole("Pending", 0, 1000)),
            ("diverged", Flag("Diverged")),
        ]
    )


class _Shaped:
    """Numbers in lists shaped as `model`, None where it has None."""

    limits = "numbers, in lists shaped as the preset's"

    def __init__(self, name, model):
        self.name, self.model = name, model
        self.leaf = Number(f"Each of the {name}", -LIMIT, LIMIT)

    def __call__(self, value):
        return self._like(self.model, value)

    def _like(self, model, value):
        if isinstance(model, list):
            if not isinstance(value, (list, tuple)) or len(value) != len(model):
                raise ValueError(f"The {self.name} must be lists shaped as those of the preset.")
            return [self._like(each, value[i]) for i, each in enumerate(model)]
        if model is None and value is not None:
            raise ValueError(f"The {self.name} must have null where there is no edge.")
        return value if model is None else self.leaf(value)


class _Run:
    """A run as in the docstring above, of parameters shaped as those of `start`."""

    limits = "the record of a run"

    def __init__(self, start):
        self.checks = {
            "start": _Shaped("start", [start["weights"], start["biases"]]),
            "mistake": OneOf("Break it on purpose", list(CHOICES)),
            "updates": Whole("Updates", 0, MOST),
            "every": Whole("Every", 1, MOST),
            "losses": lambda losses: losses,
        }

    def __call__(self, run):
        values, errors = settle(run, {}, self.checks)
        if errors or len(values) < len(self.checks) or not isinstance(values["losses"], list):
            raise ValueError("The record of the updates is damaged.")
        length = values["updates"] // values["every"] + 1
        if len(values["losses"]) != length or length > POINTS:
            raise ValueError("The record of the updates does not fit their number.")
        loss = Number("Loss", 0, LIMIT)
        return values | {"losses": [loss(each) for each in values["losses"]]}


DEFAULTS = preset("source")
CHECKS_OF = dict([(name, _checks(name)) for name in EXAMPLES])  # by preset
CHECKS = CHECKS_OF["source"]
