"""Reversal odds: an attacker's share of the power, and how many confirmations are enough."""

import math
from collections import OrderedDict
from typing import Any

from nnlib.security import confirmations_needed, nakamoto, reversal
from nnlib.stage import changed, framed, quantity
from nnlib.stage.checks import Number, Whole
from nnlib.text import number

TITLE = "Reversal odds"
DEFAULTS = {"share": 0.1, "confirmations": 6}

RISK = 0.001  # the risk that Nakamoto's paper asks for: .1 %
FLOOR = -10  # of the logarithmic axis
MOST = 60  # confirmations on the axis
RULES = [  # name, chance, color, kind of line
    ("exact", reversal, "output", "solid"),
    ("Nakamoto", nakamoto, "hidden", "dashed"),
]
CHECKS = OrderedDict(
    [
        ("share", Number("Attacker's share", 0.01, 0.45, 0.01)),  # of the computing power
        ("confirmations", Whole("Confirmations", 0, MOST, 1)),
    ]
)


def update(state: Any, event: Any, elapsed: Any = None) -> tuple[dict, dict]:
    """Return (state, errors) after {"set": [key], "to": value}; see nnlib/stage.  Never raises."""
    return changed(state, event, DEFAULTS, CHECKS)


def show(state: dict) -> dict:
    """Return the picture of a state: the chance of reversal, exact and by Nakamoto's formula."""
    share, z = state["share"], state["confirmations"]
    curves = [_curve(*rule, share, z) for rule in RULES]
    exact, his = [c["chance"]["value"] for c in curves]
    ratio = quantity("exact / Nakamoto", exact / his, number(exact / his, 3))
    need = curves[0]["needed"]["text"]
    return {
        "status": f"With {number(share)} of the power, {z} confirmations are reversed with "
        f"probability {curves[0]['chance']['text']}; below {number(RISK)} it takes {need}.",
        "note": f"Dotted: a risk of {number(RISK)}. The exact chance is {ratio['text']} times "
        "Nakamoto's. From half of the power on, no number of confirmations is enough.",
        "sliders": [CHECKS[key].slider(key) for key in CHECKS],
        "axes": {
            "x": [0, MOST],
            "y": [FLOOR, 0],
            "xticks": [{"at": k, "text": str(k)} for k in range(0, MOST + 1, 15)],
            "yticks": [{"at": k, "text": f"1e{k}" if k else "1"} for k in range(FLOOR, 1, 2)],
        },
        "risk": math.log10(RISK),
        "curves": curves,
        "table": {
            "caption": f"After {z} confirmations",
            "head": ["formula", "chance", f"needed for {number(RISK)}"],
            "rows": [[c["name"], c["chance"], c["needed"]] for c in curves],
        },
    }


def frame(inputs: Any) -> dict:
    """Return what the widget shows for inputs as in DEFAULTS, perhaps with an "event"."""
    return framed(update, show, inputs)


def _curve(name, chance, role, kind, share, z):
    value = chance(share, z)
    need = confirmations_needed(share, RISK, chance)
    return {
        "name": name,
        "role": role,
        "kind": kind,
        "chance": quantity(f"{name} chance", value, number(value, 4)),
        "needed": quantity(f"{name} confirmations", need, str(need)),
        "line": _above([[k, math.log10(chance(share, k))] for k in range(MOST + 1)]),
        "point": [z, math.log10(value)] if math.log10(value) >= FLOOR else None,
    }


def _above(points):
    """Keep the points up to the first below the axis, so that the line leaves the picture."""
    below = [i for i, point in enumerate(points) if point[1] < FLOOR]
    return points[: below[0] + 1] if below else points
