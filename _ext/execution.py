"""Runs the chapters when the book is built: several at once, and only those whose code, or whose
part of nnlib, has changed since their last run; then hands them to myst-nb with their outputs.

    python _ext/execution.py     runs them without a build
"""

import ast
import hashlib
import json
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from subprocess import DEVNULL

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "_build/chapters"  # what each chapter's last run gave
TIMEOUT = 120  # seconds a cell


def file_of(module):
    """Return the file of a module of nnlib, or None."""
    path = ROOT.joinpath(*module.split("."))
    found = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in found if file.exists()), None)


@cache
def scene_of(widget):
    """Return the module of the scene whose widget is called `widget`: "Block speed", BlockSpeed."""
    for file in ROOT.glob("nnlib/scenes/*/__init__.py"):
        title = re.search(r'(?m)^TITLE = "(.+)"', file.read_text("utf-8"))
        if title and "".join(map(str.capitalize, title[1].split())) == widget:
            return f"nnlib.scenes.{file.parent.name}"
    return "nnlib.scenes"


@cache
def imported(source):
    """Return the names of all modules of nnlib that a Python source names, and perhaps more names.

    A widget stands for its scene only, `nnlib.widgets` by itself for all of them, and a module's
    name in a string for the module: it is imported late.
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            if node.module == "nnlib.widgets":
                names |= {scene_of(alias.name) for alias in node.names}
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {node.value} if re.fullmatch(r"nnlib\.[\w.]*\w", node.value) else set()
    if "nnlib.widgets" in names and not any(n.startswith("nnlib.scenes.") for n in names):
        folders = ROOT.glob("nnlib/scenes/*/__init__.py")
        names |= {f"nnlib.scenes.{file.parent.name}" for file in folders}
    return frozenset(name for name in names if name.split(".")[0] == "nnlib")


def parts(source):
    """Return the files of nnlib that a Python source needs, in order: all that it imports, and
    what that imports in turn, each with the packages that it lies in.
    """
    found, waiting = set(), set(imported(source))
    while waiting:
        module = waiting.pop()
        file = file_of(module)
        waiting |= {module.rpartition(".")[0]} - {""} if "." in module else set()
        if file and file not in found:
            found.add(file)
            waiting |= imported(file.read_text("utf-8"))
    return sorted(found)


def read(path):
    return json.loads(Path(path).read_text("utf-8"))


def code(notebook):
    """Return the code cells of a notebook."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def key(path):
    """Return a fingerprint of all that the outputs of the notebook at `path` depend on."""
    cells = ["".join(cell["source"]) for cell in code(read(path))]
    data = [*ROOT.glob("nnlib/data/*"), *ROOT.glob("nnlib/literature/results/*")]
    files = [*parts("\n".join(cells)), *sorted(data), ROOT / "requirements.lock"]
    digest = hashlib.sha256(repr((sys.version_info[:2], cells)).encode())
    for file in files:
        digest.update(b"\0" + file.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def stored(path):
    """Return where the outputs of the notebook at `path`, as all is now, are kept."""
    return FOLDER / f"{Path(path).stem}.{key(path)}.json"


def run(path):
    """Run the notebook at `path` and keep its outputs.  Returns a sentence; raises as it does."""
    import nbformat
    from nbclient import NotebookClient

    start, target = time.monotonic(), stored(path)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=TIMEOUT, resources=resources)
    client.execute(stderr=DEVNULL)  # what the kernel says about itself
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob(f"{path.stem}.*.json"):
        old.unlink()
    metadata = {name: notebook.metadata.get(name, {}) for name in ("language_info", "widgets")}
    part = target.with_suffix(".part")
    part.write_text(json.dumps({"metadata": metadata, "outputs": outputs}, sort_keys=True), "utf-8")
    part.replace(target)
    return f"ran {path.stem} in {time.monotonic() - start:.0f} s"


def run_changed(say=print):
    """Run all chapters that need it, the longest first; raise the first failure, after all."""
    paths = [path for path in ROOT.glob("chapters/*.ipynb") if not stored(path).exists()]
    paths.sort(key=lambda path: path.stat().st_size, reverse=True)
    if paths:
        say(f"running {len(paths)} of the chapters")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [(path, pool.submit(run, path)) for path in paths]
    for path, done in runs:
        if done.exception():
            raise RuntimeError(f"{path.name} does not run:\n{done.exception()}")
        say(done.result())


def with_outputs(path, text):
    """Return the notebook `text`, as it stands at `path`, with the outputs of its last run."""
    notebook, kept = json.loads(text), read(stored(path))
    for cell, outputs in zip(code(notebook), kept["outputs"], strict=True):
        cell["outputs"] = outputs
    notebook["metadata"].update(kept["metadata"])
    return json.dumps(notebook)


def before_build(app):
    from sphinx.errors import ExtensionError
    from sphinx.util import logging

    try:
        run_changed(logging.getLogger(__name__).info)
    except RuntimeError as error:
        raise ExtensionError(str(error)) from None


def outdated(app, env, added, changed, removed):
    """Return the chapters whose outputs are others than when they were last read."""
    docs = [doc for doc in env.found_docs if Path(env.doc2path(doc)).suffix == ".ipynb"]
    before = getattr(env, "chapter_keys", {})
    env.chapter_keys = {doc: key(env.doc2path(doc)) for doc in docs}
    return [doc for doc in docs if before.get(doc) != env.chapter_keys[doc]]


def put_outputs(app, docname, source):
    path = app.env.doc2path(docname)
    if Path(path).suffix == ".ipynb":
        source[0] = with_outputs(path, source[0])


def setup(app):
    app.connect("builder-inited", before_build)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", put_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    run_changed()
