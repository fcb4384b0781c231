"""Bitcoin's rules as far as a block header carries them: double SHA-256, Merkle trees, targets.

Bitcoin keeps hashes as 32 bytes and prints them as hexadecimal with the bytes reversed. Functions
here take and return the printed form. Source: Bitcoin developer reference, "Block Chain";
arith_uint256::SetCompact in Bitcoin Core for the compact target.
"""

import struct
from collections import namedtuple
from hashlib import sha256

from nnlib.text import told

Header = namedtuple("Header", "version previous_hash merkle_root time bits nonce")


def double_sha256(data: bytes) -> bytes:
    """SHA-256 of the SHA-256 of `data` (bytes): 32 bytes. ValueError if `data` is not bytes."""
    if not isinstance(data, (bytes, bytearray)):
        raise ValueError(f"data to hash must be bytes, not {told(data)}")
    return sha256(sha256(data).digest()).digest()


def is_hash(text: object) -> bool:
    """True if `text` is 64 hexadecimal digits, letters in lower case."""
    return isinstance(text, str) and len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def merkle_root(txids: list[str]) -> str:
    """The root (64 hexadecimal digits) of a list of transaction ids (64 hexadecimal digits each).

    Neighbors are joined by double SHA-256, level by level; where a level is odd, its last entry
    is paired with itself. So [a, b, c] and [a, b, c, c] share a root (CVE-2012-2459): whoever
    relies on the root must also know how many there are. ValueError if the list is empty.
    """
    return _printed(_levels(txids)[-1][0])


def merkle_levels(txids: list[str]) -> list[list[str]]:
    """All levels of that tree as `merkle_root` joins them: the ids first, the root alone last."""
    return [[_printed(node) for node in level] for level in _levels(txids)]


def merkle_proof(txids: list[str], index: int) -> list[tuple[str, str]]:
    """What proves that `txids[index]` is under the root: a list of (side, hash), leaf to root.

    Each hash is the sibling to join next; side, "left" or "right", is where the sibling stands.
    ValueError if the index is not that of an entry.
    """
    levels = _levels(txids)
    if type(index) is not int or not 0 <= index < len(txids):
        raise ValueError(
            f"index must be a whole number from 0 to {len(txids) - 1}, not {told(index)}"
        )
    proof = []
    for level in levels[:-1]:
        sibling = min(index ^ 1, len(level) - 1)  # an odd one out is its own sibling
        proof.append(("left" if index & 1 else "right", _printed(level[sibling])))
        index >>= 1
    return proof


def verify_proof(txid: str, proof: list, root: str, count: int | None = None) -> bool:
    """True if `txid`, joined with the siblings in `proof`, gives `root`.

    Give `count`, the number of transactions in the block, wherever it is known: without it this
    also proves what is no transaction. A proof that is one step short proves an inner node (or,
    with no step, the root), one that is a step long the halves of a 64-byte transaction
    (CVE-2017-12842), and an odd level lets an entry stand a second time beyond the end of the list
    (CVE-2012-2459). With `count` the length must be that of a tree of so many leaves, the place
    that the sides tell must be in it, and what has no neighbor must be joined with itself.

    ValueError if a hash is not 64 hexadecimal digits, the proof not a list of such pairs, or the
    count not a whole number from 1 on.
    """
    node, expected = _stored(txid), _stored(root)
    if not isinstance(proof, (list, tuple)) or not all(
        isinstance(step, (list, tuple)) and len(step) == 2 for step in proof
    ):
        raise ValueError(f"proof must be a list of (side, hash), not {told(proof)}")
    if count is not None and (type(count) is not int or count < 1):
        raise ValueError(f"count must be a whole number from 1 on, not {told(count)}")
    twins = []  # for each step whether a node is joined with itself
    for side, sibling in proof:
        if side not in ("left", "right"):
            raise ValueError(f'the side of a sibling must be "left" or "right", not {told(side)}')
        sibling = _stored(sibling)
        twins.append(sibling == node)
        node = double_sha256(sibling + node if side == "left" else node + sibling)
    return node == expected and (count is None or _fits(proof, twins, count))


def _fits(proof, twins, count):
    """Whether a tree of `count` leaves has a leaf where the sides of the proof say."""
    place = sum([1 << height for height, (side, _) in enumerate(proof) if side == "left"])
    if place >= count:
        return False
    for twin in twins:
        alone = place == count - 1 and not place & 1
        if count == 1 or (alone and not twin):
            return False
        place, count = place >> 1, (count + 1) >> 1
    return count == 1


def parse_header(header: bytes) -> Header:
    """The six fields of an 80-byte block header: `Header`, hashes as printed, the rest integers.

    Bytes 0-3 version (signed), 4-35 previous hash, 36-67 Merkle root, 68-71 time (seconds since
    1970), 72-75 bits (compact target), 76-79 nonce; all little-endian. ValueError if not 80 bytes.
    """
    if not isinstance(header, (bytes, bytearray)) or len(header) != 80:
        size = f"{len(header)} bytes" if isinstance(header, (bytes, bytearray)) else told(header)
        raise ValueError(f"a block header must be 80 bytes, not {size}")
    version, previous, root, time, bits, nonce = struct.unpack("<i32s32sIII", header)
    return Header(version, _printed(previous), _printed(root), time, bits, nonce)


def header_hash(header: bytes) -> str:
    """The hash of an 80-byte block header as Bitcoin prints it. ValueError if not 80 bytes."""
    parse_header(header)
    return _printed(double_sha256(header))


def bits_to_target(bits: int) -> int:
    """The target that the compact form `bits` (32 bits unsigned) stands for: an integer >= 0.

    The high byte is a length in bytes, the other three are the leading bytes; 0x1d00ffff stands
    for 0xffff * 256**(0x1d - 3). ValueError if negative (bit 23 set) or above 256 bits.
    """
    if type(bits) is not int or not 0 <= bits < 2**32:
        raise ValueError(f"bits must be a whole number from 0 to 2**32 - 1, not {told(bits)}")
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    target = mantissa << 8 * (size - 3) if size > 3 else mantissa >> 8 * (3 - size)
    if target and bits & 0x800000:
        raise ValueError(f"bits {bits:#010x} stand for a negative target; bit 23 must be 0")
    if target >= 2**256:
        raise ValueError(f"bits {bits:#010x} stand for a target above 256 bits")
    return target


def meets_target(header: bytes) -> bool:
    """True if the hash of the 80-byte `header`, read as a number, is at most its own target.

    Whether these bits were due at that height only the chain before can tell.
    """
    return int(header_hash(header), 16) <= bits_to_target(parse_header(header).bits)


def _levels(txids):
    """All levels of the Merkle tree, leaves first, each a list of 32-byte nodes as stored."""
    if not isinstance(txids, (list, tuple)) or not txids:
        raise ValueError(f"txids must be a list of at least one hash, not {told(txids)}")
    levels = [[_stored(txid) for txid in txids]]
    while len(levels[-1]) > 1:
        level = levels[-1]
        levels.append(
            [
                double_sha256(level[i] + level[min(i + 1, len(level) - 1)])
                for i in range(0, len(level), 2)
            ]
        )
    return levels


def _stored(text):
    if not is_hash(text):
        raise ValueError(f"a hash must be 64 hexadecimal digits (0-9, a-f), not {told(text)}")
    return bytes(reversed(bytes.fromhex(text)))


def _printed(node):
    return bytes(reversed(node)).hex()
