"""A fit that fails or is interrupted leaves the estimator as it was; what enters is converted."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor, fitting

RNG = np.random.default_rng(1)
FRAME = pd.DataFrame(RNG.normal(size=(60, 3)), columns=["a", "b", "c"])
X = FRAME.to_numpy()
TWO = np.where(X[:, 0] > 0, "yes", "no")
THREE = np.array(["ham", "spam", "eggs"])[np.arange(60) % 3]


def stopped(*args, **options):
    """Stands in for `train`: two epochs, then the reader's Ctrl-C."""
    yield 0.5
    yield 0.4
    raise KeyboardInterrupt


FAILURES = {
    "other labels, diverges": (lambda m: m.fit(1e200 * X, THREE), ValueError),
    "more features, diverges": (lambda m: m.fit(np.full((60, 5), 1e200), TWO), ValueError),
    "one class": (lambda m: m.fit(X, ["only"] * 60), ValueError),
    "no such activation": (lambda m: m.set_params(activation="x").fit(X, THREE), ValueError),
    "no such rate": (lambda m: m.set_params(learning_rate=-1).fit(X, THREE), ValueError),
    "partial, diverges": (lambda m: m.partial_fit(1e200 * FRAME, TWO), ValueError),
    "partial, other features": (lambda m: m.partial_fit(FRAME[["a", "b"]], TWO), ValueError),
    "warm, diverges": (lambda m: m.set_params(warm_start=True).fit(1e200 * FRAME, TWO), ValueError),
    "Ctrl-C": (lambda m: m.fit(np.ones((60, 7)), THREE), KeyboardInterrupt),
}


@pytest.mark.parametrize("regression", [False, True], ids=["classifier", "regressor"])
@pytest.mark.parametrize("name", FAILURES)
def test_a_fit_that_fails_leaves_the_old_model_whole(name, regression, monkeypatch):
    fails, kind = FAILURES[name]
    numbers = {"yes": 1.0, "no": 0.0, "ham": 2.0, "spam": 3.0, "eggs": 4.0, "only": np.nan}

    class Numbers(NeuralNetworkRegressor):
        def fit(self, X, y):
            return super().fit(X, [[numbers[label]] for label in y])

        def partial_fit(self, X, y):
            return super().partial_fit(X, [[numbers[label]] for label in y])

    model = Numbers(epochs=3) if regression else NeuralNetworkClassifier(epochs=3)
    model.fit(FRAME, TWO)
    before, answers = pickle.dumps(vars(model)), model.predict(FRAME)
    told = {k: v for k, v in vars(model).items() if k.endswith("_")}
    if kind is KeyboardInterrupt:
        monkeypatch.setattr(fitting, "train", stopped)
    with pytest.raises(kind):
        fails(model)
    monkeypatch.undo()
    parameters = set(model.get_params())
    after = vars(model)
    assert {k: v for k, v in after.items() if k.endswith("_")}.keys() == told.keys()
    assert all(after[k] is told[k] for k in told)
    old = pickle.loads(before)
    assert (old["network_"].parameters == model.network_.parameters).all()
    assert old.keys() == after.keys()
    assert {k for k in old if k in parameters} == parameters
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert model.n_features_in_ == 3
    assert (model.predict(FRAME) == answers).all()
    model.set_params(activation="relu", learning_rate=1e-3, warm_start=False)
    assert model.fit(X, THREE).predict(X).shape[0] == 60
    assert not hasattr(model, "feature_names_in_")


def test_a_first_fit_that_fails_leaves_nothing_fitted():
    model = NeuralNetworkClassifier()
    with pytest.raises(ValueError, match="diverged"):
        model.fit(1e200 * X, TWO)
    assert [name for name in vars(model) if name.endswith("_")] == []
    with pytest.raises(NotFittedError):
        model.predict(X)


@pytest.mark.parametrize("estimator", [NeuralNetworkClassifier, NeuralNetworkRegressor])
def test_hidden_layers_from_an_iterator_are_all_trained_and_once_read_kept(estimator):
    y = X[:, 0] > 0
    model = estimator(map(int, ["16", "8"]), epochs=1).fit(X, y)
    assert model.network_.sizes == (3, 16, 8, 1)
    assert model.fit(X, y).network_.sizes == (3, 16, 8, 1)
    assert model.get_params()["hidden_layers"] == (16, 8)
    assert clone(estimator(map(int, "48"), epochs=1)).fit(X, y).network_.sizes == (3, 4, 8, 1)
    failed = estimator(iter([4]), epochs=1)
    with pytest.raises(ValueError, match="diverged"):
        failed.fit(1e200 * X, y)
    assert failed.fit(X, y).network_.sizes == (3, 4, 1)
    with pytest.raises(ValueError, match=r"hidden_layers must be .* not \('a',\)"):
        estimator(iter("a")).fit(X, y)


def test_small_integers_and_numbers_of_numpy_are_what_they_say():
    def fitted(**options):
        return NeuralNetworkClassifier(**{"epochs": 2, "random_state": 0} | options).fit(X, TWO)

    small = fitted(hidden_layers=np.array([127, 100], "uint8"), batch_size=np.uint8(50),
                   epochs=np.int8(2), patience=np.int8(100))  # fmt: skip
    plain = fitted(hidden_layers=(127, 100), batch_size=50, patience=100)
    assert small.network_.sizes == (3, 127, 100, 1)
    assert small.loss_curve_ == plain.loss_curve_
    first, second = fitted(learning_rate=np.float64(0.01)), fitted(learning_rate=0.01)
    assert (first.network_.parameters == second.network_.parameters).all()
    aside = {"early_stopping": True, "epochs": 1}
    assert fitted(**aside, validation_fraction=np.float32(0.25)).validation_curve_ == (
        fitted(**aside, validation_fraction=0.25).validation_curve_
    )


@pytest.mark.parametrize(
    ("estimator", "y", "value"),
    [(NeuralNetworkRegressor, X[:, 0], 1e25), (NeuralNetworkClassifier, TWO, 3e38)],
    ids=["inf", "nan"],
)
def test_early_stopping_tells_that_the_loss_aside_was_never_finite(estimator, y, value):
    wild = X.copy()
    model = estimator(early_stopping=True, epochs=30, random_state=0)
    fine = model.fit(wild, y).validation_curve_
    for row in range(60):  # the one wild row is aside for some of them
        wild[:] = X
        wild[row] = value
        try:
            clone(model).fit(wild, y)
        except ValueError as error:
            if "set aside was never finite" in str(error):
                break
            assert "diverged" in str(error)
    else:
        raise AssertionError("no error told that the loss aside was never finite")
    assert np.isfinite(fine).all()


def test_too_few_samples_aside_are_told_by_the_fractions_name():
    model = NeuralNetworkClassifier(early_stopping=True)
    with pytest.raises(
        ValueError, match=r"validation_fraction=0.1 sets 2 of 20 samples aside, .* 3"
    ):
        model.fit(X[:20], THREE[:20])


def test_searches_over_precision_and_rates_of_numpy():
    grid = {"learning_rate": np.logspace(-3, -2, 2), "hidden_layers": [(4,), np.array([4, 2])]}
    search = GridSearchCV(NeuralNetworkClassifier(epochs=2, random_state=0), grid, cv=2)
    assert search.fit(X, TWO).best_params_["learning_rate"] in (1e-3, 1e-2)
