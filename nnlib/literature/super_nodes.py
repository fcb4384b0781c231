"""Who should keep the chain: committees chosen by lot, by hand, by straight lines or by a network.

A working model of the idea of Chen et al. (2018): a network scores the nodes, the best become super
nodes, a few others join by lot. Beside the network stand its rivals: a straight line trained on the
same data, and the best possible prediction, from the rules by which the world was made.
"""

from collections import namedtuple

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nnlib.estimators import NeuralNetworkClassifier, NeuralNetworkRegressor
from nnlib.literature.committees import (
    BAD,
    CAPACITY,
    DROPPED,
    FEATURES,
    HARDWARE,
    HARDWARE_NOISE,
    HONEST,
    NOISE,
    PAST,
    SHY,
    SLACK,
    WIDTH,
    blocks_drawn,
    blocks_won,
    chains,
    gamed,
    judge,
    seats_of_copies,
    unsafe_by_lot,
)
from nnlib.literature.evidence import APART, NEAR, Finding, apart, near, spread, within
from nnlib.literature.full import main

NETWORK = {"hidden_layers": (16, 8), "learning_rate": 3e-3, "epochs": 40, "l2": 1e-2,
           "dtype": "float64"}  # fmt: skip
NAMES = 200  # that the attacker makes up
FRESH, BLOCKS = 300, 200  # chains to choose on, blocks to win: a seed
Best = namedtuple("Best", "transactions honesty")


def best_possible(features):
    """What the rules of the world say of a node with these features (..., 8): Best.

    Each node by itself, as the network sees it: that exactly 30 of 100 are bad is not used.
    transactions: the expected logarithm of the next period's; no score that sees the features has
    a smaller mean squared error. honesty: the logarithm of the odds that the node is honest.

    Given that it is honest, or bad, the features and the next period are jointly normal, with one
    covariance for both: so the odds are a straight line in the features (linear discriminant
    analysis), and so is the expectation, but for the chance of being bad times a constant.
    """
    of_capacity = np.array([0, 0, 0, 1, 1, 1, 1, 1])
    lost = np.array([0, SHY, SHY, 0, 0, DROPPED, DROPPED, DROPPED])  # by a bad node
    noise = [1, 1, 1, HARDWARE_NOISE, HARDWARE_NOISE + SLACK, NOISE, NOISE, NOISE]
    common = WIDTH**2 * of_capacity
    covariance = np.outer(of_capacity, common) + np.diag(np.square(noise))
    weights, fair = np.linalg.solve(covariance, np.stack([common, lost], 1)).T
    above = features - CAPACITY * of_capacity
    odds = np.log(HONEST / BAD) + (above + lost / 2) @ fair
    chance_bad = (1 - np.tanh(odds / 2)) / 2  # 1 / (1 + e^odds), without overflow
    return Best(CAPACITY + above @ weights - chance_bad * (DROPPED - lost @ weights), odds)


def by_hand(features, weight=0.5):
    """Deeds less `weight` times the hardware: 0 is the mean of the three periods, deeds alone."""
    deeds = features[..., PAST].mean(-1)
    return deeds - weight * features[..., HARDWARE].mean(-1)


def scorers(seen, seed=0):
    """{name: function from features to the score of each node}, lines and networks from `seen`."""
    X = seen.features.reshape(-1, len(FEATURES))
    handled, honest = seen.handled.ravel(), ~seen.bad.ravel()
    scale = StandardScaler().fit(X)
    busy = make_pipeline(scale, NeuralNetworkRegressor(**NETWORK, random_state=seed))
    fair = make_pipeline(scale, NeuralNetworkClassifier(**NETWORK, random_state=seed))
    busy.fit(X, handled)
    fair.fit(X, honest)
    line = LinearRegression().fit(X, handled)
    logistic = LogisticRegression().fit(X, honest)

    def each(score):
        return lambda features: score(features.reshape(-1, len(FEATURES))).reshape(
            features.shape[:2])  # fmt: skip

    draw = np.random.default_rng((seed, 1))
    return {
        "lot": lambda features: draw.random(features.shape[:2]),
        "stake": lambda features: features[..., 0],
        "equal weights": each(lambda X: scale.transform(X).mean(1)),
        "mean of three": lambda features: by_hand(features, 0),
        "by hand": by_hand,
        "network, transactions": each(busy.predict),
        "line, transactions": each(line.predict),
        "best possible, transactions": lambda features: best_possible(features).transactions,
        "network, honesty": each(lambda X: fair.predict_proba(X)[:, 1]),
        "line, honesty": each(logistic.decision_function),
        "best possible, honesty": lambda features: best_possible(features).honesty,
        "network, shuffled": lambda features: draw.permuted(each(busy.predict)(features), axis=1),
    }


def figures(seed, seen=20):
    """One repetition: train on the chains seen, choose on fresh ones: {what: number}."""
    rng = np.random.default_rng(seed)
    past, today = chains(seen, rng), chains(FRESH, rng)
    lying = gamed(today, 0.5, rng)
    found = {}

    def look(name, nodes, scores):
        verdict = judge(nodes, scores, np.random.default_rng((seed, 2)))
        for what, number in verdict._asdict().items():
            found[f"{what}, {name}"] = number

    for name, score in scorers(past, seed).items():
        scores = score(today.features)
        look(name, today, scores)
        look(f"{name}, half lie", lying, score(lying.features))
        if name == "mean of three" or "transactions" in name:
            found[f"error, {name}"] = np.mean((scores - today.handled) ** 2)
            found[f"bias, {name}"] = np.mean(scores - today.handled)
        if name == "network, honesty":
            knowing = gamed(today, 0.5, rng, scores)
            look(f"{name}, half know", knowing, score(knowing.features))
    found["error, last"] = np.mean((today.features[..., -1] - today.handled) ** 2)
    look("oracle", today, today.handled - 100 * today.bad)
    blind = [chains(number, rng, hardware_noise=3) for number in (seen, FRESH)]
    for name, score in scorers(blind[0], seed).items():
        if name in ("mean of three", "network, transactions"):
            look(f"{name}, no hardware", blind[1], score(blind[1].features))
    crowd = chains(FRESH, rng, bad=BAD + NAMES)
    look("lot, made-up nodes", crowd, rng.random(crowd.bad.shape))
    found["blocks won, race"] = blocks_won(BAD + NAMES, rng, BLOCKS)
    found["blocks won, lottery"] = blocks_drawn(BAD + NAMES, rng, BLOCKS)
    return {name: float(number) for name, number in found.items()}


def findings(values):
    """What the runs show, values {name: [a number for each seed]}: a list of `Finding`."""
    return [Finding("super nodes", *row) for row in (*_targets(values), *_attacks(values))]


def _targets(values):
    """Rows on what the scores are trained for, on honest reports."""
    told = {name: spread(column) for name, column in values.items()}
    bad = {name[5:]: np.array(column) for name, column in values.items() if name[:5] == "bad, "}
    error = {name[7:]: column for name, column in values.items() if name[:7] == "error, "}
    handled = {n[14:]: column for n, column in values.items() if n[:14] == "transactions, "}
    mean, network, line, best = ("mean of three", "network, transactions", "line, transactions",
                                 "best possible, transactions")  # fmt: skip
    fair, hand = "network, honesty", "by hand"
    runs = len(bad[mean]) * FRESH * (HONEST + BAD)  # nodes looked at
    theory = 4 / 3 * NOISE**2  # noise of the next period, and a third of it from the mean
    worse = apart(bad[best], bad[mean], 0.005)
    yield (
        "even the best possible prediction of transactions picks worse than a mean of three (bad)",
        f"{told[f'bad, {best}']}, with a squared error of {told[f'error, {best}']}",
        f"mean of three {told[f'bad, {mean}']}, with {told[f'error, {mean}']}",
        f"squared error of the mean of three {theory:.3f}, 4/3 of the noise",
        worse, worse > APART and apart(error[mean], error[best], 0.015) > APART
        and near(error[mean], theory, theory * (2 / runs) ** 0.5) < NEAR
        and near(values[f"bias, {best}"], 0, (0.28 / runs) ** 0.5) < NEAR)  # fmt: skip
    level = apart(error[network], error[line], -0.005)
    yield (
        "on its own target the network gains nothing over a straight line (squared error)",
        told[f"error, {network}"],
        f"straight line {told[f'error, {line}']}, refuted by a lead of 0.005; "
        f"best possible {told[f'error, {best}']}", "",
        level, level > APART and apart(error[line], error[best], 0.005) > APART)  # fmt: skip
    kinds = [[bad[f"{model}, {target}"] for model in ("network", "line", "best possible")]
             for target in ("transactions", "honesty")]  # fmt: skip
    target = np.mean(kinds[0], 0) - np.mean(kinds[1], 0)
    model = np.max(np.ptp(kinds, axis=1), 0)
    more = apart(target, model, 0.01)
    yield (
        "the target, not the model: transactions or honesty (bad members more)",
        spread(target), f"worst against best of three models, same target {spread(model)}", "",
        more, more > APART)  # fmt: skip
    cheap = min(within(bad[hand], bad[fair], 0.005), apart(handled[hand], handled[fair], 4))
    yield (
        "three lines by hand: as safe, and busier than a network trained on honesty",
        f"bad {told[f'bad, {hand}']}, transactions {spread(handled[hand], 1)}",
        f"network, honesty: bad {told[f'bad, {fair}']}, transactions {spread(handled[fair], 1)}",
        "", cheap, cheap > APART)  # fmt: skip
    usual, blind = bad[network] - bad[mean], bad[f"{network}, no hardware"] - bad[
        f"{mean}, no hardware"]  # fmt: skip
    led = apart(usual, blind, 0.005)
    yield (
        "the hardware leads the network astray (bad members more than with the mean)",
        spread(usual), f"hardware says nothing {spread(blind)}", "",
        led, led > APART and within(blind, 0, 0.01) > APART)  # fmt: skip


def _attacks(values):
    """Rows on liars and on made-up names."""
    told = {name: spread(column) for name, column in values.items()}
    hand, busy, fair = (f"unsafe, {name}, half lie" for name in (
        "by hand", "network, transactions", "network, honesty"))  # fmt: skip
    held = min(apart(values[rival], values[fair], 0.15) for rival in (hand, busy))
    yield (
        "half of the bad copy the busiest: trained on honesty, a network holds out longer (unsafe)",
        told[fair],
        f"trained on transactions {told[busy]}, by hand {told[hand]}; a lot, which looks at "
        f"nothing, {told['unsafe, lot']}", "",
        held, held > APART)  # fmt: skip
    know, lie = (f"bad, network, honesty, half {what}" for what in ("know", "lie"))
    lost, count = apart(values[know], values[lie], 0.05), seats_of_copies(0.5)
    yield (
        "until they copy what that network likes (bad members)", told[know],
        f"they copy the busiest {told[lie]}", f"{count:.3f}, a count of seats",
        lost, lost > APART and within(values[know], count, 0.03) > APART)  # fmt: skip
    seeds = len(values["unsafe, lot"])
    chances = [unsafe_by_lot(HONEST + bad, bad) for bad in (BAD, BAD + NAMES)]
    lots = [values["unsafe, lot"], values["unsafe, lot, made-up nodes"]]
    taken = apart(lots[1], lots[0], 0.3)
    yield (
        f"{NAMES} free names take over the committee by lot (unsafe)", spread(lots[1]),
        f"without them {spread(lots[0])}", "hypergeometric: {1:.3f}, without them {0:.3f}".format(
            *chances), taken, taken > APART and all(
            near(lot, p, (p * (1 - p) / FRESH / seeds) ** 0.5) < NEAR
            for lot, p in zip(lots, chances, strict=True)))  # fmt: skip
    shares = BAD / (HONEST + BAD), (BAD + NAMES) / (HONEST + BAD + NAMES)
    rules = values["blocks won, race"], values["blocks won, lottery"]
    bought = apart(rules[1], rules[0], 0.2)
    yield (
        f"in a race of hashes {NAMES} free names win nothing (blocks won)", spread(rules[0]),
        f"in a lottery of names {spread(rules[1])}", "{:.2f}, lottery {:.2f}".format(*shares),
        bought, bought > APART and all(
            near(rule, p, (p * (1 - p) / BLOCKS / seeds) ** 0.5) < NEAR
            for rule, p in zip(rules, shares, strict=True)))  # fmt: skip


if __name__ == "__main__":
    main("super_nodes", figures, findings)
