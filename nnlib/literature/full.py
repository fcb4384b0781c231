"""Full runs of a model, over more seeds than a chapter can wait for; their results are kept, dated.

`python -m nnlib.literature.peers --full` runs and stores; a chapter shows `load("peers")`.
"""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from platform import python_version
from statistics import mean, stdev

import numpy as np

RESULTS = Path(__file__).parent / "results"
SEEDS = range(20)


def progress(items, label, stream=None):
    """Yield the items, with a bar in plain text on `stream` (default: standard error)."""
    stream = stream or sys.stderr
    items = list(items)
    for done in range(len(items) + 1):
        bar = "#" * (30 * done // max(len(items), 1))
        print(f"\r{label} [{bar:<30}] {done}/{len(items)}", end="", file=stream, flush=True)
        if done < len(items):
            yield items[done]
    print(file=stream)


def store(model, figures, seeds=SEEDS, folder=RESULTS):
    """Run `figures(seed)`, a dict of numbers by name, for each seed; write and return the record.

    The record, folder/model.json: model, date (ISO 8601), python and numpy (versions), seeds, and
    values, {name: [a number for each seed]}. ValueError if there are fewer than two seeds.
    """
    seeds = list(seeds)
    if len(seeds) < 2:
        raise ValueError(f"seeds must be two or more, for a spread, not {seeds!r}")
    runs = [figures(seed) for seed in progress(seeds, model)]
    record = {
        "model": model,
        "date": date.today().isoformat(),
        "python": python_version(),
        "numpy": np.__version__,
        "seeds": seeds,
        "values": {name: [round(float(run[name]), 6) for run in runs] for name in runs[0]},
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{model}.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


def load(model, folder=RESULTS):
    """The stored record of a model's full run. ValueError if there is none."""
    path = folder / f"{model}.json"
    if not path.is_file():
        raise ValueError(f"no full run of {model!r} is stored; "
                         f"run: python -m nnlib.literature.{model} --full")  # fmt: skip
    return json.loads(path.read_text(encoding="utf-8"))


def summary(record):
    """The record's values as {name: (mean, standard deviation)}."""
    return {name: (mean(v), stdev(v)) for name, v in record["values"].items()}


def main(model, figures, findings, arguments=None, folder=RESULTS):
    """The command line of one model: its findings, or with --full the full run, stored."""
    parser = ArgumentParser(f"python -m nnlib.literature.{model}", description=main.__doc__)
    parser.add_argument("--full", action="store_true", help=f"run {len(SEEDS)} seeds and store")
    if parser.parse_args(arguments).full:
        record = store(model, figures, folder=folder)
        for name, (middle, width) in summary(record).items():
            print(f"{name:<32} {middle:8.3f} ± {width:.3f}")
        print(f"{len(record['seeds'])} seeds, {record['date']}, in {folder / model}.json")
        return
    for finding in findings():
        sound = "sound" if finding.sound else "NOT SOUND"
        print(f"{sound}: {finding.claim}\n  expected  {finding.expected}\n"
              f"  measured  {finding.measured}\n  control   {finding.control}")  # fmt: skip
