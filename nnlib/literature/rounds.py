"""The game of useful work: in each round a better network is to be sealed before a test is out.

A miner trains on public digits, commits the hash of the network and the accuracy it claims, and
only then is a fresh hidden test revealed. The network as the work is the idea of DLBC (Li et al.
2019, arXiv:1904.07349); the rules are ours. Two judge the proposal: `accept`, by the claim, and
`accept_paired`, against the old network on the same test.
"""

from collections import namedtuple
from hashlib import sha256

import numpy as np

from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import is_count
from nnlib.optimizers import SGD

TRAINING, VALIDATION, TEST = 300, 297, 100  # digits; the other 1,200 are hidden: 12 fresh tests
ROUNDS = 12
BATCH, PATIENCE = 32, 500  # digits a step; steps after which a miner gives the round up
CUT = 0.85  # a new block may claim at most this share of the last block's error
MARGIN = 0.1  # a test of 100 digits may fall short of the claim by this: two standard errors

# What training took: steps; digits that went forward and back; digits only read, for validation.
Effort = namedtuple("Effort", "steps trained read")
# One hand-in: the network, its claimed accuracy, what a fresh test says, whether that was accepted.
Proposal = namedtuple("Proposal", "network claim fresh accepted effort")


def task(seed=0, null=False):
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


def work(network, training, validation, target, rng, patience=PATIENCE):
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


def seal(chain, network, claim):
    """The chain with one more block: the hash of the network and the claim, before any test."""
    model = sha256(network.parameters.astype("<f8").tobytes()).hexdigest()
    parent = chain[-1].hash if chain else NO_PARENT
    line = f"network {model} accuracy {claim:.4f}"
    return [*chain, mine(Block(len(chain), 600 * len(chain), [line], parent, 0))]


def sealed(block, network, claim):
    """Whether the block holds the hash of this network and this claim."""
    return seal([], network, claim)[0].transactions == block.transactions


def next_claim(last):
    """The least accuracy that the next block must claim after the claim `last`."""
    return 1 - CUT * (1 - last)


def accept(block, network, claim, test, last):
    """The rule of the claim: sealed before the test, better than the last claim, and true.

    Costs one hash and one pass over the test. True: the test falls short by at most MARGIN.
    """
    better = claim >= next_claim(last) - 1e-12
    true = accuracy(network, *test) >= claim - MARGIN
    return bool(sealed(block, network, claim) and better and true)


def duel(network, old, test):
    """On how many digits of the test only `network` is right, and on how many only `old` is."""
    X, labels = test
    new_right, old_right = (each.outputs(X).argmax(axis=1) == labels for each in (network, old))
    return int((new_right & ~old_right).sum()), int((old_right & ~new_right).sum())


def improves(wins, losses):
    """McNemar's test (1947) at two standard errors: wins - losses > 2 sqrt(wins + losses).

    Of networks equally good, each digit on which they differ is a toss: the difference has mean 0
    and the standard deviation sqrt(wins + losses). Takes numbers or arrays.
    """
    return wins - losses > 2 * np.sqrt(wins + losses)


def accept_paired(block, network, claim, test, old):
    """The repaired rule: sealed before the test, and better than the old network on that test.

    Costs one hash and two passes over the test. One block a miner is judged in a round.
    """
    return bool(sealed(block, network, claim) and improves(*duel(network, old, test)))


def blocks(seed=0, null=False, rounds=ROUNDS, paired=False):
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
