"""A ring of sealed layers: bytes in use, a block for each, a replica, and a published root.

The idea of Goel et al. (2019), DeepRing; what is in a block and how the ring closes is ours: the
blocks are a chain, and the way from the last back to the first leads over the root.
"""

from collections import namedtuple
from hashlib import sha256

from nnlib.blockchain import NO_PARENT, Block, verify

# store: the layers in use, a tuple of bytes; blocks: a list of Block, one a layer. An attacker may
# reach both. Out of reach, or all is lost: replica, a copy of the layers, and root, the hash of the
# last block.
Ring = namedtuple("Ring", "store blocks replica root")


def digest(layer: bytes) -> str:
    """The SHA-256 of a layer's bytes, 64 hexadecimal digits."""
    return sha256(layer).digest().hex()


def record(place: int, layer: bytes) -> str:
    """The line that block `place` holds of its layer."""
    return f"layer {place + 1} {digest(layer)}"


def chained(layers: tuple) -> list[Block]:
    """A block for each layer (bytes), chained; nothing is mined: a seal, not a race."""
    blocks: list[Block] = []
    for place, layer in enumerate(layers):
        parent = blocks[-1].hash if blocks else NO_PARENT
        blocks.append(Block(place, 0, [record(place, layer)], parent, 0))
    return blocks


def seal(layers: list[bytes] | tuple) -> Ring:
    """The Ring of a network's layers, one or more, each bytes. ValueError if not."""
    layers = tuple(layers)
    if not layers or not all(isinstance(layer, bytes) for layer in layers):
        raise ValueError(f"layers must be one or more, each bytes, not {layers!r}")
    blocks = chained(layers)
    return Ring(layers, blocks, layers, blocks[-1].hash)


def replaced(ring: Ring, layers: list[bytes] | tuple, rewrite: bool = False) -> Ring:
    """The ring after an attacker put other layers in the store; `rewrite`: new blocks for them too.

    ValueError if there are more or fewer layers than before.
    """
    layers = tuple(layers)
    if len(layers) != len(ring.store):
        raise ValueError(f"layers must be {len(ring.store)}, not {len(layers)}")
    return Ring(layers, chained(layers) if rewrite else ring.blocks, ring.replica, ring.root)


def locate(ring: Ring) -> list[int]:
    """The places of the layers whose digest is not the one in their block."""
    pairs = enumerate(zip(ring.store, ring.blocks, strict=True))
    return [i for i, (layer, block) in pairs if block.transactions != (record(i, layer),)]


def check(ring: Ring) -> bool:
    """The local check: whether every layer has the digest in its block, and the chain is sound."""
    return not locate(ring) and verify(ring.blocks) is None


def ledger_ok(ring: Ring) -> bool:
    """The check from outside: whether the chain is sound and ends in the published root."""
    return verify(ring.blocks) is None and ring.blocks[-1].hash == ring.root


def recover(ring: Ring) -> Ring:
    """The ring with layers and blocks from the replica. ValueError if its root is not the root."""
    whole = seal(ring.replica)
    if whole.root != ring.root:
        raise ValueError(f"the replica must have the root {ring.root}, not {whole.root}")
    return whole


def flipped(layer: bytes, bit: int) -> bytes:
    """The layer's bytes with one bit flipped: bit 0 is the lowest of byte 0. ValueError if none."""
    if type(bit) is not int or not 0 <= bit < 8 * len(layer):
        raise ValueError(f"bit must be a whole number from 0 to {8 * len(layer) - 1}, not {bit!r}")
    changed = bytearray(layer)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
