"""The network that is guarded, and what single flipped bits do to it: what a monitor would see."""

from functools import lru_cache
from typing import Any

import numpy as np

from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import Network, is_count, train
from nnlib.optimizers import Adam

TRAINING = 1200  # digits; the other 597 are the test
ALARM = 0.01  # the accuracy monitor speaks up when the accuracy falls by a point or more
SIGN, TOP = 63, 62  # places of bits in a double: its sign, and the first of its exponent
RUIN = 0.1  # a flip that costs more than ten points of accuracy
COUNT = 100  # parameters drawn, of which one bit is flipped


@lru_cache(maxsize=8)
def trained(seed: int = 0) -> Network:
    """The network that is to be guarded, 64-64-32-10 in float64; do not write to it, copy it."""
    X, labels = digits(seed)
    network = classifier(seed, hidden=(64, 32))
    for _ in train(network, X[:TRAINING], ONE_HOT[labels[:TRAINING]], Adam(3e-3), 20, rng=seed):
        pass
    network.parameters.flags.writeable = False
    return network


def test_set(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The digits that the network has not seen: X and labels."""
    X, labels = digits(seed)
    return X[TRAINING:], labels[TRAINING:]


@lru_cache(maxsize=64)
def flips(seed: int, bit: int, count: int = COUNT) -> tuple[np.ndarray, np.ndarray]:
    """Flip one bit, from 0 (lowest) to 63 (sign), of `count` parameters drawn by seed, one by one.

    The parameters as they were, and the test digits that each flip costs: two arrays (count,). The
    same parameters are drawn for every bit.
    """
    network, rng = trained(seed).copy(), np.random.default_rng([seed, 9])
    clean = accuracy(network, *test_set(seed))
    check_count(count, len(network.parameters))
    if type(bit) is not int or not 0 <= bit < 64:
        raise ValueError(f"bit must be a whole number from 0 to 63, not {bit!r}")
    bits, mask = network.parameters.view(np.uint64), np.uint64(1 << bit)
    at = rng.choice(len(bits), count, replace=False)
    values, right = network.parameters[at], []
    with np.errstate(over="ignore", invalid="ignore"):  # numbers of 1e300 do not stay finite
        for place in at:
            bits[place] ^= mask
            right.append(accuracy(network, *test_set(seed)))
            bits[place] ^= mask
    lost = (clean - np.array(right)) * len(test_set(seed)[1])
    return values, np.rint(lost)


def alarm(lost: Any, total: int) -> Any:
    """Whether the accuracy monitor speaks up at `lost` more of `total` digits wrong than before.

    lost: a number or an array, and so is the answer.
    """
    return lost / total >= ALARM


def monitor_misses(seed: int, bit: int = SIGN, count: int = COUNT) -> float:
    """The share of such flips of single bits at which the accuracy monitor stays silent."""
    _, lost = flips(seed, bit, count)
    return float(1 - alarm(lost, len(test_set(seed)[1])).mean())


def ruined(seed: int, bit: int, count: int = COUNT) -> tuple[float, ...]:
    """The share of flips that cost more than ten points: of all, positive and negative numbers."""
    values, lost = flips(seed, bit, count)
    bad = lost / len(test_set(seed)[1]) > RUIN
    return tuple(float(bad[which].mean()) for which in (values == values, values > 0, values < 0))


def check_count(count: int, most: int) -> None:
    """Raise ValueError unless `count` is a whole number from 1 to `most`."""
    if not is_count(count) or count > most:
        raise ValueError(f"count must be a whole number above 0 and at most {most}, not {count!r}")
