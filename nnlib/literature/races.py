"""Who finds the next block: races of measured times between miners with unequal machines.

A miner with a share of all computing power may own one fast machine, or many equal ones of which
each works alone. Where the work is memoryless the two are one; where it has a memory they are not.
"""

import numpy as np

from nnlib.activations import finite
from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature.rounds import classifier, task, work
from nnlib.network import is_count

MORE = [[1, 1, 1], [1, 1]]  # 60 % of the compute as three equal machines against two
FOUR = [[6], [1], [1], [1], [1]]  # 60 % in one machine against four miners of 10 %
RACES = 4000
LONGEST = 500  # games that the winner of a series may need; beyond it powers underflow


def training_times(seed=0, miners=60, target=0.8):
    """The steps that each of `miners` needs, from a random start, to the accuracy `target`.

    ValueError for fewer than 2 miners and for a target outside 0.2 to 0.85.
    """
    _check_miners(miners)
    if not 0.2 <= finite("target", target) <= 0.85:
        raise ValueError(f"target must be from 0.2 to 0.85, not {target!r}")
    training, validation, _ = task(seed)
    return np.array([
        work(classifier(seed=[seed, 5, miner]), training, validation, target,
             np.random.default_rng([seed, 6, miner]))[1].steps
        for miner in range(miners)
    ])  # fmt: skip


def hashing_times(seed=0, miners=300, bits=8):
    """The hashes that each of `miners`, 2 or more, needs to mine a block of `bits` zero bits."""
    _check_miners(miners)
    lines = [f"seed {seed} miner {miner}" for miner in range(miners)]
    return np.array([mine(Block(0, 0, [line], NO_PARENT, bits)).nonce + 1 for line in lines])


def variation(times):
    """Their standard deviation in units of their mean: 1 for a memoryless time."""
    times = _checked(times)
    return float(times.std() / times.mean())


def win_share(times, compute):
    """The share of races won by the miner whose one machine is the share `compute` of all power.

    Each ordered pair of different `times` is a race: his takes time / compute, the other's
    time / (1 - compute); a tie counts half. ValueError for a share outside 0 to 1.
    """
    if not 0 < finite("compute", compute) < 1:
        raise ValueError(f"compute must be above 0 and below 1, not {compute!r}")
    times = _checked(times)
    mine_, other = times[:, None] * (1 - compute), times * compute
    won = (mine_ < other) + 0.5 * (mine_ == other)
    return float((won.sum() - np.trace(won)) / (len(times) * (len(times) - 1)))


def win_shares(times, miners, races=RACES, seed=0):
    """The share of `races` won by each of `miners`, an array; each is a list of machines' speeds.

    In a race every machine draws another of `times`, alone, and is done after time / speed; the
    miner of the first machine wins, and a tie is divided. [[1, 1, 1], [1, 1]]: three equal machines
    against two. ValueError for speeds not above 0 and for more machines than times.
    """
    times = _checked(times)
    speeds = np.array([finite("speed", speed) for machines in miners for speed in machines])
    if not 2 <= len(speeds) <= len(times) or not all(miners) or not (speeds > 0).all():
        raise ValueError(f"miners must be lists of speeds above 0, from 2 to {len(times)} machines "
                         f"in all, not {miners!r}")  # fmt: skip
    owner = np.repeat(range(len(miners)), [len(machines) for machines in miners])
    order = np.random.default_rng([seed, 7]).random((races, len(times))).argsort(axis=1)
    drawn = times[order[:, : len(speeds)]]
    done = drawn / speeds
    first = done == done.min(axis=1, keepdims=True)
    won = (first / first.sum(axis=1, keepdims=True)).sum(axis=0)
    return np.bincount(owner, won) / races


def series(games, share):
    """The chance to be the first to win `games` games, each of them won with the chance `share`.

    It is the chance to win a best of 2 games - 1, and I_share(games, games), the regularized
    incomplete beta function (NIST DLMF 8.17.5): the other wins i games before it is decided, in
    one of C(games - 1 + i, i) orders. It is also who wins a race of gamma-distributed times of
    shape `games`, since those are the `games`-th points of two Poisson processes.
    ValueError for games that are not a whole number from 1 to 500 or a share outside 0 to 1.
    """
    if not is_count(games) or games > LONGEST:
        raise ValueError(f"games must be a whole number from 1 to {LONGEST}, not {games!r}")
    if not 0 <= finite("share", share) <= 1:
        raise ValueError(f"share must be from 0 to 1, not {share!r}")
    term, total = share**games, 0.0
    for lost in range(games):
        total += term
        term *= (games + lost) / (lost + 1) * (1 - share)
    return total


def games(times):
    """The whole number nearest to 1 / variation squared: the shape of a gamma of that variation."""
    return max(1, round(1 / variation(times) ** 2))


def figures(seed):
    """Who wins with 60 % of the compute, by training and by hashing."""
    training, hashing = training_times(seed), hashing_times(seed)
    return {
        "training, variation": variation(training),
        "hashing, variation": variation(hashing),
        "training, one machine": win_share(training, 0.6),
        "training, series": series(games(training), 0.6),
        "training, more machines": win_shares(training, MORE, seed=seed)[0],
        "training, four rivals": win_shares(training, FOUR, seed=seed)[0],
        "hashing, one machine": win_share(hashing, 0.6),
        "hashing, more machines": win_shares(hashing, MORE, seed=seed)[0],
        "hashing, four rivals": win_shares(hashing, FOUR, seed=seed)[0],
    }


def _checked(times):
    times = np.asarray(times, float)
    if times.ndim != 1 or len(times) < 2 or not (times > 0).all():
        raise ValueError(f"times must be two or more numbers above 0, not {times!r}")
    return times


def _check_miners(miners):
    if not is_count(miners) or miners < 2:
        raise ValueError(f"miners must be a whole number of at least 2, not {miners!r}")
