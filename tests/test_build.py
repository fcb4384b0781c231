"""What the book is built with: the lock, and the few places that touch the tools' insides."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "_ext"))

import execution  # noqa: E402
import mathematics  # noqa: E402
import widgets  # noqa: E402

WANTED = [ROOT / "requirements.txt", ROOT / "tests/requirements.txt"]
LOCK = (ROOT / "requirements.lock").read_text()


def pins(text):
    """{package: version} of the lines `package==version`."""
    found = re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", text)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_lock_holds_what_is_wanted_with_hashes_and_no_address():
    for file in WANTED:
        assert pins(file.read_text()).items() <= pins(LOCK).items(), "run `make lock`"
    assert "://" not in LOCK
    entry = r"(?m)^[\w.-]+==\S+(?: ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}"
    assert len(re.findall(entry, LOCK)) == len(re.findall(r"(?m)^\w", LOCK))


def test_pages_with_widgets_follow_the_folder_that_they_fetch_from():
    pages = {"ring": {"nnlib_scenes": ["ring"]}, "errata": {}}
    env = SimpleNamespace(found_docs={"ring", "errata", "new"}, metadata=pages)
    app = SimpleNamespace(nnlib_folder="nnlib-1")
    assert widgets.follow_folder(app, env, set(), set(), set()) == ["ring"]
    assert widgets.follow_folder(app, env, set(), set(), set()) == []
    app.nnlib_folder = "nnlib-2"
    assert widgets.follow_folder(app, env, set(), set(), set()) == ["ring"]


@pytest.mark.parametrize(
    "source", ["import nnlib.widgets", "from nnlib import widgets", "from nnlib.widgets import *"]
)
def test_a_chapter_that_names_no_widget_depends_on_all(source):
    named = "from nnlib.widgets import RingInspector"
    scenes = {p for p in execution.parts(source) if "scenes" in str(p)}
    assert {p.parent.name for p in scenes} >= {"chain", "ring", "speed"}
    assert not any("scenes/chain" in str(p) for p in execution.parts(named))


def test_a_formula_that_cannot_be_read_stops_the_build_and_is_shown():
    assert 'class="katex-display"' in mathematics.draw(r"\frac{1}{2}", displayed=True)
    with pytest.raises(ExtensionError, match=r"(?s)expected '}'.*formula: \\frac\{1"):
        mathematics.draw(r"\frac{1")


def names(source):
    return {path.relative_to(ROOT / "nnlib").as_posix() for path in execution.parts(source)}


def test_a_chapter_depends_on_what_it_imports_and_on_that_in_turn():
    found = names("from nnlib.literature import speed")
    assert {"literature/speed.py", "literature/__init__.py", "__init__.py", "files.py"} <= found
    assert not found & {"literature/peers.py", "figures/__init__.py", "widgets.py"}
    assert names("import nnlib.security") < names("import nnlib.security, nnlib.figures.plots")


def test_a_widget_stands_for_its_own_scene():
    found = names("from nnlib.widgets import BlockSpeed")
    assert {"widgets.py", "scenes/speed/__init__.py", "stage/__init__.py"} <= found
    assert not [name for name in found if name.startswith("scenes/chain")]
    assert "scenes/chain/__init__.py" in names("from nnlib.widgets import ChainBuilder")


def test_what_is_imported_late_counts_too():
    """nnlib imports the estimators when they are asked for, by their module's name."""
    late = names("from nnlib import NeuralNetworkClassifier")
    assert names("import nnlib.estimators") <= late


def test_every_module_that_python_imports_is_among_the_parts():
    source = "from nnlib import figures\nfrom nnlib.literature import detectors, full"
    show = "import sys; print(*[m.__file__ for n, m in sys.modules.items() if n[:5] == 'nnlib'])"
    done = subprocess.run(
        [sys.executable, "-c", f"{source}\n{show}"], capture_output=True, text=True, check=True
    )
    assert {str(path) for path in execution.parts(source)} >= set(done.stdout.split())


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of one chapter and its own nnlib; returns its notebook's path."""
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    monkeypatch.setattr(execution, "FOLDER", tmp_path / "_build/chapters")
    for name in ("nnlib/__init__.py", "nnlib/used.py", "nnlib/unused.py", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    cells = [
        nbformat.v4.new_markdown_cell("# 1 Text"),
        nbformat.v4.new_code_cell("import nnlib.used"),
    ]
    path = tmp_path / "chapters/1.ipynb"
    path.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def test_a_chapter_is_run_again_when_its_code_or_its_part_of_nnlib_changes_only(book, tmp_path):
    before = execution.key(book)
    assert execution.key(book) == before
    (tmp_path / "nnlib/unused.py").write_text("x = 1")
    edit(book, "1 Text", "1 Another text")
    assert execution.key(book) == before
    (tmp_path / "nnlib/used.py").write_text("x = 1")
    changed = execution.key(book)
    edit(book, "import nnlib.used", "import nnlib.used  # again")
    assert len({before, changed, execution.key(book)}) == 3


RUN = """
import sys; from pathlib import Path
root, ext = map(Path, sys.argv[1:]); sys.path.append(str(ext))
import execution
execution.ROOT, execution.FOLDER = root, root / "_build/chapters"
execution.run_changed()
book = root / "chapters/1.ipynb"
print(execution.with_outputs(book, book.read_text()))
"""


def test_a_chapter_gets_the_outputs_of_its_run_and_a_failure_is_told(book, tmp_path):
    command = [sys.executable, "-c", RUN, tmp_path, ROOT / "_ext"]
    edit(book, "import nnlib.used", "print(6 * 7)")
    first, second = (subprocess.run(command, capture_output=True, text=True) for _ in range(2))
    started, ran, notebook = first.stdout.splitlines()
    assert (started, ran[:8]) == ("running 1 of the chapters", "ran 1 in")
    assert second.stdout.splitlines() == [notebook]
    (cell,) = execution.code(json.loads(notebook))
    assert cell["outputs"][0]["text"] == "42\n"
    edit(book, "print(6 * 7)", "1 / 0")
    failed = subprocess.run(command, capture_output=True, text=True)
    assert re.search(r"(?s)1.ipynb does not run:.*ZeroDivisionError", failed.stderr)


# What _ext/website.py and _ext/templates repair, where it comes from: the day one is gone, a repair
# can go, or has to be made anew.
PYDATA, BOOK = "theme/pydata_sphinx_theme", "theme/sphinx_book_theme"
FAULTS = [
    ("sphinx_togglebutton", "_static/togglebutton.js", "Toggle hidden content"),
    ("docutils", "writers/_html_base.py", "doc-biblioentry"),
    ("sphinx_exercise", "directive.py", "exercise-content"),
    ("sphinx_exercise", "directive.py", "solution-content"),
    ("pydata_sphinx_theme", f"{PYDATA}/static/webpack-macros.html", "scripts/fontawesome.js"),
    ("pydata_sphinx_theme", f"{PYDATA}/components/search-button-field.html", "aria-label"),
    ("pydata_sphinx_theme", f"{PYDATA}/sections/sidebar-primary.html", "sidebar-primary__section"),
    (
        "sphinx_book_theme",
        "theme/sphinx_book_theme/components/sbt-sidebar-nav.html",
        "toctree_html",
    ),
]


@pytest.mark.parametrize("package, file, text", FAULTS, ids=lambda part: part.split("/")[-1])
def test_what_is_repaired_is_still_as_it_was(package, file, text):
    (folder,) = importlib.util.find_spec(package).submodule_search_locations
    assert text in Path(folder, file).read_text("utf-8")
