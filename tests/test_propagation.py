"""Propagation, against slopes, derivations by hand, and its own formulas read back."""

import math
import pickle
import random
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from definitions import by_definition
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlib.activations import ACTIVATIONS
from nnlib.mistakes import equal_weights
from nnlib.propagation import TinyNetwork, descend, numerical_gradients, propagate
from nnlib.tiny_network import labels

NAMES = list(ACTIVATIONS)


@st.composite
def networks(draw, names=NAMES):
    """A network of depth 1-4 and width 1-4, with its inputs and targets."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    entry = st.sampled_from(names) | st.tuples(st.sampled_from(names), st.sampled_from([0.5, 2.0]))
    entries = [draw(entry) for _ in sizes[1:]]
    rng = random.Random(draw(st.integers(0, 2**32)))  # drawing each number would take the time

    def small():
        return rng.choice([0.0, 1.0, *(round(rng.uniform(-1, 1), 3) for _ in range(8))])

    def row(size):
        edges = [rng.choice([None, small()]) for _ in range(size)]
        edges[rng.randrange(size)] = small()
        return edges

    weights = [[row(n) for _ in range(m)] for n, m in pairwise(sizes)]
    biases = [[small() for _ in range(m)] for m in sizes[1:]]
    inputs, targets = ([small() for _ in range(size)] for size in (sizes[0], sizes[-1]))
    return TinyNetwork(weights, biases, entries), inputs, targets


def flat(gradients):
    weights, biases = gradients
    return [g for layer in weights for row in layer for g in row] + [g for b in biases for g in b]


@settings(max_examples=150, deadline=None)
@given(networks())
def test_gradients_are_the_slopes_of_the_error(case):
    trace = propagate(*case)
    kinked = [
        y
        for f, layer in zip(case[0].functions, trace.sums, strict=True)
        for y in layer
        if f.name in ("relu", "elu")
    ]
    assume(all(abs(y) > 1e-3 for y in kinked))
    exact = flat((trace.weight_gradients, trace.bias_gradients))
    slopes = flat(numerical_gradients(*case))
    assert [g is None for g in exact] == [g is None for g in slopes]
    scale = max(1.0, trace.loss, *(abs(g) for g in exact if g is not None))
    for g, slope in zip(exact, slopes, strict=True):
        assert g is None or abs(g - slope) < 2e-8 * scale


def test_numerical_gradients_of_a_parabola():
    network = TinyNetwork([[[3.0]]], [[1.0]], ["linear"])  # E = (2w + b - 5)²
    (((dw,),),), ((db,),) = numerical_gradients(network, [2.0], [5.0], h=0.5)
    assert (dw, db) == (8.0, 4.0)


class TestSourceNetwork:
    """Figures 3.4 and 3.5: one edge into each hidden neuron, 4 weights and 3 biases."""

    @staticmethod
    def network(w1, w2, w3, w4, b1, b2, b3, activations):
        return TinyNetwork([[[w1, None], [None, w2]], [[w3, w4]]], [[b1, b2], [b3]], activations)

    @given(st.lists(st.floats(-3, 3), min_size=10, max_size=10))
    def test_by_hand_with_sigmoids(self, numbers):
        w1, w2, w3, w4, b1, b2, b3, x1, x2, z_a = numbers

        def sigmoid(y):
            return 1 / (1 + math.exp(-y))

        z1, z2 = sigmoid(w1 * x1 + b1), sigmoid(w2 * x2 + b2)
        z_p = sigmoid(w3 * z1 + w4 * z2 + b3)
        d3 = 2 * (z_p - z_a) * z_p * (1 - z_p)
        d1, d2 = d3 * w3 * z1 * (1 - z1), d3 * w4 * z2 * (1 - z2)

        network = self.network(w1, w2, w3, w4, b1, b2, b3, ["sigmoid", "sigmoid"])
        trace = propagate(network, (x1, x2), (z_a,))
        assert math.isclose(trace.loss, (z_p - z_a) ** 2, rel_tol=1e-12, abs_tol=1e-15)
        ((dw1, none), (also_none, dw2)), ((dw3, dw4),) = trace.weight_gradients
        (db1, db2), (db3,) = trace.bias_gradients
        assert none is also_none is None
        expected = [d1 * x1, d2 * x2, d3 * z1, d3 * z2, d1, d2, d3]
        found = [dw1, dw2, dw3, dw4, db1, db2, db3]
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-13)

    @given(st.lists(st.floats(-3, 3), min_size=10, max_size=10), st.floats(-3, 3))
    def test_linear_bias_gradients(self, numbers, a):
        w1, w2, w3, w4, b1, b2, b3, x1, x2, z_a = numbers
        network = self.network(w1, w2, w3, w4, b1, b2, b3, [("linear", a), ("linear", a)])
        trace = propagate(network, (x1, x2), (z_a,))
        z_p = a * (w3 * a * (w1 * x1 + b1) + w4 * a * (w2 * x2 + b2) + b3)
        assert trace.outputs[0] == pytest.approx(z_p, rel=1e-12, abs=1e-12)
        (db1, db2), (db3,) = trace.bias_gradients
        assert db1 == pytest.approx(2 * a * a * w3 * (z_p - z_a), rel=1e-12, abs=1e-11)
        assert db2 == pytest.approx(2 * a * a * w4 * (z_p - z_a), rel=1e-12, abs=1e-11)
        assert db3 == pytest.approx(2 * a * (z_p - z_a), rel=1e-12, abs=1e-11)


@settings(deadline=None)
@given(networks())
def test_a_missing_edge_is_a_weight_of_zero_that_is_not_trained(case):
    network, inputs, targets = case
    dense = TinyNetwork(
        [[[w or 0.0 for w in row] for row in rows] for rows in network.weights],
        network.biases,
        network.activations,
    )
    sparse, full = propagate(*case), propagate(dense, inputs, targets)
    assert sparse.outputs == full.outputs
    assert sparse.bias_gradients == full.bias_gradients
    for w, g, g_full in zip(
        flat((network.weights, ())),
        flat((sparse.weight_gradients, ())),
        flat((full.weight_gradients, ())),
        strict=True,
    ):
        assert g == (None if w is None else g_full)


SYMBOL = re.compile(r"∂\w+/∂\w+|\w+")
FUNCTIONS = {}  # what a reader takes the function names in the formulas for
for name in NAMES:
    FUNCTIONS[name] = lambda y, a=1, name=name: by_definition(name, y, a)[0]
    FUNCTIONS[name + "_slope"] = lambda y, a=1, name=name: by_definition(name, y, a)[1]


def read_back(formula, known):
    """Evaluate a step's formula, given the values of the symbols known so far."""
    formula = SYMBOL.sub(lambda m: f"known[{m[0]!r}]" if m[0] in known else m[0], formula)
    for old, new in (("·", "*"), ("−", "-"), ("²", "**2"), ("′", "_slope")):
        formula = formula.replace(old, new)
    return eval(formula, {"known": known, "__builtins__": {}, **FUNCTIONS})


def quantities(network, inputs, targets):
    """The symbols that are given, with their values."""
    names, known = labels(network), {}
    for label, value in zip(
        [*names.inputs, *names.targets, *flat((names.weights, names.biases))],
        [*inputs, *targets, *flat((network.weights, network.biases))],
        strict=True,
    ):
        assert (label is None) == (value is None)
        if label is not None:
            assert label not in known
            known[label] = value
    return known


@settings(deadline=None)
@given(networks())
def test_every_formula_gives_its_value_from_symbols_already_known(case):
    known = quantities(*case)
    for step in propagate(*case).steps:
        expected = read_back(step.formula, known)
        assert math.isclose(step.value, expected, rel_tol=1e-11, abs_tol=1e-14), step
        assert step.symbol not in known
        known[step.symbol] = step.value


@settings(deadline=None)
@given(networks(names=["linear", "sigmoid", "tanh"]))
def test_numbers_put_in_give_the_value_to_the_digits_shown(case):
    for step in propagate(*case).steps:
        terms = [abs(read_back(t, {})) for t in step.numbers.split(" + ")]
        allowed = 2e-5 * max(1.0, sum(terms))
        assert abs(read_back(step.numbers, {}) - step.value) <= allowed, step
        assert not re.search("[·+−] ?-", step.numbers), "a minus after an operator"
        assert not re.match(r"\(-?[\d.e-]+\)", step.numbers), "parentheses around the first number"


@settings(deadline=None)
@given(networks())
def test_a_step_combines_its_terms_and_nothing_else(case):
    known = quantities(*case)
    for step in propagate(*case).steps:
        terms = [quantity for term in step.terms for quantity in term]
        assert [q.value for q in terms] == [known[q.name] for q in terms]
        assert [q.name for q in terms] == [t for t in SYMBOL.findall(step.formula) if t in known]
        known[step.symbol] = step.value
    kinds = {step.symbol: step.kind for step in propagate(*case).steps}
    names = labels(case[0])
    for kind, symbols in (("sum", names.sums), ("output", names.values), ("delta", names.deltas)):
        assert {s for s in kinds if kinds[s] == kind} == {s for row in symbols for s in row}


@settings(deadline=None)
@given(networks())
def test_the_trace_holds_what_its_steps_say(case):
    network = case[0]
    trace, names = propagate(*case), labels(network)
    value = {step.symbol: step.value for step in trace.steps}
    place = {step.symbol: step.place for step in trace.steps}
    assert trace.loss == value["E"]
    assert trace.outputs == trace.values[-1]
    assert tuple(map(len, trace.values)) == network.sizes[1:]
    for layer, rows in enumerate(network.weights):
        for i, row in enumerate(rows):
            for table, label in (
                (trace.sums, names.sums),
                (trace.values, names.values),
                (trace.deltas, names.deltas),
            ):
                assert table[layer][i] == value[label[layer][i]]
                assert place[label[layer][i]] == ("node", layer, i)
            bias = f"∂E/∂{names.biases[layer][i]}"
            assert trace.bias_gradients[layer][i] == value[bias]
            for j, weight in enumerate(row):
                gradient = trace.weight_gradients[layer][i][j]
                if weight is None:
                    assert gradient is None
                else:
                    symbol = f"∂E/∂{names.weights[layer][i][j]}"
                    assert gradient == value[symbol]
                    assert place[symbol] == ("edge", layer, i, j)


@settings(deadline=None)
@given(networks())
def test_order_of_the_steps(case):
    steps = propagate(*case).steps
    phases = [step.phase for step in steps]
    assert phases == sorted(phases, key=["forward", "loss", "backward"].index)
    assert [s.place for s in steps if s.phase == "loss"] == [("loss",)] * phases.count("loss")
    forward = [step.place[1:3] for step in steps if step.phase == "forward"]
    assert forward == sorted(forward)
    backward = [step.place[1:3] for step in steps if step.phase == "backward"]
    assert backward == sorted(backward, key=lambda place: (-place[0], place[1]))


def test_labels_of_the_chapters_network():
    names = labels(TinyNetwork([[[1, None], [None, 2]], [[3, 4]]], [[5, 6], [7]], ["relu"] * 2))
    assert names.weights == [[["w₁", None], [None, "w₂"]], [["w₃", "w₄"]]]
    assert names.biases == [["b₁", "b₂"], ["b₃"]]
    assert (names.inputs, names.targets) == (["x₁", "x₂"], ["zₐ"])
    assert (names.sums, names.deltas[-1]) == ([["y₁", "y₂"], ["y₃"]], ["δ₃"])
    several = labels(TinyNetwork([[[1], [2]]], [[0, 0]], ["relu"]))
    assert several.targets == ["zₐ₁", "zₐ₂"]


@settings(deadline=None)
@given(networks(), st.floats(0, 2))
def test_descend_subtracts_the_gradient_and_changes_nothing_in_place(case, rate):
    network, before = case[0], repr(case[0])
    trace = propagate(*case)
    after = descend(network, trace, rate)
    assert repr(network) == before
    assert after.activations == network.activations
    old, new = (flat((n.weights, n.biases)) for n in (network, after))
    gradients = flat((trace.weight_gradients, trace.bias_gradients))
    for w, g, moved in zip(old, gradients, new, strict=True):
        assert moved == (None if w is None else w - rate * g)


@settings(deadline=None)
@given(networks(names=["linear", "sigmoid", "tanh"]))
def test_a_small_step_lowers_the_error_by_what_the_gradient_promises(case):
    network, inputs, targets = case
    trace = propagate(*case)
    square = sum(g * g for g in flat((trace.weight_gradients, trace.bias_gradients)) if g)
    assume(square > 1e-3)
    rate = 1e-4 / (1 + square)
    after = propagate(descend(network, trace, rate), inputs, targets)
    assert trace.loss - after.loss == pytest.approx(rate * square, rel=0.05)


class TestValue:
    network = TinyNetwork(
        [[[0.5, None], [1, -2]], [[3, 4]]], [[0, 0.25], [1]], ["tanh", ("linear", 2)]
    )

    def test_lists_tuples_arrays_and_integers_are_the_same(self):
        other = TinyNetwork(
            (((0.5, None), (1.0, -2.0)), (np.array([3, 4]),)),
            [np.array([0, 0.25]), (1,)],
            ("tanh", ["linear", 2.0]),
        )
        assert self.network == other
        assert hash(self.network) == hash(other)
        assert repr(self.network) == repr(other)

    @pytest.mark.parametrize(
        "other",
        [
            TinyNetwork([[[0.5, 0], [1, -2]], [[3, 4]]], [[0, 0.25], [1]], ["tanh", ("linear", 2)]),
            TinyNetwork([[[0.5, None], [1, -2]], [[3, 4]]], [[0, 0], [1]], ["tanh", ("linear", 2)]),
            TinyNetwork([[[0.5, None], [1, -2]], [[3, 4]]], [[0, 0.25], [1]], ["tanh", "linear"]),
            None,
            "network",
        ],
    )
    def test_differs_by_any_part(self, other):
        assert self.network != other

    def test_a_of_one_is_the_plain_name(self):
        network = TinyNetwork([[[1.0]]], [[0.0]], [("elu", 1)])
        assert network.activations == ("elu",)

    @given(networks())
    def test_repr_and_pickle_come_back(self, case):
        assert eval(repr(case[0])) == case[0]
        assert pickle.loads(pickle.dumps(case[0])) == case[0]

    def test_sizes(self):
        assert self.network.sizes == (2, 2, 1)

    @pytest.mark.parametrize("name", ["weights", "biases", "activations", "sizes", "new"])
    def test_cannot_be_changed(self, name):
        with pytest.raises(AttributeError):
            setattr(self.network, name, ())

    def test_keeps_a_copy(self):
        row = [1.0]
        network = TinyNetwork([[row]], [[0.0]], ["relu"])
        row[0] = 2.0
        assert network.weights == (((1.0,),),)


@pytest.mark.parametrize(
    ("weights", "biases", "activations", "message"),
    [
        ([], [], [], "weights must be a sequence of at least one entry"),
        (None, [], [], "weights must be a sequence"),
        ([[]], [[]], ["relu"], r"weights\[0\] must be a sequence of at least one entry"),
        ([[[]]], [[0]], ["relu"], r"weights\[0\]\[0\] must be a sequence of at least one entry"),
        ([[1.0]], [[0]], ["relu"], r"weights\[0\]\[0\] must be a sequence of .*, not 1.0"),
        ([["12"]], [[0]], ["relu"], r"weights\[0\]\[0\] must be a sequence"),
        ([[[1], [1, 2]]], [[0, 0]], ["relu"], r"weights\[0\]\[1\] must be a sequence of length 1"),
        ([[[1]], [[1, 2]]], [[0], [0]], ["relu"] * 2, r"weights\[1\]\[0\] must be .* length 1"),
        ([[[1]]], [[0], [0]], ["relu"], "biases must be a sequence of length 1"),
        ([[[1]]], [[0, 0]], ["relu"], r"biases\[0\] must be a sequence of length 1"),
        ([[[1]]], [[0]], ["relu", "relu"], "activations must be a sequence of length 1"),
        ([[[1]]], [[0]], "relu", "activations must be a sequence of length 1, not 'relu'"),
        ([[[1]]], [[0]], ["step"], "one of linear, sigmoid, .*, not 'step'"),
        ([[[1]]], [[0]], [("linear",)], r"activations\[0\] must be a sequence of length 2"),
        ([[[1]]], [[0]], [3], r"activations\[0\] must be a sequence of length 2"),
        ([[[1]]], [[0]], [("elu", -1)], "a must be above 0 for elu"),
        (
            [[[math.nan]]],
            [[0]],
            ["relu"],
            r"weights\[0\]\[0\]\[0\] must be a finite number, not nan",
        ),
        ([[[True]]], [[0]], ["relu"], r"weights\[0\]\[0\]\[0\] must be a finite number, not True"),
        ([[["1"]]], [[0]], ["relu"], r"weights\[0\]\[0\]\[0\] must be a finite number, not '1'"),
        ([[[1]]], [[math.inf]], ["relu"], r"biases\[0\]\[0\] must be a finite number, not inf"),
        ([[[1]]], [[None]], ["relu"], r"biases\[0\]\[0\] must be a finite number, not None"),
        ([[[None, None]]], [[0]], ["relu"], r"weights\[0\]\[0\] must have at least one edge"),
    ],
)
def test_networks_that_are_refused(weights, biases, activations, message):
    with pytest.raises(ValueError, match=message):
        TinyNetwork(weights, biases, activations)


@pytest.mark.parametrize("work", [propagate, numerical_gradients])
@pytest.mark.parametrize(
    ("inputs", "targets", "message"),
    [
        ([1.0], [0.0], "inputs must be a sequence of length 2, not"),
        ([1.0, 2.0, 3.0], [0.0], "inputs must be a sequence of length 2"),
        (1.0, [0.0], "inputs must be a sequence of length 2, not 1.0"),
        ([1.0, math.nan], [0.0], r"inputs\[1\] must be a finite number, not nan"),
        ([1.0, None], [0.0], r"inputs\[1\] must be a finite number, not None"),
        ([1.0, 2.0], [], "targets must be a sequence of length 1"),
        ([1.0, 2.0], [False], r"targets\[0\] must be a finite number, not False"),
    ],
)
def test_inputs_and_targets_are_checked(work, inputs, targets, message):
    with pytest.raises(ValueError, match=message):
        work(TestValue.network, inputs, targets)


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf, "1", None, True])
def test_learning_rate_is_checked(rate):
    trace = propagate(TestValue.network, [1, 2], [3])
    with pytest.raises(ValueError, match="learning_rate must be"):
        descend(TestValue.network, trace, rate)


@pytest.mark.parametrize("h", [0, -1e-5, math.nan])
def test_step_width_is_checked(h):
    with pytest.raises(ValueError, match="h must be"):
        numerical_gradients(TestValue.network, [1, 2], [3], h)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "relu", "elu"])
def test_divergence_ends_in_a_value_error(name):
    network = TinyNetwork([[[1.0]], [[1.0]]], [[0.0], [0.0]], [name, "linear"])
    with pytest.raises(ValueError, match="finite"):
        for _ in range(2000):
            network = descend(network, propagate(network, [2.0], [-3.0]), 30.0)


def test_overflow_names_the_quantity():
    network = TinyNetwork([[[1e200]], [[1e200]]], [[0.0], [0.0]], ["relu", "relu"])
    with pytest.raises(ValueError, match="y₂ = w₂·z₁ \\+ b₂ is not finite"):
        propagate(network, [1.0], [0.0])


def test_arrays_are_welcome_as_inputs():
    trace = propagate(TestValue.network, np.array([1, 2]), np.array([3], "f4"))
    assert trace == propagate(TestValue.network, [1, 2], [3])
    assert all(type(step.value) is float for step in trace.steps)


def test_a_neuron_that_leads_nowhere_gets_no_gradient():
    network = TinyNetwork([[[1.0], [2.0]], [[3.0, None]]], [[0.0, 0.0], [0.0]], ["tanh", "tanh"])
    trace = propagate(network, [0.5], [1.0])
    assert trace.deltas[0][1] == 0.0
    assert trace.weight_gradients[0][1] == (0.0,)
    step = next(step for step in trace.steps if step.symbol == "∂E/∂z₂")
    assert (step.formula, step.numbers, step.value) == ("0", "0", 0.0)


NOT_TINY = pytest.mark.parametrize(
    "network", [None, "network", [[1.0]], pytest.param(10**5000, id="huge")]
)


@NOT_TINY
@pytest.mark.parametrize(
    "use",
    [
        lambda network: propagate(network, [1], [1]),
        lambda network: numerical_gradients(network, [1], [1]),
        lambda network: descend(network, TRACE, 0.1),
        lambda network: labels(network),
        lambda network: equal_weights(network, 1),
    ],
)
def test_what_is_no_tiny_network_is_named(use, network):
    with pytest.raises(ValueError, match="network must be a TinyNetwork, not"):
        use(network)


SMALL = TinyNetwork([[[1.0, 2.0]]], [[0.0]], ["linear"])
TRACE = propagate(SMALL, [1, 2], [3])


@pytest.mark.parametrize(
    ("network", "trace"),
    [
        (TinyNetwork([[[1.0, 2.0, 3.0]]], [[0.0]], ["linear"]), TRACE),
        (TinyNetwork([[[1.0, None]]], [[0.0]], ["linear"]), TRACE),
        (TinyNetwork([[[1.0, 2.0]], [[1.0]]], [[0.0], [0.0]], ["relu", "linear"]), TRACE),
        (SMALL, None),
        (SMALL, 3),
    ],
)
def test_a_trace_of_another_network_is_refused(network, trace):
    with pytest.raises(ValueError, match="trace must be what propagate"):
        descend(network, trace, 0.1)


@pytest.mark.parametrize("h", [0, -1e-5, 1e-18, 1.5, np.nan, "1e-5", None])
def test_a_step_that_cannot_be_taken_is_refused(h):
    with pytest.raises(ValueError, match="h must be"):
        numerical_gradients(SMALL, [1, 2], [3], h)


@pytest.mark.parametrize("h", [np.float32(1e-3), Decimal("0.001"), Fraction(1, 1000)])
def test_every_kind_of_number_is_a_step_in_double_precision(h):
    found = numerical_gradients(SMALL, [1, 2], [3], h)
    assert type(found[1][0][0]) is float
    assert found == numerical_gradients(SMALL, [1, 2], [3], float(h))


def test_a_check_that_leaves_the_range_of_floats_says_so():
    with pytest.raises(ValueError, match="E is not finite"):
        numerical_gradients(SMALL, [1, 2], [1e308])


@pytest.mark.parametrize("protocol", range(6))
def test_a_network_comes_back_from_every_pickle(protocol):
    assert pickle.loads(pickle.dumps(SMALL, protocol)) == SMALL


def test_a_pickle_with_changed_bytes_is_checked_as_anything_else():
    data = pickle.dumps(SMALL, 0)
    assert b"linear" in data
    with pytest.raises(ValueError, match="activation must be one of"):
        pickle.loads(data.replace(b"linear", b"linnar"))


@pytest.mark.parametrize("inputs", [{1, 2}, frozenset([1, 2]), {1: 0, 2: 0}, bytearray(b"ab")])
def test_what_has_no_order_is_no_sequence(inputs):
    with pytest.raises(ValueError, match="inputs must be a sequence of length 2"):
        propagate(SMALL, inputs, [3])
