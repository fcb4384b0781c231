"""Who finds the next block: races of measured times between miners with unequal machines.

A miner with a share of all computing power may own one fast machine, or many equal ones of which
each works alone. Where the work is memoryless the two are one; where it has a memory they are not.
"""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import mean

import numpy as np

from nnlib.activations import finite
from nnlib.blockchain import NO_PARENT, Block, mine
from nnlib.literature import evidence
from nnlib.literature.digits import classifier
from nnlib.literature.evidence import (
    APART,
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
from nnlib.literature.rounds import task, work
from nnlib.network import is_count

claim = partial(evidence.claim, "useful work")

THREE_TO_TWO = [[1, 1, 1], [1, 1]]  # 60 % of the compute as three equal machines against two
ONE_TO_FOUR = [[6], [1], [1], [1], [1]]  # 60 % in one machine against four miners of 10 %
PAIRS = 0.0070  # win_share of n memoryless times at 0.6 has a variance of about PAIRS / n
RACES = 4000
LONGEST = 500  # games that the winner of a series may need; beyond it powers underflow


def training_times(seed: int = 0, miners: int = 60, target: float = 0.8) -> np.ndarray:
    """The steps that each of `miners` needs, from a random start, to the accuracy `target`.

    ValueError for fewer than 2 miners and for a target outside 0.2 to 0.85.
    """
    _check_miners(miners)
    if not 0.2 <= finite("target", target) <= 0.85:
        raise ValueError(f"target must be from 0.2 to 0.85, not {target!r}")
    training, validation, _ = task(seed)
    steps = []
    for miner in range(miners):
        start, rng = classifier(seed=[seed, 5, miner]), np.random.default_rng([seed, 6, miner])
        steps.append(work(start, training, validation, target, rng)[1].steps)
    return np.array(steps)


def hashing_times(seed: int = 0, miners: int = 300, bits: int = 8) -> np.ndarray:
    """The hashes that each of `miners`, 2 or more, needs to mine a block of `bits` zero bits."""
    _check_miners(miners)
    lines = [f"seed {seed} miner {miner}" for miner in range(miners)]
    return np.array([mine(Block(0, 0, [line], NO_PARENT, bits)).nonce + 1 for line in lines])


def variation(times: np.ndarray) -> float:
    """Their standard deviation in units of their mean: 1 for a memoryless time."""
    times = _checked(times)
    return float(times.std() / times.mean())


def win_share(times: np.ndarray, compute: float) -> float:
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


def win_shares(
    times: np.ndarray, miners: Sequence[Sequence[float]], races: int = RACES, seed: int = 0
) -> np.ndarray:
    """The share of `races` won by each of `miners`, an array; each is a list of machines' speeds.

    In a race every machine draws another of `times`, alone, and is done after time / speed; the
    miner of the first machine wins, and a tie is divided. [[1, 1, 1], [1, 1]]: three equal machines
    against two. ValueError for speeds not above 0 and for more machines than times.
    """
    times = _checked(times)
    speeds = np.array([finite("speed", speed) for machines in miners for speed in machines])
    if not 2 <= len(speeds) <= len(times) or not all(miners) or not (speeds > 0).all():
        raise ValueError(
            f"miners must be lists of speeds above 0, from 2 to {len(times)} machines in all, "
            f"not {miners!r}"
        )
    owner = np.repeat(range(len(miners)), [len(machines) for machines in miners])
    order = np.random.default_rng([seed, 7]).random((races, len(times))).argsort(axis=1)
    drawn = times[order[:, : len(speeds)]]
    done = drawn / speeds
    first = done == done.min(axis=1, keepdims=True)
    won = (first / first.sum(axis=1, keepdims=True)).sum(axis=0)
    return np.bincount(owner, won) / races


def series(games: int, share: float) -> float:
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


def games(times: np.ndarray) -> int:
    """The whole number nearest to 1 / variation squared: the shape of a gamma of that variation."""
    return max(1, round(1 / variation(times) ** 2))


def figures(seed: int) -> Figures:
    """Who wins with 60 % of the compute, by training and by hashing."""
    training, hashing = training_times(seed), hashing_times(seed)
    return {
        "training, variation": variation(training),
        "hashing, variation": variation(hashing),
        "training, one machine": win_share(training, 0.6),
        "training, series": series(games(training), 0.6),
        "training, more machines": win_shares(training, THREE_TO_TWO, seed=seed)[0],
        "training, four rivals": win_shares(training, ONE_TO_FOUR, seed=seed)[0],
        "hashing, one machine": win_share(hashing, 0.6),
        "hashing, more machines": win_shares(hashing, THREE_TO_TWO, seed=seed)[0],
        "hashing, four rivals": win_shares(hashing, ONE_TO_FOUR, seed=seed)[0],
    }


def findings(values: Values) -> Iterator[Finding]:
    """What the stored repetitions show of the races, {what: [a number for each seed]}."""
    text = spreads(values)
    one, more = values["training, one machine"], values["training, more machines"]
    seeds, theory = len(one), values["training, series"]
    yield claim(
        "With 60 % of the compute in one fast machine, training wins nearly all",
        measured=text["training, one machine"],
        control=f"as three equal machines against two: {text['training, more machines']}",
        expected=f"I_0.6(k, k), k = 1 / variation^2: {mean(theory):.3f}; machines 0.600",
        distance=apart(one, more, 0.25),
        also=[
            near(more, 0.6, error_of_share(0.6, RACES * seeds)) <= NEAR,
            within(one, theory, 0.03) >= APART,
        ],
    )
    yield claim(
        "Against four miners of 10 % he wins more still",
        measured=text["training, four rivals"],
        control=f"one of 40 %: {text['training, one machine']}",
        distance=apart(values["training, four rivals"], one),
    )
    rivals = "one machine", "more machines", "four rivals"
    error = math.sqrt(PAIRS / 300 / seeds)
    yield claim(
        "By hashing it does not matter how the compute is divided",
        measured=f"one machine {text['hashing, one machine']}, "
        f"three against two {text['hashing, more machines']}, "
        f"four rivals {text['hashing, four rivals']}",
        control=f"training: {', '.join(text[f'training, {rival}'] for rival in rivals)}",
        expected="0.6, memoryless",
        distance=min(within(values[f"hashing, {rival}"], 0.6, 0.05) for rival in rivals),
        also=[near(values["hashing, one machine"], 0.6, error) <= NEAR],
    )


def _checked(times):
    times = np.asarray(times, float)
    if times.ndim != 1 or len(times) < 2 or not (times > 0).all():
        raise ValueError(f"times must be two or more numbers above 0, not {times!r}")
    return times


def _check_miners(miners):
    if not is_count(miners) or miners < 2:
        raise ValueError(f"miners must be a whole number of at least 2, not {miners!r}")
