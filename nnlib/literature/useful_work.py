"""Work that serves more than the race: what training proves, who wins, and matrix products instead.

The naive rule falls to a copier, its repair to the price of test digits (`rounds`, `forgers`);
training has a memory, so that one fast machine wins nearly all (`races`); the products of noisy
matrices have none (`matrix_work`). Chen et al. (2021) review learning in and for block chains; the
network as the work is a third direction.
"""

import math
from statistics import mean

import numpy as np

from nnlib.literature import full, matrix_work, races
from nnlib.literature.digits import classifier
from nnlib.literature.evidence import APART, NEAR, Finding, apart, near, spread, within
from nnlib.literature.forgers import (
    accepted_networks,
    chance,
    copies,
    expected,
    forge,
    gains,
    hidden_accuracy,
    luckiest,
    takeover,
)
from nnlib.literature.rounds import TEST, blocks, task

MODEL = "useful work"
PASSES = 3  # a step takes each digit forward, and back, which costs at most two more passes
NOISE = 0.03  # the copier's best of 0.01, 0.02, 0.03, 0.05 against the paired rule
TRIES = 20  # the commitments of a copier who may make many
PAIRS = 0.0070  # win_share of n memoryless times at 0.6 has a variance of about PAIRS / n
DIGITS = 3200  # a test of so many lets the paired rule accept honest work as often as the claim's


def of_training(seed):
    """The game by the rule of the claim: honest, with nothing to learn, and two forgers."""
    (_, done), (_, null) = blocks(seed), blocks(seed, null=True, rounds=3)
    good = [each.effort for each in done if each.accepted]
    swapped, late = forge(seed), forge(seed, commit=False)
    return {
        "end": done[-1].fresh,
        "blocks": len(good),
        "blocks, paired": sum(each.accepted for each in blocks(seed, paired=True)[1]),
        "null, fresh": mean(each.fresh for each in null),
        "null, blocks": sum(each.accepted for each in null),
        "waited, accepted": swapped.accepted,
        "no commit, accepted": late.accepted,
        "no commit, true": late.fresh,
        "steps": np.median([each.steps for each in good]),
        "work per check": np.median([PASSES * each.trained / TEST for each in good]),
        "all passes per check": np.median([(PASSES * each.trained + each.read) / TEST
                                           for each in good]),
        "work per check, paired": np.median([PASSES * each.trained / (2 * DIGITS)
                                             for each in good]),
    }  # fmt: skip


def of_copies(seed):
    """The copier against both rules, and the digits that the paired rule takes."""
    tests, done = task(seed)[2], blocks(seed)[1]
    plain = copies(done, tests)
    noisy = copies(done, tests, NOISE, TRIES, seed)
    networks = [classifier(seed=[seed, 2])] + [each for _, each, _ in accepted_networks(done)]
    steps, leaps = gains(networks, tests), gains(networks, tests, 4)
    won, claim, true = takeover(done, tests)
    return {
        "honest, accepted": mean(each.accepted for each in done),
        "copies, accepted": mean(each.accepted for each in plain),
        "copies, expected": mean(expected(each.last, each.true) for each in plain),
        "copies, paired": mean(each.paired for each in plain),
        "noisy copies, paired": mean(each.paired / TRIES for each in noisy),
        "noisy copies, any of 20": mean(each.paired > 0 for each in noisy),
        "takeover, blocks": won,
        "takeover, claim": claim,
        "takeover, true": true,
        "honest, true": hidden_accuracy(networks[-1], tests),
        **{f"honest, paired, {n} digits": chance(steps, n) for n in (100, 400, 1600, DIGITS)},
        "four at once, paired, 100 digits": chance(leaps, 100),
    }


PARTS = (of_training, of_copies, races.figures, matrix_work.figures)


def figures(seed):
    """What one seed shows: numbers by name."""
    return {name: float(value) for part in PARTS for name, value in part(seed).items()}


def findings(values):
    """What many seeds show, a list of Finding; values are {name: [a number for each seed]}."""
    told = {name: spread(each) for name, each in values.items()}
    return [*_of_training(values, told), *_of_copies(values, told), *_of_races(values, told),
            *_of_matrices(values, told)]  # fmt: skip


def _row(claim, measured, control, expected, distance, *also):
    sound = bool(distance >= APART and all(also))
    return Finding(MODEL, claim, measured, control, expected, distance, sound)


def _of_training(v, told):
    seeds, check = len(v["end"]), v["work per check"]
    counted = [96 * steps / 100 for steps in v["steps"]]
    return [
        _row("Block by block, the network gets better on tests nobody had seen",
             f"accuracy {told['end']} after 12 rounds",
             f"random labels: {told['null, fresh']}, {sum(v['null, blocks']):.0f} blocks", "",
             apart(v["end"], v["null, fresh"], 0.5), not any(v["null, blocks"])),
        _row("Sealing before the test stops whoever waits for the test",
             f"{sum(v['waited, accepted']):.0f} of {seeds} accepted",
             f"sealed after it: {sum(v['no commit, accepted']):.0f} of {seeds} accepted, claiming "
             f"1, in truth {told['no commit, true']}", "",
             apart(v["no commit, accepted"], v["waited, accepted"], 0.5),
             apart([0.97] * seeds, v["no commit, true"]) >= APART),
        _row("Repaired, the check costs more than the training that it proves",
             f"training / check {told['work per check, paired']}",
             f"the rule of the claim: {spread(check, 1)}",
             "the rule of the claim: 96 passes a step / 100",
             min(apart(check, 3), apart([1] * seeds, v["work per check, paired"], 0.5)),
             near([a - b for a, b in zip(check, counted, strict=True)], 0) <= NEAR),
    ]  # fmt: skip


def _of_copies(v, told):
    one, least = v["noisy copies, paired"], luckiest()
    large = f"honest, paired, {DIGITS} digits"
    return [
        _row("Judged against the old network on the same test, a copier fails",
             f"{told['noisy copies, paired']} of his noisy copies accepted",
             f"the rule of the claim: {told['copies, accepted']} of plain copies",
             f"at most {least:.3f} (McNemar); by the claim {told['copies, expected']} (binomial)",
             apart(v["copies, accepted"], one, 0.3), mean(one) <= least,
             within(v["copies, accepted"], v["copies, expected"], 0.1) >= APART),
        _row("He fails only with one commitment a miner",
             f"any of {TRIES} accepted in {told['noisy copies, any of 20']} of the rounds",
             f"one: {told['noisy copies, paired']}",
             f"at most {1 - (1 - mean(one)) ** TRIES:.3f}, were they independent",
             apart(v["noisy copies, any of 20"], one, 0.1)),
        _row("The repair costs digits: 100 no longer do",
             f"honest blocks accepted: {told['honest, paired, 100 digits']}",
             f"the rule of the claim: {told['honest, accepted']}; paired, {DIGITS} digits: "
             f"{told[large]}", "",
             apart(v["honest, accepted"], v["honest, paired, 100 digits"], 0.3),
             within(v[large], v["honest, accepted"], 0.1) >= APART),
    ]  # fmt: skip


def _of_races(v, told):
    seeds = len(v["training, one machine"])
    sampled = math.sqrt(0.24 / races.RACES / seeds)
    return [
        _row("With 60 % of the compute in one fast machine, training wins nearly all",
             told["training, one machine"],
             f"as three equal machines against two: {told['training, more machines']}",
             f"I_0.6(k, k), k = 1 / variation^2: {mean(v['training, series']):.3f}; machines 0.600",
             apart(v["training, one machine"], v["training, more machines"], 0.25),
             near(v["training, more machines"], 0.6, sampled) <= NEAR,
             within(v["training, one machine"], v["training, series"], 0.03) >= APART),
        _row("Against four miners of 10 % he wins more still",
             told["training, four rivals"], f"one of 40 %: {told['training, one machine']}", "",
             apart(v["training, four rivals"], v["training, one machine"])),
        _row("By hashing it does not matter how the compute is divided",
             f"one machine {told['hashing, one machine']}, three against two "
             f"{told['hashing, more machines']}, four rivals {told['hashing, four rivals']}",
             f"training: {told['training, one machine']}, {told['training, more machines']}, "
             f"{told['training, four rivals']}", "0.6, memoryless",
             min(within(v[f"hashing, {rival}"], 0.6, 0.05)
                 for rival in ("one machine", "more machines", "four rivals")),
             near(v["hashing, one machine"], 0.6, math.sqrt(PAIRS / 300 / seeds)) <= NEAR),
    ]  # fmt: skip


def _of_matrices(v, told):
    seeds, luck = len(v["zeros"]), 0.5**matrix_work.BITS
    waits = matrix_work.PRODUCTS * 216 * luck  # about, of a seed
    tried = matrix_work.OTHERS**2 * 216 * luck
    return [
        _row("Products of noisy matrices have no memory: 60 % wins 60 %",
             f"wins {told['matrices, one machine']}, variation {told['matrices, variation']}",
             f"training: {told['training, one machine']}, {told['training, variation']}",
             f"0.6, and sqrt(1 - 1/64) = {math.sqrt(1 - luck):.3f}",
             apart(v["training, one machine"], v["matrices, one machine"], 0.2),
             near(v["matrices, one machine"], 0.6, math.sqrt(PAIRS / waits / seeds)) <= NEAR,
             near(v["matrices, variation"], math.sqrt(1 - luck), 1 / math.sqrt(waits * seeds))
             <= NEAR),
        _row("Behind the noise an easy input saves a tenth at most",
             f"winners a multiplication, in units of a random input: zeros {told['zeros']}, "
             f"rank 1 {told['easy input']}", f"no noise, rank 1: {told['easy input, no noise']}",
             "zeros 1.116, rank 1 1.000, no noise 7.810: multiplications counted",
             apart(v["easy input, no noise"], v["zeros"], 4),
             *(near(v[name], theory, theory * math.sqrt(2 / waits / seeds)) <= NEAR
               for name, theory in (("zeros", 1.116), ("easy input", 1.0),
                                    ("easy input, no noise", 7.810)))),
        _row("The work is bound to the header: under another the ticket is a new draw",
             f"{told['other header']} verify",
             f"no noise: {told['other header, no noise']}", f"1/64 = {luck:.4f}",
             apart(v["other header, no noise"], v["other header"], 0.5),
             near(v["other header"], luck, math.sqrt(luck / tried / seeds)) <= NEAR),
    ]  # fmt: skip


if __name__ == "__main__":
    full.main("useful_work", figures, findings)
