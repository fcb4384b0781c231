"""What a reader does in the chain builder, event by event, and what follows from it.

All work on the state and on `chains`, the four chains as lists of Block: one alone, three peers'.
"""

from typing import Any

from nnlib.block import LARGEST
from nnlib.blockchain import Block, Transaction
from nnlib.scenes.chain.blocks import (
    BLOCKS,
    TRANSACTIONS,
    blocks_from_rows,
    dues,
    fault,
    payments,
    records,
    restated,
    rows_from_blocks,
    text_of,
    tip_hash,
    with_field,
)
from nnlib.scenes.chain.header import HEADERS, flip
from nnlib.scenes.chain.mining import start
from nnlib.scenes.chain.peers import winner
from nnlib.scenes.chain.state import CHECKS
from nnlib.stage import deed, setting
from nnlib.stage.checks import Whole

PAUSE = 600  # seconds from one block to the next that is added


def happen(state: dict, chains: list[list[Block]], event: dict) -> None:
    """Do what the event says, then mend what no longer fits: costs, search, old chains.

    ValueError, a sentence, if the value is refused.
    """
    old, last, ruled = [list(chain) for chain in chains], state["mining"], state["difficulty"]
    path, value = setting(event)
    if path not in (["report"], ["ended"]):  # these tell of the last event
        state["report"], state["ended"] = deed(event) == "verify", False
    if len(path) == 1 and path[0] in CHECKS:
        _set(state, chains, path[0], CHECKS[path[0]](value))
    elif path:
        _set_field(chains, path, value)
    else:
        _do(state, chains, event)
    for where in range(len(chains)):
        if chains[where] != old[where]:
            if fault(chains[where], state["difficulty"]) and not fault(old[where], ruled):
                state["costs"][where] = [0, 0]
            if where and deed(event) != "resolve":
                state["before"] = None
            if last and last["chain"] == where and state["mining"] is last:
                state["mining"] = None
    if last and last["on"] and not state["mining"] and path != ["mining"]:
        state["ended"] = True


def _set(state, chains, key, value):
    if key == "mining" and value and value["block"] >= len(chains[value["chain"]]):
        raise ValueError(f"mining: chain {value['chain']} has no block {value['block']}.")
    old = state[key]
    state[key] = value
    if key == "blocks":
        chains[0] = blocks_from_rows(value)
    elif key == "peers":
        chains[1:] = [blocks_from_rows(rows) for rows in value]
    elif key == "preset":
        state["header"] = HEADERS[value]
    elif key == "view" and state["mining"]:
        state["mining"]["on"] = 0
    elif key == "difficulty":  # all blocks are to be mined to another rule
        state["mining"] = None
        if value != old:
            chains[:] = [restated(chain, value) for chain in chains]


def _set_field(chains, path, value):
    """Set what ["blocks", place, ...] or ["peers", peer, place, ...] leads to, if it does."""
    if path[0] == "blocks":
        where, path = 0, path[1:]
    elif path[0] == "peers" and path[1] in range(3):
        where, path = path[1] + 1, path[2:]
    else:
        return
    if path and path[0] in range(len(chains[where])):
        place, *field = path
        chains[where][place] = with_field(chains[where][place], field, value)


def _do(state, chains, event):
    """Do a deed, with "chain" (0, or 1 to 3 for a peer's) and "block" where it matters."""
    try:
        where = Whole("chain", 0, 3)(event.get("chain", 0))
        place = Whole("block", 0, len(chains[where]) - 1)(event.get("block", 0))
    except ValueError:
        return
    if deed(event) in DEEDS:
        DEEDS[deed(event)](state, chains, where, place, event)


def _mine(state, chains, where, place, event):
    start(state, chains, where, place, event.get("run") is True)


def _stop(state, chains, where, place, event):
    if state["mining"]:
        state["mining"]["on"] = 0


def _add(state, chains, where, place, event):
    chain = chains[where]
    if len(chain) < BLOCKS:
        time = min(chain[-1].timestamp + PAUSE, LARGEST)
        due = dues(chain, state["difficulty"])[-1]
        chain.append(Block(len(chain), time, [""], tip_hash(chain), due))
        if where:  # a peer mines what it adds
            start(state, chains, where, len(chain) - 1, False)


def _remove(state, chains, where, place, event):
    if len(chains[where]) > 1:
        chains[where].pop()


def _pay(state, chains, where, place, event):
    block = chains[where][place]
    if len(payments(block)) < TRANSACTIONS:
        paid = payments(block)
        paid.append(Transaction("Alice", "Bob", 1))
        _put_payments(chains, where, place, paid)


def _unpay(state, chains, where, place, event):
    paid = [p for i, p in enumerate(payments(chains[where][place])) if i != event.get("item")]
    _put_payments(chains, where, place, paid)


def _put_payments(chains, where, place, paid):
    block = chains[where][place]
    chains[where][place] = block.replace(transactions=records(paid, text_of(block)))


def _resolve(state, chains, where, place, event):
    peers = chains[1:]
    best = winner(peers, state["difficulty"])
    if best is not None:
        state["before"] = [rows_from_blocks(chain) for chain in peers]
        chains[1:] = [list(peers[best]) for _ in peers]


def _flip(state, chains, where, place, event):
    state["header"] = flip(state["header"])


DEEDS: dict[str, Any] = {
    "mine": _mine,  # "run": True: from the first broken block to the last
    "stop": _stop,
    "add": _add,
    "remove": _remove,
    "pay": _pay,
    "unpay": _unpay,  # "item": which payment
    "resolve": _resolve,
    "flip": _flip,
}
