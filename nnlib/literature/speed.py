"""Why a block chain is slow: miners who hear of each block late, and what faster blocks cost.

Time is in block intervals, the mean time between two finds; nnlib.security has the closed forms.
"""

from collections import Counter, namedtuple

import numpy as np

from nnlib.literature import Finding, spread
from nnlib.literature.full import main
from nnlib.security import (
    INTERVAL,
    attack_threshold,
    fork_rate,
    relay_delay,
    stale_rate,
    throughput,
)

# forked: the share of heights with two blocks or more; stale: the share of the honest miners'
# blocks outside their longest chain; public, private: the blocks in that chain and the attacker's.
Race = namedtuple("Race", "forked stale public private")

MINERS = 50


def simulate(delay, rng, share=0.0, finds=20_000, miners=MINERS):
    """Let equal honest miners and an attacker find `finds` blocks in all: a Race.

    delay, 0 or more: until the other miners see a block; its finder builds on it at once.
    share, 0 up to but not 1: the attacker's part of the computing power.  The attacker keeps one
    chain, in private, and loses nothing.  finds, miners: 1 or more.
    """
    if not 0 <= share < 1:
        raise ValueError(f"share must be at least 0 and below 1, not {share!r}")
    for name, value, low in ("delay", delay, 0), ("finds", finds, 1), ("miners", miners, 1):
        if not low <= value < np.inf:
            raise ValueError(f"{name} must be at least {low}, not {value!r}")
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


def conflict(delay, miners=MINERS):
    """The delay as the closed forms want it for equal miners: nobody conflicts with himself."""
    return (1 - 1 / miners) * delay


def trial(seed):
    """One repetition, as {what: number}; the attacker stands 0.03 off the threshold at delay 1."""
    rng = np.random.default_rng(seed)
    found = {}
    for delay in (0.0, 0.1, 0.5, 1.0):
        race = simulate(delay, rng)
        found[f"forked heights, delay {delay:g}"] = race.forked
        found[f"stale blocks, delay {delay:g}"] = race.stale
    edge = attack_threshold(conflict(1))
    for name, share, delay in (
        ("below the threshold", edge - 0.03, 1),
        ("above the threshold", edge + 0.03, 1),
        ("above it, but no delay", edge + 0.03, 0),
    ):
        race = simulate(delay, rng, share, finds=10_000)
        found[f"attacker wins {name}"] = float(race.private > race.public)
    for size in (1, 8, 32):
        race = simulate(relay_delay(size), rng)
        found[f"transactions/s, {size} MB"] = throughput(size, INTERVAL, 0) * (1 - race.stale)
        found[f"stale blocks, {size} MB"] = race.stale
    return found


def findings(seeds=range(10)):
    """What the model shows: a list of `nnlib.literature.Finding`."""
    trials = [trial(seed) for seed in seeds]
    column = {name: [each[name] for each in trials] for name in trials[0]}
    mean = {name: np.mean(values) for name, values in column.items()}
    told = {name: spread(values) for name, values in column.items()}
    half, one, eight = conflict(0.5), conflict(1), conflict(relay_delay(8))
    wins = {name: f"{sum(values):.0f} of {len(values)}" for name, values in column.items()
            if name.startswith("attacker")}  # fmt: skip
    rows = [
        ("heights with a fork are 1 - exp(-x), x = 0.49", "0.386 ± 0.003, formula 0.387",
         told["forked heights, delay 0.5"], f"no delay: {told['forked heights, delay 0']}",
         abs(mean["forked heights, delay 0.5"] - fork_rate(half)) < 0.01
         and mean["forked heights, delay 0"] == 0),
        ("blocks gone stale are x / (1 + x), x = 0.98", "0.491, formula 0.495",
         told["stale blocks, delay 1"], f"the other formula: {fork_rate(one):.3f}",
         abs(mean["stale blocks, delay 1"] - stale_rate(one)) < 0.01),
        ("with delay an attacker outgrows the others below one half",
         "0 of 10 wins at 0.03 below 0.382, 10 of 10 above",
         f"at {attack_threshold(one):.3f}: {wins['attacker wins below the threshold']} and "
         f"{wins['attacker wins above the threshold']}",
         f"same share, no delay: {wins['attacker wins above it, but no delay']}",
         [mean[name] for name in wins] == [0, 1, 0]),
        ("eight times the block is not eight times the transactions (a second)",
         "8 MB: 44 (stale 0.17)",
         f"{spread(column['transactions/s, 8 MB'], 1)} (stale {told['stale blocks, 8 MB']})",
         f"1 MB: {spread(column['transactions/s, 1 MB'], 1)}",
         mean["transactions/s, 8 MB"] < 7.5 * mean["transactions/s, 1 MB"]
         and abs(mean["stale blocks, 8 MB"] - stale_rate(eight)) < 0.01),
    ]  # fmt: skip
    return [Finding("speed", *texts, bool(sound)) for *texts, sound in rows]


if __name__ == "__main__":
    main("speed", trial, findings)
