"""DeepRing: the layers of a network sealed as blocks, so that a flipped bit is found and located.

A working model of the idea of Goel et al. (2019): a hash guards each layer, a replica repairs it,
and what the layers and their blocks cannot prove themselves, a root published elsewhere does.
"""

from functools import lru_cache

import numpy as np

from nnlib.literature import full
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.literature.evidence import APART, Finding, apart, near, spread, within
from nnlib.network import is_count, train
from nnlib.optimizers import Adam
from nnlib.ring import check, flipped, ledger_ok, locate, recover, replaced, seal

MODEL = "DeepRing"
TRAINING = 1200  # digits; the other 597 are the test
ALARM = 0.01  # the accuracy monitor speaks up when the accuracy falls by a point or more
SIGN, TOP = 63, 62  # places of bits in a double: its sign, and the first of its exponent
PLACES = range(63, 50, -1)  # the sign, the eleven bits of the exponent, the first of the fraction
RUIN = 0.1  # a flip that costs more than ten points of accuracy
COUNT = 100  # parameters drawn, of which one bit is flipped
FLIPS = 1000  # bits drawn, of all bits of the store
DRAWS = 5  # attacks to average over: which parameters they hit matters much


@lru_cache(maxsize=8)
def trained(seed=0):
    """The network that is to be guarded, 64-64-32-10 in float64; do not write to it, copy it."""
    X, labels = digits(seed)
    network = classifier(seed, hidden=(64, 32))
    for _ in train(network, X[:TRAINING], ONE_HOT[labels[:TRAINING]], Adam(3e-3), 20, rng=seed):
        pass
    network.parameters.flags.writeable = False
    return network


def test_set(seed=0):
    """The digits that the network has not seen: X and labels."""
    X, labels = digits(seed)
    return X[TRAINING:], labels[TRAINING:]


def save(network, dtype="<f8"):
    """The layers as they are stored: for each the bytes of [weights | biases], row by row."""
    return tuple(matrix.astype(dtype).tobytes() for matrix in network.matrices(network.parameters))


def load(network, layers):
    """A copy of the network with the parameters that `save` wrote, or whatever became of them."""
    copy = network.copy()
    copy.parameters[:] = np.frombuffer(b"".join(layers), "<f8")
    return copy


def tamper(network, layer, share, kind="sign", rng=None):
    """The attack: a copy with a share (0 to 1) of one layer's parameters changed, drawn by `rng`.

    kind: "sign" turns their signs; "noise" adds normal noise, with twice the layer's own spread.
    """
    if kind not in ("sign", "noise") or not 0 <= share <= 1:
        raise ValueError(f"kind must be 'sign' or 'noise' and share from 0 to 1, "
                         f"not {kind!r} and {share!r}")  # fmt: skip
    if type(layer) is not int or not 0 <= layer < len(network.weights):
        last = len(network.weights) - 1
        raise ValueError(f"layer must be a whole number from 0 to {last}, not {layer!r}")
    rng, copy = np.random.default_rng(rng), network.copy()
    values = copy.matrices(copy.parameters)[layer].reshape(-1)
    hit = rng.choice(len(values), round(share * len(values)), replace=False)
    values[hit] += -2 * values[hit] if kind == "sign" else rng.normal(0, 2 * values.std(), len(hit))
    return copy


def accuracy_after(seed, layer, share, kind="sign"):
    """The accuracy after such an attack, and after check and recovery: means of five attacks."""
    network, test = trained(seed), test_set(seed)
    ring, found = seal(save(network)), []
    for draw in range(DRAWS):
        ring = replaced(ring, save(tamper(network, layer, share, kind, [seed, layer, draw])))
        broken = accuracy(load(network, ring.store), *test)
        ring = ring if check(ring) else recover(ring)
        found.append((broken, accuracy(load(network, ring.store), *test)))
    return tuple(np.mean(found, axis=0).tolist())


def wrong_flips(ring, count, rng=None):
    """Of `count` single flipped bits, drawn by `rng` from all bits, those not located rightly.

    Rightly: the layer that holds the bit, and no other. A list of (layer, bit), hopefully empty.
    """
    ends, rng = np.cumsum([8 * len(layer) for layer in ring.store]), np.random.default_rng(rng)
    _check_count(count, ends[-1])
    wrong = []
    for at in rng.choice(ends[-1], count, replace=False):
        layer = int(np.searchsorted(ends, at, "right"))
        bit = int(at - ends[layer] + 8 * len(ring.store[layer]))
        store = list(ring.store)
        store[layer] = flipped(store[layer], bit)
        if locate(replaced(ring, store)) != [layer]:
            wrong.append((layer, bit))
    return wrong


@lru_cache(maxsize=64)
def flips(seed, bit, count=COUNT):
    """Flip one bit, from 0 (lowest) to 63 (sign), of `count` parameters drawn by seed, one by one.

    The parameters as they were, and the test digits that each flip costs: two arrays (count,). The
    same parameters are drawn for every bit.
    """
    network, rng = trained(seed).copy(), np.random.default_rng([seed, 9])
    _check_count(count, len(network.parameters))
    if type(bit) is not int or not 0 <= bit < 64:
        raise ValueError(f"bit must be a whole number from 0 to 63, not {bit!r}")
    bits, mask = network.parameters.view(np.uint64), np.uint64(1 << bit)
    at = rng.choice(len(bits), count, replace=False)
    values, right = network.parameters[at], []
    with np.errstate(over="ignore", invalid="ignore"):  # numbers of 1e300 do not stay finite
        for place in at:
            bits[place] ^= mask
            right.append(accuracy(network, *test_set(seed)))
            bits[place] ^= mask
    lost = (accuracy(network, *test_set(seed)) - np.array(right)) * len(test_set(seed)[1])
    return values, np.rint(lost)


def alarm(lost, total):
    """Whether the accuracy monitor speaks up at `lost` more of `total` digits wrong than before."""
    return lost / total >= ALARM


def monitor_misses(seed, bit=SIGN, count=COUNT):
    """The share of such flips of single bits at which the accuracy monitor stays silent."""
    _, lost = flips(seed, bit, count)
    return float(1 - alarm(lost, len(test_set(seed)[1])).mean())


def ruined(seed, bit, count=COUNT):
    """The share of flips that cost more than ten points: of all, positive and negative numbers."""
    values, lost = flips(seed, bit, count)
    bad = lost / len(test_set(seed)[1]) > RUIN
    return tuple(float(bad[which].mean()) for which in (values == values, values > 0, values < 0))


def _check_count(count, most):
    if not is_count(count) or count > most:
        raise ValueError(f"count must be a whole number above 0 and at most {most}, not {count!r}")


def figures(seed):
    """What one seed shows: numbers by name."""
    network, test = trained(seed), test_set(seed)
    ring, clean, total = seal(save(network)), accuracy(network, *test), len(test[1])
    forged = replaced(ring, save(tamper(network, 0, 0.5, rng=seed)), rewrite=True)
    single = network.astype("float32").astype("float64")  # saved once in 32 bits, and loaded
    attacks = [(layer, kind, share) for layer in range(3) for kind in ("sign", "noise")
               for share in (0.1, 0.2, 0.5)]  # fmt: skip
    after = {f"{kind}, {share} of layer {layer + 1}": accuracy_after(seed, layer, share, kind)
             for layer, kind, share in attacks}  # fmt: skip
    shares = {bit: ruined(seed, bit) for bit in PLACES}
    return {
        "clean": clean,
        "flips located": 1 - len(wrong_flips(ring, FLIPS, [seed, 8])) / FLIPS,
        "false alarms": len(locate(replaced(ring, save(load(network, ring.store))))),
        "false root alarms": float(not ledger_ok(ring)),
        "forged, local alarms": float(not check(forged)),
        "forged, root alarms": float(not ledger_ok(forged)),
        "float32, layers that alarm": len(locate(replaced(ring, save(single)))),
        "float32, accuracy": accuracy(single, *test),
        "digits until the monitor speaks": next(k for k in range(total) if alarm(k, total)),
        "monitor misses signs": monitor_misses(seed, SIGN),
        "monitor misses top bits": monitor_misses(seed, TOP),
        **{f"bit {bit}, accuracy": clean - flips(seed, bit)[1].mean() / total for bit in PLACES},
        **{f"bit {bit}, ruined": every for bit, (every, _, _) in shares.items()},
        "top bit, ruined of positive": shares[TOP][1],
        "top bit, ruined of negative": shares[TOP][2],
        **{name: broken for name, (broken, _) in after.items()},
        "lost after recovery": max(abs(clean - whole) for _, whole in after.values()),
    }


def findings(values):
    """What `values`, {name: [a number for each seed]}, show: a list of `evidence.Finding`."""
    of, told = values, {name: spread(numbers) for name, numbers in values.items()}
    total = {name: f"{sum(numbers):.0f}" for name, numbers in values.items()}
    seeds = len(of["clean"])
    half = [f"sign, 0.5 of layer {layer}" for layer in (1, 2, 3)]
    others = list(map(max, *(of[f"bit {bit}, ruined"] for bit in PLACES if bit != TOP)))

    def row(claim, measured, control, distance, also=True, expected=""):
        sound = distance >= APART and bool(also)
        return Finding(MODEL, claim, measured, control, expected, distance, sound)

    return [
        row("A single flipped bit is found and located",
            f"{FLIPS * sum(of['flips located']):.0f} of {FLIPS * seeds} located",
            f"untouched: {total['false alarms']} alarms",
            apart(of["flips located"], of["false alarms"], 0.5),
            min(of["flips located"]) == 1 and not any(of["false alarms"]), "SHA-256: all"),
        row("A monitor that speaks from one point on misses single turned signs",
            f"misses {told['monitor misses signs']}; speaks from "
            f"{spread(of['digits until the monitor speaks'], 0)} of 597 digits on",
            f"the same numbers' bit 62: misses {told['monitor misses top bits']}",
            apart(of["monitor misses signs"], of["monitor misses top bits"], 0.3),
            sum(of["monitor misses signs"]) / seeds > 0.97
            and near(of["digits until the monitor speaks"], 6) == 0, "6 of 597: the first point"),
        row("One bit can ruin the network: the exponent's first, in a positive number",
            f"more than ten points lost: {told['bit 62, ruined']} of all, "
            f"{told['top bit, ruined of positive']} of the positive",
            f"of the negative: {told['top bit, ruined of negative']}; the worst of twelve other "
            f"bits: {spread(others)}",
            min(apart(of["top bit, ruined of positive"], of["top bit, ruined of negative"], 0.5),
                apart(of["bit 62, ruined"], others, 0.2)), True, "Hong et al. 2019: 40-50 %"),
        row("Check and recovery undo an attack on half of a layer",
            f"recovered {told['clean']}, as before",
            f"no ring: {', '.join(told[name] for name in half)}",
            min(apart(of["clean"], of[name], 0.6) for name in half),
            max(of["lost after recovery"]) < 1e-9),
        row("Whoever rewrites the digests too is seen by the published root alone",
            f"root {total['forged, root alarms']} of {seeds}",
            f"local check: {total['forged, local alarms']}; root, untouched: "
            f"{total['false root alarms']}",
            min(apart(of["forged, root alarms"], of[name], 0.9)
                for name in ("forged, local alarms", "false root alarms"))),
        row("A harmless change alarms too: saved once in 32 bits",
            f"{total['float32, layers that alarm']} of {3 * seeds} layers alarm, accuracy "
            f"{told['float32, accuracy']}",
            f"saved once in 64 bits: {total['false alarms']} alarms, accuracy {told['clean']}",
            within(of["float32, accuracy"], of["clean"], 0.002),
            min(of["float32, layers that alarm"]) == 3 and not any(of["false alarms"])),
    ]  # fmt: skip


if __name__ == "__main__":
    full.main("deepring", figures, findings)
