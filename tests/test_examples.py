"""The examples keep what their stories promise."""

from itertools import pairwise

import pytest

from nnlib.examples import EXAMPLES
from nnlib.propagation import descend, propagate

every_example = pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)


def losses(example, steps):
    network, found = example.network, []
    for _ in range(steps):
        trace = propagate(network, example.inputs, example.targets)
        found.append(trace.loss)
        network = descend(network, trace, example.learning_rate)
    return found


@pytest.mark.parametrize(
    ("name", "sizes", "weights", "biases"),
    [("source", (2, 2, 1), 4, 3), ("full", (2, 2, 1), 6, 3), ("mazur", (2, 2, 2), 8, 4)],
)
def test_sizes(name, sizes, weights, biases):
    network, title = EXAMPLES[name].network, EXAMPLES[name].title
    assert network.sizes == sizes
    assert weights == sum(w is not None for rows in network.weights for row in rows for w in row)
    assert biases == sum(map(len, network.biases))
    assert f"{weights} weights, {biases} biases" in title


def test_order():
    assert list(EXAMPLES) == ["source", "full", "mazur"]


@every_example
def test_nothing_is_saturated_at_the_start(example):
    steps = propagate(example.network, example.inputs, example.targets).steps
    slopes = [step.value for step in steps if step.kind == "slope"]
    assert slopes
    assert min(slopes) > 0.15  # sigmoid' is at most 0.25


@every_example
def test_the_error_falls_at_every_step_and_tenfold_in_forty(example):
    found = losses(example, 41)
    assert all(after < before for before, after in pairwise(found))
    assert found[40] < found[0] / 10


def test_the_chapters_network_is_the_full_one_without_its_cross_edges():
    source, full = EXAMPLES["source"], EXAMPLES["full"]
    (w1, no_edge), (also_none, w2) = source.network.weights[0]
    assert no_edge is also_none is None
    assert (full.network.weights[0][0][0], full.network.weights[0][1][1]) == (w1, w2)
    assert full.network.weights[1] == source.network.weights[1]
    assert full.network.biases == source.network.biases
    assert full[2:] == source[2:]


def test_one_error_pushes_the_two_hidden_neurons_apart():
    example = EXAMPLES["source"]
    (d1, d2), _ = propagate(example.network, example.inputs, example.targets).deltas
    assert d1 < 0 < d2
