"""What scikit-learn's users expect of a fit, held against repeated rows and scikit-learn's own."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_array
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import AdaBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
LABELS = np.array(["no", "yes", "perhaps"])[(X[:, 0] > 0) + (X[:, 1] > 0.5).astype(int)]
TWO = np.where(X[:, 0] > X[:, 1] ** 2, "yes", "no")
SEVERAL = np.stack([X[:, 0] > 0, X[:, 1] > 0.3, X.sum(axis=1) > 0], axis=1).astype(int)
WEIGHTS = RNG.integers(0, 4, 40)
FULL = {"batch_size": 200, "epochs": 30, "learning_rate": 0.01, "random_state": 0}

both = pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (NeuralNetworkClassifier, TWO),
        (NeuralNetworkClassifier, LABELS),
        (NeuralNetworkClassifier, SEVERAL),
        (NeuralNetworkRegressor, X[:, 0] * X[:, 1]),
        (NeuralNetworkRegressor, X[:, :2] ** 2),
    ],
    ids=["two", "three", "several", "number", "numbers"],
)


def answers(model):
    names = "predict_proba", "decision_function", "predict"
    return [getattr(model, name)(X) for name in names if hasattr(model, name)]


def assert_alike(first, second):
    for ours, theirs in zip(answers(first), answers(second), strict=True):
        if ours.dtype.kind == "f":
            assert_allclose(ours, theirs, rtol=1e-8, atol=1e-10)
        else:
            assert (ours == theirs).all()


@both
def test_a_weight_is_worth_as_many_rows(estimator, y):
    again = np.repeat(np.arange(40), WEIGHTS)
    ours = estimator(**FULL).fit(X, y, sample_weight=WEIGHTS / 7)
    theirs = estimator(**FULL).fit(X[again], y[again])
    assert_alike(ours, theirs)
    assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=1e-8)
    assert ours.predict(X[:1]).shape == estimator(**FULL).fit(X, y).predict(X[:1]).shape


@both
def test_equal_weights_are_no_weights(estimator, y):
    plain, ones = (estimator(epochs=3, random_state=1) for _ in range(2))
    plain.fit(X, y)
    ones.fit(X, y, np.full(40, 0.3))
    assert (ones.network_.parameters == plain.network_.parameters).all()


@both
def test_partial_fits_are_the_epochs_of_a_fit(estimator, y):
    options = {"epochs": 5, "learning_rate": 0.01, "random_state": 3}
    whole = estimator(**options).fit(X, y, WEIGHTS)
    parts = estimator(**options)
    first = {"classes": np.unique(y)} if y.dtype.kind == "U" else {}
    if y is SEVERAL:
        first = {"classes": [0, 1, 2]}
    parts.partial_fit(X, y, WEIGHTS, **first)
    for _ in range(4):
        parts.partial_fit(X, y, WEIGHTS)
    assert (parts.network_.parameters == whole.network_.parameters).all()
    assert parts.loss_curve_ == whole.loss_curve_
    assert parts.n_iter_ == 1
    whole.partial_fit(X, y, WEIGHTS)  # and go on after a fit
    assert (whole.network_.parameters == parts.partial_fit(X, y, WEIGHTS).network_.parameters).all()


@both
def test_a_warm_start_goes_on_from_the_parameters(estimator, y):
    # plain gradient descent keeps nothing but the parameters, so 30 + 30 steps are 60
    options = FULL | {"optimizer": "sgd", "learning_rate": 0.05}
    warm = estimator(**options, warm_start=True).fit(X, y).fit(X, y)
    cold = estimator(**options).fit(X, y)
    assert (cold.fit(X, y).loss_curve_ == np.array(warm.loss_curve_[:30])).all()
    longer = estimator(**options | {"epochs": 60}).fit(X, y)
    assert_allclose(warm.loss_curve_, longer.loss_curve_, rtol=1e-9)
    assert_alike(warm, longer)
    assert warm.n_iter_ == 30
    assert warm.loss_ == warm.loss_curve_[-1]


def theirs_and_ours(y, kind, name="tanh", **options):
    """scikit-learn's network after a step, and ours with its weights."""
    theirs = {NeuralNetworkClassifier: MLPClassifier, NeuralNetworkRegressor: MLPRegressor}[kind](
        hidden_layer_sizes=(5, 4), activation=name, solver="sgd", momentum=0, alpha=0,
        batch_size=40, shuffle=False,
        learning_rate_init=0.1, max_iter=1, tol=0, n_iter_no_change=1000, random_state=0,
        warm_start=True,
    )  # fmt: skip
    rate = 0.1 if kind is NeuralNetworkClassifier else 0.05  # our squares lack the factor 1/2
    ours = kind((5, 4), name, "sgd", rate, batch_size=40, epochs=1, warm_start=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that one step is too few
        theirs.fit(X, y)
        ours.fit(X, y)
        for mine, other in zip(ours.coefs_ + ours.intercepts_,
                               theirs.coefs_ + theirs.intercepts_, strict=True):  # fmt: skip
            assert mine.shape == other.shape
            mine[:] = other
        assert_allclose(answers(ours)[0], answers(theirs)[0], rtol=1e-9)
        theirs.set_params(max_iter=20).fit(X, y, **options)
        ours.set_params(epochs=20).fit(X, y, **options)
    return theirs, ours


@both
@pytest.mark.parametrize("weights", [None, WEIGHTS, WEIGHTS + 0.5])
def test_follows_scikit_learns_own_network(estimator, y, weights):
    theirs, ours = theirs_and_ours(y, estimator, sample_weight=weights)
    for mine, other in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_,
                           strict=True):  # fmt: skip
        assert_allclose(mine, other, rtol=1e-8, atol=1e-10)
    scale = 1 if estimator is NeuralNetworkClassifier else 2 * (1 if y.ndim == 1 else y.shape[1])
    assert_allclose(ours.loss_, scale * theirs.loss_, rtol=1e-8)
    assert ours.n_iter_ == theirs.n_iter_ == 20
    assert (ours.predict(X).shape, ours.predict(X).dtype) == (
        theirs.predict(X).shape,
        theirs.predict(X).dtype,
    )
    if estimator is NeuralNetworkClassifier:
        assert (ours.classes_ == theirs.classes_).all()
        assert (ours.predict(X) == theirs.predict(X)).all()
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-8)
        assert_allclose(ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=1e-7)


@pytest.mark.parametrize("y", [TWO, LABELS], ids=["two", "three"])
@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_class_weights_are_the_sample_weights_of_logistic_regression(y, weights):
    kinds = {"balanced": "balanced", "dictionary": {"yes": 5.0, "no": 0.5}}
    for class_weight in kinds.values():
        theirs = LogisticRegression(
            C=1.0, class_weight=class_weight, solver="newton-cholesky", tol=1e-12
        ).fit(X, y, weights)
        n = np.ones(40) if weights is None else weights.astype(float)
        if class_weight == "balanced":
            totals = {c: n[y == c].sum() for c in set(y)}
            factors = np.array([n.sum() / len(totals) / totals[c] for c in y])
        else:
            factors = np.array([class_weight.get(c, 1.0) for c in y])
        ours = NeuralNetworkClassifier(
            (), optimizer="sgd", learning_rate=1.0, batch_size=40, epochs=1500,
            class_weight=class_weight, l2=1 / (n * factors).sum(), random_state=0,
        ).fit(X, y, weights)  # fmt: skip
        assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)
        by_hand = ours.get_params() | {"class_weight": None}
        by_hand = NeuralNetworkClassifier(**by_hand).fit(X, y, n * factors)
        assert_allclose(ours.predict_proba(X), by_hand.predict_proba(X), rtol=1e-9)


def test_a_class_without_weight_stays_known_but_is_not_learned():
    model = NeuralNetworkClassifier(**FULL, class_weight={"no": 0}).fit(X, LABELS)
    assert model.classes_.tolist() == ["no", "perhaps", "yes"]
    left = LABELS != "no"
    weighed = NeuralNetworkClassifier(**FULL).partial_fit(
        X[left], LABELS[left], classes=model.classes_
    )
    assert weighed.loss_curve_[0] == model.loss_curve_[0]


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ("equal", "class_weight must be None, 'balanced' or a dictionary, not 'equal'"),
        ([1, 2], "class_weight must be None, 'balanced' or a dictionary"),
        ({"on": 1}, r"class_weight must be for the classes \['no', 'yes'\], not {'on': 1}"),
        ({"no": -1}, "class_weight must be 0 or more"),
        ({"no": 0, "yes": 0}, "class_weight must be 0 or more"),
        ({"no": "much"}, "class_weight must be a finite number, not 'much'"),
    ],
)
def test_forbidden_class_weights_are_named(class_weight, message):
    with pytest.raises(ValueError, match=message):
        NeuralNetworkClassifier(class_weight=class_weight).fit(X, TWO)


@both
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(39), r"sample_weight must have the shape \(40,\), not \(39,\)"),
        (np.ones((40, 2)), "sample_weight must have the shape"),
        (2.0, r"sample_weight must have the shape \(40,\), not \(\)"),
        (-np.ones(40), "sample_weight must be finite, 0 or more and not everywhere zero"),
        (np.zeros(40), "sample_weight must be finite, 0 or more and not everywhere zero"),
        (np.full(40, np.nan), "sample_weight must be finite"),
        (np.full(40, np.inf), "sample_weight must be finite"),
        (["a"] * 40, "sample_weight must be an array of numbers"),
        ({1, 2}, "sample_weight must be an array of numbers"),
    ],
)
def test_forbidden_sample_weights_are_named(estimator, y, weights, message):
    with pytest.raises(ValueError, match=message):
        estimator().fit(X, y, sample_weight=weights)


def test_partial_fit_wants_the_classes_first_and_knows_them_afterwards():
    model = NeuralNetworkClassifier(random_state=0)
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        model.partial_fit(X, LABELS)
    with pytest.raises(ValueError, match="classes must be a list of labels, not 'yes'"):
        model.partial_fit(X, LABELS, classes="yes")
    model.partial_fit(X[:5], ["yes"] * 5, classes={"yes", "no", "perhaps"})
    assert model.predict_proba(X).shape == (40, 3)
    model.partial_fit(X, LABELS, classes=["no", "perhaps", "yes"])
    with pytest.raises(ValueError, match="classes must be those of the first call"):
        model.partial_fit(X, LABELS, classes=["no", "yes"])
    with pytest.raises(ValueError, match=r"y must hold the classes .* not"):
        model.partial_fit(X, ["never"] * 40)
    with pytest.raises(ValueError, match="class_weight='balanced' wants all samples"):
        model.set_params(class_weight="balanced").partial_fit(X, LABELS)
    with pytest.raises(ValueError, match="partial_fit does not support early_stopping"):
        model.set_params(class_weight=None, early_stopping=True).partial_fit(X, LABELS)


@both
def test_sparse_features_are_refused(estimator, y):
    with pytest.raises(TypeError, match="Sparse data was passed for X, but dense data is required"):
        estimator().fit(csr_array(X), y)


def test_a_warm_start_wants_the_same_network():
    model = NeuralNetworkClassifier(warm_start=True, epochs=2).fit(X, LABELS)
    with pytest.raises(ValueError, match="y must hold the classes"):
        model.fit(X, TWO)
    with pytest.raises(ValueError, match=r"go on with, \(3, 16, 8, 3\) .* asked for, \(3, 4, 3\)"):
        model.set_params(hidden_layers=(4,)).fit(X, LABELS)
    with pytest.raises(ValueError, match="X has 2 features"):
        model.set_params(hidden_layers=(16, 8)).fit(X[:, :2], LABELS)


def test_a_new_learning_rate_holds_from_the_next_partial_fit_on():
    model = NeuralNetworkRegressor(optimizer="sgd", batch_size=40).partial_fit(X, X[:, 0])
    before, gradient = (
        model.network_.parameters.copy(),
        model.network_.gradient(X, X[:, 0]),
    )
    model.set_params(learning_rate=0.5).partial_fit(X, X[:, 0])
    assert_allclose(model.network_.parameters, before - 0.5 * gradient, rtol=1e-9, atol=1e-12)


def test_several_labels_a_sample():
    X, Y = make_multilabel_classification(300, n_classes=4, random_state=0)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = NeuralNetworkClassifier(learning_rate=0.01, epochs=60, random_state=0).fit(X, Y)
    assert model.classes_.tolist() == [0, 1, 2, 3]
    assert model.predict_proba(X).shape == model.decision_function(X).shape == Y.shape
    assert (model.predict(X) == (model.predict_proba(X) > 0.5)).all()
    assert model.score(X, Y) > 0.8  # all four right
    sparse = NeuralNetworkClassifier(learning_rate=0.01, epochs=60, random_state=0)
    assert (sparse.fit(X, csr_array(Y)).predict(X) == model.predict(X)).all()
    stopped = model.set_params(early_stopping=True, epochs=5).fit(X, Y)
    assert len(stopped.validation_curve_) == 5
    with pytest.raises(ValueError, match="one label a sample, or a matrix of zeros and ones"):
        model.fit(X, Y + 1)
    with pytest.raises(ValueError, match="class_weight must be None where"):
        NeuralNetworkClassifier(class_weight="balanced").fit(X, Y)


def test_chances_of_two_classes_keep_their_digits():
    model = NeuralNetworkClassifier((), epochs=1).fit([[0.0], [1.0]], [0, 1])
    model.coefs_[0][:], model.intercepts_[0][:] = 1, 0
    y = np.array([-800, -40, -30, -1, 0, 1, 30, 40, 800.0])
    p, logs = model.predict_proba(y[:, None]), model.predict_log_proba(y[:, None])
    with np.errstate(over="ignore"):
        assert_allclose(p, np.stack([1 / (1 + np.exp(y)), 1 / (1 + np.exp(-y))], axis=1))
    assert_allclose(logs[:, 1], -logs[::-1, 0] * -1)
    assert_allclose(logs[0], [0, -800])
    assert_allclose(logs[3], [np.log(1 / (1 + np.exp(-1))), np.log(1 / (1 + np.exp(1)))])
    assert model.predict(y[:, None]).tolist() == [0] * 5 + [1] * 4


def test_scikit_learns_tools_find_what_they_look_for():
    model = NeuralNetworkClassifier(epochs=3, random_state=0)
    for method in ("predict_proba", "predict_log_proba", "decision_function"):
        assert cross_val_predict(model, X, LABELS, cv=3, method=method).shape == (40, 3)
    assert model.get_metadata_routing().fit.requests == {"sample_weight": None}
    small = NeuralNetworkClassifier((4,), epochs=40, learning_rate=0.02, random_state=0)
    boosted = AdaBoostClassifier(small, n_estimators=3, random_state=0).fit(X, TWO)
    assert len(boosted.estimators_) >= 1
    assert boosted.score(X, TWO) > 0.9


def test_weights_count_for_the_samples_aside_too():
    options = dict(early_stopping=True, validation_fraction=0.3, epochs=4, random_state=0)
    model = NeuralNetworkRegressor(batch_size=100, **options).fit(X, X[:, 0], WEIGHTS + 1)
    rng = np.random.default_rng(np.random.RandomState(0).randint(2**31 - 1))
    seed = int(rng.integers(2**31))
    parts = train_test_split(X, X[:, 0], WEIGHTS + 1, test_size=0.3, random_state=seed)
    X_aside, y_aside, weights_aside = parts[1::2]
    errors = (model.predict(X_aside) - y_aside) ** 2
    assert_allclose(np.average(errors, weights=weights_aside), min(model.validation_curve_))
