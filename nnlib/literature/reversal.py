"""What "cannot be altered" is worth: an attacker rewrites a paid block and races the honest chain.

nnlib.security has both answers: Nakamoto's (2008), and the exact one, whose usual form is here.
"""

from math import comb

import numpy as np

from nnlib.literature import Finding, spread
from nnlib.literature.full import main
from nnlib.security import confirmations_needed, nakamoto, reversal

# Nakamoto (2008), section 11: {share: {confirmations: chance}} and {share: confirmations for .1 %}
PRINTED = {
    0.1: dict(enumerate((1.0, 0.2045873, 0.0509779, 0.0131722, 0.0034552, 0.0009137, 0.0002428,
                         0.0000647, 0.0000173, 0.0000046, 0.0000012))),
    0.3: dict(zip(range(0, 51, 5), (1.0, 0.1773523, 0.0416605, 0.0101008, 0.0024804, 0.0006132,
                                    0.0001522, 0.0000379, 0.0000095, 0.0000024, 0.0000006),
                  strict=True)),
}  # fmt: skip
PRINTED_NEEDED = {0.1: 5, 0.15: 8, 0.2: 11, 0.25: 15, 0.3: 24, 0.35: 41, 0.4: 89, 0.45: 340}


def negative_binomial(share, confirmations):
    """The exact chance once more, in the form closest to Nakamoto's; share below 1/2.

    C(k + z - 1, k) p^z q^k is the chance of k finds by the attacker before the z-th honest one,
    (q/p)^(z - k) that of making up what is then missing.
    """
    _check(share, confirmations)
    p, q, z = 1 - share, share, confirmations
    return 1 - sum(comb(k + z - 1, k) * p**z * q**k * (1 - (q / p) ** (z - k)) for k in range(z))


def simulate(share, confirmations, rng, trials=100_000, poisson=False, give_up=100):
    """Play `trials` races: the share of them, 0 to 1, in which the attacker levels the chains.

    share: 0 to 1, neither included.  confirmations: 1 or more.  poisson: draw the attacker's
    finds during the confirmations as Nakamoto assumes them, rather than block by block.
    give_up, 1 or more: how far behind the attacker stops.
    """
    _check(share, confirmations)
    for name, value in ("trials", trials), ("give_up", give_up):
        if not value >= 1:
            raise ValueError(f"{name} must be at least 1, not {value!r}")
    if poisson:
        finds = rng.poisson(confirmations * share / (1 - share), trials)
    else:  # before each honest find the attacker has none, one, two ...
        finds = rng.geometric(1 - share, (trials, confirmations)).sum(1) - confirmations
    behind = confirmations - finds
    won = np.count_nonzero(behind <= 0)
    behind = behind[behind > 0]
    while behind.size:
        behind = behind + np.where(rng.random(behind.size) < share, -1, 1)
        won += np.count_nonzero(behind == 0)
        behind = behind[(behind > 0) & (behind < give_up)]
    return float(won / trials)


def trial(seed):
    """One repetition, as {what: number}: an attacker of 10 %, 5 confirmations; one of one half."""
    rng = np.random.default_rng(seed)
    return {
        "as Nakamoto assumes": simulate(0.1, 5, rng, poisson=True),
        "block by block": simulate(0.1, 5, rng),
        "share one half": simulate(0.5, 5, rng, trials=400),
    }


def findings(seeds=range(5)):
    """What the model shows: a list of `nnlib.literature.Finding`."""
    trials = [trial(seed) for seed in seeds]
    column = {name: [each[name] for each in trials] for name in trials[0]}
    mean = {name: np.mean(values) for name, values in column.items()}
    told = {name: spread(values, 6) for name, values in column.items()}
    printed = [(q, z, chance) for q, row in PRINTED.items() for z, chance in row.items()]
    same, exact = (sum(round(chance(q, z), 7) == value for q, z, value in printed)
                   for chance in (nakamoto, reversal))  # fmt: skip
    his, right = nakamoto(0.1, 5), reversal(0.1, 5)
    band = 4 * (right / len(trials) / 100_000) ** 0.5  # four standard errors
    needed = [confirmations_needed(q, 0.001) for q in PRINTED_NEEDED]
    rows = [
        ("Nakamoto's table, to 7 decimals", f"{len(printed)} of {len(printed)} entries", str(same),
         f"the exact race agrees in {exact}, where z = 0", same == len(printed) and exact == 2),
        ("his figure holds if finds are Poisson (q = .1, z = 5)", "0.000913 ± 0.000048",
         told["as Nakamoto assumes"], f"block by block: {told['block by block']}",
         abs(mean["as Nakamoto assumes"] - his) < band),
        ("the real race is kinder to the attacker",
         "0.001855 ± 0.000067, exact 0.0017818, 1.95 times his",
         f"{told['block by block']}, exact {right:.7f}, {right / his:.2f} times his",
         f"his figure: {his:.7f}",
         abs(mean["block by block"] - right) < band < right - his),
        ("confirmations for a risk of .1 %, q = .1, .15 ... .45",
         "6 9 13 20 32 58 133, not given for .45", " ".join(map(str, needed)),
         "his: " + " ".join(map(str, PRINTED_NEEDED.values())),
         all(z > old for z, old in zip(needed, PRINTED_NEEDED.values(), strict=True))),
        ("with half of the power the attacker comes back (giving up 100 behind)",
         "0.9955 (giving up 200 behind)", spread(column["share one half"]),
         f"with a tenth: {told['block by block']}", 0.97 < mean["share one half"] < 1),
    ]  # fmt: skip
    return [Finding("reversal", *texts, bool(sound)) for *texts, sound in rows]


def _check(share, confirmations):
    if not 0 < share < 1:
        raise ValueError(f"share must be above 0 and below 1, not {share!r}")
    if not confirmations >= 1 or confirmations != int(confirmations):
        raise ValueError(f"confirmations must be a whole number from 1 on, not {confirmations!r}")


if __name__ == "__main__":
    main("reversal", trial, findings)
