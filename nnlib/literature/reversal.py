"""What "cannot be altered" is worth: an attacker rewrites a paid block and races the honest chain.

nnlib.security has both answers: Nakamoto's (2008), and the exact one of Rosenfeld
(arXiv:1402.2009), whose form as a series of coin tosses is here.
"""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from scipy.stats import binom

from nnlib.literature import evidence
from nnlib.literature.evidence import (
    NEAR,
    Figures,
    Finding,
    Values,
    apart,
    error_of_share,
    near,
    spread,
)
from nnlib.literature.full import main
from nnlib.security import MOST, checked, confirmations_needed, nakamoto, reversal, whole

# Nakamoto (2008), section 11: {share: {confirmations: chance}} and {share: confirmations for .1 %}
PRINTED = {
    0.1: {
        0: 1.0,
        1: 0.2045873,
        2: 0.0509779,
        3: 0.0131722,
        4: 0.0034552,
        5: 0.0009137,
        6: 0.0002428,
        7: 0.0000647,
        8: 0.0000173,
        9: 0.0000046,
        10: 0.0000012,
    },
    0.3: {
        0: 1.0,
        5: 0.1773523,
        10: 0.0416605,
        15: 0.0101008,
        20: 0.0024804,
        25: 0.0006132,
        30: 0.0001522,
        35: 0.0000379,
        40: 0.0000095,
        45: 0.0000024,
        50: 0.0000006,
    },
}
PRINTED_NEEDED = {0.1: 5, 0.15: 8, 0.2: 11, 0.25: 15, 0.3: 24, 0.35: 41, 0.4: 89, 0.45: 340}
# Rosenfeld (2014), the exact chance in percent for a share of .1: {confirmations: percent}
ROSENFELD = dict(enumerate((20.0, 5.6, 1.712, 0.546, 0.178, 0.059), 1))

claim = partial(evidence.claim, "reversal")

TRIALS = 200_000
FAIR = 500  # trials at one half of the power: each is long
GIVE_UP = 100
RISK = 0.001


def negative_binomial(share: float, confirmations: int) -> float:
    """The exact chance once more, term by term positive: share, 0 to 1/2, neither included.

    confirmations: a whole number from 1 to 100,000.  Either the attacker finds z blocks before the
    z-th honest one, or she is k < z behind then and makes it up: C(k + z - 1, k) p^z q^k times
    (q/p)^(z - k).  That product is C(k + z - 1, k) q^z p^k, the term of the first case too.  So the
    chance is twice that of winning a series of coin tosses to z.
    """
    q, z = checked("share", share, 0, 0.5), whole("confirmations", confirmations, 1, MOST)
    if q in (0, 0.5):
        raise ValueError(f"share must be above 0 and below 1/2, not {share!r}")
    last = q  # the term of k = z - 1, by a product of factors near 4 p q
    for k in range(1, z):
        last *= q * (1 - q) * 2 * (2 * k - 1) / k
    total = last
    for k in range(z - 1, 0, -1):
        last *= k / ((k + z - 1) * (1 - q))
        total += last
    return 2 * total


def simulate(
    share: float,
    confirmations: int,
    rng: np.random.Generator,
    trials: int = 100_000,
    poisson: bool = False,
    give_up: int = GIVE_UP,
) -> float:
    """Play `trials` races: the share of them, 0 to 1, in which the attacker levels the chains.

    share: 0 to 1, neither included.  confirmations: a whole number from 1 to 100,000.  poisson:
    draw the attacker's finds during the confirmations as Nakamoto assumes them, rather than block
    by block.  give_up, a whole number from 1 to 10,000: how far behind the attacker stops.
    """
    share, z = checked("share", share, 0, 1), whole("confirmations", confirmations, 1, MOST)
    trials, give_up = whole("trials", trials, 1), whole("give_up", give_up, 1, 10_000)
    if share in (0, 1):
        raise ValueError(f"share must be above 0 and below 1, not {share!r}")
    if poisson:
        behind = z - rng.poisson(z * share / (1 - share), trials)
    else:  # before each honest find the attacker has none, one, two ...
        behind = np.full(trials, 2 * z)
        for _ in range(z):
            behind -= rng.geometric(1 - share, trials)
    won, behind = np.count_nonzero(behind <= 0), behind[behind > 0].astype(np.int32)
    while behind.size:
        gains = rng.random(behind.size) < share
        behind += 1
        behind -= gains
        behind -= gains
        level, gone = np.count_nonzero(behind == 0), np.count_nonzero(behind >= give_up)
        won += level
        if level or gone:
            behind = behind[(behind > 0) & (behind < give_up)]
    return float(won / trials)


def figures(seed: int) -> Figures:
    """One repetition, as {what: number}: how often attackers of several shares come level."""
    rng = np.random.default_rng(seed)
    found = {
        "as Nakamoto assumes": simulate(0.1, 5, rng, TRIALS, poisson=True),
        "block by block": simulate(0.1, 5, rng, TRIALS),
        "one half": simulate(0.5, 5, rng, FAIR),
        "0.45": simulate(0.45, 5, rng, FAIR),
    }
    for share in 0.1, 0.2:
        z = confirmations_needed(share, RISK)
        found[f"{share}: enough"] = simulate(share, z, rng, TRIALS)
        found[f"{share}: one less"] = simulate(share, z - 1, rng, TRIALS)
    return found


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    return [*_tables(), *_assumptions(values), _needed(values), _half(values)]


def _tables() -> Iterator[Finding]:
    """Each formula against its own printed table and the other's: nothing is drawn at random."""
    his = [(q, z, round(value, 7), 7) for q, row in PRINTED.items() for z, value in row.items()]
    exact = [(0.1, z, round(value / 100, 5), 5) for z, value in ROSENFELD.items()]

    def agreeing(rows: list[tuple], chance: Callable[[float, int], float]) -> int:
        return sum(round(chance(q, z), digits) == value for q, z, value, digits in rows)

    for who, rows, formula, rival in (
        ("Nakamoto's", his, nakamoto, reversal),
        ("Rosenfeld's", exact, reversal, nakamoto),
    ):
        same, other = agreeing(rows, formula), agreeing(rows, rival)
        yield claim(
            f"{who} table follows from {who} formula, to the last digit",
            measured=f"{same} of {len(rows)} entries",
            control=f"the other formula agrees in {other}",
            expected=f"{len(rows)}, as printed",
            distance=None,
            also=[same == len(rows), other < len(rows) / 4],
        )


def _assumptions(values: Values) -> Iterator[Finding]:
    right, his = reversal(0.1, 5), nakamoto(0.1, 5)
    real, poisson = values["block by block"], values["as Nakamoto assumes"]
    for text, played, theory, other in (
        ("his figure holds if finds are Poisson (q = 0.1, z = 5)", poisson, his, real),
        ("played block by block the exact figure holds, about twice his", real, right, poisson),
    ):
        error = error_of_share(theory, TRIALS * len(played))
        yield claim(
            text,
            measured=spread(played, 5),
            control=f"the other assumption: {spread(other, 5)}",
            expected=f"{theory:.5f}",
            distance=abs(apart(played, other)),
            also=[near(played, theory, error) <= NEAR],
        )


def _needed(values: Values) -> Finding:
    shares = {share: confirmations_needed(share, RISK) for share in PRINTED_NEEDED}
    enough = [values[f"{share}: enough"] for share in (0.1, 0.2)]
    less = [values[f"{share}: one less"] for share in (0.1, 0.2)]
    return claim(
        "against 10 % and 20 % of the power it takes 6 and 13 confirmations for a risk of 0.1 %",
        measured=f"risk {' and '.join(spread(each, 5) for each in enough)}",
        control=f"one confirmation less: {' and '.join(spread(each, 5) for each in less)}; "
        "Nakamoto's 5 and 11",
        expected="6 and 13, the fewest with security.reversal below 0.1 %",
        distance=min(*(-apart(e, RISK) for e in enough), *(apart(e, RISK) for e in less)),
        also=[(shares[0.1], shares[0.2]) == (6, 13)],
    )


def _half(values: Values) -> Finding:
    """A fair walk gives up with the chance: blocks missing at the start, on average / GIVE_UP."""
    missing = sum((5 - k) * binom.pmf(k, 4 + k, 0.5) * 0.5 for k in range(5))
    theory, back, less = 1 - missing / GIVE_UP, values["one half"], values["0.45"]
    return claim(
        "with half of the power the attacker comes back, but where she gives up 100 behind",
        measured=spread(back),
        control=f"with 0.45 of the power, by more than 0.1: {spread(less)}",
        expected=f"{theory:.3f}, a fair walk; 1 if she never gave up",
        distance=apart(back, less, 0.1),
        also=[near(back, theory, error_of_share(theory, FAIR * len(back))) <= NEAR],
    )


if __name__ == "__main__":
    main("reversal", figures, findings)
