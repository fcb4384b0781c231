"""Every finding on super nodes: sound as it stands, and unsound once the model is broken."""

from functools import partial

import numpy as np
import pytest
from memory import remember

from nnlib.literature import committees, scores
from nnlib.literature import super_nodes as model
from nnlib.literature.committees import chains, gamed
from nnlib.literature.full import collect
from nnlib.literature.scores import best_possible, by_hand, scorers

SEEDS = range(4)
FITTED, OF_EACH_NODE = scores.fitted, scores.of_each_node


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """What no mutant of this file changes but by its arguments; each score draws its own lots."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scores, "fitted", remember(FITTED))
        patch.setattr(scores, "of_each_node", remember(lambda score: remember(OF_EACH_NODE(score))))
        patch.setattr(model, "chains", remember(chains, (committees, "NOISE")))
        patch.setattr(model, "gamed", remember(gamed, (committees, "SUPER")))
        patch.setattr(model, "blocks_won", remember(committees.blocks_won))
        patch.setattr(model, "blocks_drawn", remember(committees.blocks_drawn))
        yield


@pytest.fixture(scope="module")
def runs(remembered):
    return [model.figures(seed) for seed in SEEDS]


def mean(runs, name):
    return np.mean([each[name] for each in runs])


def test_the_model_itself_is_sound_on_those_seeds(runs):
    rows = model.findings(collect(runs))
    assert [row.claim for row in rows if not row.sound] == []
    assert len(rows) == 9


def shuffled_network(known, seed=0):
    scores = scorers(known, seed)
    return scores | {"network, transactions": scores["network, shuffled"]}


def shuffled_labels(known, seed=0):
    bad = np.random.default_rng(seed).permuted(known.bad, axis=1)
    return scorers(known._replace(bad=bad), seed)


def added_hardware(known, seed=0):
    return scorers(known, seed) | {"by hand": lambda features: by_hand(features, -0.5)}


def swapped(features):
    good = best_possible(features)
    return good._replace(honesty=-good.honesty)


def trusting(features):
    """The best prediction of one who does not know that there are bad nodes."""
    good = best_possible(features)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scores, "BAD", 1e-9)
        return good._replace(transactions=best_possible(features).transactions)


def honest(nodes, share, rng, liked=None):
    """Liars that copy nothing; their lots are drawn, so that all else stays as it was."""
    gamed(nodes, share, rng, liked)
    return nodes


def ignorant(nodes, share, rng, liked=None):
    return gamed(nodes, share, rng)


MUTANTS = {
    "hardware made useless": (model, "chains", partial(chains, hardware_noise=30)),
    "noise of the periods doubled": (committees, "NOISE", 2 * committees.NOISE),
    "the network shuffled": (model, "scorers", shuffled_network),
    "honesty labels shuffled": (model, "scorers", shuffled_labels),
    "the sign of honesty swapped": (scores, "best_possible", swapped),
    "nobody suspected": (scores, "best_possible", trusting),
    "hardware added by hand": (model, "scorers", added_hardware),
    "UNSAFE raised": (committees, "UNSAFE", committees.UNSAFE + 1),
    "twelve taken for ten": (committees, "SUPER", 10),
    "liars that copy nothing": (model, "gamed", honest),
    "liars that never know": (model, "gamed", ignorant),
    "names that count in the race": (model, "blocks_won", committees.blocks_drawn),
    "names that do not count in the lottery": (model, "blocks_drawn", committees.blocks_won),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_model_is_found_out(mutant, monkeypatch):
    monkeypatch.setattr(*MUTANTS[mutant])
    rows = model.findings(collect([model.figures(seed) for seed in SEEDS]))
    assert [row.claim for row in rows if not row.sound]


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


def test_a_seed_repeats_a_run(runs, monkeypatch):
    assert model.figures(3) == runs[3]
    monkeypatch.setattr(scores, "fitted", FITTED)
    monkeypatch.setattr(scores, "of_each_node", OF_EACH_NODE)
    monkeypatch.setattr(model, "chains", chains)
    monkeypatch.setattr(model, "gamed", gamed)
    assert model.figures(3) == runs[3]
