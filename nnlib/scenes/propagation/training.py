"""The state of the propagation stepper: what a reader may give, and what each action does to it.

preset; hidden, output: activations; weights, biases, inputs, targets: lists shaped as the preset's,
None where there is no edge; learning_rate; train_biases; mistake: a key of MISTAKE; step: index of
the current one; run: None, or since the last start {"start": [weights, biases], "mistake",
"updates", "every", "losses"}, E at every `every`-th update; before: the run before; pending:
updates still to do.
"""

from collections import OrderedDict

from nnlib.activations import ACTIVATIONS
from nnlib.examples import EXAMPLES
from nnlib.mistakes import MISTAKES, descend_wrongly, equal_weights
from nnlib.propagation import TinyNetwork, descend, propagate
from nnlib.stage import settle
from nnlib.stage.checks import Number as number_from, OneOf as one_of, Whole as whole_from
from nnlib.text import number
from nnlib.tiny_network import labels

LIMIT = 1e300  # a parameter or an error beyond it: training has diverged
SLICE = 10  # updates in one frame: the browser's Python does one in 2 to 5 ms
POINTS = 128  # of a curve; even, so that halving keeps it regular
MOST = 10**6  # updates of one run
RUNS = {"update": 1, "run 10": 10, "run 100": 100}
MISTAKE = ["none"] + list(MISTAKES) + ["equal_weights"]  # noqa: RUF005 (the browser has no [*a])


def preset(name):
    """Return the state at the start of an example; Mazur leaves his biases untrained."""
    example = EXAMPLES[name]
    hidden, output = example.network.activations
    state = {"preset": name, "hidden": hidden, "output": output, "mistake": "none", "step": 0}
    state |= {"weights": _lists(example.network.weights), "inputs": list(example.inputs)}
    state |= {"biases": _lists(example.network.biases), "targets": list(example.targets)}
    state |= {"learning_rate": example.learning_rate, "train_biases": name != "mazur"}
    return state | {"run": None, "before": None, "pending": 0}


def network_of(state):
    return TinyNetwork(state["weights"], state["biases"], [state["hidden"], state["output"]])


def trace_of(state):
    """Return the Trace of a state; ValueError if it diverges."""
    trace = propagate(network_of(state), state["inputs"], state["targets"])
    if trace.loss > LIMIT:
        raise ValueError("E is beyond 1e300")
    return trace


def fields(state):
    """Return {edit key: (title, list, index)}: where in `state` each editable number stands."""
    names, found = labels(network_of(state)), OrderedDict()
    parts = [("x", "Input", [names.inputs], [state["inputs"]])]
    parts += [("t", "Target", [names.targets], [state["targets"]])]
    parts += [("w", "Weight", _flat(names.weights), _flat(state["weights"]))]
    parts += [("b", "Bias", names.biases, state["biases"])]
    for letter, what, titles, rows in parts:
        count = 0
        for k, row in enumerate(rows):
            for i in range(len(row)):
                if row[i] is not None:
                    count += 1
                    found[f"{letter}{count}"] = (f"{what} {titles[k][i]}", row, i)
    return found


def settled(inputs):
    """Return (state, errors) of the inputs without their edit: the last good state."""
    inputs = dict(inputs) if isinstance(inputs, dict) else {}
    inputs.pop("edit", None)
    state, errors = settle(inputs, {"preset": "source"}, {"preset": PRESET})
    start = preset(state["preset"])
    if start["preset"] != "source" and inputs.get("weights") == DEFAULTS["weights"]:
        # PropagationStepper(preset="mazur"): what is still the default was not chosen
        inputs = {k: v for k, v in inputs.items() if k not in DEFAULTS or v != DEFAULTS[k]}
    inputs["preset"] = start["preset"]
    state, more = settle(inputs, start, _checks(start))
    try:
        trace_of(state)
    except ValueError:
        state, more["weights"] = start, "With these numbers the network leaves the range of floats."
    return state, errors | more


def edited(state, edit):
    """Return (state, errors) after one edit, for which `state` may be used up.

    Typed numbers go on from the present parameters; a switch starts again from those of update 0.
    """
    edit = edit if isinstance(edit, dict) else {}
    values, errors = settle(edit, {}, SWITCHES)
    if "preset" in values:
        state = preset(values["preset"])
    elif values:
        restart(state)
        state |= values
        if state["mistake"] == "equal_weights":
            equal = equal_weights(network_of(state), 0.5)
            state["run"] = _new_run(state, 0.0)
            state |= {"weights": _lists(equal.weights), "biases": _lists(equal.biases)}
            state["run"]["losses"] = [_short(trace_of(state).loss)]
    for key, (title, row, i) in fields(state).items():
        if key in edit:
            numbers, error = settle(edit, {}, {key: number_from(title, -1e6, 1e6)})
            errors |= error
            if numbers:
                row[i] = numbers[key]
                state |= {"run": None, "before": None, "pending": 0}
    rate, error = settle(edit, {}, {"learning_rate": RATE})
    return state | rate, errors | error


def restart(state):
    """Go back to the parameters of update 0, and keep the curve of the run as the one before."""
    run, state["run"], state["pending"] = state["run"], None, 0
    if run:
        state["weights"], state["biases"] = run["start"]
        if run["updates"]:
            state["before"] = run


def train(state):
    """Do up to SLICE of the pending updates, to `state`; return whether training has diverged."""
    trace = trace_of(state)
    state["run"] = run = state["run"] or _new_run(state, trace.loss)
    todo = min(state["pending"], SLICE, MOST - run["updates"])
    state["pending"] = state["pending"] - todo if todo else 0
    for _ in range(todo):
        try:
            after = state | _descended(state, trace)
            trace = trace_of(after)
        except (ValueError, OverflowError):
            state["pending"] = 0
            return True
        state |= {"weights": after["weights"], "biases": after["biases"]}
        run["updates"] += 1
        if run["updates"] % run["every"] == 0:
            run["losses"].append(_short(trace.loss))
        if len(run["losses"]) > POINTS:
            run |= {"losses": run["losses"][::2], "every": 2 * run["every"]}
    return False


def _descended(state, trace):
    """Return the weights and biases after one update, made with the mistake of the state."""
    network, rate, mistake = network_of(state), state["learning_rate"], state["mistake"]
    if mistake in MISTAKES:
        network = descend_wrongly(network, state["inputs"], state["targets"], rate, mistake)
    else:
        network = descend(network, trace, rate)
    rows = _flat(network.weights) + list(network.biases)
    if any(p is not None and abs(p) > LIMIT for row in rows for p in row):
        raise ValueError("a parameter is beyond 1e300")
    biases = _lists(network.biases) if state["train_biases"] else state["biases"]
    return {"weights": _lists(network.weights), "biases": biases}


def _new_run(state, loss):
    start = [_lists(state["weights"]), _lists(state["biases"])]
    mistake, losses = state["mistake"], [_short(loss)]
    return {"start": start, "mistake": mistake, "updates": 0, "every": 1, "losses": losses}


def _short(loss):
    return float(number(loss))


def _flat(layers):
    return [row for layer in layers for row in layer]


def _lists(rows):
    return [_lists(row) if isinstance(row, (list, tuple)) else row for row in rows]


def _shaped(name, model):
    """Return a check: numbers in lists shaped as `model`, None where it has None."""
    leaf = number_from(f"Each of {name}", -LIMIT, LIMIT)

    def check(value, model=model):
        if isinstance(model, list):
            if not isinstance(value, (list, tuple)) or len(value) != len(model):
                raise ValueError(f"{name} must be lists shaped as those of the preset.")
            return [check(v, m) for v, m in zip(value, model)]  # noqa: B905
        if model is None and value is not None:
            raise ValueError(f"{name} must have null where there is no edge.")
        return value if model is None else leaf(value)

    return check


def _flag(value):
    if value is not True and value is not False:
        raise ValueError("Train biases must be true or false.")
    return value


def _run_of(start):
    """Return a check: None, or a run as in the docstring above, of parameters shaped as `start`."""
    checks = {"start": _shaped("The start", [start["weights"], start["biases"]])}
    checks |= {"mistake": SWITCHES["mistake"], "updates": whole_from("Updates", 0, MOST)}
    checks |= {"every": whole_from("Every", 1, MOST), "losses": lambda losses: losses}

    def check(run):
        values, errors = settle(run, {}, checks)
        if run is None:
            return None
        if errors or len(values) < len(checks) or not isinstance(values["losses"], list):
            raise ValueError("The record of the updates is damaged.")
        length = values["updates"] // values["every"] + 1
        if len(values["losses"]) != length or length > POINTS:
            raise ValueError("The record of the updates does not fit their number.")
        return values | {"losses": [number_from("Loss", 0, LIMIT)(e) for e in values["losses"]]}

    return check


def _checks(start):
    numbers = ("weights", "biases", "inputs", "targets")
    checks = SWITCHES | {key: _shaped(f"The {key}", start[key]) for key in numbers}
    checks |= {"step": whole_from("Step", 0, 1000), "pending": whole_from("Pending", 0, 1000)}
    run = _run_of(start)
    return checks | {"learning_rate": RATE, "run": run, "before": run}


DEFAULTS = preset("source")
PRESET = one_of("Network", list(EXAMPLES))
RATE = number_from("Learning rate", 0, LIMIT)
SWITCHES = {
    "preset": PRESET,
    "hidden": one_of("Activation of the hidden layer", list(ACTIVATIONS)),
    "output": one_of("Activation of the output layer", list(ACTIVATIONS)),
    "mistake": one_of("Break it on purpose", MISTAKE),
    "train_biases": _flag,
}
