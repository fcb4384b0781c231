"""What enters is checked and converted once, here, so that nothing odd travels further."""

from collections.abc import Iterable, Mapping, Set
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike

from nnlib.activations import Activation, activation
from nnlib.arithmetic import finite

_NO_SEQUENCES = str, bytes, bytearray, Set, Mapping
_NO_NUMBERS = np.bool_, bytearray, np.complexfloating


def is_count(value: object) -> bool:
    """Whether `value` is a whole number above 0, of Python or of numpy."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) > 0


def count(name: str, value: int) -> int:
    """`value` as an int; ValueError, naming it `name`, unless it is a whole number above 0."""
    if not is_count(value):
        raise ValueError(f"{name} must be a whole number above 0, not {value!r}")
    return int(value)  # numpy's small integers would overflow later


def sequence(values: object) -> tuple | None:
    """`values` as a tuple, or None if they have no order: sets, dictionaries, text, numbers."""
    if isinstance(values, Iterable) and not isinstance(values, _NO_SEQUENCES):
        return tuple(values)
    return None


def counts(name: str, values: Iterable[int], least: int = 0) -> tuple[int, ...]:
    """`values` as a tuple of ints; ValueError unless they are `least` or more, all above 0."""
    items = sequence(values)
    if items is None or len(items) < least or not all(map(is_count, items)):
        kind = "two or more" if least == 2 else "a sequence of"
        raise ValueError(f"{name} must be {kind} whole numbers above 0, not {values!r}")
    return tuple(map(int, items))


def number(name: str, value: float) -> float:
    """`value` as a finite float; ValueError for what only looks like a number to `float`."""
    if isinstance(value, _NO_NUMBERS):
        raise ValueError(f"{name} must be a finite number, not {value!r}")
    return finite(name, value)


def flag(name: str, value: bool) -> bool:
    """`value` as a bool; ValueError unless it is True or False (or 1 or 0): "no" is no answer."""
    if not isinstance(value, (bool, np.bool_, Integral)) or value not in (0, 1):
        raise ValueError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def one_of(name: str, value: str, allowed: Iterable[str]) -> str:
    """`value`; ValueError unless it is one of the `allowed` names."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def layer_activation(layer: str | tuple[str, float]) -> Activation:
    """The Activation for a name or a pair (name, a); ValueError for anything else."""
    if isinstance(layer, str):
        return activation(layer)
    if isinstance(layer, (list, tuple)) and len(layer) == 2:
        return activation(*layer)
    raise ValueError(f"activation must be a name or a pair (name, a), not {layer!r}")


def array(name: str, values: ArrayLike, dtype: str) -> np.ndarray:
    """`values` as an array of `dtype`; ValueError, naming it `name`, if they are no numbers."""
    try:
        return np.asarray(values, dtype)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of numbers: {error}") from None
