"""Every finding on useful work: sound as it stands, and unsound once the model is broken."""

import pytest
from memory import remember

from nnlib.literature import forgers, full, matrix_work, products, races, rounds, useful_work
from nnlib.literature.races import variation, win_share, win_shares

SEEDS = range(3)
NOISE = matrix_work.noise


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """What no mutant of this file changes, but by what is named here."""
    with pytest.MonkeyPatch.context() as patch:
        for name in "training_times", "hashing_times":
            patch.setattr(races, name, remember(getattr(races, name)))
        for module, name in (products, "gaps"), (products, "price_of_input"):
            known = remember(getattr(module, name), (matrix_work, "noise"))
            patch.setattr(module, name, known)
        game = remember(rounds.blocks, (rounds, "MARGIN"), (rounds, "sealed"))
        patch.setattr(useful_work, "blocks", game)
        yield


@pytest.fixture(scope="module")
def runs(remembered):
    return [useful_work.figures(seed) for seed in SEEDS]


def unsound(runs):
    found = useful_work.findings(full.collect(runs))
    assert len(found) == 12
    return [finding.claim for finding in found if not finding.sound]


def test_the_model_itself_is_sound_on_those_seeds(runs):
    assert unsound(runs) == []


def noisy(change):
    """A mutant of `noise`, its arguments changed."""
    return lambda header, roots, size, rank=8: NOISE(*change(header, roots, size, rank))


def old_rule(wins, losses):  # the new network may fall ten digits short
    return wins - losses >= -10


def as_one(times, miners, **_):
    """All machines of a miner work as one."""
    return win_shares(times, [[sum(machines)] for machines in miners])


TRAINING, COPIES, RACES, PRODUCTS = useful_work.PARTS
MUTANTS = {  # what is broken: the part of the model, the module, the name, what it becomes
    "checking is 5 times dearer": (TRAINING, useful_work, "PASSES", 0.6),
    "checking is 30 times cheaper": (TRAINING, useful_work, "PASSES", 90),
    "the order of the commitment is dropped": (TRAINING, rounds, "sealed", lambda *_: True),
    "the paired rule is the old one": (COPIES, forgers, "improves", old_rule),
    "the margin is twice as wide": (COPIES, rounds, "MARGIN", 0.2),
    "the shares are swapped": (
        RACES,
        races,
        "win_share",
        lambda times, share: win_share(times, 1 - share),
    ),
    "all machines of a miner work as one": (RACES, races, "win_shares", as_one),
    "the shape is 1 / variation": (
        RACES,
        races,
        "games",
        lambda times: round(1 / variation(times)),
    ),
    "no noise": (PRODUCTS, matrix_work, "noise", noisy(lambda h, r, size, _: (h, r, size, 0))),
    "noise of half the rank": (
        PRODUCTS,
        matrix_work,
        "noise",
        noisy(lambda header, roots, size, rank: (header, roots, size, rank // 2)),
    ),
    "noise without the header": (
        PRODUCTS,
        matrix_work,
        "noise",
        noisy(lambda _, roots, size, rank: ("", roots, size, rank)),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_model_is_found_out(name, runs, monkeypatch):
    part, module, attribute, broken = MUTANTS[name]
    monkeypatch.setattr(module, attribute, broken)
    pairs = zip(SEEDS, runs, strict=True)
    assert unsound([whole | part(seed) for seed, whole in pairs])
