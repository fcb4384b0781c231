"""Tickets from products of noisy matrices, played: their times, easy inputs, other headers."""

import math
from collections.abc import Iterator
from functools import partial
from statistics import mean

import numpy as np

from nnlib.literature import evidence
from nnlib.literature.evidence import NEAR, Figures, Finding, Values, apart, near, spreads
from nnlib.literature.matrix_work import (
    BITS,
    PRIME,
    TILE,
    easy_input,
    gaps,
    mine,
    ticket,
    verify,
)
from nnlib.literature.races import PAIRS, variation, win_share

claim = partial(evidence.claim, "useful work")

PRODUCTS = 60  # of a seed
OTHERS = 10  # products whose tickets are tried under as many other headers
PRICES = {"zeros": 1.116, "easy input": 1.0, "easy input, no noise": 7.810}  # counted


def figures(seed: int) -> Figures:
    """What one seed shows, by name."""
    headers = [f"seed {seed} block {number}" for number in range(PRODUCTS)]
    waits = gaps(headers, seed=seed)
    price = partial(price_of_input, headers, seed)
    hard = price(None)
    return {
        "matrices, variation": variation(waits),
        "matrices, one machine": win_share(waits, 0.6),
        "matrices, mean wait": waits.mean(),
        "zeros": price(0) / hard,
        "easy input": price(1) / hard,
        "easy input, no noise": price(1, 0) / price(None, 0),
        "other header": under_other_headers(headers, seed, TILE),
        "other header, no noise": under_other_headers(headers, seed, 0),
    }


def price_of_input(headers: list[str], seed: int, easy: int | None, rank: int = TILE) -> float:
    """Winning tiles a multiplication with such inputs; arguments as of `easy_input`."""
    runs = [
        easy_input(header, easy, rank, seed=[seed, number]) for number, header in enumerate(headers)
    ]
    won, cost = np.sum(runs, axis=0)
    return float(won / max(cost, 1))  # zeros without noise cost nothing


def under_other_headers(headers: list[str], seed: int, rank: int) -> float:
    """The share of the first headers' tickets that verify under the last ones."""
    rng, found = np.random.default_rng([seed, 12]), []
    for header in headers[:OTHERS]:
        A, B = rng.integers(PRIME, size=(2, 48, 48))
        won = [ticket(A, B, place) for place in mine(A, B, header, BITS, rank).tickets]
        found += [verify(each, other, BITS, rank) for each in won for other in headers[-OTHERS:]]
    return mean(found)


def findings(values: Values) -> Iterator[Finding]:
    """What the stored repetitions show of the products, {what: [a number for each seed]}."""
    text, luck = spreads(values), 0.5**BITS
    seeds = len(values["zeros"])
    waits = PRODUCTS * 216 * luck  # about, of a seed
    theory, error = math.sqrt(1 - luck), math.sqrt(PAIRS / waits / seeds)
    machine, varies = values["matrices, one machine"], values["matrices, variation"]
    yield claim(
        "Products of noisy matrices have no memory: 60 % wins 60 %",
        measured=f"wins {text['matrices, one machine']}, variation {text['matrices, variation']}",
        control=f"training: {text['training, one machine']}, {text['training, variation']}",
        expected=f"0.6, and sqrt(1 - 1/64) = {theory:.3f}",
        distance=apart(values["training, one machine"], machine, 0.2),
        also=[
            near(machine, 0.6, error) <= NEAR,
            near(varies, theory, 1 / math.sqrt(waits * seeds)) <= NEAR,
        ],
    )
    error = math.sqrt(2 / waits / seeds)  # relative
    yield claim(
        "Behind the noise an easy input saves a tenth at most",
        measured="winners a multiplication, in units of a random input: "
        f"zeros {text['zeros']}, rank 1 {text['easy input']}",
        control=f"no noise, rank 1: {text['easy input, no noise']}",
        expected="zeros 1.116, rank 1 1.000, no noise 7.810: multiplications counted",
        distance=apart(values["easy input, no noise"], values["zeros"], 4),
        also=[near(values[name], price, price * error) <= NEAR for name, price in PRICES.items()],
    )
    error = math.sqrt(luck / (OTHERS**2 * 216 * luck) / seeds)
    yield claim(
        "The work is bound to the header: under another the ticket is a new draw",
        measured=f"{text['other header']} verify",
        control=f"no noise: {text['other header, no noise']}",
        expected=f"1/64 = {luck:.4f}",
        distance=apart(values["other header, no noise"], values["other header"], 0.5),
        also=[near(values["other header"], luck, error) <= NEAR],
    )
