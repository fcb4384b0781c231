"""The stage: what every widget shares, in Python.  Its drawing half is stage.js beside it.

Nine words, which mean the same everywhere:
  state     what the reader has chosen, whole, as JSON; links and Python's `inputs` are states
  event     what the reader has just done, as data: {"set": path, "to": value} or {"do": name, ...}
  path      a list that leads to what is set: ["y"], ["blocks", 1, "data"]
  scene     a folder of nnlib/scenes: update(state, event, elapsed) -> (state, errors), show(state)
  picture   what `show` returns: all that is drawn, in data units, and "status", one sentence
  frame     picture, "inputs" (the state) and "errors" in one dict, for tests and for Python
  view      the JavaScript that draws a picture; it computes nothing
  check     a function of one value that returns it clean or raises ValueError with a sentence
  quantity  a number on show: {"name", "value", "text"}

Lists keep an order on their way between the two Pythons and JavaScript; dicts do not.
"""

from typing import Any, Callable


def settle(given: Any, defaults: dict, checks: dict) -> tuple[dict, dict]:
    """Return (state, errors): the state that `given` says, and {key: sentence} for what it may not.

    A value holds if its check returns it (cleaned) and does not raise ValueError; else that of
    `defaults` does.  `checks` maps each key to a function of one value; other keys are ignored.
    """
    state, errors = copied(defaults), {}
    for key, check in checks.items() if isinstance(given, dict) else ():
        if key in given:
            try:
                state[key] = check(given[key])
            except ValueError as error:
                errors[key] = str(error)
    return state, errors


def setting(event: Any) -> tuple[list, Any]:
    """Return (path, value) of an event that sets something, ([], None) of any other."""
    path = event.get("set") if isinstance(event, dict) else None
    if not isinstance(path, (list, tuple)) or not all(type(at) in (str, int) for at in path):
        return [], None
    return list(path), event.get("to")


def deed(event: Any) -> str:
    """Return the name of what an event does, "" of an event that sets something."""
    name = event.get("do") if isinstance(event, dict) else None
    return name if isinstance(name, str) else ""


def label(path: list) -> str:
    """Return the key by which errors name the control at `path`: "blocks.1.data"."""
    return ".".join([str(at) for at in path])


def changed(state: Any, event: Any, defaults: dict, checks: dict) -> tuple[dict, dict]:
    """Return (state, errors) after an event that sets one key: a plain scene's whole update."""
    state, errors = settle(state, defaults, checks)
    path, value = setting(event)
    if len(path) == 1 and path[0] in checks:
        try:
            state[path[0]] = checks[path[0]](value)
        except ValueError as error:
            errors[path[0]] = str(error)
    return state, errors


def framed(update: Callable, show: Callable, inputs: Any) -> dict:
    """Return the frame of `inputs`: a state, and perhaps "event" and "elapsed" beside its keys."""
    inputs = inputs if isinstance(inputs, dict) else {}
    state, errors = update(inputs, inputs.get("event"), inputs.get("elapsed"))
    return show(state) | {"inputs": state, "errors": errors}


def answer(scene: Any, message: dict) -> dict:
    """Return {"state", "errors", "picture"}: the one contract of the site's host and of Jupyter.

    message: {"state", "event", "elapsed"}: the last good state (missing keys mean the defaults),
    what the reader has done to it, and the milliseconds since the message before.  An exception
    in a scene becomes {"error": sentence}: a message is better than a dead widget.
    """
    try:
        state, errors = scene.update(
            message.get("state"), message.get("event"), message.get("elapsed")
        )
        return {"state": state, "errors": errors, "picture": scene.show(state)}
    except Exception as error:
        return {"error": f"Python reports {type(error).__name__}: {error}"}


def copied(value: Any) -> Any:
    """Return a copy of lists and dicts in one another: a frame shares nothing with a module."""
    if isinstance(value, dict):
        return dict([(key, copied(value[key])) for key in value])
    return [copied(each) for each in value] if isinstance(value, list) else value


def quantity(name: str, value: Any, text: str, h: float | None = None) -> dict:
    """Return a number on show: its name, its full value and what the reader sees of it.

    h: half the step of the central difference that the value is, if it is one: it multiplies what
    rounding does by 1 / 2h, so whoever compares it must know.
    """
    shown = {"name": name, "value": value, "text": text}
    return shown if h is None else shown | {"h": h}
