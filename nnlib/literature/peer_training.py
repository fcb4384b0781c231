"""Peers that train one network together: data stays at home, commitments go on a chain.

In each round every peer trains a copy of the shared network on its own digits and commits the hash
of its update, its change of the parameters. Then all reveal; what fits its commitment is combined
and added. Own model of the idea of Fadaeddini et al. (2020), of which we read the abstract only.

Peers run on any `concurrent.futures.Executor`, threads by default. On a Dask cluster:

    with cluster("tcp://scheduler:8786") as executor:
        train_together(executor=executor)
"""

from collections.abc import Collection, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import lru_cache, partial
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from nnlib.activations import finite
from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature.aggregation import Rule, mean
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import Network, is_count, train
from nnlib.optimizers import SGD

TRAINING = 1200  # digits shared out among the peers; the other 597 test the network
FACTORS = {"reversed": -6, "negated": -1}
QUIET = 1.0  # standard deviations of the honest updates by which the attack "little" keeps below
ATTACKS = (*FACTORS, "little", "labels", "late")
BITS = 4  # leading zero bits of a block's hash


class Run(NamedTuple):
    """What is left of a training."""

    network: Network  # the shared one at the end
    accuracies: np.ndarray  # (rounds,), on the test digits
    updates: np.ndarray  # as revealed, (rounds, peers, parameters)
    chain: list[Block]  # block r holds the commitments of round r


@lru_cache(maxsize=64)
def shard(peer: int, peers: int = 10, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The digits of one peer, X and labels: mostly of a few neighboring labels, 9 next to 0."""
    X, labels = digits(seed)
    rng = np.random.default_rng([seed, 1])
    blurred = labels[:TRAINING] + rng.normal(scale=2, size=TRAINING)
    place = rng.permutation(peers)[peer]  # liars with like labels would hide better
    own = np.array_split(np.argsort(blurred % 10), peers)[place]
    return X[own], labels[own]


def local_update(
    parameters: np.ndarray,
    round_: int,
    seed: int,
    peers: int,
    swapped: Collection[int],
    noise: float,
    peer: int,
) -> np.ndarray:
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


def commitment(round_: int, peer: int, update: np.ndarray) -> str:
    """The line for the chain: round, peer, and a hash of both with the update.

    With the names inside the hash, nobody can pass off a copy of another's commitment as his own.
    """
    name = f"round {round_} peer {peer}"
    return f"{name} {sha256(name.encode() + update.astype('<f8').tobytes()).hexdigest()}"


def _check_arguments(peers, rounds, attackers, attack, since, noise):
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


def _attack(reveals, bad, attack):
    """Write what the first peers, `bad`, reveal; the others are honest. "labels" is done."""
    honest = reveals[len(bad) :]
    if not bad:
        return
    if attack in FACTORS:
        reveals[bad] *= FACTORS[attack]
    elif attack == "little":
        reveals[bad] = honest.mean(axis=0) - QUIET * honest.std(axis=0)
    elif attack == "late":
        reveals[bad] = -2 * honest.sum(axis=0) / len(bad)


def train_together(
    peers: int = 10,
    rounds: int = 25,
    combine: Rule = mean,
    attackers: int = 0,
    attack: str = "reversed",
    since: int = 1,
    ledger: bool = True,
    noise: float = 0.0,
    executor: Executor | None = None,
    seed: int = 0,
) -> Run:
    """Train among peers; the first `attackers` of them attack from round `since` on: a Run.

    attack: what the attackers commit and reveal. "reversed", "negated": the update times -6 or -1.
    "little": the honest updates' mean less one standard deviation, parameter by parameter; they
    are taken to know the honest updates (Baruch et al. 2019). "labels": learns wrong labels.
    "late": commits honestly, waits for the others, then reveals what turns the mean of all around.
    combine: of `aggregation`, or any function from (updates, parameters) to (parameters,).
    ledger: whether reveals are held against the commitments, and those that differ left out.
    executor: computes the updates and is left open. The numbers do not depend on it.
    ValueError for peers above the 1200 digits, counts below 1, attackers not fewer than the peers.
    """
    _check_arguments(peers, rounds, attackers, attack, since, noise)
    X, labels = (part[TRAINING:] for part in digits(seed))
    network = classifier(seed=[seed, 3])
    chain = [mine(Block(0, 0, [f"{peers} peers start"], NO_PARENT, BITS))]
    accuracies, updates = [], np.empty((rounds, peers, network.parameters.size))
    with nullcontext(executor) if executor else ThreadPoolExecutor() as pool:
        for round_ in range(1, rounds + 1):
            bad = range(attackers if round_ >= since else 0)
            swapped = bad if attack == "labels" else ()
            shared = network.parameters.copy()
            task = partial(local_update, shared, round_, seed, peers, swapped, noise)
            reveals = updates[round_ - 1]
            reveals[:] = list(pool.map(task, range(peers)))
            if attack != "late":
                _attack(reveals, bad, attack)
            lines = [commitment(round_, peer, reveals[peer]) for peer in range(peers)]
            if attack == "late":  # after all commitments
                _attack(reveals, bad, attack)
            chain.append(mine(Block(round_, 600 * round_, lines, chain[-1].hash, BITS)))
            broken = [peer for _, peer in audit(chain[:1] + chain[-1:], reveals[None])]
            network.parameters[:] += combine(np.delete(reveals, broken if ledger else [], axis=0))
            accuracies.append(accuracy(network, X, labels))
    return Run(network, np.array(accuracies), updates, chain)


@contextmanager
def cluster(address: object) -> Iterator[Executor]:
    """An executor on a Dask cluster: the address of its scheduler, or a cluster of this process.

    Needs the optional package distributed; ModuleNotFoundError says so where it is missing.
    """
    try:
        from dask.distributed import Client
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "peers on several machines need the package distributed, nnlib's extra 'peers': "
            "pip install distributed"
        ) from error
    with Client(address) as client:
        yield client.get_executor()


def audit(chain: list[Block], updates: np.ndarray) -> list[tuple[int, int]]:
    """The (round, peer) whose revealed update is not the one committed on the chain."""
    return [
        (block.index, peer)
        for block, reveals in zip(chain[1:], updates, strict=True)
        for peer, update in enumerate(reveals)
        if commitment(block.index, peer, update) != block.transactions[peer]
    ]


def isolated(rounds: int = 25, peers: int = 10, seed: int = 0) -> np.ndarray:
    """The accuracy of each peer that learns alone for as long as the others learn together."""
    X, labels = (part[TRAINING:] for part in digits(seed))
    accuracies = []
    for peer in range(peers):
        network = classifier(seed=[seed, 3])
        for round_ in range(1, rounds + 1):
            now = network.parameters
            now[:] += local_update(now, round_, seed, peers, (), 0, peer)
        accuracies.append(accuracy(network, X, labels))
    return np.array(accuracies)
