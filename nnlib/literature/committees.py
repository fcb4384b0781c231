"""A made-up world of nodes, the committees that are chosen from it, and what they cost.

The world is ours. It stands for the setting of Chen et al. (2018): super nodes of the highest
scores and random nodes by lot keep the chain together.
"""

from itertools import count
from math import comb
from typing import NamedTuple

import numpy as np

from nnlib.blockchain import (
    COINBASE,
    NO_PARENT,
    REWARD,
    Block,
    Transaction,
    double_sha256,
    mine,
)

HONEST, BAD = 70, 30  # nodes of a chain
SUPER, DRAWN = 12, 3  # members of a committee: the best, and those drawn from the others
UNSAFE = 5  # so many bad members, a third, can block or break an agreement by votes
FEATURES = (
    "stake",
    "uptime",
    "age",
    "bandwidth",
    "speed",
    "three periods ago",
    "two periods ago",
    "last period",
)
HARDWARE, PAST = slice(3, 5), slice(5, 8)  # PAST: logarithms of the transactions handled

# The world: what a node can handle is normal; what it handles in a period has noise, and is less
# by DROPPED for a bad one (factor e); its uptime and age are less by SHY.
CAPACITY, WIDTH, NOISE, DROPPED, SHY = 2.2, 0.7, 0.473, 1.0, 0.3
HARDWARE_NOISE = 0.3  # of the bandwidth; that of the speed is larger by SLACK
SLACK = 0.2


class Chains(NamedTuple):
    """Chains and their nodes."""

    features: np.ndarray  # (chains, nodes, 8)
    bad: np.ndarray  # (chains, nodes) of bool
    handled: np.ndarray  # (chains, nodes): the logarithm of the transactions of the next period,
    # which nobody knows when choosing


class Verdict(NamedTuple):
    """How committees came out."""

    bad: float  # the share of bad members
    unsafe: float  # of committees with UNSAFE or more
    transactions: float  # that a member handles in the next period


def chains(
    number: int,
    rng: np.random.Generator,
    honest: int = HONEST,
    bad: int = BAD,
    hardware_noise: float = HARDWARE_NOISE,
) -> Chains:
    """Make up `number` chains of nodes, the bad among them at random places.

    What a node can handle shows in its hardware, up to hardware_noise (0 or more). A bad node has
    the same hardware, and drops about two of three transactions. Stake says nothing.
    """
    for name, value in ("number", number), ("honest", honest), ("bad", bad):
        if value < (0 if name == "bad" else 1):
            raise ValueError(f"{name} must be {0 if name == 'bad' else 1} or more, not {value!r}")
    if honest + bad < SUPER + DRAWN or not hardware_noise >= 0:
        raise ValueError(
            f"a committee needs {SUPER + DRAWN} nodes, not {honest + bad}, and "
            f"hardware_noise must be 0 or more, not {hardware_noise!r}"
        )
    shape = number, honest + bad
    is_bad = rng.permuted(np.tile(np.arange(shape[1]) < bad, (number, 1)), axis=1)
    capacity = rng.normal(CAPACITY, WIDTH, shape)
    handled = (capacity - DROPPED * is_bad)[..., None] + rng.normal(0, NOISE, (*shape, 4))
    columns = [
        rng.normal(size=shape),
        rng.normal(size=shape) - SHY * is_bad,
        rng.normal(size=shape) - SHY * is_bad,
        capacity + rng.normal(0, hardware_noise, shape),
        capacity + rng.normal(0, hardware_noise + SLACK, shape),
    ]
    features = np.concatenate([np.stack(columns, -1), handled[..., :3]], -1)
    return Chains(features, is_bad, handled[..., 3])


def gamed(
    nodes: Chains, share: float, rng: np.random.Generator, liked: np.ndarray | None = None
) -> Chains:
    """The chains after a share (0 to 1) of the bad nodes copied what a top node reports.

    Each copies all but the stake, which the chain itself records, of one of the busiest twelve;
    or of the twelve of the highest `liked`, scores (chains, nodes).
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share!r}")
    features = nodes.features.copy()
    liked = nodes.features[..., PAST].mean(-1) if liked is None else liked
    tops = np.argsort(-liked, axis=1)[:, :SUPER]
    for each, bad, top in zip(features, nodes.bad, tops, strict=True):
        liars = rng.permutation(np.flatnonzero(bad))[: round(share * bad.sum())]
        each[liars, 1:] = each[rng.choice(top, len(liars)), 1:]
    return nodes._replace(features=features)


def committee(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The nodes' numbers (chains, 15): the twelve of the highest scores and three by lot.

    Each node draws one lot. So two scores judged with the same rng share their luck.
    """
    lots = rng.random(scores.shape)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :SUPER]
    np.put_along_axis(lots, best, 2, axis=1)
    return np.hstack([best, np.argsort(lots, axis=1)[:, :DRAWN]])


def judge(nodes: Chains, scores: np.ndarray, rng: np.random.Generator) -> Verdict:
    """Choose by scores (chains, nodes) and look: a Verdict over all chains."""
    members = committee(scores, rng)
    bad = np.take_along_axis(nodes.bad, members, 1)
    handled = np.exp(np.take_along_axis(nodes.handled, members, 1))
    return Verdict(bad.mean(), np.mean(bad.sum(1) >= UNSAFE), handled.mean())


def unsafe_by_lot(nodes: int, bad: int, size: int = SUPER + DRAWN) -> float:
    """The chance of a third or more bad members when all are drawn by lot: hypergeometric."""
    if not 0 <= bad <= nodes or nodes < size:
        raise ValueError(
            f"bad must be from 0 to nodes, and nodes {size} or more, not {bad!r} and {nodes!r}"
        )
    third = -(-size // 3)  # rounded up
    unsafe = sum(comb(bad, k) * comb(nodes - bad, size - k) for k in range(third, size + 1))
    return unsafe / comb(nodes, size)


def seats_of_copies(share: float, bad: int = BAD, nodes: int = HONEST + BAD) -> float:
    """The share of bad members if `share` of the bad nodes copy the twelve that a score likes.

    A count: copies and originals are alike, so the seats fall to them in proportion, and the
    rest is by lot. It takes the originals as honest.
    """
    copies = share * bad
    seats = SUPER * copies / (SUPER + copies)
    drawn = DRAWN * (bad - seats) / (nodes - SUPER)
    return (seats + drawn) / (SUPER + DRAWN)


def messages(members: int, rounds: int = 2) -> int:
    """What one decision costs: a proposal to each, and in each round a vote from each to each.

    Two rounds as in Castro and Liskov (1999), which call them prepare and commit.
    """
    return members + rounds * members**2


def hashes_to_mine(blocks: int, difficulty: int, seed: int = 0) -> int:
    """Mine a chain of so many blocks, and count the hashes it took."""
    previous, hashes = NO_PARENT, 0
    for index in range(blocks):
        paid = [Transaction(COINBASE, f"miner {seed}", REWARD)]
        block = mine(Block(index, index, paid, previous, difficulty))
        previous, hashes = block.hash, hashes + block.nonce + 1
    return hashes


def blocks_won(
    names: int, rng: np.random.Generator, blocks: int = 200, difficulty: int = 4
) -> float:
    """The share of blocks that 30 of 100 equal machines mine under so many names in turn."""
    _check_names(names)
    won, previous = 0, rng.bytes(32).hex()
    for index in range(blocks):
        for nonce in count():
            bad = bool(rng.integers(HONEST + BAD) < BAD)  # whose turn it is to try a hash
            name = f"bad {nonce % names}" if bad else "honest"
            paid = [Transaction(COINBASE, name, REWARD)]
            block = Block(index, index, paid, previous, difficulty, nonce)
            if block.is_mined:
                break
        won, previous = won + bad, block.hash
    return won / blocks


def blocks_drawn(names: int, rng: np.random.Generator, blocks: int = 200) -> float:
    """The same share where each name holds one ticket, a hash, and the smallest wins the block."""
    _check_names(names)
    every = [f"honest {i}" for i in range(HONEST)] + [f"bad {i}" for i in range(names)]
    won, previous = 0, rng.bytes(32).hex()
    for _ in range(blocks):
        tickets = ((double_sha256(f"{previous} {name}".encode()).hex(), name) for name in every)
        previous, name = min(tickets)
        won += name.startswith("bad")
    return won / blocks


def _check_names(names):
    if names < 1:
        raise ValueError(f"names must be 1 or more, not {names!r}")
