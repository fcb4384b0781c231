"""Scores of nodes: by hand, by straight lines, by networks, and the best that is possible.

The best possible prediction follows from the rules by which the world of `committees` was made.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor
from nnlib.literature.committees import (
    BAD,
    CAPACITY,
    DROPPED,
    FEATURES,
    HARDWARE,
    HARDWARE_NOISE,
    HONEST,
    NOISE,
    PAST,
    SHY,
    SLACK,
    WIDTH,
    Chains,
)

Score = Callable[[np.ndarray], np.ndarray]  # from features (chains, nodes, 8) to (chains, nodes)

NETWORK: dict[str, Any] = {
    "hidden_layers": (16, 8),
    "learning_rate": 3e-3,
    "epochs": 40,
    "l2": 1e-2,
    "dtype": "float64",
}


class Best(NamedTuple):
    """The best possible scores of nodes, arrays of one shape."""

    transactions: np.ndarray  # the expected logarithm of the next period's
    honesty: np.ndarray  # the logarithm of the odds that the node is honest


def best_possible(features: np.ndarray) -> Best:
    """What the rules of the world say of a node with these features (..., 8).

    Each node by itself, as the network sees it: that exactly 30 of 100 are bad is not used. No
    score that sees the features has a smaller mean squared error of the transactions.

    Given that it is honest, or bad, the features and the next period are jointly normal, with one
    covariance for both: so the odds are a straight line in the features (linear discriminant
    analysis), and so is the expectation, but for the chance of being bad times a constant.
    """
    of_capacity = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    lost = np.array([0, SHY, SHY, 0, 0, DROPPED, DROPPED, DROPPED])  # by a bad node
    noise = [1, 1, 1, HARDWARE_NOISE, HARDWARE_NOISE + SLACK, NOISE, NOISE, NOISE]
    common = WIDTH**2 * of_capacity
    covariance = np.outer(of_capacity, common) + np.diag(np.square(noise))
    weights, fair = np.linalg.solve(covariance, np.stack([common, lost], 1)).T
    above = features - CAPACITY * of_capacity
    odds = np.log(HONEST / BAD) + (above + lost / 2) @ fair
    chance_bad = (1 - np.tanh(odds / 2)) / 2  # 1 / (1 + e^odds), without overflow
    return Best(CAPACITY + above @ weights - chance_bad * (DROPPED - lost @ weights), odds)


def by_hand(features: np.ndarray, weight: float = 0.5) -> np.ndarray:
    """Deeds less `weight` times the hardware: 0 is the mean of the three periods, deeds alone."""
    deeds = features[..., PAST].mean(-1)
    return deeds - weight * features[..., HARDWARE].mean(-1)


def scorers(known: Chains, seed: int = 0) -> dict[str, Score]:
    """{name: score}: lots, rules by hand, lines and networks that learned from the chains known.

    Two of them, "lot" and "network, shuffled", draw lots: a score of their own at each call.
    """
    X = known.features.reshape(-1, len(FEATURES))
    honest = ~known.bad.ravel()
    scale = StandardScaler().fit(X)
    fair = NeuralNetworkClassifier(**NETWORK, random_state=seed)
    fair = fitted(make_pipeline(scale, fair), X, honest)
    line = LinearRegression().fit(X, known.handled.ravel())
    logistic = LogisticRegression().fit(X, honest)
    draw, busy = np.random.default_rng((seed, 1)), busy_network(known, seed)
    return {
        "lot": lambda features: draw.random(features.shape[:2]),
        "stake": lambda features: features[..., 0],
        "equal weights": of_each_node(lambda X: scale.transform(X).mean(1)),
        "mean of three": lambda features: by_hand(features, 0),
        "by hand": by_hand,
        "network, transactions": busy,
        "line, transactions": of_each_node(line.predict),
        "best possible, transactions": lambda features: best_possible(features).transactions,
        "network, honesty": of_each_node(lambda X: fair.predict_proba(X)[:, 1]),
        "line, honesty": of_each_node(logistic.decision_function),
        "best possible, honesty": lambda features: best_possible(features).honesty,
        "network, shuffled": lambda features: draw.permuted(busy(features), axis=1),
    }


def busy_network(known: Chains, seed: int = 0) -> Score:
    """The score of a network that learned the transactions of the chains known."""
    X = known.features.reshape(-1, len(FEATURES))
    model = NeuralNetworkRegressor(**NETWORK, random_state=seed)
    model = make_pipeline(StandardScaler(), model)
    return of_each_node(fitted(model, X, known.handled.ravel()).predict)


def fitted(model: BaseEstimator, X: np.ndarray, y: np.ndarray) -> BaseEstimator:
    """The estimator, trained."""
    return model.fit(X, y)


def of_each_node(score: Callable[[np.ndarray], np.ndarray]) -> Score:
    """A score (nodes,) from a row of features for each node, as one for chains of nodes."""

    def of_chains(features: np.ndarray) -> np.ndarray:
        return score(features.reshape(-1, features.shape[-1])).reshape(features.shape[:2])

    return of_chains
