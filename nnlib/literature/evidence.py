"""How far a claim stands from what could refute it, in standard errors, and the row it fills."""

import math
from collections.abc import Iterable
from statistics import mean, stdev
from typing import NamedTuple

Figures = dict[str, float]  # what one repetition shows: a number by name
Values = dict[str, list[float]]  # what many show: by name a number for each seed

APART = 3.0  # standard errors from its control, from which on a claim is sound
NEAR = 4.0  # standard errors from theory, up to which a claim agrees with it


class Finding(NamedTuple):
    """One row of the table: a claim beside its control."""

    model: str
    claim: str
    measured: str
    control: str
    expected: str  # what theory or a cited paper says, "" where neither says anything
    distance: float | None  # standard errors from the control; None where nothing is random
    sound: bool  # whether claim and control came out on the sides that the claim needs


def claim(
    model: str,
    text: str,
    *,
    measured: str,
    control: str,
    distance: float | None,
    expected: str = "",
    also: Iterable[object] = (),
) -> Finding:
    """The row of a claim: sound if `distance` is APART or more and all of `also` are true."""
    sound = (distance is None or distance >= APART) and all(also)
    return Finding(model, text, measured, control, expected, distance, bool(sound))


def spread(values: Iterable[float], digits: int = 3) -> str:
    """Return "mean ± standard deviation" of a sample of at least two numbers."""
    values = list(values)
    return f"{mean(values):.{digits}f} ± {stdev(values):.{digits}f}"


def spreads(values: Values) -> dict[str, str]:
    """The spread of each figure, by name."""
    return {name: spread(numbers) for name, numbers in values.items()}


def apart(values: Iterable[float], rival: float | Iterable[float], by: float = 0.0) -> float:
    """The standard errors by which the mean of `values` lies above `rival` + `by`.

    values: a number for each seed. rival: likewise, and compared seed by seed, since both saw the
    same draw; or one number. Infinite where the differences do not vary. ValueError for fewer than
    two seeds, or not as many for both.
    """
    differences = [value - other - by for value, other in _pairs(values, rival)]
    middle, error = mean(differences), _error(differences)
    return middle / error if error else math.copysign(math.inf, middle) if middle else 0.0


def near(values: Iterable[float], theory: float, error: float | None = None) -> float:
    """The standard errors, 0 or more, between the mean of `values` and a number from theory.

    error: the standard error of that mean, where theory gives it too (for a share p of n trials,
    `error_of_share(p, n)`); else it is estimated from the values.
    """
    differences = [value - theory for value, _ in _pairs(values, theory)]
    middle, error = abs(mean(differences)), _error(differences) if error is None else error
    return middle / error if error else math.inf if middle else 0.0


def within(values: Iterable[float], rival: float | Iterable[float], margin: float) -> float:
    """The standard errors by which the mean difference from `rival` stays inside `margin`.

    For the claim that two things are alike: it is refuted by a difference of `margin`. Arguments
    as for `apart`; margin above 0.
    """
    differences = [value - other for value, other in _pairs(values, rival)]
    return min(apart(differences, -margin), -apart(differences, margin))


def error_of_share(share: float, trials: float) -> float:
    """The standard error of a share, 0 to 1, that is counted in so many trials."""
    return math.sqrt(share * (1 - share) / trials)


def _pairs(values: Iterable[float], rival: float | Iterable[float]) -> list[tuple[float, float]]:
    values = list(values)
    others = [rival] * len(values) if isinstance(rival, (int, float)) else list(rival)
    if len(values) < 2 or len(values) != len(others):
        raise ValueError(
            "values and rival must be a number for each of at least two seeds, "
            f"not {len(values)} and {len(others)}"
        )
    return list(zip(values, others, strict=True))


def _error(differences: list[float]) -> float:
    return stdev(differences) / math.sqrt(len(differences))
