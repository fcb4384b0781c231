"""`python -m nnlib.literature`: every claim of the seven models, re-run, beside its control.

The models run in separate processes, two at a time. `--save` also stores the table, dated, for
the overview of chapter 5. Exits with 1 if a finding is not sound.
"""

import importlib
import json
import sys
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from datetime import date

from nnlib.literature.full import RESULTS, progress

MODELS = (
    "deepring",
    "selfish_mining",
    "super_nodes",
    "useful_work",
    "peers",
    "speed",
    "reversal",
)


def findings(model):
    """Return the findings of the model as a list."""
    return list(importlib.import_module(f"nnlib.literature.{model}").findings())


def main(arguments=None):
    parser = ArgumentParser("python -m nnlib.literature", description=__doc__)
    parser.add_argument("--save", action="store_true", help="store the table for chapter 5")
    save = parser.parse_args(arguments).save
    with ProcessPoolExecutor(2) as pool:
        tables = list(progress(pool.map(findings, MODELS), "models"))
    rows = [row for table in tables for row in table]
    for model, table in zip(MODELS, tables, strict=True):
        print(f"\n{model}")
        for row in table:
            print(f"  {'sound    ' if row.sound else 'NOT SOUND'}  {row.claim}")
            for name in ("expected", "measured", "control"):
                print(f"               {name}: {getattr(row, name)}")
    sound = sum(bool(row.sound) for row in rows)
    print(f"\n{sound} of {len(rows)} findings are sound")
    if save:
        record = {
            "date": date.today().isoformat(),
            "rows": [[*row[:-1], bool(row.sound)] for row in rows],
        }
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        (RESULTS.parent / "findings.json").write_text(text, encoding="utf-8")
    return sound == len(rows)


if __name__ == "__main__":
    sys.exit(not main())
