"""Ways to combine the updates of many peers into one: `RULES`, by name."""

from collections.abc import Callable

import numpy as np

Rule = Callable[[np.ndarray], np.ndarray]  # from (updates, parameters) to (parameters,)


def mean(updates: np.ndarray) -> np.ndarray:
    """The mean of each parameter, which one liar can move anywhere."""
    return np.mean(updates, axis=0)


def clipped_mean(updates: np.ndarray) -> np.ndarray:
    """The mean, after each update longer than the median length was shortened to it."""
    updates = np.asarray(updates, float)
    lengths = np.linalg.norm(updates, axis=1)
    limit = np.median(lengths)
    return mean(updates * (limit / np.maximum(lengths, max(limit, 1e-300)))[:, None])


def median(updates: np.ndarray) -> np.ndarray:
    """The median of each parameter by itself (Yin et al., ICML 2018)."""
    return np.median(updates, axis=0)


def trimmed_mean(updates: np.ndarray, cut: int = 3) -> np.ndarray:
    """The mean of each parameter without its `cut` lowest and `cut` highest values (ditto).

    ValueError if that leaves nothing.
    """
    if cut not in range((len(updates) + 1) // 2):
        half = f"half of the {len(updates)} updates"
        raise ValueError(f"cut must be from 0 to below {half}, not {cut!r}")
    return np.sort(updates, axis=0)[cut : len(updates) - cut].mean(axis=0)


def geometric_median(updates: np.ndarray, steps: int = 1000) -> np.ndarray:
    """The point with the least sum of distances to the updates, by Weiszfeld's iteration.

    Each step is a mean in which an update counts the less, the farther away it lies.
    """
    updates = np.asarray(updates, float)
    middle = mean(updates)
    tiny = 1e-12 * np.abs(updates).max() + 1e-300  # an update that is the middle: no division by 0
    for _ in range(steps):
        weights = 1 / np.maximum(np.linalg.norm(updates - middle, axis=1), tiny)
        before, middle = middle, weights @ updates / weights.sum()
        if np.linalg.norm(middle - before) <= tiny:
            break
    return middle


def multi_krum(updates: np.ndarray, liars: int = 3) -> np.ndarray:
    """The mean of all but `liars` updates: of those with near neighbors (Blanchard et al. 2017).

    An update's score is the sum of its squared distances to its n - liars - 2 nearest others;
    the n - liars lowest scores stay. ValueError if that leaves no neighbor.
    """
    updates = np.asarray(updates, float)
    n = len(updates)
    if liars not in range(n - 2):
        raise ValueError(f"liars must be from 0 to three less than the {n} updates, not {liars!r}")
    scores = krum_scores(updates, n - liars - 2)
    return mean(updates[np.argsort(scores, kind="stable")[: n - liars]])


def krum_scores(updates: np.ndarray, neighbors: int) -> np.ndarray:
    """The sum of the squared distances of each update to its nearest `neighbors` others."""
    squares = np.array([((updates - each) ** 2).sum(axis=1) for each in updates])
    return np.sort(squares, axis=1)[:, 1 : 1 + neighbors].sum(axis=1)  # 0: from itself


RULES: dict[str, Rule] = {
    "mean": mean,
    "clipped mean": clipped_mean,
    "median": median,
    "trimmed mean": trimmed_mean,
    "geometric median": geometric_median,
    "multi-Krum": multi_krum,
}
