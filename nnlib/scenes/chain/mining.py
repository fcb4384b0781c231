"""The search for a nonce, a slice an answer, and what it costs."""

from typing import Any

from nnlib.block import LARGEST
from nnlib.blockchain import Block, expected_hashes, mine
from nnlib.scenes.chain.blocks import BLOCKS, dues, fault, tip_hash
from nnlib.stage.checks import Whole

SLICE = 10000  # tries in one answer: 30 ms in the browser's Python

# A search for a nonce: in which chain and block; on: it goes on, run: until the last block is
# mined; tries for this block; hashes in all, of which `timed` took `ms` of the host's milliseconds.
MINING = ("chain", "block", "on", "run", "tries", "hashes", "timed", "ms")


def search(value: Any) -> dict:
    """Return the search that `value` describes; else ValueError, a sentence."""
    if not isinstance(value, dict) or set(value) != set(MINING):
        raise ValueError(f"mining must have {', '.join(MINING)}.")
    most = {"chain": 3, "block": BLOCKS - 1, "on": 1, "run": 1}
    return {key: Whole(key, 0, most.get(key, LARGEST))(value[key]) for key in MINING}


def start(state: dict, chains: list[list[Block]], where: int, place: int, run: bool) -> None:
    """Begin a search, or go on with the one that was stopped there."""
    old, chain = state["mining"], chains[where]
    if run:
        found = fault(chain, state["difficulty"])
        if not found:
            return
        place = found[0]
    stopped = old and not old["on"] and (old["chain"], old["block"]) == (where, place)
    if stopped and not chain[place].is_mined:
        state["mining"] = old | {"on": 1, "run": int(run)}
        return
    state["mining"] = dict([(key, 0) for key in MINING]) | {
        "chain": where,
        "block": place,
        "on": 1,
        "run": int(run),
    }
    _prepare(state, chain, place)


def _prepare(state, chain, place):
    due, parent = dues(chain[:place], state["difficulty"])[-1], tip_hash(chain[:place])
    chain[place] = chain[place].replace(previous_hash=parent, difficulty=due, nonce=0)


def clock(search: dict, elapsed: Any) -> None:
    """Note how long the last slice took, as the host has measured it."""
    if isinstance(elapsed, (int, float)) and 0 < elapsed < 60000:
        search["ms"] = min(search["ms"] + int(elapsed), LARGEST)
        search["timed"] = search["hashes"]


def dig(state: dict, chains: list[list[Block]]) -> None:
    """Try a slice of nonces; ValueError if none is left."""
    search, budget = state["mining"], SLICE
    chain, costs = chains[search["chain"]], state["costs"][search["chain"]]
    while search["on"] and budget > 0:
        place = search["block"]
        before, after = chain[place], mine(chain[place], budget)
        tried = after.nonce - before.nonce + after.is_mined
        chain[place] = after
        budget -= tried
        costs[0] = min(costs[0] + tried, LARGEST)
        search["tries"] = min(search["tries"] + tried, LARGEST)
        search["hashes"] = min(search["hashes"] + tried, LARGEST)
        if after.is_mined:
            costs[1] = min(costs[1] + expected_hashes(after.difficulty), LARGEST)
            if search["run"] and place + 1 < len(chain):
                search["block"], search["tries"] = place + 1, 0
                _prepare(state, chain, place + 1)
            else:
                search["on"] = 0
