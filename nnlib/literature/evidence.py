"""How far a claim stands from what could refute it, in standard errors, and the row it fills."""

import math
from collections import namedtuple
from statistics import mean, stdev

# One row of the table. measured and control are texts; expected is what theory or a cited paper
# says, "" where neither says anything. distance: the standard errors between the claim and its
# control; None where nothing is drawn at random. sound: whether claim and control came out on the
# sides that the claim needs.
Finding = namedtuple("Finding", "model claim measured control expected distance sound")

APART = 3.0  # standard errors from its control, from which on a claim is sound
NEAR = 4.0  # standard errors from theory, up to which a claim agrees with it


def spread(values, digits=3):
    """Return "mean ± standard deviation" of a sample of at least two numbers."""
    return f"{mean(values):.{digits}f} ± {stdev(values):.{digits}f}"


def apart(values, rival, by=0.0):
    """The standard errors by which the mean of `values` lies above `rival` + `by`.

    values: a number for each seed. rival: likewise, and compared seed by seed, since both saw the
    same draw; or one number. Infinite where the differences do not vary. ValueError for fewer than
    two seeds, or not as many for both.
    """
    differences = [value - other - by for value, other in _pairs(values, rival)]
    middle, error = mean(differences), _error(differences)
    return middle / error if error else math.copysign(math.inf, middle) if middle else 0.0


def near(values, theory, error=None):
    """The standard errors, 0 or more, between the mean of `values` and a number from theory.

    error: the standard error of that mean, where theory gives it too (for a share p of n trials,
    sqrt(p (1 - p) / n)); else it is estimated from the values.
    """
    differences = [value - theory for value, _ in _pairs(values, theory)]
    middle, error = abs(mean(differences)), _error(differences) if error is None else error
    return middle / error if error else math.inf if middle else 0.0


def within(values, rival, margin):
    """The standard errors by which the mean difference from `rival` stays inside `margin`.

    For the claim that two things are alike: it is refuted by a difference of `margin`. Arguments
    as for `apart`; margin above 0.
    """
    differences = [value - other for value, other in _pairs(values, rival)]
    return min(apart(differences, -margin), -apart(differences, margin))


def _pairs(values, rival):
    values = list(values)
    others = [rival] * len(values) if isinstance(rival, (int, float)) else list(rival)
    if len(values) < 2 or len(values) != len(others):
        raise ValueError(
            "values and rival must be a number for each of at least two seeds, "
            f"not {len(values)} and {len(others)}"
        )
    return list(zip(values, others, strict=True))


def _error(differences):
    return stdev(differences) / math.sqrt(len(differences))
