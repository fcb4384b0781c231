"""Ways to combine the updates of many peers into one, and how far each agrees with the others."""

import numpy as np


def mean(updates):
    return np.mean(updates, axis=0)


def median(updates):
    """The median of each parameter by itself (Yin et al., ICML 2018)."""
    return np.median(updates, axis=0)


def trimmed_mean(updates, cut=3):
    """The mean of each parameter without its `cut` lowest and `cut` highest values (ditto).

    ValueError if that leaves nothing.
    """
    if cut not in range((len(updates) + 1) // 2):
        raise ValueError(f"cut must be from 0 to below half of the {len(updates)} updates, "
                         f"not {cut!r}")  # fmt: skip
    return np.sort(updates, axis=0)[cut : len(updates) - cut].mean(axis=0)


def agreement(updates):
    """The cosine of each update with the median of its round: (rounds, peers), from -1 to 1.

    updates: (rounds, peers, parameters). An update of nothing but zeros has the cosine 0.
    """
    middle = np.median(updates, axis=1)
    lengths = np.linalg.norm(updates, axis=2) * np.linalg.norm(middle, axis=1)[:, None]
    return np.einsum("rpk,rk->rp", updates, middle) / np.maximum(lengths, 1e-300)
