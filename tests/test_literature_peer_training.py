"""What peers learn together, what poison does, what the ledger finds and what it cannot."""

import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest

from nnlib.blockchain import mine, verify
from nnlib.literature import audits, peers
from nnlib.literature.aggregation import median, trimmed_mean
from nnlib.literature.digits import digits
from nnlib.literature.peer_training import (
    TRAINING,
    audit,
    cluster,
    commitment,
    isolated,
    shard,
    train_together,
)

ROUNDS, SINCE = 25, 10
GUILTY = {(r, p) for r in range(SINCE, ROUNDS + 1) for p in range(3)}


@pytest.fixture(scope="module")
def honest():
    return train_together(combine=median)


@pytest.fixture(scope="module")
def poisoned():
    return train_together(combine=median, attackers=3, since=SINCE)


def test_the_shards_share_out_the_training_digits_and_lean_to_some_labels():
    parts = [shard(peer, 10, 3) for peer in range(10)]
    X, _ = digits(3)
    rows = np.concatenate([part for part, _ in parts])
    assert np.array_equal(*(np.sort(each.view("V512").ravel()) for each in (rows, X[:TRAINING])))
    assert [len(own) for _, own in parts] == [120] * 10
    for _, own in parts:  # the commonest half of the labels: an even shard would have about 0.57
        assert np.sort(np.bincount(own, minlength=10))[5:].sum() > 0.65 * len(own)


def test_together_they_learn_what_none_learns_alone():
    together = train_together().accuracies
    one_place = train_together(peers=1).accuracies[-1]
    alone = isolated()
    assert together.shape == (ROUNDS,)
    assert 0.87 < together[-1] < one_place < 0.99
    assert alone.max() < together[-1] - 0.05
    assert 0.6 < alone.mean() < 0.78


def test_the_honest_price_of_the_median_is_small(honest):
    assert abs(honest.accuracies[-1] - train_together().accuracies[-1]) < 0.03


def test_poison_breaks_the_mean_and_not_the_median_or_the_trimmed_mean(honest, poisoned):
    broken = train_together(attackers=3, since=SINCE)
    trimmed = train_together(combine=trimmed_mean, attackers=3, since=SINCE)
    assert np.array_equal(poisoned.accuracies[: SINCE - 1], honest.accuracies[: SINCE - 1])
    assert broken.accuracies[-1] < 0.2
    assert 0.65 < poisoned.accuracies[-1] < honest.accuracies[-1]
    assert trimmed.accuracies[-1] > 0.65


def test_five_of_ten_break_the_median_too():
    run = train_together(combine=median, attackers=5, since=SINCE)
    assert run.accuracies[-1] < 0.2


def test_the_ledger_names_the_late_peer_and_its_rounds_exactly():
    run = train_together(rounds=10, attackers=1, attack="late", since=7)
    assert audit(run.chain, run.updates) == [(round_, 0) for round_ in range(7, 11)]
    blind = train_together(rounds=10, attackers=1, attack="late", since=7, ledger=False)
    assert audit(blind.chain, blind.updates) == audit(run.chain, run.updates)[:1] + [
        (round_, 0) for round_ in range(8, 11)
    ]
    assert blind.accuracies[-1] < run.accuracies[-1] - 0.2


def test_without_the_ledger_the_late_peer_turns_the_mean_around():
    run = train_together(rounds=1, attackers=1, attack="late", ledger=False)
    others = run.updates[0, 1:].sum(axis=0)
    np.testing.assert_allclose(run.updates[0].mean(axis=0), -others / 10, atol=1e-12)


def test_the_ledger_is_silent_on_honest_peers_and_on_poison(honest, poisoned):
    for run in honest, poisoned:
        assert verify(run.chain) is None
        assert audit(run.chain, run.updates) == []
        assert [len(block.transactions) for block in run.chain[1:]] == [10] * ROUNDS


@pytest.mark.parametrize("place", [(0, 0, 0), (6, 3, 2409), (24, 9, 1000)])
def test_the_last_bit_of_one_number_of_one_update_is_found(honest, place):
    updates = honest.updates.copy()
    updates[place] = np.nextafter(updates[place], np.inf)
    assert audit(honest.chain, updates) == [(place[0] + 1, place[1])]


@pytest.mark.parametrize("height", [1, 10, 25])
def test_rewritten_history_is_located(honest, height):
    forged = list(honest.chain)
    forged[height] = forged[height].replace(transactions=["forged"], nonce=0)
    for index in range(height, len(forged)):
        parent = forged[index - 1].hash
        forged[index] = mine(forged[index].replace(previous_hash=parent, nonce=0))
    patched = honest.chain[:height] + forged[height : height + 1] + honest.chain[height + 1 :]
    if height < ROUNDS:  # the next block holds the hash of what stood there
        assert verify(patched)[0] == height + 1
    assert verify(forged) is None  # mined again to the end, it is sound ...
    differs = [a != b for a, b in zip(honest.chain, forged, strict=True)]
    assert differs == [False] * height + [True] * (26 - height)  # ... but no copy of the others'


def test_a_commitment_is_the_hash_of_the_round_the_peer_and_the_bytes():
    update = np.array([1.0, -2.5])
    known = sha256(
        b"round 7 peer 3" + bytes.fromhex("000000000000f03f") + bytes.fromhex("00000000000004c0")
    )
    assert commitment(7, 3, update) == f"round 7 peer 3 {known.hexdigest()}"
    assert commitment(7, 4, update).split()[-1] != known.hexdigest()


def test_the_angle_names_reversed_updates_and_leaves_honest_ones_alone(honest, poisoned):
    flagged = set(audits.opposed(poisoned.updates))
    assert len(flagged & GUILTY) > 0.85 * len(GUILTY)
    assert len(flagged - GUILTY) <= 3
    assert min(round_ for round_, _ in flagged) == SINCE
    assert len(audits.opposed(honest.updates)) <= 2
    assert audits.too_long(poisoned.updates) == sorted(GUILTY)
    assert audits.too_long(honest.updates, peers.FITTED) == []
    assert audits.agreement(honest.updates).shape == (ROUNDS, 10)


def test_wrong_labels_pass_the_loose_limits_and_not_a_fitted_one():
    run = train_together(combine=median, attackers=3, attack="labels", since=SINCE)
    angle, length = set(audits.opposed(run.updates)), set(audits.too_long(run.updates))
    fitted = set(audits.too_long(run.updates, peers.FITTED))
    assert 0.1 < len(angle & GUILTY) / len(GUILTY) < 0.85
    assert len(length & GUILTY) / len(GUILTY) < 0.3
    assert len(fitted & GUILTY) / len(GUILTY) > 0.9 and fitted <= GUILTY
    assert audit(run.chain, run.updates) == []


def test_the_attacks_reveal_what_they_say():
    honest = train_together(rounds=1).updates[0]
    for attack, factor in ("reversed", -6), ("negated", -1):
        told = train_together(rounds=1, attackers=3, attack=attack).updates[0]
        np.testing.assert_allclose(told[:3], factor * honest[:3])
        assert np.array_equal(told[3:], honest[3:])
    quiet = train_together(rounds=1, attackers=3, attack="little").updates[0]
    below = [np.mean(column) - np.std(column) for column in honest[3:, :20].T]
    for peer in range(3):
        np.testing.assert_allclose(quiet[peer, :20], below)
    assert np.array_equal(quiet[3:], honest[3:])


def test_the_quiet_liars_pass_both_audits_and_are_closest_of_all():
    run = train_together(combine=median, attackers=3, attack="little", since=SINCE)
    assert audits.too_long(run.updates) == audits.opposed(run.updates) == []
    assert set(peers.closest(run.updates[SINCE - 1 :])) == {
        (round_ - SINCE + 1, peer) for round_, peer in GUILTY
    }


def test_noise_costs_accuracy():
    low, high = (train_together(noise=sigma).accuracies[-1] for sigma in (0.03, 0.3))
    assert high + 0.1 < low and low > 0.85


def test_an_update_is_clipped_before_the_noise():
    free, clipped = (train_together(1, 1, noise=sigma).updates[0, 0] for sigma in (0, 1e-9))
    assert np.linalg.norm(free) > 1.2
    np.testing.assert_allclose(clipped, free / np.linalg.norm(free), atol=1e-7)


def test_two_runs_with_one_seed_are_equal_whatever_the_number_of_threads():
    runs = [train_together(rounds=3, seed=4)]
    for threads in 1, 3:
        with ThreadPoolExecutor(threads) as pool:
            runs += [train_together(rounds=3, executor=pool, seed=4)]
            assert pool.submit(int).result() == 0  # the pool is left open
    for run in runs[1:]:
        assert np.array_equal(run.updates, runs[0].updates)
        assert run.chain == runs[0].chain
    assert not np.array_equal(train_together(rounds=3, seed=5).updates, runs[0].updates)


def test_without_dask_the_reader_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)  # as if it were not there
    with pytest.raises(ModuleNotFoundError, match="extra 'peers': pip install distributed"):
        cluster("tcp://127.0.0.1:1").__enter__()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"peers": 0}, "peers must be a whole number above 0, not 0"),
        ({"peers": 2.0}, "peers must be"),
        ({"peers": 1201}, "at most 1200"),
        ({"rounds": -1}, "rounds must be"),
        ({"since": 0}, "since must be"),
        ({"attackers": 10}, "attackers must be from 0 to 9, not 10"),
        ({"attackers": -1}, "attackers must be from 0 to 9"),
        ({"attackers": True}, "attackers must be"),
        ({"attackers": 0.5}, "attackers must be"),
        (
            {"attack": "rude"},
            "attack must be one of reversed, negated, little, labels, late, not 'rude'",
        ),
        ({"noise": -0.1}, "noise must be 0 or more, not -0.1"),
        ({"noise": float("nan")}, "noise must be"),
    ],
)
def test_bad_parameters_are_clear_errors(wrong, said):
    with pytest.raises(ValueError, match=said):
        train_together(**wrong)
