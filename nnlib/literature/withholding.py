"""A chain with a pool that may withhold its blocks: what the attack earns, and what others see.

A pool mines selfishly when it withholds its blocks to make the others waste work: Eyal and Sirer,
"Majority is not Enough" (2014). Times are in seconds.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnlib.literature import detectors


class Sightings(NamedTuple):
    """What an observer has of each published block, an array each, in the order of arrival."""

    height: np.ndarray
    maker: np.ndarray  # the pool that it names as its maker
    main: np.ndarray  # whether it ended on the longest chain
    seen: np.ndarray  # when it was seen, in seconds


class Windows(NamedTuple):
    """Looks at many windows: X (windows, numbers), attacked of 0 and 1, share of pool 0."""

    X: np.ndarray
    attacked: np.ndarray
    share: np.ndarray


POOLS = 10
INTERVAL = 600.0  # seconds between two finds on average, as Bitcoin wants them
BLUR = 300.0  # seconds by which a sighting is late on average


def revenue(share: Any, gamma: float) -> Any:
    """The share of the longest chain's blocks that a selfish pool gets, by Eyal and Sirer.

    share: of the computing power, 0 to 1/2; an array too. gamma, 0 to 1: the part of the other
    miners that builds on the pool's block when it ties with one of theirs. ValueError out of range.
    """
    _check_range("share", share, 0, 0.5)
    _check_range("gamma", gamma, 0, 1)
    others = 1 - share
    won = share * others**2 * (4 * share + gamma * (1 - 2 * share)) - share**3
    return won / (1 - share * (1 + (2 - share) * share))


def income(share: float, gamma: float) -> tuple[float, float]:
    """What a find is worth before the difficulty falls: (the pool's blocks, the others' blocks).

    Their sum is how much the longest chain grows a find; 1 where nobody hides. From the stationary
    chances of Eyal and Sirer's chain of leads (section 4); arguments as for `revenue`, share below
    1/2.
    """
    _check_range("share", share, 0, np.nextafter(0.5, 0))
    _check_range("gamma", gamma, 0, 1)
    others = 1 - share
    even = (1 - 2 * share) / (1 - 4 * share**2 + 2 * share**3)
    one = share * even  # ahead by one; by two, by more; and two branches of the same height
    two = one * share / others
    more, tie = two * share / (1 - 2 * share), one * others
    pool = tie * (2 * share + gamma * others) + 2 * two * others + more * others
    return pool, tie * (2 - gamma) * others + even * others


def simulate(
    share: float,
    selfish: bool,
    rng: np.random.Generator,
    finds: int = detectors.WINDOW,
    delay: float = 0.0,
    gamma: float = 0.5,
    blur: float = BLUR,
) -> Sightings:
    """Let ten pools find `finds` blocks: pool 0 has `share` of the power, the others equal parts.

    selfish: whether pool 0 follows Eyal and Sirer's algorithm; the others are honest.
    delay, 0 or more seconds: until the other pools see a block; whoever finds one meanwhile makes
    a fork. gamma: see `revenue`. blur, 0 or more seconds: how late a sighting is on average.
    Raises ValueError out of range.
    """
    for name, value, high in ("share", share, 1), ("gamma", gamma, 1):
        _check_range(name, value, 0, high)
    for name, value, low in ("finds", finds, 2), ("delay", delay, 0), ("blur", blur, 0):
        _check_range(name, value, low, np.inf)
    times = rng.exponential(INTERVAL, finds).cumsum().tolist()
    makers = np.where(rng.random(finds) < share, 0, rng.integers(1, POOLS, finds))
    favored = (rng.random(finds) < gamma).tolist()  # whether a tie goes to pool 0's block
    parent, heights, times = _blocks(times, makers.tolist(), favored, selfish, delay)
    height, published, main = np.array(heights), np.array(times), np.zeros(finds + 1, bool)
    last = np.where(np.isfinite(published), height, 0).argmax()
    while last > 0:
        main[last], last = True, parent[last]
    seen = published + rng.exponential(blur, finds + 1)
    order = np.argsort(seen, kind="stable")[1 : np.isfinite(seen[1:]).sum() + 1]
    maker = np.concatenate([[-1], makers])
    return Sightings(height[order], maker[order], main[order], seen[order])


def _blocks(times, makers, favored, selfish, delay):
    """The parent, the height and the time of publication of each block; block 0 is the origin."""
    parent, height, maker = [-1], [0], [-1, *makers]
    published = [-np.inf] + [np.inf] * len(times)
    own = [0] * POOLS  # the block that each pool knows before the others do
    tips, traveling, withheld = [0], deque(), []  # tips: the highest that everybody has seen
    public, racing = 0, False  # the public height; whether pool 0 has just answered with a tie

    def publish(blocks, time):
        for each in blocks:
            published[each] = time
            traveling.append((time + delay, each))

    for block, (time, pool, favor) in enumerate(zip(times, makers, favored, strict=True), 1):
        while traveling and traveling[0][0] <= time:
            tips = _highest(tips, traveling.popleft()[1], height)
        attacker, onto = selfish and pool == 0, own[pool]
        if not attacker and height[onto] <= height[tips[0]]:
            onto = next((tip for tip in tips if (maker[tip] == 0) == favor), tips[0])
        parent.append(onto)
        height.append(height[onto] + 1)
        own[pool] = block
        if attacker:
            withheld.append(block)
            if racing:
                publish(withheld, time)
                withheld, racing, public = [], False, height[block]
            continue
        publish([block], time)
        if height[block] <= public:
            continue
        lead, public = height[own[0]] - public, height[block]
        if selfish and lead <= 0:
            own[0], withheld, racing = block, [], False
        elif selfish:  # the answer: all that it has withheld, or, far ahead, one block
            answer = len(withheld) if lead <= 2 else 1
            publish(withheld[:answer], time)
            withheld, racing, public = withheld[answer:], lead == 1, public + (lead == 2)
    return parent, height, published


def _highest(tips, arrived, height):
    """The highest blocks, in the order of arrival, now that one more has arrived."""
    if height[arrived] > height[tips[0]]:
        return [arrived]
    return [*tips, arrived] if height[arrived] == height[tips[0]] else tips


def windows(
    count: int,
    rng: np.random.Generator,
    delay: tuple[float, float] = (0, 180),
    share: tuple[float, float] = (0.15, 0.45),
    look: Callable[[Sightings], list | np.ndarray] | None = None,
    **settings: Any,
) -> Windows:
    """Simulate `count` windows, attacked at random, with a random gamma, delay and share each.

    delay: (lowest, highest) in seconds. look: from Sightings to numbers; `detectors.features`
    unless given. Other settings go to `simulate`.
    """
    _check_range("count", count, 1, np.inf)
    look = look or detectors.features
    attacked, shares = rng.integers(0, 2, count), rng.uniform(*share, count)
    X = []
    for s, selfish in zip(shares, attacked, strict=True):
        window = simulate(
            s, selfish, rng, delay=rng.uniform(*delay), gamma=rng.random(), **settings
        )
        X.append(look(window))
    return Windows(np.array(X, float), attacked, shares)


def _check_range(name, value, low, high):
    if not np.all((low <= np.asarray(value)) & (np.asarray(value) <= high)):
        raise ValueError(f"{name} must be from {low} to {high}, not {value!r}")
