"""The game of useful work: in each round a better network is to be sealed before a test is out.

A miner trains on public digits, commits the hash of the network and the accuracy it claims, and
only then is a fresh hidden test revealed. The network as the work is the idea of DLBC (Li et al.
2019, arXiv:1904.07349); the rules are ours. Two judge the proposal: `accept`, by the claim, and
`accept_paired`, against the old network on the same test.
"""

from hashlib import sha256
from typing import NamedTuple

import numpy as np

from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits, right
from nnlib.network import Network, is_count
from nnlib.optimizers import SGD

TRAINING, VALIDATION, TEST = 300, 297, 100  # digits; the other 1,200 are hidden: 12 fresh tests
ROUNDS = 12
BATCH, PATIENCE = 32, 500  # digits a step; steps after which a miner gives the round up
ERROR_LEFT = 0.85  # a new block may claim at most this share of the last block's error
MARGIN = 0.1  # a test of 100 digits may fall short of the claim by this: two standard errors

Labeled = tuple[np.ndarray, np.ndarray]  # digits: X and labels


class Effort(NamedTuple):
    """What training took."""

    steps: int
    trained: int  # digits that went forward and back
    read: int  # digits only read, for validation


class Proposal(NamedTuple):
    """One hand-in."""

    network: Network
    claim: float  # the accuracy
    fresh: float  # what a fresh test says
    accepted: bool
    effort: Effort


def task(seed: int = 0, null: bool = False) -> tuple[Labeled, Labeled, list[Labeled]]:
    """The digits as (X, labels): for training, for validation, and a list of 12 hidden tests.

    null: labels drawn at random, so that there is nothing to learn.
    """
    X, labels = digits(seed)
    if null:
        labels = np.random.default_rng([seed, 1]).integers(10, size=len(labels))
    ends = [TRAINING, TRAINING + VALIDATION]
    ends += [ends[1] + TEST * i for i in range(1, ROUNDS)]
    parts = list(zip(np.split(X, ends), np.split(labels, ends), strict=True))
    return parts[0], parts[1], parts[2:]


def work(
    network: Network,
    training: Labeled,
    validation: Labeled,
    target: float,
    rng: np.random.Generator,
    patience: int = PATIENCE,
) -> tuple[Network, Effort]:
    """Train a copy until its accuracy on `validation` is `target`: the copy and its Effort.

    A step is one batch of 32 digits. After `patience` steps the miner gives up.
    """
    network, optimizer, (X, labels) = network.copy(), SGD(0.1), training
    trained = read = 0
    for step in range(patience):
        read += len(validation[1])
        if accuracy(network, *validation) >= target:
            return network, Effort(step, trained, read)
        batch = rng.integers(len(X), size=BATCH)
        trained += len(batch)
        gradient = network.gradient(X[batch], ONE_HOT[labels[batch]])
        optimizer.step(network.parameters, gradient)
    return network, Effort(patience, trained, read)


def seal(chain: list[Block], network: Network, claim: float) -> list[Block]:
    """The chain with one more block: the hash of the network and the claim, before any test."""
    model = sha256(network.parameters.astype("<f8").tobytes()).hexdigest()
    parent = chain[-1].hash if chain else NO_PARENT
    line = f"network {model} accuracy {claim:.4f}"
    return [*chain, mine(Block(len(chain), 600 * len(chain), [line], parent, 0))]


def sealed(block: Block, network: Network, claim: float) -> bool:
    """Whether the block holds the hash of this network and this claim."""
    return seal([], network, claim)[0].transactions == block.transactions


def next_claim(last: float) -> float:
    """The least accuracy that the next block must claim after the claim `last`."""
    return 1 - ERROR_LEFT * (1 - last)


def accept(block: Block, network: Network, claim: float, test: Labeled, last: float) -> bool:
    """The rule of the claim: sealed before the test, better than the last claim, and true.

    Costs one hash and one pass over the test. True: the test falls short by at most MARGIN.
    """
    better = claim >= next_claim(last) - 1e-12
    true = accuracy(network, *test) >= claim - MARGIN
    return bool(sealed(block, network, claim) and better and true)


def duel(network: Network, old: Network, test: Labeled) -> tuple[int, int]:
    """On how many digits of the test only `network` is right, and on how many only `old` is."""
    return differences(right(network, *test), right(old, *test))


def differences(new: np.ndarray, old: np.ndarray) -> tuple[int, int]:
    """How often only `new` is true, and how often only `old`; arrays of bool."""
    return int((new & ~old).sum()), int((old & ~new).sum())


def improves(wins: int | np.ndarray, losses: int | np.ndarray) -> bool | np.ndarray:
    """McNemar's test (1947) at two standard errors: wins - losses > 2 sqrt(wins + losses).

    Of networks equally good, each digit on which they differ is a toss: the difference has mean 0
    and the standard deviation sqrt(wins + losses). Takes numbers or arrays.
    """
    return wins - losses > 2 * np.sqrt(wins + losses)


def accept_paired(
    block: Block, network: Network, claim: float, test: Labeled, old: Network
) -> bool:
    """The repaired rule: sealed before the test, and better than the old network on that test.

    Costs one hash and two passes over the test. One block a miner is judged in a round.
    """
    return bool(sealed(block, network, claim) and improves(*duel(network, old, test)))


def blocks(
    seed: int = 0, null: bool = False, rounds: int = ROUNDS, paired: bool = False
) -> tuple[list[Block], list[Proposal]]:
    """Rounds of one honest miner: the chain and a list of Proposal, accepted or not.

    paired: judged by `accept_paired`, else by `accept`. A rejected miner starts the next round from
    the last block under the claim's rule; under the paired one she goes on from where she is.
    ValueError for rounds that are not a whole number from 1 to 12.
    """
    if not is_count(rounds) or rounds > ROUNDS:
        raise ValueError(f"rounds must be a whole number from 1 to {ROUNDS}, not {rounds!r}")
    training, validation, tests = task(seed, null)
    old = network = classifier(seed=[seed, 2])
    claim = accuracy(network, *validation)
    chain, proposals = seal([], network, claim), []
    for round_, test in enumerate(tests[:rounds]):
        rng = np.random.default_rng([seed, 3, round_])
        better, effort = work(network, training, validation, next_claim(claim), rng)
        found = accuracy(better, *validation)
        longer = seal(chain, better, found)
        if paired:
            accepted = accept_paired(longer[-1], better, found, test, old)
        else:
            accepted = accept(longer[-1], better, found, test, claim)
        proposals.append(Proposal(better, found, accuracy(better, *test), accepted, effort))
        if accepted:
            chain, old = longer, better
        if accepted or paired:
            network, claim = better, found
    return chain, proposals
