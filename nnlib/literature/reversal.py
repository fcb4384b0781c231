"""What "cannot be altered" is worth: an attacker rewrites a paid block and races the honest chain.

nnlib.security has both answers: Nakamoto's (2008), and the exact one of Rosenfeld
(arXiv:1402.2009), whose form as a series of coin tosses is here.
"""

import numpy as np
from scipy.stats import binom

from nnlib.literature.evidence import APART, NEAR, Finding, apart, near, spread
from nnlib.literature.full import main
from nnlib.security import MOST, checked, confirmations_needed, nakamoto, reversal, whole

# Nakamoto (2008), section 11: {share: {confirmations: chance}} and {share: confirmations for .1 %}
PRINTED = {
    0.1: dict(enumerate((1.0, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428,
                         0.0000647, 0.0000173, 0.0000046, 0.0000012))),
    0.3: dict(zip(range(0, 51, 5), (1.0, 0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132,
                                    0.0001522, 0.0000379, 0.0000095, 0.0000024, 0.0000006),
                  strict=True)),
}  # fmt: skip
PRINTED_NEEDED = {0.1: 5, 0.15: 8, 0.2: 11, 0.25: 15, 0.3: 24, 0.35: 41, 0.4: 89, 0.45: 340}
# Rosenfeld (2014), the exact chance in percent for a share of .1: {confirmations: percent}
ROSENFELD = dict(enumerate((20.0, 5.6, 1.712, 0.546, 0.178, 0.059), 1))

TRIALS = 200_000
FAIR = 500  # trials at one half of the power: each is long
GIVE_UP = 100
RISK = 0.001


def negative_binomial(share, confirmations):
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


def simulate(share, confirmations, rng, trials=100_000, poisson=False, give_up=GIVE_UP):
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
        finds = rng.poisson(z * share / (1 - share), trials)
    else:  # before each honest find the attacker has none, one, two ...
        finds = sum(rng.geometric(1 - share, trials) for _ in range(z)) - z
    behind = z - finds
    won = np.count_nonzero(behind <= 0)
    behind = behind[behind > 0]
    while behind.size:
        behind = behind + np.where(rng.random(behind.size) < share, -1, 1)
        won += np.count_nonzero(behind == 0)
        behind = behind[(behind > 0) & (behind < give_up)]
    return float(won / trials)


def figures(seed):
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


def findings(values):
    """What the model shows: a list of `evidence.Finding`."""
    return [*_tables(), *_assumptions(values), _needed(values), _half(values)]


def _tables():
    """Each formula against its own printed table and the other's: nothing is drawn at random."""
    his = [(q, z, round(value, 7), 7) for q, row in PRINTED.items() for z, value in row.items()]
    exact = [(0.1, z, round(value / 100, 5), 5) for z, value in ROSENFELD.items()]
    for who, rows, formula, rival in (
        ("Nakamoto's", his, nakamoto, reversal),
        ("Rosenfeld's", exact, reversal, nakamoto),
    ):
        same, other = (sum(round(chance(q, z), digits) == value for q, z, value, digits in rows)
                       for chance in (formula, rival))  # fmt: skip
        yield _row(
            f"{who} table follows from {who} formula, to the last digit",
            f"{same} of {len(rows)} entries",
            f"the other formula agrees in {other}",
            f"{len(rows)}, as printed",
            None,
            same == len(rows) and other < len(rows) / 4,
        )


def _assumptions(values):
    right, his = reversal(0.1, 5), nakamoto(0.1, 5)
    real, poisson = values["block by block"], values["as Nakamoto assumes"]
    for claim, played, theory, other in (
        ("his figure holds if finds are Poisson (q = 0.1, z = 5)", poisson, his, real),
        ("played block by block the exact figure holds, about twice his", real, right, poisson),
    ):
        distance = abs(apart(played, other))
        off = near(played, theory, _error(theory, TRIALS * len(played)))
        yield _row(claim, spread(played, 5), f"the other assumption: {spread(other, 5)}",
                   f"{theory:.5f}", distance, distance >= APART and off <= NEAR)  # fmt: skip


def _needed(values):
    shares = {share: confirmations_needed(share, RISK) for share in PRINTED_NEEDED}
    played = {share: (values[f"{share}: enough"], values[f"{share}: one less"])
              for share in (0.1, 0.2)}  # fmt: skip
    distance = min(min(-apart(enough, RISK), apart(less, RISK)) for enough, less in played.values())
    told = [" and ".join(spread(pair[k], 5) for pair in played.values()) for k in (0, 1)]
    return _row(
        "against 10 % and 20 % of the power it takes 6 and 13 confirmations for a risk of 0.1 %",
        f"risk {told[0]}",
        f"one confirmation less: {told[1]}; Nakamoto's 5 and 11",
        "6 and 13, the fewest with security.reversal below 0.1 %",
        distance,
        distance >= APART and (shares[0.1], shares[0.2]) == (6, 13),
    )


def _half(values):
    """A fair walk gives up with the chance: blocks missing at the start, on average / GIVE_UP."""
    missing = sum((5 - k) * binom.pmf(k, 4 + k, 0.5) * 0.5 for k in range(5))
    theory, back, less = 1 - missing / GIVE_UP, values["one half"], values["0.45"]
    distance = apart(back, less, 0.1)
    off = near(back, theory, _error(theory, FAIR * len(back)))
    return _row(
        "with half of the power the attacker comes back, but where she gives up 100 behind",
        spread(back),
        f"with 0.45 of the power, by more than 0.1: {spread(less)}",
        f"{theory:.3f}, a fair walk; 1 if she never gave up",
        distance,
        distance >= APART and off <= NEAR,
    )


def _error(chance, trials):
    return (chance * (1 - chance) / trials) ** 0.5


def _row(claim, measured, control, expected, distance, sound):
    return Finding("reversal", claim, measured, control, expected, distance, bool(sound))


if __name__ == "__main__":
    main("reversal", figures, findings)
