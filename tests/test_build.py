"""What the book is built with: the lock, and the few places that touch the tools' insides."""

import re
import sys
from pathlib import Path

import pytest
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "_ext"))

import mathematics  # noqa: E402

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


def test_a_formula_that_cannot_be_read_stops_the_build_and_is_shown():
    assert 'class="katex-display"' in mathematics.draw(r"\frac{1}{2}", displayed=True)
    with pytest.raises(ExtensionError, match=r"(?s)expected '}'.*formula: \\frac\{1"):
        mathematics.draw(r"\frac{1")
