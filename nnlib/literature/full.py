"""Full runs of a model, over more seeds than a chapter can wait for; their results are kept, dated.

`python -m nnlib.literature.peers --full` runs and stores; chapters show what `load("peers")` and
the model's findings(load("peers")["values"]) give.
"""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date
from pathlib import Path
from platform import python_version
from statistics import mean, stdev
from typing import TextIO, TypeVar

import numpy as np

from nnlib import files
from nnlib.literature.evidence import Figures, Finding, Values

Item = TypeVar("Item")

RESULTS = Path(__file__).parent / "results"
SEEDS = range(20)


def progress(
    items: Iterable[Item], total: int, label: str, stream: TextIO | None = None
) -> Iterator[Item]:
    """Yield the `total` items as they come, with a bar in plain text on `stream` (stderr)."""
    stream = stream or sys.stderr

    def show(done: int) -> None:
        bar = "#" * (30 * done // max(total, 1))
        print(f"\r{label} [{bar:<30}] {done}/{total}", end="", file=stream, flush=True)

    show(0)
    for done, item in enumerate(items, 1):
        show(done)
        yield item
    print(file=stream)


def collect(runs: list[Figures]) -> Values:
    """{name: [a number for each seed]} from one dict of numbers for each seed."""
    return {name: [round(float(run[name]), 6) for run in runs] for name in runs[0]}


def store(
    model: str,
    figures: Callable[[int], Figures],
    seeds: Iterable[int] = SEEDS,
    folder: Path = RESULTS,
    pool: Executor | None = None,
) -> dict:
    """Run `figures(seed)`, a dict of numbers by name, for each seed; write and return the record.

    The record, folder/model.json: model, date (ISO 8601), python and numpy (versions), seeds, and
    values, {name: [a number for each seed]}. pool: a concurrent.futures.Executor to run them on.
    An interrupted run leaves the old record. ValueError if there are fewer than two seeds.
    """
    seeds = list(seeds)
    if len(seeds) < 2:
        raise ValueError(f"seeds must be two or more, for a spread, not {seeds!r}")
    runs = list(progress((pool.map if pool else map)(figures, seeds), len(seeds), model))
    record = {
        "model": model,
        "date": date.today().isoformat(),
        "python": python_version(),
        "numpy": np.__version__,
        "seeds": seeds,
        "values": collect(runs),
    }
    folder.mkdir(exist_ok=True)
    files.write(folder / f"{model}.json", json.dumps(record, indent=1) + "\n")
    return record


def load(model: str, folder: Path = RESULTS) -> dict:
    """The stored record of a model's full run. ValueError if there is none."""
    path = folder / f"{model}.json"
    if not path.is_file():
        command = f"python -m nnlib.literature.{model} --full"
        raise ValueError(f"no full run of {model!r} is stored; run: {command}")
    return json.loads(path.read_text(encoding="utf-8"))


def summary(record: dict) -> dict[str, tuple[float, float]]:
    """The record's values as {name: (mean, standard deviation)}."""
    return {name: (mean(v), stdev(v)) for name, v in record["values"].items()}


def lines(finding: Finding) -> Iterator[str]:
    """The finding as lines of text, its claim first."""
    yield f"{'sound    ' if finding.sound else 'NOT SOUND'}  {finding.claim}"
    yield f"             measured: {finding.measured}"
    yield f"             control:  {finding.control}"
    if finding.expected:
        yield f"             expected: {finding.expected}"
    if finding.distance is not None:
        yield f"             distance: {finding.distance:.1f} standard errors"


def main(
    model: str,
    figures: Callable[[int], Figures],
    findings: Callable[[Values], list[Finding]],
    arguments: list[str] | None = None,
    folder: Path = RESULTS,
) -> None:
    """The command line of one model: the findings of its stored run, or with --full a new one."""
    parser = ArgumentParser(f"python -m nnlib.literature.{model}", description=main.__doc__)
    parser.add_argument("--full", action="store_true", help=f"run {len(SEEDS)} seeds and store")
    if parser.parse_args(arguments).full:
        with ProcessPoolExecutor() as pool:
            record = store(model, figures, folder=folder, pool=pool)
        for name, (middle, width) in summary(record).items():
            print(f"{name:<40} {middle:10.4f} ± {width:.4f}")
        print(f"{len(record['seeds'])} seeds, {record['date']}, in {folder / model}.json")
    for finding in findings(load(model, folder)["values"]):
        print(*lines(finding), sep="\n")
