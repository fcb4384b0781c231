"""Ring inspector: flip bits of a sealed network, and see which block breaks and who notices.

Names of what is shown: "weight before", "weight now", "points right now"; as hexadecimal "digest in
block 1", "digest of layer 1", "previous hash of block 1", "hash of block 1", ..., "published root".
"""

from collections import OrderedDict

from nnlib.ring import Ring, check, flipped, ledger_ok, locate, replaced, seal
from nnlib.scenes.ring.layers import bit_of, card, float_quantity, hash_quantity, name_of
from nnlib.scenes.ring.moons import LAYERS, PLACES, moons, numbers, points_right, stored
from nnlib.stage import changed, deed, framed, quantity, setting
from nnlib.stage.checks import Flag, OneOf, Whole
from nnlib.text import number

TITLE = "Ring inspector"
INPUTS = ["weight", "flipped", "rewrite"]
DEFAULTS = {"weight": 0, "flipped": [], "rewrite": False, "last": "none"}

POINTS = moons()
SEALED = seal(stored())
BEFORE = numbers(SEALED.store)
BIT = Whole("Bit", 0, 31)  # of the number that is shown; 31 is the sign


class Bits:
    """A list of the sealed network's bits, put in order: 32 times a number's place, plus bit."""

    each = Whole("A flipped bit", 0, 32 * len(PLACES) - 1)
    limits = f"a list of whole numbers from {each.limits}"

    def __call__(self, value: object) -> list[int]:
        if not isinstance(value, (list, tuple)):
            raise ValueError("The flipped bits must be a list.")
        return sorted({self.each(bit) for bit in value})


CHECKS = OrderedDict(
    [
        ("weight", Whole("Weight", 0, len(PLACES) - 1)),  # whose bits are shown, as in PLACES
        ("flipped", Bits()),  # what differs from the sealed network
        ("rewrite", Flag("Rewrite the digest too")),  # whether the attacker writes new blocks
        ("last", OneOf("What was done last", ["none", "flip", "recover"])),  # for the status
    ]
)


def update(state: object, event: object, elapsed: object = None) -> tuple[dict, dict]:
    """Return (state, errors) after an event; see nnlib/stage.  Never raises.

    Deeds: {"do": "flip", "bit": 0 to 31} of the weight that is shown, and {"do": "recover"}.
    """
    state, errors = changed(state, event, DEFAULTS, CHECKS)
    if event is not None and setting(event)[0] != ["last"]:
        state["last"] = "none"
    if isinstance(event, dict) and deed(event) == "flip":
        try:
            bit = 32 * state["weight"] + BIT(event.get("bit"))
            state["flipped"] = sorted(set(state["flipped"]) ^ {bit})
            state["last"] = "flip"
        except ValueError as error:
            errors["bit"] = str(error)
    elif deed(event) == "recover":  # the replica is the sealed network
        state["flipped"], state["last"] = [], "recover"
    return state, errors


def show(state: dict) -> dict:
    """Return the picture of a state: blocks, the chosen weight's bits, and who notices."""
    ring, place = attacked(state), state["weight"]
    now = numbers(ring.store)
    return {
        "status": _done(state, now) + _found(ring),
        "blocks": [card(ring, layer, state, now) for layer in range(len(LAYERS))],
        "weight": name_of(place),
        "bits": [bit_of(ring, place, bit, state) for bit in range(31, -1, -1)],
        "values": [
            float_quantity("weight before", BEFORE[place]),
            float_quantity("weight now", now[place]),
        ],
        "root": hash_quantity("published root", ring.root),
        "holds": ledger_ok(ring),
        "table": _witnesses(ring, points_right(BEFORE, POINTS), points_right(now, POINTS)),
    }


def frame(inputs: object) -> dict:
    """Return what the widget shows for inputs as in DEFAULTS, perhaps with an "event"."""
    return framed(update, show, inputs)


def attacked(state: dict) -> Ring:
    """Return the ring after the flips, and after the attacker's new blocks if she writes any."""
    data, store = b"".join(SEALED.store), []
    for bit in state["flipped"]:
        data = flipped(data, bit)
    for layer in SEALED.store:
        store.append(data[: len(layer)])
        data = data[len(layer) :]
    return replaced(SEALED, store, state["rewrite"])


def _done(state, now):
    if state["last"] == "recover":
        return "Recovered from the replica. "
    if state["last"] == "flip":
        return f"{name_of(state['weight'])} is now {number(now[state['weight']], 9)}. "
    return ""


def _found(ring):
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
