"""DeepRing: the layers of a network sealed as blocks, so that a flipped bit is found and located.

A working model of the idea of Goel et al. (2019): a hash guards each layer, a replica repairs it,
and what the layers and their blocks cannot prove themselves, a root published elsewhere does.
"""

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from nnlib.literature import evidence, full
from nnlib.literature.bit_flips import (
    SIGN,
    TOP,
    alarm,
    check_count,
    flips,
    monitor_misses,
    ruined,
    test_set,
    trained,
)
from nnlib.literature.digits import accuracy
from nnlib.literature.evidence import (
    Figures,
    Finding,
    Values,
    apart,
    near,
    spread,
    spreads,
    within,
)
from nnlib.network import Network
from nnlib.ring import Ring, check, flipped, ledger_ok, locate, recover, replaced, seal

Draw = int | list[int] | np.random.Generator | None  # what numpy.random.default_rng takes
claim = partial(evidence.claim, "DeepRing")

PLACES = range(63, 50, -1)  # the sign, the eleven bits of the exponent, the first of the fraction
FLIPS = 1000  # bits drawn, of all bits of the store
DRAWS = 5  # attacks to average over: which parameters they hit matters much
SHARES = 0.1, 0.2, 0.5  # of a layer's parameters


def save(network: Network, dtype: str = "<f8") -> tuple[bytes, ...]:
    """The layers as they are stored: for each the bytes of [weights | biases], row by row."""
    return tuple(matrix.astype(dtype).tobytes() for matrix in network.matrices(network.parameters))


def load(network: Network, layers: Sequence[bytes]) -> Network:
    """A copy of the network with the parameters that `save` wrote, or whatever became of them."""
    copy = network.copy()
    copy.parameters[:] = np.frombuffer(b"".join(layers), "<f8")
    return copy


def tamper(
    network: Network, layer: int, share: float, kind: str = "sign", rng: Draw = None
) -> Network:
    """The attack: a copy with a share (0 to 1) of one layer's parameters changed, drawn by `rng`.

    kind: "sign" turns their signs; "noise" adds normal noise, with twice the layer's own spread.
    """
    if kind not in ("sign", "noise") or not 0 <= share <= 1:
        raise ValueError(
            f"kind must be 'sign' or 'noise' and share from 0 to 1, not {kind!r} and {share!r}"
        )
    if type(layer) is not int or not 0 <= layer < len(network.weights):
        last = len(network.weights) - 1
        raise ValueError(f"layer must be a whole number from 0 to {last}, not {layer!r}")
    rng, copy = np.random.default_rng(rng), network.copy()
    values = copy.matrices(copy.parameters)[layer].reshape(-1)
    hit = rng.choice(len(values), round(share * len(values)), replace=False)
    values[hit] += -2 * values[hit] if kind == "sign" else rng.normal(0, 2 * values.std(), len(hit))
    return copy


def accuracy_after(seed: int, layer: int, share: float, kind: str = "sign") -> tuple[float, float]:
    """The accuracy after such an attack, and after check and recovery: means of five attacks."""
    network, test = trained(seed), test_set(seed)
    ring, found = seal(save(network)), []
    for draw in range(DRAWS):
        ring = replaced(ring, save(tamper(network, layer, share, kind, [seed, layer, draw])))
        broken = accuracy(load(network, ring.store), *test)
        ring = ring if check(ring) else recover(ring)
        found.append((broken, accuracy(load(network, ring.store), *test)))
    return tuple(np.mean(found, axis=0).tolist())


def wrong_flips(ring: Ring, count: int, rng: Draw = None) -> list[tuple[int, int]]:
    """Of `count` single flipped bits, drawn by `rng` from all bits, those not located rightly.

    Rightly: the layer that holds the bit, and no other. A list of (layer, bit), hopefully empty.
    """
    ends, rng = np.cumsum([8 * len(layer) for layer in ring.store]), np.random.default_rng(rng)
    check_count(count, ends[-1])
    wrong = []
    for at in rng.choice(ends[-1], count, replace=False):
        layer = int(np.searchsorted(ends, at, "right"))
        bit = int(at - ends[layer] + 8 * len(ring.store[layer]))
        store = list(ring.store)
        store[layer] = flipped(store[layer], bit)
        if locate(replaced(ring, store)) != [layer]:
            wrong.append((layer, bit))
    return wrong


def figures(seed: int) -> Figures:
    """What one seed shows, by name."""
    return of_the_ring(seed) | of_the_monitor(seed) | of_attacks(seed)


def of_the_ring(seed: int) -> Figures:
    """Which changes of the store alarm, and where."""
    network, test = trained(seed), test_set(seed)
    ring = seal(save(network))
    forged = replaced(ring, save(tamper(network, 0, 0.5, rng=seed)), rewrite=True)
    single = network.astype("float32").astype("float64")  # saved once in 32 bits, and loaded
    return {
        "clean": accuracy(network, *test),
        "flips located": 1 - len(wrong_flips(ring, FLIPS, [seed, 8])) / FLIPS,
        "false alarms": len(locate(replaced(ring, save(load(network, ring.store))))),
        "false root alarms": float(not ledger_ok(ring)),
        "forged, local alarms": float(not check(forged)),
        "forged, root alarms": float(not ledger_ok(forged)),
        "float32, layers that alarm": len(locate(replaced(ring, save(single)))),
        "float32, accuracy": accuracy(single, *test),
    }


def of_the_monitor(seed: int) -> Figures:
    """What single flips cost, and when a monitor of the accuracy speaks up."""
    test = test_set(seed)
    clean, total = accuracy(trained(seed), *test), len(test[1])
    shares = {bit: ruined(seed, bit) for bit in PLACES}
    lost = {bit: flips(seed, bit)[1].mean() / total for bit in PLACES}
    return {
        "digits until the monitor speaks": next(k for k in range(total) if alarm(k, total)),
        "monitor misses signs": monitor_misses(seed, SIGN),
        "monitor misses top bits": monitor_misses(seed, TOP),
        **{f"bit {bit}, accuracy": clean - lost[bit] for bit in PLACES},
        **{f"bit {bit}, ruined": every for bit, (every, _, _) in shares.items()},
        "top bit, ruined of positive": shares[TOP][1],
        "top bit, ruined of negative": shares[TOP][2],
    }


def of_attacks(seed: int) -> Figures:
    """The accuracy after attacks on whole layers, and what recovery leaves of the harm."""
    clean = accuracy(trained(seed), *test_set(seed))
    after = {
        f"{kind}, {share} of layer {layer + 1}": accuracy_after(seed, layer, share, kind)
        for layer in range(3)
        for kind in ("sign", "noise")
        for share in SHARES
    }
    lost = max(abs(clean - recovered) for _, recovered in after.values())
    return {name: broken for name, (broken, _) in after.items()} | {"lost after recovery": lost}


def findings(values: Values) -> list[Finding]:
    """What the stored repetitions show, {what: [a number for each seed]}."""
    text = spreads(values)
    total = {name: f"{sum(numbers):.0f}" for name, numbers in values.items()}
    return [
        _located(values, total),
        *_monitored(values, text),
        *_recovered(values, text, total),
        _harmless(values, text, total),
    ]


def _located(values: Values, total: dict[str, str]) -> Finding:
    located, false = values["flips located"], values["false alarms"]
    return claim(
        "A single flipped bit is found and located",
        measured=f"{FLIPS * sum(located):.0f} of {FLIPS * len(located)} located",
        control=f"untouched: {total['false alarms']} alarms",
        expected="SHA-256: all",
        distance=apart(located, false, 0.5),
        also=[min(located) == 1, not any(false)],
    )


def _monitored(values: Values, text: dict[str, str]) -> Iterator[Finding]:
    signs, top = values["monitor misses signs"], values["monitor misses top bits"]
    speaks = values["digits until the monitor speaks"]
    yield claim(
        "A monitor that speaks from one point on misses single turned signs",
        measured=f"misses {text['monitor misses signs']}; "
        f"speaks from {spread(speaks, 0)} of 597 digits on",
        control=f"the same numbers' bit 62: misses {text['monitor misses top bits']}",
        expected="6 of 597: the first point",
        distance=apart(signs, top, 0.3),
        also=[sum(signs) / len(signs) > 0.97, near(speaks, 6) == 0],
    )
    others = list(map(max, *(values[f"bit {bit}, ruined"] for bit in PLACES if bit != TOP)))
    positive, negative = (f"top bit, ruined of {sign}" for sign in ("positive", "negative"))
    yield claim(
        "One bit can ruin the network: the exponent's first, in a positive number",
        measured=f"more than ten points lost: {text['bit 62, ruined']} of all, "
        f"{text[positive]} of the positive",
        control=f"of the negative: {text[negative]}; "
        f"the worst of twelve other bits: {spread(others)}",
        expected="Hong et al. 2019: 40-50 %",
        distance=min(
            apart(values[positive], values[negative], 0.5),
            apart(values["bit 62, ruined"], others, 0.2),
        ),
    )


def _recovered(values: Values, text: dict[str, str], total: dict[str, str]) -> Iterator[Finding]:
    half = [f"sign, 0.5 of layer {layer}" for layer in (1, 2, 3)]
    yield claim(
        "Check and recovery undo an attack on half of a layer",
        measured=f"recovered {text['clean']}, as before",
        control=f"no ring: {', '.join(text[name] for name in half)}",
        distance=min(apart(values["clean"], values[name], 0.6) for name in half),
        also=[max(values["lost after recovery"]) < 1e-9],
    )
    root, local, false = (
        f"{what} alarms" for what in ("forged, root", "forged, local", "false root")
    )
    yield claim(
        "Whoever rewrites the digests too is seen by the published root alone",
        measured=f"root {total[root]} of {len(values[root])}",
        control=f"local check: {total[local]}; root, untouched: {total[false]}",
        distance=min(apart(values[root], values[rival], 0.9) for rival in (local, false)),
    )


def _harmless(values: Values, text: dict[str, str], total: dict[str, str]) -> Finding:
    alarms, false = values["float32, layers that alarm"], values["false alarms"]
    return claim(
        "A harmless change alarms too: saved once in 32 bits",
        measured=f"{total['float32, layers that alarm']} of {3 * len(alarms)} layers alarm, "
        f"accuracy {text['float32, accuracy']}",
        control=f"saved once in 64 bits: {total['false alarms']} alarms, accuracy {text['clean']}",
        distance=within(values["float32, accuracy"], values["clean"], 0.002),
        also=[min(alarms) == 3, not any(false)],
    )


if __name__ == "__main__":
    full.main("deepring", figures, findings)
