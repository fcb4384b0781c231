"""Pictures of areas: decision regions, confusion matrices, heat maps."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from nnlib.checks import array, one_of, sequence
from nnlib.figures.picture import COLOR, WIDTH, pair, picture, short

CLASSES = (("input", "o", "circles"), ("output", "^", "triangles"), ("hidden", "s", "squares"))
TINTS = ("input", "hidden", "output", "error", "good")
MOST = 20  # classes whose counts can still be read
INKED = 0.45  # the deepest tint on which text in ink keeps its contrast of 4.5, in both themes


@picture
def decision_boundary(
    model: object,
    X: ArrayLike,
    y: ArrayLike,
    names: tuple[str, str] = ("x₁", "x₂"),
    labels: Sequence[str] | None = None,
) -> tuple[Figure, str]:
    """Draw the regions a model gives to 2 or 3 classes, and the points, by color and by marker.

    `model`: has predict_proba, or is a function of an (n, 2) array that returns the probability of
    the second class, (n,), or of every class, (n, k).  `labels`: the classes' names, in order.
    """
    X, y = array("X", X, "float64"), np.asarray(y)
    classes = np.unique(y)
    labels = _names("labels", labels, len(classes), classes)
    _names("names", names, 2)
    if X.ndim != 2 or X.shape[1] != 2 or len(X) != len(y):
        raise ValueError(f"X must have shape ({len(y)}, 2), not {X.shape}")
    if not 2 <= len(classes) <= len(CLASSES):
        raise ValueError(f"y must hold 2 or 3 classes, not {len(classes)}")
    margin = 0.08 * np.ptp(X, axis=0)
    across, up = np.linspace(X.min(axis=0) - margin, X.max(axis=0) + margin, 160).T
    mesh = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    chance, found = (_probabilities(model, at, len(classes)) for at in (mesh, X))
    figure = Figure((WIDTH, 3.6), layout="constrained")
    axis = figure.add_subplot(xlabel=names[0], ylabel=names[1])
    axis.grid(False)
    told = []
    for k, (role, marker, shape) in enumerate(CLASSES[: len(classes)]):
        lead = chance[:, k] - np.delete(chance, k, axis=1).max(axis=1)  # over the runner-up
        lead = lead.reshape(len(up), len(across))
        if lead.max() > 0 or not k:  # the first class lies below the others: a tie leaves no hole
            low = 0 if k else -2
            axis.contourf(across, up, lead, levels=[low, 2], colors=[COLOR[role + "-fill"]])
        if k and lead.min() < 0 < lead.max():  # the lines around the first follow from the others
            axis.contour(across, up, lead, levels=[0], colors=[COLOR["ink"]], linewidths=1.4)
        mine = y == classes[k]
        edge: dict[str, Any] = {"markeredgecolor": COLOR["paper"], "markeredgewidth": 0.6}
        axis.plot(*X[mine].T, marker, color=COLOR[role], label=labels[k], markersize=5.5, **edge)
        told.append(f"{mine.sum()} {shape} for {labels[k]}")
    figure.legend(loc="outside upper left", ncols=len(classes), handlelength=1)
    right = np.mean(classes[found.argmax(axis=1)] == y)
    return figure, (
        f"Decision regions over {names[0]} and {names[1]}, with {', '.join(told)}; "
        f"{100 * right:.1f} % of the points lie in the region of their class."
    )


@picture
def confusion_matrix(
    y_true: ArrayLike, y_pred: ArrayLike, labels: Sequence[str] | None = None
) -> tuple[Figure, str]:
    """Draw counts and each row's shares for 1 to 20 classes; `labels`: their names, sorted."""
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape != y_pred.shape or y_true.ndim != 1 or not len(y_true):
        raise ValueError(
            "y_true and y_pred must be two equally long sequences, "
            f"not of shapes {y_true.shape} and {y_pred.shape}"
        )
    classes = np.union1d(y_true, y_pred)
    if len(classes) > MOST:
        raise ValueError(f"y_true and y_pred must hold at most {MOST} classes, not {len(classes)}")
    labels = _names("labels", labels, len(classes), classes)
    counts = np.array([[np.sum((y_true == t) & (y_pred == p)) for p in classes] for t in classes])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    texts = [
        [f"{n}\n{100 * s:.0f} %" for n, s in zip(*row, strict=True)]
        for row in zip(counts, shares, strict=True)
    ]
    height, sides = 0.7 + 0.7 * len(classes), {"xlabel": "predicted", "ylabel": "actual"}
    figure, axis, _ = _table(shares, texts, (0, 1), "output", height, sides)
    axis.set_xticks(range(len(classes)), labels)
    axis.set_yticks(range(len(classes)), labels)
    for k in range(len(classes)):
        outline: dict[str, Any] = {"edgecolor": COLOR["output"], "linewidth": 1.6, "fill": False}
        axis.add_patch(Rectangle((k - 0.5, k - 0.5), 1, 1, clip_on=False, **outline))
    told = [
        f"actual {actual}: "
        + ", ".join(f"{n} predicted {label}" for n, label in zip(row, labels, strict=True))
        for actual, row in zip(labels, counts, strict=True)
    ]
    return figure, (
        f"Confusion matrix of {len(y_true)} cases, {100 * np.trace(counts) / len(y_true):.1f} % "
        f"right (outlined); {'; '.join(told)}."
    )


@picture
def heatmap(
    values: ArrayLike,
    xlabel: str,
    ylabel: str,
    rows: Sequence[object] | None = None,
    columns: Sequence[object] | None = None,
    limits: tuple[float, float] | None = None,
    role: str = "output",
) -> tuple[Figure, str]:
    """Draw a table of numbers as tints of one role's color; up to 6 columns also as numbers.

    `rows`, `columns`: the names at the sides.  `limits`: the values of no tint and of full tint
    (default: the smallest and the largest).  nan is left blank.
    """
    values = array("values", values, "float64")
    if values.ndim != 2 or not np.isfinite(values).any():
        raise ValueError(f"values must be a table with a finite number, not shape {values.shape}")
    if np.isinf(values).any():
        raise ValueError("values must be finite numbers, or nan for a blank, not infinite")
    one_of("role", role, TINTS)
    rows = None if rows is None else _names("rows", rows, values.shape[0])
    columns = None if columns is None else _names("columns", columns, values.shape[1])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    limits = (low, high) if limits is None else pair("limits", limits)
    texts = None
    if values.shape[1] <= 6:
        texts = [["" if np.isnan(v) else short(v) for v in row] for row in values]
    height = 0.8 + len(values) * (0.36 if texts else 0.22)
    sides = {"xlabel": xlabel, "ylabel": ylabel}
    figure, axis, mesh = _table(values, texts, limits, role, height, sides)
    if columns is not None:
        axis.set_xticks(range(values.shape[1]), columns)
    if rows is not None:
        axis.set_yticks(range(len(values)), rows)
    if not texts:
        figure.colorbar(mesh, ax=axis, aspect=12).outline.set_visible(False)
    at, to = (int(i) for i in np.unravel_index(np.nanargmax(values), values.shape))
    at, to = at if rows is None else rows[at], to if columns is None else columns[to]
    return figure, (
        f"Heat map, {ylabel} ({len(values)} rows) by {xlabel} ({values.shape[1]} columns): from "
        f"{short(low)} to {short(high)}, highest at {ylabel} {at}, {xlabel} {to}."
    )


def _names(name, given, count, default=()):
    """Return `count` names as a list; those of `default` if None is given."""
    names = [str(each) for each in default] if given is None else sequence(given)
    if names is None or len(names) != count:
        raise ValueError(f"{name} must be a sequence of {count} names, not {given!r}")
    return list(names)


def _table(values, texts, limits, role, height, axes):
    """Draw cells, the first row on top, tinted between `limits`, with `texts` if not None."""
    figure = Figure((WIDTH, height), layout="constrained")
    axis = figure.add_subplot(**axes)
    tints = [to_rgba(COLOR[role], (INKED if texts else 1) * step / 15) for step in range(16)]
    rows, columns = (np.arange(n + 1) - 0.5 for n in values.shape)
    mesh = axis.pcolormesh(
        columns,
        rows,
        np.ma.masked_invalid(values),
        cmap=ListedColormap(tints),
        vmin=limits[0],
        vmax=limits[1],
        edgecolors=COLOR["paper"],
        linewidth=1.5 if texts else 0.4,
    )
    axis.invert_yaxis()
    axis.grid(False)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0, labelcolor=COLOR["ink"])
    for row, line in enumerate(texts or []):
        for column, text in enumerate(line):
            axis.text(column, row, text, ha="center", va="center", linespacing=1.3)
    return figure, axis, mesh


def _probabilities(model, X, k):
    chance = np.asarray(getattr(model, "predict_proba", model)(X), dtype=float)
    if chance.size == len(X):
        chance = np.stack([1 - chance.ravel(), chance.ravel()], axis=1)
    if chance.shape != (len(X), k):
        raise ValueError(f"the model gives shape {chance.shape}, not {(len(X), k)}")
    return chance
