"""Peers that train one network together: data stays at home, commitments go on a chain.

In each round every peer trains a copy of the shared network on its own digits and commits the hash
of its update, its change of the parameters. Then all reveal; what fits its commitment is combined
and added. Own model of the idea of Fadaeddini et al. (2020), of which we read the abstract only.

Peers run on any `concurrent.futures.Executor`, threads by default. On a Dask cluster:

    with Client("tcp://scheduler:8786") as client:
        train_together(executor=client.get_executor())
"""

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import lru_cache, partial
from hashlib import sha256

import numpy as np

from nnlib.activations import finite
from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature import Finding, full, spread
from nnlib.literature.aggregation import agreement, mean, median, trimmed_mean
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import is_count, train
from nnlib.optimizers import SGD

TRAINING = 1200  # digits shared out among the peers; the other 597 test the network
ATTACKS = ("reversed", "labels", "late")
MODEL = "peer training"
BITS = 4  # leading zero bits of a block's hash

# network: the shared one at the end. accuracies: (rounds,), on the test digits. updates: as
# revealed, (rounds, peers, parameters). chain: block r holds the commitments of round r.
Run = namedtuple("Run", "network accuracies updates chain")


@lru_cache(maxsize=64)
def shard(peer, peers=10, seed=0):
    """The digits of one peer, X and labels: mostly of a few neighboring labels, 9 next to 0."""
    X, labels = digits(seed)
    rng = np.random.default_rng([seed, 1])
    blurred = labels[:TRAINING] + rng.normal(scale=2, size=TRAINING)
    place = rng.permutation(peers)[peer]  # liars with like labels would hide better
    own = np.array_split(np.argsort(blurred % 10), peers)[place]
    return X[own], labels[own]


def local_update(parameters, round_, seed, peers, swapped, noise, peer):
    """What a peer computes at home: two epochs on its own digits; the change of `parameters`.

    It loads its digits itself: nothing but parameters and updates travels. swapped: the peers that
    learn 9 - d for the label d. noise: if above 0, the update is clipped to length 1 and Gaussian
    noise of this standard deviation is added to each of its numbers.
    """
    X, labels = shard(peer, peers, seed)
    network, rng = classifier(), np.random.default_rng([seed, 2, round_, peer])
    network.parameters[:] = parameters
    targets = ONE_HOT[9 - labels if peer in swapped else labels]
    list(train(network, X, targets, SGD(0.1), epochs=2, rng=rng))
    update = network.parameters - parameters
    if noise:
        update /= max(1, np.linalg.norm(update))
        update += rng.normal(scale=noise, size=update.shape)
    return update


def commitment(round_, peer, update):
    """The line for the chain: round, peer, and a hash of both with the update.

    With the names inside the hash, nobody can pass off a copy of another's commitment as his own.
    """
    name = f"round {round_} peer {peer}"
    return f"{name} {sha256(name.encode() + update.astype('<f8').tobytes()).hexdigest()}"


def train_together(peers=10, rounds=25, combine=mean, attackers=0, attack="reversed", since=1,
                   ledger=True, noise=0.0, executor=None, seed=0):  # fmt: skip
    """Train among peers; the first `attackers` of them attack from round `since` on: a Run.

    attack "reversed": the update times -6. "labels": learns wrong labels. "late": commits honestly,
    waits for the others to reveal, then reveals what turns the mean of all around.
    ledger: whether reveals are held against the commitments, and those that differ left out.
    executor: computes the updates and is left open. The numbers do not depend on it.
    ValueError for peers above the 1200 digits, counts below 1, attackers not fewer than the peers.
    """
    for name, value in ("peers", peers), ("rounds", rounds), ("since", since):
        if not is_count(value):
            raise ValueError(f"{name} must be a whole number above 0, not {value!r}")
    if peers > TRAINING:
        raise ValueError(f"peers must be at most {TRAINING}, the digits to share, not {peers!r}")
    if isinstance(attackers, bool) or attackers not in range(peers):
        raise ValueError(f"attackers must be from 0 to {peers - 1}, not {attackers!r}")
    if attack not in ATTACKS:
        raise ValueError(f"attack must be one of {', '.join(ATTACKS)}, not {attack!r}")
    if finite("noise", noise) < 0:
        raise ValueError(f"noise must be 0 or more, not {noise!r}")
    X, labels = (part[TRAINING:] for part in digits(seed))
    network = classifier(seed=[seed, 3])
    chain = [mine(Block(0, 0, [f"{peers} peers start"], NO_PARENT, BITS))]
    accuracies, updates = [], np.empty((rounds, peers, network.parameters.size))
    with nullcontext(executor) if executor else ThreadPoolExecutor() as pool:
        for round_ in range(1, rounds + 1):
            bad = range(attackers if round_ >= since else 0)
            swapped = bad if attack == "labels" else ()
            task = partial(local_update, network.parameters.copy(), round_, seed, peers, swapped,
                           noise)  # fmt: skip
            reveals = updates[round_ - 1]
            reveals[:] = list(pool.map(task, range(peers)))
            if attack == "reversed":
                reveals[bad] *= -6
            lines = [commitment(round_, peer, reveals[peer]) for peer in range(peers)]
            if attack == "late" and bad:
                reveals[bad] = -2 * reveals[attackers:].sum(axis=0) / attackers
            chain.append(mine(Block(round_, 600 * round_, lines, chain[-1].hash, BITS)))
            broken = [peer for _, peer in audit(chain[:1] + chain[-1:], reveals[None])]
            network.parameters[:] += combine(np.delete(reveals, broken if ledger else [], axis=0))
            accuracies.append(accuracy(network, X, labels))
    return Run(network, np.array(accuracies), updates, chain)


def audit(chain, updates):
    """The (round, peer) whose revealed update is not the one committed on the chain."""
    return [
        (block.index, peer)
        for block, reveals in zip(chain[1:], updates, strict=True)
        for peer, update in enumerate(reveals)
        if commitment(block.index, peer, update) != block.transactions[peer]
    ]


def suspects(updates):
    """The (round, peer) whose update points away from the median of its round."""
    return [(int(r) + 1, int(p)) for r, p in np.argwhere(agreement(updates) < 0)]


def isolated(rounds=25, peers=10, seed=0):
    """The accuracy of each peer that learns alone for as long as the others learn together."""
    X, labels = (part[TRAINING:] for part in digits(seed))
    accuracies = []
    for peer in range(peers):
        network = classifier(seed=[seed, 3])
        for round_ in range(1, rounds + 1):
            network.parameters[:] += local_update(
                network.parameters, round_, seed, peers, (), 0, peer
            )
        accuracies.append(accuracy(network, X, labels))
    return np.array(accuracies)


RUNS = {
    "mean": {},
    "median": {"combine": median},
    "mean, 3 reversed": {"attackers": 3, "since": 10},
    "median, 3 reversed": {"attackers": 3, "since": 10, "combine": median},
    "trimmed, 3 reversed": {"attackers": 3, "since": 10, "combine": trimmed_mean},
    "median, 5 reversed": {"attackers": 5, "since": 10, "combine": median},
    "median, 3 swap labels": {"attackers": 3, "since": 10, "attack": "labels", "combine": median},
    "late": {"attackers": 1, "since": 7, "attack": "late"},
    "late, no ledger": {"attackers": 1, "since": 7, "attack": "late", "ledger": False},
}
MORE_RUNS = {
    "all data in one place": {"peers": 1},
    "trimmed": {"combine": trimmed_mean},
    **{
        f"{name}, {k} reversed": {"attackers": k, "since": 10, "combine": combine}
        for name, combine in (("mean", mean), ("median", median), ("trimmed", trimmed_mean))
        for k in (1, 2)
    },
    "mean, 3 swap labels": {"attackers": 3, "since": 10, "attack": "labels"},
    **{f"mean, noise {sigma}": {"noise": sigma} for sigma in (0.03, 0.1, 0.3)},
}


def figures(seed, runs=RUNS | MORE_RUNS):
    """The accuracy at the end of each of `runs`, and what the two audits find: numbers by name."""
    done = {name: train_together(seed=seed, **how) for name, how in runs.items()}
    values = {name: float(run.accuracies[-1]) for name, run in done.items()}
    values["isolated"] = float(isolated(seed=seed).mean())
    late, honest = done["late"], done["median"]
    cheats = [(round_, 0) for round_ in range(7, 26)]
    values["late found"] = float(audit(late.chain, late.updates) == cheats)
    values["honest breaches"] = float(len(audit(honest.chain, honest.updates)))
    values["honest flags"] = float(len(suspects(honest.updates)))
    guilty = {(round_, peer) for round_ in range(10, 26) for peer in range(3)}
    for attack in "reversed", "swap labels":
        flagged = set(suspects(done[f"median, 3 {attack}"].updates))
        values[f"recall, {attack}"] = len(flagged & guilty) / len(guilty)
        values[f"precision, {attack}"] = len(flagged & guilty) / max(len(flagged), 1)
    return values


def findings(seeds=range(3)):
    """What the model shows, a list of Finding."""
    seeds = list(seeds)
    runs = [figures(seed, RUNS) for seed in seeds]
    of = {name: [run[name] for run in runs] for name in runs[0]}
    told = {name: spread(values) for name, values in of.items()}

    def count(name):
        return f"{sum(of[name]):.0f} of {len(seeds)}"

    def above(name, other, by):
        return all(a > b + by for a, b in zip(of[name], of[other], strict=True))

    return [
        Finding(MODEL, "Peers learn together what none learns alone; no digit leaves home",
                "accuracy .912, alone .665", f"accuracy {told['mean']}",
                f"each alone: {told['isolated']}", above("mean", "isolated", 0.1)),
        Finding(MODEL, "Median and trimmed mean outlast 3 of 10 peers that reverse updates",
                "median .755, trimmed .753",
                f"{told['median, 3 reversed']}, {told['trimmed, 3 reversed']}",
                f"mean: {told['mean, 3 reversed']}; median, 5 of 10: {told['median, 5 reversed']}",
                above("median, 3 reversed", "mean, 3 reversed", 0.4)
                and above("trimmed, 3 reversed", "mean, 3 reversed", 0.4)
                and above("median, 3 reversed", "median, 5 reversed", 0.4)),
        Finding(MODEL, "The ledger names who revealed other than committed, and when",
                "named 5 of 5", f"exactly (rounds 7-25, peer 0): {count('late found')}; "
                f"accuracy {told['late']}",
                f"no ledger: {told['late, no ledger']}; "
                f"honest peers named: {sum(of['honest breaches']):.0f}",
                all(of["late found"]) and not any(of["honest breaches"])
                and above("late", "late, no ledger", 0.4)),
        Finding(MODEL, "The angle to the median names reversed updates",
                "recall .980, precision 1.000", f"recall {told['recall, reversed']}, "
                f"precision {told['precision, reversed']}",
                f"honest run: {sum(of['honest flags']):.0f} flags of {250 * len(seeds)}",
                min(of["recall, reversed"]) > 0.8 and min(of["precision, reversed"]) > 0.9
                and sum(of["honest flags"]) <= 2 * len(seeds)),
        Finding(MODEL, "That audit misses many peers that learn wrong labels (a limit)",
                "recall .70", f"recall {told['recall, swap labels']}, accuracy "
                f"{told['median, 3 swap labels']}", f"reversed: {told['recall, reversed']}",
                above("recall, reversed", "recall, swap labels", 0.1)),
    ]  # fmt: skip


if __name__ == "__main__":
    full.main("peers", figures, findings)
