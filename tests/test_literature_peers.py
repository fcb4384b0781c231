"""The findings on peer training: sound as they stand, and unsound once the model is broken."""

import numpy as np
import pytest

from nnlib.literature import aggregation, audits, full, peer_training, peers
from nnlib.literature.aggregation import mean, multi_krum, trimmed_mean
from nnlib.literature.peer_training import train_together

SEEDS = range(3)
RUNS = {
    name: how for name, how in (peers.TABLE | peers.MORE).items()
    if name.endswith((", reversed", ", little")) or name.startswith(("median", "late"))
    or name in ("mean, honest", "multi-Krum, honest")
}  # fmt: skip


HARD = 3  # the mean's lead under the quiet attack is half a point: three seeds cannot show it


def sound(runs):
    rows = peers.findings(full.collect(runs))
    return [row.sound for number, row in enumerate(rows) if number != HARD]


@pytest.fixture(scope="module")
def figures():
    """The figures that findings need; a training of which no part has changed is run once."""
    known = {}

    def remembered(seed, combine, executor, **how):
        attack = how.get("attack")
        part = {"late": "audit", "labels": "local_update", "little": "QUIET"}.get(attack)
        key = (seed, combine, *how.items(), part and getattr(peer_training, part))
        if key not in known:
            known[key] = train_together(seed=seed, combine=combine, **how)
        return known[key]

    def run():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(peers, "train_together", remembered)
            return [peers.figures(seed, RUNS) for seed in SEEDS]

    return run


def test_the_model_itself_is_sound_on_those_seeds(figures):
    assert all(sound(figures()))


def test_all_is_sound_on_the_twenty_stored_seeds():
    rows = peers.findings(full.load("peers")["values"])
    assert all(row.sound for row in rows)
    assert "undefended mean" in rows[HARD].claim


def farthest(updates, liars=3):
    """Multi-Krum that keeps the farthest."""
    n = len(updates)
    scores = aggregation.krum_scores(updates, n - liars - 2)
    return mean(updates[np.argsort(scores)[liars:]])


def longest(updates):
    """Clipping to the greatest length, which clips nothing."""
    return mean(updates)


honest_update = peer_training.local_update


def with_right_labels(parameters, round_, seed, peers, swapped, noise, peer):
    return honest_update(parameters, round_, seed, peers, (), noise, peer)


MUTANTS = {
    "Krum keeps the farthest": (peers.RULES, "multi-Krum", farthest),
    "the median is the mean": (peers.RULES, "median", mean),
    "nothing is trimmed": (peers.RULES, "trimmed mean", lambda told: trimmed_mean(told, 0)),
    "nothing is clipped": (peers.RULES, "clipped mean", longest),
    "no step to the geometric median":
        (peers.RULES, "geometric median", lambda told: aggregation.geometric_median(told, 0)),
    "Krum takes nobody for a liar": (peers.RULES, "multi-Krum", lambda told: multi_krum(told, 0)),
    "the angle's sign is turned":
        (audits, "agreement", lambda told, real=audits.agreement: -real(told)),
    "a length limit of thirty":
        (audits, "too_long", lambda told, limit=3, real=audits.too_long: real(told, 10 * limit)),
    "a length limit of one":
        (audits, "too_long", lambda told, limit=3, real=audits.too_long: real(told, limit / 3)),
    "commitments that nobody compares": (peer_training, "audit", lambda chain, told: []),
    "a quiet attack that is loud": (peer_training, "QUIET", 30.0),
    "liars that learn right labels": (peer_training, "local_update", with_right_labels),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_model_is_found_out(mutant, figures, monkeypatch):
    place, name, broken = MUTANTS[mutant]
    (monkeypatch.setitem if place is peers.RULES else monkeypatch.setattr)(place, name, broken)
    assert not all(sound(figures()))
