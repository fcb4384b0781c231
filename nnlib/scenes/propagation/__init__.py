"""The propagation stepper: every operation of a small network, forward and back, one at a time.

The numbers on show are named by their symbols: "w₃", "y₁", "δ₁", "E", "∂E/∂w₃", and "numerical
∂E/∂w₃" for the central difference beside it; "E/2" is Mazur's error.  State: see _training.py.
"""

import math

from nnlib.activations import ACTIVATIONS
from nnlib.examples import EXAMPLES
from nnlib.propagation import numerical_gradients
from nnlib.scenes.propagation import drawing
from nnlib.scenes.propagation import training
from nnlib.stage import quantity
from nnlib.scenes.propagation.mistakes import MISTAKE, as_made
from nnlib.text import number
from nnlib.tiny_network import labels

DEFAULTS = training.DEFAULTS
STEPS = {"first": -1000, "previous": -1, "next": 1, "last": 1000}
UNFIT = "With this the network leaves the range of numbers, so the last values stay."

# What a step does, by the beginning of its symbol, the longest first.
MEANING = [
    ("∂E/∂w", "Chain rule: δ of the neuron behind the edge, times what the edge carries, since y "
     "changes with the weight at that rate."),
    ("∂E/∂b", "Chain rule: y changes with the bias at the rate 1, so the gradient is δ itself."),
    ("∂E/∂z", "How fast E changes with this output: "),
    ("∂z", "The local factor: the slope of the activation function at this neuron's y."),
    ("δ", "Chain rule: δ = ∂E/∂y, the product of the last two factors, is the neuron's error "
     "signal. The layer before receives it."),
    ("y", "The weighted sum: each value that arrives times the weight of its edge, plus the bias."),
    ("z", "The neuron's output: its activation function at y."),
    ("E", "The error: the distance between output and target, squared."),
]  # fmt: skip
SENT_BACK = "each δ of the layer behind, sent back through the weight of its edge."


def frame(inputs):
    """Return what the widget shows for the state in `inputs`; see views/stage.js and _training.py.

    Edits: keys of the state; "w1", "b1", "x1", "t1", ... for single numbers; or {"action": "first",
    "previous", "next", "last", "update", "run 10", "run 100" or "restart"}.  Never raises.
    """
    state, errors, diverged = _next(inputs)
    trace, names = training.trace_of(state), labels(training.network_of(state))
    steps = as_made(state, trace, names)
    state["step"] = current = min(state["step"], len(steps) - 1)
    step, so_far = steps[current], steps[: current + 1]
    known = {s.symbol: s.value for s in so_far}
    parameters = _parameters(state, trace, known)
    run = state["run"] or {"updates": 0, "losses": [trace.loss]}
    title = f"Step {current + 1} of {len(steps)}, {step.phase}"
    result = {
        "inputs": state,
        "errors": errors,
        "busy": state["pending"] > 0,
        "status": "Updating the weights …"
        if state["pending"]
        else f"{title}: {step.symbol} = {number(step.value)}. {_progress(trace.loss, run)}",
        "title": title,
        "step": _card(step, parameters),
        "loss": quantity("E", trace.loss, number(trace.loss)),
        "updates": run["updates"],
        "symptom": MISTAKE[state["mistake"]][1],
        "notes": _notes(state, trace),
        "options": _options(),
        "fields": [
            {"key": key, "title": title, "value": number(row[i])}
            for key, (title, row, i) in training.fields(state).items()
            if key[0] in "xt"
        ],
        "parameters": parameters,
        "diagram": drawing.diagram(state, names, step, known),
        "curve": drawing.curve(state, trace),
        "table": {
            "caption": "Steps so far",
            "head": ["Step", "Formula, with numbers", "Value"],
            "rows": [
                [str(i + 1), f"{s.symbol} = {s.formula} = {s.numbers}", _quantity(s)]
                for i, s in enumerate(so_far)
            ],
            "current": current,
        },
    }
    if diverged:
        result["message"] = (
            f"Training has diverged: update {run['updates'] + 1} leaves the range of numbers. The "
            "last finite state is kept; start again with a smaller learning rate."
        )
    return result


def _next(inputs):
    """Return (state, errors, diverged) after the edit in `inputs`, and after some updates."""
    state, errors = training.settled(inputs)
    edit = inputs.get("edit") if isinstance(inputs, dict) else None
    if isinstance(edit, dict) and edit:
        action = edit.get("action")
        if not isinstance(action, str):
            try:
                state, more = training.edited(state, edit)
                training.trace_of(state)
            except ValueError:
                (state, _), more = training.settled(inputs), {"edit": UNFIT}
            errors = errors | more
        elif action in STEPS:
            state["step"] = max(state["step"] + STEPS[action], 0)
        elif action in training.RUNS:
            state["pending"] = min(state["pending"] + training.RUNS[action], 1000)
        elif action == "restart":
            training.restart(state)
    return state, errors, state["pending"] > 0 and training.train(state)


def _quantity(step):
    return quantity(step.symbol, step.value, number(step.value))


def _progress(loss, run):
    start, n = run["losses"][0], run["updates"]
    if not n:
        return f"E = {number(loss)} before any update."
    updates = f"in {n} update{'s' * (n > 1)}."
    if number(loss) == number(start):
        return f"E has stayed at {number(loss)} {updates}"
    word = "fallen" if loss < start else "risen"
    return f"E has {word} from {number(start)} to {number(loss)} {updates}"


def _card(step, parameters):
    symbol, meaning = step.symbol, next(text for s, text in MEANING if step.symbol.startswith(s))
    if symbol.startswith("∂E/∂z"):
        output = step.formula.startswith("2")
        meaning += "the derivative of the square." if output else SENT_BACK
    elif step.formula.startswith("E"):
        meaning = "The error of the network: the sum over its outputs."
    return {
        "symbol": symbol,
        "formula": step.formula,
        "numbers": step.numbers,
        "value": _quantity(step),
        "meaning": meaning,
        "check": next((p for p in parameters if p["gradient"]["name"] == symbol), None),
    }


def _parameters(state, trace, known):
    """Return for each parameter its gradient, once the steps have reached it, and its slope."""
    network = training.network_of(state)
    try:
        weights, biases = numerical_gradients(network, state["inputs"], state["targets"])
        slopes = [g for rows in weights for row in rows for g in row if g is not None]
        slopes += [g for row in biases for g in row]
    except OverflowError:
        slopes = [math.inf]
    unit = 1e-6  # what a difference of errors, with h = 1e-5, can tell
    while 1e6 * unit < trace.loss:
        unit *= 10
    rows = [f for f in training.fields(state).items() if f[0][0] in "wb"]
    if not all(map(math.isfinite, slopes)):
        slopes = [None] * len(rows)
    found = []

    def text(value):  # no more digits than can be compared
        return "…" if value is None else number(math.floor(value / unit + 0.5) * unit)

    for (key, (title, row, i)), slope in zip(rows, slopes):  # noqa: B905
        symbol = "∂E/∂" + title.split(" ")[1]
        value, verdict = known.get(symbol), ""
        if value is not None and slope is not None:
            agree = abs(value - slope) <= 1e-5 * abs(value) + unit
            verdict = "yes" if agree else "no"
        gradient = quantity(symbol, value, text(value))
        numerical = quantity("numerical " + symbol, slope, text(slope))
        found.append({"key": key, "title": title, "value": number(row[i]), "gradient": gradient})
        found[-1] |= {"numerical": numerical, "verdict": verdict}
    return found


def _notes(state, trace):
    """Return sentences, each a list of texts and quantities."""
    notes = []
    if state["preset"] == "mazur":
        half = quantity("E/2", trace.loss / 2, number(trace.loss / 2, 10))
        notes.append([
            "Mazur (2015) halves the error and leaves the biases alone. Here E/2 = ", half,
            ". After one update a right program has E/2 = 0.2910277737; he prints 0.291027924, "
            "which comes of hidden δ from updated weights: switch that on and update once.",
        ])  # fmt: skip
    gradients = [g for rows in trace.weight_gradients for row in rows for g in row]
    if not any(gradients) and trace.loss:
        notes.append(["Every gradient is 0, yet E is not: no update can change anything now."])
    return notes


def _options():
    def options(pairs):
        return [{"value": value, "text": text} for value, text in pairs]

    return {
        "preset": options((key, example.title) for key, example in EXAMPLES.items()),
        "activation": options((name, name) for name in ACTIVATIONS),
        "mistake": options((key, texts[0]) for key, texts in MISTAKE.items()),
    }
