"""Activation functions, against their definitions in many decimal digits, SciPy and slopes."""

import importlib.util
import math
import pickle
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
from definitions import DEFINITIONS, by_definition
from hypothesis import example, given, settings
from hypothesis import strategies as st
from latex_reader import sides_of

from nnlib import activations, arithmetic
from nnlib.activations import ACTIVATIONS, activation, finite

LARGEST = sys.float_info.max

anything = pytest.mark.parametrize("name", ACTIVATIONS)


def test_a_number_has_numpys_functions_by_numpys_names():
    x = 0.375
    for name in ("exp", "expm1", "log", "sqrt", "tanh", "atanh", "sign"):
        found, expected = (getattr(m, name)(x) for m in (arithmetic.Scalar, np))
        assert math.isclose(found, expected, rel_tol=1e-15), name
    assert math.isclose(2 * arithmetic.Scalar.atanh(x / (2 + x)), math.log1p(x), rel_tol=1e-15)


def test_names_and_order():
    assert list(DEFINITIONS) == list(ACTIVATIONS)
    first = ["linear", "sigmoid", "tanh", "relu", "elu"]  # the source's, in its order
    assert list(ACTIVATIONS)[:5] == first
    assert all(f.name == name and f.a == 1 for name, f in ACTIVATIONS.items())


@anything
@settings(max_examples=60, deadline=None)
@given(y=st.floats(-350, 350), a=st.floats(0.125, 8))
@example(y=340.0, a=1.0)  # where z(1 - z) has no digit left
@example(y=-340.0, a=2.0)
@example(y=36.8, a=1.0)
@example(y=1e-17, a=1.0)
@example(y=-1e-300, a=1.0)
def test_every_digit_is_right(name, y, a):
    f = activation(name, a)
    for which, function in enumerate((f.f, f.df)):
        expected = by_definition(name, y, a, 700)[which]
        assert math.isclose(function(y), expected, rel_tol=4e-15, abs_tol=0), which
        assert math.isclose(function(np.array([y]))[0], expected, rel_tol=4e-15), which
        narrow = function(np.array([y], np.float32))[0]
        expected = by_definition(name, float(np.float32(y)), a, 700)[which]
        assert math.isclose(narrow, expected, rel_tol=2e-6, abs_tol=1e-37), which


@given(st.floats(-700, 700))
def test_sigmoid_agrees_with_scipy(y):
    assert math.isclose(ACTIVATIONS["sigmoid"].f(y), scipy.special.expit(y), rel_tol=4e-15)
    slope = scipy.special.expit(y) * scipy.special.expit(-y)
    assert math.isclose(ACTIVATIONS["sigmoid"].df(y), slope, rel_tol=4e-15)


@anything
@given(y=st.floats(-20, 20).filter(lambda y: abs(y) > 1e-3), a=st.floats(0.25, 4))
def test_derivative_is_the_slope(name, y, a):
    f, h = activation(name, a), 1e-5
    slope = (f.f(y + h) - f.f(y - h)) / (2 * h)
    assert math.isclose(f.df(y), slope, rel_tol=1e-8, abs_tol=1e-8)


@anything
@given(y=st.floats(allow_nan=False, allow_infinity=False))
@example(y=LARGEST)
@example(y=-LARGEST)
@example(y=1e308)
@example(y=-1e308)
@example(y=5e-324)
@example(y=-0.0)
def test_finite_everywhere_and_without_a_warning(name, y):
    f = ACTIVATIONS[name]
    for function in (f.f, f.df):
        z = function(y)
        assert type(z) is float and math.isfinite(z)
        assert math.isclose(function(np.array(y)), z, rel_tol=4e-15, abs_tol=1e-320)


@anything
def test_float32_is_finite_everywhere(name):
    info = np.finfo(np.float32)
    y = np.array([info.min, -104, -88, -1, -info.tiny, 0, info.tiny, 1, 88, 104, info.max], "f4")
    for function in (ACTIVATIONS[name].f, ACTIVATIONS[name].df):
        assert np.isfinite(function(y)).all()


@anything
@pytest.mark.parametrize("y", [math.nan, -math.nan])
def test_nan_stays_nan(name, y):
    for function in (ACTIVATIONS[name].f, ACTIVATIONS[name].df):
        assert math.isnan(function(y))
        assert np.isnan(function(np.array([y, 1.0]))).tolist() == [True, False]


@anything
@pytest.mark.parametrize(
    ("dtype", "result"),
    [
        ("float16", "float16"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("int64", "float64"),
        ("uint8", "float64"),
        ("bool", "float64"),
    ],
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_arrays_keep_shape_and_dtype(name, dtype, result, shape):
    y = np.ones(shape, dtype)
    for a in (1.0, np.float64(2.0), 3):
        for function in (activation(name, a).f, activation(name, a).df):
            z = function(y)
            assert isinstance(z, np.ndarray)
            assert (z.dtype, z.shape) == (np.dtype(result), shape)
    assert (y == 1).all()  # the argument is left alone


@anything
@pytest.mark.parametrize("y", [1, True, np.float32(1), np.int64(1), 1.0])
def test_numbers_give_python_floats(name, y):
    for function in (ACTIVATIONS[name].f, ACTIVATIONS[name].df):
        assert type(function(y)) is float
        assert function(y) == function(1.0)


def test_conventions_at_the_kinks():
    for zero in (0, 0.0, -0.0):
        assert ACTIVATIONS["relu"].df(zero) == 0.0
        assert ACTIVATIONS["relu"].df(np.array([zero]))[0] == 0.0
        assert activation("elu", 0.5).df(zero) == 0.5
        assert activation("elu", 0.5).df(np.array([zero]))[0] == 0.5


def test_relu_derivative_is_zero_or_one():
    y = [-LARGEST, -1.0, -5e-324, 0.0, 5e-324, 1.0, LARGEST]
    assert [ACTIVATIONS["relu"].df(v) for v in y] == [0, 0, 0, 0, 1, 1, 1]
    assert ACTIVATIONS["relu"].df(np.array(y)).tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_the_slope_of_a_linear_function_is_any_number():
    assert activation("linear", -3).f(2.0) == -6.0
    assert activation("linear", 0).df(2.0) == 0.0
    assert activation("linear", 2).f(LARGEST) == math.inf


@pytest.mark.parametrize("name", ["softmax", "", None, 3, ["relu"]])
def test_unknown_name(name):
    with pytest.raises(ValueError, match=f"one of {', '.join(ACTIVATIONS)}, not"):
        activation(name)


@anything
@pytest.mark.parametrize(
    "a", [math.nan, math.inf, -math.inf, None, "1", b"1", True, 1j, [1.0], 10**400]
)
def test_a_must_be_a_finite_number(name, a):
    with pytest.raises(ValueError, match="a must be a finite number, not"):
        activation(name, a)


@pytest.mark.parametrize("a", [0, -0.0, -1])
def test_elu_wants_a_positive_a(a):
    with pytest.raises(ValueError, match=f"a must be above 0 for elu, not {float(a)}"):
        activation("elu", a)


def test_finite_returns_a_float():
    assert type(finite("x", np.float32(0.5))) is float
    assert finite("x", 3) == 3.0


@anything
@given(y=st.floats(-5, 5), a=st.floats(0.25, 4))
def test_latex_says_what_the_code_does(name, y, a):
    f = activation(name, a)
    known = {"y": y, "a": a, "z": f.f(y), "exp": math.exp, "log": math.log, "max": max}
    known["where"] = lambda condition, yes, no: yes if condition else no
    for tex, symbol, value in ((f.latex, "z", f.f(y)), (f.dlatex, "z'", f.df(y))):
        left, sides = sides_of(tex)
        assert left == symbol
        for side in sides:
            found = eval(side, {"__builtins__": {}}, known)
            assert math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9), side


@anything
def test_a_notebook_shows_both_equations(name):
    shown = activation(name, 2.5)._repr_latex_()
    assert shown.startswith("$$") and shown.endswith("$$")
    bare = shown.replace("&=", "=")
    assert ACTIVATIONS[name].latex in bare and ACTIVATIONS[name].dlatex in bare
    assert shown.count("&=") == 2, "aligned at the first equals sign of each line"


def test_the_repr_can_be_typed():
    assert repr(activation("elu", 2.5)) == "activation('elu', 2.5)"
    assert repr(activation("relu")) == "activation('relu')"


def signed(value):
    return f"({value!r})" if value < 0 else repr(value)


@anything
@given(y=st.floats(-5, 5), a=st.floats(0.25, 4))
@example(y=0.0, a=2.0)
def test_the_text_says_what_the_code_does(name, y, a):
    f = activation(name, a)
    z = f.f(y)
    for text, value in zip(
        f.text(signed(y), repr(a), signed(z), y <= 0), (z, f.df(y)), strict=True
    ):
        python = text.replace("−", "-").replace("·", "*").replace("²", "**2").replace("^", "**")
        known = {"e": math.e, "ln": math.log, "max": max}
        found = eval(python, {"__builtins__": {}}, known)
        assert math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9), text


@anything
def test_bounded_says_whether_the_ends_stay_between_two_numbers(name):
    f = ACTIVATIONS[name]
    assert f.bounded == all(abs(f.f(y)) < 1e3 for y in (-1e12, 1e12))


@anything
def test_a_is_the_constant_of_those_that_change_with_it(name):
    changes = any(activation(name, 7.0).f(y) != activation(name).f(y) for y in (-0.3, 0.3))
    assert (ACTIVATIONS[name].a_above is not None) == changes


def test_a_row_without_a_fact_is_refused():
    with pytest.raises(TypeError, match="'role'"):
        activations.Activation(
            "new", 1.0, abs, abs, "", "", None, start="He", bounded=False, a_above=None
        )


@anything
@given(y=st.floats(allow_nan=False, allow_infinity=False))
def test_works_without_numpy(name, y):
    f, bare = ACTIVATIONS[name], BARE.ACTIVATIONS[name]
    assert BARE.finite.__globals__["np"] is None
    assert (bare.f(y), bare.df(y)) == (f.f(y), f.df(y))


def import_without_numpy():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "numpy", None)
        for module in (arithmetic, activations):
            spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
            bare = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(bare)
            patch.setitem(sys.modules, module.__name__, bare)
    return bare


BARE = import_without_numpy()


@anything
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_treated_entry_by_entry(name):
    y = np.random.default_rng(0).normal(size=(3, 3))
    for each in (ACTIVATIONS[name].f, ACTIVATIONS[name].df):
        found = each(np.asmatrix(y))
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, each(y))


@pytest.mark.parametrize(
    "y",
    [
        np.ma.masked_greater(np.eye(2), 0.5),
        np.array([1j]),
        np.array(["1"]),
        np.array(["2020-01-01"], "datetime64[D]"),
        np.array([None]),
        np.array([1.5], object),
    ],
)
def test_arrays_of_anything_but_real_numbers_are_refused(y):
    for each in (ACTIVATIONS["sigmoid"].f, ACTIVATIONS["tanh"].df):
        with pytest.raises(ValueError, match="y must be an array of real numbers, none masked"):
            each(y)


@anything
def test_an_activation_comes_back_from_a_pickle_by_its_name(name):
    again = pickle.loads(pickle.dumps(activation(name, 2.5)))
    assert (again.name, again.a, again.f(-1.0)) == (name, 2.5, activation(name, 2.5).f(-1.0))


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.True_,
        "1",
        b"1",
        bytearray(b"1"),
        np.complex64(1),
        np.array([1.0]),
        None,
        pytest.param(10**5000, id="huge"),
    ],
)
def test_what_is_no_number_is_named_in_an_error_of_one_line(value):
    with pytest.raises(ValueError, match="a must be a finite number, not") as caught:
        activation("linear", value)
    assert len(str(caught.value)) < 130


def test_every_kind_of_real_number_is_a_number():
    for value in (2, 2.0, np.float32(2), np.int8(2), Fraction(2), Decimal(2), np.array(2.0)):
        assert activation("linear", value).f(3.0) == 6.0
