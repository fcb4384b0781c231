"""Three peers with a copy of one chain each, and the rule by which they agree again."""

from nnlib.blockchain import Block, work
from nnlib.scenes.chain.blocks import BLOCKS, fault, payments
from nnlib.scenes.chain.cards import (
    card,
    count_quantity,
    describe,
    grouped,
    hash_quantity,
    shortened,
)

NAMES = ("A", "B", "C")


def winner(chains: list[list[Block]], bits: int) -> int | None:
    """Return the index of the sound chain with the most work, None if none is sound.

    A tie goes to the chain that more peers hold (they saw it first), then to the first peer.
    """
    sound = [i for i, chain in enumerate(chains) if fault(chain, bits) is None]
    if not sound:
        return None
    return max(sound, key=lambda i: (work(chains[i]), chains.count(chains[i]), -i))


def orphans(before: list[list[Block]], chain: list[Block]) -> list[list]:
    """Return [peer, blocks that are not in `chain`] for each peer that lost blocks of `before`."""
    kept = [block.hash for block in chain]
    lost = [[block for block in old if block.hash not in kept] for old in before]
    return [[peer, blocks] for peer, blocks in enumerate(lost) if blocks]


def show(chains: list[list[Block]], before: list[list[Block]] | None, state: dict) -> dict:
    """Return what is shown of the peers' chains.  before: those before they resolved, or None."""
    bits, costs = state["difficulty"], state["costs"][1:]
    faults = [fault(chain, bits) for chain in chains]
    best = None if before is None else winner(before, bits)
    lost = [] if before is None or best is None else orphans(before, before[best])
    return {
        "peers": [
            {
                "name": f"Peer {name}",
                "sound": found is None,
                "full": len(chain) == BLOCKS,
                "sign": "valid" if found is None else "broken",
                "work": count_quantity(f"work of peer {name}", work(chain)),
                "spent": count_quantity(f"hashes spent by peer {name}", cost[0]),
                "cards": [
                    card(chain, place, found, bits, f"peer {name} ")
                    | {
                        "alone": not _shared(chains, place, block),
                        "payments": [describe(each) for each in payments(block)],
                    }
                    for place, block in enumerate(chain)
                ],
            }
            for name, chain, found, cost in zip(NAMES, chains, faults, costs, strict=True)
        ],
        "orphans": [_orphan(peer, block) for peer, blocks in lost for block in blocks],
        "status": _resolved(before, best, lost, bits) if lost else _compared(chains, faults),
    }


def _shared(chains, place, block):
    return all(len(chain) > place and chain[place] == block for chain in chains)


def _orphan(peer, block):
    records = ", ".join([describe(each) for each in block.transactions])
    name = f"hash of orphan {block.index} of peer {NAMES[peer]}"
    return {
        "peer": peer,
        "place": block.index,
        "text": f"block {block.index}, {records}",
        "hash": hash_quantity(name, block.hash),
    }


def _resolved(before, best, lost, bits):
    """Return whose chain has won, by what, and what the others have lost."""
    won = before[best]
    held = [NAMES[i] for i, chain in enumerate(before) if chain == won]
    rivals = [c for c in before if c != won and work(c) == work(won) and not fault(c, bits)]
    tie = ""
    if rivals:
        why = "fewer peers held it" if len(held) > 1 else "it came later"
        tie = f"; another had as much, but {why}"
    left = [
        f"{len(blocks)} block{'' if len(blocks) == 1 else 's'} of peer {NAMES[peer]}"
        for peer, blocks in lost
    ]
    return (
        f"The chain of peer{'s' if len(held) > 1 else ''} {' and '.join(held)} wins with "
        f"{grouped(work(won))} hashes of work{tie}. Orphaned: {', '.join(left)}."
    )


def _compared(chains, faults):
    """Return the first fault, or from which block on the valid chains differ."""
    for name, found in zip(NAMES, faults, strict=True):
        if found:
            return f"Peer {name}: chain broken at block {found[0]}: {shortened(found[1])}"
    heights = range(max([len(chain) for chain in chains]))
    apart = [i for i in heights if not all(c[i : i + 1] == chains[0][i : i + 1] for c in chains)]
    if apart:
        return f"Three valid chains, which differ from block {apart[0]} on."
    return "The three peers hold the same valid chain."
