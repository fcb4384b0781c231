"""Who should keep the chain: committees chosen by lot, by hand, by straight lines or by a network.

A working model of the idea of Chen et al. (2018): a network scores the nodes, the best become super
nodes, a few others join by lot. Beside the network stand its rivals: a straight line trained on the
same data, and the best possible prediction, from the rules by which the world was made. The world
is in `committees`, the scores are in `scores`.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from nnlib.literature import evidence
from nnlib.literature.committees import (
    BAD,
    HONEST,
    NOISE,
    blocks_drawn,
    blocks_won,
    chains,
    gamed,
    judge,
    seats_of_copies,
    unsafe_by_lot,
)
from nnlib.literature.evidence import (
    APART,
    NEAR,
    Figures,
    Finding,
    Values,
    apart,
    error_of_share,
    near,
    spread,
    spreads,
    within,
)
from nnlib.literature.full import main
from nnlib.literature.scores import busy_network, by_hand, scorers

claim = partial(evidence.claim, "super nodes")

NAMES = 200  # that the attacker makes up
FRESH, BLOCKS = 300, 200  # chains to choose on, blocks to win: a seed


def figures(seed: int, count: int = 20) -> Figures:
    """One repetition: train on so many chains, choose on fresh ones: {what: number}."""
    rng = np.random.default_rng(seed)
    past, today = chains(count, rng), chains(FRESH, rng)
    lying = gamed(today, 0.5, rng)
    found = {}

    def look(name, nodes, scores):
        verdict = judge(nodes, scores, np.random.default_rng((seed, 2)))
        for what, number in verdict._asdict().items():
            found[f"{what}, {name}"] = number

    for name, score in scorers(past, seed).items():
        scores = score(today.features)
        look(name, today, scores)
        look(f"{name}, half lie", lying, score(lying.features))
        if name == "mean of three" or "transactions" in name:
            found[f"error, {name}"] = np.mean((scores - today.handled) ** 2)
            found[f"bias, {name}"] = np.mean(scores - today.handled)
        if name == "network, honesty":
            knowing = gamed(today, 0.5, rng, scores)
            look(f"{name}, half know", knowing, score(knowing.features))
    found["error, last"] = np.mean((today.features[..., -1] - today.handled) ** 2)
    look("oracle", today, today.handled - 100 * today.bad)
    blind, later = (chains(number, rng, hardware_noise=3) for number in (count, FRESH))
    look("mean of three, no hardware", later, by_hand(later.features, 0))
    busy = busy_network(blind, seed)
    look("network, transactions, no hardware", later, busy(later.features))
    crowd = chains(FRESH, rng, bad=BAD + NAMES)
    look("lot, made-up nodes", crowd, rng.random(crowd.bad.shape))
    found["blocks won, race"] = blocks_won(BAD + NAMES, rng, BLOCKS)
    found["blocks won, lottery"] = blocks_drawn(BAD + NAMES, rng, BLOCKS)
    return {name: float(number) for name, number in found.items()}


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    text = spreads(values)
    return [
        *_predictions(values, text),
        *_targets(values, text),
        *_liars(values, text),
        *_names(values, text),
    ]


def _predictions(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    """On predictions of the transactions, with honest reports."""
    average, network, line, best = (
        "mean of three",
        "network, transactions",
        "line, transactions",
        "best possible, transactions",
    )

    def error(name: str) -> list[float]:
        return values[f"error, {name}"]

    runs = len(error(average)) * FRESH * (HONEST + BAD)  # nodes looked at
    theory = 4 / 3 * NOISE**2  # noise of the next period, and a third of it from the mean
    yield claim(
        "even the best possible prediction of transactions picks worse than a mean of three (bad)",
        measured=f"{text[f'bad, {best}']}, with a squared error of {text[f'error, {best}']}",
        control=f"mean of three {text[f'bad, {average}']}, with {text[f'error, {average}']}",
        expected=f"squared error of the mean of three {theory:.3f}, 4/3 of the noise",
        distance=apart(values[f"bad, {best}"], values[f"bad, {average}"], 0.005),
        also=[
            apart(error(average), error(best), 0.015) > APART,
            near(error(average), theory, theory * (2 / runs) ** 0.5) < NEAR,
            near(values[f"bias, {best}"], 0, (0.28 / runs) ** 0.5) < NEAR,
        ],
    )
    yield claim(
        "on its own target the network gains nothing over a straight line (squared error)",
        measured=text[f"error, {network}"],
        control=f"straight line {text[f'error, {line}']}, refuted by a lead of 0.005; "
        f"best possible {text[f'error, {best}']}",
        distance=apart(error(network), error(line), -0.005),
        also=[apart(error(line), error(best), 0.005) > APART],
    )


def _targets(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    """On what the scores are trained for, with honest reports."""
    bad = {name[5:]: np.array(v) for name, v in values.items() if name.startswith("bad, ")}
    models, targets = ("network", "line", "best possible"), ("transactions", "honesty")
    kinds = [[bad[f"{model}, {target}"] for model in models] for target in targets]
    target = np.mean(kinds[0], 0) - np.mean(kinds[1], 0)
    model = np.max(np.ptp(kinds, axis=1), 0)
    yield claim(
        "the target, not the model: transactions or honesty (bad members more)",
        measured=spread(target),
        control=f"worst against best of three models, same target {spread(model)}",
        distance=apart(target, model, 0.01),
    )
    fair, hand = (values[f"transactions, {name}"] for name in ("network, honesty", "by hand"))
    yield claim(
        "three lines by hand: as safe, and busier than a network trained on honesty",
        measured=f"bad {text['bad, by hand']}, transactions {spread(hand, 1)}",
        control=f"network, honesty: bad {text['bad, network, honesty']}, "
        f"transactions {spread(fair, 1)}",
        distance=min(within(bad["by hand"], bad["network, honesty"], 0.005), apart(hand, fair, 4)),
    )
    usual, blind = (
        bad[f"network, transactions{hardware}"] - bad[f"mean of three{hardware}"]
        for hardware in ("", ", no hardware")
    )
    yield claim(
        "the hardware leads the network astray (bad members more than with the mean)",
        measured=spread(usual),
        control=f"hardware says nothing {spread(blind)}",
        distance=apart(usual, blind, 0.005),
        also=[within(blind, 0, 0.01) > APART],
    )


def _liars(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    hand, busy, fair = (
        f"unsafe, {name}, half lie"
        for name in ("by hand", "network, transactions", "network, honesty")
    )
    yield claim(
        "half of the bad copy the busiest: trained on honesty, a network holds out longer (unsafe)",
        measured=text[fair],
        control=f"trained on transactions {text[busy]}, by hand {text[hand]}; "
        f"a lot, which looks at nothing, {text['unsafe, lot']}",
        distance=min(apart(values[rival], values[fair], 0.15) for rival in (hand, busy)),
    )
    know, lie = (f"bad, network, honesty, half {what}" for what in ("know", "lie"))
    seats = seats_of_copies(0.5)
    yield claim(
        "until they copy what that network likes (bad members)",
        measured=text[know],
        control=f"they copy the busiest {text[lie]}",
        expected=f"{seats:.3f}, a count of seats",
        distance=apart(values[know], values[lie], 0.05),
        also=[within(values[know], seats, 0.03) > APART],
    )


def _names(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    """On made-up names: each row beside what its urn or its shares say."""

    def agree(name: str, chance: float, trials: int) -> bool:
        found = values[name]
        return near(found, chance, error_of_share(chance, trials * len(found))) < NEAR

    few, many = (unsafe_by_lot(HONEST + bad, bad) for bad in (BAD, BAD + NAMES))
    lot, crowd = "unsafe, lot", "unsafe, lot, made-up nodes"
    yield claim(
        f"{NAMES} free names take over the committee by lot (unsafe)",
        measured=text[crowd],
        control=f"without them {text[lot]}",
        expected=f"hypergeometric: {many:.3f}, without them {few:.3f}",
        distance=apart(values[crowd], values[lot], 0.3),
        also=[agree(lot, few, FRESH), agree(crowd, many, FRESH)],
    )
    machines, names = BAD / (HONEST + BAD), (BAD + NAMES) / (HONEST + BAD + NAMES)
    race, lottery = "blocks won, race", "blocks won, lottery"
    yield claim(
        f"in a race of hashes {NAMES} free names win nothing (blocks won)",
        measured=text[race],
        control=f"in a lottery of names {text[lottery]}",
        expected=f"{machines:.2f}, lottery {names:.2f}",
        distance=apart(values[lottery], values[race], 0.2),
        also=[agree(race, machines, BLOCKS), agree(lottery, names, BLOCKS)],
    )


if __name__ == "__main__":
    main("super_nodes", figures, findings)
