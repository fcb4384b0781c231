"""The network as a classifier."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin

from nnlib.estimators import fitting, labels
from nnlib.estimators.base import NeuralNetwork


@dataclass(eq=False, repr=False)
class NeuralNetworkClassifier(ClassifierMixin, NeuralNetwork):
    """A dense network that tells classes apart, whatever their labels, or gives several labels.

    Two classes share one output (binary cross-entropy); more have one each (softmax). Several
    labels a sample, a matrix y of zeros and ones, have one each too (binary cross-entropies).
    Fitted: classes_, the sorted labels; network_, in float64; coefs_, intercepts_, its weights and
    biases; loss_curve_, the mean loss in each epoch, and loss_, the last of them;
    validation_curve_, that of the samples set aside; n_iter_, the epochs of the last fit;
    n_features_in_, feature_names_in_. A fit that fails or is interrupted changes none of them.
    Parameters: those of `base.NeuralNetwork`, and class_weight: None, a dictionary (what it leaves
    out weighs 1), or "balanced", so that all classes weigh the same in sum.
    Left out on purpose: sparse X, which is refused; `tol`, in place of which `early_stopping` looks
    at samples set aside; the optimizers' other constants; class weights for several labels.
    """

    _y_numeric = False

    class_weight: Mapping | str | None = None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> "NeuralNetworkClassifier":
        """Learn from X, (samples, features), and y, (samples,) labels or (samples, labels) 0 or 1.

        sample_weight: None or (samples,), 0 or more: the sample's share in the mean loss. A whole
        number is worth as many equal rows, exactly so if all samples fit into one batch.
        """
        return self._learn(X, y, sample_weight)

    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        classes: Iterable | None = None,
    ) -> "NeuralNetworkClassifier":
        """One epoch more, with the same optimizer; n calls with all samples equal n epochs of fit.

        classes: all labels that will ever come; the first call needs them.
        """
        return self._learn(X, y, sample_weight, classes, partial=True)

    def _samples(self, X, y, weights, given, last, partial):
        before = None if last is None else self.classes_
        y, found = labels.read(y)
        self.classes_ = labels.classes(found, given, before, partial)
        if y.ndim == 2:
            if self.class_weight is not None:
                raise ValueError("class_weight must be None where a sample has several labels")
            return fitting.Samples(X, y, weights, None), "binary_cross_entropy"
        codes = np.searchsorted(self.classes_, y)
        weights = labels.weigh(self.class_weight, self.classes_, codes, weights, partial)
        if weights is not None:
            X, codes, weights = (part[weights > 0] for part in (X, codes, weights))
        if len(self.classes_) == 2:
            return fitting.Samples(X, codes, weights, codes), "binary_cross_entropy"
        one_hot = np.eye(len(self.classes_))[codes]
        return fitting.Samples(X, one_hot, weights, codes), "softmax_cross_entropy"

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """The sums y before sigmoid or softmax: (samples, classes), but (samples,) for two."""
        y = self._outputs(X)
        return y[:, 0] if y.shape[1] == 1 else y

    def _sums(self, X):
        """The same for both of two classes: sigmoid(-y) is 1 - sigmoid(y) to the last digit."""
        y = self._outputs(X)
        return np.hstack([-y, y]) if y.shape[1] == 1 else y

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """The probability of each class or label, (samples, classes), in the order of classes_."""
        y = self._sums(X)
        return self.network_.loss_function.predict(y.T).T

    def predict_log_proba(self, X: ArrayLike) -> np.ndarray:
        """The logarithms of `predict_proba`, finite where those of tiny chances would not be."""
        y = self._sums(X)
        softmax = self.network_.loss_function.name == "softmax_cross_entropy"
        return log_softmax(y, axis=1) if softmax else -np.logaddexp(0, -y)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """The likeliest class of each row, (samples,), or its labels, (samples, labels) 0 or 1."""
        y = self.decision_function(X)
        if self.network_.loss_function.name == "softmax_cross_entropy":
            return self.classes_[y.argmax(axis=1)]
        likely = (y > 0).astype(int)
        return likely if y.ndim == 2 else self.classes_[likely]
