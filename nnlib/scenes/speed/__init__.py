"""Block speed: what a block's size and interval give in transactions, and take in safety."""

import math
from collections import OrderedDict
from typing import Any

from nnlib.security import (
    INTERVAL,
    RELAY,
    RELAY_2021,
    TRANSACTION,
    attack_threshold,
    fork_rate,
    relay_delay,
    stale_rate,
    throughput,
)
from nnlib.stage import changed, framed, quantity
from nnlib.stage.checks import Number
from nnlib.text import number

TITLE = "Block speed"
DEFAULTS = {"interval": float(INTERVAL), "size": 1.0, "relay": float(RELAY)}
CHECKS = OrderedDict(
    [
        ("interval", Number("Interval, s", 10.0, 1200.0, 10)),  # between two blocks
        ("size", Number("Size, MB", 0.25, 32.0, 0.25)),
        ("relay", Number("Relay, kbit/s", 50.0, 5000.0, 1)),  # how fast others get the block
    ]
)
VISA = 8165  # transactions a second on average: 257.5 billion in fiscal 2025, its annual report


def update(state: Any, event: Any, elapsed: Any = None) -> tuple[dict, dict]:
    """Return (state, errors) after {"set": [key], "to": value}; see nnlib/stage.  Never raises."""
    return changed(state, event, DEFAULTS, CHECKS)


def show(state: dict) -> dict:
    """Return the picture of a state: rates and risks of such blocks, and of all other sizes."""
    interval, relay = state["interval"], state["relay"]
    rates = _rates(state["size"], interval, relay)
    sizes = [state["size"], 0.25, 0.5, 0.75] + [float(k) for k in range(1, 33)]
    here, *curve = [(size, _rates(size, interval, relay)) for size in sizes]
    shown = [quantity(name, rates[key], number(rates[key], 3)) for key, name, *_ in LINES]
    seconds = quantity("delay", rates["delay"] * interval, number(rates["delay"] * interval, 3))
    return {
        "status": f"{shown[0]['text']} transactions a second; {shown[2]['text']} of the blocks are "
        f"stale; an attacker needs {shown[3]['text']} of the power.",
        "note": f"The two dotted lines: Visa's average of 2025, {VISA} transactions a second, and "
        f"half of the power. {RELAY} kbit/s reached half of Bitcoin's nodes in 2015, 55 reached "
        f"90 %; {RELAY_2021} carry 1 MB in 4.1 s, the mean of 2021. "
        f"No block size carries more than {number(relay * 125 / TRANSACTION, 4)} a second here.",
        "sliders": [CHECKS[key].slider(key) for key in CHECKS],
        "axes": {
            "speed": _axes([-1, 4], [{"at": k, "text": number(10.0**k, 4)} for k in range(-1, 5)]),
            "share": _axes([0, 1], [{"at": k / 4, "text": number(k / 4)} for k in range(5)]),
        },
        "marks": [["speed", math.log10(VISA)], ["share", 0.5]],
        "curves": [
            {
                "plot": plot,
                "name": name,
                "role": role,
                "kind": kind,
                "line": [_point(key, *each) for each in curve],
                "point": _point(key, *here),
            }
            for key, name, plot, role, kind in LINES
        ],
        "table": {
            "caption": "With these blocks",
            "head": ["quantity", "value"],
            "rows": [["delay, s", seconds]] + [[q["name"], q] for q in shown],
        },
    }


def frame(inputs: Any) -> dict:
    """Return what the widget shows for inputs as in DEFAULTS, perhaps with an "event"."""
    return framed(update, show, inputs)


LINES = [  # rate, name, plot, color, kind of line
    ("speed", "transactions a second", "speed", "output", "solid"),
    ("forked", "heights with a fork", "share", "hidden", "dashed"),
    ("stale", "stale blocks", "share", "input", "dotted"),
    ("needed", "attacker needs", "share", "good", "solid"),
]


def _rates(size, interval, relay):
    delay = relay_delay(size, interval, relay)
    return {
        "delay": delay,
        "speed": throughput(size, interval, delay),
        "forked": fork_rate(delay),
        "stale": stale_rate(delay),
        "needed": attack_threshold(delay),
    }


def _point(key, size, rates):
    return [size, math.log10(rates[key]) if key == "speed" else rates[key]]


def _axes(y, yticks):
    xticks = [{"at": k, "text": str(k)} for k in range(0, 33, 8)]
    return {"x": [0, 32], "y": y, "xticks": xticks, "yticks": yticks}
