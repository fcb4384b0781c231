"""What peers learn together, what poison does, what the ledger finds and what it cannot."""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import pytest
from dask.distributed import Client, LocalCluster
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import trim_mean

from nnlib.blockchain import mine, verify
from nnlib.literature import peers
from nnlib.literature.aggregation import agreement, mean, median, trimmed_mean
from nnlib.literature.digits import digits
from nnlib.literature.peers import (
    TRAINING,
    audit,
    commitment,
    isolated,
    shard,
    suspects,
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
    flagged = set(suspects(poisoned.updates))
    assert len(flagged & GUILTY) > 0.85 * len(GUILTY)
    assert len(flagged - GUILTY) <= 3
    assert min(round_ for round_, _ in flagged) == SINCE
    assert len(suspects(honest.updates)) <= 2
    assert agreement(honest.updates).shape == (ROUNDS, 10)


def test_the_angle_misses_many_wrong_labels():
    run = train_together(combine=median, attackers=3, attack="labels", since=SINCE)
    flagged = set(suspects(run.updates))
    assert 0.1 < len(flagged & GUILTY) / len(GUILTY) < 0.85
    assert audit(run.chain, run.updates) == []


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


def test_a_dask_cluster_gives_identical_numbers_and_ends():
    threads = train_together(rounds=5, attackers=2, attack="late")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                     dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):  # fmt: skip
        pids = set(client.run(os.getpid).values())
        run = train_together(rounds=5, attackers=2, attack="late", executor=client.get_executor())
    assert len(pids) == 2 and os.getpid() not in pids
    assert np.array_equal(run.updates, threads.updates)
    assert np.array_equal(run.accuracies, threads.accuracies)
    assert np.array_equal(run.network.parameters, threads.network.parameters)
    assert run.chain == threads.chain
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


numbers = st.floats(-1e6, 1e6)


@given(arrays(float, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=numbers), st.data())
def test_the_trimmed_mean_is_scipys_and_lies_between_the_extremes(updates, data):
    cut = data.draw(st.integers(0, (len(updates) - 1) // 2))
    ours = trimmed_mean(updates, cut)
    share = (cut + 1e-9) / len(updates)  # scipy rounds share times length down
    np.testing.assert_allclose(ours, trim_mean(updates, share, axis=0), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(trimmed_mean(updates, 0), mean(updates), atol=1e-6)
    assert (ours <= updates.max(axis=0) + 1e-6).all()


@given(arrays(float, (3,), elements=numbers))
def test_two_of_seven_cannot_push_the_median_out_of_what_the_honest_say(lie):
    told = np.vstack([np.arange(15.0).reshape(5, 3), lie, -3 * lie])
    assert (median(told) >= told[:5].min(axis=0)).all()
    assert (median(told) <= told[:5].max(axis=0)).all()


def test_agreement_is_a_cosine():
    updates = np.array([[[1.0, 0], [2, 0], [0, 5], [-1, 0], [0, 0]]])
    assert agreement(updates)[0].tolist() == [0] * 5  # the median is zero
    updates[0, 4] = [3, 0]
    assert agreement(updates)[0].tolist() == [1, 1, 0, -1, 1]
    assert suspects(updates) == [(1, 3)]


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
        ({"attack": "rude"}, "attack must be one of reversed, labels, late, not 'rude'"),
        ({"noise": -0.1}, "noise must be 0 or more, not -0.1"),
        ({"noise": float("nan")}, "noise must be"),
    ],
)
def test_bad_parameters_are_clear_errors(wrong, said):
    with pytest.raises(ValueError, match=said):
        train_together(**wrong)


def test_a_cut_that_leaves_nothing_is_a_clear_error():
    for cut in (2, -1, 0.5):
        with pytest.raises(ValueError, match="cut must be from 0 to below half of the 4"):
            trimmed_mean(np.ones((4, 2)), cut)


GOOD = {
    "mean": 0.91, "isolated": 0.7, "mean, 3 reversed": 0.1, "median, 3 reversed": 0.8,
    "trimmed, 3 reversed": 0.8, "median, 5 reversed": 0.1, "late": 0.9, "late, no ledger": 0.1,
    "late found": 1.0, "honest breaches": 0.0, "honest flags": 0.0, "recall, reversed": 0.98,
    "precision, reversed": 1.0, "recall, swap labels": 0.5, "median, 3 swap labels": 0.85,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "unsound"),
    [
        ({}, set()),
        ({"isolated": 0.9}, {0}),
        ({"mean, 3 reversed": 0.8}, {1}),
        ({"trimmed, 3 reversed": 0.2}, {1}),
        ({"median, 5 reversed": 0.8}, {1}),
        ({"late found": 0.0}, {2}),
        ({"honest breaches": 1.0}, {2}),
        ({"late, no ledger": 0.9}, {2}),
        ({"recall, reversed": 0.5}, {3, 4}),
        ({"honest flags": 40.0}, {3}),
        ({"recall, swap labels": 0.97}, {4}),
    ],
)
def test_a_claim_is_unsound_when_its_measure_or_its_control_fails(changed, unsound, monkeypatch):
    monkeypatch.setattr(peers, "figures", lambda seed, runs: GOOD | changed)
    found = peers.findings(range(2))
    assert {i for i, finding in enumerate(found) if not finding.sound} == unsound


def test_one_seed_in_full_has_all_that_the_findings_need():
    runs = {name: how | {"rounds": 2, "since": 1} for name, how in peers.RUNS.items()}
    assert set(peers.figures(0, runs)) == set(GOOD) | {"median", "precision, swap labels"}
