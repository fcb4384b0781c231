"""Hashes per second of nnlib's mine() beside the ways people write it, as ratios in one run.

    python benchmarks/mining.py

Each way tries the same number of nonces on the same block, in turn, several times over; the best
time counts, so that a busy moment of the machine does not decide.
"""

import json
import platform
from hashlib import sha256
from time import perf_counter

from nnlib.blockchain import NO_PARENT, Block, Transaction, mine

TRIES, ROUNDS = 100_000, 7
# 200 zero bits are never found: every way tries all nonces.
BLOCK = Block(1, 1_700_000_000, [Transaction("ann", "bob", 5), "a note"], NO_PARENT, 200)


def json_per_nonce():
    """The tutorials' way: the whole block as JSON for each nonce, zeros sought in the text."""
    block = {name: getattr(BLOCK, name) for name in Block.fields}
    block["transactions"] = BLOCK.merkle_root
    for nonce in range(TRIES):
        block["nonce"] = nonce
        text = json.dumps(block, sort_keys=True)
        if sha256(text.encode()).hexdigest().startswith("0" * 50):
            return


def f_string_per_nonce():
    """The header built anew by an f-string for each nonce, zeros sought in the text."""
    for nonce in range(TRIES):
        text = (
            f"{BLOCK.index} {BLOCK.timestamp} {BLOCK.previous_hash} {len(BLOCK.transactions)} "
            f"{BLOCK.merkle_root} {BLOCK.difficulty} {nonce}"
        )
        if sha256(text.encode()).hexdigest().startswith("0" * 50):
            return


def nnlib_mine():
    """What the book uses: mine(block, tries)."""
    assert not mine(BLOCK, TRIES).is_mined


def bare_hash():
    """The floor: SHA-256 of the same 150 or so bytes each time, no nonce and no comparison."""
    header = BLOCK.header.encode()
    for _ in range(TRIES):
        sha256(header).digest()


WAYS = [json_per_nonce, f_string_per_nonce, nnlib_mine, bare_hash]


def seconds(way):
    start = perf_counter()
    way()
    return perf_counter() - start


def main():
    times = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way in WAYS:
            times[way].append(seconds(way))
    tutorial = min(times[json_per_nonce])
    print(f"Python {platform.python_version()}, {platform.machine()}, one core")
    print(f"{'':20}{'kH/s':>8}{'times json':>12}")
    for way in WAYS:
        best = min(times[way])
        print(f"{way.__name__:20}{TRIES / best / 1000:8.0f}{tutorial / best:12.1f}")


if __name__ == "__main__":
    main()
