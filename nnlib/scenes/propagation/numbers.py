"""What the propagation stepper tells beside its drawing: the step, the gradients, notes."""

import math

from nnlib.activations import ACTIVATIONS
from nnlib.examples import EXAMPLES
from nnlib.propagation import numerical_gradients
from nnlib.scenes.propagation.mistakes import CHOICES
from nnlib.scenes.propagation.state import fields, network_of
from nnlib.stage import quantity
from nnlib.steps import Quantity, Step, Trace
from nnlib.text import number

H = 1e-5  # half the step of the central differences
MEANING = {  # of each kind of step
    "sum": "The weighted sum: each value that arrives times the weight of its edge, plus the bias.",
    "output": "The neuron's output: its activation function at y.",
    "error": "The error: the distance between output and target, squared.",
    "total error": "The error of the network: the sum over its outputs.",
    "error slope": "How fast E changes with this output: the derivative of the square.",
    "sent back": "How fast E changes with this output: each δ of the layer behind, sent back "
    "through the weight of its edge.",
    "slope": "The local factor: the slope of the activation function at this neuron's y.",
    "delta": "Chain rule: δ = ∂E/∂y, the product of the last two factors, is the neuron's error "
    "signal. The layer before receives it.",
    "weight gradient": "Chain rule: δ of the neuron behind the edge, times what the edge carries, "
    "since y changes with the weight at that rate.",
    "bias gradient": "Chain rule: y changes with the bias at the rate 1, so the gradient is δ "
    "itself.",
}


GRADIENTS = {"weights": "weight gradient", "biases": "bias gradient"}


def reached(steps: tuple, current: int) -> dict:
    """Return {(kind, indices of its place): Quantity}, its value None in the steps to come."""
    return dict(
        [
            ((s.kind, s.place[1:]), Quantity(s.symbol, s.value if i <= current else None))
            for i, s in enumerate(steps)
        ]
    )


def card(step: Step, parameters: list[dict]) -> dict:
    """Return the current step in words, with the check of its gradient if it is one."""
    return {
        "symbol": step.symbol,
        "formula": step.formula,
        "numbers": step.numbers,
        "value": quantity(step.symbol, step.value, number(step.value)),
        "meaning": MEANING[step.kind],
        "check": next((p for p in parameters if p["gradient"]["name"] == step.symbol), None),
    }


def parameters(state: dict, trace: Trace, found: dict) -> list[dict]:
    """Return for each parameter its gradient, once the steps have reached it, and its slope."""
    shown = [field for field in fields(state) if field["path"][0] in GRADIENTS]
    slopes = _slopes(state, [field["path"] for field in shown])
    unit = 1e-6  # what a difference of errors, with H, can tell
    while 1e6 * unit < trace.loss:
        unit *= 10

    def rounded(name, value, h=None):  # no more digits than can be compared
        text = "…" if value is None else number(math.floor(value / unit + 0.5) * unit)
        return quantity(name, value, text, h)

    rows = []
    for field, slope in zip(shown, slopes, strict=True):
        key, *at = field["path"]
        symbol, value = found[GRADIENTS[key], tuple(at)]
        verdict = ""
        if value is not None and slope is not None:
            agree = abs(value - slope) <= 1e-5 * abs(value) + unit
            verdict = "yes" if agree else "no"
        rows.append(
            {
                "path": field["path"],
                "title": field["title"],
                "value": number(field["value"]),
                "gradient": rounded(symbol, value),
                "numerical": rounded("numerical " + symbol, slope, H),
                "verdict": verdict,
            }
        )
    return rows


def _slopes(state, paths):
    """Return the central difference at each path, None for all unless all are numbers."""
    given = state["inputs"], state["targets"]
    try:
        weights, biases = numerical_gradients(network_of(state), *given, H)
    except (ValueError, OverflowError):
        return [None] * len(paths)
    slopes = []
    for path in paths:
        slope = {"weights": weights, "biases": biases}
        for at in path:
            slope = slope[at]
        slopes.append(slope)
    return slopes if all(map(math.isfinite, slopes)) else [None] * len(paths)


def progress(loss: float, run: dict) -> str:
    """Return what the updates of a run have done to E, as a sentence."""
    start, n = run["losses"][0], run["updates"]
    if not n:
        return f"E = {number(loss)} before any update."
    updates = f"in {n} update{'s' * (n > 1)}."
    if number(loss) == number(start):
        return f"E has stayed at {number(loss)} {updates}"
    word = "fallen" if loss < start else "risen"
    return f"E has {word} from {number(start)} to {number(loss)} {updates}"


def notes(state: dict, trace: Trace) -> list[list]:
    """Return sentences, each a list of texts and quantities."""
    sentences = []
    if state["preset"] == "mazur":
        sentences.append(
            [
                "Mazur (2015) halves the error and leaves the biases alone. Here E/2 = ",
                quantity("E/2", trace.loss / 2, number(trace.loss / 2, 10)),
                ". After one update a right program has E/2 = 0.2910277737; he prints 0.291027924, "
                "which comes of hidden δ from updated weights: switch that on and update once.",
            ]
        )
    gradients = [g for rows in trace.weight_gradients for row in rows for g in row]
    if not any(gradients) and trace.loss:
        sentences.append(["Every gradient is 0, yet E is not: no update can change anything now."])
    return sentences


def options() -> dict:
    """Return what the reader can choose from, each in its order."""

    def pairs(each):
        return [{"value": value, "text": text} for value, text in each]

    return {
        "preset": pairs((key, example.title) for key, example in EXAMPLES.items()),
        "activation": pairs((name, name) for name in ACTIVATIONS),
        "mistake": pairs((key, texts[0]) for key, texts in CHOICES.items()),
    }
