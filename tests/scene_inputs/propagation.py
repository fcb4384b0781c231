"""Random inputs of the propagation stepper: a state, often after some steps, and one more event."""

from nnlib.activations import ACTIVATIONS
from nnlib.scenes import propagation
from nnlib.scenes.propagation.mistakes import CHOICES

MOVES = ["first", "previous", "next", "last", "restart", "stop"]


def random_inputs(rng):
    state, event = {}, None
    for _ in range(rng.randint(1, 5)):
        state, _ = propagation.update(state, event)
        event = random_event(rng, state)
    return {**state, "event": event}


def random_event(rng, state):
    number = rng.choice([rng.uniform(-2, 2), rng.randint(-3, 3), round(rng.uniform(-1, 1), 2)])
    key = rng.choice(["inputs", "targets", "weights", "biases"])
    path, value = rng.choice([
        (["preset"], rng.choice(["source", "full", "mazur"])),
        ([rng.choice(["hidden", "output"])], rng.choice(list(ACTIVATIONS))),
        (some_path(rng, key, state[key]), number),
        ([key], state[key]),
        (["learning_rate"], rng.choice([0.1, 0.5, rng.uniform(0, 1), -1, 1e6])),
        (["mistake"], rng.choice(list(CHOICES))),
        (["train_biases"], rng.random() < 0.5),
    ])  # fmt: skip
    setting = {"set": path, "to": value}
    run = {"do": "run", "updates": rng.choice([1, 10, 100])}
    return rng.choice([setting, setting, setting, {"do": rng.choice(MOVES)}, run])


def some_path(rng, key, rows):
    path = [key]
    while isinstance(rows, list):
        path.append(rng.randrange(len(rows)))
        rows = rows[path[-1]]
    return path
