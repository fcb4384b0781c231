"""What all widgets share in JavaScript, tested by Node in a document without a browser."""

import shutil
import subprocess
import sys
from pathlib import Path

STAGE = Path(__file__).parent / "stage"


def test_the_stage_draws_asks_and_tells():
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    files = sorted(map(str, STAGE.glob("*.test.mjs")))
    command = [
        node,
        "--no-warnings",
        "--test-timeout=60000",
        "--test-isolation=none",
        "--test",
        *files,
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert files and not done.returncode, done.stdout + done.stderr
