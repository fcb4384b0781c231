"""The ring finds every bit, recovers all, and fails exactly where the chapter says it does."""

from hashlib import sha256

import numpy as np
import pytest

from nnlib.blockchain import NO_PARENT, Block, verify
from nnlib.literature import bit_flips, full
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

SEEDS = range(2)


def small():
    return Network((2, 3, 2, 1), ["relu", "tanh", "linear"], dtype="float64", seed=4)


@pytest.fixture(scope="module")
def runs():
    return [model.figures(seed) for seed in SEEDS]


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
        assert each["flips located"] == 1 and each["false alarms"] == 0


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


def test_the_monitor_misses_signs_and_not_the_top_bit(runs):
    for each in runs:
        assert 0.94 < each["monitor misses signs"] <= 1
        assert 0.3 < each["monitor misses top bits"] < 0.7
        assert each["digits until the monitor speaks"] == 6


def test_rewritten_digests_are_silent_here_and_seen_at_the_root(runs):
    for each in runs:
        assert each["forged, local alarms"] == 0 and each["forged, root alarms"] == 1


def test_saving_once_in_32_bits_alarms_everywhere_and_costs_nothing(runs):
    for each in runs:
        assert each["float32, layers that alarm"] == 3
        assert each["float32, accuracy"] == pytest.approx(each["clean"], abs=0.002)


def test_tampering_changes_the_share_it_says_and_nothing_else():
    before = small()
    before.parameters[:] = np.arange(1, 21)
    for kind in "sign", "noise":
        after = tamper(before, 1, 0.25, kind, 1)
        matrices = (each.matrices(each.parameters) for each in (before, after))
        pairs = zip(*matrices, strict=True)
        assert [(b != a).sum() for b, a in pairs] == [0, 2, 0]
    turned = tamper(before, 2, 1.0).parameters
    assert turned.tolist() == [*range(1, 18), -18, -19, -20]


def test_a_seed_repeats_a_run(runs):
    again = model.trained.__wrapped__(1)
    assert np.array_equal(again.parameters, model.trained(1).parameters)
    assert model.accuracy_after(1, 2, 0.5, "noise")[0] == runs[1]["noise, 0.5 of layer 3"]


def sound(runs):
    return [finding.sound for finding in model.findings(full.collect(runs))]


@pytest.fixture
def few(monkeypatch):
    """Fewer draws, so that ten broken models take seconds."""
    monkeypatch.setattr(model, "DRAWS", 1)
    monkeypatch.setattr(model, "FLIPS", 100)


def test_the_model_itself_is_sound_on_those_seeds(runs, few):
    assert all(sound(runs))
    assert all(sound([model.figures(seed) for seed in SEEDS]))


def blind(ring):
    """A ring that does not look at its second layer."""
    return [place for place in locate(ring) if place != 1]


def forgetful(ring, layers, rewrite=False):
    """A forger who forgets the blocks."""
    return replaced(ring, layers)


MUTANTS = {  # what is broken: the part of the model, the module, the name, what it becomes
    "an alarm at 0.2 points": ("of_the_monitor", bit_flips, "ALARM", 0.002),
    "an alarm at 5 points": ("of_the_monitor", bit_flips, "ALARM", 0.05),
    "an alarm at 50 points": ("of_the_monitor", bit_flips, "ALARM", 0.5),
    "a ring that skips a layer": ("of_the_ring", model, "locate", blind),
    "a ring that always alarms": ("of_the_ring", model, "locate", lambda ring: [0, 1, 2]),
    "the top bit looked for one place too low": ("of_the_monitor", model, "TOP", 61),
    "a recovery that recovers nothing": ("of_attacks", model, "recover", lambda ring: ring),
    "a root that nobody compares": (
        "of_the_ring",
        model,
        "ledger_ok",
        lambda ring: verify(ring.blocks) is None,
    ),
    "an attack that changes nothing": (
        "of_attacks",
        model,
        "tamper",
        lambda network, *how, **more: network.copy(),
    ),
    "a forger who forgets the blocks": ("of_the_ring", model, "replaced", forgetful),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_model_is_found_out(mutant, runs, few, monkeypatch):
    part, module, name, broken = MUTANTS[mutant]
    monkeypatch.setattr(module, name, broken)
    pairs = zip(SEEDS, runs, strict=True)
    assert not all(sound([whole | getattr(model, part)(seed) for seed, whole in pairs]))


@pytest.mark.parametrize(
    "call, says",
    [
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
    ],
)
def test_bad_parameters_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
