"""Who gets a block of useful work without the work, and what it costs to keep him out.

Three forgers: one claims 1.0, one trains on the test once it is out, one copies the last public
network. Only the copier is a rival worth the name; the rule that stops him needs more digits.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnlib.activations import finite
from nnlib.literature.digits import accuracy, classifier, right
from nnlib.literature.rounds import (
    Effort,
    Labeled,
    Proposal,
    accept,
    differences,
    duel,
    improves,
    next_claim,
    seal,
    task,
    work,
)
from nnlib.network import Network, is_count


class Copy(NamedTuple):
    """A copier on one test."""

    last: float  # the claim before
    true: float  # the accuracy of the copied network on all hidden digits
    accepted: int  # how many of his tries the rule of the claim accepts
    paired: int  # and the paired rule


def forge(seed: int = 0, trained: bool = True, commit: bool = True) -> Proposal:
    """A miner who claims 1.0 and never sees the training digits: a Proposal for the first block.

    trained: seals an untrained network, and when the test is out hands in one trained on that test;
    else hands in the untrained one. commit: False drops the order, all is sealed after the test.
    Here `fresh` is the accuracy on the other eleven tests.
    """
    _, validation, (test, *others) = task(seed)
    network = classifier(seed=[seed, 2])
    last, first, effort = accuracy(network, *validation), network, Effort(0, 0, 0)
    if trained:
        network, effort = work(network, test, test, 1.0, np.random.default_rng([seed, 4]), 2000)
    block = seal([], first if commit else network, 1.0)[0]
    accepted = accept(block, network, 1.0, test, last)
    return Proposal(network, 1.0, hidden_accuracy(network, others), accepted, effort)


def copied(
    network: Network, noise: float = 0.0, rng: int | np.random.Generator | None = None
) -> Network:
    """Another network without any training: one bit changed, or normal `noise` on all parameters.

    noise: its standard deviation, 0 or more; 0 changes the last bit of one parameter.
    """
    if finite("noise", noise) < 0:
        raise ValueError(f"noise must be 0 or more, not {noise!r}")
    copy = network.copy()
    if noise:
        size = copy.parameters.size
        copy.parameters[:] += np.random.default_rng(rng).normal(scale=noise, size=size)
    else:
        copy.parameters[0] = np.nextafter(copy.parameters[0], np.inf)
    return copy


def copies(
    proposals: list[Proposal],
    tests: list[Labeled],
    noise: float = 0.0,
    tries: int = 1,
    seed: int = 0,
) -> list[Copy]:
    """A copier against each accepted network of an honest run, on each later test: a list of Copy.

    proposals: those of the run, one for each of the first tests. He seals `tries` copies and
    claims the least that is allowed. ValueError for tries that are not a whole number above 0.
    """
    if not is_count(tries):
        raise ValueError(f"tries must be a whole number above 0, not {tries!r}")
    rng, found = np.random.default_rng([seed, 8]), []
    for round_, network, last in accepted_networks(proposals):
        true, claim = hidden_accuracy(network, tests), next_claim(last)
        for test in tests[round_ + 1 :]:
            accepted, paired, before = 0, 0, right(network, *test)
            for _ in range(tries):
                copy = copied(network, noise, rng)
                accepted += accept(seal([], copy, claim)[0], copy, claim, test, last)
                paired += bool(improves(*differences(right(copy, *test), before)))
            found.append(Copy(last, true, accepted, paired))
    return found


def expected(last: float, true: float, digits: int = 100) -> float:
    """The chance that a network of the accuracy `true` passes as the block after the claim `last`.

    It must be right on at least 100 (last + 0.15 (1 - last) - 0.1) of 100 digits: binomial.
    """
    least = math.ceil(digits * (last + 0.15 * (1 - last) - 0.1) - 1e-9)
    return sum(
        math.comb(digits, hits) * true**hits * (1 - true) ** (digits - hits)
        for hits in range(max(least, 0), digits + 1)
    )


def takeover(
    proposals: list[Proposal], tests: list[Labeled], honest: int = 6
) -> tuple[int, float, float]:
    """A copier alone after `honest` rounds, judged by the claim: the blocks he wins, claim, truth.

    Claim and truth are those of the last block; the truth is measured on all the tests.
    """
    _, network, last = accepted_networks(proposals[:honest])[-1]
    won = 0
    for test in tests[honest:]:
        copy, claim = copied(network), next_claim(last)
        if accept(seal([], copy, claim)[0], copy, claim, test, last):
            network, last, won = copy, claim, won + 1
    return won, last, hidden_accuracy(network, tests)


def gains(networks: list[Network], tests: list[Labeled], apart: int = 1) -> np.ndarray:
    """For each network and the one `apart` places before: the shares of wins and losses, an array.

    Shape (pairs, 2): on what share of all the tests only the later one is right, or the earlier.
    """
    pairs = zip(networks, networks[apart:], strict=False)
    duels = [np.sum([duel(new, old, test) for test in tests], axis=0) for old, new in pairs]
    return np.array(duels) / sum(len(labels) for _, labels in tests)


def chance(
    shares: np.ndarray | Sequence[tuple[float, float]], digits: int, draws: int = 2000
) -> float:
    """The mean chance that the paired rule accepts, on a test of so many digits.

    shares: of wins and losses, as from `gains`. From `draws` tests drawn by each of them.
    """
    rng = np.random.default_rng(9)
    drawn = [
        rng.multinomial(digits, [won, lost, 1 - won - lost], size=draws) for won, lost in shares
    ]
    return float(np.mean([improves(each[:, 0], each[:, 1]) for each in drawn]))


def luckiest(most: int = 200) -> float:
    """The greatest chance of two equally good networks to pass the paired rule, in any test.

    Each of d digits on which they differ, 1 to `most`, is a fair toss: a binomial tail.
    """
    return max(
        sum(math.comb(d, won) for won in range(d + 1) if improves(won, d - won)) / 2**d
        for d in range(1, most + 1)
    )


def hidden_accuracy(network: Network, tests: list[Labeled]) -> float:
    """The accuracy on all the tests together, which are of one size."""
    return float(np.mean([accuracy(network, *test) for test in tests]))


def accepted_networks(proposals: list[Proposal]) -> list[tuple[int, Network, float]]:
    """Those of a run that became blocks, as (round, network, claim); rounds from 0."""
    return [
        (round_, each.network, each.claim) for round_, each in enumerate(proposals) if each.accepted
    ]
