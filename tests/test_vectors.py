"""nnlib.blockchain against what Bitcoin's network has published; origins in vectors/ORIGIN.md.

One test a source; each counts what it has checked.
"""

import json
from bisect import bisect_left
from itertools import pairwise
from pathlib import Path

from nnlib.blockchain import (
    bits_to_target,
    double_sha256,
    header_hash,
    meets_target,
    merkle_proof,
    merkle_root,
    next_bits,
    parse_header,
    target_to_bits,
    verify_proof,
)

VECTORS = Path(__file__).parent / "vectors"
LIMIT = 0xFFFF << 208  # the target of the first period
WEEKS = 14 * 24 * 3600


def read(name):
    return json.loads((VECTORS / name).read_text("utf-8"))


def test_371_targets_of_the_main_chain():
    targets = [LIMIT] + [target for _, target in read("checkpoints.json")]
    bits = [target_to_bits(target) for target in targets]
    assert [bits_to_target(each) for each in bits] == targets
    assert len(targets) - 1 == 371
    assert bits[0] == 0x1D00FFFF and len(set(bits)) > 330


def test_371_blocks_meet_the_target_of_their_period():
    hashes, targets = zip(*read("checkpoints.json"), strict=True)
    due = [LIMIT, *targets[:-1]]
    met = [int(name, 16) <= target for name, target in zip(hashes, due, strict=True)]
    assert met == [True] * 371
    # A hash that was found at random lies anywhere below its target: hash / target is 1/2 on
    # average, with a standard error of sqrt(1/12) / sqrt(371) = 0.015. A wrong period would show.
    mean = sum(int(name, 16) / target for name, target in zip(hashes, due, strict=True)) / 371
    assert abs(mean - 1 / 2) < 4 * 0.015


def test_370_adjustments_of_the_main_chain():
    # The times of these blocks are not in the file. But some whole number of seconds must lead from
    # each target to the next, to the last bit; and next_bits grows with the seconds.
    bits = [target_to_bits(target) for _, target in read("checkpoints.json")]
    seconds = range(WEEKS // 4, WEEKS * 4 + 1)
    found = []
    for old, new in pairwise(bits):
        place = bisect_left(
            seconds,
            bits_to_target(new),
            key=lambda took, old=old: bits_to_target(next_bits(old, 0, took)),
        )
        assert next_bits(old, 0, seconds[place]) == new
        found.append(seconds[place])
    assert len(found) == 370
    # Blocks came a little faster than every ten minutes in these 13 years, while miners multiplied.
    known = [took for took, new in zip(found, bits[1:], strict=True) if new != 0x1D00FFFF]
    assert 0.9 < sum(known) / (len(known) * WEEKS) < 1


def test_6_blocks_with_412_transactions():
    blocks = read("blocks.json")
    for block in blocks:
        header, txids = bytes.fromhex(block["header"]), block["txids"]
        root = parse_header(header).merkle_root
        assert meets_target(header) and merkle_root(txids) == root
        for index in range(0, len(txids), 1 + len(txids) // 40):
            txid, proof = txids[index], merkle_proof(txids, index)
            assert verify_proof(txid, proof, root, len(txids))
            assert not verify_proof(txid, proof, header_hash(header), len(txids))
    assert [len(block["txids"]) for block in blocks] == [9, 4, 1, 7, 22, 369]
    names = [header_hash(bytes.fromhex(block["header"])) for block in blocks]
    assert names[0] == "0000000000013b8ab2cd513b0261a14096412195a72a0c4827d229dcc7e0f7af"
    assert names[5] == "00000000000000000f3db04d442e92c172691170ca47dfea5be2b9613cf0343d"


def proven(block):
    """The (id, proof) of each transaction that a block filtered by BIP 37 proves, and its root."""
    count, flags = block["numTransactions"], block["flags"]
    flag = iter([byte >> bit & 1 for byte in flags for bit in range(8)])
    node = iter([bytes.fromhex(each)[::-1].hex() for each in block["hashes"]])
    height = (count - 1).bit_length()

    def walk(height, place):
        """The hash there, and the proofs below it."""
        marked = next(flag)
        if not height or not marked:
            name = next(node)
            return name, [(name, [])] if marked else []
        left, proofs = walk(height - 1, 2 * place)
        right, more = left, []
        if (2 * place + 1) << height - 1 < count:
            right, more = walk(height - 1, 2 * place + 1)
        pair = bytes.fromhex(left)[::-1] + bytes.fromhex(right)[::-1]
        proofs = [(name, [*proof, ("right", right)]) for name, proof in proofs]
        proofs += [(name, [*proof, ("left", left)]) for name, proof in more]
        return double_sha256(pair)[::-1].hex(), proofs

    return walk(height, 0)


def test_229_proofs_from_4_filtered_blocks():
    blocks = read("merkleblocks.json")
    proofs = 0
    for block in blocks:
        header, count = block["header"], block["numTransactions"]
        root, found = proven(block)
        assert root == header["merkleRoot"]
        assert int(header["hash"], 16) <= bits_to_target(header["bits"])
        for txid, proof in found:
            assert verify_proof(txid, proof, root, count)
            assert not verify_proof(txid, proof, root, 2 * count)
            assert not verify_proof(txid, proof[:-1], root, count)
        proofs += len(found)
    assert [block["numTransactions"] for block in blocks] == [7, 1, 1159, 3309]
    assert proofs == 229
