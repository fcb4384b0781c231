"""What the ring inspector shows of a sealed layer: its card with hashes and numbers, and bits."""

from nnlib.ring import Ring, digest
from nnlib.scenes.ring.moons import LAYERS, PLACES
from nnlib.stage import quantity
from nnlib.text import number


def card(ring: Ring, layer: int, state: dict, now: list[float]) -> dict:
    """Return the card of a block: its hashes, and the numbers of its layer as rows of buttons."""
    name, block = f"block {layer + 1}", ring.blocks[layer]
    recorded, given = block.transactions[0].split(" ")[-1], digest(ring.store[layer])
    rows: list[list[dict]] = [[] for _ in LAYERS[layer]]
    for place, (at, row, _) in enumerate(PLACES):
        if at == layer:
            rows[row].append(_cell(place, state, now[place]))
    hashes = [
        ("Digest", f"digest in {name}", recorded),
        ("Weights give", f"digest of layer {layer + 1}", given),
        ("Previous", f"previous hash of {name}", block.previous_hash),
        ("Hash", f"hash of {name}", block.hash),
    ]
    return {
        "name": f"Block {layer + 1}",
        "broken": recorded != given,
        "sign": "broken" if recorded != given else "holds",
        "rows": rows,
        "hashes": [{"term": term} | hash_quantity(name, it) for term, name, it in hashes],
    }


def bit_of(ring: Ring, place: int, bit: int, state: dict) -> dict:
    """Return a bit of the number at `place`, as it is now."""
    data = b"".join(ring.store)
    kind = "sign" if bit == 31 else "exponent" if bit > 22 else "fraction"
    return {
        "bit": bit,
        "kind": kind,
        "on": bool(data[4 * place + bit // 8] >> bit % 8 & 1),
        "changed": 32 * place + bit in state["flipped"],
    }


def name_of(place: int) -> str:
    """Return what the number at `place` is: "Layer 1 neuron 2 weight 1", "... bias"."""
    layer, row, i = PLACES[place]
    last = i == len(LAYERS[layer][row]) - 1
    return f"Layer {layer + 1} neuron {row + 1} " + ("bias" if last else f"weight {i + 1}")


def float_quantity(name: str, value: float) -> dict:
    """Return a number of 32 bits on show, in the nine digits that tell all of them apart."""
    text = number(value, 9)
    return quantity(name, text if text in ("inf", "-inf", "nan") else value, text)


def hash_quantity(name: str, digits: str) -> dict:
    """Return a hash on show, in hexadecimal."""
    return quantity(name, digits, digits)


def _cell(place, state, value):
    changed = any(bit // 32 == place for bit in state["flipped"])
    text = number(value, 3)
    return {
        "place": place,
        "text": text,
        "label": f"{name_of(place)}: {text}" + (", changed" if changed else ""),
        "changed": changed,
        "chosen": place == state["weight"],
    }
