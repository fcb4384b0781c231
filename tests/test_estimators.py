"""The estimators, by scikit-learn's own checks and in the hands of its tools."""

import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.datasets import load_digits, make_blobs, make_moons, make_regression
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor

CHECKS = [
    pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.func.__name__}")
    for unfitted in (NeuralNetworkClassifier(), NeuralNetworkRegressor())
    for estimator, check in estimator_checks_generator(unfitted)
    if check.func.__name__ != "check_array_api_input"  # numpy and pandas are all that is promised
]

both = pytest.mark.parametrize("estimator", [NeuralNetworkClassifier, NeuralNetworkRegressor])
MOONS = make_moons(120, noise=0.1, random_state=0)


@pytest.mark.parametrize(("estimator", "check"), CHECKS)
def test_keeps_the_contract_of_scikit_learn(estimator, check):
    check(estimator)


def test_separates_what_a_line_cannot():
    X, y = make_moons(300, noise=0.1, random_state=0)
    model = NeuralNetworkClassifier(learning_rate=0.01, random_state=0)
    assert cross_val_score(model, X, y).min() > 0.97
    assert cross_val_score(LogisticRegression(solver="newton-cholesky"), X, y).mean() < 0.9


def test_reads_digits():
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0)
    model = NeuralNetworkClassifier((32,), learning_rate=0.01, epochs=30, random_state=0)
    assert model.fit(X_train, y_train).score(X_test, y_test) > 0.95
    assert model.predict_proba(X_test).shape == (450, 10)


def test_regression_of_one_target_and_of_several():
    X, Y = make_regression(200, 5, n_targets=2, noise=0.1, random_state=0)
    Y = Y / Y.std(axis=0)
    model = NeuralNetworkRegressor(learning_rate=0.01, random_state=0).fit(X, Y)
    assert model.predict(X).shape == Y.shape
    assert model.score(X, Y) > 0.99
    assert model.fit(X, Y[:, 0]).predict(X).shape == (200,)
    assert model.score(X, Y[:, 0]) > 0.99


@pytest.mark.parametrize(
    "labels",
    [
        ["no", "yes"],
        [False, True],
        [-1, 1],
        [2.0, 5.0],
        ["setosa", "versicolor", "virginica"],
        [10, 20, 30],
        np.array(["a", "b"], dtype=object),
    ],
    ids=str,
)
def test_any_labels(labels):
    X, codes = make_blobs(90, centers=len(labels), cluster_std=0.5, random_state=3)
    y = np.asarray(labels)[codes]
    model = NeuralNetworkClassifier(learning_rate=0.01, epochs=80, random_state=0).fit(X, y)
    assert model.classes_.tolist() == sorted(labels)
    assert (model.predict(X) == y).mean() > 0.97
    assert model.predict(X).dtype == y.dtype
    p = model.predict_proba(X)
    assert_allclose(p.sum(axis=1), 1)
    assert (model.classes_[p.argmax(axis=1)] == model.predict(X)).all()


@pytest.mark.parametrize("kind", [list, pd.Series, pd.Categorical])
def test_labels_in_any_container(kind):
    X, y = MOONS
    names = np.where(y, "upper", "lower").tolist()
    model = NeuralNetworkClassifier(epochs=2, random_state=0).fit(X, kind(names))
    assert set(model.predict(X)) <= {"upper", "lower"} == set(model.classes_)


def test_in_a_pipeline_a_grid_search_and_a_data_frame():
    X, y = MOONS
    frame = pd.DataFrame(X * [1, 1000] + [0, 5000], columns=["near", "far"])
    pipeline = make_pipeline(StandardScaler(), NeuralNetworkClassifier(epochs=20, random_state=0))
    search = GridSearchCV(
        pipeline,
        {
            "neuralnetworkclassifier__hidden_layers": [(), (8,), [8, 4]],
            "neuralnetworkclassifier__learning_rate": [0.01],
        },
        cv=3,
    ).fit(frame, pd.Series(y).map({0: "upper", 1: "lower"}))
    assert search.best_score_ > 0.8
    assert set(search.predict(frame)) == {"upper", "lower"}
    model = NeuralNetworkClassifier(epochs=1).fit(frame, y)
    assert model.feature_names_in_.tolist() == ["near", "far"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["far", "near"]])


@both
def test_clones_and_pickles(estimator):
    model = estimator((4,), epochs=3, activation=("elu", 0.5), random_state=7).fit(*MOONS)
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict(MOONS[0]) == model.predict(MOONS[0])).all()
    twin = clone(model)
    assert not hasattr(twin, "network_")
    assert twin.fit(*MOONS).loss_curve_ == model.loss_curve_


@both
@pytest.mark.parametrize("early_stopping", [False, True])
def test_repeats_with_the_random_state(estimator, early_stopping):
    def curve(random_state):
        model = estimator(epochs=5, random_state=random_state, early_stopping=early_stopping)
        return model.fit(*MOONS).loss_curve_

    assert curve(1) == curve(1) == curve(np.random.RandomState(1))
    assert curve(1) != curve(2)
    assert curve(None) != curve(None)


@both
def test_the_loss_curve_tells_each_epoch_and_ends_near_the_loss_of_the_predictions(estimator):
    X, y = MOONS
    model = estimator(learning_rate=0.01, epochs=60, random_state=0).fit(X, y)
    assert len(model.loss_curve_) == 60
    assert model.validation_curve_ == []
    if estimator is NeuralNetworkClassifier:
        loss = log_loss(y, model.predict_proba(X))
    else:
        loss = mean_squared_error(y, model.predict(X))
    assert_allclose(model.loss_curve_[-1], loss, rtol=0.2, atol=0.01)
    assert model.loss_curve_[-1] < model.loss_curve_[0] / 2


@both
def test_float32_and_float64_train_alike_and_predict_in_float64(estimator):
    first, second = (
        estimator(epochs=10, dtype=dtype, random_state=0).fit(*MOONS)
        for dtype in ("float32", "float64")
    )
    assert_allclose(first.loss_curve_, second.loss_curve_, rtol=1e-4)
    assert first.network_.outputs(MOONS[0]).dtype == "float64"
    # so that it does not matter which rows are predicted together
    assert_allclose(first.predict(MOONS[0])[5:6], first.predict(MOONS[0][5:6]), rtol=1e-12)


def test_early_stopping_stops_and_keeps_the_best():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 10)), rng.integers(0, 2, 80)  # nothing to learn but noise
    model = NeuralNetworkClassifier(
        (32,),
        learning_rate=0.01,
        epochs=500,
        early_stopping=True,
        validation_fraction=0.25,
        patience=7,
        random_state=0,
    ).fit(X, y)
    curve = model.validation_curve_
    assert len(curve) == len(model.loss_curve_) < 500
    assert np.argmin(curve) == len(curve) - 1 - 7
    longer = clone(model).set_params(epochs=int(np.argmin(curve)) + 1).fit(X, y)
    assert_allclose(longer.predict_proba(X), model.predict_proba(X))


def test_the_penalty_shrinks_the_weights():
    small, large = (
        NeuralNetworkClassifier(epochs=50, l2=l2, random_state=0).fit(*MOONS) for l2 in (0.0, 0.1)
    )
    assert np.linalg.norm(large.network_.parameters) < np.linalg.norm(small.network_.parameters)


def test_progress_is_told_on_one_line(capsys):
    model = NeuralNetworkClassifier(epochs=3, random_state=0).fit(*MOONS)
    assert capsys.readouterr().out == ""
    model.set_params(verbose=True).fit(*MOONS)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert out.endswith(f"\repoch 3/3, loss {model.loss_curve_[-1]:.6f}\n")


@both
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"hidden_layers": 16},
            "hidden_layers must be a sequence of whole numbers above 0, not 16",
        ),
        ({"hidden_layers": (16, 0)}, r"hidden_layers must be .* not \(16, 0\)"),
        ({"activation": "swish"}, "activation must be one of .* not 'swish'"),
        ({"optimizer": "lbfgs"}, "optimizer must be one of sgd, momentum, adam, not 'lbfgs'"),
        ({"learning_rate": 0}, "learning_rate must be above 0, not 0"),
        ({"batch_size": 0}, "batch_size must be a whole number above 0, not 0"),
        ({"epochs": 2.5}, "epochs must be a whole number above 0, not 2.5"),
        ({"l2": -1}, "l2 must be 0 or more, not -1"),
        ({"dtype": "int8"}, "dtype must be .* not 'int8'"),
        ({"patience": 0}, "patience must be a whole number above 0, not 0"),
        ({"validation_fraction": 1.5}, "validation_fraction must be above 0 .* not 1.5"),
        ({"validation_fraction": None}, "validation_fraction must be a finite number, not None"),
        ({"validation_fraction": 5}, "validation_fraction must be above 0 and below 1, not 5"),
        ({"activation": 5, "hidden_layers": ()}, "activation must be a name .*, not 5"),
        ({"activation": None}, "activation must be a name or a pair .*, not None"),
        ({"activation": []}, r"activation must be a name or a pair .*, not \[\]"),
        ({"optimizer": []}, r"optimizer must be one of .* not \[\]"),
        ({"hidden_layers": {16, 8}}, "hidden_layers must be a sequence"),
        ({"hidden_layers": {16: 8}}, r"hidden_layers must be a sequence .* not {16: 8}"),
        ({"hidden_layers": "16"}, "hidden_layers must be a sequence .* not '16'"),
        ({"hidden_layers": b"16"}, "hidden_layers must be a sequence .* not b'16'"),
        ({"early_stopping": "no"}, "early_stopping must be True or False, not 'no'"),
        ({"verbose": "no"}, "verbose must be True or False, not 'no'"),
        ({"warm_start": 2}, "warm_start must be True or False, not 2"),
        ({"l2": 1e308}, "training diverged in epoch 1: .* l2"),
        ({"random_state": "seed"}, "seed"),
    ],
)
def test_forbidden_parameters_are_named(estimator, parameters, message):
    with pytest.raises(ValueError, match=message):
        estimator(**parameters).fit(*MOONS)


@both
def test_forbidden_data_are_named(estimator):
    X, y = MOONS
    with pytest.raises(NotFittedError, match="not fitted"):
        estimator().predict(X)
    with pytest.raises(ValueError, match="contains NaN"):
        estimator().fit(np.where(X > 1, np.nan, X), y)
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[120, 119\]"):
        estimator().fit(X, y[1:])
    with pytest.raises(ValueError, match=r"X has 1 features, but .* is expecting 2 features"):
        estimator(epochs=1).fit(X, y).predict(X[:, :1])


def test_a_classifier_wants_classes():
    X, y = MOONS
    with pytest.raises(ValueError, match="y must hold more than one class, not only yes"):
        NeuralNetworkClassifier().fit(X, ["yes"] * len(X))
    with pytest.raises(ValueError, match="Unknown label type: continuous"):
        NeuralNetworkClassifier().fit(X, y + 0.5 * X[:, 0])


def test_divergence_is_told():
    X, y = MOONS
    model = NeuralNetworkRegressor(optimizer="sgd", learning_rate=10.0, random_state=0)
    with pytest.raises(ValueError, match=r"training diverged in epoch \d+: scale the features"):
        model.fit(1000 * X, y)
    with pytest.raises(ValueError, match=r"diverged in epoch 1\b"):
        NeuralNetworkClassifier().fit(1e200 * X, y)  # more than float32 can hold
