"""Random inputs of the propagation stepper: a state, often after some steps, and one more edit."""

from nnlib.scenes import propagation

ACTIONS = ["first", "previous", "next", "last", "update", "run 10", "run 100", "restart"]
FUNCTIONS = ["linear", "sigmoid", "tanh", "relu", "elu"]
MISTAKES = list(propagation.MISTAKE)


def random_inputs(rng):
    inputs = {}
    for _ in range(rng.randint(1, 5)):
        inputs = {**propagation.frame(inputs)["inputs"], "edit": random_edit(rng)}
    return inputs


def random_edit(rng):
    number = rng.choice([rng.uniform(-2, 2), rng.randint(-3, 3), round(rng.uniform(-1, 1), 2)])
    return rng.choice([
        {"preset": rng.choice(["source", "full", "mazur"])},
        {rng.choice(["hidden", "output"]): rng.choice(FUNCTIONS)},
        {rng.choice("xtwb") + str(rng.randint(1, 8)): number},
        {"learning_rate": rng.choice([0.1, 0.5, rng.uniform(0, 1), -1, 1e6])},
        {"mistake": rng.choice(MISTAKES)},
        {"train_biases": rng.random() < 0.5},
        {"action": rng.choice(ACTIONS)},
        {"action": rng.choice(ACTIONS)},
    ])  # fmt: skip
