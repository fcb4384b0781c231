"""`python -m nnlib.literature`: every claim of the seven models beside its control.

The table is drawn from the stored runs of 20 seeds. The first of those seeds (--seeds, default 1)
are run again, in parallel, and must repeat the stored figures: so the table is that of the code
as it stands. Exits with 1 if a finding is not sound or a stored figure does not repeat.
"""

import sys
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module

from nnlib.literature import MODELS
from nnlib.literature.evidence import Figures, Values
from nnlib.literature.full import SEEDS, lines, load, progress

TOLERANCE = 2e-6  # figures are stored to six decimals


def run(task: tuple[str, int]) -> Figures:
    """What the model shows with that seed, for task (model, seed)."""
    model, seed = task
    return import_module(f"nnlib.literature.{model}").figures(seed)


def changed(stored: Values, place: int, figures: Figures) -> list[str]:
    """The names whose figure for the seed at `place` is not the stored one."""
    if set(stored) != set(figures):
        return sorted(set(stored) ^ set(figures))

    def repeats(name: str, value: float) -> bool:
        return abs(stored[name][place] - value) <= TOLERANCE * max(1, abs(value))

    return [name for name, value in figures.items() if not repeats(name, value)]


def main(arguments: list[str] | None = None) -> bool:
    """The command line: prints the table; whether all is sound and all repeats."""
    parser = ArgumentParser("python -m nnlib.literature", description=__doc__)
    count = range(len(SEEDS) + 1)
    parser.add_argument(
        "--seeds", type=int, default=1, choices=count, help="how many stored seeds to run again"
    )
    seeds = parser.parse_args(arguments).seeds
    tasks = [(model, seed) for seed in range(seeds) for model in MODELS]
    with ProcessPoolExecutor() as pool:
        again = list(progress(pool.map(run, tasks), len(tasks), "runs"))
    sound, every = 0, 0
    for model in MODELS:
        record = load(model)
        rows = import_module(f"nnlib.literature.{model}").findings(record["values"])
        print(f"\n{model}: {len(record['seeds'])} seeds, {record['date']}")
        for row in rows:
            print(*(f"  {line}" for line in lines(row)), sep="\n")
        sound, every = sound + sum(row.sound for row in rows), every + len(rows)
    stale = [
        f"{model}, seed {seed}: {name}"
        for (model, seed), figures in zip(tasks, again, strict=True)
        for name in changed(load(model)["values"], seed, figures)
    ]
    print(f"\n{sound} of {every} findings are sound")
    print(f"{sum(map(len, again)) - len(stale)} of {sum(map(len, again))} figures repeat")
    print(*(f"  does not repeat: {each}" for each in stale), sep="\n", end="\n" if stale else "")
    return sound == every and not stale


if __name__ == "__main__":
    sys.exit(not main())
