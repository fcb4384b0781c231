"""The book's colors, by role: one table for the matplotlib figures, the widgets and the site."""

PALETTE = {  # role: (on a light page, on a dark page)
    "paper": ("#ffffff", "#14181e"),
    "ink": ("#1d1f23", "#e8eaed"),
    "muted": ("#5b6068", "#a8aeb8"),
    "grid": ("#d5d9df", "#3a414b"),
    "input": ("#8a6400", "#f2c94c"),  # line or text; the fills carry ink-colored text
    "input-fill": ("#ffe08a", "#5a4706"),
    "hidden": ("#b0256d", "#f48fbd"),
    "hidden-fill": ("#ffc9e0", "#62203f"),
    "output": ("#1459b3", "#82b8f7"),
    "output-fill": ("#c5defb", "#143f70"),
    "error": ("#b3261e", "#ff8a80"),
    "error-fill": ("#fbd5d1", "#5c1a16"),
    "good": ("#1b6e3c", "#7fd6a0"),
}


def css() -> str:
    """Return the palette as CSS custom properties, `--nn-<role>`, for both themes and print.

    An element of the class `nn-color-<role>` has that color as its `--nn-color`.
    """

    def block(column):
        return "".join(f"--nn-{role}:{colors[column]};" for role, colors in PALETTE.items())

    light, dark = block(0), block(1)
    classes = "".join(f".nn-color-{role}{{--nn-color:var(--nn-{role})}}\n" for role in PALETTE)
    return (
        f":root{{{light}}}\n"
        f'html[data-theme="dark"],body[data-jp-theme-light="false"]{{{dark}}}\n'
        f"@media print{{:root,html[data-theme]{{{light}}}}}\n"
        f"{classes}"
    )
