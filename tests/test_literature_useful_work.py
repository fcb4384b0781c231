"""Training as proof of work: what is accepted, what forgers gain, who wins the races."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnlib.blockchain import verify
from nnlib.literature import useful_work
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.literature.useful_work import (
    CUT,
    MARGIN,
    accept,
    blocks,
    forge,
    hashing_times,
    seal,
    task,
    training_times,
    win_share,
    work,
)


@pytest.fixture(scope="module")
def honest():
    return blocks(0)


@pytest.fixture(scope="module")
def times():
    return {"training": training_times(0), "hashing": hashing_times(0, 600)}


def test_no_digit_is_used_twice():
    training, validation, tests = task(2)
    parts = [training, validation, *tests]
    assert [len(labels) for _, labels in parts] == [300, 297] + [100] * 12
    X, labels = digits(2)
    assert np.array_equal(np.concatenate([part for part, _ in parts]), X)
    assert np.array_equal(np.concatenate([part for _, part in parts]), labels)


def test_block_by_block_the_network_gets_better_on_fresh_tests(honest):
    chain, proposals = honest
    assert verify(chain) is None
    good = [each for each in proposals if each.accepted]
    assert len(good) >= 9 and len(chain) == len(good) + 1
    assert good[0].fresh < 0.5 and good[-1].fresh > 0.8
    errors = [1 - each.claim for each in good]
    assert all(after <= CUT * before + 1e-9 for before, after in pairwise(errors))
    for test, each in zip(task(0)[2], proposals, strict=True):
        assert each.fresh == accuracy(each.network, *test)
        assert not each.accepted or each.fresh >= each.claim - MARGIN


def test_nothing_to_learn_is_no_block_and_a_guess():
    for seed in range(2):
        chain, proposals = blocks(seed, null=True, rounds=4)
        assert len(chain) == 1 and not any(each.accepted for each in proposals)
        assert 0.04 < np.mean([each.fresh for each in proposals]) < 0.17  # four standard errors


@pytest.mark.parametrize("seed", range(4))
def test_a_forger_passes_only_without_the_commitment(seed):
    assert not forge(seed, trained=False).accepted
    assert not forge(seed).accepted
    late = forge(seed, commit=False)
    assert late.accepted and late.claim == 1.0


def test_what_passes_without_the_commitment_is_false_by_more_than_the_margin():
    true = np.mean([forge(seed, commit=False).fresh for seed in range(4)])
    assert 0.7 < true < 1.0 - MARGIN  # the claim was 1.0


def test_each_condition_of_a_block_counts():
    test, last = task(0)[2][0], 0.5
    network, _ = work(classifier(1), *task(0)[:2], 0.9, np.random.default_rng(0))
    true = accuracy(network, *test)
    block = seal([], network, 0.9)[0]
    assert true >= 0.9 - MARGIN
    assert accept(block, network, 0.9, test, last)
    assert not accept(block, network, 0.9, test, 0.9)  # no better than the last
    assert not accept(block, network, 0.91, test, last)  # another claim than sealed
    too_much = true + MARGIN + 0.005
    assert not accept(seal([], network, too_much)[0], network, too_much, test, last)
    for place in (0, 1000, len(network.parameters) - 1):
        other = network.copy()
        other.parameters[place] = np.nextafter(other.parameters[place], np.inf)
        assert not accept(block, other, 0.9, test, last)


def test_work_is_gradient_descent_until_the_target():
    training, validation, _ = task(0)
    start = classifier(1)
    before = start.parameters.copy()
    network, steps = work(start, training, validation, 0.6, np.random.default_rng(0))
    assert np.array_equal(start.parameters, before)
    assert accuracy(network, *validation) >= 0.6
    shorter, gone = work(start, training, validation, 0.6, np.random.default_rng(0), steps - 1)
    assert gone == steps - 1 and accuracy(shorter, *validation) < 0.6
    rng, twin = np.random.default_rng(0), start.copy()
    for _ in range(steps):
        batch = rng.integers(300, size=32)
        X, T = training[0][batch], ONE_HOT[training[1][batch]]
        twin.parameters[:] -= 0.1 * twin.gradient(X, T)
    assert np.allclose(twin.parameters, network.parameters)


def test_hashing_has_no_memory_and_training_has(times):
    hashing, training = times["hashing"], times["training"]
    assert abs(hashing.mean() / 256 - 1) < 4 / np.sqrt(600)  # geometric: mean 256, variation 1
    assert abs(hashing.std() / hashing.mean() - 1) < 0.2
    late = hashing[hashing > 256] - 256  # what is left after 256 vain hashes is as long as ever
    assert abs(late.mean() / 256 - 1) < 4 / np.sqrt(len(late))
    assert training.std() / training.mean() < 0.3
    late = training[training > np.median(training)] - np.median(training)
    assert late.mean() < 0.4 * training.mean()


def test_the_big_miner_wins_what_he_should_by_hashing_and_nearly_all_by_training(times):
    for compute in (0.3, 0.5, 0.6, 0.8):
        assert abs(win_share(times["hashing"], compute) - compute) < 0.04
    assert win_share(times["training"], 0.6) > 0.85
    assert win_share(times["training"], 0.5) == pytest.approx(0.5)


@given(
    arrays(int, st.integers(2, 8), elements=st.integers(1, 9)),
    st.sampled_from([0.25, 0.5, 0.625, 0.75]),
)
def test_win_share_counts_the_races(times, compute):
    races = [(i, j) for i in range(len(times)) for j in range(len(times)) if i != j]
    won = 0
    for i, j in races:
        first, second = times[i] * (1 - compute), times[j] * compute
        won += 1 if first < second else 0.5 if first == second else 0
    assert win_share(times, compute) == pytest.approx(won / len(races))
    assert win_share(times, compute) + win_share(times, 1 - compute) == pytest.approx(1)


def test_a_certain_time_leaves_nothing_to_the_small_miner():
    assert win_share([100, 100, 100], 0.51) == 1


def test_two_runs_with_one_seed_are_equal(honest):
    chain, proposals = blocks(0, rounds=5)
    assert chain == honest[0][: len(chain)]
    for one, two in zip(proposals, honest[1], strict=False):
        assert one[1:] == two[1:]
        assert np.array_equal(one.network.parameters, two.network.parameters)
    assert np.array_equal(training_times(3, 4), training_times(3, 4))
    assert np.array_equal(hashing_times(3, 4), hashing_times(3, 4))
    assert not np.array_equal(training_times(3, 4), training_times(4, 4))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: blocks(rounds=0), "rounds must be a whole number from 1 to 12, not 0"),
        (lambda: blocks(rounds=13), "not 13"),
        (lambda: training_times(miners=1), "miners must be a whole number of at least 2, not 1"),
        (lambda: hashing_times(miners=2.5), "miners must be"),
        (lambda: training_times(target=0.99), r"target must be from 0\.2 to 0\.85, not 0\.99"),
        (lambda: hashing_times(bits=257), "difficulty must be"),
        (lambda: win_share([1, 2], 1.2), "compute must be above 0 and below 1, not 1.2"),
        (lambda: win_share([1, 2], 0), "compute must be"),
        (lambda: win_share([1], 0.5), "times must be two or more numbers above 0"),
        (lambda: win_share([1, -2], 0.5), "times must be"),
    ],
)
def test_bad_parameters_are_clear_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call()


GOOD = {
    "start": 0.1, "end": 0.9, "blocks": 11.0, "work per check": 12.0, "forgeries accepted": 0.0,
    "no commit, accepted": 1.0, "no commit, claim": 1.0, "no commit, true": 0.85,
    "null, fresh": 0.1, "null, blocks": 0.0, "training, variation": 0.16,
    "hashing, variation": 1.0, "training, big wins": 0.95, "hashing, big wins": 0.6,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "unsound"),
    [
        ({}, set()),
        ({"end": 0.5}, {0}),
        ({"null, blocks": 1.0}, {0}),
        ({"forgeries accepted": 1.0}, {1}),
        ({"no commit, accepted": 0.0}, {1}),
        ({"no commit, true": 0.99}, {1}),
        ({"work per check": 0.5}, {2}),
        ({"training, big wins": 0.6}, {3}),
        ({"hashing, big wins": 0.9}, {3}),
    ],
)
def test_a_claim_is_unsound_when_its_measure_or_its_control_fails(changed, unsound, monkeypatch):
    monkeypatch.setattr(useful_work, "figures", lambda seed: GOOD | changed)
    found = useful_work.findings(range(2))
    assert {i for i, finding in enumerate(found) if not finding.sound} == unsound


def test_one_seed_in_full_has_all_that_the_findings_need():
    assert set(useful_work.figures(5)) == set(GOOD)
