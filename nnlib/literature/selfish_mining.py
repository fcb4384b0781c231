"""Can a detector tell that a pool mines selfishly? The attack's gain, the contest, its controls.

The simulated chain is in `withholding`, what an observer computes from it in `detectors`.
"""

from math import sqrt
from statistics import mean

import numpy as np

from nnlib.literature import detectors, withholding
from nnlib.literature.detectors import DETECTORS
from nnlib.literature.evidence import APART, NEAR, Finding, apart, near, spread, within
from nnlib.literature.full import main
from nnlib.literature.withholding import Windows

TOPS = 12, 60, 180  # delays are drawn from 0 to ... seconds, with 600 s between two finds
USUAL, SLOW, WIDE = (0, 180), (180, 360), (0, 360)
SHARE, GAMMAS, LONG = 0.35, (0.0, 0.5, 1.0), 100_000
# the columns of what `_looks` gives
PARTS = {"features": slice(8), "three names": slice(8, 16), "tallies": slice(16, 36),
         "the whole window": slice(36, None)}  # fmt: skip


def figures(seed, count=800):
    """One repetition, {what: number}: the pool's gain, the contest at three delays, its controls.

    count: windows to train on, and as many fresh ones to judge on. Each detector's cut lets 5 % of
    the fresh honest windows raise an alarm. Slow windows keep that cut.
    """
    found = _gains(seed)
    for top in TOPS:
        rng = np.random.default_rng([seed, top])
        look = _looks if (0, top) == USUAL else None
        seen, fresh = (withholding.windows(count, rng, (0, top), look=look) for _ in range(2))
        scores = detectors.train(_part(seen, "features").X, seen.attacked, seed)
        found |= _judged(f"{top} s", scores, _part(fresh, "features"))
    rng = np.random.default_rng([seed, 1])  # the last pair stays: it is the usual one
    found |= _slow(seed, scores, _part(fresh, "features"), count, rng)
    found |= _other_inputs(seed, scores, seen, fresh)
    usual = _part(seen, "features"), _part(fresh, "features")
    found["AUC, nobody attacks"] = detectors.null(*usual, rng, seed)
    for clock, blur in ("exact", 0), ("blurred", withholding.BLUR):
        gaps = withholding.windows(count // 2, np.random.default_rng([seed, 3]), blur=blur,
                                   look=detectors.shortest_gap)  # fmt: skip
        found[f"AUC of one gap, {clock} clock"] = detectors.auc(lambda X: -X[:, 0], gaps)
    return {name: float(number) for name, number in found.items()}


def _looks(sightings):
    return np.concatenate([
        detectors.features(sightings), detectors.features(detectors.under_names(sightings)),
        detectors.tallies(sightings), detectors.raw(sightings),
    ])  # fmt: skip


def _part(windows, name):
    return windows._replace(X=windows.X[:, PARTS[name]])


def _judged(where, scores, fresh):
    """AUC, and the share of attacks found, of each detector."""
    found = {}
    for name, score in scores.items():
        limit = detectors.cut(score, fresh)
        found[f"AUC, {where}, {name}"] = detectors.auc(score, fresh)
        found[f"attacks found, {where}, {name}"] = detectors.alarms(score, limit, fresh, 1)
    return found


def _gains(seed):
    """A pool of SHARE, honest and selfish, over the same finds."""
    found = {}
    for who, selfish, gamma in ("honest", False, 0), *((f"gamma {g}", True, g) for g in GAMMAS):
        run = withholding.simulate(SHARE, selfish, np.random.default_rng(seed), LONG, gamma=gamma)
        own = run.maker[run.main] == 0
        found[f"share of the blocks, {who}"] = own.mean()
        found[f"blocks a find, {who}"] = own.sum() / LONG
    return found


def _slow(seed, scores, fresh, count, rng):
    """Small pools; and a slow network, with the cut as it was and with a network retrained."""
    slow, found = withholding.windows(count // 2, rng, SLOW), {}
    small = Windows(*(part[fresh.share < 0.25] for part in fresh))
    for name, score in scores.items():
        limit = detectors.cut(score, fresh)
        found[f"AUC of small pools, {name}"] = detectors.auc(score, small)
        found[f"AUC when slow, {name}"] = detectors.auc(score, slow)
        found[f"false alarms when slow, {name}"] = detectors.alarms(score, limit, slow, 0)
    wide, test = (withholding.windows(count, rng, WIDE) for _ in range(2))
    score = detectors.network(wide.X, wide.attacked, seed)
    limit = detectors.cut(score, test)
    found["false alarms when slow, retrained"] = detectors.alarms(score, limit, slow, 0)
    found["attacks found, retrained"] = detectors.alarms(score, limit, fresh, 1)
    return found


def _other_inputs(seed, scores, seen, fresh):
    """The same windows: without the eight features; and with pool 0 under three names."""
    found, masked = {}, _part(fresh, "three names")
    for name in "tallies", "the whole window":
        score = detectors.network(_part(seen, name).X, seen.attacked, seed)
        found[f"AUC, network on {name}"] = detectors.auc(score, _part(fresh, name))
    again = detectors.train(_part(seen, "three names").X, seen.attacked, seed)
    return found | _judged("three names", scores, masked) | _judged("retrained", again, masked)


def findings(values):
    """What the stored repetitions show, {what: [a number a seed]}: a list of `evidence.Finding`."""
    rows = [*_worth(values), *_contest(values), *_limits(values)]
    return [Finding("selfish mining", *row[:-1], bool(row[-1])) for row in rows]


def _worth(v):
    share, find = ({who: v[f"{what}, {who}"] for who in ("honest", *(f"gamma {g}" for g in GAMMAS))}
                   for what in ("share of the blocks", "blocks a find"))  # fmt: skip
    chance = sqrt(SHARE * (1 - SHARE) / LONG / len(share["honest"]))  # a count of honest finds
    shares = [near(share[f"gamma {g}"], withholding.revenue(SHARE, g)) for g in GAMMAS]
    # with gamma 1 no block of the pool is lost: a count of finds again
    finds = [near(find[f"gamma {g}"], withholding.income(SHARE, g)[0], chance if g == 1 else None)
             for g in GAMMAS]  # fmt: skip
    honest = near(share["honest"], SHARE, chance)
    gain = apart(share["gamma 0.5"], share["honest"])
    loss = apart(find["honest"], find["gamma 0.5"])
    yield ("after the difficulty has fallen, a selfish pool of 0.35 gets more than its share",
           spread(share["gamma 0.5"]), f"the same finds, honest: {spread(share['honest'])}",
           f"{withholding.revenue(SHARE, 0.5):.3f} (Eyal and Sirer's formula)", gain,
           gain > APART and max(honest, *shares) < NEAR)  # fmt: skip
    yield ("before it falls, hiding costs the pool blocks, and gains none even with gamma 1",
           f"{spread(find['gamma 0.5'])} a find; gamma 1: {spread(find['gamma 1.0'])}",
           f"honest: {spread(find['honest'])}",
           "{:.3f}; {:.3f} (their chain's stationary chances)".format(
               *(withholding.income(SHARE, g)[0] for g in (0.5, 1))),
           loss, loss > APART and max(finds) < NEAR)  # fmt: skip


def _contest(v):
    def of(what, top, who):
        return v[f"{what}, {top} s, {who}"]

    net, line, one = DETECTORS
    found, area = "attacks found", "AUC"
    # nothing is left to gain: the rival may be no better by more than 0.002 or 0.02
    level = min(within(of(what, top, one), of(what, top, net), margin)
                for top in (12, 60) for what, margin in ((area, 0.002), (found, 0.02)))  # fmt: skip
    yield ("with delays up to 60 s one number finds as many attacks as a network",
           f"{spread(of(found, 60, one))}; up to 12 s: {spread(of(found, 12, one))}",
           f"network: {spread(of(found, 60, net))}; {spread(of(found, 12, net))}", "", level,
           level > APART and mean(of(area, 60, one)) > 0.99)  # fmt: skip
    gain = min(apart(of(found, 180, rival), of(found, 180, one), 0.05) for rival in (net, line))
    yield ("with delays up to 180 s eight numbers find at least 0.05 more attacks than one",
           f"network {spread(of(found, 180, net))}, logistic {spread(of(found, 180, line))}",
           f"stale rate {spread(of(found, 180, one))}", "", gain, gain > APART)  # fmt: skip
    others = ("network on tallies", "network on the whole window")
    logistic = of(area, 180, line)
    depth = min(within(logistic, of(area, 180, net), 0.01),
                *(apart(logistic, v[f"{area}, {other}"]) for other in others))  # fmt: skip
    yield ("features, not depth: one neuron on eight numbers is within 0.01 of the network, and "
           "ahead of networks without them (AUC)", spread(logistic),
           f"network {spread(of(area, 180, net))}; on tallies {spread(v[f'{area}, {others[0]}'])}, "
           f"on the whole window {spread(v[f'{area}, {others[1]}'])}", "",
           depth, depth > APART)  # fmt: skip


def _limits(v):
    net, line, one = DETECTORS
    coin, area = v["AUC, nobody attacks"], v[f"AUC, 180 s, {net}"]
    gap = apart(area, coin, 0.3)
    yield ("where nobody attacks, the network finds nothing (AUC)", spread(coin),
           f"attacked: {spread(area)}", "0.500 (a coin decides who is accused)", gap,
           gap > APART and near(coin, 0.5) < NEAR)  # fmt: skip
    slow, again = (v[f"false alarms when slow, {who}"] for who in (net, "retrained"))
    gap = apart(slow, again, 0.2)
    yield ("delays of 180 to 360 s, not trained on, break it: false alarms instead of 0.05",
           spread(slow), f"retrained on 0 to 360 s: {spread(again)}", "", gap,
           gap > APART)  # fmt: skip
    known = v[f"AUC, three names, {net}"]
    again, other = (v[f"AUC, retrained, {who}"] for who in (net, line))
    one = v[f"AUC, three names, {one}"]
    half = [(a - b) / 2 for a, b in zip(area, one, strict=True)]  # of the gain under one name
    lost = apart(half, [a - b for a, b in zip(again, one, strict=True)])
    yield ("three names, which cost nothing, put the network behind one number; retrained, it has "
           "lost most of its gain (AUC)",
           f"{spread(known)}; retrained {spread(again)}, logistic {spread(other)}",
           f"stale rate {spread(one)}; under one name {spread(area)}", "",
           min(lost, apart(one, known)), min(lost, apart(one, known)) > APART)  # fmt: skip
    exact, blurred = (v[f"AUC of one gap, {clock} clock"] for clock in ("exact", "blurred"))
    gap = apart(exact, blurred, 0.3)
    yield ("an exact clock gives the simulator away (AUC of one gap)", spread(exact),
           f"a clock late by 300 s on average: {spread(blurred)}", "", gap,
           gap > APART and mean(exact) > 0.999)  # fmt: skip


if __name__ == "__main__":
    main("selfish_mining", figures, findings)
