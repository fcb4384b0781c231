"""The state of the chain builder: what it keeps, and what each of its keys may be."""

from collections import OrderedDict
from typing import Any

from nnlib.block import LARGEST
from nnlib.scenes.chain.blocks import BITS, BLOCKS, CHARACTERS, EXAMPLE, Rows
from nnlib.scenes.chain.header import HEADERS
from nnlib.scenes.chain.mining import search
from nnlib.stage.checks import Flag, ListOf, Maybe, OneOf, Text, Whole

VIEWS = [("chain", "One chain"), ("peers", "Three peers"), ("header", "Bitcoin header")]

DEFAULTS = {
    "view": "chain",
    "difficulty": 12,
    "blocks": EXAMPLE,
    "peers": [EXAMPLE] * 3,
    "before": None,
    "costs": [[0, 0]] * 4,
    "mining": None,
    "tree": None,
    "leaf": "0",
    "preset": "0",
    "header": HEADERS["0"],
    "report": False,
    "ended": False,
}
INPUTS = ["view", "difficulty", "blocks", "peers", "tree", "leaf", "preset", "header"]
# Setting a key may change keys after it; of several, Python sets those later.
CHECKS: dict[str, Any] = OrderedDict(
    [
        ("view", OneOf("View", [value for value, _ in VIEWS])),
        ("difficulty", Whole("Difficulty", 0, BITS, 1)),  # the network's rule, zero bits
        ("blocks", Rows()),  # the chain, see blocks.py
        ("peers", ListOf("peers", 3, Rows())),  # three more
        ("before", Maybe(ListOf("before", 3, Rows()))),  # these, before they resolved
        # Of each of the four chains, since it last was valid: hashes spent, and hashes expected
        # for the blocks that were found.
        ("costs", ListOf("costs", 4, ListOf("costs", 2, Whole("costs", 0, LARGEST)))),
        ("mining", Maybe(search)),  # see mining.py
        ("tree", Maybe(Whole("tree", 0, BLOCKS - 1))),  # the block whose Merkle tree is shown,
        ("leaf", OneOf("Record", [str(i) for i in range(BLOCKS)])),  # and the record to prove
        ("preset", OneOf("Preset", list(HEADERS))),  # the real header that the text began as
        ("header", Text("The header", CHARACTERS)),
        ("report", Flag("Report")),  # whether the last event was Verify
        ("ended", Flag("Ended")),  # whether the last event ended a search
    ]
)
