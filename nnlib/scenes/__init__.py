"""The widgets' scenes, one `frame(inputs) -> dict` a module, and how they all read their inputs."""

import math

from nnlib.text import number


def settle(inputs, defaults, checks):
    """Return (values, errors): the state that `inputs` leave, and a sentence for each refusal.

    A value holds if its check returns it (cleaned) and does not raise ValueError: inputs["edit"],
    what the reader has just changed, before inputs, the last good state, before `defaults`.
    `checks` maps each key to a function of one value; other keys are ignored.
    """
    inputs = inputs if isinstance(inputs, dict) else {}
    edit = inputs.get("edit")
    values, errors = copied(defaults), {}
    for source in (inputs, edit if isinstance(edit, dict) else {}):
        for key, check in checks.items():
            if key in source:
                try:
                    values[key] = check(source[key])
                except ValueError as error:
                    errors[key] = str(error)
    return values, errors


def copied(value):
    """Return a copy of lists and dicts in one another: a frame shares nothing with a module."""
    if isinstance(value, dict):
        return dict([(key, copied(value[key])) for key in value])
    return [copied(each) for each in value] if isinstance(value, list) else value


def number_from(name, low, high):
    """Return a check: a finite number from `low` to `high`, as a float."""

    def check(value):
        numeric = isinstance(value, (int, float)) and value is not True and value is not False
        if not numeric or not low <= value <= high:  # nan fails the comparison
            raise ValueError(f"{name} must be a number from {number(low)} to {number(high)}.")
        return float(value)

    return check


def one_of(name, options):
    """Return a check: one of the strings `options`."""

    def check(value):
        if not isinstance(value, str) or value not in options:
            raise ValueError(f"{name} must be one of {', '.join(options)}.")
        return value

    return check


def some_of(name, options):
    """Return a check: a list of one or more of the strings `options`, put into their order."""

    def check(value):
        if (
            not isinstance(value, (list, tuple))
            or not value
            or any(v not in options for v in value)
        ):
            raise ValueError(f"{name}: choose at least one of {', '.join(options)}.")
        return [option for option in options if option in value]

    return check


def whole_from(name, low, high):
    """Return a check: a whole number from `low` to `high`, as an int."""

    def check(value):
        value = number_from(name, low, high)(value)
        if value != math.floor(value):
            raise ValueError(f"{name} must be a whole number from {low} to {high}.")
        return int(value)

    return check


def quantity(name, value, text):
    """Return a number on show: its name, its full value and what the reader sees of it."""
    return {"name": name, "value": value, "text": text}
