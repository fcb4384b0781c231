"""Can a detector tell that a pool mines selfishly? The attack's gain, the contest, its controls.

The simulated chain is in `withholding`, what an observer computes from it in `detectors`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from statistics import mean

import numpy as np

from nnlib.literature import detectors, evidence, withholding
from nnlib.literature.detectors import DETECTORS
from nnlib.literature.evidence import (
    NEAR,
    Figures,
    Finding,
    Values,
    apart,
    error_of_share,
    near,
    spreads,
    within,
)
from nnlib.literature.full import main
from nnlib.literature.withholding import Windows

claim = partial(evidence.claim, "selfish mining")

TOPS = 12, 60, 180  # delays are drawn from 0 to ... seconds, with 600 s between two finds
USUAL, SLOW, WIDE = (0, 180), (180, 360), (0, 360)
SHARE, GAMMAS, FINDS = 0.35, (0.0, 0.5, 1.0), 100_000


def figures(seed: int, count: int = 800) -> Figures:
    """One repetition, {what: number}: the pool's gain, the contest at three delays, its controls.

    count: windows to train on, and as many fresh ones to judge on. Each detector's cut lets 5 % of
    the fresh honest windows raise an alarm. Slow windows keep that cut.
    """
    found = gains(seed)
    for top in TOPS:
        rng = np.random.default_rng([seed, top])
        look = detectors.all_looks if (0, top) == USUAL else None
        known, fresh = (withholding.windows(count, rng, (0, top), look=look) for _ in range(2))
        scores = detectors.train(detectors.part(known, "features").X, known.attacked, seed)
        found |= _judged(f"{top} s", scores, detectors.part(fresh, "features"))
    rng = np.random.default_rng([seed, 1])  # the last pair stays: it is the usual one
    found |= _slow(seed, scores, detectors.part(fresh, "features"), count, rng)
    found |= _other_inputs(seed, scores, known, fresh)
    usual = detectors.part(known, "features"), detectors.part(fresh, "features")
    found["AUC, nobody attacks"] = detectors.null(*usual, rng, seed)
    for clock, blur in ("exact", 0), ("blurred", withholding.BLUR):
        rng = np.random.default_rng([seed, 3])
        gaps = withholding.windows(count // 2, rng, blur=blur, look=detectors.shortest_gap)
        found[f"AUC of one gap, {clock} clock"] = detectors.auc(lambda X: -X[:, 0], gaps)
    return {name: float(number) for name, number in found.items()}


def gains(seed: int) -> Figures:
    """What a pool of SHARE gets, honest and selfish, over the same finds."""
    found = {}
    for who, selfish, gamma in ("honest", False, 0), *((f"gamma {g}", True, g) for g in GAMMAS):
        rng = np.random.default_rng(seed)
        run = withholding.simulate(SHARE, selfish, rng, FINDS, gamma=gamma)
        own = run.maker[run.main] == 0
        found[f"share of the blocks, {who}"] = float(own.mean())
        found[f"blocks a find, {who}"] = float(own.sum() / FINDS)
    return found


def _judged(where, scores, fresh):
    """AUC, and the share of attacks found, of each detector."""
    found = {}
    for name, score in scores.items():
        limit = detectors.cut(score, fresh)
        found[f"AUC, {where}, {name}"] = detectors.auc(score, fresh)
        found[f"attacks found, {where}, {name}"] = detectors.alarms(score, limit, fresh, 1)
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


def _other_inputs(seed, scores, known, fresh):
    """The same windows: without the eight features; and with pool 0 under three names."""
    found, masked = {}, detectors.part(fresh, "three names")
    for name in "tallies", "the whole window":
        score = detectors.network(detectors.part(known, name).X, known.attacked, seed)
        found[f"AUC, network on {name}"] = detectors.auc(score, detectors.part(fresh, name))
    again = detectors.train(detectors.part(known, "three names").X, known.attacked, seed)
    return found | _judged("three names", scores, masked) | _judged("retrained", again, masked)


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    text = spreads(values)
    return [
        *_worth(values, text),
        *_contest(values, text),
        *_limits(values, text),
        *_evasions(values, text),
    ]


def _worth(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    def shares(who: str) -> list[float]:
        return values[f"share of the blocks, {who}"]

    def finds(who: str) -> list[float]:
        return values[f"blocks a find, {who}"]

    chance = error_of_share(SHARE, FINDS * len(shares("honest")))  # a count of honest finds
    yield claim(
        "after the difficulty has fallen, a selfish pool of 0.35 gets more than its share",
        measured=text["share of the blocks, gamma 0.5"],
        control=f"the same finds, honest: {text['share of the blocks, honest']}",
        expected=f"{withholding.revenue(SHARE, 0.5):.3f} (Eyal and Sirer's formula)",
        distance=apart(shares("gamma 0.5"), shares("honest")),
        also=[near(shares("honest"), SHARE, chance) < NEAR]
        + [near(shares(f"gamma {g}"), withholding.revenue(SHARE, g)) < NEAR for g in GAMMAS],
    )
    theory = {g: withholding.income(SHARE, g)[0] for g in GAMMAS}
    # with gamma 1 no block of the pool is lost: a count of finds again
    error = {g: chance if g == 1 else None for g in GAMMAS}
    yield claim(
        "before it falls, hiding costs the pool blocks, and gains none even with gamma 1",
        measured=f"{text['blocks a find, gamma 0.5']} a find; "
        f"gamma 1: {text['blocks a find, gamma 1.0']}",
        control=f"honest: {text['blocks a find, honest']}",
        expected=f"{theory[0.5]:.3f}; {theory[1.0]:.3f} (their chain's stationary chances)",
        distance=apart(finds("honest"), finds("gamma 0.5")),
        also=[near(finds(f"gamma {g}"), theory[g], error[g]) < NEAR for g in GAMMAS],
    )


def _contest(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    net, line, one = DETECTORS

    def auc(top: int, who: str) -> list[float]:
        return values[f"AUC, {top} s, {who}"]

    def attacks(top: int, who: str) -> list[float]:
        return values[f"attacks found, {top} s, {who}"]

    def found(top: int, who: str) -> str:
        return text[f"attacks found, {top} s, {who}"]

    # nothing is left to gain: the rival may be no better by more than 0.002 or 0.02
    margins: tuple[tuple[Callable, float], ...] = (auc, 0.002), (attacks, 0.02)
    yield claim(
        "with delays up to 60 s one number finds as many attacks as a network",
        measured=f"{found(60, one)}; up to 12 s: {found(12, one)}",
        control=f"network: {found(60, net)}; {found(12, net)}",
        distance=min(
            within(of(top, one), of(top, net), margin) for top in (12, 60) for of, margin in margins
        ),
        also=[mean(auc(60, one)) > 0.99],
    )
    yield claim(
        "with delays up to 180 s eight numbers find at least 0.05 more attacks than one",
        measured=f"network {found(180, net)}, logistic {found(180, line)}",
        control=f"stale rate {found(180, one)}",
        distance=min(apart(attacks(180, who), attacks(180, one), 0.05) for who in (net, line)),
    )
    tallies, whole = (f"AUC, network on {what}" for what in ("tallies", "the whole window"))
    yield claim(
        "features, not depth: one neuron on eight numbers is within 0.01 of the network, and "
        "ahead of networks without them (AUC)",
        measured=text[f"AUC, 180 s, {line}"],
        control=f"network {text[f'AUC, 180 s, {net}']}; on tallies {text[tallies]}, "
        f"on the whole window {text[whole]}",
        distance=min(
            within(auc(180, line), auc(180, net), 0.01),
            apart(auc(180, line), values[tallies]),
            apart(auc(180, line), values[whole]),
        ),
    )


def _limits(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    net = DETECTORS[0]
    coin, area = "AUC, nobody attacks", f"AUC, 180 s, {net}"
    yield claim(
        "where nobody attacks, the network finds nothing (AUC)",
        measured=text[coin],
        control=f"attacked: {text[area]}",
        expected="0.500 (a coin decides who is accused)",
        distance=apart(values[area], values[coin], 0.3),
        also=[near(values[coin], 0.5) < NEAR],
    )
    slow, again = (f"false alarms when slow, {who}" for who in (net, "retrained"))
    yield claim(
        "delays of 180 to 360 s, not trained on, break it: false alarms instead of 0.05",
        measured=text[slow],
        control=f"retrained on 0 to 360 s: {text[again]}",
        distance=apart(values[slow], values[again], 0.2),
    )


def _evasions(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    net, line, one = DETECTORS
    area, rate = f"AUC, 180 s, {net}", f"AUC, three names, {one}"
    masked, again = f"AUC, three names, {net}", f"AUC, retrained, {net}"
    half = [(a - b) / 2 for a, b in zip(values[area], values[rate], strict=True)]  # of its gain
    left = [a - b for a, b in zip(values[again], values[rate], strict=True)]
    yield claim(
        "three names, which cost nothing, put the network behind one number; retrained, it has "
        "lost most of its gain (AUC)",
        measured=f"{text[masked]}; retrained {text[again]}, "
        f"logistic {text[f'AUC, retrained, {line}']}",
        control=f"stale rate {text[rate]}; under one name {text[area]}",
        distance=min(apart(half, left), apart(values[rate], values[masked])),
    )
    exact, blurred = (f"AUC of one gap, {clock} clock" for clock in ("exact", "blurred"))
    yield claim(
        "an exact clock gives the simulator away (AUC of one gap)",
        measured=text[exact],
        control=f"a clock late by 300 s on average: {text[blurred]}",
        distance=apart(values[exact], values[blurred], 0.3),
        also=[mean(values[exact]) > 0.999],
    )


if __name__ == "__main__":
    main("selfish_mining", figures, findings)
