"""Training as proof of work: a block is a better network, and checking it is one look at a test.

A miner trains on public digits, commits the hash of the network and the accuracy it claims, and
only then is a fresh hidden test revealed. Own model: Chen et al. (2021) review how networks and
chains can serve each other; DLBC (Li et al. 2019, arXiv:1904.07349) is a published system.
"""

from collections import namedtuple
from hashlib import sha256

import numpy as np

from nnlib.activations import finite
from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature import Finding, full, spread
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import is_count
from nnlib.optimizers import SGD

MODEL = "useful work"
TRAINING, VALIDATION, TEST = 300, 297, 100  # digits; the other 1,200 are hidden: 12 fresh tests
ROUNDS = 12
BATCH, PATIENCE = 32, 500  # digits a step; steps after which a miner gives the round up
CUT = 0.85  # a new block may claim at most this share of the last block's error
MARGIN = 0.1  # a test of 100 digits may fall short of the claim by this: two standard errors

# One hand-in: the network, its claimed accuracy, what a fresh test says, whether that was accepted.
Proposal = namedtuple("Proposal", "network claim fresh accepted steps")


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
    """Train a copy until its accuracy on `validation` is `target`: the copy and the steps taken.

    A step is one batch of 32 digits. After `patience` steps the miner gives up, with that many.
    """
    network, optimizer, (X, labels) = network.copy(), SGD(0.1), training
    for step in range(patience):
        if accuracy(network, *validation) >= target:
            return network, step
        batch = rng.integers(len(X), size=BATCH)
        gradient = network.gradient(X[batch], ONE_HOT[labels[batch]])
        optimizer.step(network.parameters, gradient)
    return network, patience


def seal(chain, network, claim):
    """The chain with one more block: the hash of the network and the claim, before any test."""
    model = sha256(network.parameters.astype("<f8").tobytes()).hexdigest()
    parent = chain[-1].hash if chain else NO_PARENT
    line = f"network {model} accuracy {claim:.4f}"
    return [*chain, mine(Block(len(chain), 600 * len(chain), [line], parent, 0))]


def accept(block, network, claim, test, last):
    """Whether a proposal is a block: sealed before the test, better than the last claim, and true.

    Costs one hash and one pass over the test. True: the test falls short by at most MARGIN.
    """
    sealed = seal([], network, claim)[0].transactions == block.transactions
    better = 1 - claim <= CUT * (1 - last) + 1e-12
    return bool(sealed and better and accuracy(network, *test) >= claim - MARGIN)


def blocks(seed=0, null=False, rounds=ROUNDS):
    """Rounds of one honest miner: the chain and a list of Proposal, accepted or not.

    ValueError for rounds that are not a whole number from 1 to 12.
    """
    if not is_count(rounds) or rounds > ROUNDS:
        raise ValueError(f"rounds must be a whole number from 1 to {ROUNDS}, not {rounds!r}")
    training, validation, tests = task(seed, null)
    network = classifier(seed=[seed, 2])
    claim = accuracy(network, *validation)
    chain, proposals = seal([], network, claim), []
    for round_, test in enumerate(tests[:rounds]):
        rng, target = np.random.default_rng([seed, 3, round_]), 1 - CUT * (1 - claim)
        better, steps = work(network, training, validation, target, rng)
        found = accuracy(better, *validation)
        sealed = seal(chain, better, found)
        accepted = accept(sealed[-1], better, found, test, claim)
        proposals.append(Proposal(better, found, accuracy(better, *test), accepted, steps))
        if accepted:
            chain, network, claim = sealed, better, found
    return chain, proposals


def forge(seed=0, trained=True, commit=True):
    """A miner who claims 1.0 and never sees the training digits: a Proposal for the first block.

    trained: seals an untrained network, and when the test is out hands in one trained on that test;
    else hands in the untrained one. commit: False drops the order, all is sealed after the test.
    Here `fresh` is the accuracy on the other eleven tests.
    """
    _, validation, (test, *others) = task(seed)
    network = classifier(seed=[seed, 2])
    last, sealed = accuracy(network, *validation), network
    steps = 0
    if trained:
        network, steps = work(network, test, test, 1.0, np.random.default_rng([seed, 4]), 2000)
    block = seal([], sealed if commit else network, 1.0)[0]
    true = np.mean([accuracy(network, *other) for other in others])
    return Proposal(network, 1.0, float(true), accept(block, network, 1.0, test, last), steps)


def training_times(seed=0, miners=60, target=0.8):
    """The steps that each of `miners` needs, from a random start, to the accuracy `target`."""
    _check_miners(miners)
    if not 0.2 <= finite("target", target) <= 0.85:
        raise ValueError(f"target must be from 0.2 to 0.85, not {target!r}")
    training, validation, _ = task(seed)
    return np.array([
        work(classifier(seed=[seed, 5, miner]), training, validation, target,
             np.random.default_rng([seed, 6, miner]))[1]
        for miner in range(miners)
    ])  # fmt: skip


def hashing_times(seed=0, miners=300, bits=8):
    """The hashes that each of `miners` needs to mine a block of `bits` zero bits."""
    _check_miners(miners)
    lines = [f"seed {seed} miner {miner}" for miner in range(miners)]
    return np.array([mine(Block(0, 0, [line], NO_PARENT, bits)).nonce + 1 for line in lines])


def win_share(times, compute):
    """The share of races won by the miner with the share `compute` of all computing power.

    Each ordered pair of different `times` is a race: his takes time / compute, the other's
    time / (1 - compute); a tie counts half.
    """
    if not 0 < finite("compute", compute) < 1:
        raise ValueError(f"compute must be above 0 and below 1, not {compute!r}")
    times = np.asarray(times, float)
    if times.ndim != 1 or len(times) < 2 or not (times > 0).all():
        raise ValueError(f"times must be two or more numbers above 0, not {times!r}")
    mine_, other = times[:, None] * (1 - compute), times * compute
    won = (mine_ < other) + 0.5 * (mine_ == other)
    return float((won.sum() - np.trace(won)) / (len(times) * (len(times) - 1)))


def _check_miners(miners):
    if not is_count(miners) or miners < 2:
        raise ValueError(f"miners must be a whole number of at least 2, not {miners!r}")


def figures(seed):
    """What one seed shows: numbers by name."""
    (_, done), (_, null) = blocks(seed), blocks(seed, null=True, rounds=3)
    lied, swapped, late = forge(seed, trained=False), forge(seed), forge(seed, commit=False)
    training, hashing = training_times(seed), hashing_times(seed)
    good = [each for each in done if each.accepted]
    start = accuracy(classifier(seed=[seed, 2]), *task(seed)[2][0])
    return {
        "start": start,
        "end": good[-1].fresh,
        "blocks": len(good),
        "work per check": float(np.median([3 * BATCH * each.steps / TEST for each in good])),
        "forgeries accepted": float(lied.accepted + swapped.accepted),
        "no commit, accepted": float(late.accepted),
        "no commit, claim": late.claim,
        "no commit, true": late.fresh,
        "null, fresh": float(np.mean([each.fresh for each in null])),
        "null, blocks": float(sum(each.accepted for each in null)),
        "training, variation": float(training.std() / training.mean()),
        "hashing, variation": float(hashing.std() / hashing.mean()),
        "training, big wins": win_share(training, 0.6),
        "hashing, big wins": win_share(hashing, 0.6),
    }


def findings(seeds=range(3)):
    """What the model shows, a list of Finding."""
    runs = [figures(seed) for seed in seeds]
    of = {name: [run[name] for run in runs] for name in runs[0]}
    told = {name: spread(values) for name, values in of.items()}
    return [
        Finding(MODEL, "Block by block, the network gets better on tests nobody had seen",
                ".116 -> .917 in 12 rounds, 11 blocks",
                f"{told['start']} -> {told['end']}, {told['blocks']} blocks",
                f"random labels: {told['null, fresh']}, {sum(of['null, blocks']):.0f} blocks",
                min(of["end"]) > 0.8 and not any(of["null, blocks"])),
        Finding(MODEL, "Commit before reveal rejects forged claims", "rejected 5 of 5",
                f"{sum(of['forgeries accepted']):.0f} of {2 * len(runs)} forgeries accepted",
                f"no commit: {sum(of['no commit, accepted']):.0f} of {len(runs)} accepted, claim "
                f"1.000, true {told['no commit, true']}",
                not any(of["forgeries accepted"]) and all(of["no commit, accepted"])
                and np.mean(of["no commit, true"]) < 1 - MARGIN),
        Finding(MODEL, "Checking is cheaper than the work, but not by much", "5.9 times",
                f"{spread(of['work per check'], 1)} times", "hashing with 12 bits: 4096 times",
                all(1 < ratio < 409.6 for ratio in of["work per check"])),
        Finding(MODEL, "Training has a memory: 60 % of the compute wins nearly all blocks",
                "wins .973, variation .15", f"wins {told['training, big wins']}, "
                f"variation {told['training, variation']}",
                f"hashing: wins {told['hashing, big wins']}, variation "
                f"{told['hashing, variation']}",
                min(of["training, big wins"]) > 0.8
                and all(0.5 < share < 0.7 for share in of["hashing, big wins"])),
    ]  # fmt: skip


if __name__ == "__main__":
    full.main("useful_work", figures, findings)
