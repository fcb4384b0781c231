"""Why a block chain is slow: miners who hear of each block late, and what faster blocks cost.

Time is in block intervals, the mean time between two finds; nnlib.security has the closed forms.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from nnlib.literature import evidence
from nnlib.literature.evidence import Figures, Finding, Values, apart, spread, within
from nnlib.literature.full import main
from nnlib.security import (
    attack_threshold,
    checked,
    fork_rate,
    relay_delay,
    stale_rate,
    whole,
)

claim = partial(evidence.claim, "speed")

MINERS = 50
FEW = 10
OFF = 0.03  # how far from the threshold the attackers of the findings stand


class Race(NamedTuple):
    """How a race came out."""

    forked: float  # the share of heights with two blocks or more
    stale: float  # the share of the honest miners' blocks outside their longest chain
    public: int  # the blocks in that chain
    private: int  # the attacker's blocks


def simulate(
    delay: float,
    rng: np.random.Generator,
    share: float = 0.0,
    finds: int = 20_000,
    miners: int = MINERS,
) -> Race:
    """Let equal honest miners and an attacker find `finds` blocks in all: a Race.

    delay, 0 or more: until the other miners see a block; its finder builds on it at once.
    share, 0 up to but not 1: the attacker's part of the computing power.  The attacker keeps one
    chain, in private, and loses nothing.  finds, miners: whole numbers from 1 on.
    """
    delay, share = checked("delay", delay, 0), checked("share", share, 0, 1)
    finds, miners = whole("finds", finds, 1), whole("miners", miners, 1)
    if share == 1:
        raise ValueError("share must be below 1, not 1")
    times = rng.exponential(size=finds).cumsum()
    honest = rng.random(finds) >= share
    makers = rng.integers(miners, size=finds)
    times = times[honest]
    # Of how many earlier blocks all have heard at each find.
    arrived = np.minimum(np.searchsorted(times + delay, times, "right"), np.arange(len(times)))
    own, heights, highest = [0] * miners, [], [0]  # highest: of the first 0, 1, 2 ... blocks
    for maker, heard in zip(makers[honest].tolist(), arrived.tolist(), strict=True):
        own[maker] = height = max(own[maker], highest[heard]) + 1
        heights.append(height)
        highest.append(max(highest[-1], height))
    blocks = np.bincount(heights, minlength=1)[1:]  # how many at each height
    top = max(len(blocks), 1)
    forked = np.count_nonzero(blocks > 1) / top
    return Race(forked, 1 - top / max(len(heights), 1), len(blocks), finds - len(heights))


def figures(seed: int) -> Figures:
    """One repetition, as {what: number}; leads are the attacker's, in blocks a find."""
    rng = np.random.default_rng(seed)
    few = simulate(1, rng, finds=100_000, miners=FEW)
    many = simulate(0.5, rng, finds=200_000)
    found = {
        "few: heights forked": few.forked,
        "few: blocks stale": few.stale,
        "heights forked": many.forked,
        "blocks stale": many.stale,
    }
    edge = attack_threshold(1, MINERS)
    for name, share, delay, finds in (
        ("below", edge - OFF, 1, 40_000),
        ("at", edge, 1, 200_000),
        ("above", edge + OFF, 1, 40_000),
        ("above, no delay", edge + OFF, 0, 40_000),
    ):
        race = simulate(delay, rng, share, finds)
        found[f"lead {name}"] = (race.private - race.public) / finds
    for name, size, travels in ("1 MB", 1, 1), ("8 MB", 8, 8), ("8 MB at the pace of 1 MB", 8, 1):
        race = simulate(relay_delay(travels), rng, finds=40_000)
        found[f"MB an interval, {name}"] = size * (1 - race.stale)
    return found


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    return [
        _few(values, "heights forked", fork_rate),
        _few(values, "blocks stale", stale_rate),
        _two_rates(values),
        _attacker(values),
        _eight(values),
    ]


def _few(values: Values, what: str, formula: Callable[..., float]) -> Finding:
    """Ten miners and a delay of one interval; the rival only drops a miner's own blocks."""
    found, theory, rival = values[f"few: {what}"], formula(1, FEW), formula(1 - 1 / FEW)
    return claim(
        f"{what}, 10 miners: the formula for few miners is right within 1 %",
        measured=spread(found),
        control=f"the formula for many with x = (1 - 1/M) D/T: {rival:.3f}",
        expected=f"{theory:.3f}, and {formula(1):.3f} for many miners "
        f"(security.{formula.__name__})",
        distance=min(within(found, theory, theory / 100), abs(apart(found, rival))),
    )


def _two_rates(values: Values) -> Finding:
    found, theory, rival = values["blocks stale"], stale_rate(0.5, MINERS), fork_rate(0.5, MINERS)
    forked = values["heights forked"]
    return claim(
        "the share of blocks gone stale is not the share of heights forked (50 miners, D/T = 0.5)",
        measured=spread(found),
        control=f"heights forked, by more than 0.02: {spread(forked)}",
        expected=f"{theory:.3f} and {rival:.3f}, each within 1 %",
        distance=min(
            within(found, theory, theory / 100),
            within(forked, rival, rival / 100),
            apart(forked, found, 0.02),
        ),
    )


def _attacker(values: Values) -> Finding:
    """The threshold is right within 0.005 of power, and the delay is what lowers it."""
    above, below, at, prompt = (
        values[f"lead {name}"] for name in ("above", "below", "at", "above, no delay")
    )
    edge = attack_threshold(1, MINERS)
    return claim(
        "with a delay of one interval an attacker outgrows the others below one half of the power",
        measured=f"lead at {edge + OFF:.3f} of the power: {spread(above)} blocks a find",
        control=f"without delay {spread(prompt)}; at {edge - OFF:.3f} of the power {spread(below)}",
        expected=f"lead 0 at {edge:.3f}: {spread(at)} (security.attack_threshold)",
        distance=min(apart(above, 0), -apart(below, 0), -apart(prompt, 0), within(at, 0, 0.005)),
    )


def _eight(values: Values) -> Finding:
    one, eight, fast = (
        values[f"MB an interval, {name}"] for name in ("1 MB", "8 MB", "8 MB at the pace of 1 MB")
    )
    times, control = ([a / b for a, b in zip(many, one, strict=True)] for many in (eight, fast))
    lost, kept = (1 - stale_rate(relay_delay(size), MINERS) for size in (8, 1))
    theory = 8 * lost / kept
    return claim(
        "eight times the block is less than seven and a half times the transactions",
        measured=f"{spread(times, 2)} times (relay of 496 kbit/s)",
        control=f"the same 8 MB if they traveled as fast as 1 MB: {spread(control, 2)} times",
        expected=f"{theory:.2f} times (security.stale_rate)",
        distance=min(
            apart(control, times, 0.5),
            within(control, 8, 0.08),
            within(times, theory, theory / 100),
            -apart(times, 7.5),
        ),
    )


if __name__ == "__main__":
    main("speed", figures, findings)
