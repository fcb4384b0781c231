"""Pictures of lines and points: activations, curves, values with their spread."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from nnlib import activations
from nnlib.figures.picture import COLOR, WIDTH, picture, short

LINES = (  # role, dashes, marker: a line is told by its dashes as well as by its color
    ("output", "-", "o"),
    ("hidden", (0, (4, 1.6)), "^"),
    ("input", (0, (1.2, 1.2)), "s"),
    ("good", (0, (6, 1.5, 1.2, 1.5)), "D"),
    ("ink", (0, (9, 2.5)), "v"),
    ("muted", (0, (3, 1.2, 1.2, 1.2, 1.2, 1.2)), "P"),
)
SATURATED = 0.01  # |f'| below this: the neuron hardly learns


@picture
def activation(names, a=1.0, y_range=(-6, 6), tangent=None, saturation=False):
    """Draw f (solid) and f′ (dashed) of one activation, or of several, a panel each.

    `tangent`: a weighted sum y at which f's tangent is drawn.  `saturation`: shade |f′| < 0.01.
    """
    names = [names] if isinstance(names, str) else list(names)
    first, last = y_range
    if not names or not first < last:
        raise ValueError(f"names must not be empty and y_range must rise, not {names}, {y_range}")
    columns, rows = min(len(names), 2), -(-len(names) // 2)
    figure = Figure((WIDTH, 2.9 if columns == 1 else 0.4 + 1.8 * rows), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    y, ends = np.linspace(first, last, 601), []
    told = [f"For y from {short(first)} to {short(last)}."]
    for axis, name in zip(axes, names, strict=False):
        function = activations.activation(name, a)
        z, slope = function.f(y), function.df(y)
        jump = np.append(np.abs(np.diff(slope)) > 0.2, False)  # a step is not a steep line
        axis.axhline(0, color=COLOR["muted"], linewidth=0.8)
        axis.axvline(0, color=COLOR["muted"], linewidth=0.8)
        axis.plot(y, z, color=COLOR["output"])
        axis.plot(y, np.where(jump, np.nan, slope), color=COLOR["hidden"], linestyle=LINES[1][1])
        axis.set_xlim(first, last)
        axis.set_title(name if len(names) > 1 else "")
        ends.append((axis, [("f", z[-1], "output"), ("f′", slope[-1], "hidden")]))
        low, high = short(slope.min()), short(slope.max())
        told.append(
            f"{name}: f (solid) goes from {short(z[0])} to {short(z[-1])}, its derivative f′ "
            f"(dashed) {f'lies between {low} and {high}' if low != high else f'is {low}'}."
        )
        spans = _spans(y, np.abs(slope) < SATURATED) if saturation else []
        for start, end in spans:
            axis.axvspan(start, end, color=COLOR["grid"], alpha=0.6, linewidth=0)
            if len(names) == 1:
                axis.text((start + end) / 2, 0.5, f"|f′| < {SATURATED}", rotation=90, ha="center",
                          va="center", transform=axis.get_xaxis_transform())  # fmt: skip
        if spans:
            ranges = " and ".join(f"from {short(start)} to {short(end)}" for start, end in spans)
            told.append(f"Shaded, |f′| < {SATURATED}: y {ranges}.")
        if tangent is not None:
            z0, slope0 = float(function.f(tangent)), float(function.df(tangent))
            reach = np.array([-1.8, 1.8]) / np.hypot(1, slope0)
            axis.plot(tangent + reach, z0 + slope0 * reach, color=COLOR["ink"], linewidth=1.2)
            axis.plot(tangent, z0, "o", color=COLOR["ink"])
            axis.annotate(f"slope {short(slope0)}", (tangent, z0), (8, -12), fontsize=9.5,
                          textcoords="offset points")  # fmt: skip
            told.append(f"At y = {short(tangent)} the tangent's slope is {short(slope0)}.")
    for axis in axes[len(names) :]:
        axis.remove()
    figure.supxlabel("weighted sum y", fontsize=10.5)
    for axis, lines in ends:
        _label_ends(axis, lines)
    return figure, " ".join(told)


@picture
def curves(lines, xlabel, ylabel, x=None, points=None, log=""):
    """Draw lines, {label: values}, and groups of points, {label: (x, y)}; six together at most.

    Values are one sequence over `x` (default 0, 1, 2 ...), a pair of arrays (x, y) as a tuple, or
    a 2-D array of runs x steps, drawn as the mean with a band of one standard deviation.
    `log`: "x", "y" or "xy" for logarithmic axes.
    """
    points = points or {}
    if not 1 <= len(lines) + len(points) <= len(LINES) or log not in ("", "x", "y", "xy"):
        raise ValueError(f"1 to 6 lines and points are drawn, and log is '', 'x', 'y' or 'xy', "
                         f"not {list(lines) + list(points)} and {log!r}")  # fmt: skip
    figure = Figure((WIDTH, 2.9), layout="constrained")
    axis = figure.add_subplot(xlabel=xlabel, ylabel=ylabel)
    if "x" in log:
        axis.set_xscale("log")
    if "y" in log:
        axis.set_yscale("log")
    told, ends = [f"{ylabel} against {xlabel}."], []
    for (label, values), (role, dashes, marker) in zip(lines.items(), LINES, strict=False):
        across, mean, spread = _line(label, values, x)
        style = {"color": COLOR[role], "linestyle": dashes, "label": label}
        axis.plot(across, mean, marker=marker if len(mean) <= 12 else "", markersize=5, **style)
        low = int(np.nanargmin(mean))
        told.append(
            f"{label}: from {short(mean[0])} at {short(across[0])} to {short(mean[-1])} at "
            f"{short(across[-1])}; lowest {short(mean[low])} at {short(across[low])}, "
            f"highest {short(np.nanmax(mean))}."
        )
        if spread is not None:
            axis.fill_between(across, mean - spread, mean + spread, color=COLOR[role], alpha=0.18,
                              linewidth=0)  # fmt: skip
            told.append(f"Mean of {len(values)} runs, band ± 1 standard deviation.")
        ends.append((label, mean[-1], role))
    for (label, (across, up)), (role, _, marker) in zip(
        points.items(), LINES[len(lines) :], strict=False
    ):
        axis.plot(across, up, marker, color=COLOR[role], label=label, markersize=6)
        places = [f"({short(a)}, {short(b)})" for a, b in zip(across, up, strict=True)]
        more = f" and {len(places) - 6} more" if len(places) > 6 else ""
        told.append(f"{label} at {', '.join(places[:6])}{more}.")
    for each in [axis.xaxis] * ("x" in log) + [axis.yaxis] * ("y" in log):
        each.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
        each.set_minor_formatter(NullFormatter())
    if points or max(map(len, lines)) > 14:
        figure.legend(loc="outside upper left")
    elif len(lines) > 1:
        axis.margins(x=0)
        _label_ends(axis, ends)
    return figure, " ".join(told)


@picture
def bars(values, xlabel, baseline=None):
    """Draw a dot and its error bar a row: values is {label: value or (value, spread)}, top down.

    `baseline`: (label, value) of a dashed vertical line, such as the constant guess.
    """
    rows = [(label, *np.broadcast_to(value, 2)) if np.size(value) == 2 else (label, value, 0.0)
            for label, value in values.items()]  # fmt: skip
    if not rows or not np.isfinite([row[1:] for row in rows]).all():
        raise ValueError(f"values must be at least one label with finite numbers, not {values!r}")
    height = 0.85 + 0.34 * len(rows) + 0.2 * bool(baseline)
    figure = Figure((WIDTH, height), layout="constrained")
    axis = figure.add_subplot(xlabel=xlabel, ylim=(len(rows) - 0.5, -0.5))
    decimals = max(0, 2 - int(np.floor(np.log10(max(abs(row[1]) for row in rows) or 1))))
    told = []
    for at, (label, value, spread) in enumerate(rows):
        text = f"{value:.{decimals}f}" + (f" ± {spread:.{decimals}f}" if spread else "")
        axis.errorbar(value, at, xerr=spread or None, fmt="o", color=COLOR["output"], capsize=4,
                      markersize=7, elinewidth=1.8)  # fmt: skip
        axis.annotate(text, (1, at), (6, 0), xycoords=("axes fraction", "data"), va="center",
                      textcoords="offset points", fontsize=9.5)  # fmt: skip
        told.append(f"{label}: {text}")
    axis.set_yticks(range(len(rows)), [row[0] for row in rows])
    axis.tick_params(axis="y", length=0, labelcolor=COLOR["ink"], labelsize=10)
    axis.grid(False, axis="y")
    axis.spines["left"].set_visible(False)
    if baseline:
        label, at = baseline
        axis.axvline(at, color=COLOR["ink"], linestyle=(0, (4, 2)), linewidth=1.2)
        axis.annotate(f"{label} {at:.{decimals}f}", (at, 1), (0, 3), ha="center", fontsize=9.5,
                      xycoords=("data", "axes fraction"), textcoords="offset points")  # fmt: skip
        told.append(f"dashed line, {label}: {at:.{decimals}f}")
    return figure, f"{xlabel}. " + "; ".join(told) + "."


def _line(label, values, x):
    """Return x, the mean and the spread (None for a single run) of one entry of curves()."""
    if isinstance(values, tuple) and len(values) == 2 and np.ndim(values[0]) == 1:
        x, values = values
    values = np.asarray(values, dtype=float)
    mean, spread = (values.mean(0), values.std(0)) if values.ndim == 2 else (values, None)
    x = np.arange(len(mean)) if x is None else np.asarray(x, dtype=float)
    if mean.ndim != 1 or len(x) != len(mean) or not np.isfinite(mean).any():
        raise ValueError(f"{label!r}: {np.shape(values)} values do not fit {len(x)} places")
    return x, mean, spread


def _spans(y, flat):
    """Return the (first, last) y of each run of true values in `flat`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]])))
    return [(y[i], y[j - 1]) for i, j in zip(edges[::2], edges[1::2], strict=True)]


def _label_ends(axis, ends):
    """Write each line's label beside its end, [(label, value, role)], pushed apart if need be."""
    axis.figure.draw_without_rendering()  # the height is known once the layout is done
    line = 1.3 * 10.5 / 72 * axis.figure.dpi / axis.bbox.height
    scale = axis.transScale + axis.transLimits
    x = axis.get_xlim()[1]
    ends = sorted((scale.transform((x, value))[1], label, role) for label, value, role in ends)
    heights = [at for at, _, _ in ends]
    for i in range(1, len(ends)):
        heights[i] = max(heights[i], heights[i - 1] + line)
    for i in reversed(range(len(ends))):
        heights[i] = min(heights[i], heights[i + 1] - line if i + 1 < len(ends) else 1)
    for at, (_, label, role) in zip(heights, ends, strict=True):
        axis.annotate(
            label, (1, at), (5, 0), xycoords="axes fraction", textcoords="offset points",
            va="center", color=COLOR[role], annotation_clip=False,
        )  # fmt: skip
