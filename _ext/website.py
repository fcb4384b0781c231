"""What the published site needs beyond the stock theme: the book's colors, repaired templates,
and scripts that wait for the page.
"""

from pathlib import Path

from docutils import nodes

from nnlib import palette


def configure(app, config):
    app.add_css_file("palette.css")
    app.add_css_file("book.css", priority=900)


def head_no_empty_column(app, doctree):
    """Make the empty corner of a pandas table a plain cell: it is the heading of nothing."""
    for node in doctree.findall(nodes.raw):
        if 'class="dataframe"' in node.astext():
            node.replace_self(
                nodes.raw("", node.astext().replace("<th></th>", "<td></td>"), format="html")
            )


REPAIRS = {  # what the tools write that a screen reader is told wrongly
    ' aria-label="Toggle hidden content"': "",  # the words on the button say more
    'role="doc-biblioentry"': 'role="listitem"',  # deprecated, and no child for a list
    ' id="exercise-content"': "",  # the same for each exercise of a page, and nothing leads there
    ' id="solution-content"': "",
}


def repair(app, pagename, templatename, context, doctree):
    for wrong, right in REPAIRS.items():
        context["body"] = context.get("body", "").replace(wrong, right)


def defer_scripts(app, pagename, templatename, context, doctree):
    """Let the page be drawn before its scripts run, but for two that inline scripts rely on."""
    for script in context.get("script_files", ()):
        name = str(getattr(script, "filename", "") or "")
        if name and not name.endswith(("documentation_options.js", "doctools.js")):
            script.attributes.setdefault("defer", "defer")


def install(app):
    """Write the stylesheet of colors that figures, widgets and pages share."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / "palette.css").write_text(palette.css())


def setup(app):
    app.connect("config-inited", configure, priority=900)
    app.connect("doctree-read", head_no_empty_column)
    app.connect("html-page-context", repair)
    app.connect("html-page-context", defer_scripts, priority=900)
    app.connect("builder-inited", install)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
