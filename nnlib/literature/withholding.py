"""A chain with a pool that may withhold its blocks: what the attack earns, and what others see.

A pool mines selfishly when it withholds its blocks to make the others waste work: Eyal and Sirer,
"Majority is not Enough" (2014). Times are in seconds.
"""

from collections import namedtuple

import numpy as np

from nnlib.literature import detectors

# What an observer has of each published block, in the order of arrival: its height, which pool it
# names as its maker, whether it ended on the longest chain, and when it was seen.
Sightings = namedtuple("Sightings", "height maker main seen")
Windows = namedtuple("Windows", "X attacked share")

POOLS = 10
INTERVAL = 600.0  # seconds between two finds on average, as Bitcoin wants them
BLUR = 300.0  # seconds by which a sighting is late on average


def revenue(share, gamma):
    """The share of the longest chain's blocks that a selfish pool gets, by Eyal and Sirer.

    share: of the computing power, 0 to 1/2; an array too. gamma, 0 to 1: the part of the other
    miners that builds on the pool's block when it ties with one of theirs. ValueError out of range.
    """
    _check("share", share, 0, 0.5)
    _check("gamma", gamma, 0, 1)
    others = 1 - share
    won = share * others**2 * (4 * share + gamma * (1 - 2 * share)) - share**3
    return won / (1 - share * (1 + (2 - share) * share))


def income(share, gamma):
    """What a find is worth before the difficulty falls: (the pool's blocks, the others' blocks).

    Their sum is how much the longest chain grows a find; 1 where nobody hides. From the stationary
    chances of Eyal and Sirer's chain of leads (section 4); arguments as for `revenue`, share below
    1/2.
    """
    _check("share", share, 0, np.nextafter(0.5, 0))
    _check("gamma", gamma, 0, 1)
    others = 1 - share
    even = (1 - 2 * share) / (1 - 4 * share**2 + 2 * share**3)
    one = share * even  # ahead by one; by two, by more; and two branches of the same height
    two = one * share / others
    more, tie = two * share / (1 - 2 * share), one * others
    pool = tie * (2 * share + gamma * others) + 2 * two * others + more * others
    return pool, tie * (2 - gamma) * others + even * others


def simulate(share, selfish, rng, finds=detectors.WINDOW, delay=0.0, gamma=0.5, blur=BLUR):
    """Let ten pools find `finds` blocks: pool 0 has `share` of the power, the others equal parts.

    selfish: whether pool 0 follows Eyal and Sirer's algorithm; the others are honest.
    delay, 0 or more seconds: until the other pools see a block; whoever finds one meanwhile makes
    a fork. gamma: see `revenue`. blur, 0 or more seconds: how late a sighting is on average.
    Returns Sightings. Raises ValueError out of range.
    """
    for name, value, high in ("share", share, 1), ("gamma", gamma, 1):
        _check(name, value, 0, high)
    for name, value, low in ("finds", finds, 2), ("delay", delay, 0), ("blur", blur, 0):
        _check(name, value, low, np.inf)
    times = rng.exponential(INTERVAL, finds).cumsum().tolist()
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


def windows(count, rng, delay=(0, 180), share=(0.15, 0.45), look=None, **settings):
    """Simulate `count` windows, attacked at random, with a random gamma, delay and share each.

    delay: (lowest, highest) in seconds. look: from Sightings to numbers; `detectors.features`
    unless given. Other settings go to `simulate`.
    Returns X (count, numbers), attacked (count,) of 0 and 1, share (count,).
    """
    _check("count", count, 1, np.inf)
    look = look or detectors.features
    attacked, shares = rng.integers(0, 2, count), rng.uniform(*share, count)
    X = [look(simulate(s, selfish, rng, delay=rng.uniform(*delay), gamma=rng.random(), **settings))
         for s, selfish in zip(shares, attacked, strict=True)]  # fmt: skip
    return Windows(np.array(X, float), attacked, shares)


def _check(name, value, low, high):
    if not np.all((low <= np.asarray(value)) & (np.asarray(value) <= high)):
        raise ValueError(f"{name} must be from {low} to {high}, not {value!r}")
