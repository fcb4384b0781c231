"""What peers gain together, what poison costs under each rule, and what the audits find.

The training itself is in `peer_training`, the rules in `aggregation`, the audits in `audits`.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from nnlib.literature import audits, full
from nnlib.literature.aggregation import RULES
from nnlib.literature.evidence import APART, Finding, apart, spread, within
from nnlib.literature.peer_training import audit, isolated, train_together

MODEL = "peer training"
POISONS = ("reversed", "negated", "labels", "little")
LIARS = {"attackers": 3, "since": 10}
# In the attacked rounds 10 to 25 of 25: the updates of the three liars.
GUILTY = frozenset((round_, peer) for round_ in range(10, 26) for peer in range(3))
FITTED = 1.5  # median lengths: above the longest honest update, 1.35, of runs with six seeds

TABLE = {f"{rule}, honest": (rule, {}) for rule in RULES} | {
    f"{rule}, {attack}": (rule, LIARS | {"attack": attack}) for rule in RULES for attack in POISONS
}
MORE = {
    "all data in one place": ("mean", {"peers": 1}),
    "median, 5 reversed": ("median", {"attackers": 5, "since": 10}),
    "late": ("mean", {"attackers": 1, "since": 7, "attack": "late"}),
    "late, no ledger": ("mean", {"attackers": 1, "since": 7, "attack": "late", "ledger": False}),
} | {f"noise {sigma}": ("mean", {"noise": sigma}) for sigma in (0.03, 0.1, 0.3)}


def figures(seed, runs=TABLE | MORE):
    """Accuracies at the end of `runs`, and what audits find in those by the median, by name."""
    values, kept = {}, {}
    with ThreadPoolExecutor(1) as pool:
        for name, (rule, how) in runs.items():
            run = train_together(combine=RULES[rule], executor=pool, seed=seed, **how)
            values[name] = float(run.accuracies[-1])
            if rule == "median" or name == "late":
                kept[name] = run
    alone = isolated(seed=seed)
    late, honest = kept["late"], kept["median, honest"]
    values["alone, mean"], values["alone, best"] = float(alone.mean()), float(alone.max())
    cheats = [(round_, 0) for round_ in range(7, 26)]
    values["late found"] = float(audit(late.chain, late.updates) == cheats)
    values["honest breaches"] = float(len(audit(honest.chain, honest.updates)))
    for attack in ("honest", *POISONS):
        values |= audited(attack, kept[f"median, {attack}"].updates)
    return values


def audited(attack, updates):
    """Recall of the liars and number of honest updates flagged, for each audit."""
    found = {
        "length": audits.too_long(updates),
        "angle": audits.opposed(updates),
        "fitted length": audits.too_long(updates, FITTED),
        "closest": closest(updates),
    }
    guilty = GUILTY if attack != "honest" else frozenset()
    values = {}
    for name, flags in found.items():
        if guilty:
            values[f"{name}, {attack}: recall"] = len(guilty & set(flags)) / len(guilty)
        values[f"{name}, {attack}: false"] = float(len(set(flags) - guilty))
    return values


def closest(updates, count=3):
    """The (round, peer) of the `count` updates a round with the largest cosine to its median."""
    order = np.argsort(-audits.agreement(updates), axis=1, kind="stable")[:, :count]
    return [(r + 1, int(p)) for r, row in enumerate(order) for p in row]


def findings(values):
    """What `values`, {name: [a number for each seed]}, show: a list of `evidence.Finding`."""
    return [*_of_rules(values), *_of_audits(values)]


def row(claim, measured, control, distance, also=True):
    return Finding(MODEL, claim, measured, control, "", distance, distance >= APART and also)


def _of_rules(of):
    told = {name: spread(numbers) for name, numbers in of.items()}
    robust = [rule for rule in RULES if rule != "mean"]

    def hold(rule, rival, by):
        return apart(of[rule], of[rival], by)

    return [
        row("Peers learn together what none learns alone; no digit leaves home",
            f"accuracy {told['mean, honest']}", f"the best of the ten alone: {told['alone, best']}",
            hold("mean, honest", "alone, best", 0.05)),
        row("Updates times -6 from 3 of 10 ruin the mean, and none of five robust rules",
            ", ".join(f"{rule} {told[f'{rule}, reversed']}" for rule in robust),
            f"mean: {told['mean, reversed']}; the median with 5 of 10: "
            f"{told['median, 5 reversed']}",
            min(hold("median, reversed", "median, 5 reversed", 0.4),
                *(hold(f"{rule}, reversed", "mean, reversed", 0.4) for rule in robust))),
        row("Multi-Krum loses nothing to them where the median loses a tenth",
            f"multi-Krum {told['multi-Krum, reversed']}, without liars "
            f"{told['multi-Krum, honest']}",
            f"median: {told['median, reversed']}, without liars {told['median, honest']}",
            min(hold("multi-Krum, reversed", "median, reversed", 0.05),
                within(of["multi-Krum, reversed"], of["multi-Krum, honest"], 0.03))),
        row("Against the quiet attack no rule does as well as the undefended mean",
            f"mean {told['mean, little']}, without liars {told['mean, honest']}",
            ", ".join(f"{rule} {told[f'{rule}, little']}" for rule in robust),
            min(hold("mean, little", f"{rule}, little", 0) for rule in robust)),
        row("The ledger names who revealed other than committed, and when",
            f"exactly rounds 7-25, peer 0: {sum(of['late found']):.0f} of {len(of['late found'])}; "
            f"accuracy {told['late']}", f"no ledger: {told['late, no ledger']}; honest updates "
            f"named: {sum(of['honest breaches']):.0f}", hold("late", "late, no ledger", 0.4),
            all(of["late found"]) and not any(of["honest breaches"])),
    ]  # fmt: skip


def _of_audits(of):
    told = {name: spread(numbers) for name, numbers in of.items()}

    def hold(audit, rival, by):
        return apart(of[f"{audit}: recall"], of[f"{rival}: recall"], by)

    def recalls(audit, attack):
        return told[f"{audit}, {attack}: recall"]

    def flags(audit):
        return sum(of[f"{audit}, honest: false"])

    return [
        row("Length alone names every update times -6",
            f"recall {recalls('length', 'reversed')}; {sum(of['length, reversed: false']):.0f} "
            "honest updates named", f"the same liars times -1: recall "
            f"{recalls('length', 'negated')}; honest runs: {flags('length'):.0f} named",
            hold("length, reversed", "length, negated", 0.98),
            flags("length") + sum(of["length, reversed: false"]) == 0),
        row("The angle names updates times -1, which length misses",
            f"recall {recalls('angle', 'negated')}", f"length: {recalls('length', 'negated')}; "
            f"honest runs: {flags('angle'):.0f} of {250 * len(of['mean, honest'])} named",
            hold("angle, negated", "length, negated", 0.8),
            flags("angle") <= len(of["mean, honest"])),
        row("Wrong labels slip by these audits' limits, not by the length itself",
            f"limit {FITTED} medians, above all honest updates: recall "
            f"{recalls('fitted length', 'labels')}; honest runs: {flags('fitted length'):.0f} "
            "named", f"limit 3: {recalls('length', 'labels')}; angle: {recalls('angle', 'labels')}",
            min(hold("fitted length, labels", "length, labels", 0.5),
                hold("fitted length, labels", "angle, labels", 0.1)),
            flags("fitted length") <= len(of["mean, honest"])),
        row("A quiet attack, one deviation from the mean, passes both audits",
            f"recall: length {recalls('length', 'little')}, angle {recalls('angle', 'little')}",
            f"times -6: {recalls('length', 'reversed')}, {recalls('angle', 'reversed')}; an audit "
            f"made for it, the three closest to the median: {recalls('closest', 'little')}",
            min(hold(f"{audit}, reversed", f"{audit}, little", 0.9)
                for audit in ("length", "angle"))),
    ]  # fmt: skip


if __name__ == "__main__":
    full.main("peers", figures, findings)
