"""Committees, liars and made-up names against their closed forms and by counting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from nnlib.literature import committees
from nnlib.literature.committees import (
    blocks_drawn,
    blocks_won,
    chains,
    committee,
    gamed,
    judge,
    unsafe_by_lot,
)


def test_a_committee_by_lot_is_unsafe_as_often_as_the_urn_says():
    urn = hypergeom(100, 30, 15).sf(4)
    assert unsafe_by_lot(100, 30) == pytest.approx(urn)
    assert unsafe_by_lot(300, 230) == pytest.approx(hypergeom(300, 230, 15).sf(4))
    assert unsafe_by_lot(100, 30, 16) == pytest.approx(hypergeom(100, 30, 16).sf(5))
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


@pytest.mark.parametrize(
    ("rule", "names", "share"),
    [
        (blocks_won, 1, 0.3),
        (blocks_won, 230, 0.3),
        (blocks_drawn, 30, 0.3),
        (blocks_drawn, 230, 230 / 300),
    ],
)
def test_names_win_in_a_lottery_only(rule, names, share):
    won = rule(names, np.random.default_rng(3), blocks=400)
    assert won == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 400))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda rng: chains(0, rng), "number must be 1 or more, not 0"),
        (lambda rng: chains(1, rng, bad=-1), "bad must be 0 or more, not -1"),
        (lambda rng: chains(1, rng, honest=5, bad=5), "needs 15 nodes, not 10"),
        (
            lambda rng: chains(1, rng, hardware_noise=-1.0),
            "hardware_noise must be 0 or more, not -1.0",
        ),
        (lambda rng: gamed(chains(1, rng), 1.5, rng), "share must be from 0 to 1, not 1.5"),
        (lambda rng: unsafe_by_lot(100, 101), "bad must be from 0 to nodes"),
        (lambda rng: blocks_won(0, rng), "names must be 1 or more, not 0"),
        (lambda rng: blocks_drawn(0, rng), "names must be 1 or more, not 0"),
    ],
)
def test_bad_parameters_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.random.default_rng(0))
