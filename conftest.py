"""How nbval compares the chapters, and where it may take what they gave from."""

import sys
from pathlib import Path
from queue import Empty


def pytest_addoption(parser):
    parser.addoption(
        "--from-build",
        action="store_true",
        help="with --nbval: compare what the build has just run, rather than run it again",
    )


class Replay:
    """Stands for nbval's kernel: answers with the outputs that the build got from a real one."""

    def __init__(self, outputs):
        self.cells, self.messages = iter(outputs), iter(())

    def execute_cell_input(self, source, allow_stdin=None):
        idle = {"output_type": "status", "execution_state": "idle"}
        self.messages = iter([*next(self.cells), idle])
        return "replay"

    def get_message(self, stream, timeout=None):
        output = next(self.messages, None)
        if output is None:
            raise Empty
        parent = {"msg_id": "replay"}
        return {"msg_type": output["output_type"], "content": output, "parent_header": parent}

    def await_reply(self, message, timeout=None):
        pass

    def await_idle(self, message, timeout=None):
        pass

    def is_alive(self):
        return True

    def stop(self):
        pass


def replay(collector):
    """Let nbval compare the outputs of the chapter's last run, if it was run as all is now."""
    sys.path.append(str(Path(__file__).parent / "_ext"))
    import execution

    kept = execution.stored(collector.path)
    if kept.exists():
        kernel = Replay(execution.read(kept)["outputs"])
        collector.setup = lambda: setattr(collector, "kernel", kernel)


def pytest_collectstart(collector):
    """Leave HTML out: committed notebooks hold text only (tools/refresh.py), so text is compared.

    A table's HTML and a picture's SVG are drawn from the same values as their text.
    """
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html",)
        if collector.config.option.from_build:
            replay(collector)


def pytest_itemcollected(item):
    """Compare every cell: nbval takes one without a count, which none has here, for one not run."""
    if hasattr(item, "cell"):
        item.cell.execution_count = 1
