"""What a classifier does with labels: read them, hold them against those it knows, weigh them."""

from collections.abc import Iterable, Mapping

import numpy as np
from sklearn.utils import column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from nnlib.checks import number


def read(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(y, its classes): labels, (samples,), or zeros and ones for several labels a sample."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    if y.ndim == 1:
        return y, np.unique(y)
    if type_of_target(y) != "multilabel-indicator" or not np.isin(y, (0, 1)).all():
        raise ValueError("y must be one label a sample, or a matrix of zeros and ones")
    return y, np.arange(y.shape[1])


def classes(
    found: np.ndarray, given: Iterable | None, before: np.ndarray | None, partial: bool
) -> np.ndarray:
    """The classes to learn, sorted, for a y that holds those `found`.

    before: the classes of the fit to go on with, or None. given, partial: whether this is
    partial_fit, and its `classes`; it wants them first and need not meet all of them.
    """
    if partial and before is None and given is None:
        raise ValueError("classes must be passed on the first call to partial_fit")
    allowed = found if before is None else before
    if given is not None:
        if not np.iterable(given) or isinstance(given, str):
            raise ValueError(f"classes must be a list of labels, not {given!r}")
        given = np.unique(list(given))
        allowed = given if before is None else before
        if not np.array_equal(given, allowed):
            raise ValueError(f"classes must be those of the first call, {before}, not {given}")
    strange = np.setdiff1d(found, allowed)
    if strange.size or (not partial and len(found) < len(allowed)):
        raise ValueError(f"y must hold the classes {allowed}, not {found}")
    if len(allowed) < 2:
        raise ValueError(f"y must hold more than one class, not only {allowed[0]}")
    return allowed


def weigh(
    class_weight: Mapping | str | None,
    classes: np.ndarray,
    codes: np.ndarray,
    weights: np.ndarray | None,
    partial: bool,
) -> np.ndarray | None:
    """The weight of each sample, its class's weight included; None if there are no weights.

    codes: (samples,), the places of the labels among the classes. weights: None or (samples,).
    "balanced" gives a class the mean total weight of the classes, over its own total weight.
    """
    if class_weight is None:
        return weights
    if isinstance(class_weight, Mapping):
        labels = classes.tolist()
        missing = [label for label in labels if label not in class_weight]
        if missing and len(labels) - len(missing) < len(class_weight):
            raise ValueError(f"class_weight must be for the classes {labels}, not {class_weight}")
        factors = np.array([number("class_weight", class_weight.get(c, 1)) for c in labels])
        if factors.min() < 0 or not factors[codes].any():
            raise ValueError(f"class_weight must be 0 or more, once above, not {class_weight}")
    elif isinstance(class_weight, str) and class_weight == "balanced":
        if partial:
            raise ValueError("class_weight='balanced' wants all samples at once, in fit")
        totals = np.bincount(codes, weights)
        factors = totals.mean() / totals
    else:
        raise ValueError(
            f"class_weight must be None, 'balanced' or a dictionary, not {class_weight!r}"
        )
    return factors[codes] if weights is None else factors[codes] * weights
