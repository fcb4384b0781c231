"""What peers gain together, what poison costs under each rule, and what the audits find.

The training itself is in `peer_training`, the rules in `aggregation`, the audits in `audits`.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from nnlib.literature import audits, evidence, full
from nnlib.literature.aggregation import RULES
from nnlib.literature.evidence import Figures, Finding, Values, apart, spreads, within
from nnlib.literature.peer_training import Run, audit, isolated, train_together

claim = partial(evidence.claim, "peer training")
Text = dict[str, str]  # the spread of each figure, by name

POISONS = ("reversed", "negated", "labels", "little")
LIARS: dict[str, Any] = {"attackers": 3, "since": 10}
# In the attacked rounds 10 to 25 of 25: the updates of the three liars.
GUILTY = frozenset((round_, peer) for round_ in range(10, 26) for peer in range(3))
FITTED = 1.5  # median lengths: above the longest honest update, 1.35, of runs with six seeds

# What to train, by name: the rule, and what `train_together` takes besides.
Trainings = dict[str, tuple[str, dict]]
OF_RULES: Trainings = {f"{rule}, honest": (rule, {}) for rule in RULES}
OF_RULES |= {
    f"{rule}, {attack}": (rule, LIARS | {"attack": attack}) for rule in RULES for attack in POISONS
}
OF_OTHERS: Trainings = {
    "all data in one place": ("mean", {"peers": 1}),
    "median, 5 reversed": ("median", {"attackers": 5, "since": 10}),
    "late": ("mean", {"attackers": 1, "since": 7, "attack": "late"}),
    "late, no ledger": ("mean", {"attackers": 1, "since": 7, "attack": "late", "ledger": False}),
}
OF_OTHERS |= {f"noise {sigma}": ("mean", {"noise": sigma}) for sigma in (0.03, 0.1, 0.3)}


def figures(seed: int) -> Figures:
    """What one repetition shows, by name."""
    return together(trained(seed)) | alone(seed)


def trained(seed: int, trainings: Trainings = OF_RULES | OF_OTHERS) -> dict[str, Run]:
    """The trainings' outcomes by name; the updates of those that nobody audits are dropped."""
    runs = {}
    with ThreadPoolExecutor(1) as pool:
        for name, (rule, how) in trainings.items():
            run = train_together(combine=RULES[rule], executor=pool, seed=seed, **how)
            audited_too = rule == "median" or name == "late"
            runs[name] = run if audited_too else run._replace(updates=np.empty(0))
    return runs


def together(runs: dict[str, Run]) -> Figures:
    """Accuracies at the end of the trainings, and what ledger and audits find in some of them."""
    found = {name: float(run.accuracies[-1]) for name, run in runs.items()}
    late, honest = runs["late"], runs["median, honest"]
    cheats = [(round_, 0) for round_ in range(7, 26)]
    found["late found"] = float(audit(late.chain, late.updates) == cheats)
    found["honest breaches"] = float(len(audit(honest.chain, honest.updates)))
    for attack in ("honest", *POISONS):
        found |= audited(attack, runs[f"median, {attack}"].updates)
    return found


def alone(seed: int) -> Figures:
    """Accuracies of the peers that learn alone."""
    accuracies = isolated(seed=seed)
    return {"alone, mean": float(accuracies.mean()), "alone, best": float(accuracies.max())}


def audited(attack: str, updates: np.ndarray) -> Figures:
    """Recall of the liars and number of honest updates flagged, for each audit."""
    flagged = {
        "length": audits.too_long(updates),
        "angle": audits.opposed(updates),
        "fitted length": audits.too_long(updates, FITTED),
        "closest": closest(updates),
    }
    guilty = GUILTY if attack != "honest" else frozenset()
    found = {}
    for name, flags in flagged.items():
        if guilty:
            found[f"{name}, {attack}: recall"] = len(guilty & set(flags)) / len(guilty)
        found[f"{name}, {attack}: false"] = float(len(set(flags) - guilty))
    return found


def closest(updates: np.ndarray, count: int = 3) -> list[tuple[int, int]]:
    """The (round, peer) of the `count` updates a round with the largest cosine to its median."""
    order = np.argsort(-audits.agreement(updates), axis=1, kind="stable")[:, :count]
    return [(r + 1, int(p)) for r, row in enumerate(order) for p in row]


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    text = spreads(values)
    return [*_of_rules(values, text), *_of_ledger(values, text), *_of_audits(values, text)]


def _of_rules(values: Values, text: Text) -> Iterator[Finding]:
    robust = [rule for rule in RULES if rule != "mean"]

    def lead(of: str, before: str, by: float = 0) -> float:
        return apart(values[of], values[before], by)

    def each(attack: str) -> str:
        return ", ".join(f"{rule} {text[f'{rule}, {attack}']}" for rule in robust)

    def against(rule: str) -> str:
        return f"{text[f'{rule}, reversed']}, without liars {text[f'{rule}, honest']}"

    yield claim(
        "Peers learn together what none learns alone; no digit leaves home",
        measured=f"accuracy {text['mean, honest']}",
        control=f"the best of the ten alone: {text['alone, best']}",
        distance=lead("mean, honest", "alone, best", 0.05),
    )
    yield claim(
        "Updates times -6 from 3 of 10 ruin the mean, and none of five robust rules",
        measured=each("reversed"),
        control=f"mean: {text['mean, reversed']}; "
        f"the median with 5 of 10: {text['median, 5 reversed']}",
        distance=min(
            lead("median, reversed", "median, 5 reversed", 0.4),
            *(lead(f"{rule}, reversed", "mean, reversed", 0.4) for rule in robust),
        ),
    )
    krum, honest = values["multi-Krum, reversed"], values["multi-Krum, honest"]
    yield claim(
        "Multi-Krum loses nothing to them where the median loses a tenth",
        measured=f"multi-Krum {against('multi-Krum')}",
        control=f"median: {against('median')}",
        distance=min(apart(krum, values["median, reversed"], 0.05), within(krum, honest, 0.03)),
    )
    yield claim(
        "Against the quiet attack no rule does as well as the undefended mean",
        measured=f"mean {text['mean, little']}, without liars {text['mean, honest']}",
        control=each("little"),
        distance=min(lead("mean, little", f"{rule}, little") for rule in robust),
    )


def _of_ledger(values: Values, text: Text) -> Iterator[Finding]:
    exact, breaches = values["late found"], values["honest breaches"]
    yield claim(
        "The ledger names who revealed other than committed, and when",
        measured=f"exactly rounds 7-25, peer 0: {sum(exact):.0f} of {len(exact)}; "
        f"accuracy {text['late']}",
        control=f"no ledger: {text['late, no ledger']}; honest updates named: {sum(breaches):.0f}",
        distance=apart(values["late"], values["late, no ledger"], 0.4),
        also=[all(exact), not any(breaches)],
    )


def _of_audits(values: Values, text: Text) -> Iterator[Finding]:
    seeds = len(values["mean, honest"])

    def recall(audit: str, attack: str) -> str:
        return text[f"{audit}, {attack}: recall"]

    def lead(audit: str, rival: str, by: float) -> float:
        return apart(values[f"{audit}: recall"], values[f"{rival}: recall"], by)

    def named(audit: str, attack: str = "honest") -> float:
        return sum(values[f"{audit}, {attack}: false"])

    yield claim(
        "Length alone names every update times -6",
        measured=f"recall {recall('length', 'reversed')}; "
        f"{named('length', 'reversed'):.0f} honest updates named",
        control=f"the same liars times -1: recall {recall('length', 'negated')}; "
        f"honest runs: {named('length'):.0f} named",
        distance=lead("length, reversed", "length, negated", 0.98),
        also=[named("length") + named("length", "reversed") == 0],
    )
    yield claim(
        "The angle names updates times -1, which length misses",
        measured=f"recall {recall('angle', 'negated')}",
        control=f"length: {recall('length', 'negated')}; "
        f"honest runs: {named('angle'):.0f} of {250 * seeds} named",
        distance=lead("angle, negated", "length, negated", 0.8),
        also=[named("angle") <= seeds],
    )
    yield claim(
        "Wrong labels slip by these audits' limits, not by the length itself",
        measured=f"limit {FITTED} medians, above all honest updates: "
        f"recall {recall('fitted length', 'labels')}; "
        f"honest runs: {named('fitted length'):.0f} named",
        control=f"limit 3: {recall('length', 'labels')}; angle: {recall('angle', 'labels')}",
        distance=min(
            lead("fitted length, labels", "length, labels", 0.5),
            lead("fitted length, labels", "angle, labels", 0.1),
        ),
        also=[named("fitted length") <= seeds],
    )
    yield claim(
        "A quiet attack, one deviation from the mean, passes both audits",
        measured=f"recall: length {recall('length', 'little')}, angle {recall('angle', 'little')}",
        control=f"times -6: {recall('length', 'reversed')}, {recall('angle', 'reversed')}; an "
        f"audit made for it, the three closest to the median: {recall('closest', 'little')}",
        distance=min(
            lead(f"{audit}, reversed", f"{audit}, little", 0.9) for audit in ("length", "angle")
        ),
    )


if __name__ == "__main__":
    full.main("peers", figures, findings)
