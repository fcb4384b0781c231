"""Why a block chain is slow: miners who hear of each block late, and what faster blocks cost.

Time is in block intervals, the mean time between two finds; nnlib.security has the closed forms.
"""

from collections import Counter, namedtuple

import numpy as np

from nnlib.literature.evidence import APART, Finding, apart, spread, within
from nnlib.literature.full import main
from nnlib.security import (
    attack_threshold,
    checked,
    fork_rate,
    relay_delay,
    stale_rate,
    whole,
)

# forked: the share of heights with two blocks or more; stale: the share of the honest miners'
# blocks outside their longest chain; public, private: the blocks in that chain and the attacker's.
Race = namedtuple("Race", "forked stale public private")

MINERS = 50
FEW = 10
OFF = 0.03  # how far from the threshold the attackers of the findings stand


def simulate(delay, rng, share=0.0, finds=20_000, miners=MINERS):
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
    sent, arrived, seen, own = [], 0, 0, [0] * miners  # own, seen: heights; sent: (when, height)
    for time, maker in zip(times[honest].tolist(), makers[honest].tolist(), strict=True):
        while arrived < len(sent) and sent[arrived][0] + delay <= time:
            seen = max(seen, sent[arrived][1])
            arrived += 1
        own[maker] = max(own[maker], seen) + 1
        sent.append((time, own[maker]))
    blocks = Counter(height for _, height in sent)  # how many at each height
    top = max(len(blocks), 1)
    forked = sum(count > 1 for count in blocks.values()) / top
    return Race(forked, 1 - top / max(len(sent), 1), len(blocks), finds - len(sent))


def figures(seed):
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


def findings(values):
    """What the model shows: a list of `evidence.Finding`."""
    return [_few(values, "heights forked", fork_rate), _few(values, "blocks stale", stale_rate),
            _two_rates(values), _attacker(values), _eight(values)]  # fmt: skip


def _few(values, what, formula):
    """Ten miners and a delay of one interval; the rival only drops a miner's own blocks."""
    found, theory, rival = values[f"few: {what}"], formula(1, FEW), formula(1 - 1 / FEW)
    distance = min(within(found, theory, theory / 100), abs(apart(found, rival)))
    return _row(
        f"{what}, 10 miners: the formula for few miners is right within 1 %",
        spread(found),
        f"the formula for many with x = (1 - 1/M) D/T: {rival:.3f}",
        f"{theory:.3f}, and {formula(1):.3f} for many miners (security.{formula.__name__})",
        distance,
    )


def _two_rates(values):
    found, theory, rival = values["blocks stale"], stale_rate(0.5, MINERS), fork_rate(0.5, MINERS)
    forked = values["heights forked"]
    distances = (
        within(found, theory, theory / 100),
        within(forked, rival, rival / 100),
        apart(forked, found, 0.02),
    )
    return _row(
        "the share of blocks gone stale is not the share of heights forked (50 miners, D/T = 0.5)",
        spread(found),
        f"heights forked, by more than 0.02: {spread(forked)}",
        f"{theory:.3f} and {rival:.3f}, each within 1 %",
        min(distances),
    )


def _attacker(values):
    """The threshold is right within 0.005 of power, and the delay is what lowers it."""
    lead = {name.removeprefix("lead "): v for name, v in values.items() if name.startswith("lead")}
    distances = (
        apart(lead["above"], 0),
        -apart(lead["below"], 0),
        -apart(lead["above, no delay"], 0),
        within(lead["at"], 0, 0.005),
    )
    edge = attack_threshold(1, MINERS)
    return _row(
        "with a delay of one interval an attacker outgrows the others below one half of the power",
        f"lead at {edge + OFF:.3f} of the power: {spread(lead['above'])} blocks a find",
        f"without delay {spread(lead['above, no delay'])}; "
        f"at {edge - OFF:.3f} of the power {spread(lead['below'])}",
        f"lead 0 at {edge:.3f}: {spread(lead['at'])} (security.attack_threshold)",
        min(distances),
    )


def _eight(values):
    one, eight, fast = (values[f"MB an interval, {name}"]
                        for name in ("1 MB", "8 MB", "8 MB at the pace of 1 MB"))  # fmt: skip
    times, control = ([a / b for a, b in zip(many, one, strict=True)] for many in (eight, fast))
    lost, kept = (1 - stale_rate(relay_delay(size), MINERS) for size in (8, 1))
    theory = 8 * lost / kept
    distances = (
        apart(control, times, 0.5),
        within(control, 8, 0.08),
        within(times, theory, theory / 100),
    )
    return _row(
        "eight times the block is less than seven and a half times the transactions",
        f"{spread(times, 2)} times (relay of 496 kbit/s)",
        f"the same 8 MB if they traveled as fast as 1 MB: {spread(control, 2)} times",
        f"{theory:.2f} times (security.stale_rate)",
        min(*distances, -apart(times, 7.5)),
    )


def _row(claim, measured, control, expected, distance):
    return Finding("speed", claim, measured, control, expected, distance, distance >= APART)


if __name__ == "__main__":
    main("speed", figures, findings)
