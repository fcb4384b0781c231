"""Who wins the races: against the incomplete beta function, by counting, and by their memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import betainc
from scipy.stats import gamma

from nnlib.literature.races import (
    games,
    hashing_times,
    series,
    training_times,
    win_share,
    win_shares,
)


@pytest.fixture(scope="module")
def times():
    return {"training": training_times(0), "hashing": hashing_times(0, 600)}


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


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_series_is_the_incomplete_beta_function(best, share):
    assert series(best, share) == pytest.approx(betainc(best, best, share), rel=1e-9, abs=1e-12)
    assert series(best, share) + series(best, 1 - share) == pytest.approx(1)
    assert series(1, share) == pytest.approx(share)


def test_the_series_is_who_wins_a_best_of_five_and_a_race_of_gamma_times():
    played = (sum(won) for won in np.ndindex(*[2] * 5))
    won = sum(0.6**wins * 0.4 ** (5 - wins) for wins in played if wins >= 3)
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


def test_two_runs_with_one_seed_are_equal():
    assert np.array_equal(training_times(3, 4), training_times(3, 4))
    assert np.array_equal(hashing_times(3, 4), hashing_times(3, 4))
    assert not np.array_equal(training_times(3, 4), training_times(4, 4))


@pytest.mark.parametrize(
    ("call", "said"),
    [
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
    ],
)
def test_bad_parameters_are_clear_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call()
