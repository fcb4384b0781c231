"""The network as scikit-learn estimators: fit, predict and score, in pipelines and searches too."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MultiOutputMixin, RegressorMixin
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from nnlib.network import Network, is_count, train
from nnlib.optimizers import OPTIMIZERS


class _NeuralNetwork(BaseEstimator):
    """What the two estimators share: parameters, training, the network's predictions."""

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
    ):
        """Nothing is checked before `fit`, which raises ValueError for what is not allowed.

        hidden_layers: neurons of each hidden layer; () leaves logistic or linear regression.
        activation: of the hidden layers; a name in `ACTIVATIONS` or a pair (name, a).
        optimizer: a name in `OPTIMIZERS`. learning_rate: above 0.
        batch_size: samples for each step. epochs: rounds through all samples. Both 1 or more.
        l2: weight of the penalty, 0 or more, see `nnlib.network.train`.
        dtype: "float32" or "float64", for training. Predictions are made in float64, so that the
            prediction for a row does not depend on the rows beside it.
        random_state: None, an int or a RandomState; with an int, `fit` is repeatable.
        early_stopping: whether to set the share validation_fraction of the samples aside, to stop
            once their loss has not fallen for `patience` epochs, and to keep the best parameters.
        verbose: whether to show progress, on one line.
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

    def _check_parameters(self):
        """Check what the network, the optimizer and `train` would not, or not by the same name."""
        if not np.iterable(self.hidden_layers) or not all(map(is_count, self.hidden_layers)):
            raise ValueError(
                "hidden_layers must be a sequence of whole numbers above 0, "
                f"not {self.hidden_layers!r}"
            )
        if not is_count(self.patience):
            raise ValueError(f"patience must be a whole number above 0, not {self.patience!r}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(
                f"optimizer must be one of {', '.join(OPTIMIZERS)}, not {self.optimizer!r}"
            )

    @np.errstate(over="ignore", invalid="ignore")  # divergence is told by an error instead
    def _fit(self, X, T, loss, strata=None):
        """Train a new network for the targets T, (samples, outputs) or (samples,)."""
        self._check_parameters()
        rng = np.random.default_rng(check_random_state(self.random_state).randint(2**31 - 1))
        if self.early_stopping:
            X, X_aside, T, T_aside = train_test_split(
                X,
                T,
                test_size=self.validation_fraction,
                stratify=strata,
                random_state=int(rng.integers(2**31)),
            )
        hidden, outputs = tuple(self.hidden_layers), T[0].size
        network = Network(
            (X.shape[1], *hidden, outputs),
            [self.activation] * len(hidden) + ["linear"],
            loss,
            self.dtype,
            rng,
        )
        optimizer = OPTIMIZERS[self.optimizer](self.learning_rate)
        epochs = train(network, X, T, optimizer, self.epochs, self.batch_size, self.l2, rng)
        losses, aside = [], []
        for epoch, mean_loss in enumerate(epochs, 1):
            if not np.isfinite(mean_loss + network.parameters.sum()):
                raise ValueError(
                    f"training diverged in epoch {epoch}: scale the features "
                    "(and targets), or lower learning_rate"
                )
            losses.append(mean_loss)
            if self.verbose:
                print(f"\repoch {epoch}/{self.epochs}, loss {mean_loss:.6f}", end="", flush=True)
            if self.early_stopping:
                aside.append(network.loss(X_aside, T_aside))
                epochs_since_best = len(aside) - 1 - np.argmin(aside)
                if not epochs_since_best:
                    best = network.copy()
                if epochs_since_best >= self.patience:
                    break
        if self.verbose:
            print()
        self.loss_curve_, self.validation_curve_ = losses, aside
        self.network_ = (best if self.early_stopping else network).astype("float64")
        return self

    def _predict(self, X):
        check_is_fitted(self, "network_")
        return self.network_.predict(validate_data(self, X, reset=False))


class NeuralNetworkClassifier(ClassifierMixin, _NeuralNetwork):
    """A dense network that tells two or more classes apart, whatever their labels.

    Two classes share one output (binary cross-entropy); more have one each (softmax).
    Fitted: classes_, the sorted labels; network_, in float64; loss_curve_, the mean loss in each
    epoch; validation_curve_, that of the samples set aside; n_features_in_, feature_names_in_.
    """

    def fit(self, X, y):
        """X: (samples, features), finite numbers; y: (samples,), the label of each row."""
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        classes = len(self.classes_)
        if classes < 2:
            raise ValueError(f"y must hold more than one class, not only {self.classes_[0]}")
        if classes == 2:
            return self._fit(X, codes, "binary_cross_entropy", strata=codes)
        return self._fit(X, np.eye(classes)[codes], "softmax_cross_entropy", strata=codes)

    def predict_proba(self, X):
        """The probability of each class, (samples, classes), in the order of classes_."""
        p = self._predict(X)
        return p if len(self.classes_) > 2 else np.hstack([1 - p, p])

    def predict(self, X):
        """The likeliest class of each row, (samples,)."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return self.classes_[likeliest]


class NeuralNetworkRegressor(MultiOutputMixin, RegressorMixin, _NeuralNetwork):
    """A dense network that predicts one number or several, trained on the squared error.

    Like any network it wants features and targets of a size about 1.
    Fitted: network_, in float64; loss_curve_, the mean loss in each epoch; validation_curve_,
    that of the samples set aside; n_features_in_, feature_names_in_.
    """

    def fit(self, X, y):
        """X: (samples, features); y: (samples,) or (samples, targets); finite numbers."""
        X, y = validate_data(self, X, y, multi_output=True, y_numeric=True)
        self._target_shape = y.shape[1:]
        return self._fit(X, y, "squared_error")

    def predict(self, X):
        """The predictions, shaped (samples,) or (samples, targets) as y was in `fit`."""
        z = self._predict(X)
        return z.reshape(len(z), *self._target_shape)
