"""What both estimators share: parameters, training, the network's outputs."""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib.estimators import fitting


@dataclass(eq=False, repr=False)
class NeuralNetwork(BaseEstimator):
    """The parameters; nothing is checked before `fit`, which raises ValueError for the forbidden.

    hidden_layers: neurons of each hidden layer; () leaves logistic or linear regression.
    activation: of the hidden layers; a name in `ACTIVATIONS` or a pair (name, a).
    optimizer: a name in `OPTIMIZERS`. learning_rate: above 0.
    batch_size: samples for each step. epochs: rounds through all samples. Both 1 or more.
    l2: weight of the penalty, 0 or more, see `nnlib.network.train`.
    dtype: "float32" or "float64", for training. What fits into one batch is trained in float64
        anyway, so that the order of the rows does not matter there. Predictions are made in
        float64, so that that for a row does not depend on the rows beside it.
    random_state: None, an int or a RandomState; with an int, `fit` is repeatable.
    early_stopping: whether to set the share validation_fraction of the samples aside, to stop once
        their loss has not fallen for `patience` epochs, and to keep the best parameters.
    verbose: whether to show progress, on one line.
    warm_start: whether `fit` goes on from the last fit's parameters, with a new optimizer.
    """

    hidden_layers: Iterable[int] = (16, 8)
    activation: str | tuple[str, float] = "relu"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    batch_size: int = 32
    epochs: int = 200
    l2: float = 0.0
    dtype: str = "float32"
    random_state: int | np.random.RandomState | None = None
    early_stopping: bool = False
    validation_fraction: float = 0.1
    patience: int = 10
    verbose: bool = False
    warm_start: bool = False

    @property
    def coefs_(self) -> list[np.ndarray]:
        """The weights between the layers, each (from, to): views of those of network_."""
        return [weights.T for weights in self.network_.weights]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """The biases of each layer after the inputs: views of those of network_."""
        return list(self.network_.biases)

    def _learn(self, X, y, sample_weight, classes=None, partial=False):
        """Fit a copy and take over what it has become: a fit that fails changes nothing."""
        if isinstance(self.hidden_layers, Iterator):  # it can be read once, `fit` called twice
            self.hidden_layers = tuple(self.hidden_layers)
        options = fitting.settings(self)
        if partial and options["early_stopping"]:
            raise ValueError("partial_fit does not support early_stopping=True")
        last = None
        if hasattr(self, "_last") and (partial or options["warm_start"]):
            last = self._last._replace(network=self.network_)
        learner, y_is = copy(self), {"multi_output": True, "y_numeric": self._y_numeric}
        X, y = validate_data(learner, X, y, reset=last is None, **y_is)
        y = y.toarray() if issparse(y) else y
        X, y, weights = fitting.weighted(sample_weight, X, y)
        samples, loss = learner._samples(X, y, weights, classes, last, partial)
        learner._last = fitting.fit(self, options, samples, loss, last, partial)
        learner.network_, _, _, curve, learner.validation_curve_, learner.n_iter_ = learner._last
        learner.loss_curve_, learner.loss_ = curve, curve[-1]
        self.__dict__ = learner.__dict__
        return self

    def _outputs(self, X):
        check_is_fitted(self, "network_")
        return self.network_.outputs(validate_data(self, X, reset=False))
