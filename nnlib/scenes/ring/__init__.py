"""The ring inspector: flip bits of a sealed network, and see which block breaks and who notices.

Names of what is shown: "weight before", "weight now", "points right now"; as hexadecimal "digest in
block 1", "digest of layer 1", "previous hash of block 1", "hash of block 1", ..., "published root".
"""

from collections import OrderedDict

from nnlib.stage import quantity, settle
from nnlib.stage.checks import Whole as whole_from
from nnlib.scenes.ring.layers import bit_of, card, name_of, shown
from nnlib.scenes.ring.moons import LAYERS, PLACES, moons, numbers, points_right, stored
from nnlib.ring import check, flipped, ledger_ok, locate, recover, replaced, seal
from nnlib.text import number

DEFAULTS = {"weight": 0, "flipped": [], "rewrite": False}

POINTS = moons()
SEALED = seal(stored())
BEFORE = numbers(SEALED.store)


def _bits_of(value):
    check_bit = whole_from("A flipped bit", 0, 32 * len(PLACES) - 1)
    if not isinstance(value, (list, tuple)):
        raise ValueError("The flipped bits must be a list.")
    return sorted({check_bit(each) for each in value})


def _yes_or_no(value):
    if value is not True and value is not False:
        raise ValueError("Rewrite the digest too must be true or false.")
    return value


CHECKS = OrderedDict(
    [
        ("weight", whole_from("Weight", 0, len(PLACES) - 1)),
        ("flipped", _bits_of),
        ("rewrite", _yes_or_no),
    ]
)


def frame(inputs):
    """Return what the widget shows for inputs as in DEFAULTS; see views/stage.js.

    weight: the number whose bits are shown, 0 to 24 in the order of PLACES; flipped: the bits that
    differ from the sealed network, each 32 times its weight plus the bit, of which 31 is the sign;
    rewrite: whether the attacker writes new blocks too. Actions: {"action": "flip", "bit": 0 to 31}
    and {"action": "recover"}. Never raises: refused values leave a sentence in "errors".
    """
    state, errors = settle(inputs, DEFAULTS, CHECKS)
    edit = inputs.get("edit") if isinstance(inputs, dict) else None
    action = edit.get("action") if isinstance(edit, dict) else None
    place = state["weight"]
    if action == "flip":
        try:
            bit = whole_from("Bit", 0, 31)(edit.get("bit"))
            state["flipped"] = sorted(set(state["flipped"]) ^ {32 * place + bit})
        except ValueError as error:
            errors["bit"] = str(error)
    ring = _attacked(state)
    if action == "recover":
        ring, state["flipped"] = recover(ring), []
    now = numbers(ring.store)
    told = _status(ring)
    if action == "recover":
        told = f"Recovered from the replica. {told}"
    elif action == "flip" and "bit" not in errors:
        told = f"{name_of(place)} is now {number(now[place], 9)}. {told}"
    return {
        "inputs": state,
        "errors": errors,
        "status": told,
        "blocks": [card(ring, layer, state, now) for layer in range(len(LAYERS))],
        "weight": name_of(place),
        "bits": [bit_of(ring, place, bit, state) for bit in range(31, -1, -1)],
        "values": [shown("weight before", BEFORE[place]), shown("weight now", now[place])],
        "root": {"name": "published root", "value": ring.root},
        "holds": ledger_ok(ring),
        "table": _witnesses(ring, points_right(BEFORE, POINTS), points_right(now, POINTS)),
    }


def _attacked(state):
    """Return the ring after the flips, and after the attacker's new blocks if she writes any."""
    data, store = b"".join(SEALED.store), []
    for bit in state["flipped"]:
        data = flipped(data, bit)
    for layer in SEALED.store:
        store.append(data[: len(layer)])
        data = data[len(layer) :]
    return replaced(SEALED, store, state["rewrite"])


def _status(ring):
    broken = " and ".join([f"block {layer + 1}" for layer in locate(ring)])
    if broken:
        return f"Broken: {broken}."
    if not ledger_ok(ring):
        return "No block is broken, but the chain does not end in the published root."
    return "Every block fits its layer, and the chain ends in the published root."


def _witnesses(ring, before, now):
    """Return the table of who notices: the ring's two checks, and a test of the accuracy."""
    wrong, root = len(locate(ring)), ledger_ok(ring)
    points = quantity("points right now", now, f"{now} of {len(POINTS)} right")
    return {
        "caption": "Who notices?",
        "head": ["Witness", "Says", "Sees"],
        "rows": [
            ["Local check", _alarm(not check(ring)), f"{wrong} of {len(LAYERS)} differ"],
            ["Published root", _alarm(not root), "same hash" if root else "other hash"],
            ["Accuracy", _alarm(now < before), points],
        ],
    }


def _alarm(raised):
    return "alarm" if raised else "silent"
