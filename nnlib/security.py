"""What a chain pays for speed, and what its past is worth: forks, throughput, odds of reversal.

Delays are in block intervals, the mean time between two finds: 60 s are 0.1 of 600 s.
"""

import math

INTERVAL = 600  # seconds, Bitcoin's
RELAY = 496  # kilobits a second, to half of Bitcoin's nodes: Croman et al. (2016); 55 to 90 %
TRANSACTION = 250  # bytes: 1 MB each 600 s are then 6.7 transactions/s, 4 MB are 27
LONGEST = 1900  # confirmations: beyond, Nakamoto's products leave the range of floats


def relay_delay(size, interval=INTERVAL, relay=RELAY):
    """Block intervals until the others have a block of `size` MB (of 10**6 bytes).

    interval: seconds; relay: kilobits a second.
    """
    seconds = _checked("size", size, 0) * 8000 / _positive("relay", relay)
    return seconds / _positive("interval", interval)


def fork_rate(delay):
    """The share of heights at which two or more blocks are found, 0 to 1.

    delay, 0 or more: until the others see a block, for many small miners; for M equal ones,
    multiply it by 1 - 1/M.  While it lasts a rival is as likely as at any time: 1 - exp(-delay).
    """
    return -math.expm1(-_checked("delay", delay, 0))


def stale_rate(delay):
    """The share of all blocks that end outside the longest chain, 0 to 1; delay as in fork_rate.

    A height brings one block that stays and, on average, `delay` rivals.
    """
    return _checked("delay", delay, 0) / (1 + delay)


def throughput(size, interval, delay):
    """Transactions a second that stay: a block of `size` MB each interval * (1 + delay) seconds."""
    offered = _checked("size", size, 0) * 1e6 / TRANSACTION / _positive("interval", interval)
    return offered * (1 - stale_rate(delay))


def attack_threshold(delay):
    """The share of the computing power, 1/2 or less, from which an attacker outgrows the others.

    Only the honest miners lose work to forks: the attacker's q equals their growth,
    (1 - q) / (1 + (1 - q) delay).  The root of that quadratic, free of cancellation.
    """
    delay = _checked("delay", delay, 0)
    return 2 / (2 + delay + math.sqrt(4 + delay * delay))


def nakamoto(share, confirmations):
    """Nakamoto's chance (2008, section 11) that an attacker levels `confirmations` blocks.

    share: of the computing power, 0 to 1.  confirmations z: a whole number from 0 to 1900.  He
    takes the attacker's finds meanwhile as Poisson, with mean z q / p, as if the z honest blocks
    always took their average time.
    """
    q, z = _race(share, confirmations)
    if z > LONGEST:
        raise ValueError(f"confirmations must be at most {LONGEST} here, not {confirmations!r}")
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


def reversal(share, confirmations):
    """The exact chance that an attacker levels `confirmations` blocks, for the same arguments.

    If the attacker does, the two chains are level for the last time after z blocks each or
    later; if not, before.  The chance of being level after k each is C(2k, k) (p q)^k, and of
    never again 1 - 2 q.
    """
    q, z = _race(share, confirmations)
    if q >= 0.5:
        return 1.0
    level, earlier, factor = 1.0, 0.0, 4 * q * (1 - q)
    for k in range(z):
        earlier += level
        level *= factor * (k + 0.5) / (k + 1)
    total = 1 - (1 - 2 * q) * earlier
    if total > 0.01:
        return total
    total, k = 0.0, z  # small: add up what is left, rather than subtract what is not
    while total + level > total:
        total += level
        level *= factor * (k + 0.5) / (k + 1)
        k += 1
    return (1 - 2 * q) * total


def confirmations_needed(share, risk, chance=reversal):
    """The fewest confirmations for which chance(share, z) is below `risk`.

    share: 0 to 0.45 (nearer to 1/2 it takes thousands of blocks).  risk: above 0, to 1; Nakamoto's
    chance raises ValueError where it takes more than 1024 blocks, as for 0.45 and 1e-9.
    """
    _checked("share", share, 0, 0.45)
    if not 0 < risk <= 1:
        raise ValueError(f"risk must be above 0 and at most 1, not {risk!r}")
    low, high = -1, 1  # chance(low) is too high; the chance falls with z
    while chance(share, high) >= risk:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if chance(share, middle) < risk:
            high = middle
        else:
            low = middle
    return high


def _race(share, confirmations):
    if confirmations != math.floor(_checked("confirmations", confirmations, 0)):
        raise ValueError(f"confirmations must be a whole number, not {confirmations!r}")
    return _checked("share", share, 0, 1), int(confirmations)


def _positive(name, value):
    if not 0 < value < math.inf:
        raise ValueError(f"{name} must be above 0, not {value!r}")
    return value


def _checked(name, value, low, high=math.inf):
    if not low <= value <= high or value == math.inf:
        top = "" if high == math.inf else f" and at most {high}"
        raise ValueError(f"{name} must be at least {low}{top}, not {value!r}")
    return value
