"""The ring inspector: every bit of its network, the numbers it shows, and where they come from."""

import re
import struct

import numpy as np
import pytest

from nnlib.blockchain import verify
from nnlib.network import Network, train
from nnlib.optimizers import Adam
from nnlib.ring import check, recover
from nnlib.scenes.ring import DEFAULTS, SEALED, attacked, frame
from nnlib.scenes.ring.moons import LAYERS, PLACES, moons, points_right


def after(event, **state):
    return frame({**DEFAULTS, **state, "event": event})


def hashes(shown):
    return {q["name"]: q["value"] for card in shown["blocks"] for q in card["hashes"]}


def witnesses(shown):
    return [row[1] for row in shown["table"]["rows"]]


def test_the_network_is_what_training_gives():
    """How the numbers of LAYERS were made; another machine may round a last digit."""
    *points, moon = np.array(moons()).T
    X = np.array(points).T
    network = Network(
        (2, 3, 3, 1), ["relu", "relu", "linear"], "binary_cross_entropy", "float64", seed=24
    )
    for _ in train(network, X, moon, Adam(1e-2), epochs=300, batch_size=8, l2=1e-3, rng=24):
        pass
    flat = [value for rows in LAYERS for row in rows for value in row]
    assert network.parameters == pytest.approx(flat, abs=0.002)
    assert ((network.outputs(X)[:, 0] > 0) == moon).all()
    network.parameters[:] = flat
    assert points_right(flat, moons()) == 40
    network.parameters[3] *= -1
    right = ((network.outputs(X)[:, 0] > 0) == moon).sum()
    assert points_right(network.parameters.tolist(), moons()) == right < 40


def test_every_bit_of_every_weight_breaks_its_own_block_and_no_other():
    sealed = hashes(frame({}))
    for place, (layer, _, _) in enumerate(PLACES):
        for bit in range(32):
            shown = after({"do": "flip", "bit": bit}, weight=place)
            assert [card["broken"] for card in shown["blocks"]] == [i == layer for i in range(3)]
            assert shown["holds"] and witnesses(shown)[:2] == ["alarm", "silent"]
            changed = {name for name, value in hashes(shown).items() if sealed[name] != value}
            assert changed == {f"digest of layer {layer + 1}"}
            again = after({"do": "flip", "bit": bit}, **shown["inputs"])
            assert again["inputs"] == {**DEFAULTS, "weight": place, "last": "flip"}


@pytest.mark.parametrize("place", [0, 8, 9, 20, 24])
def test_with_rewritten_digests_nothing_breaks_but_the_root(place):
    shown = after({"do": "flip", "bit": 0}, weight=place, rewrite=True)
    assert not any(card["broken"] for card in shown["blocks"])
    assert not shown["holds"] and witnesses(shown) == ["silent", "alarm", "silent"]
    assert "does not end in the published root" in shown["status"]
    found = hashes(shown)
    assert found["hash of block 3"] != shown["root"]["value"] == SEALED.root
    for block in "12":
        assert found[f"hash of block {block}"] == found[f"previous hash of block {int(block) + 1}"]


def test_recovery_brings_back_the_sealed_network_even_after_a_rewrite():
    for rewrite in False, True:
        state = {"flipped": [31, 32 * 24 + 5], "rewrite": rewrite}
        shown = after({"do": "recover"}, **state)
        assert shown["inputs"] == {**DEFAULTS, "rewrite": rewrite, "last": "recover"}
        assert attacked(state) != recover(attacked(state)) == attacked(shown["inputs"])
        assert witnesses(shown) == ["silent"] * 3 and hashes(shown) == hashes(frame({}))
        assert shown["status"].startswith("Recovered from the replica.")


def test_what_is_shown_is_the_ring_of_the_model():
    assert check(SEALED) and verify(SEALED.blocks) is None
    found = hashes(frame({}))
    for i, block in enumerate(SEALED.blocks):
        assert block.transactions == (f"layer {i + 1} {found[f'digest in block {i + 1}']}",)
        assert found[f"hash of block {i + 1}"] == block.hash


@pytest.mark.parametrize("bit", [0, 1, 22, 23, 30, 31])
def test_values_and_bits_are_ieee_754s(bit):
    shown = after({"do": "flip", "bit": bit}, weight=2)
    before, now = (q["value"] for q in shown["values"])
    pattern = int(np.array(0.846, "<f4").view("<u4"))
    assert before == struct.unpack("<f", struct.pack("<I", pattern))[0]
    assert now == struct.unpack("<f", struct.pack("<I", pattern ^ 1 << bit))[0]
    assert [each["bit"] for each in shown["bits"]] == [*range(31, -1, -1)]
    assert int("".join(str(int(each["on"])) for each in shown["bits"]), 2) == pattern ^ 1 << bit
    assert [each["bit"] for each in shown["bits"] if each["changed"]] == [bit]
    kinds = [each["kind"] for each in shown["bits"]]
    assert kinds == ["sign"] + ["exponent"] * 8 + ["fraction"] * 23


def test_infinity_and_nan_are_shown_as_words():
    exponent = [32 * 0 + bit for bit in range(23, 31)]
    one = struct.unpack("<I", SEALED.store[0][:4])[0]
    zeros = [bit for bit in exponent if not one >> bit & 1]
    fraction = [bit for bit in range(23) if one >> bit & 1]
    assert frame({"flipped": zeros})["values"][1]["value"] == "nan"
    assert frame({"flipped": zeros + fraction})["values"][1]["value"] == "inf"


def test_names_and_labels_tell_the_numbers_apart():
    shown = after({"do": "flip", "bit": 31}, weight=24)
    cells = [cell for card in shown["blocks"] for row in card["rows"] for cell in row]
    assert [cell["place"] for cell in cells] == [*range(25)]
    assert len({cell["label"] for cell in cells}) == 25
    assert cells[24]["label"] == "Layer 3 neuron 1 bias: 2.92, changed" and cells[24]["chosen"]
    named = r"Layer \d neuron \d (weight \d|bias): \S+"
    assert all(re.fullmatch(named, cell["label"]) for cell in cells[:24])
    assert shown["status"].startswith("Layer 3 neuron 1 bias is now 2.9")


REFUSED = [
    ({"do": "flip", "bit": 32}, "bit"),
    ({"do": "flip", "bit": True}, "bit"),
    ({"do": "flip"}, "bit"),
    ({"set": ["weight"], "to": 25}, "weight"),
    ({"set": ["flipped"], "to": [800]}, "flipped"),
    ({"set": ["flipped"], "to": 3}, "flipped"),
    ({"set": ["rewrite"], "to": 1}, "rewrite"),
    ({"set": ["last"], "to": "forge"}, "last"),
]


@pytest.mark.parametrize("event, key", REFUSED)
def test_what_is_refused_says_why_and_changes_nothing(event, key):
    shown = after(event, weight=2, flipped=[5])
    assert shown["errors"].keys() == {key}
    assert shown["inputs"] == {"weight": 2, "flipped": [5], "rewrite": False, "last": "none"}


def test_the_status_tells_what_was_done_only_of_the_last_event():
    flip = after({"do": "flip", "bit": 31}, weight=2)
    told = "Layer 1 neuron 1 bias is now -0.846000016. Broken: block 1."
    assert flip["status"] == frame(flip["inputs"])["status"] == told
    for event in [{"set": ["weight"], "to": 3}, {"set": ["rewrite"], "to": False}, {"do": "stop"}]:
        assert after(event, **flip["inputs"])["status"] == "Broken: block 1."
    recovered = after({"do": "recover"}, **flip["inputs"])
    again = after({"set": ["weight"], "to": 0}, **recovered["inputs"])
    assert recovered["status"] == "Recovered from the replica. " + again["status"]


@pytest.mark.parametrize(
    "key, value", [("weight", 24), ("flipped", [3, 799]), ("rewrite", True), ("last", "recover")]
)
def test_every_part_of_the_state_can_be_set(key, value):
    shown = after({"set": [key], "to": value})
    assert shown["inputs"] == {**DEFAULTS, key: value} and not shown["errors"]
