"""The mistakes of the propagation stepper: their names, symptoms, and the steps they lead to."""

from collections import OrderedDict

from nnlib.mistakes import MISTAKES
from nnlib.propagation import total
from nnlib.steps import Quantity, Step, Trace, step

# key: (what the reader chooses, its symptom)
CHOICES = OrderedDict(
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


def as_made(trace: Trace, mistake: str, learning_rate: float) -> tuple:
    """Return the steps of a trace as a program with the mistake takes them."""
    if mistake not in CHANGES:
        return trace.steps
    changed, change = CHANGES[mistake]
    known: dict[str, float] = {}  # the values so far, by their symbols
    steps = []
    for right in trace.steps:
        if right.kind == changed:
            made = change(right, known, learning_rate)
        elif right.kind in ("delta", "sent back", "weight gradient", "bias gradient"):
            made = _again(right, [[_known(q, known) for q in term] for term in right.terms])
        else:
            made = right
        known[made.symbol] = made.value
        steps.append(made)
    return tuple(steps)


def _left_out(right, known, learning_rate):
    fields = right.phase, right.place, right.symbol, right.formula + ", left out", "1", 1.0
    return Step(*fields, right.kind, right.terms)


def _with_new_weights(right, known, learning_rate):
    terms = []
    for delta, w in right.terms:
        value = w.value - learning_rate * known["∂E/∂" + w.name]
        terms.append([_known(delta, known), Quantity("new " + w.name, value)])
    return _again(right, terms)


# mistake: (the kind of step that it changes, how)
CHANGES = {
    "forgotten_derivative": ("slope", _left_out),
    "updated_weights": ("sent back", _with_new_weights),
}


def _known(q, known):
    return Quantity(q.name, known.get(q.name, q.value))


def _again(right, terms):
    """Return a step that is a sum of products, of other terms."""
    products = []
    for term in terms:
        product = 1.0
        for q in term:
            product *= q.value
        products.append(product)
    return step(right.kind, right.place, Quantity(right.symbol, total(products)), terms)
