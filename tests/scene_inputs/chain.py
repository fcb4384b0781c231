"""Random inputs of the chain builder: states that events have led to, and one more event."""

from nnlib.scenes.chain import DEFAULTS, update

WORDS = ["", "Mallory", "π😀 <b>", "x" * 30, 'quote " and \\ slash', "\t\u0000"]
NAMES = ["", "Alice", "Bob", "Carol", "Zoë", "A" * 40]
HEX = "0123456789abcdef"
ODD = ["0" * 73 + c + "F" * 86 for c in "ÉİK٣_²"]  # case and digits beyond ASCII


def random_inputs(rng):
    state = {**DEFAULTS, "difficulty": rng.randint(0, 12)}
    for _ in range(rng.randint(0, 4)):
        state, _ = update(state, random_event(rng))
        if state["mining"] and state["mining"]["on"] and rng.random() < 0.8:
            state, _ = update(state, None, rng.choice([7, 30.5, -1, None]))
    return state if rng.random() < 0.1 else {**state, "event": random_event(rng)}


def random_event(rng):
    chain, block, item = rng.randint(0, 3), rng.randint(0, 4), rng.randint(0, 2)
    own, pay = ["blocks", block], ["blocks", block, "payments", item]
    any_own = ["peers", chain - 1, block] if chain else own
    path, values = rng.choice(
        [
            (["view"], ["chain", "peers", "header"]),
            (["difficulty"], [0, 3, 12, 20, 2.5, 21]),
            ([*any_own, "data"], [*WORDS, "x" * 1000, "y" * 1001]),
            ([*own, "nonce"], [0, 5, 2**53 - 1, 1.5, -1]),
            ([*own, "time"], [0, 1231006505, rng.randint(0, 2**40)]),
            ([*own, "difficulty"], range(24)),
            ([*own, "previous"], ["".join(rng.choices(HEX, k=rng.choice([63, 64])))]),
            ([*pay, "sender"], NAMES),
            ([*pay, "receiver"], [*NAMES, "A" * 41]),
            ([*pay, "amount"], [0, 10, 50, 51, 2**53 - 1, 0.5]),
            (["tree"], [None, block]),
            (["leaf"], [str(item)]),
            (["preset"], ["0", "170", "100000", "125552"]),
            (["header"], ["".join(rng.choices(HEX, k=rng.choice([8, 160])))]),
            (["header"], ["", "zz", "\u00a0", "0" * 159 + "G", "ff " * 80, *ODD]),
            (["blocks"], [DEFAULTS["blocks"][:block], DEFAULTS["blocks"]]),
            (None, ["pay", "add", "remove", "verify", "stop"]),
            (None, ["unpay", "resolve", "flip"]),
            (None, ["mine", "mine", "add"]),
        ]
    )
    if path:
        return {"set": path, "to": rng.choice(values)}
    where = {"chain": rng.choice([0, 0, chain]), "block": block, "item": item}
    return {"do": rng.choice(values), **where, "run": rng.random() < 0.5}
