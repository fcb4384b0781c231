"""The game of useful work: what is sealed, claimed, accepted, and by which rule."""

from itertools import pairwise

import numpy as np
import pytest

from nnlib.blockchain import verify
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.literature.forgers import copied, gains
from nnlib.literature.rounds import (
    ERROR_LEFT,
    MARGIN,
    accept,
    accept_paired,
    blocks,
    duel,
    improves,
    seal,
    task,
    work,
)


@pytest.fixture(scope="module")
def honest():
    return blocks(0)


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
    assert all(after <= ERROR_LEFT * before + 1e-9 for before, after in pairwise(errors))
    for test, each in zip(task(0)[2], proposals, strict=True):
        assert each.fresh == accuracy(each.network, *test)
        assert not each.accepted or each.fresh >= each.claim - MARGIN


def test_nothing_to_learn_is_no_block_and_a_guess():
    for seed in range(2):
        chain, proposals = blocks(seed, null=True, rounds=4)
        assert len(chain) == 1 and not any(each.accepted for each in proposals)
        assert 0.04 < np.mean([each.fresh for each in proposals]) < 0.17  # four standard errors


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
    network, effort = work(start, training, validation, 0.6, np.random.default_rng(0))
    steps = effort.steps
    assert np.array_equal(start.parameters, before)
    assert accuracy(network, *validation) >= 0.6
    assert (effort.trained, effort.read) == (32 * steps, 297 * (steps + 1))
    shorter, gone = work(start, training, validation, 0.6, np.random.default_rng(0), steps - 1)
    assert (
        gone == (steps - 1, 32 * (steps - 1), 297 * (steps - 1))
        and accuracy(shorter, *validation) < 0.6
    )
    rng, twin = np.random.default_rng(0), start.copy()
    for _ in range(steps):
        batch = rng.integers(300, size=32)
        X, T = training[0][batch], ONE_HOT[training[1][batch]]
        twin.parameters[:] -= 0.1 * twin.gradient(X, T)
    assert np.allclose(twin.parameters, network.parameters)


def test_the_paired_rule_wants_two_standard_errors():
    assert improves(5, 0) and not improves(4, 0) and not improves(0, 0)
    assert improves(7, 1) and not improves(6, 1)
    for wins in range(30):
        for losses in range(30):
            differ = wins + losses
            assert improves(wins, losses) == ((wins - losses) ** 2 > 4 * differ and wins > losses)


def test_a_duel_counts_the_digits_that_only_one_reads(honest):
    new, old, (X, labels) = honest[1][5].network, honest[1][2].network, task(0)[2][7]

    def right(network):
        return [int(network.outputs(X[i : i + 1]).argmax()) == labels[i] for i in range(100)]

    wins = sum(one and not two for one, two in zip(right(new), right(old), strict=True))
    losses = sum(two and not one for one, two in zip(right(new), right(old), strict=True))
    assert duel(new, old, (X, labels)) == (wins, losses) != (losses, wins)
    assert duel(old, new, (X, labels)) == (losses, wins)
    shares = gains([old, new], task(0)[2])
    difference = np.mean([accuracy(new, *test) - accuracy(old, *test) for test in task(0)[2]])
    assert shares[0, 0] - shares[0, 1] == pytest.approx(difference)


def test_each_condition_of_a_paired_block_counts(honest):
    old, new, test = honest[1][0].network, honest[1][6].network, task(0)[2][7]
    block = seal([], new, 0.9)[0]
    assert accept_paired(block, new, 0.9, test, old)
    assert not accept_paired(block, new, 0.91, test, old)  # another claim than sealed
    assert not accept_paired(block, copied(new), 0.9, test, old)  # another network
    assert not accept_paired(block, new, 0.9, test, new)
    assert not accept_paired(seal([], old, 0.9)[0], old, 0.9, test, new)
    twin = copied(old)
    assert (twin.parameters != old.parameters).sum() == 1
    assert not accept_paired(seal([], twin, 0.9)[0], twin, 0.9, test, old)


def test_the_paired_game_makes_fewer_blocks_of_the_same_quality(honest):
    chain, proposals = blocks(0, paired=True)
    assert verify(chain) is None
    good = [each for each in proposals if each.accepted]
    assert len(chain) == len(good) + 1
    assert 4 <= len(good) < len(honest[0]) - 2
    old = classifier(seed=[0, 2])
    for test, each in zip(task(0)[2], proposals, strict=True):
        assert each.accepted == improves(*duel(each.network, old, test))
        old = each.network if each.accepted else old
    assert proposals[-1].fresh > 0.85


def test_two_games_with_one_seed_are_equal(honest):
    chain, proposals = blocks(0, rounds=5)
    assert chain == honest[0][: len(chain)]
    for one, two in zip(proposals, honest[1], strict=False):
        assert one[1:] == two[1:]
        assert np.array_equal(one.network.parameters, two.network.parameters)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: blocks(rounds=0), "rounds must be a whole number from 1 to 12, not 0"),
        (lambda: blocks(rounds=13), "not 13"),
    ],
)
def test_bad_parameters_are_clear_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call()
