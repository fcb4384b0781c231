"""The network as a regressor."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import MultiOutputMixin, RegressorMixin

from nnlib.estimators import fitting
from nnlib.estimators.base import NeuralNetwork


class NeuralNetworkRegressor(MultiOutputMixin, RegressorMixin, NeuralNetwork):
    """A dense network that predicts one number or several, trained on the squared error.

    Like any network it wants features and targets of a size about 1.
    Parameters: those of `base.NeuralNetwork`. Fitted, and left out on purpose: as for the
    classifier, without its classes.
    """

    _y_numeric = True

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> "NeuralNetworkRegressor":
        """Learn from X, (samples, features), and y, (samples,) or (samples, targets).

        sample_weight: as for the classifier.
        """
        return self._learn(X, y, sample_weight)

    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> "NeuralNetworkRegressor":
        """One epoch more, as for the classifier."""
        return self._learn(X, y, sample_weight, partial=True)

    def _samples(self, X, y, weights, given, last, partial):
        self._target_shape = y.shape[1:]
        return fitting.Samples(X, y, weights, None), "squared_error"

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The predictions, shaped (samples,) or (samples, targets) as y was in `fit`."""
        z = self._outputs(X)
        return z.reshape(len(z), *self._target_shape)
