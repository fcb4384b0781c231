"""Checks of one value each: called, they return it clean or raise ValueError with a sentence.

Each knows its limits, said once: `limits` in words, for the widget's docstring; `name` and the
numbers, for the controls.
"""

import math
from typing import Any, Callable

from nnlib.text import is_writable, number


class Number:
    """A finite number from `low` to `high`, as a float.  step: that of its slider, or None."""

    def __init__(self, name: str, low: float, high: float, step: float | None = None):
        self.name, self.low, self.high, self.step = name, low, high, step
        self.limits = f"{number(low)} to {number(high)}"

    def __call__(self, value: Any) -> float:
        numeric = isinstance(value, (int, float)) and value is not True and value is not False
        if not numeric or not self.low <= value <= self.high:  # nan fails the comparison
            raise ValueError(f"{self.name} must be a number from {self.limits}.")
        return float(value)

    def slider(self, key: str) -> dict:
        """Return what ui.slider of stage.js draws for the value at `key`."""
        range_ = {"min": self.low, "max": self.high, "step": self.step}
        return range_ | {"key": key, "name": self.name}


class Whole(Number):
    """A whole number from `low` to `high`, as an int."""

    def __init__(self, name: str, low: int, high: int, step: float | None = None):
        Number.__init__(self, name, low, high, step)
        self.limits = f"{low} to {high}"  # to the last digit

    def __call__(self, value: Any) -> int:
        exact = Number.__call__(self, value)
        if exact != math.floor(exact):
            raise ValueError(f"{self.name} must be a whole number from {self.limits}.")
        return int(exact)


class OneOf:
    """One of the strings `options`."""

    def __init__(self, name: str, options: list[str]):
        self.name, self.options = name, options
        self.limits = "one of " + ", ".join(options)

    def __call__(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{self.name} must be {self.limits}.")
        return value


class SomeOf:
    """A list of one or more of the strings `options`, put into their order."""

    def __init__(self, name: str, options: list[str]):
        self.name, self.options = name, options
        self.limits = "at least one of " + ", ".join(options)

    def __call__(self, value: Any) -> list[str]:
        some = isinstance(value, (list, tuple)) and value
        if not some or any(each not in self.options for each in value):
            raise ValueError(f"{self.name}: choose {self.limits}.")
        return [option for option in self.options if option in value]


class Flag:
    """True or False, nothing that only counts as one."""

    limits = "true or false"

    def __init__(self, name: str):
        self.name = name

    def __call__(self, value: Any) -> bool:
        if value is not True and value is not False:
            raise ValueError(f"{self.name} must be {self.limits}.")
        return value


class Text:
    """Text of at most `most` characters, each of which UTF-8 can write."""

    def __init__(self, name: str, most: int):
        self.name, self.most = name, most
        self.limits = f"text of at most {most} characters"

    def __call__(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{self.name} must be text.")
        if len(value) > self.most:
            raise ValueError(
                f"{self.name} may have at most {self.most} characters, not {len(value)}."
            )
        if not is_writable(value):
            raise ValueError(f"{self.name} holds half a character, which UTF-8 cannot write.")
        return value


class ListOf:
    """A list of `count` values that `check` takes."""

    def __init__(self, name: str, count: int, check: Callable):
        self.name, self.count, self.check = name, count, check
        self.limits = f"a list of {count}"

    def __call__(self, value: Any) -> list:
        if not isinstance(value, (list, tuple)) or len(value) != self.count:
            raise ValueError(f"{self.name} must be {self.limits}.")
        return [self.check(each) for each in value]


class Maybe:
    """None, or what `check` takes."""

    def __init__(self, check: Callable):
        self.check = check
        self.limits = "nothing, or " + getattr(check, "limits", "something")

    def __call__(self, value: Any) -> Any:
        return None if value is None else self.check(value)
