"""Audits of revealed updates: who stands out by length, who by direction, who is worth what.

Updates: (rounds, peers, parameters), as revealed. Rounds count from 1, peers from 0.
"""

from collections.abc import Callable

import numpy as np

from nnlib.literature.aggregation import Rule, mean

TOO_LONG = 3.0  # times the median length of a round


def lengths(updates: np.ndarray) -> np.ndarray:
    """The length of each update, in median lengths of its round: (rounds, peers)."""
    found = np.linalg.norm(updates, axis=2)
    return found / np.maximum(np.median(found, axis=1, keepdims=True), 1e-300)


def agreement(updates: np.ndarray) -> np.ndarray:
    """The cosine of each update with the median of its round: (rounds, peers), from -1 to 1.

    An update of nothing but zeros has the cosine 0.
    """
    middle = np.median(updates, axis=1)
    sizes = np.linalg.norm(updates, axis=2) * np.linalg.norm(middle, axis=1)[:, None]
    return np.einsum("rpk,rk->rp", updates, middle) / np.maximum(sizes, 1e-300)


def too_long(updates: np.ndarray, limit: float = TOO_LONG) -> list[tuple[int, int]]:
    """The (round, peer) whose update is longer than `limit` median lengths of its round."""
    return _places(lengths(updates) > limit)


def opposed(updates: np.ndarray) -> list[tuple[int, int]]:
    """The (round, peer) whose update points away from the median of its round."""
    return _places(agreement(updates) < 0)


def payments(
    worth: Callable[[np.ndarray], float], updates: np.ndarray, combine: Rule = mean
) -> np.ndarray:
    """What each update of one round, (peers, parameters), adds: leave one out.

    worth: a function of the combined update, for instance minus the loss on public digits. A
    payment is the worth of all less the worth of all others; below 0, the peer does harm.
    """
    everybody = worth(combine(updates))
    rest = (np.delete(updates, peer, axis=0) for peer in range(len(updates)))
    return np.array([everybody - worth(combine(each)) for each in rest])


def _places(flags):
    return [(int(r) + 1, int(p)) for r, p in np.argwhere(flags)]
