"""Training as proof of work: what is accepted, what forgers gain, who wins the races."""

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import betainc
from scipy.stats import binom, gamma

from nnlib.blockchain import verify
from nnlib.literature import forgers, full, matrix_work, races, rounds, useful_work
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.literature.forgers import (
    chance,
    copied,
    copies,
    expected,
    forge,
    gains,
    luckiest,
    takeover,
)
from nnlib.literature.races import (
    games,
    hashing_times,
    series,
    training_times,
    variation,
    win_share,
    win_shares,
)
from nnlib.literature.rounds import (
    CUT,
    MARGIN,
    accept,
    accept_paired,
    blocks,
    duel,
    improves,
    next_claim,
    seal,
    task,
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


def test_the_paired_rule_wants_two_standard_errors():
    assert improves(5, 0) and not improves(4, 0) and not improves(0, 0)
    assert improves(7, 1) and not improves(6, 1)
    for wins in range(30):
        for losses in range(30):
            differ = wins + losses
            assert improves(wins, losses) == ((wins - losses) ** 2 > 4 * differ and wins > losses)


def test_a_network_no_better_passes_the_paired_rule_once_in_28_tests_at_most():
    tails = []
    for differ in range(1, 201):
        least = next(won for won in range(differ + 2) if improves(won, differ - won)
                     or won > differ)  # fmt: skip
        tails.append(binom.sf(least - 1, differ, 0.5))
    assert luckiest() == pytest.approx(max(tails)) == pytest.approx(9 / 256)
    assert abs(tails[-1] - 0.0228) < 0.005  # two standard errors of a normal


def test_a_duel_counts_the_digits_that_only_one_reads(honest):
    new, old, (X, labels) = honest[1][5].network, honest[1][2].network, task(0)[2][7]
    right = [[int(net.outputs(X[i : i + 1]).argmax()) == labels[i] for i in range(100)]
             for net in (new, old)]  # fmt: skip
    wins = sum(one and not two for one, two in zip(*right, strict=True))
    losses = sum(two and not one for one, two in zip(*right, strict=True))
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


def test_the_copier_wins_by_the_claim_as_often_as_the_binomial_says(honest):
    tests = task(0)[2]
    tried = copies(honest[1], tests)
    assert len(tried) == sum(11 - i for i, each in enumerate(honest[1]) if each.accepted)
    share = np.mean([each.accepted for each in tried])
    assert share > 0.5 and not any(each.paired for each in tried)
    assert abs(share - np.mean([expected(each.last, each.true) for each in tried])) < 0.1
    late = [each.accepted for each in tried if each.last > 0.85]
    assert np.mean(late) > 0.9


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_a_copy_may_expect_is_a_binomial_tail(last, true):
    least = math.ceil(100 * (next_claim(last) - MARGIN) - 1e-9)
    assert expected(last, true) == pytest.approx(binom.sf(least - 1, 100, true), abs=1e-9)


def test_a_takeover_lets_the_claim_run_away(honest):
    won, claim, true = takeover(honest[1], task(0)[2])
    last = [each for each in honest[1][:6] if each.accepted][-1]
    assert 0 < won <= 6
    assert claim == pytest.approx(1 - (1 - last.claim) * CUT**won)
    assert true == pytest.approx(
        np.mean([accuracy(last.network, *t) for t in task(0)[2]]), abs=0.01
    )
    assert claim - true > 0.03


def test_the_chance_of_the_paired_rule_is_a_sum_over_the_digits_that_differ():
    for wins, losses, size in ((0.1, 0.03, 100), (0.03, 0.01, 800), (0.02, 0.02, 400)):
        differ = np.arange(size + 1)
        least = np.floor(differ / 2 + np.sqrt(differ)).astype(int)  # wins must be above it
        passed = binom.sf(least, differ, wins / (wins + losses))
        exact = (binom.pmf(differ, size, wins + losses) * passed).sum()
        assert abs(chance([(wins, losses)], size) - exact) < 4 * np.sqrt(exact / 2000)


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_series_is_the_incomplete_beta_function(best, share):
    assert series(best, share) == pytest.approx(betainc(best, best, share), rel=1e-9, abs=1e-12)
    assert series(best, share) + series(best, 1 - share) == pytest.approx(1)
    assert series(1, share) == pytest.approx(share)


def test_the_series_is_who_wins_a_best_of_five_and_a_race_of_gamma_times():
    won = sum(0.6 ** sum(games) * 0.4 ** (5 - sum(games)) for games in np.ndindex(*[2] * 5)
              if sum(games) >= 3)  # fmt: skip
    assert series(3, 0.6) == pytest.approx(won)
    for shape in (1, 3, 40):
        drawn = gamma.rvs(shape, size=400, random_state=shape)
        assert abs(games(drawn) / shape - 1) < 0.3
        assert abs(win_share(drawn, 0.6) - series(shape, 0.6)) < 0.03


def test_the_measured_share_is_that_of_a_series(times):
    best = games(times["training"])
    assert 25 < best < 60 and games(times["hashing"]) == 1
    for compute in (0.55, 0.6, 0.7):
        found = win_share(times["training"], compute)
        assert abs(found - series(best, compute)) < 0.03


def test_many_equal_machines_win_as_many_races_as_they_are(times):
    for each in times.values():
        error = np.sqrt(0.24 / 4000)
        assert abs(win_shares(each, [[1] * 3, [1] * 2])[0] - 0.6) < 4 * error
        assert abs(win_shares(each, [[1] * 6, [1] * 4])[0] - 0.6) < 4 * error
        one = win_shares(each, [[3], [2]])
        assert abs(one[0] - win_share(each, 0.6)) < 4 * error
        assert one.sum() == pytest.approx(1)
    assert win_shares(times["training"], [[6], [1], [1], [1], [1]])[0] > 0.99
    memoryless = -np.log((np.arange(1000) + 0.5) / 1000)
    assert abs(win_shares(memoryless, [[6], [1], [1], [1], [1]])[0] - 0.6) < 4 * error


def test_a_tie_is_divided():
    assert np.allclose(win_shares([5, 5, 5], [[1], [1], [1]]), 1 / 3)
    assert np.allclose(win_shares([5, 5, 5], [[1, 1], [1]]), [2 / 3, 1 / 3])


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
        (lambda: win_shares([1, 2], [[1], [1, 1]]), "from 2 to 2 machines in all"),
        (lambda: win_shares([1, 2], [[1], []]), "miners must be lists of speeds above 0"),
        (lambda: win_shares([1, 2], [[1], [0]]), "miners must be"),
        (lambda: series(0, 0.5), "games must be a whole number from 1 to 500, not 0"),
        (lambda: series(501, 0.5), "not 501"),
        (lambda: series(3, 1.1), "share must be from 0 to 1, not 1.1"),
        (lambda: copies([], [], tries=0), "tries must be a whole number above 0, not 0"),
        (lambda: copied(classifier(0), -1), "noise must be 0 or more, not -1"),
    ],
)
def test_bad_parameters_are_clear_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call()


SEEDS = range(3)
SLOW = [(races, "training_times"), (races, "hashing_times"), (useful_work, "blocks")]
REMEMBERED = [lru_cache(getattr(module, name)) for module, name in SLOW]


def played(part, monkeypatch):
    """What a part of the model shows on the seeds; what no mutant of it changes is remembered."""
    for (module, name), remembered in zip(SLOW, REMEMBERED, strict=True):
        monkeypatch.setattr(module, name, remembered)
    return [part(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def sound_runs():
    with pytest.MonkeyPatch.context() as monkeypatch:
        return [played(part, monkeypatch) for part in useful_work.PARTS]


def unsound(runs):
    figures = [{name: value for part in seed for name, value in part.items()}
               for seed in zip(*runs, strict=True)]  # fmt: skip
    found = useful_work.findings(full.collect(figures))
    assert len(found) == 12
    return [finding.claim for finding in found if not finding.sound]


def test_the_model_itself_is_sound_on_those_seeds(sound_runs):
    assert unsound(sound_runs) == []


def noisy(change):
    """A mutant of `noise`, its arguments changed."""
    original = matrix_work.noise
    return lambda header, roots, size, rank=8: original(*change(header, roots, size, rank))


def old_rule(wins, losses):  # the new network may fall ten digits short
    return wins - losses >= -10


MUTANTS = {  # what is broken: the part of the model, the module, the name, what it becomes
    "checking is 5 times dearer": (0, useful_work, "PASSES", 0.6),
    "checking is 30 times cheaper": (0, useful_work, "PASSES", 90),
    "the order of the commitment is dropped": (0, rounds, "sealed", lambda *_: True),
    "the paired rule is the old one": (1, forgers, "improves", old_rule),
    "the margin is twice as wide": (1, rounds, "MARGIN", 0.2),
    "the shares are swapped": (
        2, races, "win_share", lambda times, share: win_share(times, 1 - share)),
    "all machines of a miner work as one": (
        2, races, "win_shares",
        lambda times, miners, **_: win_shares(times, [[sum(each)] for each in miners])),
    "the shape is 1 / variation": (2, races, "games", lambda t: round(1 / variation(t))),
    "no noise": (3, matrix_work, "noise", noisy(lambda h, r, size, _: (h, r, size, 0))),
    "noise of half the rank": (
        3, matrix_work, "noise", noisy(lambda h, r, size, rank: (h, r, size, rank // 2))),
    "noise without the header": (
        3, matrix_work, "noise", noisy(lambda _, r, size, rank: ("", r, size, rank))),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_model_is_found_out(name, sound_runs, monkeypatch):
    place, module, attribute, broken = MUTANTS[name]
    monkeypatch.setattr(module, attribute, broken)
    if attribute == "MARGIN":  # then the game itself is another
        REMEMBERED[2].cache_clear()
    runs = list(sound_runs)
    runs[place] = played(useful_work.PARTS[place], monkeypatch)
    if attribute == "MARGIN":
        REMEMBERED[2].cache_clear()
    assert unsound(runs)
