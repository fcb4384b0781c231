"""The state of the chain builder: what a reader may give, and what each action does to it.

view; difficulty: the network's rule, what its first block must state, in bits; blocks: the chain,
peers: three more, as _blocks.py keeps them; before: the peers' chains before they resolved, or
None; costs: of each of the four chains [hashes spent, hashes expected for the blocks found] since
it last was valid; mining: None, or a search (see _mining.py); tree: None, or the block whose Merkle
tree is shown, with the proof of record leaf; report: whether the last action was Verify; header:
text; preset: the one it began as.

An edit has control keys, "chain block field" or "chain block transaction field", or an action:
mine (with run: from the first broken block to the last), stop, add, remove, pay, unpay, verify,
resolve, flip; where it matters with chain (0, or 1-3 for a peer), block and item.
"""

from collections import OrderedDict

from nnlib.blockchain import Block, Transaction
from nnlib.stage import settle
from nnlib.stage.checks import OneOf as one_of, Whole as whole_from
from nnlib.scenes.chain.blocks import (
    BITS,
    BLOCKS,
    CHARACTERS,
    EXAMPLE,
    LARGEST,
    TRANSACTIONS,
    changed,
    contents,
    dues,
    dump,
    end,
    fault,
    load,
    note,
    payments,
    restated,
    text,
)
from nnlib.scenes.chain.header import HEADERS, flip
from nnlib.scenes.chain.mining import clock, dig, search, start
from nnlib.scenes.chain.peers import winner

VIEWS = OrderedDict(
    [("chain", "One chain"), ("peers", "Three peers"), ("header", "Bitcoin header")]
)
PAUSE = 600  # seconds from one block to the next that is added
DIGITS = [str(digit) for digit in range(BLOCKS)]

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
    "report": False,
    "header": HEADERS["0"],
    "preset": "0",
}


def _list_of(name, count, check):
    def checked(values):
        if not isinstance(values, (list, tuple)) or len(values) != count:
            raise ValueError(f"{name} must be a list of {count}.")
        return [check(value) for value in values]

    return checked


def _optional(check):
    return lambda value: None if value is None else check(value)


CHECKS = {
    "view": one_of("View", list(VIEWS)),
    "difficulty": whole_from("Difficulty", 0, BITS),
    "blocks": load,
    "peers": _list_of("peers", 3, load),
    "before": _optional(_list_of("before", 3, load)),
    "costs": _list_of("costs", 4, _list_of("costs", 2, whole_from("costs", 0, LARGEST))),
    "mining": _optional(search),
    "tree": _optional(whole_from("tree", 0, BLOCKS - 1)),
    "leaf": one_of("Record", DIGITS),
    "report": lambda value: value is True,
    "header": lambda value: text("The header", value, CHARACTERS),
    "preset": one_of("Preset", list(HEADERS)),
}
START = {key: CHECKS[key](DEFAULTS[key]) for key in DEFAULTS}


def settled(inputs):
    """Return (state, errors): DEFAULTS' keys, lists of Block for chains, and what was refused."""
    inputs = inputs if isinstance(inputs, dict) else {}
    state, errors = settle(inputs, START, CHECKS)
    chains = [list(chain) for chain in [state["blocks"]] + state["peers"]]
    state["costs"] = [list(pair) for pair in state["costs"]]
    last = state["mining"]
    if last and last["block"] >= len(chains[last["chain"]]):
        state["mining"] = last = None
    edit = inputs.get("edit")
    if isinstance(edit, dict):
        ruled, _ = settle({"difficulty": inputs.get("difficulty")}, START, CHECKS)
        _change(state, chains, edit, errors, ruled["difficulty"])
    elif last and last["on"]:
        clock(last, inputs.get("elapsed"))
    if state["mining"] and state["mining"]["on"]:
        try:
            dig(state, chains)
        except ValueError:
            state["mining"]["on"] = 0
            errors["mining"] = "No nonce is left to try."
    state["blocks"], state["peers"] = chains[0], chains[1:]
    if state["tree"] is not None and state["tree"] >= len(chains[0]):
        state["tree"] = None
    return state, errors


def kept(state):
    """Return the inputs that `settled` turns into this state."""
    return state | {
        "blocks": dump(state["blocks"]),
        "peers": [dump(chain) for chain in state["peers"]],
        "before": state["before"] and [dump(chain) for chain in state["before"]],
    }


def _change(state, chains, edit, errors, ruled):
    """Do what the reader has done, then mend what no longer fits: costs, search, old chains.

    ruled: the network's difficulty until now; another one is put into all blocks, to be mined.
    """
    old, last, bits = [list(chain) for chain in chains], state["mining"], state["difficulty"]
    if bits != ruled:
        chains[:] = [restated(chain, bits) for chain in chains]
    action = edit.get("action")
    state["report"] = action == "verify"
    if "preset" in edit and "preset" not in errors:
        state["header"] = HEADERS[state["preset"]]
    for key in edit:
        *places, field = key.split(" ")
        if len(places) in (2, 3) and all(place in DIGITS for place in places):
            where, place, *item = [int(digit) for digit in places]
            try:
                block = chains[where][place]
                chains[where][place] = changed(block, item[0] if item else None, field, edit[key])
            except (IndexError, KeyError):
                pass  # no such field
            except ValueError as error:
                errors[key] = str(error)
    _act(state, chains, edit, action)
    for place in range(4):
        if chains[place] != old[place]:
            if fault(chains[place], bits) and not fault(old[place], ruled):
                state["costs"][place] = [0, 0]
            if place and action != "resolve":
                state["before"] = None
            if last and last["chain"] == place and state["mining"] is last:
                state["mining"] = None
    if "difficulty" in edit and state["mining"] is last:
        state["mining"] = None
    if last and last["on"] and not state["mining"] and not errors:
        errors["mining"] = "The search has ended, because what it searched for has changed."
    if "view" in edit and state["mining"]:
        state["mining"]["on"] = 0


def _act(state, chains, edit, action):
    try:
        where = whole_from("chain", 0, 3)(edit.get("chain", 0))
        chain = chains[where]
        place = whole_from("block", 0, len(chain) - 1)(edit.get("block", 0))
    except ValueError:
        return
    block = chain[place]
    if action == "mine":
        start(state, chains, where, place, edit.get("run") is True)
    elif action == "stop" and state["mining"]:
        state["mining"]["on"] = 0
    elif action == "add" and len(chain) < BLOCKS:
        time = min(chain[-1].timestamp + PAUSE, LARGEST)
        due = dues(chain, state["difficulty"])[-1]
        chain.append(Block(len(chain), time, [""], end(chain), due))
        if where:  # a peer mines what it adds
            start(state, chains, where, len(chain) - 1, False)
    elif action == "remove" and len(chain) > 1:
        chain.pop()
    elif action == "pay" and len(payments(block)) < TRANSACTIONS:
        records = payments(block) + [Transaction("Alice", "Bob", 1)]  # noqa: RUF005
        chain[place] = block.replace(transactions=contents(records, note(block)))
    elif action == "unpay":
        records = [each for i, each in enumerate(payments(block)) if i != edit.get("item")]
        chain[place] = block.replace(transactions=contents(records, note(block)))
    elif action == "resolve":
        best = winner(chains[1:], state["difficulty"])
        if best is not None:
            state["before"] = chains[1:]
            chains[1:] = [list(chains[1:][best]) for _ in range(3)]
    elif action == "flip":
        state["header"] = flip(state["header"])
