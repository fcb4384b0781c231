"""Random inputs of the activation explorer, as its reader might reach them."""

from nnlib.activations import ACTIVATIONS


def random_inputs(rng):
    names = rng.sample(list(ACTIVATIONS), rng.randint(1, len(ACTIVATIONS)))
    y = rng.choice([rng.uniform(-6, 6), rng.randint(-600, 600) / 100, rng.randint(-6, 6)])
    return {"names": names, "a": rng.choice([1, rng.uniform(0.1, 3)]), "y": y}
