"""The handwritten digits that the models learn: 1,797 images of 8 x 8 pixels, from scikit-learn."""

from functools import lru_cache

import numpy as np
from sklearn.datasets import load_digits

from nnlib.network import Network

ONE_HOT = np.eye(10)  # ONE_HOT[labels] are the targets of the labels


@lru_cache(maxsize=8)
def digits(seed=0):
    """All digits, shuffled by `seed`: X float64 (1797, 64) in [0, 1], labels int (1797,)."""
    X, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(X))
    X, labels = X[order] / 16, labels[order]
    X.flags.writeable = labels.flags.writeable = False  # cached: shared by all callers
    return X, labels


def classifier(seed=0, hidden=(32,)):
    """A fresh network for the digits, in float64: the same on every machine, but for rounding."""
    activations = ["relu"] * len(hidden) + ["linear"]
    return Network((64, *hidden, 10), activations, "softmax_cross_entropy", "float64", seed)


def accuracy(network, X, labels):
    """The share of the digits whose largest output is at their label."""
    # In parts too small for BLAS to start threads, which lose more time than they save here.
    parts = np.array_split(X, -(-len(X) // 50))
    found = np.concatenate([network.outputs(part).argmax(axis=1) for part in parts])
    return float((found == labels).mean())
