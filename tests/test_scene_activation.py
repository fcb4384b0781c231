"""The activation explorer's picture, against the functions themselves and closed forms."""

import math
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnlib.activations import ACTIVATIONS, activation
from nnlib.scenes.activation import DEFAULTS, EDGE, show, update

states = st.fixed_dictionaries(
    {
        "names": st.lists(st.sampled_from(list(ACTIVATIONS)), min_size=1, unique=True),
        "a": st.floats(0.1, 3.0),
        "y": st.floats(-EDGE, EDGE).map(lambda y: round(y, 2)),
    }
)


def picture(**state):
    return show({**DEFAULTS, **state})


def value_of(text):
    """Compute a formula as it stands on the page."""
    for old, new in (("−", "-"), ("·", "*"), ("²", "**2"), ("^", "**")):
        text = text.replace(old, new)
    return eval(text, {"__builtins__": {}}, {"e": math.e, "ln": math.log, "max": max})


@settings(max_examples=50, deadline=None)
@given(states)
@example({"names": list(ACTIVATIONS), "a": 2.0, "y": 0.0})
@example({"names": list(ACTIVATIONS), "a": 0.5, "y": -6.0})
def test_each_curve_is_its_functions(state):
    shown = show(state)
    assert [c["name"] for c in shown["curves"]] == state["names"]
    for curve, (head, *row) in zip(shown["curves"], shown["table"]["rows"], strict=True):
        f, y = activation(curve["name"], state["a"]), state["y"]
        assert head == f.name and row == list(curve["at"].values())
        value, slope, difference, product = [q["value"] for q in row]
        assert (value, slope) == (f.f(y), f.df(y))
        assert y == 0 or math.isclose(difference, slope, rel_tol=1e-6, abs_tol=1e-8)
        expected, z = 1.0, y
        for _ in range(10):
            expected, z = expected * f.df(z), f.f(z)
        assert math.isclose(product, expected, rel_tol=1e-12)
        last = curve["products"][-1]
        assert last == [10, None] if product == 0 else math.isclose(10 ** last[1], product)
        assert curve["f"] == [[x, f.f(x)] for x, _ in curve["f"]]
        for (x, at), to in zip(curve["tangent"], (-EDGE, EDGE), strict=True):
            assert x == to and math.isclose(at, value + slope * (to - y), abs_tol=1e-12)


@settings(max_examples=50, deadline=None)
@given(states)
def test_the_formulas_come_to_the_numbers_behind_them(state):
    for curve in show(state)["curves"]:
        for formula in curve["formulas"]:
            _, *sides = formula.split(" = ")
            *formulas, number = map(value_of, sides)
            # 1 - z of a z with 6 digits has an absolute error of half a millionth
            assert all(math.isclose(v, number, rel_tol=1e-5, abs_tol=1e-5) for v in formulas)


def test_the_status_says_where_and_what():
    said = picture(names=["sigmoid", "relu"], y=-1.5)["status"]
    assert said == "At y = -1.5: sigmoid 0.1824, slope 0.1491; relu 0, slope 0."


def test_bounded_functions_are_seen_from_near_and_others_from_far():
    for name, f in ACTIVATIONS.items():
        low, high = picture(names=[name])["axes"]["y"]
        assert (low, high) == ((-1.25, 1.25) if f.bounded else (-2.0, 4.0))
        assert not f.bounded or low < f.f(-EDGE) <= f.f(EDGE) < high
    assert picture(names=list(ACTIVATIONS))["axes"]["y"] == [-2.0, 4.0]


@pytest.mark.parametrize(
    ("name", "a", "flat"),
    [
        ("linear", 1.0, []),
        ("sigmoid", 1.0, [(-6, -4.585), (4.585, 6)]),  # z(1 - z) = 0.01
        ("tanh", 1.0, [(-6, -2.993), (2.993, 6)]),  # 1 - z² = 0.01
        ("relu", 1.0, [(-6, 0)]),
        ("elu", 1.0, [(-6, math.log(0.01))]),
        ("elu", 2.0, [(-6, math.log(0.005))]),
    ],
)
def test_shaded_is_where_the_slope_is_below_a_hundredth(name, a, flat):
    (curve,) = picture(names=[name], a=a)["curves"]
    assert [pytest.approx(each, abs=1e-3) for each in flat] == [tuple(c) for c in curve["flat"]]


def test_a_slope_that_jumps_is_two_lines():
    breaks = {c["name"]: c["df"].count(None) for c in picture(names=list(ACTIVATIONS))["curves"]}
    assert breaks["relu"] == 1 and breaks["sigmoid"] == breaks["elu"] == 0
    assert picture(names=["elu"], a=3.0)["curves"][0]["df"].count(None) == 1


def test_the_note_names_the_functions_with_a_constant():
    named = re.search(r"a is the constant of ([\w ]+);", picture()["note"])[1]
    moved = [n for n in ACTIVATIONS if activation(n, 3.0).f(-0.5) != activation(n).f(-0.5)]
    assert named.split(" and ") == moved


def test_every_function_can_be_chosen_and_has_its_own_color():
    assert [option["value"] for option in picture()["options"]] == list(ACTIVATIONS)
    roles = [c["role"] for c in picture(names=list(ACTIVATIONS))["curves"]]
    assert roles == [f.role for f in ACTIVATIONS.values()]


def test_a_refused_event_leaves_the_state():
    state, errors = update(DEFAULTS, {"set": ["y"], "to": 77})
    assert (state, errors) == (DEFAULTS, {"y": "Input y must be a number from -6 to 6."})
    state, errors = update(state, {"set": ["names"], "to": ["tanh", "linear"]})
    assert (state["names"], errors) == (["linear", "tanh"], {})
