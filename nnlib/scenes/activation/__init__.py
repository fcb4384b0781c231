"""The activation explorer: functions and derivatives at one point, and ten layers deep."""

import math
from collections import OrderedDict

from nnlib.activations import ACTIVATIONS, activation
from nnlib.stage import quantity, settle
from nnlib.stage.checks import Number as number_from, SomeOf as some_of
from nnlib.text import number

DEFAULTS = {"names": ["sigmoid"], "a": 1.0, "y": 1.0}

EDGE = 6.0  # the axis reaches from -EDGE to EDGE
FLAT = 0.01  # where |f'| is below this, a neuron hardly learns: shaded
LAYERS = 10
H = 1e-5  # half the step of the central difference

CHECKS = OrderedDict(
    [
        ("names", some_of("Activation", list(ACTIVATIONS))),
        ("a", number_from("Parameter a", 0.1, 3.0)),
        ("y", number_from("Input y", -EDGE, EDGE)),
    ]
)

# f and f' with numbers put in; y, a and z = f(y) come as texts, negative numbers in parentheses.
FORMULAS = {
    "linear": lambda y, a, z, left: (f"{a}·{y}", a),
    "sigmoid": lambda y, a, z, left: (f"1 / (1 + e^−{y})", f"{z}·(1 − {z})"),
    "tanh": lambda y, a, z, left: (f"2 / (1 + e^(−2·{y})) − 1", f"1 − {z}²"),
    "relu": lambda y, a, z, left: (f"max(0, {y})", "0" if left else "1"),
    "elu": lambda y, a, z, left: (f"{a}·(e^{y} − 1)", f"{a}·e^{y}") if left else (y, "1"),
}


def frame(inputs):
    """Return what the widget shows for inputs {"names", "a", "y"}; see views/stage.js.

    names: keys of ACTIVATIONS, at least one; a: 0.1 to 3, the constant of linear and elu;
    y: -6 to 6.  Never raises: refused values leave the last good ones and a sentence in "errors".
    """
    values, errors = settle(inputs, DEFAULTS, CHECKS)
    names, a, y = values["names"], values["a"], values["y"]
    functions = [activation(name, a) for name in names]
    curves = [_curve(f, y) for f in functions]
    bounded = all(name in ("sigmoid", "tanh") for name in names)
    return {
        "inputs": values,
        "errors": errors,
        "status": f"At y = {number(y)}: " + "; ".join(_sentence(c) for c in curves) + ".",
        "note": f"Shaded: |f′| below {number(FLAT)}, where a neuron hardly learns. Right: {LAYERS} "
        "neurons in a row, weights 1, biases 0; the gradient that reaches the first is the "
        f"product of their slopes. a is the constant of linear and elu; h = {number(H)}.",
        "options": [{"value": name, "text": name} for name in ACTIVATIONS],
        "ranges": {"a": [0.1, 3.0], "y": [-EDGE, EDGE]},
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

    def shown(what, value):
        return quantity(f"{f.name} {what}", value, number(value))

    at = {
        "value": shown("f(y)", z),
        "slope": shown("f'(y)", slope),
        "difference": shown("central difference", (f.f(y + H) - f.f(y - H)) / (2 * H)),
        "product": shown(f"product of {LAYERS} slopes", products[-1]),
    }
    formulas = FORMULAS[f.name](_signed(y), number(f.a), _signed(z), y <= 0)
    grid = [k / 8 for k in range(-48, 49)]  # from -EDGE to EDGE
    return {
        "name": f.name,
        "at": at,
        "point": [y, z],
        "slope": [y, slope],
        "f": [[x, f.f(x)] for x in grid],
        "df": _broken([[x, f.df(x)] for x in grid]),
        "tangent": [[-EDGE, z + slope * (-EDGE - y)], [EDGE, z + slope * (EDGE - y)]],
        "flat": _flat(f, grid),
        "products": [
            [k + 1, math.log(p) / math.log(10) if p > 0 else None] for k, p in enumerate(products)
        ],
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


def _signed(value):
    return f"({number(value)})" if value < 0 else number(value)


def _ticks(values):
    return [{"at": v, "text": number(v)} for v in values]
