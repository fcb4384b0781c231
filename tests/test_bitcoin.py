"""Bitcoin's rules against Bitcoin itself: real headers, real Merkle roots, published targets.

A real header checks itself: a digit remembered wrongly would not hash below the target.
"""

import struct
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.bitcoin import merkle_levels
from nnlib.blockchain import (
    bits_to_target,
    double_sha256,
    header_hash,
    meets_target,
    merkle_proof,
    merkle_root,
    parse_header,
    verify_proof,
)

# height: (version, previous hash, Merkle root, time, bits, nonce), hash
REAL = {
    0: (
        (
            1,
            "0000000000000000000000000000000000000000000000000000000000000000",
            "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
            1231006505,
            0x1D00FFFF,
            2083236893,
        ),
        "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    ),
    1: (
        (
            1,
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            "0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098",
            1231469665,
            0x1D00FFFF,
            2573394689,
        ),
        "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
    ),
    2: (
        (
            1,
            "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
            "9b0fc92260312ce44e74ef369f5c66bbb85848f2eddd5a7a1cde251e54ccfdd5",
            1231469744,
            0x1D00FFFF,
            1639830024,
        ),
        "000000006a625f06636b8bb6ac7b960a8d03705d1ace08b1a19da3fdcc99ddbd",
    ),
    170: (
        (
            1,
            "000000002a22cfee1f2c846adbd12b3e183d4f97683f85dad08a79780a84bd55",
            "7dac2c5666815c17a3b36427de37bb9d2e2c5ccec3f8633eb91a4205cb4c10ff",
            1231731025,
            0x1D00FFFF,
            1889418792,
        ),
        "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee",
    ),
    100000: (
        (
            1,
            "000000000002d01c1fccc21636b607dfd930d31d01c3a62104612a1719011250",
            "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766",
            1293623863,
            0x1B04864C,
            274148111,
        ),
        "000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506",
    ),
    100002: (
        (
            1,
            "00000000000080b66c911bd5ba14a74260057311eaeb1982802f7010f1a9f090",
            "2fda58e5959b0ee53c5253da9b9f3c0c739422ae04946966991cf55895287552",
            1293625051,
            0x1B04864C,
            2478813466,
        ),
        "0000000000013b8ab2cd513b0261a14096412195a72a0c4827d229dcc7e0f7af",
    ),
    125552: (
        (
            1,
            "00000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd81",
            "2b12fcf1b09288fcaff797d71e950e71ae42b91e8bdb2304758dfcffc2b620e3",
            1305998791,
            0x1A44B9F2,
            2504433986,
        ),
        "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
    ),
}

# The transaction ids of real blocks, in order. The nine of block 100002 make three odd levels.
TXIDS = {
    0: ["4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"],
    170: [
        "b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082",
        "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16",
    ],
    100000: [
        "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
    ],
    100002: [
        "ef1d870d24c85b89d92ad50f4631026f585d6a34e972eaf427475e5d60acf3a3",
        "f9fc751cb7dc372406a9f8d738d5e6f8f63bab71986a39cf36ee70ee17036d07",
        "db60fb93d736894ed0b86cb92548920a3fe8310dd19b0da7ad97e48725e1e12e",
        "220ebc64e21abece964927322cba69180ed853bb187fbc6923bac7d010b9d87a",
        "71b3dbaca67e9f9189dad3617138c19725ab541ef0b49c05a94913e9f28e3f4e",
        "fe305e1ed08212d76161d853222048eea1f34af42ea0e197896a269fbf8dc2e0",
        "21d2eb195736af2a40d42107e6abd59c97eb6cffd4a5a7a7709e86590ae61987",
        "dd1fd2a6fc16404faf339881a90adbde7f4f728691ac62e8f168809cdfae1053",
        "74d681e0e03bafa802c8aa084379aa98d9fcd632ddc2ed9782b586ec87451f20",
    ],
}

HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)


def raw(height):
    version, previous, root, time, bits, nonce = REAL[height][0]
    hashes = bytes.fromhex(previous)[::-1], bytes.fromhex(root)[::-1]
    return struct.pack("<i32s32sIII", version, *hashes, time, bits, nonce)


def test_the_genesis_header_byte_for_byte():
    # As in Bitcoin's first source code and every full node since.
    assert raw(0).hex() == (
        "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
        "29ab5f49ffff001d1dac2b7c"
    )


@pytest.mark.parametrize("height", REAL)
def test_real_headers(height):
    header = raw(height)
    assert header_hash(header) == REAL[height][1]
    assert meets_target(header)
    assert tuple(parse_header(header)) == REAL[height][0]


def test_the_version_is_signed_and_the_rest_is_not():
    # Bitcoin developer reference, "Block Headers": int32_t, char[32] twice, uint32_t three times.
    version, *_, time, bits, nonce = parse_header(b"\xff" * 80)
    assert (version, time, bits, nonce) == (-1, 2**32 - 1, 2**32 - 1, 2**32 - 1)


@pytest.mark.parametrize("height", REAL)
def test_each_flipped_bit_costs_a_real_header_its_proof_of_work(height):
    for bit in range(640):
        header = bytearray(raw(height))
        header[bit // 8] ^= 1 << bit % 8
        assert header_hash(header) != REAL[height][1]
        try:
            assert not meets_target(header)
        except ValueError as error:  # the flipped bit was one of `bits`
            assert 72 * 8 <= bit < 76 * 8 and "target" in str(error)


@pytest.mark.parametrize("height", TXIDS)
def test_real_merkle_roots_and_proofs(height):
    txids, root = TXIDS[height], REAL[height][0][2]
    assert merkle_root(txids) == root
    for index, txid in enumerate(txids):
        proof = merkle_proof(txids, index)
        assert 2 ** len(proof) >= len(txids) > 2 ** (len(proof) - 1)  # a logarithm, no more
        assert verify_proof(txid, proof, root)


@given(st.lists(HASHES, min_size=1, max_size=12))
def test_each_level_of_the_tree_joins_the_one_below(txids):
    levels = merkle_levels(txids)
    assert levels[0] == txids and levels[-1] == [merkle_root(txids)]
    for below, above in pairwise(levels):
        nodes = [bytes.fromhex(node)[::-1] for node in (below + below[-1:])[: len(above) * 2]]
        joined = [a + b for a, b in zip(nodes[::2], nodes[1::2], strict=True)]
        assert above == [sha256(sha256(each).digest()).digest()[::-1].hex() for each in joined]


def test_two_lists_with_one_root():
    # CVE-2012-2459: the rule for odd levels cannot tell these apart.
    a, b, c = TXIDS[100000][:3]
    assert merkle_root([a, b, c]) == merkle_root([a, b, c, c])
    assert merkle_root([a, b, c]) != merkle_root([a, c, b])


@given(st.lists(HASHES, min_size=1, max_size=12, unique=True), st.data())
def test_a_proof_proves_one_transaction_and_no_flipped_bit(txids, data):
    index = data.draw(st.integers(0, len(txids) - 1))
    root, proof = merkle_root(txids), merkle_proof(txids, index)
    for other in txids:
        assert verify_proof(other, proof, root) == (other == txids[index])
    chosen = data.draw(st.integers(-2, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))

    def flipped(text):
        return f"{int(text, 16) ^ 1 << bit:064x}"

    if chosen == -2:
        assert not verify_proof(flipped(txids[index]), proof, root)
    elif chosen == -1:
        assert not verify_proof(txids[index], proof, flipped(root))
    else:
        side, sibling = proof[chosen]
        proof[chosen] = (side, flipped(sibling))
        assert not verify_proof(txids[index], proof, root)


@settings(max_examples=30)
@given(st.integers(1, 20), st.data())
def test_with_the_count_a_proof_proves_a_place_in_the_list(count, data):
    txids = [sha256(bytes([i])).hexdigest() for i in range(count)]
    index = data.draw(st.integers(0, count - 1))
    root, proof = merkle_root(txids), merkle_proof(txids, index)
    assert verify_proof(txids[index], proof, root, count)
    for other in range(1, 45):  # the sides tell the place: only in lists where it has this path
        found = verify_proof(txids[index], proof, root, other)
        path = merkle_proof([txids[0]] * other, index) if index < other else None
        same = path is not None and [side for side, _ in path] == [side for side, _ in proof]
        assert not found or same
        assert found or other != count


def test_a_proof_that_is_too_short_or_too_long_needs_the_count():
    txids, root = TXIDS[100000], REAL[100000][0][2]
    proof = merkle_proof(txids, 2)
    inner = merkle_root(txids[2:])
    for node, rest in ((inner, proof[1:]), (root, [])):  # an inner node and the root themselves
        assert verify_proof(node, rest, root)
        assert not verify_proof(node, rest, root, 4)
    assert verify_proof(txids[2], proof, root, 4)


def test_half_of_a_64_byte_transaction_needs_the_count():
    # CVE-2017-12842: whoever makes a transaction of 64 bytes can pass its halves off as two ids.
    left, right = sha256(b"no such payment").digest(), sha256(b"filler").digest()
    fake = double_sha256(left + right)[::-1].hex()  # the id of the 64-byte transaction
    txids = [TXIDS[170][0], fake]
    root, half = merkle_root(txids), left[::-1].hex()
    proof = [("right", right[::-1].hex()), *merkle_proof(txids, 1)]
    assert verify_proof(half, proof, root)
    assert not verify_proof(half, proof, root, 2)


def test_places_beyond_the_end_need_the_count():
    # CVE-2012-2459: 11 leaves stand at 16 places; five of these are beyond the end.
    txids = [sha256(bytes([i])).hexdigest() for i in range(11)]
    root, doubled = merkle_root(txids), [*txids, txids[10], *txids[8:11], txids[10]]
    assert merkle_root(doubled) == root
    for place in range(16):
        proof = merkle_proof(doubled, place)
        assert verify_proof(doubled[place], proof, root)
        assert verify_proof(doubled[place], proof, root, 11) == (place < 11)


def test_a_node_alone_is_joined_with_itself():
    txids = [sha256(bytes([i])).hexdigest() for i in range(4)]
    root, proof = merkle_root(txids), merkle_proof(txids, 2)
    assert verify_proof(txids[2], proof, root, 4)
    assert not verify_proof(txids[2], proof, root, 3)  # there it would have no neighbor
    assert verify_proof(txids[0], merkle_proof(txids, 0), root, 3)  # a proof that cannot tell


@pytest.mark.parametrize("count", [0, -1, True, 1.0, "4"])
def test_a_count_that_is_none(count):
    good = "0" * 64
    with pytest.raises(ValueError, match=f"count must be a whole number from 1 on, not {count!r}"):
        verify_proof(good, [], good, count)


# 0 to 16 and 5 larger sizes, as in Bitcoin Core's merkle_tests.cpp, with the same three changes.
@pytest.mark.parametrize("size", [*range(1, 17), 31, 100, 513, 1000, 1023])
def test_the_tree_is_the_one_that_grows_leaf_by_leaf(size):
    txids = [sha256(size.to_bytes(4, "big") + bytes([i % 256, i // 256])) for i in range(size)]
    txids = [txid.hexdigest() for txid in txids]

    def joined(a, b):
        return double_sha256(bytes.fromhex(a)[::-1] + bytes.fromhex(b)[::-1])[::-1].hex()

    full = {}  # the root of 2**height leaves, where such a whole subtree waits for its neighbor
    for txid in txids:
        node, height = txid, 0
        while height in full:
            node, height = joined(full.pop(height), node), height + 1
        full[height] = node
    height = min(full)
    node = full.pop(height)
    while full or 2**height < size:  # what is left over is joined with itself on its way up
        node = joined(full.pop(height), node) if height in full else joined(node, node)
        height += 1
    assert merkle_root(txids) == node
    for index in {0, size // 2, size - 1}:
        assert verify_proof(txids[index], merkle_proof(txids, index), node, size)
    if size % 2 and size > 1:
        assert merkle_root([*txids, txids[-1]]) == node
    if size > 2:
        assert merkle_root([txids[1], txids[0], *txids[2:]]) != node
        assert merkle_root(txids[:-1]) != node


@pytest.mark.parametrize(
    ("message", "digest"),
    [  # FIPS 180-2, appendix B
        (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ),
        (b"a" * 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ],
)
def test_double_sha256_of_the_nist_messages(message, digest):
    assert double_sha256(message) == sha256(bytes.fromhex(digest)).digest()


def test_double_sha256_of_a_published_message():
    # Bitcoin wiki, "Protocol documentation", Hashes.
    expected = "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"
    assert double_sha256(b"hello").hex() == expected


@pytest.mark.parametrize(
    ("bits", "target"),
    [  # Bitcoin developer reference, "Target nBits", and Bitcoin Core's arith_uint256 tests
        (0x1D00FFFF, 0xFFFF << 208),
        (0x1B0404CB, 0x404CB << 192),
        (0x00000000, 0),
        (0x00123456, 0),
        (0x01003456, 0),
        (0x01123456, 0x12),
        (0x02000056, 0),
        (0x02008000, 0x80),
        (0x02123456, 0x1234),
        (0x03123456, 0x123456),
        (0x04123456, 0x12345600),
        (0x05009234, 0x92340000),
        (0x20123456, 0x123456 << 232),
        (0x00923456, 0),  # the sign of zero does not count
        (0x01803456, 0),
        (0x04800000, 0),
        (0x2100FFFF, 0xFFFF << 240),  # the largest that still fits
        (0xFF000000, 0),
    ],
)
def test_published_targets(bits, target):
    assert bits_to_target(bits) == target


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        (0x01FEDCBA, "negative"),
        (0x04923456, "negative"),
        (0xFF123456, "above 256 bits"),
        (0x21010000, "above 256 bits"),
        (0x22000100, "above 256 bits"),
        (-1, "0 to 2\\*\\*32 - 1, not -1"),
        (2**32, "not 4294967296"),
        (True, "not True"),
        (1.0, "not 1.0"),
        ("1d00ffff", "not '1d00ffff'"),
    ],
)
def test_bits_without_a_target(bits, reason):
    with pytest.raises(ValueError, match=reason):
        bits_to_target(bits)


@pytest.mark.parametrize("header", [b"", bytes(79), bytes(81), "00" * 80, None])
def test_a_header_is_80_bytes(header):
    for check in (header_hash, parse_header, meets_target):
        with pytest.raises(ValueError, match="must be 80 bytes, not"):
            check(header)


@pytest.mark.parametrize("bad", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, " 0" * 32, None, 5])
def test_a_hash_is_64_digits(bad):
    good = "0" * 64
    for call in (
        lambda: merkle_root([good, bad]),
        lambda: merkle_proof([bad], 0),
        lambda: verify_proof(bad, [], good),
        lambda: verify_proof(good, [("left", bad)], good),
        lambda: verify_proof(good, [], bad),
    ):
        with pytest.raises(ValueError, match=f"64 hexadecimal digits .*not {bad!r}"):
            call()


def test_other_bad_input():
    good = "0" * 64
    for empty in ([], (), None, good):
        with pytest.raises(ValueError, match="at least one"):
            merkle_root(empty)
    for index in (-1, 2, True, 0.0, "0", None):
        with pytest.raises(ValueError, match=f"from 0 to 1, not {index!r}"):
            merkle_proof([good, good], index)
    with pytest.raises(ValueError, match="not 'up'"):
        verify_proof(good, [("up", good)], good)
    for proof in (5, ["left"], [("left", good, good)]):
        with pytest.raises(ValueError, match="proof must be"):
            verify_proof(good, proof, good)
    for data in ("abc", None, 5):
        with pytest.raises(ValueError, match="must be bytes"):
            double_sha256(data)
