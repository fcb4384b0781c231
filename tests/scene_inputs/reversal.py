"""Random inputs of reversal odds: all that its sliders and boxes take, and some they refuse."""


def random_inputs(rng):
    share = rng.choice([rng.randint(1, 45) / 100, rng.uniform(0.01, 0.45), 0.45])
    inputs = {"share": share, "confirmations": rng.randint(0, 60)}
    edit = rng.choice([{"share": 0.5}, {"confirmations": 2.5}, {"confirmations": 60}])
    return {**inputs, "edit": edit} if rng.random() < 0.2 else inputs
