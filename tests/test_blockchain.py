"""What is hashed, what mining finds, and that no change to a chain or its file goes unnoticed."""

import contextlib
import copy
import json
import os
import pickle
from hashlib import sha256
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib.block
from nnlib.block import transaction_text
from nnlib.blockchain import (
    COINBASE,
    NO_PARENT,
    REWARD,
    Block,
    Transaction,
    bits_to_target,
    double_sha256,
    dumps,
    expected_hashes,
    load,
    loads,
    merkle_root,
    mine,
    most_work,
    next_bits,
    parse_header,
    save,
    target_to_bits,
    txid,
    verify,
    verify_proof,
    work,
)
from nnlib.text import told

LARGEST = 2**53 - 1
BITS = 6

# Texts that try to look like something else: separators, quotes, escapes, brackets, digits.
HOSTILE = st.text(st.sampled_from('",[]\\ \n\x00u02190éЖ😀\x7f\u2028'), max_size=8)
TEXTS = HOSTILE | st.text(max_size=8)
WHOLE = st.integers(0, LARGEST)
TRANSACTIONS = TEXTS | st.builds(Transaction, TEXTS, TEXTS, WHOLE)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
BLOCKS = st.builds(
    Block,
    WHOLE,
    WHOLE,
    st.lists(TRANSACTIONS, min_size=1, max_size=4),
    HASHES,
    st.integers(0, 256),
    WHOLE,
)


def chain_of(*contents, bits=BITS):
    """A sound chain with the given transactions, a block every ten minutes."""
    chain = []
    for index, transactions in enumerate(contents):
        parent = chain[-1].hash if chain else NO_PARENT
        chain.append(mine(Block(index, 600 * index, transactions, parent, bits)))
    return chain


def coins(receiver, amount=REWARD):
    return Transaction(COINBASE, receiver, amount)


CHAIN = chain_of(
    ["genesis"],
    [coins("ann"), Transaction("ann", "bob", 20)],
    [coins("bob"), "a note", Transaction("bob", "ann", 70)],
    ["the end", "twice", "twice"],
)


def remined(chain, start):
    """The chain with every block from `start` on linked to its parent and mined again."""
    chain = list(chain)
    for i in range(start, len(chain)):
        parent = chain[i - 1].hash if i else NO_PARENT
        chain[i] = mine(chain[i].replace(previous_hash=parent, nonce=0))
    return chain


def zero_bits(digest):
    """Leading zero bits of a hash in hexadecimal, counted one by one."""
    return len(f"{int(digest, 16):0256b}") - len(f"{int(digest, 16):0256b}".lstrip("0"))


# What is hashed


def test_hashes_as_the_command_line_gives_them():
    # printf '%s' '"café 😀"' | sha256sum, and so on: no Python of ours took part.
    root = "89fa4ccbaa53bc2ebec0726f73beccbe1618075d3ef9e740cf34ec284b07a66e"
    assert txid("café 😀") == root
    assert transaction_text(Transaction("ann", 'bob "\\\n', 5)) == (
        '["ann","bob \\u0022\\u005c\\u000a",5]'
    )
    assert txid(Transaction("ann", 'bob "\\\n', 5)) == (
        "8de9c896a8fbd548ee71d4288a790fd1ff5599eb60269cc019f0850193037a0c"
    )
    block = Block(7, 1700000000, ["café 😀"], "0" * 64, 3, 42)
    assert block.header == f"7 1700000000 {'0' * 64} 1 {root} 3 42"
    assert block.hash == "118d8297678a4307b4f4a46b429bc1c7e89e4e04f331886049a8751f9c1614e1"


def test_the_hash_is_sha256_as_in_the_nist_examples():
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert nnlib.block.sha256(b"abc").digest().hex() == digest  # FIPS 180-2, appendix B.1


@given(TRANSACTIONS)
def test_the_text_of_a_transaction_can_be_read_back(transaction):
    # A text with an inverse belongs to one transaction only, whatever its strings hold.
    found = json.loads(transaction_text(transaction))
    assert (Transaction(*found) if isinstance(found, list) else found) == transaction
    assert txid(transaction) == sha256(transaction_text(transaction).encode()).hexdigest()


@given(BLOCKS)
def test_the_header_can_be_read_back(block):
    index, time, previous, number, root, difficulty, nonce = block.header.split(" ")
    assert [int(n) for n in (index, time, number, difficulty, nonce)] == [
        block.index,
        block.timestamp,
        len(block.transactions),
        block.difficulty,
        block.nonce,
    ]
    assert (previous, root) == (block.previous_hash, block.merkle_root)
    assert block.header.isascii() and block.header.isprintable()
    assert root == merkle_root([txid(each) for each in block.transactions])
    assert block.hash == sha256(block.header.encode("ascii")).hexdigest()


@given(BLOCKS, BLOCKS)
def test_different_blocks_have_different_headers(one, other):
    assert (one.header == other.header) == (one == other)


def test_the_header_tells_apart_lists_with_one_merkle_root():
    one = Block(0, 0, ["a", "b", "c"], NO_PARENT, 0)
    two = one.replace(transactions=["a", "b", "c", "c"])
    assert one.merkle_root == two.merkle_root
    assert one.hash != two.hash


def test_a_transaction_is_not_the_text_that_looks_like_it():
    payment = Transaction("ann", "bob", 5)
    assert txid(payment) != txid(transaction_text(payment)) != txid('"ann","bob",5')
    assert txid(Transaction("a,b", "c", 5)) != txid(Transaction("a", "b,c", 5))


# Values


def test_blocks_and_transactions_are_values():
    block = CHAIN[2]
    for value in (block, block.transactions[0]):
        assert copy.copy(value) == copy.deepcopy(value) == pickle.loads(pickle.dumps(value))
        assert eval(repr(value)) == value and len({value, copy.copy(value)}) == 1
        assert value != value._values() and value.replace() == value
    for name in ("nonce", "hash", "transactions", "anything"):
        with pytest.raises(AttributeError, match=f"cannot set {name}"):
            setattr(block, name, 0)
    changed = block.replace(nonce=block.nonce + 1)
    assert changed != block and changed.hash != block.hash and CHAIN[2] is block
    for name in ("nonce", "hash", "transactions", "anything"):
        with pytest.raises(AttributeError, match=f"cannot delete {name}"):
            delattr(block, name)
    assert not hasattr(block, "__dict__") and not hasattr(block.transactions[0], "__dict__")
    with pytest.raises(ValueError, match="'hash' is no field; the fields are index, "):
        block.replace(hash=NO_PARENT)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_patched_pickle_is_another_block_with_its_own_hash(protocol):
    saved = pickle.dumps(CHAIN, protocol)
    assert pickle.loads(saved) == CHAIN and verify(pickle.loads(saved)) is None
    for old, new in ((b"bob", b"eve"), (b"a note", b"a-note"), (CHAIN[0].hash.encode(), b"0" * 64)):
        chain = pickle.loads(saved.replace(old, new))
        assert chain != CHAIN and verify(chain) is not None
        assert all(block.hash == block.replace().hash for block in chain)


class Liar(Block):
    hash = "0" * 64  # whatever is in it

    def __init__(self, *fields):
        pass

    is_mined = True


@pytest.mark.parametrize("name", [*Block.fields, "merkle_root", "header", "hash"])
def test_verify_believes_no_field_of_a_block_that_was_changed_by_force(name):
    for value in (5, "0" * 64, None, ("eve has it",), [], 10**5000):
        block = CHAIN[3].replace()
        object.__setattr__(block, name, value)
        found = verify([*CHAIN[:3], block])
        if name in ("merkle_root", "header"):
            assert found is None  # not read: both are computed anew
        else:
            assert found == (3, "Its fields do not give the hash that it carries.")
    block = CHAIN[3].replace()
    object.__delattr__(block, name)
    if name not in ("merkle_root", "header", "hash"):
        assert verify([*CHAIN[:3], block])[0] == 3


def test_verify_believes_no_changed_transaction_and_no_subclass():
    block = CHAIN[1].replace()
    object.__setattr__(block.transactions[1], "receiver", "eve")
    assert verify([CHAIN[0], block]) == (1, "Its fields do not give the hash that it carries.")
    object.__setattr__(block.transactions[1], "receiver", "bob")
    assert verify([CHAIN[0], block]) is None
    liar = Liar()
    for field in Block.fields:
        object.__setattr__(liar, field, getattr(CHAIN[3], field))
    assert verify([*CHAIN[:3], liar])[0] == 3


def test_a_block_keeps_its_own_transactions():
    transactions = ["a"]
    block = Block(0, 0, transactions, NO_PARENT, 0)
    transactions.append("b")
    assert block.transactions == ("a",)


WRONG_NUMBERS = [-1, LARGEST + 1, 1.0, True, "1", None, [], float("nan")]


@pytest.mark.parametrize("value", [*WRONG_NUMBERS, 257])
@pytest.mark.parametrize("field", ["index", "timestamp", "difficulty", "nonce"])
def test_a_number_out_of_range(field, value):
    if value == 257 and field != "difficulty":
        assert getattr(CHAIN[0].replace(**{field: value}), field) == 257
        return
    with pytest.raises(ValueError, match=rf"^{field} must be .* from 0 to ") as error:
        CHAIN[0].replace(**{field: value})
    assert str(error.value).endswith(f"not {value!r}")


@pytest.mark.parametrize("value", WRONG_NUMBERS)
def test_an_amount_a_count_of_tries_and_a_difficulty_out_of_range(value):
    with pytest.raises(ValueError, match=r"^amount must be"):
        Transaction("ann", "bob", value)
    if value is not None:
        with pytest.raises(ValueError, match=r"^tries must be"):
            mine(CHAIN[0], value)
    with pytest.raises(ValueError, match=r"^difficulty must be"):
        expected_hashes(value)


@pytest.mark.parametrize("value", ["", [], (), None, 5, "text", {"a"}, b"text"])
def test_transactions_that_are_no_list(value):
    with pytest.raises(ValueError, match=r"^transactions must be a list of at least one, not "):
        Block(0, 0, value, NO_PARENT, 0)


@pytest.mark.parametrize("value", [None, 5, b"text", ["ann", "bob", 5], "\ud800", "a\udfff"])
def test_text_that_is_no_text(value):
    with pytest.raises(ValueError, match=r"^a transaction must be .*text"):
        Block(0, 0, [value], NO_PARENT, 0)
    with pytest.raises(ValueError, match=r"^sender must be text"):
        Transaction(value, "bob", 5)
    with pytest.raises(ValueError, match=r"^receiver must be text"):
        Transaction("ann", value, 5)


@pytest.mark.parametrize("value", ["", "0" * 63, "0" * 65, "A" * 64, "0x" + "0" * 62, None, 0])
def test_a_previous_hash_that_is_no_hash(value):
    with pytest.raises(ValueError, match=rf"^previous_hash must be 64 .*not {value!r}"):
        Block(0, 0, ["a"], value, 0)


# Mining


@given(st.integers(0, 9), TEXTS, st.integers(0, 1000))
@settings(max_examples=40)
def test_mining_finds_the_first_nonce(bits, text, start):
    block = Block(0, 0, [text], NO_PARENT, bits, start)
    for nonce in count(start):  # the plain way, from the header as documented
        digest = sha256(f"0 0 {NO_PARENT} 1 {txid(text)} {bits} {nonce}".encode()).hexdigest()
        if zero_bits(digest) >= bits:
            break
    assert mine(block) == block.replace(nonce=nonce)
    assert mine(block).hash == digest and mine(block).is_mined


@given(st.integers(0, 9), st.lists(st.integers(0, 400), max_size=20))
@settings(max_examples=40)
def test_mining_in_slices_finds_what_mining_at_once_finds(bits, slices):
    block = Block(0, 0, ["slices"], NO_PARENT, bits)
    found, tried = mine(block), 0
    for tries in slices:
        block, tried = mine(block, tries), tried + tries
        # Where it stopped is all there is to know: the next nonce, or the one found.
        assert block.nonce == min(tried, found.nonce)
    assert mine(block) == found


@given(st.integers(0, 9), st.none() | st.integers(0, 400))
@settings(max_examples=40)
def test_mining_without_copies_of_the_hash_finds_the_same(bits, tries):
    # MicroPython's sha256 cannot be copied; there the whole header is hashed for each nonce.
    block = Block(0, 0, ["browser"], NO_PARENT, bits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nnlib.block, "_HAS_COPY", False)
        plain = mine(block, tries)
    assert plain == mine(block, tries)


def test_mining_stops_at_the_last_nonce():
    block = Block(0, 0, ["a"], NO_PARENT, 256, LARGEST - 9)
    assert mine(block, 9).nonce == LARGEST
    for tries in (10, LARGEST, None):
        with pytest.raises(ValueError, match=rf"^nonce must be .* to {LARGEST}, not {LARGEST + 1}"):
            mine(block, tries)


@given(BLOCKS)
def test_a_block_is_mined_if_its_hash_has_the_zero_bits(block):
    assert block.is_mined == (zero_bits(block.hash) >= block.difficulty)


def test_the_expected_number_of_hashes():
    assert [expected_hashes(bits) for bits in (0, 1, 20, 256)] == [1, 2, 1048576, 2**256]
    # 400 blocks at 5 bits: a geometric distribution, mean 32, standard error of the mean 1.6.
    blocks = [mine(Block(0, time, ["a"], NO_PARENT, 5)) for time in range(400)]
    assert sum(block.nonce + 1 for block in blocks) / 400 == pytest.approx(32, abs=5)


def test_work_adds_up_and_the_longer_chain_may_hold_less():
    assert work([]) == 0 and work(CHAIN) == 4 * 2**BITS
    long = chain_of(*[["a"]] * 9, bits=1)
    short = chain_of(["a"], ["b"], bits=4)
    assert verify(long) is None and verify(short) is None
    assert work(long) == 18 < work(short) == 32


# Verification


def test_sound_chains():
    assert verify(CHAIN) is None
    assert verify(tuple(CHAIN)) is None
    for length in range(1, len(CHAIN)):
        assert verify(CHAIN[:length]) is None


@pytest.mark.parametrize("field", Block.fields)
@given(st.data())
@settings(max_examples=20)
def test_a_changed_field_is_found_where_it_is(field, data):
    place = data.draw(st.integers(0, len(CHAIN) - 1))
    values = {
        "transactions": st.lists(TRANSACTIONS, min_size=1, max_size=3).map(tuple),
        "previous_hash": HASHES,
        "difficulty": st.integers(0, 256),
    }
    old = getattr(CHAIN[place], field)
    new = data.draw(values.get(field, st.integers(0, 2000) | WHOLE).filter(lambda v: v != old))
    chain = list(CHAIN)
    chain[place] = chain[place].replace(**{field: new})
    found = verify(chain)
    lucky = zero_bits(chain[place].hash) >= chain[place].difficulty
    if field in ("index", "previous_hash") or not lucky:
        assert found[0] == place
    elif place + 1 < len(chain):  # still enough zero bits: the next block points elsewhere
        assert found[0] in (place, place + 1)
    else:  # by luck, or with the difficulty lowered, the last block is another valid one
        assert found is None or found[0] == place


@given(st.data())
def test_a_chain_with_a_block_lost_moved_or_doubled_is_broken(data):
    i = data.draw(st.integers(0, len(CHAIN) - 2))
    j = data.draw(st.integers(i + 1, len(CHAIN) - 1))
    swapped = list(CHAIN)
    swapped[i], swapped[j] = swapped[j], swapped[i]
    assert verify(swapped)[0] == i
    assert verify(CHAIN[:i] + CHAIN[i + 1 :])[0] == i
    assert verify([*CHAIN[: i + 1], *CHAIN[i:]])[0] == i + 1


def test_mining_again_moves_the_fault_on_until_every_later_block_is_mined():
    chain = list(CHAIN)
    chain[1] = chain[1].replace(transactions=[*chain[1].transactions, "forged"])
    for place in (1, 2, 3):
        assert verify(chain)[0] == place
        parent = chain[place - 1].hash
        chain[place] = mine(chain[place].replace(previous_hash=parent, nonce=0))
    assert verify(chain) is None and work(chain) == work(CHAIN)  # the same work, done anew


def reason(place, start=None, **changes):
    chain = list(CHAIN)
    chain[place] = chain[place].replace(**changes)
    return verify(chain if start is None else remined(chain, start))


def test_each_reason_is_a_sentence():
    assert verify([]) == (0, "The chain has no first block.")
    assert reason(2, index=7) == (2, "It stands at place 2 but calls itself block 7.")
    assert reason(2, start=2, index=1) == (2, "It stands at place 2 but calls itself block 1.")
    assert reason(0, previous_hash="1" * 64) == (
        0,
        f"The first block must have 64 zeros as previous hash, not {'1' * 64}.",
    )
    assert reason(2, previous_hash="1" * 64) == (
        2,
        f"Its previous hash is {'1' * 64}; block 1 has {CHAIN[1].hash}.",
    )
    assert reason(2, difficulty=256) == (2, "It states 256 zero bits; the rule prescribes 6.")
    assert reason(2, start=2, difficulty=0) == (2, "It states 0 zero bits; the rule prescribes 6.")
    changed = CHAIN[2].replace(nonce=0)
    assert reason(2, nonce=0) == (2, f"Its hash {changed.hash} does not start with 6 zero bits.")
    assert reason(2, start=2, timestamp=599) == (
        2,
        "Its time 599 is before 600, the time of its parent.",
    )
    assert reason(2, start=2, timestamp=600) is None


@pytest.mark.parametrize(
    ("transactions", "expected"),
    [
        (
            [coins("ann"), coins("ann", 1)],
            "Only the first transaction of a block may create coins.",
        ),
        (["a note", coins("ann", 1)], "Only the first transaction of a block may create coins."),
        (
            [coins("ann", REWARD + 1)],
            f"It creates {REWARD + 1} coins; a block may create {REWARD}.",
        ),
        ([Transaction("eve", "eve", 1)], "eve pays 1 but owns 0."),
        ([Transaction("ann", "bob", 31)], "ann pays 31 but owns 30."),
        (
            [Transaction("ann", "bob", 20), Transaction("ann", "eve", 20)],
            "ann pays 20 but owns 10.",
        ),
        ([Transaction("ann", "bob", 30), Transaction("bob", "eve", 50)], None),
        ([Transaction("ann", "ann", 30), Transaction("ann", "ann", 30)], None),
        ([Transaction("eve", "ann", 0)], None),
        ([coins("eve"), Transaction("eve", "ann", REWARD)], None),
    ],
)
def test_coins_are_neither_forged_nor_spent_twice(transactions, expected):
    # After block 1 ann owns 30 and bob 20; however well mined, block 2 cannot change that.
    chain = remined([*CHAIN[:2], CHAIN[2].replace(transactions=transactions)], 2)
    assert verify(chain) == (None if expected is None else (2, expected))


@given(st.lists(st.lists(TRANSACTIONS, min_size=1, max_size=3), min_size=1, max_size=3))
@settings(max_examples=50)
def test_no_coin_appears_or_vanishes(contents):
    # An independent ledger: a chain is sound exactly if no balance ever goes below zero.
    chain = chain_of(*contents, bits=0)
    owned, sound = {}, True
    for block in chain:
        for place, each in enumerate(block.transactions):
            if isinstance(each, Transaction):
                if each.sender == COINBASE:
                    sound &= place == 0 and each.amount <= REWARD
                else:
                    owned[each.sender] = owned.get(each.sender, 0) - each.amount
                    sound &= owned[each.sender] >= 0
                owned[each.receiver] = owned.get(each.receiver, 0) + each.amount
    assert (verify(chain) is None) == sound


@pytest.mark.parametrize("chain", [None, 5, "chain", CHAIN[0], [CHAIN[0], "block"], {0: CHAIN[0]}])
def test_what_is_no_chain(chain):
    for function in (verify, work, dumps):
        with pytest.raises(ValueError, match=r"^a chain must be a list of Block, not "):
            function(chain)


def test_a_network_is_known_by_its_first_block():
    assert verify(CHAIN, first=CHAIN[0].hash) is None
    other = chain_of(["genesis"], ["b"], bits=0)  # easier, hence another network
    sentence = f"The first block must be {CHAIN[0].hash}, not {other[0].hash}."
    assert verify(other) is None
    assert verify(other, first=CHAIN[0].hash) == (0, sentence)
    for bad in ("", "0" * 63, 5, CHAIN[0]):
        with pytest.raises(ValueError, match=r"^first must be 64 hexadecimal digits"):
            verify(CHAIN, first=bad)


def test_what_is_accepted_and_documented():
    # The same payment in every block, as long as there are coins, and with the same id.
    pay = Transaction("ann", "bob", 10)
    chain = chain_of([coins("ann")], [pay], [pay], [pay])
    assert verify(chain) is None
    assert "a replay" in nnlib.block.__doc__
    # Times that stand still, and one so far in the future that no later one can follow.
    still = chain_of(["a"], ["b"], ["c"])
    assert verify(remined([b.replace(timestamp=7) for b in still], 0)) is None
    late = remined([still[0], still[1].replace(timestamp=LARGEST), still[2]], 1)
    assert verify(late) == (2, f"Its time 1200 is before {LARGEST}, the time of its parent.")


def test_the_docstring_names_what_our_blocks_leave_out():
    for word in ("hashed once", "target is finer", "unspent outputs", "fees", "signatures",
                 "median", "two hours", "size", "Index and count"):  # fmt: skip
        assert word in nnlib.block.__doc__


LONG = ["x" * 10**6, ["x" * 10**6], {"a": "x" * 10**6}, 10**10_000, b"x" * 10**6, -(10**5000)]
DEEP = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize("value", [*LONG, DEEP], ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda v: Block(v, 0, ["a"], NO_PARENT, 0), "index"),
        (lambda v: Block(0, 0, v if isinstance(v, dict) else {0: v}, NO_PARENT, 0), "transactions"),
        (lambda v: Block(0, 0, [v if not isinstance(v, str) else 5], NO_PARENT, 0), "transaction"),
        (lambda v: Block(0, 0, ["a"], v, 0), "previous_hash"),
        (lambda v: Transaction(v if not isinstance(v, str) else 5, "b", 0), "sender"),
        (lambda v: mine(CHAIN[0], v), "tries"),
        (lambda v: verify({0: v}), "chain"),
        (lambda v: verify(CHAIN, first=v), "first"),
        (lambda v: loads(v if not isinstance(v, str) else {0: v}), "saved chain"),
        (lambda v: merkle_root({0: v}), "txids"),
        (lambda v: merkle_root([v]), "hash"),
        (lambda v: bits_to_target(v), "bits"),
        (lambda v: target_to_bits(v), "target"),
        (lambda v: next_bits(0x1D00FFFF, v, 0), "first_time"),
        (lambda v: double_sha256(v if not isinstance(v, bytes) else {0: v}), "data"),
        (
            lambda v: verify_proof(NO_PARENT, v if isinstance(v, dict) else {0: v}, NO_PARENT),
            "proof",
        ),
        (lambda v: parse_header(v), "header"),
        (lambda v: most_work([v]), "headers"),
    ],
)
def test_an_error_names_what_is_wrong_and_stays_short(call, name, value):
    with pytest.raises(ValueError) as error:
        call(value)
    assert name in str(error.value) and len(str(error.value)) < 250


@given(st.text(max_size=200) | st.integers() | st.lists(st.integers(), max_size=60))
def test_a_value_is_told_in_full_or_by_its_two_ends(value):
    found, whole = told(value), repr(value)
    assert found == whole if len(whole) <= 80 else len(found) == 80
    start, _, end = found.partition("...") if found != whole else (whole, "", "")
    assert whole.startswith(start) and whole.endswith(end)


def test_what_has_no_repr_is_told_by_its_type():
    assert told(DEEP) == "a value of type list, too long to show"
    assert told(10**10_000) == "a value of type int, too long to show"


def test_a_long_name_does_not_flood_the_verdict():
    place, reason = verify(chain_of([Transaction("x" * 10**5, "b", 1)]))
    assert place == 0 and reason.endswith("pays 1 but owns 0.") and len(reason) < 120


# Saving and loading


@given(st.lists(BLOCKS, max_size=3))
def test_a_saved_chain_loads_as_it_was_sound_or_not(chain):
    text = dumps(chain)
    assert loads(text) == chain
    assert dumps(loads(text)) == text
    assert loads(json.dumps(json.loads(text), indent=2)) == chain  # reformatted by another tool


def test_the_file_names_its_format_and_holds_the_documented_keys():
    data = json.loads(dumps(CHAIN))
    assert (data["format"], data["version"]) == ("nnlib chain", 1)
    assert [block["hash"] for block in data["blocks"]] == [block.hash for block in CHAIN]
    assert data["blocks"][1]["transactions"] == [["", "ann", 50], ["ann", "bob", 20]]


SAVED = dumps(CHAIN)


def test_a_file_cut_short_never_loads():
    for length in range(len(SAVED.rstrip())):
        with pytest.raises(ValueError):
            loads(SAVED[:length])


def changed(position, character):
    damaged = SAVED[:position] + character + SAVED[position + 1 :]
    with contextlib.suppress(ValueError):
        assert loads(damaged) == CHAIN  # a blank for another blank


@given(st.integers(0, len(SAVED) - 1), st.characters())
def test_a_changed_character_never_loads_as_another_chain(position, character):
    changed(position, character)


def test_no_character_can_be_changed_into_one_of_the_format():
    for position in range(len(SAVED)):
        for character in ('0129af"[]{},:\\ ' * 2)[position % 14 :][:3]:  # three of the fourteen
            changed(position, character)


def paths(value, path=()):
    """The paths to all values inside a JSON value, itself first."""
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[key], (*path, key))


PATHS = list(paths(json.loads(SAVED)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | HASHES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


OTHERS = [None, True, False, 0, 1, 2, -1, 6, 600, 0.0, 1.5, LARGEST, LARGEST + 1, 1e300, "", "0"]
OTHERS += ["a note", NO_PARENT, "f" * 64, [], {}, [""], [[]], [["", "ann", 50]], {"": 0}]


def put(path, change):
    """The saved chain with `change` applied to the (container, key) at `path`."""
    data = {"root": json.loads(SAVED)}
    inner, *keys = data, "root", *path
    for key in keys[:-1]:
        inner = inner[key]
    change(inner, keys[-1])
    return json.dumps(data.get("root"))


@given(st.sampled_from(PATHS[1:]), JSON)
@settings(max_examples=50)
def test_another_value_anywhere_never_loads(path, value):
    replaced(path, value)


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_another_value_in_each_place_never_loads(value):
    for path in PATHS[1:]:
        replaced(path, value)


def replaced(path, value):
    old = json.loads(SAVED)
    for key in path:
        old = old[key]
    if value == old and type(value) is type(old):
        return
    if path == ("blocks",) and value == []:
        return  # a chain without blocks is a valid file
    with pytest.raises(ValueError):
        loads(put(path, lambda inner, key: inner.__setitem__(key, value)))


@pytest.mark.parametrize("path", PATHS[1:], ids=lambda path: ".".join(map(str, path)))
def test_a_missing_value_never_loads(path):
    text = put(path, lambda inner, key: inner.__delitem__(key))
    if len(path) == 2 and path[0] == "blocks":  # a whole block: a file, but no sound chain
        assert verify(loads(text)) is not None or path[1] == len(CHAIN) - 1
        return
    with pytest.raises(ValueError):
        loads(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "^this is no JSON: "),
        ("chain", "^this is no JSON: "),
        ("[" * 100_000, "^this is no JSON: "),
        ('{"a":' * 100_000, "^this is no JSON: "),
        ("9" * 10_000, "^this is no JSON: "),
        ("null", "^a saved chain must be an object with exactly the keys format, "),
        ("[]", "^a saved chain must be an object"),
        ("{}", "^a saved chain must be an object"),
        (SAVED[:-2] + ',"more":1}', "^a saved chain must be an object"),
        (SAVED.replace("nnlib chain", "other"), "^format and version must be .*'other' and 1"),
        (SAVED.replace('"version":1', '"version":2'), "^format and version must be .* and 2"),
        (SAVED.replace('"version":1', '"version":true'), "^format and version .* and True"),
        (SAVED.replace('"version":1', '"version":1.0'), "^format and version .* and 1.0"),
        (SAVED.replace('"index":2', '"index":2,"x":1'), "^block 2 must be an object with exactly"),
        (SAVED.replace('"index":2', '"index":-2'), "^block 2: index must be a whole number"),
        (SAVED.replace('"index":2', '"index":2.0'), "^block 2: index must be a whole number"),
        (SAVED.replace('"index":2', '"index":4'), "^block 2: its hash is "),
        (SAVED.replace("a note", "A note"), "^block 2: its hash is [0-9a-f]{64}, not '"),
        (SAVED.replace("70]", "7]"), "^block 2: its hash is "),
        (SAVED.replace("70]", "70,1]"), "^block 2: a transaction must be a Transaction or text"),
        (SAVED.replace("70]", "true]"), "^block 2: amount must be a whole number"),
        (SAVED.replace("a note", "\\ud800"), "^block 2: a transaction must be"),
        (None, "^a saved chain must be text, not None"),
        (SAVED.encode(), "^a saved chain must be text, not b'"),
        ({}, "^a saved chain must be text"),
    ],
)
def test_a_foreign_or_damaged_file_is_told_as_such(text, reason):
    with pytest.raises(ValueError, match=reason):
        loads(text)


@pytest.mark.parametrize(
    "old",
    ['"blocks":', '"format":', '"version":', '"transactions":', '"hash":', '"nonce":', '"index":'],
)
def test_a_key_that_stands_twice_never_loads(old):
    for value in ('[{"stolen":true}],', "1,", '"nnlib chain",'):
        with pytest.raises(ValueError, match=r"^this is no JSON: a key stands twice"):
            loads(SAVED.replace(old, f"{old}{value}{old}", 1))


def deepest(left, right):
    """How deep the nesting is that Python's own reader of JSON takes."""
    low, high = 1, 100_000
    while high - low > 1:
        depth = (low + high) // 2
        try:
            json.loads(left * depth + "0" + right * depth)
            low = depth
        except RecursionError:
            high = depth
    return low


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), (SAVED[: SAVED.index('"genesis"')], SAVED[SAVED.index('"genesis"') + 9 :])],
    ids=["alone", "in a chain"],
)
@pytest.mark.parametrize(("left", "right"), ["[]", ('{"a":', "}")])
def test_nesting_is_refused_at_every_depth(before, after, left, right):
    most = deepest(left, right)  # there each step fails in turn: reading, checking, telling
    for depth in [*range(1, 20), 300, *range(most - 100, most + 50), 5000, 100_000]:
        with pytest.raises(ValueError):
            loads(before + left * depth + "0" + right * depth + after)


def test_each_flipped_bit_of_a_saved_chain_is_found():
    chain = chain_of(["genesis \x1f"], [coins("ann"), "é"], ["end"])
    saved, same = dumps(chain).encode(), []
    for bit in range(8 * len(saved)):
        damaged = bytearray(saved)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            assert loads(damaged.decode()) == chain
        except ValueError:  # also what is no UTF-8
            continue
        same.append((saved[bit // 8 : bit // 8 + 1], bytes(damaged[bit // 8 : bit // 8 + 1])))
    # \u001f may be written \u001F, and one blank as another (line feed, tab, carriage return: by
    # one bit none of these becomes another, or a space, that JSON takes).
    assert same == [(b"f", b"F")]


def test_a_chain_is_saved_and_loaded_whole(tmp_path):
    path = tmp_path / "chain.json"
    save(CHAIN, path)
    assert load(path) == load(str(path)) == CHAIN
    assert path.read_bytes() == SAVED.encode()
    save(CHAIN[:2], path)
    assert load(path) == CHAIN[:2] and os.listdir(tmp_path) == ["chain.json"]


@pytest.mark.parametrize("broken", ["replace", "fsync"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch, broken, error):
    path = tmp_path / "chain.json"
    save(CHAIN, path)

    def fail(*arguments):
        raise error

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(type(error)):
        save(CHAIN[:1], path)
    assert load(path) == CHAIN and os.listdir(tmp_path) == ["chain.json"]


def test_what_is_no_chain_is_not_saved_and_the_old_file_stays(tmp_path):
    path = tmp_path / "chain.json"
    save(CHAIN, path)
    with pytest.raises(ValueError, match="a chain must be a list of Block"):
        save(["block"], path)
    assert load(path) == CHAIN
    path.write_bytes(b"\xff" + SAVED.encode())
    with pytest.raises(ValueError):
        load(path)
    with pytest.raises(OSError):
        load(tmp_path / "nothing.json")


def test_every_prefix_of_blocks_is_a_file_of_its_own():
    for length in range(len(CHAIN) + 1):
        assert loads(dumps(CHAIN[:length])) == list(islice(CHAIN, length))
