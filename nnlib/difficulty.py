"""How hard the next block must be: Bitcoin's rule for its targets, and ours for zero bits.

Both look back over one period of blocks. If it took less time than it should have, blocks get
harder, else easier, by a factor of at most 4, and never easier than the first block of all.
Source: CalculateNextWorkRequired and arith_uint256::GetCompact in Bitcoin Core.
"""

from nnlib.bitcoin import bits_to_target
from nnlib.text import told

TIMESPAN = 14 * 24 * 60 * 60  # seconds that 2,016 blocks of Bitcoin should take: two weeks
LIMIT = 0xFFFF << 208  # the easiest target of Bitcoin, that of its first block: 1d00ffff
PERIOD = 4  # our blocks: after so many the difficulty is set anew (Bitcoin: 2,016)
SPACING = 600  # seconds from one block to the next, as it should be
FACTOR = 4  # the most by which one period changes the work


def target_to_bits(target: int) -> int:
    """The compact form of a target (0 to 2**256 - 1): its length in bytes and its first three.

    What the three bytes do not hold is cut off, so that `bits_to_target` gives the target or one
    that is less than a part in 32,768 harder. ValueError if it is not such a whole number.
    """
    if type(target) is not int or not 0 <= target < 2**256:
        raise ValueError(f"target must be a whole number from 0 to 2**256 - 1, not {told(target)}")
    size = (len(hex(target)) - 1) // 2 if target else 0
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:  # bit 23 is a sign
        size, mantissa = size + 1, mantissa >> 8
    return size << 24 | mantissa


def next_bits(bits: int, first_time: int, last_time: int) -> int:
    """Bitcoin's adjustment: the bits of the next 2,016 blocks, in compact form.

    bits: those of the last 2,016; first_time and last_time: when the first and the last of these
    say that they were mined, seconds since 1970 (0 to 2**32 - 1), in any order. The target grows
    with the time they took, by a factor from 1/4 to 4, up to LIMIT. (Two weeks are meant for 2,016
    spaces between blocks, of which 2,015 are measured: Bitcoin's own slip, kept here.)
    ValueError if a time is not in its range or the target of `bits` is 0 or above LIMIT.
    """
    for name, time in (("first_time", first_time), ("last_time", last_time)):
        if type(time) is not int or not 0 <= time < 2**32:
            raise ValueError(f"{name} must be a whole number from 0 to 2**32 - 1, not {told(time)}")
    target = bits_to_target(bits)
    if not 0 < target <= LIMIT:
        raise ValueError(
            f"bits must stand for a target from 1 to that of 0x1d00ffff, not {bits:#x}"
        )
    took = max(TIMESPAN // FACTOR, min(last_time - first_time, TIMESPAN * FACTOR))
    return target_to_bits(min(target * took // TIMESPAN, LIMIT))


def adjusted(due: int, took: int, first: int) -> int:
    """The zero bits (0 to 256) that are due after a period of PERIOD blocks that had `due`.

    took: seconds from the first of these blocks to the last, which should be PERIOD - 1 times
    SPACING. One bit more if it was half of that or less, two if a quarter; one or two fewer if it
    was twice or four times that, but never fewer than `first`, what the first block of the chain
    states: the limit, as the first block of Bitcoin has it. A chain that begins with 0 bits is not
    mined at all, and stays so.
    """
    wanted = (PERIOD - 1) * SPACING
    step = sum([(took << k <= wanted) - (took >= wanted << k) for k in (1, 2)])
    return max(first, min(due + step, 256)) if first else 0


def difficulties(first: int, times: list[int]) -> list[int]:
    """What the blocks of a chain must state, and the next one: zero bits, one more than `times`.

    first: what the first block states, 0 to 256; times: what the blocks state, in order, seconds.
    """
    found = [first]
    for place in range(1, len(times) + 1):
        due = found[-1]
        if place % PERIOD == 0:
            due = adjusted(due, times[place - 1] - times[place - PERIOD], first)
        found.append(due)
    return found
