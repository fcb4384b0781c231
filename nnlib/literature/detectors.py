"""What an observer may look at in a window of a chain, and three detectors of selfish mining.

A window is a `Sightings` of nnlib.literature.withholding: of each published block its height,
who is said to have made it, whether it is on the longest chain, and when it was seen, in seconds.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib.estimators import NeuralNetworkClassifier

if TYPE_CHECKING:
    from nnlib.literature.withholding import Sightings, Windows

Score = Callable[[np.ndarray], np.ndarray]  # from (windows, numbers) to a number a window

FEATURES = (
    "stale rate",
    "stale streak",
    "suspect's share",
    "suspect's stale",
    "fork wins",
    "self-succession",
    "short gaps",
    "longest run",
)
DETECTORS = "network", "logistic regression", "stale rate"
# of what `all_looks` gives
COLUMNS = {
    "features": slice(8),
    "three names": slice(8, 16),
    "tallies": slice(16, 36),
    "the whole window": slice(36, None),
}
WINDOW = 120  # finds
SHORT = 60.0  # seconds between two sightings
ALARMS = 0.05  # the share of honest windows with an alarm that the cut allows


def features(sightings: "Sightings") -> list[float]:
    """The numbers named in FEATURES. ValueError if no block was published."""
    height, maker, main, seen = sightings
    if not main.any():
        raise ValueError("a window needs a published block, this one has none")
    suspect, most = maker == np.bincount(maker[main]).argmax(), height.max() + 1
    chain = suspect[main][np.argsort(height[main])]
    every, stale, of_suspect = (
        np.bincount(height[which], minlength=most) for which in (slice(None), ~main, suspect)
    )  # blocks at each height
    contested = ((of_suspect > 0) & (of_suspect < every))[height]
    return [
        np.mean(~main),
        _longest(stale[every > 0] > 0) / len(chain),
        chain.mean(),
        _mean(suspect[~main], 0.0),
        _mean(suspect[main & contested], 0.5),
        _mean(chain[1:][chain[:-1]], 0.0),
        np.mean(np.diff(seen) < SHORT),
        _longest(chain) / len(chain),
    ]


def tallies(sightings: "Sightings", names: int = 10) -> np.ndarray:
    """Simple counts instead: each name's blocks on the chain, and its stale ones; busiest first."""
    on, off = (
        np.bincount(sightings.maker[which], minlength=names)
        for which in (sightings.main, ~sightings.main)
    )
    order = np.argsort(-on, kind="stable")[:names]
    return np.concatenate([on[order], off[order]])


def raw(sightings: "Sightings") -> np.ndarray:
    """The whole window, 4 numbers a block: step in height, stale, the suspect's, time since the
    last. Zeros fill it up to WINDOW blocks."""
    height, maker, main, seen = sightings
    suspect = maker == np.bincount(maker[main]).argmax()
    table = np.array([np.diff(height, prepend=0), ~main, suspect, np.diff(seen, prepend=0)], float)
    return np.pad(table, ((0, 0), (0, WINDOW - len(height)))).ravel()


def shortest_gap(sightings: "Sightings") -> list[float]:
    """The leak: the pool answers at once, so with an exact clock two sightings coincide."""
    return [np.diff(sightings.seen).min()]


def under_names(sightings: "Sightings", names: int = 3) -> "Sightings":
    """The same window, where pool 0 writes one of `names` names in turn into its blocks."""
    new = 10 + np.arange(len(sightings.maker)) % names
    return sightings._replace(maker=np.where(sightings.maker == 0, new, sightings.maker))


def all_looks(sightings: "Sightings") -> np.ndarray:
    """All that a detector may look at in a window, one after the other as in COLUMNS."""
    masked = features(under_names(sightings))
    looks = tallies(sightings), raw(sightings)
    return np.concatenate([features(sightings), masked, *looks])


def part(windows: "Windows", name: str) -> "Windows":
    """The same windows, with some COLUMNS only of all looks at them."""
    return windows._replace(X=windows.X[:, COLUMNS[name]])


def network(X: np.ndarray, attacked: np.ndarray, seed: int = 0) -> Score:
    """Train a network of 16 and 8 hidden neurons: a function from X to a score."""
    model = NeuralNetworkClassifier(
        (16, 8), learning_rate=5e-3, epochs=40, l2=1e-3, dtype="float64", random_state=seed
    )
    return _fit(model, X, attacked)


def train(X: np.ndarray, attacked: np.ndarray, seed: int = 0) -> dict[str, Score]:
    """Train on windows: {name: function from X to a score, higher where an attack is likelier}.

    X: (windows, 8), as `features` gives them; attacked: (windows,) of 0 and 1. The stale rate, the
    first feature, is its own score and learns nothing.
    """
    scores = network(X, attacked, seed), _fit(LogisticRegression(), X, attacked), lambda X: X[:, 0]
    return dict(zip(DETECTORS, scores, strict=True))


def auc(score: Score, windows: "Windows") -> float:
    """The chance that an attacked window scores higher than an honest one."""
    return roc_auc_score(windows.attacked, score(windows.X))


def cut(score: Score, windows: "Windows") -> float:
    """The score that the share ALARMS of the honest windows exceeds."""
    return np.quantile(score(windows.X[windows.attacked == 0]), 1 - ALARMS)


def alarms(score: Score, limit: float, windows: "Windows", attacked: int) -> float:
    """The share of the attacked (1) or of the honest (0) windows with a score above `limit`."""
    return float(np.mean(score(windows.X[windows.attacked == attacked]) > limit))


def null(seen: "Windows", fresh: "Windows", rng: np.random.Generator, seed: int = 0) -> float:
    """The control: the network's AUC where nobody attacks and a coin decides who is accused."""
    honest, unseen = (each.X[each.attacked == 0] for each in (seen, fresh))
    score = network(honest, rng.permutation(len(honest)) % 2, seed)
    return roc_auc_score(rng.permutation(len(unseen)) % 2, score(unseen))


def _fit(model, X, attacked):
    pipeline = make_pipeline(StandardScaler(), model).fit(X, attacked)
    return lambda X: pipeline.predict_proba(X)[:, 1]


def _mean(values, otherwise):
    return values.mean() if len(values) else otherwise


def _longest(flags):
    """The length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags, [0]])))
    return max(edges[1::2] - edges[::2], default=0)
