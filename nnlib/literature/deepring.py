"""DeepRing: the layers of a network sealed as blocks, so that a flipped bit is found and located.

A working model of the idea of Goel et al. (2019): a hash guards each layer, a replica repairs it,
and what the layers and their blocks cannot prove themselves, a root published elsewhere does.
"""

from functools import lru_cache

import numpy as np

from nnlib.literature import Finding, full, spread
from nnlib.literature.digits import ONE_HOT, accuracy, classifier, digits
from nnlib.network import is_count, train
from nnlib.optimizers import Adam
from nnlib.scenes._ring import check, flipped, ledger_ok, locate, recover, replaced, seal

MODEL = "DeepRing"
TRAINING = 1200  # digits; the other 597 are the test
ALARM = 0.01  # the accuracy monitor speaks up when the accuracy falls by a point or more
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


def monitor_misses(seed, count=400):
    """The share of `count` single parameters whose turned sign the accuracy monitor misses."""
    network, rng = trained(seed).copy(), np.random.default_rng([seed, 9])
    _check_count(count, len(network.parameters))
    clean, missed = accuracy(network, *test_set(seed)), 0
    for at in rng.choice(len(network.parameters), count, replace=False):
        network.parameters[at] *= -1
        missed += clean - accuracy(network, *test_set(seed)) < ALARM
        network.parameters[at] *= -1
    return missed / count


def _check_count(count, most):
    if not is_count(count) or count > most:
        raise ValueError(f"count must be a whole number above 0 and at most {most}, not {count!r}")


def figures(seed):
    """What one seed shows: numbers by name."""
    network, test = trained(seed), test_set(seed)
    ring, clean = seal(save(network)), accuracy(network, *test)
    ulp = network.copy()
    ulp.parameters[0] = np.nextafter(ulp.parameters[0], np.inf)
    forged = replaced(ring, save(tamper(network, 0, 0.5, rng=seed)), rewrite=True)
    single = network.astype("float32").astype("float64")  # saved once in 32 bits, and loaded
    attacks = [(layer, kind, share) for layer in range(3) for kind in ("sign", "noise")
               for share in (0.1, 0.2, 0.5)]  # fmt: skip
    after = {f"{kind}, {share} of layer {layer + 1}": accuracy_after(seed, layer, share, kind)
             for layer, kind, share in attacks}  # fmt: skip
    return {
        "clean": clean,
        "flips not located": len(wrong_flips(ring, 1000, [seed, 8])),
        "false alarms": len(locate(replaced(ring, save(load(network, ring.store))))),
        "monitor misses": monitor_misses(seed),
        "one ulp, layers found": len(locate(replaced(ring, save(ulp)))),
        "one ulp, accuracy lost": clean - accuracy(ulp, *test),
        "forged, local alarms": float(not check(forged)),
        "forged, root alarms": float(not ledger_ok(forged)),
        "float32, layers that alarm": len(locate(replaced(ring, save(single)))),
        "float32, accuracy lost": clean - accuracy(single, *test),
        **{name: broken for name, (broken, _) in after.items()},
        "lost after recovery": max(abs(clean - whole) for _, whole in after.values()),
    }


def findings(seeds=range(3)):
    """What the model shows, a list of Finding."""
    runs = [figures(seed) for seed in seeds]
    of = {name: [run[name] for run in runs] for name in runs[0]}
    told = {name: spread(values) for name, values in of.items()}
    total = {name: f"{sum(values):.0f}" for name, values in of.items()}
    signs = [f"sign, {share} of layer 1" for share in (0.1, 0.2, 0.5)]
    rows = [
        ("A single flipped bit is found and located", "1000 of 1000, 0 false alarms",
         f"{total['flips not located']} of {1000 * len(runs)} not located",
         f"untouched: {total['false alarms']} alarms",
         not any(of["flips not located"] + of["false alarms"])),
        ("The accuracy does not show it: a monitor misses single sign flips", ".970 ± .015",
         told["monitor misses"], f"one ulp: {total['one ulp, layers found']} of {len(runs)} found "
         f"by the ring, accuracy lost {max(of['one ulp, accuracy lost']):.3f}",
         min(of["monitor misses"]) > 0.9 and total["one ulp, layers found"] == str(len(runs))),
        ("Check and recovery undo an attack (signs of .1, .2, .5 of layer 1)",
         ".880, .689, .078; recovered .973", f"recovered {told['clean']}, as before",
         f"no ring: {', '.join(told[name] for name in signs)}",
         max(of["lost after recovery"]) < 1e-9 and max(of[signs[-1]]) < 0.4),
        ("Whoever rewrites the digests too is seen by the published root alone", "root 5 of 5",
         f"root {total['forged, root alarms']} of {len(runs)}",
         f"local check: {total['forged, local alarms']} of {len(runs)}",
         all(of["forged, root alarms"]) and not any(of["forged, local alarms"])),
        ("Harmless changes alarm as well: saved once in 32 bits", "alarms",
         f"{total['float32, layers that alarm']} of {3 * len(runs)} layers alarm",
         f"accuracy lost {max(of['float32, accuracy lost']):.3f}",
         min(of["float32, layers that alarm"]) == 3 and max(of["float32, accuracy lost"]) < 0.002),
    ]  # fmt: skip
    return [Finding(MODEL, *texts, bool(sound)) for *texts, sound in rows]


if __name__ == "__main__":
    full.main("deepring", figures, findings)
