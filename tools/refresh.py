"""Run notebooks from top to bottom and save them as they are committed: text outputs only.

What a machine adds (images, widget state, execution times, random ids) is left out, so that a
diff shows what a person changed. The book's build draws the rest.
"""

import sys

import nbformat
from nbclient import NotebookClient

TEXT = {"text/plain", "text/latex"}


def tidy(notebook):
    """Strip `notebook` in place to source, text outputs and the metadata a reader needs."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    keep = {"myst": notebook.metadata["myst"]} if "myst" in notebook.metadata else {}
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, "language_info": {"name": "python"}, **keep}
    )
    notebook.nbformat_minor = 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            output.pop("metadata", None)
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
        nbformat.write(tidy(notebook), path)
        print(f"{sum(c.cell_type == 'code' for c in notebook.cells)} cells")


if __name__ == "__main__":
    main(sys.argv[1:])
