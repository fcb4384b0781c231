"""Single flipped bits: those of the stored bytes, what they cost, and when a monitor speaks up."""

import numpy as np
import pytest

from nnlib.literature.bit_flips import alarm, flips, monitor_misses, ruined, trained
from nnlib.literature.bit_flips import test_set as unseen_digits
from nnlib.literature.deepring import load, save
from nnlib.ring import flipped

SEEDS = range(2)


def test_a_flipped_bit_is_the_bit_that_ieee_754_says():
    one = np.array([1.0], "<f8").tobytes()
    for bit, value in (63, -1.0), (62, np.inf), (52, 0.5), (51, 1.5), (0, 1 + 2.0**-52):
        assert np.frombuffer(flipped(one, bit), "<f8")[0] == value
        assert flipped(flipped(one, bit), bit) == one


def test_flips_are_those_of_the_stored_bytes_one_at_a_time():
    network, (X, labels) = trained(0), unseen_digits(0)
    values, lost = flips(0, 62, 12)
    assert np.array_equal(values, flips(0, 3, 12)[0]), "the same numbers for every bit"
    clean = int((network.outputs(X).argmax(axis=1) == labels).sum())
    for value, digits_lost in zip(values, lost, strict=True):
        (at,) = np.flatnonzero(network.parameters == value)
        layers = list(save(network))
        assert save(load(network, layers)) == tuple(layers)
        ends = np.cumsum([len(layer) // 8 for layer in layers])
        place = int(np.searchsorted(ends, at, "right"))
        within = int(at - ends[place] + len(layers[place]) // 8)
        layers[place] = flipped(layers[place], 64 * within + 62)
        with np.errstate(all="ignore"):
            found = load(network, layers).outputs(X).argmax(axis=1)
        assert clean - (found == labels).sum() == digits_lost


def test_the_top_bit_ruins_positive_numbers_alone():
    """A negative number becomes a huge negative one, which a ReLU turns into a mere 0."""
    for seed in SEEDS:
        every, positive, negative = ruined(seed, 62)
        assert negative < 0.05 and 0.3 < every < 0.55 and 0.65 < positive < 0.95
        assert max(ruined(seed, bit)[0] for bit in (63, 61, 57, 52, 51)) < 0.02


def test_the_monitor_speaks_from_the_first_point_on():
    assert [alarm(lost, 597) for lost in (-3, 0, 5, 6, 60)] == [False] * 3 + [True] * 2


def test_a_seed_repeats_a_run():
    assert np.array_equal(trained.__wrapped__(1).parameters, trained(1).parameters)
    for now, known in zip(flips.__wrapped__(1, 63, 20), flips(1, 63, 20), strict=True):
        assert np.array_equal(now, known)


BAD_CALLS = [
    (lambda: flips(0, 64), "bit must be a whole number from 0 to 63, not 64"),
    (lambda: flips(0, 1.0), "bit must be"),
    (lambda: monitor_misses(0, 63, -1), "count must be a whole number above 0"),
    (lambda: monitor_misses(0, 63, 10**6), "count must be .* at most 6570"),
]


@pytest.mark.parametrize(("call", "says"), BAD_CALLS)
def test_bad_parameters_are_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
