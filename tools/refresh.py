"""Run notebooks from top to bottom and save them as they are committed: text outputs only.

What a machine adds (images, widget state, execution times and counts) is left out, so that a
diff shows what a person changed. The book's build draws the rest. A cell keeps its id, from the
day it was made, unless another chapter has it too (a copied cell).
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4.nbbase import random_cell_id

TEXT = {"text/plain", "text/latex"}


def ids(paths):
    """The ids of all cells of the notebooks at `paths`."""
    return {c.get("id") for path in paths for c in nbformat.read(path, as_version=4).cells}


def tidy(notebook, taken=frozenset()):
    """Strip `notebook` in place to source, text outputs and the metadata a reader needs.

    A cell without an id, or with one of the ids in `taken`, gets a new one.
    """
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    keep = {"myst": notebook.metadata["myst"]} if "myst" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, "language_info": {"name": "python"}, **keep}
    )
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        if cell.get("id") in (None, *taken):
            cell.id = random_cell_id()
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        for output in cell.outputs:
            output.pop("metadata", None)
            if "execution_count" in output:
                output.execution_count = None
            if "data" in output:
                output.data = {k: v for k, v in output.data.items() if k in TEXT}
                output.metadata = {}
    return notebook


def main(paths):
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        print(f"{path} ...", end=" ", flush=True)
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": "chapters"}}
        ).execute()
        others = [p for p in Path("chapters").glob("*.ipynb") if not p.samefile(path)]
        nbformat.write(tidy(notebook, ids(others)), path)
        print(f"{sum(c.cell_type == 'code' for c in notebook.cells)} cells")


if __name__ == "__main__":
    main(sys.argv[1:])
