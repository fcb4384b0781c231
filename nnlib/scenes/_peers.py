"""Three peers with a copy of one chain each, and the rule by which they agree again."""

# ruff: noqa: B905 (the browser's Python has no zip(strict=))

from nnlib.blockchain import verify, work
from nnlib.scenes import quantity
from nnlib.scenes._cards import card, describe, grouped, shortened, shown

NAMES = ("A", "B", "C")


def winner(chains):
    """Return the index of the sound chain with the most work, None if none is sound.

    A tie goes to the chain that more peers hold (they saw it first), then to the first peer.
    """
    sound = [i for i, chain in enumerate(chains) if verify(chain) is None]
    if not sound:
        return None
    return max(sound, key=lambda i: (work(chains[i]), chains.count(chains[i]), -i))


def orphans(before, chain):
    """Return [peer, blocks that are not in `chain`] for each peer that lost blocks of `before`."""
    kept = [block.hash for block in chain]
    lost = [[block for block in old if block.hash not in kept] for old in before]
    return [[peer, blocks] for peer, blocks in enumerate(lost) if blocks]


def show(chains, before, costs):
    """Return what is shown of the peers; before: their chains before they resolved, or None."""
    faults = [verify(chain) for chain in chains]
    lost = orphans(before, chains[0]) if before else []
    return {
        "peers": [
            {
                "name": f"Peer {name}",
                "sound": fault is None,
                "sign": "valid" if fault is None else f"broken at block {fault[0]}",
                "work": quantity(f"work of peer {name}", work(chain), grouped(work(chain))),
                "spent": quantity(f"hashes spent by peer {name}", cost[0], grouped(cost[0])),
                "cards": [
                    card(chain, place, fault, f"peer {name} ")
                    | {"alone": not _shared(chains, place, block)}
                    for place, block in enumerate(chain)
                ],
            }
            for name, chain, fault, cost in zip(NAMES, chains, faults, costs)
        ],
        "orphans": [
            {
                "key": f"{peer} {block.index}",
                "text": f"Orphaned: peer {NAMES[peer]}'s block {block.index}, "
                + ", ".join([describe(each) for each in block.transactions]),
                "hash": shown(f"hash of orphan {block.index} of peer {NAMES[peer]}", block.hash),
            }
            for peer, blocks in lost
            for block in blocks
        ],
        "status": _status(chains, before, faults, lost),
    }


def _shared(chains, place, block):
    return all(len(chain) > place and chain[place] == block for chain in chains)


def _status(chains, before, faults, lost):
    if lost:
        best = before[winner(before)]
        held = _named([i for i, chain in enumerate(before) if chain == best])
        amounts = [work(chain) for chain in before if verify(chain) is None]
        tie = amounts.count(work(best)) > before.count(best)
        return (
            f"The copy of {held} wins with {grouped(work(best))} hashes of work"
            + (" (a tie: it is kept by more peers, or the first)" if tie else "")
            + "; orphaned: "
            + ", ".join([f"{len(blocks)} of peer {NAMES[peer]}" for peer, blocks in lost])
            + "."
        )
    for name, fault in zip(NAMES, faults):
        if fault:
            return f"Peer {name}: chain broken at block {fault[0]}: {shortened(fault[1])}"
    heights = range(max([len(chain) for chain in chains]))
    apart = [i for i in heights if not all(c[i : i + 1] == chains[0][i : i + 1] for c in chains)]
    if apart:
        return f"Three valid chains, which differ from block {apart[0]} on."
    return "The three peers hold the same valid chain."


def _named(indices):
    """Return "peer A", or "peers A, C"."""
    return f"peer{'s' if len(indices) > 1 else ''} " + ", ".join([NAMES[i] for i in indices])
