"""The handwritten digits that the models learn: 1,797 images of 8 x 8 pixels, from scikit-learn."""

from functools import lru_cache

import numpy as np
from sklearn.datasets import load_digits

from nnlib.network import Network
from nnlib.passes import forward

ONE_HOT = np.eye(10)  # ONE_HOT[labels] are the targets of the labels


@lru_cache(maxsize=8)
def digits(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """All digits, shuffled by `seed`: X float64 (1797, 64) in [0, 1], labels int (1797,)."""
    X, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(X))
    X, labels = X[order] / 16, labels[order]
    X.flags.writeable = labels.flags.writeable = False  # cached: shared by all callers
    return X, labels


def classifier(seed: int | list[int] = 0, hidden: tuple[int, ...] = (32,)) -> Network:
    """A fresh network for the digits, in float64: the same on every machine, but for rounding."""
    activations = ["relu"] * len(hidden) + ["linear"]
    return Network((64, *hidden, 10), activations, "softmax_cross_entropy", "float64", seed)


def right(network: Network, X: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Whether each of the digits has its largest output at its label: (digits,) of bool."""
    # In parts too small for BLAS to start threads, which lose more time than they save here.
    parts = [X[start : start + 50] for start in range(0, len(X), 50)]
    found = [forward(network, part)[0].argmax(axis=1) for part in parts]
    return np.concatenate(found) == labels


def accuracy(network: Network, X: np.ndarray, labels: np.ndarray) -> float:
    """The share of the digits whose largest output is at their label."""
    return float(right(network, X, labels).mean())
