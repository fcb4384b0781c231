"""What the ring inspector shows of a sealed layer: its card with hashes and numbers, and bits."""

from nnlib.stage import quantity
from nnlib.scenes.ring.moons import LAYERS, PLACES
from nnlib.ring import digest
from nnlib.text import number


def card(ring, layer, state, now):
    """Return the card of a block: its hashes, and the numbers of its layer as rows of buttons."""
    name, block = f"block {layer + 1}", ring.blocks[layer]
    recorded, given = block.transactions[0].split(" ")[-1], digest(ring.store[layer])
    rows = [[] for _ in LAYERS[layer]]
    for place, (at, row, _) in enumerate(PLACES):
        if at == layer:
            changed = any(bit // 32 == place for bit in state["flipped"])
            label = f"{name_of(place)}: {number(now[place], 3)}{', changed' if changed else ''}"
            rows[row].append({"place": place, "text": number(now[place], 3), "label": label,
                              "changed": changed, "chosen": place == state["weight"]})  # fmt: skip
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
        "hashes": [{"term": term, "name": n, "value": value} for term, n, value in hashes],
    }


def bit_of(ring, place, bit, state):
    """Return a bit of the chosen number, as it is now."""
    data = b"".join(ring.store)
    kind = "sign" if bit == 31 else "exponent" if bit > 22 else "fraction"
    return {
        "bit": bit,
        "kind": kind,
        "on": bool(data[4 * place + bit // 8] >> bit % 8 & 1),
        "changed": 32 * place + bit in state["flipped"],
    }


def name_of(place):
    layer, row, i = PLACES[place]
    last = i == len(LAYERS[layer][row]) - 1
    return f"Layer {layer + 1} neuron {row + 1} " + ("bias" if last else f"weight {i + 1}")


def shown(name, value):
    text = number(value, 9)  # nine digits tell all numbers of 32 bits apart
    return quantity(name, text if text in ("inf", "-inf", "nan") else value, text)
