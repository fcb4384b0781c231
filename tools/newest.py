"""Build the same book on the newest of everything, without Jupyter Book, and test what came out.

    python tools/newest.py          in _build/newest, with an environment of its own

What Jupyter Book adds to Sphinx is a configuration, which it can write down; with its own
extensions left out, nothing binds the book to the Sphinx that Jupyter Book needs.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "_build/newest"
BIN = TARGET / ".venv/bin"
# what jupyter-book asks for on its own, and what stays out with it
EXTRA = ["myst-nb", "sphinx-book-theme", "sphinx-external-toc", "sphinx-copybutton"]
EXTRA += ["sphinx-togglebutton"]
LEFT_OUT = ["jupyter_book", "sphinx_comments", "sphinx_jupyterbook_latex"]


def wanted():
    """Return the names of all packages of the two lists, without their versions."""
    lines = (ROOT / "requirements.txt").read_text() + (ROOT / "tests/requirements.txt").read_text()
    return [name for name in re.findall(r"(?m)^([\w-]+)==", lines) if name != "jupyter-book"]


def copy():
    """Copy the files under version control; keep the environment of an earlier run."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).exists():
            (TARGET / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, TARGET / name)
    modules = TARGET / "node_modules"
    if not modules.exists():
        modules.symlink_to(ROOT / "node_modules")


def configuration():
    """Write conf.py: Jupyter Book's, without its extensions and what configures them."""
    run("jupyter-book", "config", "sphinx", ".")
    conf = TARGET / "conf.py"
    lines = re.sub(r"(?m)^(comments_|latex_|use_)\w+ = .*\n", "", conf.read_text())
    for name in LEFT_OUT:
        lines = lines.replace(f"'{name}', ", "").replace(f", '{name}'", "")
    conf.write_text(f"import sys\n\nsys.path.append('_ext')\n{lines}")


def run(*command):
    print("==", *command, flush=True)
    done = subprocess.run(command, cwd=TARGET)
    if done.returncode:
        sys.exit(f"failed: {' '.join(map(str, command))}")


def main():
    TARGET.mkdir(parents=True, exist_ok=True)
    copy()
    configuration()
    if not BIN.exists():
        run("uv", "venv", "--quiet", ".venv", "--python", sys.executable)
    python = ("--python", str(BIN / "python"))
    run("uv", "pip", "install", "--quiet", "--upgrade", *python, *wanted(), *EXTRA, "-e", ".")
    run("uv", "pip", "list", *python)
    sphinx = ("sphinx", "-b", "html", "-n", "-W", "--keep-going", ".", "_build/html")
    run(BIN / "python", "-m", *sphinx)
    run(BIN / "python", "-m", "pytest", "-n", "2", "--dist", "loadfile", *sys.argv[1:])


if __name__ == "__main__":
    main()
