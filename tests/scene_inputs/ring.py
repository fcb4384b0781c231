"""Random inputs of the ring inspector: an attacker's flips, and one more thing to do."""


def random_inputs(rng):
    flips = rng.sample(range(800), rng.choice([0, 0, 1, 1, 2, 5, 40, 800]))
    state = {"weight": rng.randrange(25), "flipped": flips, "rewrite": rng.random() < 0.4}
    edit = rng.choice(
        [
            None,
            {"weight": rng.randint(-1, 25)},
            {"rewrite": rng.choice([True, False, 1, "yes"])},
            {"action": "flip", "bit": rng.choice([*range(32), 30, 31, 32, 0.5])},
            {"action": "recover"},
            {"flipped": [rng.randint(0, 801) for _ in range(3)]},
        ]
    )
    return {**state, "edit": edit}
