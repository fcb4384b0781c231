"""Forward and back, one operation of a small network at a time (chapter 3).

Events: {"set": path, "to": value} for a key of the state (state.py) or a number in it, such as
["weights", layer, to, from]; {"do": "first"}, "previous", "next", "last"; {"do": "run", "updates":
10}; {"do": "restart"}; {"do": "stop"}.  The numbers on show are named by their symbols: "w₃", "y₁",
"δ₁", "E", "∂E/∂w₃", and "numerical ∂E/∂w₃" for the central difference beside it; "E/2" is Mazur's.
"""

from nnlib.scenes.propagation.drawing import curve, diagram
from nnlib.scenes.propagation.mistakes import CHOICES, as_made
from nnlib.scenes.propagation.numbers import card, notes, options, parameters, progress, reached
from nnlib.scenes.propagation.state import CHECKS, DEFAULTS, checked, fields, trace_of
from nnlib.scenes.propagation.training import after_deed, after_setting, train
from nnlib.stage import deed, framed, quantity, setting
from nnlib.text import number

__all__ = ["CHECKS", "DEFAULTS", "INPUTS", "TITLE", "frame", "show", "update"]

TITLE = "Propagation stepper"
INPUTS = [key for key in CHECKS if key not in ("run", "before", "pending", "diverged")]


def update(state: object, event: object, elapsed: object = None) -> tuple[dict, dict]:
    """Return (state, errors) after an event, and after some of the updates asked for."""
    settled, errors = checked(state)
    event = event if isinstance(event, dict) else {}
    path, value = setting(event)
    if path or deed(event):
        settled["diverged"] = False  # said once
    if path:
        after, refused = after_setting(settled, path, value)
    else:
        after, refused = after_deed(settled, event)
    return train(after) if after["pending"] else after, errors | refused


def show(state: dict) -> dict:
    """Return the picture of a state: a step, the values so far, the gradients, E over updates."""
    trace, current = trace_of(state), state["step"]
    steps = as_made(trace, state["mistake"], state["learning_rate"])
    step, found = steps[current], reached(steps, current)
    rows = parameters(state, trace, found)
    run = state["run"] or {"updates": 0, "losses": [trace.loss]}
    title = f"Step {current + 1} of {len(steps)}, {step.phase}"
    return {
        "busy": state["pending"] > 0,
        "status": _status(state, trace, run, f"{title}: {step.symbol} = {number(step.value)}."),
        "title": title,
        "step": card(step, rows),
        "loss": quantity("E", trace.loss, number(trace.loss)),
        "updates": run["updates"],
        "diverged": state["diverged"],
        "symptom": CHOICES[state["mistake"]][1],
        "notes": notes(state, trace),
        "options": options(),
        "fields": [
            each | {"value": number(each["value"])}
            for each in fields(state)
            if each["path"][0] in ("inputs", "targets")
        ],
        "parameters": rows,
        "diagram": diagram(state, step, found),
        "curve": curve(state, trace),
        "table": {
            "caption": "Steps so far",
            "head": ["Step", "Formula, with numbers", "Value"],
            "rows": [
                [
                    str(i + 1),
                    f"{each.symbol} = {each.formula} = {each.numbers}",
                    quantity(each.symbol, each.value, number(each.value)),
                ]
                for i, each in enumerate(steps[: current + 1])
            ],
            "current": current,
        },
    }


def frame(inputs: object) -> dict:
    """Return what the widget shows for a state, perhaps with an "event" beside its keys."""
    return framed(update, show, inputs)


def _status(state, trace, run, step):
    if state["pending"]:
        return "Updating the weights …"
    status = f"{step} {progress(trace.loss, run)}"
    if not state["diverged"]:
        return status
    return (
        f"Training has diverged: update {run['updates'] + 1} leaves the range of numbers. The last "
        f"finite state is kept; start again with a smaller learning rate. {status}"
    )
