"""Watching a chain for selfish mining: a simulator, what an observer sees, and three detectors.

A pool mines selfishly when it withholds its blocks to make the others waste work: Eyal and Sirer,
"Majority is not Enough" (2014). Times are in block intervals, the mean time between two finds.
"""

from collections import namedtuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib.estimators import NeuralNetworkClassifier
from nnlib.literature import Finding, spread
from nnlib.literature.full import main

# What an observer has of each published block, in the order of arrival: its height, which pool made
# it, whether it ended on the longest chain, and when it was seen.
Sightings = namedtuple("Sightings", "height maker main seen")
Windows = namedtuple("Windows", "X attacked share")

FEATURES = ("stale rate", "stale streak", "suspect's share", "suspect's stale", "fork wins",
            "self-succession", "short gaps", "longest run")  # fmt: skip
DETECTORS = "network", "logistic regression", "stale rate"
POOLS = 10
BLUR = 0.5  # mean lateness of a sighting
SHORT = 0.1
USUAL, SLOW = (0, 0.3), (0.3, 0.6)  # delays to train on, and others


def revenue(share, gamma):
    """The share of the longest chain's blocks that a selfish pool gets, by Eyal and Sirer.

    share: of the computing power, 0 to 1/2; an array too. gamma, 0 to 1: the part of the other
    miners that builds on the pool's block when it ties with one of theirs.
    """
    _check("share", share, 0, 0.5)
    _check("gamma", gamma, 0, 1)
    others = 1 - share
    won = share * others**2 * (4 * share + gamma * (1 - 2 * share)) - share**3
    return won / (1 - share * (1 + (2 - share) * share))


def simulate(share, selfish, rng, finds=120, delay=0.0, gamma=0.5, blur=BLUR):
    """Let ten pools find `finds` blocks: pool 0 has `share` of the power, the others equal parts.

    selfish: whether pool 0 follows Eyal and Sirer's algorithm; the others are honest.
    delay, 0 or more: until the other pools see a block; whoever finds one meanwhile makes a fork.
    gamma: see `revenue`. blur, 0 or more: mean lateness of the observer's sightings.
    Returns Sightings. Raises ValueError out of range.
    """
    for name, value, high in ("share", share, 1), ("gamma", gamma, 1):
        _check(name, value, 0, high)
    for name, value, low in ("finds", finds, 2), ("delay", delay, 0), ("blur", blur, 0):
        _check(name, value, low, np.inf)
    times = rng.exponential(size=finds).cumsum().tolist()
    makers = np.where(rng.random(finds) < share, 0, rng.integers(1, POOLS, finds)).tolist()
    coins = rng.random(finds).tolist()

    parent, height, maker, published = [-1], [0], [-1], [-np.inf]
    own = [0] * POOLS  # the block that each pool knows before the others do
    tips, traveling, withheld = [0], [], []  # tips: the highest blocks that everybody has seen
    public, racing = 0, False  # the public height; whether pool 0 has just answered with a tie

    def publish(blocks, time):
        for each in blocks:
            published[each] = time
            traveling.append(each)

    for block, (time, pool, coin) in enumerate(zip(times, makers, coins, strict=True), 1):
        while traveling and published[traveling[0]] + delay <= time:
            arrived = traveling.pop(0)
            if height[arrived] > height[tips[0]]:
                tips = [arrived]
            elif height[arrived] == height[tips[0]]:
                tips.append(arrived)
        ties = [tip for tip in tips if (maker[tip] == 0) == (coin < gamma)] or tips
        attacker = selfish and pool == 0
        onto = own[pool] if attacker or height[own[pool]] > height[tips[0]] else ties[0]
        parent.append(onto)
        height.append(height[onto] + 1)
        maker.append(pool)
        published.append(np.inf)
        own[pool] = block
        lead = height[own[0]] - public
        if attacker:
            withheld.append(block)
            if racing:
                publish(withheld, time)
                withheld, racing, public = [], False, height[block]
            continue
        publish([block], time)
        if height[block] <= public:
            continue
        public = height[block]
        if selfish and lead <= 0:
            own[0], withheld, racing = block, [], False
        elif selfish:  # the answer: all that it has withheld, or, far ahead, one block
            shown = len(withheld) if lead <= 2 else 1
            publish(withheld[:shown], time)
            withheld, racing, public = withheld[shown:], lead == 1, public + (lead == 2)

    height, published, main = np.array(height), np.array(published), np.zeros(finds + 1, bool)
    last = np.where(np.isfinite(published), height, 0).argmax()
    while last > 0:
        main[last], last = True, parent[last]
    seen = published + rng.exponential(blur, finds + 1)
    order = np.argsort(seen, kind="stable")[1 : np.isfinite(seen[1:]).sum() + 1]
    return Sightings(height[order], np.array(maker)[order], main[order], seen[order])


def features(sightings):
    """What a detector may look at: the numbers named in FEATURES, from a window's Sightings."""
    height, maker, main, seen = sightings
    if not main.any():
        raise ValueError("a window needs a published block, this one has none")
    suspect = maker == np.bincount(maker[main]).argmax()
    forked, chain = np.unique(height[~main]), suspect[main][np.argsort(height[main])]
    contested = np.isin(height, np.intersect1d(height[suspect], height[~suspect]))
    return [
        np.mean(~main),
        _longest(np.isin(np.unique(height), forked)) / len(chain),
        chain.mean(),
        _mean(suspect[~main], 0.0),
        _mean(suspect[main & contested], 0.5),
        _mean(chain[1:][chain[:-1]], 0.0),
        np.mean(np.diff(seen) < SHORT),
        _longest(chain) / len(chain),
    ]


def shortest_gap(sightings):
    """The leak: the pool answers at once, so with an exact clock two sightings coincide."""
    return [np.diff(sightings.seen).min()]


def windows(count, rng, delay=USUAL, share=(0.15, 0.45), look=features, **settings):
    """Simulate `count` windows, attacked at random, with a random gamma, delay and share each.

    look: from Sightings to numbers. Other settings go to `simulate`.
    Returns X (count, numbers), attacked (count,) of 0 and 1, share (count,).
    """
    _check("count", count, 1, np.inf)
    attacked, shares = rng.integers(0, 2, count), rng.uniform(*share, count)
    X = [look(simulate(s, selfish, rng, delay=rng.uniform(*delay), gamma=rng.random(), **settings))
         for s, selfish in zip(shares, attacked, strict=True)]  # fmt: skip
    return Windows(np.array(X, float), attacked, shares)


def detectors(X, attacked, seed=0):
    """Train on windows: {name: function from X to a score, higher where an attack is likelier}."""
    network = NeuralNetworkClassifier((16, 8), learning_rate=5e-3, epochs=40, l2=1e-3,
                                      dtype="float64", random_state=seed)  # fmt: skip
    scores = {}
    for name, model in zip(DETECTORS, (network, LogisticRegression()), strict=False):
        pipeline = make_pipeline(StandardScaler(), model).fit(X, attacked)
        scores[name] = lambda X, pipeline=pipeline: pipeline.predict_proba(X)[:, 1]
    return scores | {DETECTORS[-1]: lambda X: X[:, 0]}


def null(seen, fresh, rng, seed=0):
    """The control: the network's AUC where nobody attacks and a coin decides who is accused."""
    honest, unseen = (each.X[each.attacked == 0] for each in (seen, fresh))
    score = detectors(honest, rng.permutation(len(honest)) % 2, seed)["network"]
    return roc_auc_score(rng.permutation(len(unseen)) % 2, score(unseen))


def trial(seed, count=800):
    """One repetition: train on `count` windows, judge on as many fresh ones: {what: number}.

    Each detector's cut is set so that 5 % of the fresh honest windows raise an alarm; then the
    network becomes slow, and the cut stays.
    """
    rng = np.random.default_rng(seed)
    found = {}
    for who, selfish in ("an honest", False), ("a selfish", True):
        long = simulate(0.35, selfish, rng, finds=20_000)
        found[f"share of {who} pool of 0.35"] = np.mean(long.maker[long.main] == 0)
    seen, fresh, slow = (windows(n, rng, delay=delay) for n, delay in
                         ((count, USUAL), (count, USUAL), (count // 2, SLOW)))  # fmt: skip
    for name, score in detectors(seen.X, seen.attacked, seed).items():
        s, late, small = score(fresh.X), score(slow.X), fresh.share < 0.25
        cut = np.quantile(s[fresh.attacked == 0], 0.95)
        found[f"AUC, {name}"] = roc_auc_score(fresh.attacked, s)
        found[f"AUC of small pools, {name}"] = roc_auc_score(fresh.attacked[small], s[small])
        found[f"attacks found, {name}"] = np.mean(s[fresh.attacked == 1] > cut)
        found[f"AUC when slow, {name}"] = roc_auc_score(slow.attacked, late)
        found[f"false alarms when slow, {name}"] = np.mean(late[slow.attacked == 0] > cut)
    found["AUC, nobody attacks"] = null(seen, fresh, rng, seed)
    for clock, blur in ("exact", 0), ("blurred", BLUR):
        gaps = windows(count // 4, rng, look=shortest_gap, blur=blur)
        found[f"AUC of one gap, {clock} clock"] = roc_auc_score(gaps.attacked, -gaps.X[:, 0])
    return {name: float(number) for name, number in found.items()}


def findings(seeds=range(5)):
    """What the model shows: a list of `nnlib.literature.Finding`."""
    trials = [trial(seed) for seed in seeds]
    column = {name: [each[name] for each in trials] for name in trials[0]}
    mean = {name: np.mean(values) for name, values in column.items()}
    told = {name: spread(values) for name, values in column.items()}
    gain = mean["share of a selfish pool of 0.35"] - revenue(0.35, 0.5)
    honest = mean["share of an honest pool of 0.35"] - 0.35
    network, logistic, rule = (mean[f"AUC, {name}"] for name in DETECTORS)
    rows = [
        ("a selfish pool of 0.35 earns more than its share",
         f"{revenue(0.35, 0.5):.3f} by formula", told["share of a selfish pool of 0.35"],
         f"honest pool {told['share of an honest pool of 0.35']}",
         abs(gain) < 0.01 and abs(honest) < 0.01),
        ("a network detects it better than one threshold (AUC)", "0.993, threshold 0.961",
         f"{told['AUC, network']}, threshold {told['AUC, stale rate']}",
         f"nobody attacks: {told['AUC, nobody attacks']}",
         network > rule + 0.01 and abs(mean["AUC, nobody attacks"] - 0.5) < 0.06),
        ("most of the gain is features, not depth (AUC)", "logistic regression 0.988",
         told["AUC, logistic regression"], f"network {told['AUC, network']}",
         network - logistic < logistic - rule),
        ("delays not trained on break it: false alarms instead of 0.05", "0.58, threshold 0.62",
         told["false alarms when slow, network"],
         f"threshold {told['false alarms when slow, stale rate']}",
         mean["false alarms when slow, network"] > 0.15),
        ("an exact clock gives the simulator away (AUC of one gap)", "1.000",
         told["AUC of one gap, exact clock"],
         f"blurred clock {told['AUC of one gap, blurred clock']}",
         mean["AUC of one gap, exact clock"] > 0.99 > mean["AUC of one gap, blurred clock"] + 0.3),
    ]  # fmt: skip
    return [Finding("selfish mining", *texts, bool(sound)) for *texts, sound in rows]


def _mean(values, otherwise):
    return values.mean() if len(values) else otherwise


def _longest(flags):
    """The length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags, [0]])))
    return max(edges[1::2] - edges[::2], default=0)


def _check(name, value, low, high):
    if not np.all((low <= np.asarray(value)) & (np.asarray(value) <= high)):
        raise ValueError(f"{name} must be from {low} to {high}, not {value!r}")


if __name__ == "__main__":
    main("selfish_mining", trial, findings)
