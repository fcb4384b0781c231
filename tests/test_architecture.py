"""The house stays as the README's map draws it: imports run downwards and the rooms stay small."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "nnlib"

FLOORS = [  # from the top; a module imports only from floors below its own, or its own floor
    {"widgets", "figures", "literature"},
    {"scenes", "estimators", "fitting", "labels"},
    {"examples", "mistakes"},
    {"propagation", "tiny_network", "network", "passes", "blockchain"},
    {"activations", "losses", "optimizers", "block", "bitcoin", "security"}
    | {"datasets", "text", "palette", "checks", "files", "branches", "difficulty"},
]
BROWSER = {
    "activations", "losses", "text", "tiny_network", "propagation", "mistakes", "examples",
    "bitcoin", "block", "blockchain", "branches", "difficulty", "files", "security", "scenes",
}  # fmt: skip
ABSENT = {"dataclasses", "typing", "__future__", "enum", "hmac", "decimal", "fractions", "random"}


def room(path):
    """Return the name of the module or folder of nnlib that `path` belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """Yield (module, optional) for each import in the file; optional: inside a `try`."""
    tree = ast.parse(path.read_text())
    tried = {id(n) for t in ast.walk(tree) if isinstance(t, ast.Try) for n in ast.walk(t)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            names = [node.module]
            if node.module in ("nnlib", "nnlib.scenes", "nnlib.literature"):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield name, id(node) in tried


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def floor(name):
    return next((i for i, names in enumerate(FLOORS) if name in names), None)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downwards(path):
    own = floor(room(path))
    assert own is not None, f"{path.name} has no floor: add it to FLOORS"
    for name, _ in imports(path):
        if name.startswith("nnlib."):
            target = name.split(".")[1]
            assert target == room(path) or floor(target) >= own, f"{path.name} imports {name}"
        assert not name.startswith(("tests", "chapters", "tools"))


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p) in BROWSER], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_the_browser_needs_nothing_but_python(path):
    for name, optional in imports(path):
        top = name.split(".")[0]
        if top == "nnlib":
            assert name.split(".")[1] in BROWSER, f"{path.name} imports {name}"
        else:
            assert optional or (top in sys.stdlib_module_names and top not in ABSENT), name


def test_only_widgets_imports_anywidget():
    users = {room(p) for p in FILES for name, _ in imports(p) if name.startswith("anywidget")}
    assert users <= {"widgets"}


def test_no_file_outgrows_its_reader():
    files = [*FILES, *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.css"), *(ROOT / "web").iterdir()]
    assert {p.name: n for p in files if (n := len(p.read_text().splitlines())) > 250} == {}


def test_the_page_needs_little_javascript_and_css():
    files = [*(PACKAGE / "views").iterdir(), *(ROOT / "web").iterdir()]
    assert sum(len(p.read_text().splitlines()) for p in files) <= 1400
