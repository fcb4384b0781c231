"""Networks on arrays, against scalar propagation, slopes, closed forms and scikit-learn."""

import copy
import math
import pickle
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier

from nnlib.activations import ACTIVATIONS
from nnlib.losses import LOSSES, squared_error
from nnlib.network import Network, train
from nnlib.optimizers import OPTIMIZERS, SGD, Adam
from nnlib.passes import Workspace, backward, forward, train_plainly
from nnlib.propagation import TinyNetwork, propagate

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])

numbers = st.floats(-2, 2).map(lambda x: round(x, 3))


def rows_of(*shape):
    elements = numbers
    for size in reversed(shape):
        elements = st.lists(elements, min_size=size, max_size=size)
    return elements


@st.composite
def tiny_networks(draw):
    """A TinyNetwork with some edges missing, with inputs and targets that fit."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    weights = [draw(rows_of(to, fro)) for fro, to in pairwise(sizes)]
    for layer in weights:
        for row in layer:
            gap = draw(st.integers(0, 2 * len(row)))
            if gap < len(row) > 1:
                row[gap] = None
    biases = [draw(rows_of(size)) for size in sizes[1:]]
    layer = st.sampled_from(list(ACTIVATIONS)) | st.tuples(
        st.sampled_from([name for name, f in ACTIVATIONS.items() if f.a_above is not None]),
        st.floats(0.25, 2),
    )
    activations = [draw(layer) for _ in sizes[1:]]
    return (
        TinyNetwork(weights, biases, activations),
        draw(rows_of(sizes[0])),
        draw(rows_of(sizes[-1])),
    )


def dense(tiny):
    """The same network on arrays; edges that are missing get a weight of 0."""
    network = Network(tiny.sizes, tiny.activations, dtype="float64")
    for layer, (weights, biases) in enumerate(zip(tiny.weights, tiny.biases, strict=True)):
        network.weights[layer][:] = [[w or 0 for w in row] for row in weights]
        network.biases[layer][:] = biases
    return network


def scalars(nested):
    return [x for part in nested for x in (scalars(part) if isinstance(part, tuple) else [part])]


@given(tiny_networks())
def test_agrees_with_scalar_propagation(case):
    tiny, inputs, targets = case
    network, trace = dense(tiny), propagate(*case)
    gradients = network.matrices(network.gradient([inputs], [targets]))
    assert_allclose(network.outputs([inputs])[0], trace.outputs, rtol=1e-12, atol=1e-12)
    assert_allclose(network.loss([inputs], [targets]), trace.loss, rtol=1e-12, atol=1e-12)
    for layer, gradient in enumerate(gradients):
        scale = dict(rtol=1e-12, atol=1e-12 * max(1, abs(gradient).max()))
        assert_allclose(gradient[:, -1], trace.bias_gradients[layer], **scale)
        for row, wanted in zip(gradient[:, :-1], trace.weight_gradients[layer], strict=True):
            exists = [edge is not None for edge in wanted]
            assert_allclose(row[exists], [edge for edge in wanted if edge is not None], **scale)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradient_is_the_slope_of_the_loss(name, depth, loss):
    rng = np.random.default_rng(depth)
    last = "linear" if LOSSES[loss].fused else name
    sizes = [*[3, 5, 4, 3][:depth], 2]
    network = Network(sizes, [name] * (depth - 1) + [last], loss, "float64", seed=depth)
    network.parameters[:] += rng.normal(scale=0.3, size=len(network.parameters))
    X, T = rng.normal(size=(6, 3)), np.eye(2)[rng.integers(0, 2, 6)]
    slopes, h = [], 1e-6
    for i, middle in enumerate(network.parameters.copy()):
        network.parameters[i] = middle + h
        above = network.loss(X, T)
        network.parameters[i] = middle - h
        slopes.append((above - network.loss(X, T)) / (2 * h))
        network.parameters[i] = middle
    assert_allclose(network.gradient(X, T), slopes, rtol=1e-6, atol=1e-8)


def test_outputs_by_hand():
    network = Network((2, 2, 1), ["relu", "sigmoid"], dtype="float64")
    network.weights[0][:] = [[1, -2], [0.5, 0.5]]
    network.weights[1][:] = [[2, -4]]
    network.biases[0][:] = [0.5, -1]
    network.biases[1][:] = [1]
    # x = (3, 1): y1 = 3 - 2 + .5 = 1.5, y2 = 1.5 + .5 - 1 = 1, y3 = 2 * 1.5 - 4 * 1 + 1 = 0
    # x = (0, 1): y1 = -1.5, y2 = -.5, both cut off, so y3 = 1
    assert_allclose(network.outputs([[3, 1], [0, 1]]), [[0.5], [1 / (1 + math.exp(-1))]])
    assert_allclose(network.loss([[3, 1]], [1]), 0.25)
    assert network.parameters.tolist() == [1, -2, 0.5, 0.5, 0.5, -1, 2, -4, 1]


@pytest.mark.parametrize("loss", LOSSES)
def test_loss_and_gradient_are_means_over_the_samples(loss):
    rng = np.random.default_rng(0)
    network = Network((3, 4, 2), ["tanh", "linear"], loss, "float64", seed=0)
    X, T = rng.normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]
    singly = [
        (network.loss(X[i : i + 1], T[i : i + 1]), network.gradient(X[i : i + 1], T[i : i + 1]))
        for i in range(5)
    ]
    assert_allclose(network.loss(X, T), np.mean([loss for loss, _ in singly]), rtol=1e-12)
    assert_allclose(network.gradient(X, T), np.mean([g for _, g in singly], axis=0), atol=1e-15)


def test_predictions_of_a_softmax_network_are_probabilities():
    network = Network((4, 3), ["linear"], "softmax_cross_entropy", "float64", seed=1)
    p = network.predict(np.random.default_rng(0).normal(size=(7, 4)))
    assert p.shape == (7, 3)
    assert_allclose(p.sum(axis=1), 1)


def test_weights_and_biases_are_views_of_the_parameters():
    network = Network((2, 3, 1), ["tanh", "linear"])
    network.parameters[:] = np.arange(13)
    assert network.weights[0].tolist() == [[0, 1], [3, 4], [6, 7]]
    assert network.biases[0].tolist() == [2, 5, 8]
    network.weights[1][0, 2] = -1
    assert network.parameters[11] == -1
    with pytest.raises(AttributeError):
        network.parameters = np.zeros(13)


@pytest.mark.parametrize(
    "clone",
    [
        Network.copy,
        copy.copy,
        copy.deepcopy,
        lambda n: pickle.loads(pickle.dumps(n)),
        lambda n: n.astype("float32"),
    ],
)
def test_copies_are_equal_independent_and_whole(clone):
    X = [[0.1, 0.2, -0.3]]
    network = Network((3, 4, 2), [("elu", 0.5), "linear"], "softmax_cross_entropy", seed=3)
    before, twin = network.predict(X), clone(network)
    assert (twin.predict(X) == before).all()
    twin.weights[0][:] = 0
    assert (twin.parameters == 0).sum() >= 12
    assert (network.predict(X) == before).all()


def test_averaging_parameters_of_linear_networks_averages_their_outputs():
    first, second, mean = (Network((3, 2), ["linear"], dtype="float64", seed=s) for s in range(3))
    mean.parameters[:] = (first.parameters + second.parameters) / 2
    X = np.random.default_rng(0).normal(size=(4, 3))
    assert_allclose(mean.outputs(X), (first.outputs(X) + second.outputs(X)) / 2)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_initial_weights_have_the_published_variance(name):
    """That of He et al. for what is flat on one side only, else that of Glorot and Bengio."""
    slopes = [abs(ACTIVATIONS[name].df(y)) for y in (-50.0, 50.0)]
    flat_on_one_side = min(slopes) < 0.01 < max(slopes)
    variance = 2 / 300 if flat_on_one_side else 2 / (300 + 200)
    network = Network((300, 200), [name], seed=0)
    # 60,000 draws: the standard error of a variance is its sqrt(2 / 60,000), about .6 %
    assert_allclose(network.weights[0].var(), variance, rtol=0.03)
    assert (network.biases[0] == 0).all()


def test_seeds_repeat_and_both_dtypes_start_together():
    make = [
        Network((5, 4, 1), ["relu", "linear"], dtype=dtype, seed=seed).parameters
        for dtype, seed in (("float64", 1), ("float64", 1), ("float32", 1), ("float64", 2))
    ]
    assert (make[0] == make[1]).all()
    assert (make[0].astype("float32") == make[2]).all()
    assert (make[0] != make[3]).any()


class Recorder:
    """An optimizer that learns nothing and remembers the gradients that it was shown."""

    def __init__(self):
        self.gradients = []

    def step(self, parameters, gradient):
        self.gradients.append(gradient.copy())


@settings(max_examples=30)
@given(st.integers(1, 20), st.integers(1, 25))
def test_batches_share_out_the_samples_once_an_epoch(samples, batch_size):
    rng = np.random.default_rng(samples)
    network = Network((3, 2, 2), ["tanh", "linear"], "softmax_cross_entropy", "float64", seed=0)
    X, T = rng.normal(size=(samples, 3)), np.eye(2)[rng.integers(0, 2, samples)]
    recorder = Recorder()
    (loss,) = train(network, X, T, recorder, batch_size=batch_size, rng=0)
    sizes = [len(X[i : i + batch_size]) for i in range(0, samples, batch_size)]
    assert_allclose(loss, network.loss(X, T), rtol=1e-12)
    assert len(recorder.gradients) == len(sizes)
    assert_allclose(
        np.average(recorder.gradients, axis=0, weights=sizes),
        network.gradient(X, T),
        rtol=1e-9,
        atol=1e-14,
    )


def test_each_epoch_is_shuffled_anew_and_repeats_with_the_seed():
    X, T = np.arange(12.0).reshape(6, 2), np.arange(6.0)

    def gradients(rng):
        recorder = Recorder()
        list(train(Network((2, 1), ["linear"], seed=0), X, T, recorder, 2, batch_size=2, rng=rng))
        return np.array(recorder.gradients)

    assert (gradients(1) == gradients(1)).all()
    assert (gradients(1)[:3] != gradients(1)[3:]).any()
    assert (gradients(1) != gradients(2)).any()


def test_nothing_is_trained_before_the_epochs_are_asked_for():
    network = Network((2, 1), ["linear"], seed=0)
    start = network.parameters.copy()
    epochs = train(network, *XOR, SGD(0.1), epochs=3)
    assert (network.parameters == start).all()
    next(epochs)
    assert (network.parameters != start).any()


def test_the_penalty_pulls_weights_but_not_biases():
    network = Network((2, 2, 1), ["tanh", "linear"], dtype="float64", seed=0)
    network.parameters[:] += 0.1
    expected = network.copy()
    expected.parameters[:] -= 0.5 * network.gradient(*XOR)
    for weights, start in zip(expected.weights, network.weights, strict=True):
        weights -= 0.5 * 0.3 * start
    list(train(network, *XOR, SGD(0.5), batch_size=4, l2=0.3))
    assert_allclose(network.parameters, expected.parameters, rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "linear"])
def test_one_hidden_layer_learns_xor(name):
    network = Network((2, 8, 1), [name, "linear"], seed=1)
    losses = list(train(network, *XOR, Adam(0.03), epochs=1500, batch_size=4, rng=0))
    assert losses[-1] < 0.01 < losses[0]
    assert (network.predict(XOR[0]).ravel().round() == XOR[1]).all()


def test_linear_layers_leave_a_quarter_of_xor():
    # The best plane through XOR is the constant 1/2, whose mean squared error is 1/4.
    network = Network((2, 8, 8, 1), ["linear"] * 3, dtype="float64", seed=1)
    losses = list(train(network, *XOR, Adam(0.01), epochs=2000, batch_size=4, rng=0))
    assert_allclose(losses[-1], 0.25, rtol=1e-3)
    assert_allclose(network.predict(XOR[0]), 0.5, atol=0.01)


def test_float32_learns_what_float64_learns():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    curves = [
        list(
            train(
                Network((3, 6, 1), ["tanh", "linear"], dtype=dtype, seed=4),
                X,
                np.sin(X[:, 0]),
                Adam(0.01),
                epochs=20,
                rng=4,
            )
        )
        for dtype in ("float32", "float64")
    ]
    assert_allclose(*curves, rtol=1e-3)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_follows_scikit_learns_network_step_by_step(name, classes):
    rng = np.random.default_rng(classes)
    X, y = rng.normal(size=(40, 3)), np.arange(40) % classes
    settings = dict(
        hidden_layer_sizes=(5, 4),
        activation=name,
        solver="sgd",
        momentum=0,
        learning_rate_init=0.3,
        alpha=0,
        batch_size=40,
        tol=0,
        warm_start=True,
        n_iter_no_change=1000,
        random_state=0,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that 30 steps are too few
        theirs = MLPClassifier(max_iter=1, **settings).fit(X, y)
        outputs = 1 if classes == 2 else classes
        loss = "binary_cross_entropy" if classes == 2 else "softmax_cross_entropy"
        ours = Network((3, 5, 4, outputs), [name, name, "linear"], loss, "float64")
        for layer in range(3):
            ours.weights[layer][:] = theirs.coefs_[layer].T
            ours.biases[layer][:] = theirs.intercepts_[layer]
        theirs.set_params(max_iter=30).fit(X, y)
    T = y if classes == 2 else np.eye(classes)[y]
    losses = list(train(ours, X, T, SGD(0.3), epochs=30, batch_size=40))
    assert_allclose(losses, theirs.loss_curve_[-30:], rtol=1e-10)
    assert_allclose(ours.weights[2], theirs.coefs_[2].T, rtol=1e-8)


@pytest.mark.parametrize("classes", [2, 3])
def test_without_hidden_layers_it_is_logistic_regression(classes):
    rng = np.random.default_rng(0)
    y = np.arange(90) % classes
    X = rng.normal(size=(90, 2)) + 1.5 * np.array([[0, 0], [1, 0], [0, 1]])[y]
    # scikit-learn minimizes C * (sum of the losses) + |w|^2 / 2, that is l2 = 1 / (C n)
    theirs = LogisticRegression(C=1.0, tol=1e-10, solver="newton-cholesky").fit(X, y)
    loss = "binary_cross_entropy" if classes == 2 else "softmax_cross_entropy"
    ours = Network((2, len(theirs.coef_)), ["linear"], loss, "float64", seed=0)
    T = y if classes == 2 else np.eye(classes)[y]
    list(train(ours, X, T, SGD(1.0), epochs=3000, batch_size=90, l2=1 / 90))
    assert_allclose(ours.weights[0], theirs.coef_, atol=1e-5)
    assert_allclose(ours.predict(X), theirs.predict_proba(X)[:, -len(theirs.coef_) :], atol=1e-5)


def test_without_hidden_layers_the_squared_error_gives_ridge_regression():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    T = X @ rng.normal(size=(3, 2)) + rng.normal(size=(50, 2)) + 5
    # Ridge minimizes (sum of the squared errors) + alpha |w|^2, that is l2 = 2 alpha / n
    theirs = Ridge(alpha=2.0).fit(X, T)
    ours = Network((3, 2), ["linear"], dtype="float64", seed=0)
    list(train(ours, X, T, SGD(0.1), epochs=2000, batch_size=50, l2=2 * 2.0 / 50))
    assert_allclose(ours.weights[0], theirs.coef_, atol=1e-9)
    assert_allclose(ours.biases[0], theirs.intercept_, atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3,), []), "sizes must be two or more whole numbers above 0"),
        (((3, 0, 1), ["relu"] * 2), r"sizes .* not \(3, 0, 1\)"),
        (((3, 2.5), ["relu"]), "sizes must be"),
        (({3, 1}, ["relu"]), "sizes must be two or more whole numbers above 0, not {"),
        ((None, ["relu"]), "sizes must be .* not None"),
        (((3, 1), None), "one for each layer after the inputs, here 1, not None"),
        (((3, 1), {"relu"}), "one for each layer after the inputs, here 1, not {'relu'}"),
        (((3, 1), [None]), r"activation must be a name or a pair \(name, a\), not None"),
        (((3, 1), ["relu"], "squared_error", None), "dtype must be .* not None"),
        (((3, "2"), ["relu"]), "sizes must be"),
        (((3, 2, 1), ["relu"]), r"one for each layer after the inputs, here 2, not \['relu'\]"),
        (((3, 1), ["swish"]), "activation must be one of .* not 'swish'"),
        (((3, 1), [("elu", -1)]), "a must be above 0"),
        (((3, 1), ["linear"], "hinge"), "loss must be one of .* not 'hinge'"),
        (((3, 1), ["sigmoid"], "binary_cross_entropy"), "last activation must be 'linear'"),
        (((3, 1), iter(["relu"]), "binary_cross_entropy"), "'linear' with .* not 'relu'"),
        (((3, 1), ["linear"], "squared_error", "float16"), "dtype must be .* not 'float16'"),
    ],
)
def test_what_is_not_a_network(arguments, message):
    with pytest.raises(ValueError, match=message):
        Network(*arguments)


@pytest.mark.parametrize(
    ("X", "T", "options", "message"),
    [
        (np.zeros((4, 3)), np.zeros(4), {}, r"X must have the shape \(samples, 2\), not \(4, 3\)"),
        (np.zeros(2), np.zeros(1), {}, "X must have the shape"),
        (np.zeros((0, 2)), np.zeros(0), {}, "X must have the shape"),
        (np.zeros((4, 2)), np.zeros(3), {}, r"T must have the shape \(4, 1\), not \(3,\)"),
        (np.zeros((4, 2)), np.zeros((4, 2)), {}, r"T must have the shape \(4, 1\), not \(4, 2\)"),
        (*XOR, {"batch_size": 0}, "batch_size must be a whole number above 0, not 0"),
        (*XOR, {"batch_size": 1.5}, "batch_size must be a whole number above 0, not 1.5"),
        (*XOR, {"epochs": -1}, "epochs must be a whole number above 0, not -1"),
        (*XOR, {"l2": -0.1}, "l2 must be 0 or more, not -0.1"),
        (*XOR, {"l2": math.nan}, "l2 must be a finite number, not nan"),
        (None, XOR[1], {}, "X must have the shape"),
        ({1, 2}, XOR[1], {}, "X must be an array of numbers"),
        (XOR[0], ["a", "b", "c", "d"], {}, "T must be an array of numbers"),
        (*XOR, {"weights": [1, 2, 3]}, "weights must be 4 finite numbers above 0"),
        (*XOR, {"weights": [1, 2, 3, 0]}, "weights must be 4 finite numbers above 0"),
        (*XOR, {"weights": [1, 2, 3, math.inf]}, "weights must be 4 finite numbers above 0"),
        (*XOR, {"optimizer": SGD}, "optimizer must be an object with a method step, not <class"),
        (*XOR, {"optimizer": None}, "optimizer must be an object with a method step, not None"),
    ],
)
def test_what_cannot_be_trained(X, T, options, message):
    with pytest.raises(ValueError, match=message):
        train(Network((2, 1), ["linear"]), X, T, **{"optimizer": SGD()} | options)


def test_small_integers_of_numpy_do_not_overflow():
    network = Network(np.array([2, 100, 127, 1], "int8"), ["relu", "relu", "linear"])
    assert network.parameters.size == 3 * 100 + 101 * 127 + 128
    counter = Recorder()
    list(train(network, *XOR, counter, np.uint8(3), np.int8(1)))
    assert len(counter.gradients) == 12


def test_layers_may_come_from_an_iterator():
    network = Network(iter([2, 3, 1]), (name for name in ["relu", "linear"]))
    assert network.sizes == (2, 3, 1)
    assert [layer.name for layer in network.activations] == ["relu", "linear"]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_weighted_gradient_is_the_slope_of_the_weighted_loss(loss):
    rng = np.random.default_rng(5)
    network = Network((3, 4, 2), ["tanh", "linear"], loss, "float64", seed=1)
    X, T, weights = rng.normal(size=(6, 3)), np.eye(2)[[0, 1, 1, 0, 1, 0]], rng.uniform(0.1, 9, 6)
    slopes, h = [], 1e-6
    for i, middle in enumerate(network.parameters.copy()):
        network.parameters[i] = middle + h
        above = network.loss(X, T, weights)
        network.parameters[i] = middle - h
        slopes.append((above - network.loss(X, T, weights)) / (2 * h))
        network.parameters[i] = middle
    assert_allclose(network.gradient(X, T, weights), slopes, rtol=1e-6, atol=1e-8)


@given(st.lists(st.integers(1, 5), min_size=4, max_size=4), st.floats(1e-300, 1e300))
def test_a_weight_counts_as_so_many_rows_whatever_the_unit(weights, unit):
    network = Network((2, 3, 1), ["tanh", "linear"], dtype="float64", seed=0)
    X, T = (np.repeat(part, weights, axis=0) for part in XOR)
    scaled = unit * np.array(weights, float)
    assert_allclose(network.loss(*XOR, scaled), network.loss(X, T), rtol=1e-9)
    assert_allclose(network.gradient(*XOR, scaled), network.gradient(X, T), atol=1e-12)
    twin = network.copy()
    (ours,) = train(network, *XOR, SGD(0.1), batch_size=30, rng=0, weights=scaled)
    (theirs,) = train(twin, X, T, SGD(0.1), batch_size=30, rng=0)
    assert_allclose(ours, theirs, rtol=1e-9)
    assert_allclose(network.parameters, twin.parameters, rtol=1e-9, atol=1e-12)


def test_each_batch_takes_its_own_weighted_mean():
    network = Network((2, 2, 1), ["tanh", "linear"], dtype="float64", seed=0)
    recorder, weights = Recorder(), np.array([1.0, 2.0, 4.0, 8.0])
    list(train(network, *XOR, recorder, batch_size=2, rng=9, weights=weights))
    order = np.random.default_rng(9).permutation(4)
    for part, gradient in zip((order[:2], order[2:]), recorder.gradients, strict=True):
        single = [network.gradient(XOR[0][[i]], XOR[1][[i]]) for i in part]
        assert_allclose(gradient, np.average(single, axis=0, weights=weights[part]), atol=1e-14)


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_fast_training_does_what_the_plain_one_says(optimizer, loss, weighted):
    rng = np.random.default_rng(len(loss))
    X, T = rng.normal(size=(23, 3)), np.eye(2)[rng.integers(0, 2, 23)]
    weights = rng.uniform(0.5, 3, 23) if weighted else None
    for name in ACTIVATIONS:
        last = "linear" if LOSSES[loss].fused else name
        ours = Network((3, 5, 4, 2), [name, "tanh", last], loss, "float64", seed=1)
        theirs = ours.copy()
        terms = dict(epochs=3, batch_size=8, l2=0.01, weights=weights)
        fast = train(ours, X, T, OPTIMIZERS[optimizer](0.01), rng=5, **terms)
        plain = train_plainly(theirs, X, T, OPTIMIZERS[optimizer](0.01), rng=5, **terms)
        assert_allclose(list(fast), list(plain), rtol=1e-12)
        assert_allclose(ours.parameters, theirs.parameters, rtol=1e-12, atol=1e-12)


@given(tiny_networks())
def test_the_plain_passes_agree_with_scalar_propagation(case):
    network, trace = dense(case[0]), propagate(*case)
    outputs, seen = forward(network, np.array([case[1]]))
    assert_allclose(outputs[0], trace.outputs, rtol=1e-12, atol=1e-12)
    gradients = network.matrices(backward(network, seen, 2 * (outputs - [case[2]])))
    for biases, gradient in zip(trace.bias_gradients, gradients, strict=True):
        scale = max(1, abs(gradient).max())
        assert_allclose(gradient[:, -1], biases, rtol=1e-12, atol=1e-12 * scale)


def test_no_call_of_a_workspace_needs_what_another_left():
    network = Network((2, 3, 1), ["tanh", "sigmoid"], dtype="float64", seed=0)
    first, second = np.hstack([XOR[0], np.ones((4, 1))]), np.full((4, 3), 0.5)
    targets, workspace = XOR[1][None, :], Workspace(network, 4)
    alone = [part.copy() for part in workspace.gradient(first, targets)]
    workspace.outputs(second)
    for part, expected in zip(workspace.gradient(first, targets), alone, strict=True):
        assert (part == expected).all()


def test_a_loss_may_answer_with_an_array_that_it_keeps():
    kept = np.array([[3.0, -1.0]])
    keeper = squared_error._replace(df=lambda z, t: kept)
    network = Network((2, 1), ["linear"], keeper, "float64", seed=0)
    assert network.gradient([[1, 0], [0, 1]], [0, 0]).tolist() == [1.5, -0.5, 1.0]
    assert kept.tolist() == [[3.0, -1.0]]
