"""The ring finds every bit, recovers all, and fails exactly where the chapter says it does."""

from hashlib import sha256

import numpy as np
import pytest

from nnlib.blockchain import NO_PARENT, Block, verify
from nnlib.literature import deepring as model
from nnlib.literature.deepring import (
    check,
    flipped,
    ledger_ok,
    locate,
    recover,
    replaced,
    save,
    seal,
    tamper,
)
from nnlib.literature.digits import accuracy
from nnlib.network import Network


def small():
    return Network((2, 3, 2, 1), ["relu", "tanh", "linear"], dtype="float64", seed=4)


@pytest.fixture(scope="module")
def runs():
    return [model.figures(seed) for seed in range(2)]


def test_every_bit_of_every_parameter_is_found_and_located():
    ring, flips = seal(save(small())), 0
    for place, layer in enumerate(ring.store):
        for bit in range(8 * len(layer)):
            store = list(ring.store)
            store[place] = flipped(layer, bit)
            found = replaced(ring, store)
            assert not check(found) and locate(found) == [place], (place, bit)
            assert ledger_ok(found), "the blocks are untouched: only the weights are"
            flips += 1
    assert flips == 64 * len(small().parameters) == 64 * 20


def test_a_flipped_bit_is_the_bit_that_ieee_754_says():
    one = np.array([1.0], "<f8").tobytes()
    for bit, value in (63, -1.0), (62, np.inf), (52, 0.5), (51, 1.5), (0, 1 + 2.0**-52):
        assert np.frombuffer(flipped(one, bit), "<f8")[0] == value
        assert flipped(flipped(one, bit), bit) == one


def test_blocks_can_be_recomputed_by_hand():
    ring = seal([b"first", b"second"])
    digest = sha256(b"first").hexdigest()
    assert ring.blocks[0] == Block(0, 0, [f"layer 1 {digest}"], NO_PARENT, 0)
    assert ring.blocks[1].previous_hash == ring.blocks[0].hash
    assert ring.root == ring.blocks[1].hash
    assert verify(ring.blocks) is None and check(ring) and ledger_ok(ring) and locate(ring) == []


@pytest.mark.parametrize("places", [[0], [2], [0, 1], [0, 1, 2]])
def test_several_layers_are_located_and_recovered(places):
    ring = seal(save(small()))
    store = [flipped(x, 5) if i in places else x for i, x in enumerate(ring.store)]
    broken = replaced(ring, store)
    assert locate(broken) == places and recover(broken) == ring
    forged = replaced(ring, store, rewrite=True)
    assert locate(forged) == [] and check(forged) and not ledger_ok(forged)
    assert recover(forged) == ring


def test_one_block_rewritten_breaks_the_link_that_follows():
    ring = seal(save(small()))
    store = (flipped(ring.store[0], 3), *ring.store[1:])
    lone = replaced(ring, store, rewrite=True)
    blocks = [lone.blocks[0], *ring.blocks[1:]]
    half = ring._replace(store=store, blocks=blocks)
    assert locate(half) == [] and not check(half) and not ledger_ok(half)
    assert verify(blocks)[0] == 1


def test_exchanged_layers_are_found():
    ring = seal([b"same size", b"also size"])
    assert locate(replaced(ring, ring.store[::-1])) == [0, 1]


def test_a_changed_replica_is_refused():
    ring = seal(save(small()))
    lost = ring._replace(replica=(flipped(ring.replica[0], 0), *ring.replica[1:]))
    with pytest.raises(ValueError, match=f"must have the root {ring.root}"):
        recover(lost)


def test_with_root_and_replica_in_reach_nothing_is_found():
    """The control: the ring is worth what is out of the attacker's reach."""
    stolen = seal(save(tamper(small(), 0, 1.0)))
    assert check(stolen) and ledger_ok(stolen)


def test_a_plain_list_of_digests_finds_the_same():
    network = model.trained(0)
    layers = save(network)
    ring, plain = seal(layers), [sha256(layer).digest() for layer in layers]
    for seed in range(30):
        changed = save(tamper(network, seed % 3, 0.01, rng=seed))
        listed = [i for i, x in enumerate(changed) if sha256(x).digest() != plain[i]]
        assert locate(replaced(ring, changed)) == listed == [seed % 3]


def test_thousand_flips_in_the_digits_network_and_no_false_alarm(runs):
    for each in runs:
        assert 0.95 < each["clean"] < 0.995
        assert each["flips not located"] == each["false alarms"] == 0


def test_flips_are_counted_wrong_when_a_ring_sees_nothing(monkeypatch):
    monkeypatch.setattr(model, "locate", lambda ring: [])
    assert len(model.wrong_flips(seal(save(small())), 50, 0)) == 50


def test_accuracy_falls_with_the_share_and_recovers_fully(runs):
    for each in runs:
        assert each["lost after recovery"] < 1e-9
        for layer in 1, 2, 3:
            assert each[f"sign, 0.5 of layer {layer}"] < 0.35
            for kind in "sign", "noise":
                tenth, _, half = (each[f"{kind}, {s} of layer {layer}"] for s in (0.1, 0.2, 0.5))
                assert half < tenth < each["clean"] and tenth > 0.6


def test_without_an_attack_nothing_is_lost():
    clean = accuracy(model.trained(0), *model.test_set(0))
    assert model.accuracy_after(0, 1, 0.0) == pytest.approx((clean, clean), abs=1e-12)


def test_the_accuracy_monitor_misses_what_the_ring_finds(runs):
    for each in runs:
        assert 0.93 < each["monitor misses"] < 1
        assert each["one ulp, layers found"] == 1 and each["one ulp, accuracy lost"] == 0


def test_rewritten_digests_are_silent_here_and_seen_at_the_root(runs):
    for each in runs:
        assert each["forged, local alarms"] == 0 and each["forged, root alarms"] == 1


def test_saving_once_in_32_bits_alarms_everywhere_and_costs_nothing(runs):
    for each in runs:
        assert each["float32, layers that alarm"] == 3
        assert each["float32, accuracy lost"] == pytest.approx(0, abs=0.002)


def test_tampering_changes_the_share_it_says_and_nothing_else():
    before = small()
    before.parameters[:] = np.arange(1, 21)
    for kind in "sign", "noise":
        after = tamper(before, 1, 0.25, kind, 1)
        pairs = zip(before.matrices(before.parameters), after.matrices(after.parameters),
                    strict=True)  # fmt: skip
        assert [(b != a).sum() for b, a in pairs] == [0, 2, 0]
    turned = tamper(before, 2, 1.0).parameters
    assert turned.tolist() == [*range(1, 18), -18, -19, -20]


def test_saved_layers_load_bit_by_bit():
    network = small()
    assert save(model.load(network, save(network))) == save(network)


def test_a_seed_repeats_a_run(runs):
    model.trained.cache_clear()
    assert model.accuracy_after(1, 2, 0.5, "noise")[0] == runs[1]["noise, 0.5 of layer 3"]
    assert model.monitor_misses(1) == runs[1]["monitor misses"]


def test_findings_are_sound_and_a_blind_ring_would_not_be(runs, monkeypatch):
    monkeypatch.setattr(model, "figures", lambda seed: runs[seed])
    assert all(finding.sound for finding in model.findings(range(2)))
    monkeypatch.setattr(model, "figures", lambda seed: runs[seed] | {"flips not located": 1})
    assert not model.findings(range(2))[0].sound


@pytest.mark.parametrize("call, says", [
    (lambda: seal([]), "layers must be one or more"),
    (lambda: seal(["text"]), "each bytes, not"),
    (lambda: replaced(seal([b"a", b"b"]), [b"a"]), "layers must be 2, not 1"),
    (lambda: flipped(b"ab", 16), "bit must be .* from 0 to 15, not 16"),
    (lambda: flipped(b"ab", -1), "bit must be"),
    (lambda: flipped(b"ab", 1.0), "bit must be"),
    (lambda: tamper(small(), 0, 1.1), "share from 0 to 1, not 'sign' and 1.1"),
    (lambda: tamper(small(), 0, -0.1), "share from 0 to 1"),
    (lambda: tamper(small(), 0, float("nan")), "share from 0 to 1"),
    (lambda: tamper(small(), 0, 0.1, "swap"), "kind must be 'sign' or 'noise'"),
    (lambda: tamper(small(), 3, 0.1), "layer must be a whole number from 0 to 2, not 3"),
    (lambda: model.wrong_flips(seal([b"a"]), 0), "count must be a whole number above 0"),
    (lambda: model.wrong_flips(seal([b"a"]), 9), "count must be .* at most 8"),
    (lambda: model.monitor_misses(0, -1), "count must be a whole number above 0"),
    (lambda: model.monitor_misses(0, 10**6), "count must be .* at most 6570"),
])  # fmt: skip
def test_bad_parameters_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
