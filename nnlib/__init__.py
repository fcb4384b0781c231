"""The computations behind the book Neural Networks and Blockchain, in reading order."""

import importlib

from nnlib.activations import ACTIVATIONS, activation
from nnlib.blockchain import Block, mine, verify
from nnlib.propagation import TinyNetwork, descend, propagate

__all__ = [
    "ACTIVATIONS",
    "Block",
    "NeuralNetworkClassifier",
    "NeuralNetworkRegressor",
    "TinyNetwork",
    "activation",
    "descend",
    "mine",
    "propagate",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import the estimators when they are first asked for: scikit-learn takes a second to load."""
    if name in ("NeuralNetworkClassifier", "NeuralNetworkRegressor"):
        return getattr(importlib.import_module("nnlib.estimators"), name)
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")
