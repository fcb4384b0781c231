"""How nbval compares the chapters."""


def pytest_collectstart(collector):
    """Leave HTML out: committed notebooks hold text only (tools/refresh.py), so text is compared.

    A table's HTML and a picture's SVG are drawn from the same values as their text.
    """
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("text/html",)


def pytest_itemcollected(item):
    """Compare every cell: nbval takes one without a count, which none has here, for one not run."""
    if hasattr(item, "cell"):
        item.cell.execution_count = 1
