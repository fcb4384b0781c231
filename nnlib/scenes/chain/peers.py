"""Three peers with a copy of one chain each, and the rule by which they agree again."""

# ruff: noqa: B905 (the browser's Python has no zip(strict=))

from nnlib.blockchain import work
from nnlib.stage import quantity
from nnlib.scenes.chain.blocks import BLOCKS, fault, payments
from nnlib.scenes.chain.cards import card, describe, grouped, shortened, shown

NAMES = ("A", "B", "C")


def winner(chains, bits):
    """Return the index of the sound chain with the most work, None if none is sound.

    A tie goes to the chain that more peers hold (they saw it first), then to the first peer.
    """
    sound = [i for i, chain in enumerate(chains) if fault(chain, bits) is None]
    if not sound:
        return None
    return max(sound, key=lambda i: (work(chains[i]), chains.count(chains[i]), -i))


def orphans(before, chain):
    """Return [peer, blocks that are not in `chain`] for each peer that lost blocks of `before`."""
    kept = [block.hash for block in chain]
    lost = [[block for block in old if block.hash not in kept] for old in before]
    return [[peer, blocks] for peer, blocks in enumerate(lost) if blocks]


def show(chains, before, costs, bits):
    """Return what is shown of the peers in a network whose rule begins with `bits`.

    before: their chains before they resolved, or None.
    """
    faults = [fault(chain, bits) for chain in chains]
    best = before and winner(before, bits)
    lost = [] if best is None else orphans(before, before[best])
    return {
        "peers": [
            {
                "name": f"Peer {name}",
                "sound": found is None,
                "full": len(chain) == BLOCKS,
                "sign": "valid" if found is None else "broken",
                "work": quantity(f"work of peer {name}", work(chain), grouped(work(chain))),
                "spent": quantity(f"hashes spent by peer {name}", cost[0], grouped(cost[0])),
                "cards": [
                    card(chain, place, found, bits, f"peer {name} ")
                    | {
                        "alone": not _shared(chains, place, block),
                        "payments": [describe(each) for each in payments(block)],
                    }
                    for place, block in enumerate(chain)
                ],
            }
            for name, chain, found, cost in zip(NAMES, chains, faults, costs)
        ],
        "orphans": [
            {
                "peer": peer,
                "place": block.index,
                "text": f"block {block.index}, "
                + ", ".join([describe(each) for each in block.transactions]),
                "hash": shown(f"hash of orphan {block.index} of peer {NAMES[peer]}", block.hash),
            }
            for peer, blocks in lost
            for block in blocks
        ],
        "status": _status(chains, before, faults, lost, bits),
    }


def _shared(chains, place, block):
    return all(len(chain) > place and chain[place] == block for chain in chains)


def _status(chains, before, faults, lost, bits):
    if lost:
        best = before[winner(before, bits)]
        held = [NAMES[i] for i, chain in enumerate(before) if chain == best]
        rivals = [c for c in before if c != best and work(c) == work(best) and not fault(c, bits)]
        tie = ""
        if rivals:
            tie = "; another had as much, but " + (
                "fewer peers held it" if len(held) > 1 else "it came later"
            )
        left = [
            f"{len(blocks)} block{'' if len(blocks) == 1 else 's'} of peer {NAMES[peer]}"
            for peer, blocks in lost
        ]
        return (
            f"The chain of peer{'s' if len(held) > 1 else ''} {' and '.join(held)} wins with "
            f"{grouped(work(best))} hashes of work{tie}. Orphaned: {', '.join(left)}."
        )
    for name, found in zip(NAMES, faults):
        if found:
            return f"Peer {name}: chain broken at block {found[0]}: {shortened(found[1])}"
    heights = range(max([len(chain) for chain in chains]))
    apart = [i for i in heights if not all(c[i : i + 1] == chains[0][i : i + 1] for c in chains)]
    if apart:
        return f"Three valid chains, which differ from block {apart[0]} on."
    return "The three peers hold the same valid chain."
