"""What a chain pays for speed, and what its past is worth: forks, throughput, odds of reversal.

Delays are in block intervals, the mean time between two finds: 60 s are 0.1 of 600 s.  Every
argument may be any finite number of Python or of numpy inside its range; it is converted to a float
where it enters.  All else (bool, text, None, arrays) raises ValueError, which names it.
"""

import math
from typing import Callable

from nnlib.activations import finite

INTERVAL = 600  # seconds, Bitcoin's
RELAY = 496  # kilobits a second, to half of Bitcoin's nodes: Croman et al. (2016); 55 to 90 %
RELAY_2021 = 1951  # 1 MB in 4.1 s, the mean delay to a node in 2021: Fechner et al. (2022)
TRANSACTION = 250  # bytes: 1 MB each 600 s are then 6.7 transactions/s, 4 MB are 27
LONGEST = 1900  # confirmations: beyond, Nakamoto's products leave the range of floats
MOST = 100_000  # confirmations: enough for a share of 0.45 and a risk of 1e-300
SMALLEST = 2.3e-308  # below, floats lose their digits
CROWD = 10**6  # equal miners; more are as good as infinitely many


def relay_delay(size: float, interval: float = INTERVAL, relay: float = RELAY) -> float:
    """Block intervals until the others have a block of `size` MB (of 10**6 bytes).

    interval: seconds; relay: kilobits a second.
    """
    seconds = checked("size", size, 0) * 8000 / _positive("relay", relay)
    return seconds / _positive("interval", interval)


def fork_rate(delay: float, miners: int | None = None) -> float:
    """The share of heights at which two or more blocks are found, 0 to 1.

    delay, 0 or more: until the others see a block.  miners: None for many small ones, or a number
    of equal ones, 1 to 10**6.  For many a rival is as likely as at any time: 1 - exp(-delay).

    Few waste less: nobody is his own rival, and who has not heard of the last height yet is no
    rival at the next.  Within 1 % of the race played out from 10 miners on up to a delay of 4; for
    fewer too high (2 miners: 1.4 % at delay 1, 6 % at 2).
    """
    delay = checked("delay", delay, 0)
    if miners is None:
        return -math.expm1(-delay)
    m = whole("miners", miners, 1, CROWD)
    x = 1 - 1 / m
    none = (m - 2) * _log1p(delay / m) - x * delay
    none += _log1p(delay / (m * m) + x * x * math.expm1(-delay))
    return max(0.0, -math.expm1(none))


def stale_rate(delay: float, miners: int | None = None) -> float:
    """The share of all blocks that end outside the longest chain, 0 to 1; arguments as fork_rate.

    A height brings one block that stays and, from many miners, `delay` rivals on average.

    From M equal miners it brings as many blocks as intervals pass until the next height.  Nobody is
    there after s of them with chance e^-s (1 + s/M)^(M - 1): the finder has found none, each other
    at most one.  Within 1 % of the race played out from 10 miners on up to a delay of 2; too low
    beyond (10 miners, delay 8: 8 %) and for fewer (2 miners, delay 1: 4 %).
    """
    rivals = _rivals(checked("delay", delay, 0), miners)
    return rivals / (1 + rivals)


def throughput(size: float, interval: float, delay: float) -> float:
    """Transactions a second that stay: a block of `size` MB each interval * (1 + delay) seconds.

    size: 0 or more; interval: seconds, above 0; delay as in fork_rate, for many miners.
    """
    offered = checked("size", size, 0) * 1e6 / TRANSACTION / _positive("interval", interval)
    return offered * (1 - stale_rate(delay))


def attack_threshold(delay: float, miners: int | None = None) -> float:
    """The share of the computing power, 1/2 or less, from which an attacker outgrows the others.

    Only the honest miners lose work to forks: the attacker's q equals their growth, for many
    (1 - q) / (1 + (1 - q) delay).  The root of that quadratic, free of cancellation.  miners: the
    honest ones, as in fork_rate.
    """
    delay = checked("delay", delay, 0)
    if miners is None:
        return 2 / (2 + delay + (math.sqrt(4 + delay * delay) if delay < 1e9 else delay))
    low, high = 0.0, 0.5
    for _ in range(50):
        q = (low + high) / 2
        if q * (1 + _rivals((1 - q) * delay, miners)) < 1 - q:
            low = q
        else:
            high = q
    return high


def nakamoto(share: float, confirmations: int) -> float:
    """Nakamoto's chance (2008, section 11) that an attacker levels `confirmations` blocks.

    share: of the computing power, 0 to 1.  confirmations z: a whole number from 0 to 1900.  He
    takes the attacker's finds meanwhile as Poisson, with mean z q / p, as if the z honest blocks
    always took their average time.
    """
    q, z = checked("share", share, 0, 1), whole("confirmations", confirmations, 0, LONGEST)
    if q >= 0.5:
        return 1.0
    ratio = q / (1 - q)
    level = 1.0  # the chance of exactly z finds, with e^(-z ratio) shared out among the factors
    factor = z * ratio * math.exp(-ratio)
    for k in range(1, z + 1):
        level *= factor / k
    total = behind = ahead = level
    k = z  # fewer finds, and then making up for the rest
    while k > 0 and total + behind > total:
        behind *= k / z
        total += behind
        k -= 1
    k = z
    while total + ahead > total:
        k += 1
        ahead *= z * ratio / k
        total += ahead
    return total


def reversal(share: float, confirmations: int) -> float:
    """The exact chance that an attacker levels `confirmations` blocks.

    share q: 0 to 1.  confirmations z: a whole number from 0 to 100,000.  0.0 for a chance below
    2.3e-308.  Rosenfeld (arXiv:1402.2009); Grunspan and Perez-Marco (arXiv:1702.02867) in closed
    form: the regularized incomplete beta function I_{4pq}(z, 1/2).

    If the attacker does, the two chains are level for the last time after z blocks each or
    later; if not, before.  The chance of being level after k each is C(2k, k) (p q)^k, and of
    never again 1 - 2 q.
    """
    q, z = checked("share", share, 0, 1), whole("confirmations", confirmations, 0, MOST)
    if q >= 0.5:
        return 1.0
    level, earlier, factor = 1.0, 0.0, 4 * q * (1 - q)
    for k in range(z):
        earlier += level
        level *= factor * (k + 0.5) / (k + 1)
    total = 1 - (1 - 2 * q) * earlier
    if total > 0.01:
        return total
    if level < SMALLEST:  # it may stick at the smallest float, which rounding keeps above 0
        return 0.0
    total, part, k = 0.0, 1.0, z  # small: add up what is left, rather than subtract what is not
    while total + part > total:
        total += part
        part *= factor * (k + 0.5) / (k + 1)
        k += 1
    return (1 - 2 * q) * level * total


def confirmations_needed(
    share: float, risk: float, chance: Callable[[float, int], float] = reversal
) -> int:
    """The fewest confirmations for which chance(share, z) is below `risk`.

    share: 0 to 0.45 (nearer to 1/2 it takes thousands of blocks).  risk: 1e-300 to 1.  chance:
    reversal or nakamoto; nakamoto's raises ValueError where it takes more than 1900 blocks, as for
    0.45 and 1e-40.
    """
    share, risk = checked("share", share, 0, 0.45), checked("risk", risk, 1e-300, 1)
    most = LONGEST if chance is nakamoto else MOST
    low, high = -1, 1  # chance(low) is too high; the chance falls with z
    while chance(share, high) >= risk:
        if high == most:
            raise ValueError(f"risk {risk!r} takes more than {most} confirmations")
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if chance(share, middle) < risk:
            high = middle
        else:
            low = middle
    return high


def checked(name: str, value: float, low: float, high: float = math.inf) -> float:
    """Return `value` as a float; ValueError, which names it, unless a number from low to high."""
    if hasattr(value, "__len__") or type(value).__name__.startswith("bool"):
        raise ValueError(f"{name} must be one number, not {value!r}")
    number = finite(name, value) + 0.0  # -0.0 becomes 0.0
    if not low <= number <= high:
        top = "" if high == math.inf else f" and at most {high}"
        raise ValueError(f"{name} must be at least {low}{top}, not {value!r}")
    return number


def whole(name: str, value: float, low: float, high: float = math.inf) -> int:
    """Return `value` as an int; ValueError, which names it, unless whole, from low to high."""
    number = checked(name, value, low, high)
    if number != math.floor(number):
        raise ValueError(f"{name} must be a whole number, not {value!r}")
    return int(number)


def _positive(name, value):
    number = checked(name, value, -math.inf)
    if number <= 0:
        raise ValueError(f"{name} must be above 0, not {value!r}")
    return number


def _log1p(x):
    u = 1 + x  # MicroPython has no log1p; what x loses in u, the quotient gives back
    return x if u == 1 else math.log(u) * x / (u - 1)


def _rivals(delay, miners):
    """The blocks that a height brings besides the one that stays: `delay` from many miners.

    From m: (1 - 1/m) times the integral of e^-s (1 + s/m)^(m - 2) up to the delay, which is what
    partial integration makes of the mean time to the next height.  Simpson's rule.
    """
    if miners is None:
        return delay
    m = whole("miners", miners, 1, CROWD)
    end = min(delay, 40 + 9 * math.sqrt(m))  # beyond, the integrand is below 1e-17
    total = 0.0
    for i in range(401):
        s = i * end / 400
        weight = 1 if i in (0, 400) else 4 if i % 2 else 2
        total += weight * math.exp((m - 2) * math.log(1 + s / m) - s)
    return (1 - 1 / m) * total * end / 1200
