"""What diagrams are drawn of: circles, arrows and notes, on axes whose unit is the inch."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from nnlib.figures.picture import COLOR, short

SMALL = 9.5  # points
MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}

Named = tuple[str, float | None]  # what something is called, and its number if that is known
Point = tuple[float, float]  # inches


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure and its axes, without frame, whose unit is the inch."""
    figure = Figure((width, height))
    axis = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))
    axis.set_axis_off()
    return figure, axis


def written(named: Named, between: str = " = ") -> str:
    """Return "name = number", or the name alone."""
    name, value = named
    return name if value is None else f"{name}{between}{short(value)}"


def circle(axis: Axes, center: Point, radius: float, role: str, named: Named) -> None:
    """Draw a neuron."""
    fill, edge = COLOR[role + "-fill"], COLOR[role]
    axis.add_patch(Circle(center, radius, facecolor=fill, edgecolor=edge, linewidth=1.6, zorder=3))
    text = written(named, "\n")
    size = SMALL if "\n" in text or len(text) > 3 else 12
    axis.text(*center, text, fontsize=size, zorder=4, linespacing=1.25, **MIDDLE)


def arrow(axis: Axes, start: Point, end: Point, role: str, tail: float, head: float) -> None:
    """Draw an arrow that leaves `tail` and `head` inches free at its ends."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    look: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": COLOR[role],
        "linewidth": 1.3,
        "mutation_scale": 10,
    }
    look |= {"shrinkA": 0, "shrinkB": 0}
    tip, foot = (x1 - head * dx, y1 - head * dy), (x0 + tail * dx, y0 + tail * dy)
    axis.annotate("", tip, foot, arrowprops=look, zorder=2)


def note(axis: Axes, start: Point, end: Point, named: Named) -> None:
    """Write what an edge carries near its start, where edges do not cross."""
    x, y = (a + 0.35 * (b - a) for a, b in zip(start, end, strict=True))
    box = {"facecolor": COLOR["paper"], "edgecolor": "none", "pad": 0.8}
    text = written(named, "\n")
    axis.text(x, y, text, fontsize=SMALL, bbox=box, zorder=2.5, linespacing=1.1, **MIDDLE)
