"""The ring inspector: every bit of its network, the numbers it shows, and where they come from."""

import re
import struct

import numpy as np
import pytest

from nnlib.blockchain import verify
from nnlib.network import Network, train
from nnlib.optimizers import Adam
from nnlib import ring as _ring
from nnlib.scenes.ring import moons as _moons
from nnlib.scenes.ring import DEFAULTS, SEALED, frame


def edited(edit, **state):
    return frame({**DEFAULTS, **state, "edit": edit})


def hashes(shown):
    return {q["name"]: q["value"] for card in shown["blocks"] for q in card["hashes"]}


def witnesses(shown):
    return [row[1] for row in shown["table"]["rows"]]


def test_the_network_is_what_training_gives():
    """How the numbers of _moons.LAYERS were made; another machine may round a last digit."""
    *points, moon = np.array(_moons.moons()).T
    X = np.array(points).T
    network = Network(
        (2, 3, 3, 1), ["relu", "relu", "linear"], "binary_cross_entropy", "float64", seed=24
    )
    for _ in train(network, X, moon, Adam(1e-2), epochs=300, batch_size=8, l2=1e-3, rng=24):
        pass
    flat = [value for rows in _moons.LAYERS for row in rows for value in row]
    assert network.parameters == pytest.approx(flat, abs=0.002)
    assert ((network.outputs(X)[:, 0] > 0) == moon).all()
    network.parameters[:] = flat
    assert _moons.points_right(flat, _moons.moons()) == 40
    network.parameters[3] *= -1
    right = ((network.outputs(X)[:, 0] > 0) == moon).sum()
    assert _moons.points_right(network.parameters.tolist(), _moons.moons()) == right < 40


def test_every_bit_of_every_weight_breaks_its_own_block_and_no_other():
    sealed = hashes(frame({}))
    for place, (layer, _, _) in enumerate(_moons.PLACES):
        for bit in range(32):
            shown = edited({"action": "flip", "bit": bit}, weight=place)
            assert [card["broken"] for card in shown["blocks"]] == [i == layer for i in range(3)]
            assert shown["holds"] and witnesses(shown)[:2] == ["alarm", "silent"]
            changed = {name for name, value in hashes(shown).items() if sealed[name] != value}
            assert changed == {f"digest of layer {layer + 1}"}
            again = edited({"action": "flip", "bit": bit}, **shown["inputs"])
            assert again["inputs"] == {**DEFAULTS, "weight": place}


@pytest.mark.parametrize("place", [0, 8, 9, 20, 24])
def test_with_rewritten_digests_nothing_breaks_but_the_root(place):
    shown = edited({"action": "flip", "bit": 0}, weight=place, rewrite=True)
    assert not any(card["broken"] for card in shown["blocks"])
    assert not shown["holds"] and witnesses(shown) == ["silent", "alarm", "silent"]
    assert "does not end in the published root" in shown["status"]
    found = hashes(shown)
    assert found["hash of block 3"] != shown["root"]["value"] == SEALED.root
    for block in "12":
        assert found[f"hash of block {block}"] == found[f"previous hash of block {int(block) + 1}"]


def test_recovery_brings_back_the_sealed_network_even_after_a_rewrite():
    for rewrite in False, True:
        shown = edited({"action": "recover"}, flipped=[31, 32 * 24 + 5], rewrite=rewrite)
        assert shown["inputs"] == {**DEFAULTS, "rewrite": rewrite}
        assert witnesses(shown) == ["silent"] * 3 and hashes(shown) == hashes(frame({}))
        assert shown["status"].startswith("Recovered from the replica.")


def test_what_is_shown_is_the_ring_of_the_model():
    assert _ring.check(SEALED) and verify(SEALED.blocks) is None
    found = hashes(frame({}))
    for i, block in enumerate(SEALED.blocks):
        assert block.transactions == (f"layer {i + 1} {found[f'digest in block {i + 1}']}",)
        assert found[f"hash of block {i + 1}"] == block.hash


@pytest.mark.parametrize("bit", [0, 1, 22, 23, 30, 31])
def test_values_and_bits_are_ieee_754s(bit):
    shown = edited({"action": "flip", "bit": bit}, weight=2)
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
    shown = edited({"action": "flip", "bit": 31}, weight=24)
    cells = [cell for card in shown["blocks"] for row in card["rows"] for cell in row]
    assert [cell["place"] for cell in cells] == [*range(25)]
    assert len({cell["label"] for cell in cells}) == 25
    assert cells[24]["label"] == "Layer 3 neuron 1 bias: 2.92, changed" and cells[24]["chosen"]
    assert all(re.fullmatch(r"Layer \d neuron \d (weight \d|bias): \S+", cell["label"])
               for cell in cells[:24])  # fmt: skip
    assert shown["status"].startswith("Layer 3 neuron 1 bias is now 2.9")


@pytest.mark.parametrize("edit, key", [
    ({"action": "flip", "bit": 32}, "bit"), ({"action": "flip"}, "bit"), ({"weight": 25}, "weight"),
    ({"flipped": [800]}, "flipped"), ({"flipped": 3}, "flipped"), ({"rewrite": 1}, "rewrite"),
])  # fmt: skip
def test_refused_edits_say_why_and_change_nothing(edit, key):
    shown = edited(edit, weight=2, flipped=[5])
    assert shown["errors"].keys() == {key}
    assert shown["inputs"] == {"weight": 2, "flipped": [5], "rewrite": False}
