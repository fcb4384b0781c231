"""Losses, against their definitions in many decimal digits, SciPy, and slopes."""

import importlib.util
import math
import pickle
import sys
from decimal import Decimal, localcontext

import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from latex_reader import python_of, sides_of
from numpy.testing import assert_allclose

from nnlib import activations, arithmetic, losses
from nnlib.losses import LOSSES, binary_cross_entropy, loss, softmax_cross_entropy, squared_error
from nnlib.network import Network

sums = arrays(float, (3, 4), elements=st.floats(-30, 30))
every = pytest.mark.parametrize("name", LOSSES)


def targets_of(z):
    """Targets that every loss allows: of each column one output is wanted."""
    return np.eye(len(z))[:, np.arange(z.shape[1]) % len(z)]


def test_squared_error_is_the_sources():
    assert squared_error.f(0.75, 1.0) == 0.0625  # (3/4 - 1)^2, without a factor 1/2
    assert squared_error.df(0.75, 1.0) == -0.5
    assert squared_error.f(np.array([0.0, 3.0]), np.array([1.0, 1.0])).tolist() == [1.0, 4.0]


def test_squared_error_does_without_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    for each in (arithmetic, activations, losses):
        spec = importlib.util.spec_from_file_location(each.__name__, each.__file__)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, each.__name__, module)
        spec.loader.exec_module(module)
    assert module.np is None
    assert module.squared_error.f(3, 1) == 4
    assert module.squared_error.df(0.5, 1.0) == -1.0
    assert module.squared_error.predict(0.5) == 0.5


@pytest.mark.parametrize("t", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("y", [-700.0, -36.7, -1.5, 0.0, 1e-9, 2.5, 40.0, 650.0])
def test_binary_cross_entropy_by_definition(y, t):
    with localcontext() as context:
        context.prec = 700
        p = 1 / (1 + (-Decimal(y)).exp())
        expected = -Decimal(t) * p.ln() - (1 - Decimal(t)) * (1 - p).ln()
        slope = p - Decimal(t)
    assert_allclose(binary_cross_entropy.f(np.array([y]), t), float(expected), rtol=1e-14)
    assert_allclose(binary_cross_entropy.df(np.array([y]), t), float(slope), rtol=1e-14, atol=1e-16)
    assert_allclose(binary_cross_entropy.predict(np.array([y])), float(p), rtol=1e-14)


@given(sums)
def test_softmax_cross_entropy_by_scipy(y):
    t = targets_of(y)
    expected = -(t * scipy.special.log_softmax(y, axis=0))
    assert_allclose(softmax_cross_entropy.f(y, t), expected, rtol=1e-12, atol=1e-14)
    assert_allclose(softmax_cross_entropy.predict(y), scipy.special.softmax(y, axis=0), rtol=1e-12)


@given(sums)
def test_two_softmax_outputs_are_one_sigmoid(y):
    pairs = np.stack([np.zeros(4), y[0]])
    t = targets_of(pairs)
    assert_allclose(
        softmax_cross_entropy.f(pairs, t).sum(axis=0),
        binary_cross_entropy.f(y[0], t[1]),
        rtol=1e-9,
        atol=1e-12,
    )


@every
@given(sums)
def test_derivative_is_the_slope_of_the_sum(name, z):
    t, h = targets_of(z), 1e-5
    f, df = LOSSES[name].f, LOSSES[name].df
    for i in range(len(z)):
        nudge = np.zeros_like(z)
        nudge[i] = h
        slope = (f(z + nudge, t).sum(axis=0) - f(z - nudge, t).sum(axis=0)) / (2 * h)
        assert_allclose(df(z, t)[i], slope, atol=1e-7, rtol=1e-6)


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_large_sums_stay_finite_and_keep_their_dtype(name, dtype):
    z = np.array([[1e4, -1e4, 0, 3], [-1e4, 1e4, 0, 1e4]], dtype)
    t = targets_of(z).astype(dtype)
    for values in (LOSSES[name].f(z, t), LOSSES[name].df(z, t), LOSSES[name].predict(z)):
        assert np.isfinite(values).all()
        assert values.dtype == dtype
        assert values.shape == z.shape


@given(sums)
def test_cross_entropy_predicts_probabilities(y):
    assert_allclose(softmax_cross_entropy.predict(y).sum(axis=0), 1, rtol=1e-14)
    assert_allclose(binary_cross_entropy.predict(y), scipy.special.expit(y), rtol=1e-14)


def test_certainty_is_free_and_a_coin_costs_ln_2():
    assert binary_cross_entropy.f(np.array([800.0]), 1.0) == 0
    assert_allclose(binary_cross_entropy.f(np.zeros(2), np.array([0.0, 1.0])), math.log(2))
    assert_allclose(softmax_cross_entropy.f(np.zeros(10), np.eye(10)[3]).sum(), math.log(10))


def test_losses_by_name():
    assert next(iter(LOSSES)) == "squared_error", "the source's comes first"
    assert all(LOSSES[name].name == name and loss(name) is LOSSES[name] for name in LOSSES)
    assert loss("squared_error") is squared_error
    with pytest.raises(ValueError, match=r"loss must be one of squared_error, .*, not 'hinge'"):
        loss("hinge")


@every
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_multiplied_entry_by_entry(name):
    z, t = np.random.default_rng(0).normal(size=(3, 3)), np.eye(3)
    for each in (LOSSES[name].f, LOSSES[name].df):
        found = each(np.asmatrix(z), np.asmatrix(t))
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, each(z, t))


@every
def test_a_mask_is_refused_rather_than_lost(name):
    z = np.ma.masked_greater(np.eye(3), 0.5)
    with pytest.raises(ValueError, match="real numbers, none masked, not MaskedArray"):
        LOSSES[name].f(z, np.eye(3))


@every
def test_a_loss_comes_back_from_a_pickle_as_itself(name):
    assert pickle.loads(pickle.dumps(LOSSES[name])) is LOSSES[name]


@pytest.mark.parametrize("name", [["x"], None, {}, "mse", pytest.param(10**5000, id="huge")])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="loss must be one of squared_error"):
        loss(name)


@every
@given(sums)
def test_latex_says_what_the_code_does(name, z):
    """E is a sum, written term by term: those are what f gives for the outputs."""
    each, t = LOSSES[name], targets_of(z)
    known = {"y": z, "z_p": each.predict(z), "z_a": t, "exp": np.exp, "log": np.log}
    known |= {"total": lambda terms: terms.sum(axis=0)} | each.parameters
    known |= {"where": np.where, "abs": np.abs, "max": np.maximum, "min": np.minimum}
    main, *asides = each.latex.split(r", \quad")
    left, (term,) = sides_of(main)
    assert left == "E"
    assert_allclose(eval(term, {"__builtins__": {}}, known), each.f(z, t), rtol=1e-6, atol=1e-9)
    for aside in asides:
        left, (side,) = sides_of(aside)
        symbol = known[python_of(left)]
        assert_allclose(eval(side, {"__builtins__": {}}, known), symbol, rtol=1e-9, atol=1e-12)
    _, slope = each.dlatex.split("=", 1)
    found = eval(python_of(slope), {"__builtins__": {}}, known)
    assert_allclose(found, each.df(z, t), rtol=1e-9, atol=1e-12)


@every
def test_a_notebook_shows_both_equations(name):
    bare = LOSSES[name]._repr_latex_().replace("&=", "=")
    assert LOSSES[name].latex in bare and LOSSES[name].dlatex in bare


@pytest.fixture
def scaled(monkeypatch):
    """A loss with a parameter, for as long as a test takes."""
    monkeypatch.setattr(losses, "LOSSES", LOSSES.copy())
    monkeypatch.setattr(losses, "_ROWS", losses._ROWS.copy())
    return losses._row(
        "scaled",
        {"scale": 2.0},
        f=lambda z, t, scale: scale * (z - t) ** 2 / 2,
        df=lambda z, t, scale: scale * (z - t),
        predict=lambda z: z,
        fused=False,
        latex="E = scale",
        dlatex="E' = scale",
    )


def test_a_loss_carries_its_parameters(scaled):
    assert scaled is loss("scaled") is loss("scaled", scale=2)
    assert scaled.parameters == {"scale": 2.0}
    other = loss("scaled", scale=np.float32(0.5))
    assert (other.parameters, other.f(3.0, 1.0), other.df(3.0, 1.0)) == ({"scale": 0.5}, 1.0, 1.0)
    assert type(other.parameters["scale"]) is float
    assert repr(other) == "loss('scaled', scale=0.5)"
    again = pickle.loads(pickle.dumps(other))
    assert (again.parameters, again.f(3.0, 1.0)) == (other.parameters, 1.0)
    assert scaled.f(3.0, 1.0) == 4.0


def test_a_network_keeps_the_parameters_of_its_loss(scaled):
    network = Network((2, 1), ["linear"], loss("scaled", scale=4.0), "float64", seed=0)
    usual = Network((2, 1), ["linear"], "scaled", "float64", seed=0)
    X, T = np.ones((3, 2)), np.zeros(3)
    for each in (network, network.copy(), pickle.loads(pickle.dumps(network))):
        assert_allclose(each.loss(X, T), 2 * usual.loss(X, T))
        assert_allclose(each.gradient(X, T), 2 * usual.gradient(X, T))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"delta": 1.0}, "the parameters of scaled are scale; delta is not among them"),
        ({"scale": 0}, "scale must be above 0 for scaled, not 0"),
        ({"scale": -1.5}, "scale must be above 0 for scaled, not -1.5"),
        ({"scale": math.nan}, "scale must be a finite number, not nan"),
        ({"scale": "1"}, "scale must be a finite number, not '1'"),
    ],
)
def test_forbidden_parameters_are_named(scaled, parameters, message):
    with pytest.raises(ValueError, match=message):
        loss("scaled", **parameters)


def test_a_loss_without_parameters_takes_none():
    with pytest.raises(ValueError, match="parameters of squared_error are none; a is not among"):
        loss("squared_error", a=1.0)
