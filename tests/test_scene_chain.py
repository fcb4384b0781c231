"""The chain builder against nnlib.blockchain called directly, and against real headers."""

import datetime
from hashlib import sha256
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bitcoin import REAL, raw

from nnlib.blockchain import Block, Transaction, merkle_root, mine, txid, verify, work
from nnlib.scenes.chain import CHECKS, DEFAULTS, frame
from nnlib.scenes.chain.cards import date

NO_PARENT = "0" * 64


def chain_of(rows):
    """The chain that the rows in inputs describe, built here a second time."""
    chain = []
    for i, (time, data, payments, previous, bits, nonce) in enumerate(rows):
        records = [Transaction(*each) for each in payments]
        records += [data] if data or not records else []
        previous = previous or (chain[-1].hash if chain else NO_PARENT)
        chain.append(Block(i, time, records, previous, bits, nonce))
    return chain


def put(*path, to):
    """The event that sets what the path leads to."""
    return {"set": list(path), "to": to}


def after(shown, event, **more):
    """The frame after one event."""
    return frame({**shown["inputs"], "event": event, **more})


def do(shown, *events):
    """The frame after each event in turn, mined to the end."""
    for event in events:
        shown = after(shown, event)
        while shown["busy"]:
            shown = frame(shown["inputs"])
    return shown


def quantities(shown):
    """All that is on show by name: {name: value}."""
    if isinstance(shown, dict):
        own = {shown["name"]: shown["value"]} if {"name", "value"} <= shown.keys() else {}
        return own | quantities(list(shown.values()))
    if isinstance(shown, list):
        return {name: value for each in shown for name, value in quantities(each).items()}
    return {}


START = frame({})
BREAK = put("blocks", 1, "data", to="Alice pays Mallory")
HEAL = {"do": "mine", "run": True}


def test_the_authors_chain_is_sound():
    chain = chain_of(DEFAULTS["blocks"])
    assert verify(chain) is None
    assert [block.difficulty for block in chain] == [12] * 4
    assert START["status"] == "Chain valid"
    assert START["inputs"] == DEFAULTS


FIRST = [["payments", 0, "amount"], ["payments", 0, "sender"]]
events = st.one_of(
    st.builds(
        lambda i, field, value: put("blocks", i, *field, to=value),
        st.integers(0, 3),
        st.sampled_from([["data"], ["time"], ["nonce"], ["difficulty"], *FIRST]),
        st.integers(0, 20) | st.sampled_from(["", "Alice", "π😀", "<b>"]),
    ),
    st.builds(
        lambda deed, i: {"do": deed, "block": i, "item": 0},
        st.sampled_from(["add", "remove", "pay", "unpay", "mine", "verify"]),
        st.integers(0, 3),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(events, min_size=1, max_size=5))
def test_what_is_shown_is_what_nnlib_computes(sequence):
    shown = do(START, put("difficulty", to=4), *sequence)
    chain, values = chain_of(shown["inputs"]["blocks"]), quantities(shown)
    for i, block in enumerate(chain):
        assert values[f"hash of block {i}"] == block.hash
        assert values[f"previous hash of block {i}"] == block.previous_hash
        assert values[f"Merkle root of block {i}"] == block.merkle_root
        assert values[f"nonce of block {i}"] == block.nonce
        assert values[f"time of block {i}"] == block.timestamp
        zeros = values[f"zero bits of block {i}"]
        assert f"{int(block.hash, 16):0256b}".index("1") == zeros
    assert values["work"] == work(chain)
    rule = shown["inputs"]["difficulty"]
    foreign = (0, f"It states {chain[0].difficulty} zero bits; the rule prescribes {rule}.")
    fault = verify(chain) if chain[0].difficulty == rule else foreign
    broken = [card["place"] for card in shown["chain"]["cards"] if card["broken"]]
    assert broken == ([] if fault is None else list(range(fault[0], len(chain))))
    if fault is None:
        assert shown["status"].startswith("Chain valid")
    else:
        assert shown["status"].startswith(f"Chain broken at block {fault[0]}: {fault[1][:3]}")


def test_an_edit_breaks_the_chain_and_its_undoing_heals_it():
    shown = do(START, BREAK)
    assert shown["status"].startswith("Chain broken at block 1: Its hash ")
    assert [card["sign"] for card in shown["chain"]["cards"]] == [
        "valid", "broken", "follows a broken block", "follows a broken block",
    ]  # fmt: skip
    assert not shown["chain"]["cards"][2]["linked"]
    assert shown["chain"]["cards"][3]["linked"]  # to block 2, which is as it was
    values = quantities(shown)
    assert (values["hashes spent"], values["expected hashes"]) == (0, 3 * 2**12)
    shown = do(shown, put("blocks", 1, "data", to="Alice pays Bob"))
    assert shown["status"] == "Chain valid"
    assert shown["inputs"] == DEFAULTS


@pytest.mark.parametrize("bits", [0, 9, 12, 14])
def test_mining_in_slices_finds_and_counts_what_mining_at_once_does(bits):
    broken = do(START, put("difficulty", to=bits), BREAK)
    shown = do(broken, HEAL)
    chain = chain_of(broken["inputs"]["blocks"])
    # Another rule holds from the first block on; without difficulty only the link is broken.
    start = {12: 1, 0: 2}.get(bits, 0)
    for i in range(start, 4):
        parent = chain[i - 1].hash if i else NO_PARENT
        chain[i] = mine(chain[i].replace(previous_hash=parent, nonce=0))
    assert shown["status"] == "Chain valid"
    assert {block.difficulty for block in chain} == {bits}
    assert chain_of(shown["inputs"]["blocks"]) == chain
    values = quantities(shown)
    assert values["hashes spent"] == sum(block.nonce + 1 for block in chain[start:])
    assert values["expected hashes"] == (4 - start) * 2**bits
    assert values["tries"] == chain[3].nonce + 1
    values = quantities(do(shown, put("blocks", 2, "data", to="once more")))
    left = 2 if bits else 1  # without difficulty any block is mined: only the link is broken
    assert (values["hashes spent"], values["expected hashes"]) == (0, left * 2**bits)


def test_what_is_mined_already_counts_toward_the_expected():
    shown = do(START, BREAK, {"do": "mine", "block": 1})
    assert shown["status"].startswith("Chain broken at block 2: Its previous hash ")
    values = quantities(shown)
    assert values["hashes spent"] == values["nonce of block 1"] + 1
    assert values["expected hashes"] == 3 * 2**12


def test_a_frame_tries_a_slice_and_stop_keeps_what_was_done():
    shown = do(START, put("difficulty", to=20), BREAK)
    shown = after(shown, {"do": "mine", "block": 1})
    seen = [shown["inputs"]["costs"][0][0]]
    for _ in range(4):
        assert shown["busy"]
        shown = frame({**shown["inputs"], "elapsed": 40})
        seen.append(shown["inputs"]["costs"][0][0])
    slices = [after - before for before, after in pairwise(seen)]
    assert len(set(slices)) == 1 and slices[0] <= 10_000
    assert quantities(shown)["hash rate"] == pytest.approx(slices[0] / 0.040)
    shown = after(shown, {"do": "stop"})
    assert not shown["busy"]
    assert shown["inputs"]["blocks"][1][5] == sum(slices) + seen[0]  # the nonce to try next
    again = after(shown, {"do": "mine", "block": 1})
    assert quantities(again)["tries"] == quantities(shown)["tries"] + slices[0]  # it goes on
    typed = after(again, put("blocks", 1, "data", to="x"))
    assert not typed["busy"]  # what is mined has changed


def test_work_does_not_buy_what_is_not_there():
    shown = do(START, put("blocks", 1, "payments", 0, "amount", to=60))
    assert "broken at block 1: Its hash" in shown["status"]
    shown = do(shown, HEAL)
    assert shown["status"] == "Chain broken at block 1: Alice pays 60 but owns 50."


def test_add_remove_and_verify():
    shown = do(START, {"do": "add"})
    assert len(shown["inputs"]["blocks"]) == 5
    shown = do(shown, {"do": "mine", "block": 4})
    assert shown["status"] == "Chain valid"
    shown = do(shown, {"do": "verify"})
    assert shown["status"] == "Chain valid: all 5 blocks verified"
    assert [row[-1] for row in shown["chain"]["report"]["rows"]] == ["✓ valid"] * 5
    shown = do(shown, *[{"do": "remove"}] * 9)
    assert len(shown["inputs"]["blocks"]) == 1


def test_the_limits_are_named_and_nothing_is_lost():
    long = do(START, put("blocks", 1, "data", to="x" * 1001))
    sentence = "The data may have at most 1000 characters, not 1001."
    assert long["errors"] == {"blocks.1.data": sentence}
    assert long["inputs"]["blocks"] == DEFAULTS["blocks"]
    full = do(START, put("blocks", 1, "data", to="x" * 1000))
    assert full["inputs"]["blocks"][1][1] == "x" * 1000
    payment = ["blocks", 1, "payments", 0]
    for path, value in [
        (["blocks", 1, "nonce"], -1), (["blocks", 1, "nonce"], 1.5), (["blocks", 1, "time"], None),
        (["blocks", 1, "previous"], "0" * 63), ([*payment, "amount"], 2**53),
        ([*payment, "receiver"], "x" * 41), (["difficulty"], 21), (["blocks"], [[0]]),
    ]:  # fmt: skip
        shown = do(START, put(*path, to=value))
        assert list(shown["errors"]) == [".".join(map(str, path))]
        assert shown["inputs"] == DEFAULTS
    full = do(START, *[{"do": "add"}] * 9, *[{"do": "pay", "block": 1}] * 9)
    assert len(full["inputs"]["blocks"]) == 8
    assert len(full["inputs"]["blocks"][1][2]) == 6
    spent = do(START, put("blocks", 1, "nonce", to=2**53 - 1))
    assert spent["status"].startswith("Chain broken at block 1")


def test_a_search_that_runs_out_of_nonces_says_so():
    search = dict.fromkeys(["chain", "run", "tries", "hashes", "timed", "ms"], 0)
    events = [put("blocks", 1, "nonce", to=2**53 - 1), put("blocks", 1, "difficulty", to=20)]
    shown = do(START, *events)
    shown = frame({**shown["inputs"], "mining": {**search, "block": 1, "on": 1}})
    assert not shown["busy"]
    assert shown["errors"] == {"mining": "No nonce is left to try."}


@given(st.integers(1, 7), st.data())
def test_the_tree_is_the_one_that_double_sha256_grows(records, data):
    leaf = data.draw(st.integers(0, records - 1))
    rows = [[0, "a note", [["", f"R{i}", i] for i in range(records - 1)], None, 0, 0]]
    shown = frame({"blocks": rows, "tree": 0, "leaf": str(leaf)})["chain"]["tree"]
    (block,) = chain_of(rows)
    level = [bytes.fromhex(txid(each))[::-1] for each in block.transactions]
    for nodes in shown["levels"]:
        assert [node["text"] for node in nodes] == [each[::-1].hex()[:8] for each in level]
        if len(level) % 2 and len(level) > 1:
            level.append(level[-1])
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(sha256(a + b).digest()).digest() for a, b in pairs]
    root = merkle_root([txid(each) for each in block.transactions])
    assert shown["levels"][-1][0]["text"] == root[:8]
    path = [[node["mark"] for node in nodes].index("path") for nodes in shown["levels"]]
    halves = accumulate(range(len(path) - 1), lambda place, _: place // 2, initial=leaf)
    assert path == list(halves)
    for height, (nodes, place) in enumerate(zip(shown["levels"], path, strict=True)):
        told = [i for i, node in enumerate(nodes) if node["mark"] == "proof"]
        alone = height == len(path) - 1 or place ^ 1 == len(nodes)
        assert told == ([] if alone else [place ^ 1])
    assert "prove that" in shown["table"]["caption"]


PEERS = do(START, put("view", to="peers"))
TAMPER = put("peers", 0, 1, "data", to="Alice pays Mallory")


def tips(shown):
    return [chain_of(rows)[-1].hash for rows in shown["inputs"]["peers"]]


def test_a_broken_copy_loses():
    broken = do(PEERS, TAMPER)
    assert broken["status"].startswith("Peer A: chain broken at block 1")
    assert broken["peers"]["peers"][0]["sign"] == "broken"
    shown = do(broken, {"do": "resolve"})
    assert tips(shown) == tips(PEERS)
    assert [(each["peer"], each["place"]) for each in shown["peers"]["orphans"]] == [(0, 1)]
    longer = do(PEERS, {"do": "add", "chain": 1}, TAMPER)  # work alone does not win
    assert tips(do(longer, {"do": "resolve"})) == tips(PEERS)


def test_a_tie_stays_with_more_peers_and_one_more_block_turns_it():
    forked = do(PEERS, TAMPER, {**HEAL, "chain": 1})
    assert forked["status"] == "Three valid chains, which differ from block 1 on."
    honest = do(forked, {"do": "resolve"})
    assert tips(honest) == tips(PEERS)
    assert "peers B and C wins with 16,384" in honest["status"]
    assert "another had as much" in honest["status"]
    assert [(o["peer"], o["place"]) for o in honest["peers"]["orphans"]] == [(0, 1), (0, 2), (0, 3)]
    ahead = do(forked, {"do": "add", "chain": 1})
    captured = do(ahead, {"do": "resolve"})
    assert tips(captured) == [tips(ahead)[0]] * 3
    assert [(o["peer"], o["place"]) for o in captured["peers"]["orphans"]] == [
        (peer, place) for peer in (1, 2) for place in (1, 2, 3)
    ]
    old = chain_of(DEFAULTS["peers"][1])
    assert quantities(captured)["hash of orphan 2 of peer B"] == old[2].hash
    assert quantities(captured)["work of peer C"] == 5 * 2**12
    assert do(captured, put("peers", 0, 0, "data", to="x"))["peers"]["orphans"] == []


def cheap(bits, *contents):
    """Rows of a chain that states `bits` and is mined to them."""
    chain = []
    for i, data in enumerate(contents):
        previous = chain[-1].hash if chain else NO_PARENT
        chain.append(mine(Block(i, DEFAULTS["blocks"][0][0] + 600 * i, [data], previous, bits)))
    return [[b.timestamp, b.transactions[0], [], None, bits, b.nonce] for b in chain]


def test_a_chain_that_chooses_its_own_difficulty_is_refused_however_long():
    peers = [cheap(3, *"abcdefgh"), DEFAULTS["blocks"], DEFAULTS["blocks"]]
    assert verify(chain_of(peers[0])) is None  # sound, but of another network
    shown = frame({"view": "peers", "peers": peers})
    sentence = "It states 3 zero bits; the rule prescribes 12."
    assert shown["status"] == f"Peer A: chain broken at block 0: {sentence}"
    assert tips(do(shown, {"do": "resolve"})) == tips(PEERS)
    shown = do(PEERS, put("peers", 0, 2, "difficulty", to=3))
    assert shown["status"] == f"Peer A: chain broken at block 2: {sentence}"
    shown = frame({"blocks": cheap(13, "a"), "difficulty": 12})  # nor may it be dearer
    assert shown["status"].endswith("It states 13 zero bits; the rule prescribes 12.")


def test_another_rule_means_to_mine_everything_again_and_going_back_mends_it():
    shown = do(START, put("difficulty", to=9))
    assert [row[4] for row in shown["inputs"]["blocks"]] == [9] * 4
    assert [[row[4] for row in rows] for rows in shown["inputs"]["peers"]] == [[9] * 4] * 3
    assert shown["status"].startswith("Chain broken at block 0: Its hash ")
    assert [card["linked"] for card in shown["chain"]["cards"]] == [True] * 4
    assert quantities(shown)["expected hashes"] == 4 * 2**9
    assert do(shown, put("difficulty", to=12))["inputs"] == DEFAULTS
    refused = do(shown, put("difficulty", to=21))
    assert refused["inputs"] == shown["inputs"]  # nothing moves
    shown = do(shown, put("view", to="peers"), *[{**HEAL, "chain": peer} for peer in (1, 2, 3)])
    assert shown["status"] == "The three peers hold the same valid chain."
    assert quantities(shown)["work of peer B"] == 4 * 2**9


def test_one_block_that_states_another_difficulty_is_told_and_mended():
    shown = do(START, put("blocks", 2, "difficulty", to=5))
    assert shown["status"] == (
        "Chain broken at block 2: It states 5 zero bits; the rule prescribes 12."
    )
    assert quantities(shown)["prescribed zero bits of block 2"] == 12
    founded = do(START, put("blocks", 0, "difficulty", to=5))
    assert founded["status"] == (
        "Chain broken at block 0: It states 5 zero bits; the rule prescribes 12."
    )
    later = do(START, BREAK, put("blocks", 3, "difficulty", to=5))["chain"]["cards"][3]
    assert later["reason"] == "It states 5 zero bits; the rule prescribes 12."
    for broken in (shown, founded):
        healed = do(broken, HEAL)
        assert healed["status"] == "Chain valid"
        assert {row[4] for row in healed["inputs"]["blocks"]} == {12}


@pytest.mark.parametrize(("spacing", "due"), [(150, 8), (300, 7), (301, 6), (600, 6), (6000, 6)])
def test_after_four_fast_blocks_the_fifth_is_harder(spacing, due):
    start = DEFAULTS["blocks"][0][0]
    times = [put("blocks", i, "time", to=start + spacing * i) for i in (1, 2, 3)]
    shown = do(START, put("difficulty", to=6), *times, HEAL)
    assert shown["status"] == "Chain valid"
    shown = do(shown, {"do": "add"})
    values = quantities(shown)
    assert values["difficulty of block 4"] == values["prescribed zero bits of block 4"] == due
    broken = do(shown, put("blocks", 0, "data", to="x"))
    assert quantities(broken)["expected hashes"] == 4 * 2**6 + 2**due
    assert ("4 blocks × 2^6 + 1 block" in "".join(map(str, broken["chain"]["cost"]))) == (due > 6)
    assert do(shown, {"do": "mine", "block": 4})["status"] == "Chain valid"
    lazy = do(shown, put("blocks", 4, "difficulty", to=5))
    assert lazy["status"].endswith(f"It states 5 zero bits; the rule prescribes {due}.")


def test_the_hardest_block_that_the_stage_can_hold():
    fast = [[0, str(i), [], None, 20, 0] for i in range(4)]
    shown = do(frame({"blocks": fast, "difficulty": 20}), {"do": "add"})
    assert shown["inputs"]["blocks"][4][4] == shown["limits"]["difficulty"]["max"] == 22
    assert frame(shown["inputs"])["errors"] == {}


def test_where_no_copy_is_sound_none_wins():
    broken = do(PEERS, *[put("peers", i, 0, "data", to="x") for i in range(3)])
    assert do(broken, {"do": "resolve"})["inputs"]["peers"] == broken["inputs"]["peers"]


@pytest.mark.parametrize("height", [0, 170, 100000, 125552])
def test_real_headers(height):
    shown = do(START, put("view", to="header"), put("preset", to=str(height)))
    values = quantities(shown)
    (version, previous, root, time, bits, nonce), name = REAL[height]
    assert shown["inputs"]["header"] == raw(height).hex()
    assert shown["status"] == "This header meets its target."
    assert values["hash of the header"] == name
    assert values["previous hash of the header"] == previous
    assert values["Merkle root of the header"] == root
    for part, value in [("version", version), ("time", time), ("bits", bits), ("nonce", nonce)]:
        assert values[part] == value
    assert values["changed bits"] == 0
    flipped = do(shown, {"do": "flip"})
    assert flipped["status"] == "This header misses its target."
    assert 80 < quantities(flipped)["changed bits"] < 176  # 128 +- 6 standard deviations
    assert do(flipped, {"do": "flip"})["inputs"]["header"] == raw(height).hex()


HEADER = do(START, put("view", to="header"))


def test_headers_as_people_paste_them():
    shown = do(HEADER, put("header", to=raw(0).hex(" ", 4).upper() + "\n"))
    assert quantities(shown)["hash of the header"] == REAL[0][1]
    for text, sentence in [
        ("", "80 bytes, 160 hexadecimal digits; here are 0"),
        (raw(0).hex()[:-1], "here are 159"),
        ("g" * 160, "hexadecimal digits only"),
        (raw(0).hex().replace("ffff001d", "ffffff1d"), "no target"),
    ]:
        shown = do(HEADER, put("header", to=text))
        assert sentence in shown["status"]
        assert shown["inputs"]["header"] == text  # nothing is lost


@pytest.mark.parametrize("odd", "ÉİK٣_²g")
def test_what_is_no_hexadecimal_digit_is_not_flipped(odd):
    text = "AB" * 36 + "0" + odd + "CD" * 43
    shown = do(HEADER, put("header", to=text), {"do": "flip"})
    assert shown["inputs"]["header"] == text
    assert shown["status"] == "A header has hexadecimal digits only (0-9, a-f)."


def test_old_chains_of_which_none_was_sound_are_no_news():
    broken = [[*DEFAULTS["blocks"][0][:5], 1]]
    shown = frame({"view": "peers", "before": [broken] * 3})
    assert shown["status"] == "The three peers hold the same valid chain."
    assert shown["peers"]["orphans"] == []


@given(st.integers(0, 253_402_300_799))  # to the end of the year 9999
def test_dates(seconds):
    then = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    assert date(seconds) == str(then)


PLACES = ["blocks", "peers", 0, 1, 2, 7, -1, "data", "payments", "amount", "mining", "x", ""]
VALUES = [None, True, 0, 1, 3, -1, 0.5, 1e308, [], {}, "", "0", "7", "x" * 2000, "peers", "chain"]
DEEDS = ["mine", "stop", "add", "remove", "pay", "unpay", "resolve", "flip", "verify", "", None]
WHERE = ["chain", "block", "item", "run"]
PATHS = st.one_of(
    st.lists(st.sampled_from(PLACES), max_size=5),
    st.sampled_from([[key] for key in CHECKS]),
    st.builds(lambda i, field: ["blocks", i, field], st.integers(0, 4), st.sampled_from(PLACES)),
    st.builds(lambda i, j: ["peers", i, j, "data"], st.integers(0, 3), st.integers(0, 4)),
)
SETS = st.builds(lambda path, to: put(*path, to=to), PATHS, st.sampled_from(VALUES))
DOES = st.builds(
    lambda deed, where: {"do": deed, **where},
    st.sampled_from(DEEDS),
    st.dictionaries(st.sampled_from(WHERE), st.sampled_from(VALUES), max_size=4),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(SETS | DOES, max_size=4))
def test_any_events_in_any_order_leave_a_state_that_stands(sequence):
    shown = START
    for event in sequence:
        before = sum(spent for spent, _ in shown["inputs"]["costs"])
        shown = after(shown, event)
        spent = sum(spent for spent, _ in shown["inputs"]["costs"])
        assert spent <= before + 10_001  # a slice and no more, whatever was asked
        again = frame({**shown["inputs"], "mining": None})
        assert again["errors"] == {}
        assert again["inputs"] == {**shown["inputs"], "mining": None}


SEARCHING = frame({"difficulty": 20, "event": {"do": "mine", "block": 3}})
SHORTER = put("blocks", to=DEFAULTS["blocks"][:3])


@pytest.mark.parametrize(
    "event",
    [
        put("blocks", 2, "data", to="x"),
        put("blocks", 1, "nonce", to=3),
        put("difficulty", to=19),
        {"do": "remove"},
        SHORTER,
    ],
)
def test_an_event_that_ends_a_search_says_so(event):
    assert SEARCHING["busy"]
    shown = after(SEARCHING, event)
    assert not shown["busy"] and shown["errors"] == {}
    assert shown["status"].startswith("The search has ended, because what it searched for has ")
    assert frame(shown["inputs"])["errors"] == {}
    assert "The search has ended" not in after(shown, {"do": "verify"})["status"]


def test_a_refused_value_ends_no_search():
    shown = after(SEARCHING, put("difficulty", to=21))
    assert shown["busy"] and list(shown["errors"]) == ["difficulty"]


def test_a_preset_and_another_header_are_both_heard_in_this_order():
    shown = HEADER
    for preset in ("170", "0", "170"):
        shown = do(shown, put("preset", to=preset))
        assert shown["inputs"]["header"] == raw(int(preset)).hex()
    shown = do(shown, put("header", to=raw(0).hex()))
    assert (shown["inputs"]["preset"], shown["inputs"]["header"]) == ("170", raw(0).hex())


def test_each_key_of_a_state_can_be_set_alone():
    """Another state, key after key in the order of CHECKS, as Python sets several inputs."""
    goal = do(PEERS, TAMPER, {**HEAL, "chain": 1}, {"do": "resolve"}, put("difficulty", to=9))
    goal = do(goal, put("preset", to="170"), put("header", to="00"), put("view", to="chain"))
    goal = do(goal, put("tree", to=1), put("leaf", to="1"), {"do": "mine"}, {"do": "verify"})
    shown = START
    for key in CHECKS:
        shown = after(shown, put(key, to=goal["inputs"][key]))
        assert shown["errors"] == {}
    assert shown == goal
