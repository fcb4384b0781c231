"""Work that serves more than the race: what training proves, who wins, and matrix products instead.

The naive rule falls to a copier, its repair to the price of test digits (`rounds`, `forgers`);
training has a memory, so that one fast machine wins nearly all (`races`); the products of noisy
matrices have none (`matrix_work`, `products`). Chen et al. (2021) review learning in and for block
chains; the network as the work is a third direction.
"""

from collections.abc import Iterator
from functools import partial
from statistics import mean

import numpy as np

from nnlib.literature import evidence, full, products, races
from nnlib.literature.digits import classifier
from nnlib.literature.evidence import (
    APART,
    NEAR,
    Figures,
    Finding,
    Values,
    apart,
    near,
    spread,
    spreads,
    within,
)
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

claim = partial(evidence.claim, "useful work")

PASSES = 3  # a step takes each digit forward, and back, which costs at most two more passes
COPY_NOISE = 0.03  # the copier's best of 0.01, 0.02, 0.03, 0.05 against the paired rule
TRIES = 20  # the commitments of a copier who may make many
DIGITS = 3200  # a test of so many lets the paired rule accept honest work as often as the claim's


def of_training(seed: int) -> Figures:
    """The game by the rule of the claim: honest, with nothing to learn, and two forgers."""
    (_, done), (_, null) = blocks(seed), blocks(seed, null=True, rounds=3)
    good = [each.effort for each in done if each.accepted]
    trained = PASSES * np.array([each.trained for each in good])
    read = np.array([each.read for each in good])
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
        "work per check": np.median(trained / TEST),
        "all passes per check": np.median((trained + read) / TEST),
        "work per check, paired": np.median(trained / (2 * DIGITS)),
    }


def of_copies(seed: int) -> Figures:
    """The copier against both rules, and the digits that the paired rule takes."""
    tests, done = task(seed)[2], blocks(seed)[1]
    plain = copies(done, tests)
    noisy = copies(done, tests, COPY_NOISE, TRIES, seed)
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


PARTS = (of_training, of_copies, races.figures, products.figures)


def figures(seed: int) -> Figures:
    """What one seed shows, by name."""
    return {name: float(value) for part in PARTS for name, value in part(seed).items()}


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    text = spreads(values)
    return [
        *_of_training(values, text),
        *_of_copies(values, text),
        *races.findings(values),
        *products.findings(values),
    ]


def _of_training(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    seeds, guesses = len(values["end"]), sum(values["null, blocks"])
    yield claim(
        "Block by block, the network gets better on tests nobody had seen",
        measured=f"accuracy {text['end']} after 12 rounds",
        control=f"random labels: {text['null, fresh']}, {guesses:.0f} blocks",
        distance=apart(values["end"], values["null, fresh"], 0.5),
        also=[guesses == 0],
    )
    waited, late = values["waited, accepted"], values["no commit, accepted"]
    yield claim(
        "Sealing before the test stops whoever waits for the test",
        measured=f"{sum(waited):.0f} of {seeds} accepted",
        control=f"sealed after it: {sum(late):.0f} of {seeds} accepted, claiming 1, "
        f"in truth {text['no commit, true']}",
        distance=apart(late, waited, 0.5),
        also=[apart([0.97] * seeds, values["no commit, true"]) >= APART],
    )
    check, paired = values["work per check"], values["work per check, paired"]
    counted = [a - 96 * steps / 100 for a, steps in zip(check, values["steps"], strict=True)]
    yield claim(
        "Repaired, the check costs more than the training that it proves",
        measured=f"training / check {text['work per check, paired']}",
        control=f"the rule of the claim: {spread(check, 1)}",
        expected="the rule of the claim: 96 passes a step / 100",
        distance=min(apart(check, 3), apart([1] * seeds, paired, 0.5)),
        also=[near(counted, 0) <= NEAR],
    )


def _of_copies(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    plain, one = values["copies, accepted"], values["noisy copies, paired"]
    least = luckiest()
    yield claim(
        "Judged against the old network on the same test, a copier fails",
        measured=f"{text['noisy copies, paired']} of his noisy copies accepted",
        control=f"the rule of the claim: {text['copies, accepted']} of plain copies",
        expected=f"at most {least:.3f} (McNemar); "
        f"by the claim {text['copies, expected']} (binomial)",
        distance=apart(plain, one, 0.3),
        also=[mean(one) <= least, within(plain, values["copies, expected"], 0.1) >= APART],
    )
    yield claim(
        "He fails only with one commitment a miner",
        measured=f"any of {TRIES} accepted in {text['noisy copies, any of 20']} of the rounds",
        control=f"one: {text['noisy copies, paired']}",
        expected=f"at most {1 - (1 - mean(one)) ** TRIES:.3f}, were they independent",
        distance=apart(values["noisy copies, any of 20"], one, 0.1),
    )
    small, large = (f"honest, paired, {digits} digits" for digits in (100, DIGITS))
    honest = values["honest, accepted"]
    yield claim(
        "The repair costs digits: 100 no longer do",
        measured=f"honest blocks accepted: {text[small]}",
        control=f"the rule of the claim: {text['honest, accepted']}; "
        f"paired, {DIGITS} digits: {text[large]}",
        distance=apart(honest, values[small], 0.3),
        also=[within(values[large], honest, 0.1) >= APART],
    )


if __name__ == "__main__":
    full.main("useful_work", figures, findings)
