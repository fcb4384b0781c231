"""Committees against their closed forms, each claim and each control in its band."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from nnlib.literature import super_nodes as model
from nnlib.literature.super_nodes import chains, committee, gamed, judge


@pytest.fixture(scope="module")
def trials():
    return [model.trial(seed, fresh=200) for seed in range(2)]


def mean(trials, name):
    return np.mean([each[name] for each in trials])


def test_a_committee_by_lot_is_unsafe_as_often_as_the_urn_says(trials):
    urn = hypergeom(100, 30, 15).sf(4)
    assert model.unsafe_by_lot(100, 30) == pytest.approx(urn)
    assert model.unsafe_by_lot(300, 230) == pytest.approx(hypergeom(300, 230, 15).sf(4))
    nodes = chains(3000, np.random.default_rng(0))
    drawn = judge(nodes, np.random.default_rng(1).random(nodes.bad.shape), np.random.default_rng(2))
    assert drawn.unsafe == pytest.approx(urn, abs=0.035)
    assert drawn.bad == pytest.approx(0.3, abs=0.008)


def test_committee_is_the_best_twelve_and_three_others():
    scores = np.random.default_rng(0).normal(size=(50, 100))
    members = committee(scores, np.random.default_rng(1))
    best = np.argsort(scores, axis=1)[:, ::-1][:, :12]
    assert (np.sort(members[:, :12]) == np.sort(best)).all()
    assert all(len(set(row)) == 15 for row in members)
    assert len(np.unique(members[:, 12:])) > 60  # the three come from everywhere


def test_the_oracle_has_only_the_bad_members_that_the_lot_brings(trials):
    # twelve honest ones; three of the other 88 nodes, 30 of which are bad
    assert mean(trials, "bad, oracle") == pytest.approx(3 * 30 / 88 / 15, abs=0.006)
    assert mean(trials, "unsafe, oracle") == 0


def test_the_average_of_three_beats_the_network_that_wins_on_its_target(trials):
    for each in trials:
        assert each["error, network, transactions"] < each["error, mean of three"] - 0.005
        assert each["bad, mean of three"] < each["bad, network, transactions"] - 0.005
        assert 0.08 < each["bad, mean of three"] < 0.1 and each["unsafe, mean of three"] < 0.01


def test_errors_of_the_averages_follow_from_the_noise(trials):
    # the coming period has the variance v = 0.473 ** 2, its predictor v / 3, or v
    assert mean(trials, "error, mean of three") == pytest.approx(4 / 3 * 0.473**2, rel=0.03)
    assert mean(trials, "error, last") == pytest.approx(2 * 0.473**2, rel=0.03)


def test_trained_on_honesty_the_network_is_safest_and_slower(trials):
    for each in trials:
        assert each["bad, network, honesty"] < each["bad, mean of three"] - 0.005
        assert each["transactions, network, honesty"] < each["transactions, mean of three"] - 3


@pytest.mark.parametrize("name", ["stake", "network, shuffled"])
def test_null_scores_without_information_are_a_lot(trials, name):
    assert mean(trials, f"bad, {name}") == pytest.approx(0.3, abs=0.03)
    assert mean(trials, f"unsafe, {name}") == pytest.approx(0.488, abs=0.1)


def test_copied_features_make_the_network_worse_than_the_lot(trials):
    for each in trials:
        assert each["bad, network, transactions, half gamed"] > 0.42
        assert each["unsafe, network, transactions, all gamed"] > 0.97
        assert each["bad, stake, all gamed"] == pytest.approx(0.3, abs=0.03)


def test_gamed_changes_only_what_bad_nodes_report():
    nodes = chains(5, np.random.default_rng(0))
    after = gamed(nodes, 0.5, np.random.default_rng(1))
    changed = (after.features != nodes.features).any(-1)
    assert (changed.sum(1) == 15).all() and not (changed & ~nodes.bad).any()
    assert (after.features[..., 0] == nodes.features[..., 0]).all()
    assert (after.handled == nodes.handled).all()


def test_hashes_are_geometric():
    runs = [model.hashes_to_mine(18, 6, seed) for seed in range(60)]
    # a sum of 18 geometric waits: mean 18 * 64, relative spread 1 / sqrt(18), of 60 runs / sqrt(60)
    assert np.mean(runs) == pytest.approx(18 * 64, rel=4 / np.sqrt(18 * 60))


def test_names_buy_no_blocks_but_seats(trials):
    for names in (1, 230):
        assert mean(trials, f"blocks won, names: {names}") == pytest.approx(0.3, abs=0.05)
    assert mean(trials, "unsafe, lot, 200 made-up nodes") > 0.99


def test_a_seed_repeats_a_run():
    assert model.trial(3, 4, 10) == model.trial(3, 4, 10)


@pytest.mark.parametrize("call, told", [
    (lambda rng: chains(0, rng), "number must be 1 or more, not 0"),
    (lambda rng: chains(1, rng, bad=-1), "bad must be 0 or more, not -1"),
    (lambda rng: chains(1, rng, honest=5, bad=5), "needs 15 nodes, not 10"),
    (lambda rng: chains(1, rng, hardware_noise=-1.0), "hardware_noise must be 0 or more, not -1.0"),
    (lambda rng: gamed(chains(1, rng), 1.5, rng), "share must be from 0 to 1, not 1.5"),
    (lambda rng: model.unsafe_by_lot(100, 101), "bad must be from 0 to nodes"),
    (lambda rng: model.blocks_won(0, rng), "names must be 1 or more, not 0"),
])  # fmt: skip
def test_bad_parameters_are_named(call, told):
    with pytest.raises(ValueError, match=told):
        call(np.random.default_rng(0))
