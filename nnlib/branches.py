"""Which of several branches of a blockchain counts: the one with the most work, not the longest.

Source: Nakamoto (2008), section 5; CBlockIndexWorkComparator and GetBlockProof in Bitcoin Core.
"""

from collections import namedtuple

from nnlib.bitcoin import bits_to_target, header_hash, meets_target, parse_header

Tip = namedtuple("Tip", "hash height work")


def header_work(header: bytes) -> int:
    """The hashes it takes on average to meet the target of an 80-byte header, as Bitcoin counts.

    2**256 divided by the target plus 1, rounded down. ValueError if it is not 80 bytes or its bits
    stand for no target.
    """
    return 2**256 // (bits_to_target(parse_header(header).bits) + 1)


def most_work(headers: list[bytes]) -> Tip:
    """The tip to build on: its hash, its height over the first header, the work up to it.

    headers: 80 bytes each, in the order in which they came; the first is the root of the tree. A
    header counts for nothing if it misses its own target or its parent has not come before it. Of
    two tips with the same work the one that came first stays. Whether a header states the bits that
    were due there, `next_bits` must tell. ValueError if there is no header, one is not 80 bytes,
    or the first misses its target.
    """
    if not isinstance(headers, (list, tuple)) or not headers or not _meets(headers[0]):
        raise ValueError("headers must be a list that begins with one that meets its target")
    best = Tip(header_hash(headers[0]), 0, header_work(headers[0]))
    known = {best.hash: best}
    for header in headers:
        name, parent = header_hash(header), known.get(parse_header(header).previous_hash)
        if name in known or not parent or not _meets(header):
            continue
        known[name] = Tip(name, parent.height + 1, parent.work + header_work(header))
        if known[name].work > best.work:
            best = known[name]
    return best


def _meets(header):
    try:
        return meets_target(header)
    except ValueError:  # its bits stand for no target
        return False
