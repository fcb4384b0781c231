"""Each claim on selfish mining beside mutants of the model that it must find out."""

import numpy as np
import pytest
from memory import remember

from nnlib.literature import detectors, withholding
from nnlib.literature import selfish_mining as model
from nnlib.literature.full import collect
from nnlib.literature.withholding import Sightings, income, revenue, simulate, windows

SEEDS, FINDS, COUNT = range(4), 20_000, 250
NETWORK = detectors.network


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """Windows and networks, which no mutant of this file changes but by what is named here."""
    others = remember(windows, (withholding, "simulate"))
    usual = remember(windows, (withholding, "simulate"), (detectors, "under_names"))

    def looked_at(*given, look=None, **more):
        known = usual if look is detectors.all_looks else others
        return known(*given, look=look, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "FINDS", FINDS)
        patch.setattr(withholding, "simulate", remember(simulate))
        patch.setattr(withholding, "windows", looked_at)
        patch.setattr(detectors, "network", remember(NETWORK))
        yield


@pytest.fixture(scope="module")
def runs(remembered):
    return [model.figures(seed, COUNT) for seed in SEEDS]


def unsound(runs):
    return [row.claim for row in model.findings(collect(runs)) if not row.sound]


def test_the_model_itself_is_sound_on_those_seeds(runs):
    assert unsound(runs) == []
    rows = model.findings(collect(runs))
    assert len({row.claim for row in rows}) == len(rows) == 9
    assert all(row.measured and row.control and row.distance is not None for row in rows)


def simulated(change=None, see=None):
    """A mutant of the simulator: other arguments, or other sightings of the same run."""

    def patch(monkeypatch):
        real = withholding.simulate  # with its memory

        def mutant(share, selfish, rng, *finds, **settings):
            given = {"share": share, "selfish": selfish, **settings} | (change or {})
            run = real(given.pop("share"), given.pop("selfish"), rng, *finds, **given)
            return see(run) if see else run

        monkeypatch.setattr(withholding, "simulate", mutant)

    return patch


def replaced(where, name, mutant):
    return lambda monkeypatch: monkeypatch.setattr(where, name, mutant)


def shuffled_labels(monkeypatch):
    real = withholding.windows

    def mutant(count, rng, *settings, **more):
        drawn = real(count, rng, *settings, **more)
        order = np.random.default_rng(count).permutation(count)  # all else stays as it was
        return drawn._replace(attacked=drawn.attacked[order])

    monkeypatch.setattr(withholding, "windows", mutant)


ATTACK = {  # mutants of what the attack earns: of `gains`, or of the theory beside it
    "gamma fixed at 0.4": simulated({"gamma": 0.4}),
    "the pool publishes at once": simulated({"selfish": False}),
    "a factor of 1.05 in the share": replaced(
        withholding, "revenue", lambda share, gamma: 1.05 * revenue(share, gamma)
    ),
    "gamma turned around in the income": replaced(
        withholding, "income", lambda share, gamma: income(share, 1 - gamma)
    ),
}
WATCH = {  # mutants of what the detectors see and learn
    "stale blocks not counted": simulated(see=lambda run: Sightings(*(a[run.main] for a in run))),
    "labels shuffled": shuffled_labels,
    "names cannot be changed": replaced(detectors, "under_names", lambda sightings: sightings),
    "retrained on the usual delays": replaced(model, "WIDE", model.USUAL),
}


@pytest.mark.parametrize("name", ATTACK)
def test_a_broken_attack_is_found_out(name, runs, monkeypatch):
    ATTACK[name](monkeypatch)
    assert unsound([run | model.gains(seed) for seed, run in zip(SEEDS, runs, strict=True)])


@pytest.mark.parametrize("name", WATCH)
def test_a_broken_model_is_found_out(name, monkeypatch):
    WATCH[name](monkeypatch)
    assert unsound([model.figures(seed, COUNT) for seed in SEEDS])


def test_a_seed_repeats_a_run(monkeypatch):
    monkeypatch.setattr(model, "FINDS", 2000)
    with_memory = model.figures(1, 40)
    monkeypatch.setattr(withholding, "simulate", simulate)
    monkeypatch.setattr(withholding, "windows", windows)
    monkeypatch.setattr(detectors, "network", NETWORK)
    assert model.figures(1, 40) == model.figures(1, 40) == with_memory
