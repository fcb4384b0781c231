"""What a reader's events and the updates of the weights make of the stepper's state."""

from nnlib.mistakes import MISTAKES, descend_wrongly, equal_weights
from nnlib.propagation import descend
from nnlib.scenes.propagation.state import (
    CHECKS_OF,
    LIMIT,
    MOST,
    POINTS,
    fields,
    last_step,
    lists,
    network_of,
    preset,
    trace_of,
)
from nnlib.stage import copied, deed, label
from nnlib.stage.checks import Number, Whole
from nnlib.text import number

SLICE = 10  # updates in one frame, which must not take longer than 50 ms
MOVES = {"first": -1000, "previous": -1, "next": 1, "last": 1000}
SWITCHES = ("hidden", "output", "mistake", "train_biases")
NUMBERS = ("weights", "biases", "inputs", "targets")
UNFIT = "With this the network leaves the range of numbers, so the last values stay."


def after_deed(state: dict, event: dict) -> tuple[dict, dict]:
    """Return (state, errors) after a step, a wish for some updates, "restart" or "stop"."""
    name, state = deed(event), copied(state)
    if name in MOVES:
        state["step"] = min(max(state["step"] + MOVES[name], 0), last_step(state))
    elif name == "run":
        try:
            wanted = Whole("Updates", 1, 1000)(event.get("updates"))
        except ValueError as error:
            return state, {"updates": str(error)}
        state["pending"] = min(state["pending"] + wanted, 1000)
    elif name == "restart":
        _restart(state)
    elif name == "stop":
        state["pending"] = 0
    return state, {}


def after_setting(state: dict, path: list, value: object) -> tuple[dict, dict]:
    """Return (state, errors) after one value of the state, or a number in it, is set."""
    check = _check_at(state, path)
    if check is None:
        return state, {}
    try:
        value = check(value)
    except ValueError as error:
        return state, {label(path): str(error)}
    try:
        after = _with(copied(state), path, value)
        trace_of(after)
    except ValueError:
        return state, {label(path): UNFIT}
    after["step"] = min(after["step"], last_step(after))
    return after, {}


def _check_at(state, path):
    if len(path) == 1:
        return CHECKS_OF[state["preset"]].get(path[0])
    for field in fields(state):
        if field["path"] == path:
            return Number(field["title"], -1e6, 1e6)
    return None


def _with(state, path, value):
    """Return the state with the value; `state` is used up.

    Numbers go on from the present parameters; a switch starts again from those of update 0.
    """
    if path == ["preset"]:
        return preset(value)
    if path[0] in SWITCHES:
        _restart(state)
    place = state
    for at in path[:-1]:
        place = place[at]
    place[path[-1]] = value
    if path[0] in NUMBERS:
        state |= {"run": None, "before": None, "pending": 0}
    if path[0] in SWITCHES and state["mistake"] == "equal_weights":
        _make_equal(state)
    return state


def _restart(state):
    """Go back to the parameters of update 0, and keep the curve of the run as the one before."""
    run, state["run"], state["pending"] = state["run"], None, 0
    if run:
        state["weights"], state["biases"] = run["start"]
        if run["updates"]:
            state["before"] = run


def _make_equal(state):
    """Start a run with equal weights, from which a restart finds back to the present ones."""
    start = [state["weights"], state["biases"]]
    equal = equal_weights(network_of(state), 0.5)
    state |= {"weights": lists(equal.weights), "biases": lists(equal.biases)}
    state["run"] = _new_run(state, start)


def _new_run(state, start):
    return {
        "start": start,
        "mistake": state["mistake"],
        "updates": 0,
        "every": 1,
        "losses": [_short(trace_of(state).loss)],
    }


def train(state: dict) -> dict:
    """Return the state after up to SLICE of its pending updates, or the last finite one."""
    state, trace = copied(state), trace_of(state)
    run = state["run"] or _new_run(state, [state["weights"], state["biases"]])
    state["run"] = run
    todo = min(state["pending"], SLICE, MOST - run["updates"])
    state["pending"] = state["pending"] - todo if todo else 0
    for _ in range(todo):
        try:
            after = state | _descended(state, trace)
            trace = trace_of(after)
        except (ValueError, OverflowError):
            return state | {"pending": 0, "diverged": True}
        state |= {"weights": after["weights"], "biases": after["biases"]}
        run["updates"] += 1
        if run["updates"] % run["every"] == 0:
            run["losses"].append(_short(trace.loss))
        if len(run["losses"]) > POINTS:
            run |= {"losses": run["losses"][::2], "every": 2 * run["every"]}
    return state


def _descended(state, trace):
    """Return the weights and biases after one update, made with the mistake of the state."""
    network, rate, mistake = network_of(state), state["learning_rate"], state["mistake"]
    if mistake in MISTAKES:
        network = descend_wrongly(network, state["inputs"], state["targets"], rate, mistake)
    else:
        network = descend(network, trace, rate)
    rows = [row for rows in network.weights for row in rows] + list(network.biases)
    if any(p is not None and abs(p) > LIMIT for row in rows for p in row):
        raise ValueError("a parameter is beyond 1e300")
    biases = lists(network.biases) if state["train_biases"] else state["biases"]
    return {"weights": lists(network.weights), "biases": biases}


def _short(loss):
    return float(number(loss))
