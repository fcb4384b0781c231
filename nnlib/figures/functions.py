"""Pictures of activation functions, each with its derivative."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from nnlib import activations
from nnlib.checks import flag, number, sequence
from nnlib.figures.picture import COLOR, WIDTH, pair, picture, short
from nnlib.figures.plots import LINES, label_ends

SATURATED = 0.01  # |f'| below this: the neuron hardly learns


@picture
def activation(
    names: str | Sequence[str],
    a: float = 1.0,
    y_range: tuple[float, float] = (-6, 6),
    tangent: float | None = None,
    saturation: bool = False,
) -> tuple[Figure, str]:
    """Draw f (solid) and f′ (dashed) of one activation, or of several, a panel each.

    `tangent`: a weighted sum y at which f's tangent is drawn.  `saturation`: shade |f′| < 0.01.
    """
    chosen = [names] if isinstance(names, str) else sequence(names)
    if not chosen:
        raise ValueError(f"names must be one or more activations, not {names!r}")
    functions = [activations.activation(name, a) for name in chosen]
    first, last = pair("y_range", y_range)
    if not first < last:
        raise ValueError(f"y_range must rise, not {y_range!r}")
    tangent = None if tangent is None else number("tangent", tangent)
    columns, rows = min(len(functions), 2), -(-len(functions) // 2)
    figure = Figure((WIDTH, 2.9 if columns == 1 else 0.4 + 1.8 * rows), layout="constrained")
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    y, ends = np.linspace(first, last, 601), []
    told = [f"For y from {short(first)} to {short(last)}."]
    for axis, function in zip(axes, functions, strict=False):
        z, slope = function.f(y), function.df(y)
        _functions(axis, y, z, slope)
        axis.set_title(function.name if len(functions) > 1 else "")
        ends.append((axis, [("f", z[-1], "output"), ("f′", slope[-1], "hidden")]))
        told.append(_course(function.name, z, slope))
        if flag("saturation", saturation):
            spans = _spans(y, np.abs(slope) < SATURATED)
            _shade(axis, spans, with_text=len(functions) == 1)
            told += _shaded(spans)
        if tangent is not None:
            told.append(_tangent(axis, function, tangent))
    for axis in axes[len(functions) :]:
        axis.remove()
    figure.supxlabel("weighted sum y", fontsize=10.5)
    for axis, lines in ends:
        label_ends(figure, axis, lines)
    return figure, " ".join(told)


def _functions(axis, y, z, slope):
    jump = np.append(np.abs(np.diff(slope)) > 0.2, False)  # a step is not a steep line
    axis.axhline(0, color=COLOR["muted"], linewidth=0.8)
    axis.axvline(0, color=COLOR["muted"], linewidth=0.8)
    axis.plot(y, z, color=COLOR["output"])
    axis.plot(y, np.where(jump, np.nan, slope), color=COLOR["hidden"], linestyle=LINES[1][1])
    axis.set_xlim(y[0], y[-1])


def _course(name, z, slope):
    low, high = short(slope.min()), short(slope.max())
    return (
        f"{name}: f (solid) goes from {short(z[0])} to {short(z[-1])}, its derivative f′ "
        f"(dashed) {f'lies between {low} and {high}' if low != high else f'is {low}'}."
    )


def _shade(axis, spans, with_text):
    place = {"ha": "center", "va": "center", "transform": axis.get_xaxis_transform()}
    for start, end in spans:
        axis.axvspan(start, end, color=COLOR["grid"], alpha=0.6, linewidth=0)
        if with_text:
            axis.text((start + end) / 2, 0.5, f"|f′| < {SATURATED}", rotation=90, **place)


def _shaded(spans):
    ranges = " and ".join(f"from {short(start)} to {short(end)}" for start, end in spans)
    return [f"Shaded, |f′| < {SATURATED}: y {ranges}."] if spans else []


def _tangent(axis, function, y):
    """Draw the tangent at y, and tell its slope."""
    z, slope = float(function.f(y)), float(function.df(y))
    reach = np.array([-1.8, 1.8]) / np.hypot(1, slope)
    axis.plot(y + reach, z + slope * reach, color=COLOR["ink"], linewidth=1.2)
    axis.plot(y, z, "o", color=COLOR["ink"])
    beside = {"textcoords": "offset points", "fontsize": 9.5}
    axis.annotate(f"slope {short(slope)}", (y, z), (8, -12), **beside)
    return f"At y = {short(y)} the tangent's slope is {short(slope)}."


def _spans(y, flat):
    """Return the (first, last) y of each run of true values in `flat`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]])))
    return [(y[i], y[j - 1]) for i, j in zip(edges[::2], edges[1::2], strict=True)]
