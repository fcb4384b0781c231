"""Random inputs of the ring inspector: an attacker's flips, and one more thing to do."""


def random_inputs(rng):
    """Return a state and, mostly, an event: one in three of them is refused."""
    flips = rng.sample(range(800), rng.choice([0, 0, 1, 1, 2, 5, 40, 800]))
    event = rng.choice(
        [
            None,
            {"set": ["weight"], "to": rng.randint(-1, 25)},
            {"set": ["rewrite"], "to": rng.choice([True, False, 1, "yes"])},
            {"do": "flip", "bit": rng.choice([*range(32), 30, 31, 32, 0.5])},
            {"do": "recover"},
            {"set": ["flipped"], "to": [rng.randint(0, 801) for _ in range(3)]},
        ]
    )
    return {
        "weight": rng.randrange(25),
        "flipped": flips,
        "rewrite": rng.random() < 0.4,
        "last": rng.choice(["none", "flip", "recover"]),
        "event": event,
    }
