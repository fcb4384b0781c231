"""The network as scikit-learn estimators: fit, predict and score, in pipelines and searches too."""

from collections.abc import Iterator
from copy import copy

import numpy as np
from scipy.sparse import issparse
from scipy.special import log_softmax
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib import fitting, labels


class _NeuralNetwork(BaseEstimator):
    """What the two estimators share: parameters, training, the network's outputs."""

    def __init__(
        self,
        hidden_layers=(16, 8),
        activation="relu",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=32,
        epochs=200,
        l2=0.0,
        dtype="float32",
        random_state=None,
        early_stopping=False,
        validation_fraction=0.1,
        patience=10,
        verbose=False,
        warm_start=False,
    ):
        """Nothing is checked before `fit`, which raises ValueError for what is not allowed.

        hidden_layers: neurons of each hidden layer; () leaves logistic or linear regression.
        activation: of the hidden layers; a name in `ACTIVATIONS` or a pair (name, a).
        optimizer: a name in `OPTIMIZERS`. learning_rate: above 0.
        batch_size: samples for each step. epochs: rounds through all samples. Both 1 or more.
        l2: weight of the penalty, 0 or more, see `nnlib.network.train`.
        dtype: "float32" or "float64", for training. What fits into one batch is trained in
            float64 anyway, so that the order of the rows does not matter there. Predictions are
            made in float64, so that that for a row does not depend on the rows beside it.
        random_state: None, an int or a RandomState; with an int, `fit` is repeatable.
        early_stopping: whether to set the share validation_fraction of the samples aside, to stop
            once their loss has not fallen for `patience` epochs, and to keep the best parameters.
        verbose: whether to show progress, on one line.
        warm_start: whether `fit` goes on from the last fit's parameters, with a new optimizer.
        """
        self.hidden_layers = hidden_layers
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.l2 = l2
        self.dtype = dtype
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.verbose = verbose
        self.warm_start = warm_start

    @property
    def coefs_(self):
        """The weights between the layers, each (from, to): views of those of network_."""
        return [weights.T for weights in self.network_.weights]

    @property
    def intercepts_(self):
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


class NeuralNetworkClassifier(ClassifierMixin, _NeuralNetwork):
    """A dense network that tells classes apart, whatever their labels, or gives several labels.

    Two classes share one output (binary cross-entropy); more have one each (softmax). Several
    labels a sample, a matrix y of zeros and ones, have one each too (binary cross-entropies).
    Fitted: classes_, the sorted labels; network_, in float64; coefs_, intercepts_, its weights and
    biases; loss_curve_, the mean loss in each epoch, and loss_, the last of them;
    validation_curve_, that of the samples set aside; n_iter_, the epochs of the last fit;
    n_features_in_, feature_names_in_. A fit that fails or is interrupted changes none of them.
    Left out on purpose: sparse X, which is refused; `tol`, in place of which `early_stopping` looks
    at samples set aside; the optimizers' other constants; class weights for several labels.
    """

    _y_numeric = False

    def __init__(
        self,
        hidden_layers=(16, 8),
        activation="relu",
        optimizer="adam",
        learning_rate=1e-3,
        batch_size=32,
        epochs=200,
        l2=0.0,
        dtype="float32",
        random_state=None,
        early_stopping=False,
        validation_fraction=0.1,
        patience=10,
        verbose=False,
        warm_start=False,
        class_weight=None,
    ):
        """As for the regressor. class_weight: None, a dictionary (what it leaves out weighs 1), or
        "balanced", so that all classes weigh the same in sum.
        """
        super().__init__(
            hidden_layers,
            activation,
            optimizer,
            learning_rate,
            batch_size,
            epochs,
            l2,
            dtype,
            random_state,
            early_stopping,
            validation_fraction,
            patience,
            verbose,
            warm_start,
        )
        self.class_weight = class_weight

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X, y, sample_weight=None):
        """Learn from X, (samples, features), and y, (samples,) labels or (samples, labels) 0 or 1.

        sample_weight: None or (samples,), 0 or more: the sample's share in the mean loss. A whole
        number is worth as many equal rows, exactly so if all samples fit into one batch.
        """
        return self._learn(X, y, sample_weight)

    def partial_fit(self, X, y, sample_weight=None, classes=None):
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

    def decision_function(self, X):
        """The sums y before sigmoid or softmax: (samples, classes), but (samples,) for two."""
        y = self._outputs(X)
        return y[:, 0] if y.shape[1] == 1 else y

    def _sums(self, X):
        """The same for both of two classes: sigmoid(-y) is 1 - sigmoid(y) to the last digit."""
        y = self._outputs(X)
        return np.hstack([-y, y]) if y.shape[1] == 1 else y

    def predict_proba(self, X):
        """The probability of each class or label, (samples, classes), in the order of classes_."""
        y = self._sums(X)
        return self.network_.loss_function.predict(y.T).T

    def predict_log_proba(self, X):
        """The logarithms of `predict_proba`, finite where those of tiny chances would not be."""
        y = self._sums(X)
        softmax = self.network_.loss_function.name == "softmax_cross_entropy"
        return log_softmax(y, axis=1) if softmax else -np.logaddexp(0, -y)

    def predict(self, X):
        """The likeliest class of each row, (samples,), or its labels, (samples, labels) 0 or 1."""
        y = self.decision_function(X)
        if self.network_.loss_function.name == "softmax_cross_entropy":
            return self.classes_[y.argmax(axis=1)]
        likely = (y > 0).astype(int)
        return likely if y.ndim == 2 else self.classes_[likely]


class NeuralNetworkRegressor(MultiOutputMixin, RegressorMixin, _NeuralNetwork):
    """A dense network that predicts one number or several, trained on the squared error.

    Like any network it wants features and targets of a size about 1.
    Fitted, and left out on purpose: as for the classifier, without its classes.
    """

    _y_numeric = True

    def fit(self, X, y, sample_weight=None):
        """Learn from X, (samples, features), and y, (samples,) or (samples, targets).

        sample_weight: as for the classifier.
        """
        return self._learn(X, y, sample_weight)

    def partial_fit(self, X, y, sample_weight=None):
        """One epoch more, as for the classifier."""
        return self._learn(X, y, sample_weight, partial=True)

    def _samples(self, X, y, weights, given, last, partial):
        self._target_shape = y.shape[1:]
        return fitting.Samples(X, y, weights, None), "squared_error"

    def predict(self, X):
        """The predictions, shaped (samples,) or (samples, targets) as y was in `fit`."""
        z = self._outputs(X)
        return z.reshape(len(z), *self._target_shape)
