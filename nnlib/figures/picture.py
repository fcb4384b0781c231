"""A picture as a value: a matplotlib figure and its alt text, shown as SVG in the page's colors."""

import functools
import hashlib
import inspect
import io
import re
from collections.abc import Callable
from html import escape

import matplotlib.style
from matplotlib.figure import Figure

from nnlib.checks import number as finite
from nnlib.checks import sequence
from nnlib.palette import PALETTE
from nnlib.text import number

COLOR = {role: light for role, (light, _) in PALETTE.items()}
WIDTH = 4.4  # inches: at this width the text is still legible when a phone shrinks it to 330 px
ROOMY, TIGHT = 110, 73  # CSS pixels an inch: the widest a picture grows, the narrowest it goes
FONTS = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"  # DejaVu, the measure, is the widest

STYLE = {
    "figure.dpi": 72,  # as the SVG, so that text is measured as it is written
    "figure.facecolor": COLOR["paper"],
    "font.family": ["DejaVu Sans"],
    "font.size": 10.5,
    "text.color": COLOR["ink"],
    "text.parse_math": False,  # a dollar in a label is a dollar
    "axes.facecolor": COLOR["paper"],
    "axes.edgecolor": COLOR["muted"],
    "axes.labelcolor": COLOR["ink"],
    "axes.labelsize": 10.5,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "axes.formatter.use_mathtext": False,
    "grid.color": COLOR["grid"],
    "grid.linewidth": 0.7,
    "xtick.color": COLOR["muted"],
    "ytick.color": COLOR["muted"],
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "legend.handlelength": 2.8,
    "lines.linewidth": 2.2,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "nnlib",  # the same picture gives the same bytes
}
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML 1.0
CONTEXT = ["default", STYLE]  # whatever the reader's own matplotlibrc says


class Picture:
    """A matplotlib `figure` and `alt`, the sentence that stands for it.

    Notebooks and the site show inline SVG whose colors are the palette's CSS custom properties, so
    it follows the page's theme; where those are undefined it falls back to the light colors. Its
    text form is `alt` alone. `.figure` is an ordinary Figure unknown to pyplot: save or change it.
    """

    def __init__(self, figure: Figure, alt: str):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(f"alt must be a text that says what the picture shows, not {alt!r}")
        alt = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", alt)
        self.figure, self.alt = figure, " ".join(alt.split())

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.alt, "text/html": self.html()}

    def html(self) -> str:
        """Return the inline SVG in its frame; a frame too wide for a phone scrolls by keyboard."""
        width = self.figure.get_size_inches()[0]
        scroll = ' tabindex="0" role="group" aria-label="wide picture, scrolls sideways"'
        wide = scroll if width > WIDTH + 0.01 else ""
        style = "overflow-x:auto;break-inside:avoid"
        return f'<div class="nn-picture" style="{style}"{wide}>{self._svg(width)}</div>'

    def _svg(self, width):
        buffer = io.StringIO()
        with matplotlib.style.context(CONTEXT):
            nothing = dict.fromkeys(["Date", "Creator", "Format", "Type"])
            self.figure.savefig(buffer, format="svg", metadata=nothing)
        svg = buffer.getvalue()
        prefix = "nn" + hashlib.sha256((self.alt + svg).encode()).hexdigest()[:10] + "-"
        body = svg[svg.index(">", svg.index("<svg")) + 1 :]
        body = re.sub(r"<style.*?</style>", "", body, flags=re.S)  # it would style the whole page
        used = set(re.findall(r'(?:url\(|href=")#([^")]+)', body))
        body = re.sub(
            r' id="([^"]*)"', lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", body
        )
        body = re.sub(r'(url\(|href=")#', rf"\1#{prefix}", body)
        body = re.sub(r"<[^>]*>", lambda m: _themed(m[0]), body)  # tags only: text stays as it is
        body = UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", body)
        box = re.search(r'viewBox="[^"]*"', svg)[0]
        # pointer-events: else the browser would pop the title up over the picture as a tooltip
        style = (
            f"display:block;width:100%;min-width:{width * TIGHT:.0f}px;"
            f"max-width:{width * ROOMY:.0f}px;height:auto;margin:0 auto;pointer-events:none;"
            f"stroke-linejoin:round;stroke-linecap:butt;"
            f"background:var(--nn-paper, {COLOR['paper']})"
        )
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'{box} role="img" style="{style}"><title>{escape(self.alt)}</title>{body}'
        )


def _themed(tag):
    tag = re.sub(r"#[0-9a-f]{6}\b", lambda m: _variable(m[0]), tag)
    return tag.replace("'DejaVu Sans'", FONTS)


def _variable(color):
    role = next((role for role, light in COLOR.items() if light == color), None)
    return f"var(--nn-{role}, {color})" if role else color


def picture(draw: Callable[..., tuple[Figure, str]]) -> Callable[..., Picture]:
    """Decorate `draw(...) -> (figure, alt)`: draw in the book's style, return a Picture.

    The decorated function takes one more keyword, `alt`, to replace the generated text.
    """

    @functools.wraps(draw)
    def drawn(*args, alt=None, **kwargs):
        with matplotlib.style.context(CONTEXT):
            figure, told = draw(*args, **kwargs)
            figure.draw_without_rendering()
            figure.set_layout_engine("none")  # a second layout would move things by a hair
        return Picture(figure, told if alt is None else alt)

    signature = inspect.signature(draw)
    alt = inspect.Parameter(
        "alt", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=str | None
    )
    parameters = [*signature.parameters.values(), alt]
    shown = signature.replace(parameters=parameters, return_annotation=Picture)
    drawn.__signature__ = shown  # type: ignore[attr-defined]
    return drawn


def short(value: float) -> str:
    """Write a number for an alt text or a tick: three significant digits, more from 1000 up."""
    return number(value, 3 if abs(value) < 1000 else 6)


def pair(name: str, values: tuple[float, float]) -> tuple[float, float]:
    """Return two finite numbers; ValueError, naming them `name`, if `values` are none."""
    both = sequence(values)
    if both is None or len(both) != 2:
        raise ValueError(f"{name} must be two numbers, not {values!r}")
    return finite(f"{name}[0]", both[0]), finite(f"{name}[1]", both[1])
