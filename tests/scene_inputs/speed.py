"""Random inputs of block speed: all that its sliders and boxes take, and some they refuse."""


def random_inputs(rng):
    inputs = {
        "interval": rng.choice([600, rng.uniform(10, 1200), rng.randint(1, 120) * 10]),
        "size": rng.choice([1, rng.uniform(0.25, 32), rng.randint(1, 128) / 4]),
        "relay": rng.choice([55, 496, rng.uniform(50, 5000)]),
    }
    edit = {rng.choice(list(inputs)): rng.choice([rng.uniform(0, 2000), 32, -1])}
    return {**inputs, "edit": edit} if rng.random() < 0.3 else inputs
