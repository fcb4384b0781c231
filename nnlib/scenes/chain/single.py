"""One chain: its blocks, what it costs to mine them, and what Verify has found."""

from nnlib.blockchain import Block, expected_hashes, work
from nnlib.scenes.chain.blocks import BLOCKS, dues, fault
from nnlib.scenes.chain.cards import card, count_quantity, shortened
from nnlib.scenes.chain.tree import tree


def show(chain: list[Block], state: dict) -> dict:
    """Return what is shown of `chain`, the blocks of the state."""
    bits, at = state["difficulty"], state["tree"]
    found = fault(chain, bits)
    status = f"Chain broken at block {found[0]}: {shortened(found[1])}" if found else "Chain valid"
    if state["report"] and not found:
        status += f": all {len(chain)} blocks verified"
    cards = [card(chain, place, found, bits) for place in range(len(chain))]
    return {
        "status": status,
        "sound": found is None,
        "cards": cards,
        "full": len(chain) == BLOCKS,
        "single": len(chain) == 1,
        "work": count_quantity("work", work(chain)),
        "cost": _cost(state["costs"][0], dues(chain, bits)[:-1], found),
        "tree": None if at is None else tree(chain[at], int(state["leaf"])),
        "report": _report(cards) if state["report"] else False,
    }


def _cost(costs, due, fault):
    """Return, as texts and numbers in turn, what it costs to make the chain valid again.

    due: the zero bits that each block must have.
    """
    spent, mined = count_quantity("hashes spent", costs[0]), costs[1]
    start = fault[0] if fault else min(1, len(due) - 1)
    left = due[start:]
    price = sum([expected_hashes(bits) for bits in left])
    groups = [[bits, left.count(bits)] for i, bits in enumerate(left) if left.index(bits) == i]
    blocks = " + ".join([f"{n} block{'' if n == 1 else 's'} × 2^{bits}" for bits, n in groups])
    if fault:
        togo = f" ({blocks}{' to go' if mined else ''})."
        return [
            "Hashes spent since the chain was valid: ",
            spent,
            ". Expected to make it valid again: ",
            count_quantity("expected hashes", mined + price),
            togo,
        ]
    if costs[0]:
        expected = count_quantity("expected hashes", mined)
        return ["Making the chain valid took ", spent, " hashes; expected were ", expected, "."]
    expected = count_quantity("expected hashes", price)
    again = f". To rewrite history from block {start} on, expect "
    return ["Hashes spent: ", spent, again, expected, f" ({blocks})."]


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
