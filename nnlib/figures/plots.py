"""Pictures of lines and points: curves, and values with their spread."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from nnlib.checks import array, number
from nnlib.figures.picture import COLOR, WIDTH, picture, short

LINES = (  # role, dashes, marker: a line is told by its dashes as well as by its color
    ("output", "-", "o"),
    ("hidden", (0, (4, 1.6)), "^"),
    ("input", (0, (1.2, 1.2)), "s"),
    ("good", (0, (6, 1.5, 1.2, 1.5)), "D"),
    ("ink", (0, (9, 2.5)), "v"),
    ("muted", (0, (3, 1.2, 1.2, 1.2, 1.2, 1.2)), "P"),
)


@picture
def curves(
    lines: Mapping[str, object],
    xlabel: str,
    ylabel: str,
    x: Sequence[float] | np.ndarray | None = None,
    points: Mapping[str, tuple] | None = None,
    log: str = "",
) -> tuple[Figure, str]:
    """Draw lines, {label: values}, and groups of points, {label: (x, y)}; six together at most.

    Values are one sequence over `x` (default 0, 1, 2 ...), a pair of arrays (x, y) as a tuple, or
    a 2-D array of runs x steps, drawn as the mean with a band of one standard deviation.
    `log`: "x", "y" or "xy" for logarithmic axes.
    """
    points = {} if points is None else points
    _check_labels("lines", lines)
    _check_labels("points", points)
    if not 1 <= len(lines) + len(points) <= len(LINES):
        raise ValueError(f"1 to 6 lines and points are drawn, not {[*lines, *points]}")
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"log must be '', 'x', 'y' or 'xy', not {log!r}")
    figure = Figure((WIDTH, 2.9), layout="constrained")
    axis = figure.add_subplot(xlabel=xlabel, ylabel=ylabel)
    _set_scales(axis, log)
    told, ends = [f"{ylabel} against {xlabel}."], []
    for (label, values), look in zip(lines.items(), LINES, strict=False):
        line = _line(label, values, x)
        _draw_line(axis, label, line, look)
        told += _told_line(label, values, *line)
        ends.append((label, line[1][-1], look[0]))
    rest = LINES[len(lines) :]
    for (label, places), (role, _, marker) in zip(points.items(), rest, strict=False):
        across, up = _places(label, places)
        axis.plot(across, up, marker, color=COLOR[role], label=label, markersize=6)
        told.append(_told_points(label, across, up))
    _format_ticks(axis, log)
    if points or max(map(len, lines)) > 14:
        figure.legend(loc="outside upper left")
    elif len(lines) > 1:
        axis.margins(x=0)
        label_ends(figure, axis, ends)
    return figure, " ".join(told)


def _check_labels(name, given):
    if not isinstance(given, Mapping) or not all(isinstance(label, str) for label in given):
        raise ValueError(f"{name} must be {{label: values}}, not {given!r}")


def _set_scales(axis, log):
    if "x" in log:
        axis.set_xscale("log")
    if "y" in log:
        axis.set_yscale("log")


def _format_ticks(axis, log):
    for each in [axis.xaxis] * ("x" in log) + [axis.yaxis] * ("y" in log):
        each.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        each.set_minor_formatter(NullFormatter())


def _draw_line(axis, label, line, look):
    (across, mean, spread), (role, dashes, marker) = line, look
    style = {"color": COLOR[role], "linestyle": dashes, "label": label, "markersize": 5}
    axis.plot(across, mean, marker=marker if len(mean) <= 12 else "", **style)
    if spread is not None:
        band = {"color": COLOR[role], "alpha": 0.18, "linewidth": 0}
        axis.fill_between(across, mean - spread, mean + spread, **band)


def _told_line(label, values, across, mean, spread):
    low = int(np.nanargmin(mean))
    course = (
        f"{label}: from {short(mean[0])} at {short(across[0])} to {short(mean[-1])} at "
        f"{short(across[-1])}; lowest {short(mean[low])} at {short(across[low])}, "
        f"highest {short(np.nanmax(mean))}."
    )
    band = f"Mean of {len(values)} runs, band ± 1 standard deviation."
    return [course] if spread is None else [course, band]


def _told_points(label, across, up):
    places = [f"({short(a)}, {short(b)})" for a, b in zip(across, up, strict=True)]
    more = f" and {len(places) - 6} more" if len(places) > 6 else ""
    return f"{label} at {', '.join(places[:6])}{more}."


@picture
def bars(
    values: Mapping[str, float | tuple[float, float]],
    xlabel: str,
    baseline: tuple[str, float] | None = None,
) -> tuple[Figure, str]:
    """Draw a dot and its error bar a row: values is {label: value or (value, spread)}, top down.

    `baseline`: (label, value) of a dashed vertical line, such as the constant guess.
    """
    _check_labels("values", values)
    rows = [(label, *_with_spread(label, value)) for label, value in values.items()]
    if not rows:
        raise ValueError("values must hold at least one label with its number, not {}")
    height = 0.85 + 0.34 * len(rows) + 0.2 * bool(baseline)
    figure = Figure((WIDTH, height), layout="constrained")
    axis = figure.add_subplot(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
    decimals = max(0, 2 - int(np.floor(np.log10(max(abs(row[1]) for row in rows) or 1))))
    told = []
    for at, (label, value, spread) in enumerate(rows):
        text = f"{value:.{decimals}f}" + (f" ± {spread:.{decimals}f}" if spread else "")
        _draw_bar(axis, at, value, spread, text)
        told.append(f"{label}: {text}")
    axis.set_yticks(range(len(rows)), [row[0] for row in rows])
    axis.tick_params(axis="y", length=0, labelcolor=COLOR["ink"], labelsize=10)
    axis.grid(False, axis="y")
    axis.spines["left"].set_visible(False)
    if baseline:
        told.append(_draw_baseline(axis, baseline, decimals))
    return figure, f"{xlabel}. " + "; ".join(told) + "."


def _with_spread(label, given):
    """Return (value, spread) of one entry of bars(); the spread is 0 where none is given."""
    numbers = array(f"values[{label!r}]", given, "float64").ravel()
    if numbers.size not in (1, 2) or not np.isfinite(numbers).all():
        raise ValueError(f"values[{label!r}] must be one or two finite numbers, not {given!r}")
    return (numbers[0], numbers[1]) if numbers.size == 2 else (numbers[0], 0.0)


def _draw_bar(axis, at, value, spread, text):
    look = {"color": COLOR["output"], "capsize": 4, "markersize": 7, "elinewidth": 1.8}
    axis.errorbar(value, at, xerr=spread or None, fmt="o", **look)
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    axis.annotate(text, (1, at), (6, 0), va="center", fontsize=9.5, **place)


def _draw_baseline(axis, baseline, decimals):
    if not isinstance(baseline, (tuple, list)) or len(baseline) != 2:
        raise ValueError(f"baseline must be (label, value), not {baseline!r}")
    text = f"{baseline[0]} {number('baseline', baseline[1]):.{decimals}f}"
    axis.axvline(baseline[1], color=COLOR["ink"], linestyle=(0, (4, 2)), linewidth=1.2)
    place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
    axis.annotate(text, (baseline[1], 1), (0, 3), ha="center", fontsize=9.5, **place)
    return f"dashed line, {baseline[0]}: {baseline[1]:.{decimals}f}"


def _line(label, values, x):
    """Return x, the mean and the spread (None for a single run) of one entry of curves()."""
    name = f"lines[{label!r}]"
    if isinstance(values, tuple) and len(values) == 2 and np.ndim(values[0]) == 1:
        x, values = values
    values = array(name, values, "float64")
    mean, spread = (values.mean(0), values.std(0)) if values.ndim == 2 else (values, None)
    if mean.ndim != 1 or not np.isfinite(mean).any():
        raise ValueError(f"{name} must be a sequence or a table with a finite number")
    x = np.arange(len(mean)) if x is None else array("x", x, "float64")
    if len(x) != len(mean):
        raise ValueError(f"{name} must have a value for each of {len(x)} x, not {len(mean)}")
    return x, mean, spread


def _places(label, places):
    """Return the x and the y of one entry of curves()'s points."""
    if not isinstance(places, (tuple, list)) or len(places) != 2:
        raise ValueError(f"points[{label!r}] must be (x, y), not {places!r}")
    across, up = (array(f"points[{label!r}]", each, "float64") for each in places)
    if across.ndim != 1 or across.shape != up.shape:
        raise ValueError(f"points[{label!r}] must be as many x as y, not {places!r}")
    return across, up


def label_ends(figure: Figure, axis: Axes, ends: list[tuple[str, float, str]]) -> None:
    """Write each line's label beside its end, [(label, value, role)], pushed apart if need be."""
    figure.draw_without_rendering()  # the height is known once the layout is done
    line = 1.3 * 10.5 / 72 * figure.dpi / axis.bbox.height
    scale = axis.transScale + axis.transLimits
    x = axis.get_xlim()[1]
    placed = sorted((scale.transform((x, value))[1], label, role) for label, value, role in ends)
    heights = [at for at, _, _ in placed]
    for i in range(1, len(placed)):
        heights[i] = max(heights[i], heights[i - 1] + line)
    for i in reversed(range(len(placed))):
        heights[i] = min(heights[i], heights[i + 1] - line if i + 1 < len(placed) else 1)
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    for at, (_, label, role) in zip(heights, placed, strict=True):
        look = place | {"color": COLOR[role], "annotation_clip": False, "va": "center"}
        axis.annotate(label, (1, at), (5, 0), **look)
