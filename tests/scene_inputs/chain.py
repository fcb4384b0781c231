"""Random inputs of the chain builder: states that actions have led to, and one more action."""

from nnlib.scenes.chain import DEFAULTS, frame

WORDS = ["", "Mallory", "π😀 <b>", "x" * 30, 'quote " and \\ slash', "\t\u0000"]
NAMES = ["", "Alice", "Bob", "Carol", "Zoë", "A" * 40]
HEX = "0123456789abcdef"
ODD = ["0" * 73 + c + "F" * 86 for c in "ÉİK٣_²"]  # case and digits beyond ASCII


def random_inputs(rng):
    inputs = {**DEFAULTS, "difficulty": rng.randint(0, 12)}
    for _ in range(rng.randint(0, 4)):
        inputs = frame({**inputs, "edit": random_edit(rng)})["inputs"]
        if inputs["mining"] and inputs["mining"]["on"] and rng.random() < 0.8:
            inputs = frame({**inputs, "elapsed": rng.choice([7, 30.5, -1, None])})["inputs"]
    return inputs if rng.random() < 0.1 else {**inputs, "edit": random_edit(rng)}


def random_edit(rng):
    chain, block, item = rng.randint(0, 3), rng.randint(0, 4), rng.randint(0, 2)
    return rng.choice(
        [
            {"view": rng.choice(["chain", "peers", "header"])},
            {"difficulty": rng.choice([0, 3, 12, 20, 2.5, 21])},
            {f"{chain} {block} data": rng.choice([*WORDS, "x" * 1000, "y" * 1001])},
            {f"0 {block} nonce": rng.choice([0, 5, 2**53 - 1, 1.5, -1])},
            {f"0 {block} time": rng.choice([0, 1231006505, rng.randint(0, 2**40)])},
            {f"0 {block} difficulty": rng.randint(0, 23)},
            {f"0 {block} previous": "".join(rng.choices(HEX, k=rng.choice([63, 64])))},
            {f"0 {block} {item} sender": rng.choice(NAMES)},
            {f"0 {block} {item} receiver": rng.choice([*NAMES, "A" * 41])},
            {f"0 {block} {item} amount": rng.choice([0, 10, 50, 51, 2**53 - 1, 0.5])},
            {"action": rng.choice(["pay", "add", "remove", "verify", "stop"]), "block": block},
            {"action": "unpay", "block": block, "item": item},
            {"action": "mine", "chain": 0, "block": block},
            {"action": "mine", "chain": chain, "run": True},
            {"action": "add", "chain": rng.randint(1, 3)},
            {"action": "resolve"},
            {"tree": rng.choice([None, block]), "leaf": str(item)},
            {"preset": rng.choice(["0", "170", "100000", "125552"])},
            {"action": "flip", "view": "header"},
            {"header": "".join(rng.choices(HEX, k=rng.choice([8, 160])))},
            {"header": rng.choice(["", "zz", "\u00a0", "0" * 159 + "G", "ff " * 80, *ODD])},
            {"action": "flip", "header": rng.choice(ODD)},
        ]
    )
