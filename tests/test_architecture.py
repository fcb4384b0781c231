"""The house stays as the README's map draws it: imports run downwards and the rooms stay small."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "nnlib"

FLOORS = [  # from the top; a module imports only from floors below its own, or its own floor
    {"widgets", "figures", "literature"},
    {"scenes", "estimators"},
    {"examples", "mistakes", "stage", "ring"},
    {"propagation", "steps", "tiny_network", "network", "passes", "blockchain"},
    {"arithmetic", "activations", "losses", "optimizers", "block", "bitcoin", "security"}
    | {"datasets", "text", "palette", "checks", "files", "branches", "difficulty"}
    | {"record", "saving"},
]
BROWSER = {
    "arithmetic", "activations", "losses", "text", "tiny_network", "propagation", "mistakes",
    "examples", "bitcoin", "block", "blockchain", "branches", "difficulty", "files", "security",
    "record", "ring", "saving", "stage", "steps", "scenes",
}  # fmt: skip
# What the browser's Python has not got: modules, functions of modules, methods of values.
ABSENT = {"dataclasses", "__future__", "enum", "hmac", "decimal", "fractions", "random"}
ABSENT_FUNCTIONS = {
    "math": {"log1p", "hypot", "prod", "comb", "fsum", "dist", "perm", "ulp", "nextafter"}
    | {"cbrt", "exp2", "lcm", "isqrt", "sumprod", "remainder"},
    "functools": {"cached_property", "lru_cache", "cache", "singledispatch", "total_ordering"},
}
TYPES = {
    "Any",
    "Callable",
    "Iterable",
    "Iterator",
    "Self",
    "Sequence",
}  # of typing: web/python.mjs has them
ABSENT_METHODS = {
    "bit_length", "bit_count", "as_integer_ratio", "is_integer", "hexdigest", "zfill", "ljust",
    "rjust", "title", "removeprefix", "removesuffix", "casefold", "expandtabs", "translate",
    "maketrans", "isidentifier", "isnumeric", "isdecimal", "isprintable",
}  # fmt: skip


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


@pytest.mark.parametrize(
    "path", [p for p in FILES if room(p) in BROWSER], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_the_browser_has_every_name_that_is_used(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            absent = ABSENT_FUNCTIONS.get(node.module, set())
            assert not absent & names, f"{path}:{node.lineno}"
            assert node.module != "typing" or names <= TYPES, f"{path}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            called, where = node.func.attr, f"{path}:{node.lineno}: not in the browser"
            assert called not in ABSENT_FUNCTIONS.get(owner, set()), f"{where}: {owner}.{called}"
            assert called not in ABSENT_METHODS, f"{where}: .{called}()"


def test_private_modules_and_names_stay_in_their_room():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("nnlib"):
                names = [*node.module.split("."), *(alias.name for alias in node.names)]
                private = [n for n in names if n.startswith("_") and not n.startswith("__")]
                own = node.module.split(".")[1:2] == [room(path)]
                assert own or not private, f"{path}:{node.lineno}: {private[0]} is private"


def test_only_widgets_imports_anywidget():
    users = {room(p) for p in FILES for name, _ in imports(p) if name.startswith("anywidget")}
    assert users <= {"widgets"}


WRITTEN = [  # what people read, in any language
    p
    for pattern in ("nnlib/**/*", "web/**/*", "_ext/**/*", "tools/*", "benchmarks/*", "tests/**/*")
    for p in ROOT.glob(pattern)
    if p.suffix in {".py", ".js", ".mjs", ".cjs", ".css", ".html"}
]


def test_no_file_outgrows_its_reader():
    files = [p for p in WRITTEN if ROOT / "tests" not in p.parents]
    assert {p.name: n for p in files if (n := len(p.read_text().splitlines())) > 250} == {}


def test_no_line_outgrows_its_reader():
    for path in WRITTEN:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert len(line) <= 100, f"{path}:{number} has {len(line)} characters"


def test_no_function_outgrows_its_reader():
    for path in WRITTEN:
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    lines = node.end_lineno - node.lineno + 1
                    assert lines <= 50, f"{path}:{node.lineno} {node.name} has {lines} lines"


def public(tree):
    """Yield the public functions of a module and the public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_public_functions_say_their_types(path):
    for node in public(ast.parse(path.read_text())):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        untyped = [a.arg for a in arguments if not a.annotation and a.arg not in ("self", "cls")]
        assert not untyped, f"{path}:{node.lineno} {node.name}: {', '.join(untyped)}"
        assert node.returns, f"{path}:{node.lineno} {node.name}: its result"
