"""The activation explorer: functions and derivatives at one point, and ten layers deep."""

import math
from collections import OrderedDict
from typing import Any

from nnlib.activations import ACTIVATIONS, activation
from nnlib.stage import changed, framed, quantity
from nnlib.stage.checks import Number, SomeOf
from nnlib.text import number, signed

TITLE = "Activation explorer"
DEFAULTS = {"names": ["sigmoid"], "a": 1.0, "y": 1.0}

EDGE = 6.0  # the axis reaches from -EDGE to EDGE
FLAT = 0.01  # where |f'| is below this, a neuron hardly learns: shaded
LAYERS = 10
H = 1e-5  # half the step of the central difference

CHECKS: "OrderedDict[str, Any]" = OrderedDict(
    [
        ("names", SomeOf("Activation", list(ACTIVATIONS))),
        ("a", Number("Parameter a", 0.1, 3.0, 0.1)),
        ("y", Number("Input y", -EDGE, EDGE, 0.01)),
    ]
)


def update(state: Any, event: Any, elapsed: Any = None) -> tuple[dict, dict]:
    """Return (state, errors) after {"set": [key], "to": value}; see nnlib/stage.  Never raises."""
    return changed(state, event, DEFAULTS, CHECKS)


def show(state: dict) -> dict:
    """Return the picture of a state: each function and its slopes at y, and ten layers deep."""
    y = state["y"]
    functions = [activation(name, state["a"]) for name in state["names"]]
    curves = [_curve(f, y) for f in functions]
    bounded = all([f.bounded for f in functions])
    with_a = [name for name, f in ACTIVATIONS.items() if f.a_above is not None]
    return {
        "status": f"At y = {number(y)}: " + "; ".join([_sentence(c) for c in curves]) + ".",
        "note": f"Shaded: |f′| below {number(FLAT)}, where a neuron hardly learns. Right: {LAYERS} "
        "neurons in a row, weights 1, biases 0; the gradient that reaches the first is the "
        f"product of their slopes. a is the constant of {' and '.join(with_a)}; h = {number(H)}.",
        "options": [{"value": name, "text": name} for name in ACTIVATIONS],
        "sliders": [CHECKS[key].slider(key) for key in ("a", "y")],
        "axes": {
            "x": [-EDGE, EDGE],
            "y": [-1.25, 1.25] if bounded else [-2.0, 4.0],
            "xticks": _ticks(range(-6, 7, 2)),
            "yticks": _ticks([-1, -0.5, 0, 0.5, 1] if bounded else range(-2, 5)),
        },
        "curves": curves,
        "deep": {
            "x": [0.5, LAYERS + 0.5],
            "y": [-14.5, 5.5],
            "xticks": _ticks([1, 4, 7, 10]),
            "yticks": [{"at": k, "text": f"1e{k}" if k else "1"} for k in (-12, -8, -4, 0, 4)],
        },
        "table": {
            "caption": "Values, slopes and the check by differences",
            "head": ["at y = " + number(y)] + [title for _, title in COLUMNS],
            "rows": [[c["name"]] + [c["at"][key] for key, _ in COLUMNS] for c in curves],
        },
    }


def frame(inputs: Any) -> dict:
    """Return what the widget shows for inputs as in DEFAULTS, perhaps with an "event"."""
    return framed(update, show, inputs)


COLUMNS = [
    ("value", "f(y)"),
    ("slope", "f′(y)"),
    ("difference", "(f(y + h) − f(y − h)) / 2h"),
    ("product", f"product of {LAYERS} slopes"),
]


def _sentence(curve):
    z, slope = curve["at"]["value"]["value"], curve["at"]["slope"]["value"]
    return f"{curve['name']} {number(z, 4)}, slope {number(slope, 4)}"


def _curve(f, y):
    z, slope = f.f(y), f.df(y)
    products = _products(f, y)

    def quantity_of(what, value, h=None):
        return quantity(f"{f.name} {what}", value, number(value), h)

    at = {
        "value": quantity_of("f(y)", z),
        "slope": quantity_of("f'(y)", slope),
        "difference": quantity_of("central difference", (f.f(y + H) - f.f(y - H)) / (2 * H), H),
        "product": quantity_of(f"product of {LAYERS} slopes", products[-1]),
    }
    formulas = f.text(signed(y), number(f.a), signed(z), y <= 0)
    grid = [k / 8 for k in range(-48, 49)]  # from -EDGE to EDGE
    return {
        "name": f.name,
        "role": f.role,
        "at": at,
        "point": [y, z],
        "slope": [y, slope],
        "f": [[x, f.f(x)] for x in grid],
        "df": _broken([[x, f.df(x)] for x in grid]),
        "tangent": [[-EDGE, z + slope * (-EDGE - y)], [EDGE, z + slope * (EDGE - y)]],
        "flat": _flat(f, grid),
        "products": [[k + 1, math.log10(p) if p > 0 else None] for k, p in enumerate(products)],
        "formulas": [
            _equation(f"f({number(y)})", formulas[0], number(z)),
            _equation(f"f′({number(y)})", formulas[1], number(slope)),
        ],
    }


def _products(f, y):
    """Return the derivative of k neurons in a row, k = 1..LAYERS, weights 1 and biases 0."""
    products, product = [], 1.0
    for _ in range(LAYERS):
        product *= f.df(y)
        products.append(product)
        y = f.f(y)
    return products


def _broken(points):
    """Put None, a break of the line, where it jumps: the derivatives of relu and elu at 0."""
    line = []
    for point in points:
        if line and abs(point[1] - line[-1][1]) > 0.5:
            line.append(None)
        line.append(point)
    return line


def _flat(f, grid):
    """Return the intervals [from, to] where |f'| < FLAT; their ends are found by bisection."""

    def flat(x):
        return abs(f.df(x)) < FLAT

    def edge(low, high):
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if flat(middle) == flat(high) else (middle, high)
        return low

    intervals, left = [], None
    for x in grid:
        if flat(x) and (left is None or not flat(left)):
            intervals.append([x if left is None else edge(left, x), x])
        elif left is not None and flat(left):
            intervals[-1][1] = x if flat(x) else edge(left, x)
        left = x
    return intervals


def _equation(left, formula, value):
    return f"{left} = {formula}" + ("" if formula == value else f" = {value}")


def _ticks(values):
    return [{"at": v, "text": number(v)} for v in values]
