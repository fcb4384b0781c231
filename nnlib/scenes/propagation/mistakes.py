"""The mistakes of the propagation stepper: their names, symptoms, and the steps they lead to."""

from collections import OrderedDict

from nnlib.mistakes import MISTAKES
from nnlib.propagation import Step
from nnlib.text import number

MISTAKE = OrderedDict(
    [
        ("none", ("nothing", None)),
        ("forgotten_derivative", ("forgotten f′", MISTAKES["forgotten_derivative"])),
        ("wrong_sign", ("wrong sign of the update", MISTAKES["wrong_sign"])),
        ("updated_weights", ("hidden δ from updated weights", MISTAKES["updated_weights"])),
        (
            "equal_weights",
            (
                "all weights equal",
                "Every weight begins at 0.5, every bias at 0: hidden neurons that see the same "
                "inputs compute the same, get the same gradients and stay copies for ever.",
            ),
        ),
    ]
)


def as_made(state, trace, names):
    """Return the steps as a program with the mistake of the state takes them."""
    mistake, steps = state["mistake"], []
    if mistake not in ("forgotten_derivative", "updated_weights"):
        return trace.steps
    known = dict(zip(names.inputs, state["inputs"]))  # noqa: B905
    for rows, titles in zip(state["weights"], names.weights):  # noqa: B905
        for row, row_titles in zip(rows, titles):  # noqa: B905
            known |= dict(zip(row_titles, row))  # noqa: B905
    for phase, place, symbol, formula, numbers, value in trace.steps:
        if phase == "backward" and symbol.startswith("∂z"):
            if mistake == "forgotten_derivative":
                formula, numbers, value = formula + ", left out", "1", 1.0
        elif phase == "backward" and "(" not in formula:  # a sum of products of symbols
            if mistake == "updated_weights" and "·w" in formula:
                formula = formula.replace("·w", "·new w")
            terms = [[known[s] for s in term.split("·")] for term in formula.split(" + ")]
            value = 0.0
            for term in terms:
                product = 1.0
                for factor in term:
                    product *= factor
                value += product
            numbers = " + ".join(["·".join(_put(v) for v in term) for term in terms])
            if numbers[:1] == "(":
                numbers = numbers[1:].replace(")", "", 1)
        known[symbol] = value
        if symbol.startswith("∂E/∂w"):
            w = symbol[len("∂E/∂") :]
            known["new " + w] = known[w] - state["learning_rate"] * value
        steps.append(Step(phase, place, symbol, formula, numbers, value))
    return steps


def _put(value):
    return number(value) if value >= 0 else f"({number(value)})"
