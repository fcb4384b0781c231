"""Optimizers, against closed forms on quadratics and the published recurrences written plainly."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from nnlib.optimizers import OPTIMIZERS, SGD, Adam, Momentum

gradients = st.lists(st.floats(-10, 10), min_size=1, max_size=30)
every = pytest.mark.parametrize("name", OPTIMIZERS)


def path(optimizer, gradients, start=1.0):
    """The positions of one parameter that meets these gradients one after the other."""
    w, positions = np.array([start]), []
    for g in gradients:
        optimizer.step(w, np.array([g]))
        positions.append(w[0])
    return positions


def test_gradient_descent_on_a_parabola_is_a_geometric_sequence():
    # E = k w^2 / 2 has the gradient k w, so each step multiplies w by 1 - eta k.
    k, w, optimizer = np.array([1.0, 4.0]), np.array([3.0, -2.0]), SGD(0.1)
    for _ in range(20):
        optimizer.step(w, k * w)
    assert_allclose(w, [3 * 0.9**20, -2 * 0.6**20], rtol=1e-12)


@given(gradients, st.floats(0, 0.99))
def test_momentum_is_polyaks_heavy_ball(gradients, mu):
    # x_next = x - eta g + mu (x - x_previous), with x_previous = x at the start
    previous = x = 1.0
    expected = []
    for g in gradients:
        previous, x = x, x - 0.3 * g + mu * (x - previous)
        expected.append(x)
    assert_allclose(path(Momentum(0.3, mu), gradients), expected, rtol=1e-9, atol=1e-9)


@given(gradients)
def test_momentum_of_zero_is_gradient_descent(gradients):
    assert path(Momentum(0.2, momentum=0), gradients) == path(SGD(0.2), gradients)


@given(gradients, st.floats(0, 0.99), st.floats(0, 0.9999), st.sampled_from([1e-8, 1e-3, 1.0]))
def test_adam_is_algorithm_1_of_the_paper(gradients, beta1, beta2, epsilon):
    alpha, theta, m, v, expected = 0.05, 1.0, 0.0, 0.0, []
    for t, g in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - alpha * m_hat / (math.sqrt(v_hat) + epsilon)
        expected.append(theta)
    found = path(Adam(alpha, beta1, beta2, epsilon), gradients)
    assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("g", [1e-3, -5.0, 1e6])
def test_adams_first_step_is_the_learning_rate_against_the_gradients_sign(g):
    assert_allclose(path(Adam(0.01), [g], start=0.0), -0.01 * np.sign(g), rtol=1e-4)


def test_adam_leaves_parameters_without_gradient_alone():
    w, optimizer = np.array([1.0, 2.0], "float32"), Adam()
    for _ in range(5):
        optimizer.step(w, np.array([0, 1], "float32"))
    assert w[0] == 1
    assert w[1] < 2


@every
def test_finds_the_minimum_of_a_bowl(name):
    rng = np.random.default_rng(0)
    square = rng.normal(size=(4, 4))
    hessian, minimum = square @ square.T + np.eye(4), rng.normal(size=4)
    w, optimizer = np.zeros(4), OPTIMIZERS[name](0.02)
    for _ in range(3000):
        optimizer.step(w, hessian @ (w - minimum))
    assert_allclose(w, minimum, atol=1e-3)


@every
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_steps_in_place_and_leaves_the_gradient_alone(name, dtype):
    w, g = np.ones(3, dtype), np.full(3, 0.5, dtype)
    half, optimizer = w[1:], OPTIMIZERS[name]()
    for _ in range(3):
        optimizer.step(w, g)
    assert w.dtype == dtype
    assert (half == w[1:]).all()
    assert (w < 1).all()
    assert (g == 0.5).all()


@every
@pytest.mark.parametrize(
    "rate",
    [0, -1, math.nan, math.inf, "fast", None, True, np.True_, b"1", bytearray(b"1"), 1j,
     np.complex64(1), [0.1], {0.1}],
)  # fmt: skip
def test_learning_rate_must_be_above_0(name, rate):
    with pytest.raises(ValueError, match="learning_rate must be"):
        OPTIMIZERS[name](rate)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (Momentum, "momentum", 1),
        (Momentum, "momentum", -0.1),
        (Adam, "beta1", 1.0),
        (Adam, "beta2", math.nan),
        (Adam, "beta2", 2),
        (Adam, "epsilon", 0),
        (Adam, "epsilon", -1e-8),
    ],
)
def test_forbidden_constants_are_named(make, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .*, not {value!r}"):
        make(**{name: value})


@every
@pytest.mark.parametrize(
    "rate", [Decimal("0.25"), Fraction(1, 4), np.float64(0.25), np.float16(0.25), np.array(0.25)]
)
def test_whatever_number_the_rate_is_it_steps_as_a_float(name, rate):
    ours, theirs = np.ones(3, "float32"), np.ones(3, "float32")
    gradient = np.array([0.1, -0.2, 0.3], "float32")
    first, second = OPTIMIZERS[name](rate), OPTIMIZERS[name](0.25)
    for _ in range(5):
        first.step(ours, gradient)
        second.step(theirs, gradient)
    assert ours.dtype == "float32"
    assert (ours == theirs).all()
