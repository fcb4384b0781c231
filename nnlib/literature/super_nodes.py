"""Who should keep the chain: committees chosen by lot, by stake, by averages or by a network.

A working model of the idea of Chen et al. (2018): a network scores the nodes, the best become super
nodes, a few others join by lot. The world of nodes is ours, not the paper's. What the committee
saves is held against proof of work, and against an attacker who makes up nodes.
"""

from collections import namedtuple
from itertools import count
from math import comb

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib.blockchain import COINBASE, NO_PARENT, REWARD, Block, Transaction, mine
from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor
from nnlib.literature import Finding, spread
from nnlib.literature.full import main
from nnlib.security import confirmations_needed, nakamoto

HONEST, BAD = 70, 30  # nodes of a chain
SUPER, DRAWN = 12, 3  # members of a committee: the best, and those drawn from the others
RISK = 0.015  # of an unsafe committee, and of a payment undone
UNSAFE = 5  # this many bad members, a third, can break or block agreement by votes
FEATURES = ("stake", "uptime", "age", "bandwidth", "speed",
            "three periods ago", "two periods ago", "last period")  # fmt: skip
PAST = slice(5, 8)  # the logarithms of the transactions handled
NETWORK = {"hidden_layers": (16, 8), "learning_rate": 3e-3, "epochs": 40, "l2": 1e-2,
           "dtype": "float64"}  # fmt: skip

# features (chains, nodes, 8); bad (chains, nodes) of bool; handled (chains, nodes): the logarithm
# of the transactions of the next period, which nobody knows when choosing.
Chains = namedtuple("Chains", "features bad handled")
Verdict = namedtuple("Verdict", "bad unsafe transactions")


def chains(number, rng, honest=HONEST, bad=BAD, hardware_noise=0.3):
    """Make up `number` chains of nodes, the bad among them at random places.

    What a node can handle shows in its hardware, up to hardware_noise (0 or more). A bad node has
    the same hardware, and drops about two of three transactions. Stake says nothing.
    """
    for name, value in ("number", number), ("honest", honest), ("bad", bad):
        if value < (0 if name == "bad" else 1):
            raise ValueError(f"{name} must be {0 if name == 'bad' else 1} or more, not {value!r}")
    if honest + bad < SUPER + DRAWN or not hardware_noise >= 0:
        raise ValueError(f"a committee needs {SUPER + DRAWN} nodes, not {honest + bad}, and "
                         f"hardware_noise must be 0 or more, not {hardware_noise!r}")  # fmt: skip
    shape = number, honest + bad
    is_bad = rng.permuted(np.tile(np.arange(shape[1]) < bad, (number, 1)), axis=1)
    capacity = rng.normal(2.2, 0.7, shape)
    handled = (capacity - is_bad)[..., None] + rng.normal(0, 0.473, (*shape, 4))
    columns = [
        rng.normal(size=shape),
        rng.normal(size=shape) - 0.3 * is_bad,
        rng.normal(size=shape) - 0.3 * is_bad,
        capacity + rng.normal(0, hardware_noise, shape),
        capacity + rng.normal(0, hardware_noise + 0.2, shape),
    ]
    features = np.concatenate([np.stack(columns, -1), handled[..., :3]], -1)
    return Chains(features, is_bad, handled[..., 3])


def gamed(nodes, share, rng):
    """The chains after a share (0 to 1) of the bad nodes copied what a top node reports.

    Each copies all but the stake, which the chain itself records, of one of the busiest twelve.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share!r}")
    features = nodes.features.copy()
    busiest = np.argsort(-nodes.features[..., PAST].mean(-1), axis=1)[:, :SUPER]
    for each, bad, top in zip(features, nodes.bad, busiest, strict=True):
        liars = rng.permutation(np.flatnonzero(bad))[: round(share * bad.sum())]
        each[liars, 1:] = each[rng.choice(top, len(liars)), 1:]
    return nodes._replace(features=features)


def scorers(seen, seed=0):
    """{name: function from features to the score of each node}, the networks trained on `seen`."""
    X = seen.features.reshape(-1, len(FEATURES))
    scale = StandardScaler().fit(X)
    busy = make_pipeline(scale, NeuralNetworkRegressor(**NETWORK, random_state=seed))
    honest = make_pipeline(scale, NeuralNetworkClassifier(**NETWORK, random_state=seed))
    busy.fit(X, seen.handled.ravel())
    honest.fit(X, ~seen.bad.ravel())

    def each(score):
        return lambda features: score(features.reshape(-1, len(FEATURES))).reshape(
            features.shape[:2])  # fmt: skip

    draw = np.random.default_rng((seed, 1))
    return {
        "lot": lambda features: draw.random(features.shape[:2]),
        "stake": lambda features: features[..., 0],
        "equal weights": each(lambda X: scale.transform(X).mean(1)),
        "mean of three": lambda features: features[..., PAST].mean(-1),
        "network, transactions": each(busy.predict),
        "network, honesty": each(lambda X: honest.predict_proba(X)[:, 1]),
        "network, shuffled": lambda features: draw.permuted(each(busy.predict)(features), axis=1),
    }


def committee(scores, rng):
    """The nodes' numbers (chains, 15): the twelve of the highest scores and three by lot."""
    order = np.argsort(-scores, axis=1, kind="stable")
    others = rng.permuted(order[:, SUPER:], axis=1)
    return np.hstack([order[:, :SUPER], others[:, :DRAWN]])


def judge(nodes, scores, rng):
    """Choose by scores (chains, nodes) and look: a Verdict over all chains.

    bad: the share of bad members; unsafe: of committees with UNSAFE or more; transactions: that a
    member handles in the next period.
    """
    members = committee(scores, rng)
    bad = np.take_along_axis(nodes.bad, members, 1)
    handled = np.exp(np.take_along_axis(nodes.handled, members, 1))
    return Verdict(bad.mean(), np.mean(bad.sum(1) >= UNSAFE), handled.mean())


def unsafe_by_lot(nodes, bad):
    """The chance of UNSAFE or more bad members when all are drawn by lot: hypergeometric."""
    size = SUPER + DRAWN
    if not 0 <= bad <= nodes or nodes < size:
        raise ValueError(f"bad must be from 0 to nodes, and nodes {size} or more, not {bad!r} and "
                         f"{nodes!r}")  # fmt: skip
    return sum(comb(bad, k) * comb(nodes - bad, size - k) for k in range(UNSAFE, size + 1)
               ) / comb(nodes, size)  # fmt: skip


def messages(members):
    """What one decision costs: a proposal to each member, a vote from each to each."""
    return members + members**2


def hashes_to_mine(blocks, difficulty, seed=0):
    """Mine a chain of so many blocks, and count the hashes it took."""
    previous, hashes = NO_PARENT, 0
    for index in range(blocks):
        paid = [Transaction(COINBASE, f"miner {seed}", REWARD)]
        block = mine(Block(index, index, paid, previous, difficulty))
        previous, hashes = block.hash, hashes + block.nonce + 1
    return hashes


def blocks_won(names, rng, blocks=500, difficulty=4):
    """The share of blocks that 30 of 100 equal machines mine under so many names in turn."""
    if names < 1:
        raise ValueError(f"names must be 1 or more, not {names!r}")
    won, previous = 0, NO_PARENT
    for index in range(blocks):
        for nonce in count():
            bad = rng.integers(HONEST + BAD) < BAD  # whose turn it is to try a hash
            name = f"attacker {nonce % names}" if bad else "honest"
            paid = [Transaction(COINBASE, name, REWARD)]
            block = Block(index, index, paid, previous, difficulty, nonce)
            if block.is_mined:
                break
        won, previous = won + bad, block.hash
    return won / blocks


def trial(seed, seen=20, fresh=300):
    """One repetition: train on the chains seen, choose on fresh ones: {what: number}."""
    rng = np.random.default_rng(seed)
    past, today = chains(seen, rng), chains(fresh, rng)
    half, full = gamed(today, 0.5, rng), gamed(today, 1, rng)
    found = {}
    for name, score in scorers(past, seed).items():
        for kind, nodes in ("", today), (", half gamed", half), (", all gamed", full):
            verdict = judge(nodes, score(nodes.features), rng)
            for what, number in verdict._asdict().items():
                found[f"{what}, {name}{kind}"] = number
        if name in ("mean of three", "network, transactions"):
            found[f"error, {name}"] = np.mean((score(today.features) - today.handled) ** 2)
    found["error, last"] = np.mean((today.features[..., -1] - today.handled) ** 2)
    truth = judge(today, today.handled - 100 * today.bad, rng)
    found |= {f"{what}, oracle": number for what, number in truth._asdict().items()}
    sybil = chains(fresh, rng, bad=BAD + 200)
    found["unsafe, lot, 200 made-up nodes"] = judge(sybil, rng.random(sybil.bad.shape), rng).unsafe
    found |= {f"blocks won, names: {n}": blocks_won(n, rng) for n in (1, 230)}
    return {name: float(number) for name, number in found.items()}


def findings(seeds=range(5)):
    """What the model shows: a list of `nnlib.literature.Finding`."""
    trials = [trial(seed) for seed in seeds]
    column = {name: [each[name] for each in trials] for name in trials[0]}
    mean = {name: np.mean(values) for name, values in column.items()}
    told = {name: spread(values) for name, values in column.items()}
    network, average = "network, transactions", "mean of three"
    z, his = (confirmations_needed(0.3, RISK, *how) for how in ((), (nakamoto,)))
    hashes = [hashes_to_mine(z, 12, seed) for seed in seeds]
    ratio = np.mean(hashes) / messages(SUPER + DRAWN)
    rows = [
        ("an average of three numbers beats the network (bad members)", "0.085, network 0.115",
         f"{told[f'bad, {average}']}, network {told[f'bad, {network}']}",
         f"by lot {told['bad, lot']}, network shuffled {told['bad, network, shuffled']}",
         mean[f"bad, {average}"] < mean[f"bad, {network}"] - 0.005
         and abs(mean["bad, network, shuffled"] - 0.3) < 0.02),
        ("on its own target the network wins (squared error)", "0.265, mean of three 0.299",
         f"{told[f'error, {network}']}, mean of three {told[f'error, {average}']}",
         f"last value {told['error, last']}",
         mean[f"error, {network}"] < mean[f"error, {average}"] < mean["error, last"]),
        ("the target matters: trained on honesty (bad members)", "0.072, oracle 0.067",
         told["bad, network, honesty"], f"oracle {told['bad, oracle']}",
         mean["bad, network, honesty"] < mean[f"bad, {average}"]),
        ("copied features turn it: half of the bad nodes (bad members)", "0.448, worse than by lot",
         told[f"bad, {network}, half gamed"], f"by lot {told['bad, lot, half gamed']}",
         mean[f"bad, {network}, half gamed"] > mean["bad, lot, half gamed"] + 0.05),
        ("hashes saved at an equal risk of 0.015: a formula, no finding",
         "230 times, for 14 blocks", f"{ratio:.0f} times, for {z} blocks",
         f"z 2^12 / (15 + 15²) is {z * 2**12 / 240:.0f}; for Nakamoto's {his} blocks "
         f"{his * 2**12 / 240:.0f}", abs(ratio / (z * 2**12 / 240) - 1) < 0.4),
        ("hashes buy that names do not count (blocks won, 230 names)", "not in the prototype",
         told["blocks won, names: 230"],
         f"one name {told['blocks won, names: 1']}; committee by lot, 200 made-up nodes: unsafe "
         f"{told['unsafe, lot, 200 made-up nodes']}",
         abs(mean["blocks won, names: 230"] - 0.3) < 0.04
         and mean["unsafe, lot, 200 made-up nodes"] > 0.99),
    ]  # fmt: skip
    return [Finding("super nodes", *texts, bool(sound)) for *texts, sound in rows]


if __name__ == "__main__":
    main("super_nodes", trial, findings)
