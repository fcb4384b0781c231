"""Committees against their closed forms; the best possible scores against integration and counts;
every finding against broken models that it must notice.
"""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad, simpson
from scipy.stats import hypergeom, norm

from nnlib.literature import committees
from nnlib.literature import super_nodes as model
from nnlib.literature.committees import chains, committee, gamed, judge
from nnlib.literature.full import collect

SEEDS = range(4)
KNOWN = {}  # trained scorers by what they saw: a mutant elsewhere need not train them again
train = model.scorers


def trained(seen, seed=0):
    key = seed, seen.features.tobytes(), seen.bad.tobytes(), seen.handled.tobytes()
    if key not in KNOWN:
        KNOWN[key] = train(seen, seed)
    return KNOWN[key]


@pytest.fixture(scope="module")
def runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "scorers", trained)
        return [model.figures(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def world():
    return chains(2000, np.random.default_rng(5))


def mean(runs, name):
    return np.mean([each[name] for each in runs])


def test_the_model_itself_is_sound_on_those_seeds(runs):
    rows = model.findings(collect(runs))
    assert [row.claim for row in rows if not row.sound] == []
    assert len(rows) == 9


def shuffled_network(seen, seed=0):
    scores = trained(seen, seed)
    return scores | {"network, transactions": scores["network, shuffled"]}


def shuffled_labels(seen, seed=0):
    return trained(seen._replace(bad=np.random.default_rng(seed).permuted(seen.bad, axis=1)), seed)


def added_hardware(seen, seed=0):
    return trained(seen, seed) | {"by hand": lambda features: model.by_hand(features, -0.5)}


def swapped(features):
    good = best(features)
    return good._replace(honesty=-good.honesty)


def trusting(features):
    """The best prediction of one who does not know that there are bad nodes."""
    good = best(features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "BAD", 1e-9)
        return good._replace(transactions=best(features).transactions)


best, race, lottery = model.best_possible, model.blocks_won, model.blocks_drawn
MUTANTS = {
    "hardware made useless": (model, "chains", partial(chains, hardware_noise=30)),
    "noise of the periods doubled": (committees, "NOISE", 2 * committees.NOISE),
    "the network shuffled": (model, "scorers", shuffled_network),
    "honesty labels shuffled": (model, "scorers", shuffled_labels),
    "the sign of honesty swapped": (model, "best_possible", swapped),
    "nobody suspected": (model, "best_possible", trusting),
    "hardware added by hand": (model, "scorers", added_hardware),
    "UNSAFE raised": (committees, "UNSAFE", committees.UNSAFE + 1),
    "twelve taken for ten": (committees, "SUPER", 10),
    "liars that copy nothing": (model, "gamed", lambda nodes, *_: nodes),
    "liars that never know": (model, "gamed", lambda nodes, share, rng, liked=None:
                              gamed(nodes, share, rng)),
    "names that count in the race": (model, "blocks_won", lottery),
    "names that do not count in the lottery": (model, "blocks_drawn", race),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_model_is_found_out(mutant, monkeypatch):
    monkeypatch.setattr(model, "scorers", trained)
    monkeypatch.setattr(*MUTANTS[mutant])
    rows = model.findings(collect([model.figures(seed) for seed in SEEDS]))
    assert [row.claim for row in rows if not row.sound]


def test_the_best_possible_scores_are_integrals_over_what_nobody_sees(world):
    capacity = np.linspace(-3, 8, 4001)[:, None]

    def seen(x, bad):
        """The density of features x and a kind, and its mean capacity: integrals over the grid."""
        means = [0, -0.3 * bad, -0.3 * bad, capacity, capacity] + 3 * [capacity - bad]
        density = (0.3 if bad else 0.7) * norm.pdf(capacity, 2.2, 0.7)
        for value, middle, width in zip(x, means, [1, 1, 1, 0.3, 0.5] + 3 * [0.473], strict=True):
            density = density * norm.pdf(value, middle, width)
        total, first = (simpson(f[:, 0], x=capacity[:, 0]) for f in (density, density * capacity))
        return total, first / total

    for x in world.features[0]:
        (good, able), (bad, able_but_bad) = seen(x, 0), seen(x, 1)
        told = model.best_possible(x)
        expected = (good * able + bad * (able_but_bad - 1)) / (good + bad)
        assert told.transactions == pytest.approx(expected, rel=1e-9)
        assert told.honesty == pytest.approx(np.log(good / bad), rel=1e-9, abs=1e-9)


def test_the_best_possible_scores_are_counts_in_a_large_world(world):
    told = model.best_possible(world.features)
    chance = 1 / (1 + np.exp(-told.honesty))
    for foreseen, happened in (told.transactions, world.handled), (chance, ~world.bad):
        for chosen in np.array_split(np.argsort(foreseen, axis=None), 8):
            wrong = happened.ravel()[chosen] - foreseen.ravel()[chosen]
            assert abs(wrong.mean()) < 4 * wrong.std() / np.sqrt(len(wrong)) + 1e-4


@settings(max_examples=30)
@given(st.lists(st.floats(-2, 2), min_size=8, max_size=8), st.floats(-2, 2))
def test_what_the_best_prediction_misses_has_nothing_to_do_with_the_features(weights, offset):
    wrong = LARGE.handled - model.best_possible(LARGE.features).transactions
    seen = wrong * np.tanh(LARGE.features @ weights + offset)
    assert abs(seen.mean()) < 5 * seen.std() / np.sqrt(seen.size) + 1e-6


LARGE = chains(400, np.random.default_rng(6))


def test_the_smallest_error_is_noise_capacity_and_doubt(world):
    # given the kind: 1 / precision of the capacity, and the noise; else the doubt about the kind,
    # whose odds are normal with mean gap/2 + log(7/3) for honest nodes and variance gap
    precision = 1 / 0.7**2 + 1 / 0.3**2 + 1 / 0.5**2 + 3 / 0.473**2
    hardware = 1 / 0.7**2 + 1 / 0.3**2 + 1 / 0.5**2
    deeds = 3 / 0.473**2 * hardware / precision  # what tells -1 from 0, the capacity unknown
    gap = 2 * 0.3**2 + deeds
    step = hardware / precision

    def doubt(z, sign, share):
        odds = np.log(7 / 3) + sign * gap / 2 + np.sqrt(gap) * z
        return share * norm.pdf(z) / ((1 + np.exp(odds)) * (1 + np.exp(-odds)))

    unsure = quad(doubt, -9, 9, (1, 0.7))[0] + quad(doubt, -9, 9, (-1, 0.3))[0]
    theory = 0.473**2 + 1 / precision + step**2 * unsure
    wrong = (world.handled - model.best_possible(world.features).transactions) ** 2
    assert wrong.mean() == pytest.approx(theory, abs=4 * wrong.std() / np.sqrt(wrong.size))


def test_a_committee_by_lot_is_unsafe_as_often_as_the_urn_says():
    urn = hypergeom(100, 30, 15).sf(4)
    assert model.unsafe_by_lot(100, 30) == pytest.approx(urn)
    assert model.unsafe_by_lot(300, 230) == pytest.approx(hypergeom(300, 230, 15).sf(4))
    assert model.unsafe_by_lot(100, 30, 16) == pytest.approx(hypergeom(100, 30, 16).sf(5))
    nodes = chains(3000, np.random.default_rng(0))
    drawn = judge(nodes, np.random.default_rng(1).random(nodes.bad.shape), np.random.default_rng(2))
    assert drawn.unsafe == pytest.approx(urn, abs=4 * np.sqrt(urn * (1 - urn) / 3000))
    assert drawn.bad == pytest.approx(0.3, abs=0.008)


@given(st.integers(0, 1000), st.integers(1, 5), st.integers(15, 60))
def test_committee_is_the_best_twelve_and_three_others(seed, number, nodes):
    scores = np.random.default_rng(seed).normal(size=(number, nodes))
    members = committee(scores, np.random.default_rng(seed + 1))
    best = np.argsort(scores, axis=1)[:, ::-1][:, :12]
    assert (np.sort(members[:, :12]) == np.sort(best)).all()
    assert all(len(set(row)) == 15 for row in members)
    same = committee(np.exp(scores), np.random.default_rng(seed + 1))
    assert (np.sort(members) == np.sort(same)).all()  # the same luck for the same order


def test_the_three_by_lot_come_from_everywhere():
    members = committee(np.tile(np.arange(100.0), (3000, 1)), np.random.default_rng(0))
    drawn = np.bincount(members[:, 12:].ravel(), minlength=100)
    assert drawn[88:].sum() == 0  # those are the twelve best
    assert abs(drawn[:88] - 9000 / 88).max() < 5 * np.sqrt(9000 / 88)


def test_the_oracle_has_only_the_bad_members_that_the_lot_brings(runs):
    # twelve honest ones; three of the other 88 nodes, 30 of which are bad
    assert mean(runs, "bad, oracle") == pytest.approx(3 * 30 / 88 / 15, abs=0.006)
    assert mean(runs, "unsafe, oracle") == 0


def test_errors_of_the_averages_follow_from_the_noise(runs):
    # the coming period has the variance v = 0.473 ** 2, its predictor v / 3, or v
    assert mean(runs, "error, mean of three") == pytest.approx(4 / 3 * 0.473**2, rel=0.03)
    assert mean(runs, "error, last") == pytest.approx(2 * 0.473**2, rel=0.03)


@pytest.mark.parametrize("name", ["stake", "network, shuffled"])
def test_null_scores_without_information_are_a_lot(runs, name):
    assert mean(runs, f"bad, {name}") == pytest.approx(0.3, abs=0.03)
    assert mean(runs, f"unsafe, {name}") == pytest.approx(0.488, abs=0.1)


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_copies_take_their_share_of_the_seats(share):
    rng, taken = np.random.default_rng(0), []
    copies = round(30 * share)
    for _ in range(4000):  # twelve honest originals and their copies, then the others
        tops = rng.permutation(np.arange(12 + copies) >= 12)
        others = np.concatenate([tops[12:], np.arange(88 - copies) < 30 - copies])
        taken.append(tops[:12].sum() + rng.permutation(others)[:3].sum())
    assert committees.seats_of_copies(share) == pytest.approx(np.mean(taken) / 15, abs=0.004)


def test_gamed_changes_only_what_bad_nodes_report():
    nodes = chains(5, np.random.default_rng(0))
    after = gamed(nodes, 0.5, np.random.default_rng(1))
    changed = (after.features != nodes.features).any(-1)
    assert (changed.sum(1) == 15).all() and not (changed & ~nodes.bad).any()
    assert (after.features[..., 0] == nodes.features[..., 0]).all()
    assert (after.handled == nodes.handled).all()


def test_who_knows_a_score_copies_its_twelve_best():
    nodes = chains(3, np.random.default_rng(0))
    liked = nodes.features[..., 1]
    after = gamed(nodes, 1, np.random.default_rng(1), liked)
    for before, scores, bad, now in zip(
        nodes.features, liked, nodes.bad, after.features, strict=True
    ):
        tops = {tuple(row) for row in before[np.argsort(-scores)[:12], 1:]}
        assert {tuple(row) for row in now[bad, 1:]} <= tops


def test_every_message_is_counted():
    everyone = [(sender, receiver) for sender in range(15) for receiver in range(15)]
    assert committees.messages(15) == 15 + len(everyone) + len(everyone)
    assert committees.messages(15, rounds=1) == 240


def test_hashes_are_geometric():
    runs = [committees.hashes_to_mine(18, 6, seed) for seed in range(60)]
    # a sum of 18 geometric waits: mean 18 * 64, relative spread 1 / sqrt(18), of 60 runs / sqrt(60)
    assert np.mean(runs) == pytest.approx(18 * 64, rel=4 / np.sqrt(18 * 60))


@pytest.mark.parametrize(("rule", "names", "share"), [
    (race, 1, 0.3), (race, 230, 0.3), (lottery, 30, 0.3), (lottery, 230, 230 / 300),
])  # fmt: skip
def test_names_win_in_a_lottery_only(rule, names, share):
    won = rule(names, np.random.default_rng(3), blocks=400)
    assert won == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 400))


def test_a_seed_repeats_a_run(runs, monkeypatch):
    monkeypatch.setattr(model, "scorers", train)
    assert model.figures(3) == runs[3]


@pytest.mark.parametrize("call, told", [
    (lambda rng: chains(0, rng), "number must be 1 or more, not 0"),
    (lambda rng: chains(1, rng, bad=-1), "bad must be 0 or more, not -1"),
    (lambda rng: chains(1, rng, honest=5, bad=5), "needs 15 nodes, not 10"),
    (lambda rng: chains(1, rng, hardware_noise=-1.0), "hardware_noise must be 0 or more, not -1.0"),
    (lambda rng: gamed(chains(1, rng), 1.5, rng), "share must be from 0 to 1, not 1.5"),
    (lambda rng: model.unsafe_by_lot(100, 101), "bad must be from 0 to nodes"),
    (lambda rng: race(0, rng), "names must be 1 or more, not 0"),
    (lambda rng: lottery(0, rng), "names must be 1 or more, not 0"),
])  # fmt: skip
def test_bad_parameters_are_named(call, told):
    with pytest.raises(ValueError, match=told):
        call(np.random.default_rng(0))
