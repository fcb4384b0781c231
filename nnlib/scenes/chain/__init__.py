"""The chain builder: edit, break and mine a small blockchain, alone or among three peers, and check
a real Bitcoin header.

Names of what is shown.  Of each block "time of block 1", "difficulty of ...", "nonce of ...",
"prescribed zero bits of ...", "zero bits of ...", as hexadecimal "hash of ...", "previous hash of
...", "Merkle root of ..."; with peers "hash of peer A block 1" and so on.  Of the chain "expected
hashes per block", "work", "hashes spent", "expected hashes", "tries", "hash rate".  More in
_peers.py and _header.py.
"""

# ruff: noqa: RUF005 (the browser's Python has no [*a, b])

from nnlib.blockchain import expected_hashes, work
from nnlib.scenes.chain import header as _header
from nnlib.scenes.chain import peers as _peers
from nnlib.stage import quantity
from nnlib.scenes.chain.blocks import BITS, BLOCKS, MOST, dues, fault
from nnlib.scenes.chain.builder import DEFAULTS, VIEWS, kept, settled
from nnlib.scenes.chain.cards import card, grouped, shortened, tree

__all__ = ["DEFAULTS", "frame"]


def frame(inputs):
    """Return what the widget shows for inputs as in DEFAULTS; see _builder.py and views/stage.js.

    Never raises: refused values leave the last good ones and a sentence in "errors". While it
    mines, "busy" is true, and each frame tries a slice of the nonces; inputs["elapsed"], the
    milliseconds that the host measured since its last request, give the rate.
    """
    state, errors = settled(inputs)
    view, search = state["view"], state["mining"]
    here = search and view == ("peers" if search["chain"] else "chain")
    shown = {
        "inputs": kept(state),
        "errors": errors,
        "busy": bool(search and search["on"]),
        "views": [{"value": value, "text": VIEWS[value]} for value in VIEWS],
        "view": view,
        "bits": BITS,
        "most": MOST,
        "effort": _count("expected hashes per block", expected_hashes(state["difficulty"])),
        "mining": _progress(state, search) if here else None,
        "chain": None,
        "peers": None,
        "header": None,
    }
    if view == "header":
        shown["header"] = _header.check(state["header"], state["preset"])
    elif view == "peers":
        shown["peers"] = _peers.show(
            state["peers"], state["before"], state["costs"][1:], state["difficulty"]
        )
    else:
        shown["chain"] = _chain(state)
    shown["status"] = shown[view].pop("status")
    if shown["busy"]:
        who = f"Peer {_peers.NAMES[search['chain'] - 1]} is mining" if search["chain"] else "Mining"
        shown["status"] = who + ". The button Stop ends it."
    return shown


def _chain(state):
    chain, bits = state["blocks"], state["difficulty"]
    found = fault(chain, bits)
    status = f"Chain broken at block {found[0]}: {shortened(found[1])}" if found else "Chain valid"
    if state["report"] and not found:
        status += f": all {len(chain)} blocks verified"
    cards = [card(chain, place, found, bits) for place in range(len(chain))]
    place = state["tree"]
    return {
        "status": status,
        "sound": found is None,
        "cards": cards,
        "full": len(chain) == BLOCKS,
        "single": len(chain) == 1,
        "work": _count("work", work(chain)),
        "cost": _cost(state["costs"][0], dues(chain, bits)[:-1], found),
        "tree": None if place is None else tree(chain[place], int(state["leaf"])),
        "report": state["report"] and _report(cards),
    }


def _count(name, value):
    return quantity(name, value, grouped(value))


def _cost(costs, due, fault):
    """Return, as texts and numbers in turn, what it costs to make the chain valid again.

    due: the zero bits that each block must have.
    """
    spent, mined = costs
    start = fault[0] if fault else min(1, len(due) - 1)
    left = due[start:]
    price = sum([expected_hashes(bits) for bits in left])
    groups = [[bits, left.count(bits)] for i, bits in enumerate(left) if left.index(bits) == i]
    blocks = " + ".join([f"{n} block{'' if n == 1 else 's'} × 2^{bits}" for bits, n in groups])
    if fault:
        parts = ["Hashes spent since the chain was valid: ", spent]
        parts += [". Expected to make it valid again: ", mined + price]
        parts += [f" ({blocks}{' to go' if mined else ''})."]
    elif spent:
        parts = ["Making the chain valid took ", spent, " hashes; expected were ", mined, "."]
    else:
        parts = ["Hashes spent: ", spent, ". To rewrite history from block "]
        parts += [str(start), " on, expect ", price, f" ({blocks})."]
    numbers = iter(("hashes spent", "expected hashes"))
    return [part if isinstance(part, str) else _count(next(numbers), part) for part in parts]


def _progress(state, search):
    """Return, as texts and numbers in turn, how far the search for a nonce is."""
    where, place = search["chain"], search["block"]
    block = ([state["blocks"]] + state["peers"])[where][place]
    owner = f"peer {_peers.NAMES[where - 1]}, " if where else ""
    doing = "Mining" if search["on"] else "Found" if block.is_mined else "Stopped"
    parts = [f"{doing}: {owner}block {place}, ", _count("tries", search["tries"]), " tries"]
    if search["ms"]:
        rate = search["timed"] * 1000 / search["ms"]
        parts += [", ", quantity("hash rate", rate, grouped(int(rate))), " hashes a second"]
    return parts + ["."]


def _report(cards):
    return {
        "caption": "What Verify has checked",
        "head": ["Block", "Previous hash", "Zero bits", "needed", "Verdict"],
        "rows": [
            [
                shown["name"],
                "matches" if shown["linked"] else "does not match",
                shown["zeros"],
                shown["due"]["text"],
                ("✗ " if shown["broken"] else "✓ ") + shown["sign"],
            ]
            for shown in cards
        ],
    }
