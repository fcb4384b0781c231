"""Reversal odds: an attacker's share of the power, and how many confirmations are enough."""

import math
from collections import OrderedDict

from nnlib.scenes import copied, number_from, quantity, settle, whole_from
from nnlib.security import confirmations_needed, nakamoto, reversal
from nnlib.text import number

DEFAULTS = {"share": 0.1, "confirmations": 6}

RISK = 0.001  # the risk that Nakamoto's paper asks for: .1 %
FLOOR = -10  # of the logarithmic axis
MOST = 60  # confirmations on the axis
RULES = [("exact", reversal), ("Nakamoto", nakamoto)]
RANGES = OrderedDict(
    [
        ("share", ["Attacker's share", 0.01, 0.45, 0.01]),
        ("confirmations", ["Confirmations", 0, MOST, 1]),
    ]
)
CHECKS = OrderedDict(
    [
        ("share", number_from(*RANGES["share"][:3])),
        ("confirmations", whole_from(*RANGES["confirmations"][:3])),
    ]
)


def frame(inputs):
    """Return what the widget shows for inputs {"share", "confirmations"}; see views/stage.js.

    share: 0.01 to 0.45 of the computing power; confirmations: a whole number from 0 to 60.
    Never raises.
    """
    values, errors = settle(inputs, DEFAULTS, CHECKS)
    share, z = values["share"], values["confirmations"]
    curves = [_curve(name, chance, share, z) for name, chance in RULES]
    exact, his = [c["chance"]["value"] for c in curves]
    ratio = quantity("exact / Nakamoto", exact / his, number(exact / his, 3))
    need = curves[0]["needed"]["text"]
    return {
        "inputs": values,
        "errors": errors,
        "status": f"With {number(share)} of the power, {z} confirmations are reversed with "
        f"probability {curves[0]['chance']['text']}; below {number(RISK)} it takes {need}.",
        "note": f"Dotted: a risk of {number(RISK)}. The exact chance is {ratio['text']} times "
        "Nakamoto's. From half of the power on, no number of confirmations is enough.",
        "ranges": copied(RANGES),
        "axes": {
            "x": [0, MOST],
            "y": [FLOOR, 0],
            "xticks": [{"at": k, "text": str(k)} for k in range(0, MOST + 1, 15)],
            "yticks": [{"at": k, "text": f"1e{k}" if k else "1"} for k in range(FLOOR, 1, 2)],
        },
        "risk": _log(RISK),
        "curves": curves,
        "table": {
            "caption": f"After {z} confirmations",
            "head": ["formula", "chance", f"needed for {number(RISK)}"],
            "rows": [[c["name"], c["chance"], c["needed"]] for c in curves],
        },
    }


def _curve(name, chance, share, z):
    value = chance(share, z)
    need = confirmations_needed(share, RISK, chance)
    return {
        "name": name,
        "chance": quantity(f"{name} chance", value, number(value, 4)),
        "needed": quantity(f"{name} confirmations", need, str(need)),
        "line": _above([[k, _log(chance(share, k))] for k in range(MOST + 1)]),
        "point": [z, _log(value)] if _log(value) >= FLOOR else None,
    }


def _above(points):
    """Keep the points up to the first below the axis, so that the line leaves the picture."""
    below = [i for i, point in enumerate(points) if point[1] < FLOOR]
    return points[: below[0] + 1] if below else points


def _log(value):
    return math.log(value) / math.log(10)
