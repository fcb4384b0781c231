"""Chain builder: edit, break and mine a small blockchain, alone or among peers; a real header.

Names of what is shown.  Of each block "time of block 1", "difficulty of ...", "nonce of ...",
"prescribed zero bits of ...", "zero bits of ...", as hexadecimal "hash of ...", "previous hash of
...", "Merkle root of ..."; with peers "hash of peer A block 1" and so on.  Of the chain "expected
hashes per block", "work", "hashes spent", "expected hashes", "tries", "hash rate".  More in
peers.py and header.py.
"""

from typing import Any

from nnlib.blockchain import expected_hashes
from nnlib.scenes.chain import header, peers, single
from nnlib.scenes.chain.blocks import FIELDS, PARTS, blocks_from_rows, rows_from_blocks
from nnlib.scenes.chain.cards import count_quantity, grouped
from nnlib.scenes.chain.events import happen
from nnlib.scenes.chain.mining import clock, dig
from nnlib.scenes.chain.state import CHECKS, DEFAULTS, INPUTS, VIEWS
from nnlib.stage import framed, label, quantity, setting, settle

__all__ = ["CHECKS", "DEFAULTS", "INPUTS", "TITLE", "frame", "show", "update"]

TITLE = "Chain builder"
ENDED = "The search has ended, because what it searched for has changed. "
LIMITS = [("time", FIELDS), ("difficulty", FIELDS), ("nonce", FIELDS), ("amount", PARTS)]


def update(state: Any, event: Any, elapsed: Any = None) -> tuple[dict, dict]:
    """Return (state, errors) after an event; see nnlib/stage.  Never raises.

    event: {"set": [key], "to": value}, key of state.CHECKS; {"set": ["blocks", place, field]} or
    {"set": ["peers", peer, place, field]}, field as in blocks.with_field; {"do": one of
    events.DEEDS} or {"do": "verify"}, with "chain", "block", "run", "item" where it matters.
    While it mines, each answer tries a slice of the nonces; `elapsed` gives the rate.
    """
    state, errors = settle(state, DEFAULTS, CHECKS)
    chains = _chains(state)
    search = state["mining"]
    if search and search["block"] >= len(chains[search["chain"]]):
        state["mining"] = search = None
    if isinstance(event, dict):
        try:
            happen(state, chains, event)
        except ValueError as error:
            errors[label(setting(event)[0])] = str(error)
    elif search and search["on"]:
        clock(search, elapsed)
    if state["mining"] and state["mining"]["on"]:
        try:
            dig(state, chains)
        except ValueError:
            state["mining"]["on"] = 0
            errors["mining"] = "No nonce is left to try."
    rows = [rows_from_blocks(chain) for chain in chains]
    state["blocks"], state["peers"] = rows[0], rows[1:]
    if state["tree"] is not None and state["tree"] >= len(chains[0]):
        state["tree"] = None
    return state, errors


def show(state: dict) -> dict:
    """Return the picture of a state: the view that is chosen, and how far a search is."""
    view, search = state["view"], state["mining"]
    if view == "header":
        seen = header.check(state["header"], state["preset"])
    elif view == "peers":
        before = state["before"] and [blocks_from_rows(rows) for rows in state["before"]]
        seen = peers.show(_chains(state)[1:], before, state)
    else:
        seen = single.show(blocks_from_rows(state["blocks"]), state)
    status = (ENDED if state["ended"] else "") + seen.pop("status")
    busy = bool(search and search["on"])
    if busy:
        who = f"Peer {peers.NAMES[search['chain'] - 1]} is mining" if search["chain"] else "Mining"
        status = f"{who}. The button Stop ends it."
    here = search and view == ("peers" if search["chain"] else "chain")
    rule = expected_hashes(state["difficulty"])
    return {
        "status": status,
        "busy": busy,
        "views": [{"value": value, "text": text} for value, text in VIEWS],
        "view": view,
        "difficulty": CHECKS["difficulty"].slider("difficulty"),
        "limits": {key: _limits(where[key]) for key, where in LIMITS},
        "effort": count_quantity("expected hashes per block", rule),
        "mining": _progress(state, search) if here else None,
        "chain": seen if view == "chain" else None,
        "peers": seen if view == "peers" else None,
        "header": seen if view == "header" else None,
    }


def frame(inputs: Any) -> dict:
    """Return what the widget shows for inputs as in DEFAULTS, perhaps with "event", "elapsed"."""
    return framed(update, show, inputs)


def _chains(state):
    return [blocks_from_rows(rows) for rows in [state["blocks"]] + state["peers"]]


def _limits(check):
    return {"min": check.low, "max": check.high, "step": check.step}


def _progress(state, search):
    """Return, as texts and numbers in turn, how far the search for a nonce is."""
    where, place = search["chain"], search["block"]
    block = blocks_from_rows(state["peers"][where - 1] if where else state["blocks"])[place]
    owner = f"peer {peers.NAMES[where - 1]}, " if where else ""
    doing = "Mining" if search["on"] else "Found" if block.is_mined else "Stopped"
    tries = count_quantity("tries", search["tries"])
    parts = [f"{doing}: {owner}block {place}, ", tries, " tries"]
    if search["ms"]:
        rate = search["timed"] * 1000 / search["ms"]
        parts += [", ", quantity("hash rate", rate, grouped(int(rate))), " hashes a second"]
    return parts + ["."]  # noqa: RUF005
