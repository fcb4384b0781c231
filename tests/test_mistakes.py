"""The mistakes, against a published run that contains one, and against what they must do."""

import random
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlib.examples import EXAMPLES
from nnlib.mistakes import MISTAKES, descend_wrongly, equal_weights
from nnlib.propagation import TinyNetwork, descend, propagate

parameter = st.floats(-2, 2)


def parameters(network):
    weights = [w for rows in network.weights for row in rows for w in row]
    return weights + [b for row in network.biases for b in row]


@st.composite
def cases(draw, names=("sigmoid", "tanh", "elu"), sizes=None):
    sizes = sizes or draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    rng = random.Random(draw(st.integers(0, 2**32)))  # drawing each number would take the time

    def row(size):
        return [
            rng.choice([0.0, 1.0, *(rng.uniform(-2, 2) for _ in range(8))]) for _ in range(size)
        ]

    weights = [[row(n) for _ in range(m)] for n, m in pairwise(sizes)]
    biases = [row(m) for m in sizes[1:]]
    network = TinyNetwork(weights, biases, [draw(st.sampled_from(names)) for _ in sizes[1:]])
    return network, row(sizes[0]), row(sizes[-1]), draw(st.floats(0.01, 1))


def rightly(network, inputs, targets, rate):
    return descend(network, propagate(network, inputs, targets), rate)


class TestMazur:
    """M. Mazur's example (2015): one step by hand, with an error of half our E."""

    example = EXAMPLES["mazur"]

    def error_after(self, moved):
        network = self.example.network  # its biases are not trained
        moved = TinyNetwork(moved.weights, network.biases, network.activations)
        return propagate(moved, self.example.inputs, self.example.targets).loss / 2

    def test_before(self):
        assert self.error_after(self.example.network) == pytest.approx(0.298371109, abs=5e-10)

    def test_right(self):
        moved = rightly(*self.example[1:])
        published = [
            "0.149780716",
            "0.19956143",
            "0.24975114",
            "0.29950229",
            "0.35891648",
            "0.408666186",
            "0.511301270",
            "0.561370121",
        ]
        for weight, text in zip(parameters(moved), published, strict=False):
            assert f"{weight:.{len(text) - 2}f}" == text
        assert self.error_after(moved) == pytest.approx(0.2910277737, abs=5e-11)

    def test_the_error_as_published_comes_from_updated_weights(self):
        moved = descend_wrongly(*self.example[1:], "updated_weights")
        assert self.error_after(moved) == pytest.approx(0.291027924, abs=5e-10)


@settings(deadline=None)
@given(cases())
def test_wrong_sign_goes_as_far_the_other_way(case):
    old, right, wrong = (
        parameters(n) for n in (case[0], rightly(*case), descend_wrongly(*case, "wrong_sign"))
    )
    assert [w - o for w, o in zip(wrong, old, strict=True)] == pytest.approx(
        [o - r for r, o in zip(right, old, strict=True)], rel=1e-9, abs=1e-12
    )


@settings(deadline=None)
@given(cases(names=["sigmoid", "tanh"]))
def test_wrong_sign_raises_the_error(case):
    network, inputs, targets, _ = case
    trace = propagate(network, inputs, targets)
    assume(max(abs(d) for d in trace.deltas[-1]) > 1e-2)
    after = descend_wrongly(network, inputs, targets, 1e-5, "wrong_sign")
    assert propagate(after, inputs, targets).loss > trace.loss


@settings(deadline=None)
@given(cases(sizes=[2, 2]), st.sampled_from([0, 1]))
def test_forgotten_derivative_leaves_one_factor_out_of_a_single_layer(case, i):
    network, inputs, targets = case[:3]
    slope = network.functions[0].df(propagate(network, inputs, targets).sums[0][i])
    right = rightly(*case).biases[0][i] - network.biases[0][i]
    wrong = descend_wrongly(*case, "forgotten_derivative").biases[0][i] - network.biases[0][i]
    assert wrong * slope == pytest.approx(right, rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(cases(names=["linear"]))
def test_forgotten_derivative_does_no_harm_where_it_is_one(case):
    assert parameters(descend_wrongly(*case, "forgotten_derivative")) == pytest.approx(
        parameters(rightly(*case)), rel=1e-9, abs=1e-9
    )


@settings(deadline=None)
@given(cases())
def test_updated_weights_spoil_hidden_layers_only(case):
    right, wrong = rightly(*case), descend_wrongly(*case, "updated_weights")
    assert wrong.activations == case[0].activations
    assert sum(wrong.weights[-1], ()) == pytest.approx(sum(right.weights[-1], ()), rel=1e-12)
    assert wrong.biases[-1] == pytest.approx(right.biases[-1], rel=1e-12)


@settings(deadline=None)
@given(cases(names=["linear"], sizes=[1, 1, 1]))
def test_updated_weights_by_hand(case):
    network, (x,), (z_a,), rate = case
    ((w1,),), ((w2,),) = network.weights
    (b1,), (b2,) = network.biases
    z1 = w1 * x + b1
    d2 = 2 * (w2 * z1 + b2 - z_a)
    expected = w1 - rate * d2 * (w2 - rate * d2 * z1) * x
    wrong = descend_wrongly(*case, "updated_weights")
    assert wrong.weights[0][0][0] == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_mistake_shows_on_every_example(mistake, name):
    example = EXAMPLES[name]
    before = repr(example.network)
    wrong = descend_wrongly(*example[1:], mistake)
    assert wrong != rightly(*example[1:])
    assert repr(example.network) == before
    gaps = [[[w is None for w in row] for row in rows] for rows in wrong.weights]
    assert gaps == [[[w is None for w in row] for row in rows] for rows in example.network.weights]


@pytest.mark.parametrize("mistake", ["typo", None, ["wrong_sign"]])
def test_unknown_mistake(mistake):
    with pytest.raises(ValueError, match="one of forgotten_derivative, wrong_sign, updated_weigh"):
        descend_wrongly(*EXAMPLES["source"][1:], mistake)


@pytest.mark.parametrize("rate", [-1, float("nan"), True])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_rate_is_checked(mistake, rate):
    example = EXAMPLES["source"]
    with pytest.raises(ValueError, match="learning_rate must be"):
        descend_wrongly(example.network, example.inputs, example.targets, rate, mistake)


@settings(deadline=None)
@given(cases(sizes=[2, 3, 3, 1]), parameter)
def test_equal_weights_make_twins_that_stay_twins(case, value):
    network, inputs, targets, rate = case
    network = equal_weights(network, value)
    for _ in range(5):
        network = rightly(network, inputs, targets, rate)
    for layer in (0, 1):
        first, *others = network.weights[layer]
        assert all(row == pytest.approx(first, rel=1e-9, abs=1e-12) for row in others)
        assert network.biases[layer] == pytest.approx([network.biases[layer][0]] * 3, abs=1e-12)


def test_equal_weights_keep_the_edges():
    network = equal_weights(EXAMPLES["source"].network, 0.5)
    assert network.weights == (((0.5, None), (None, 0.5)), ((0.5, 0.5),))
    assert network.biases == ((0.0, 0.0), (0.0,))
    with pytest.raises(ValueError, match="value must be a finite number, not nan"):
        equal_weights(network, float("nan"))
