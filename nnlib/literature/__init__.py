"""Working models of the reviewed papers, each with a control that could prove its claim wrong.

`python -m nnlib.literature` prints what they show, next to what was expected of them.
"""

from collections import namedtuple
from statistics import mean, stdev

# One line of the table: texts, but for `sound`, which says whether measured and control came out
# on the side that the claim needs.
Finding = namedtuple("Finding", "model claim expected measured control sound")


def spread(values, digits=3):
    """Return "mean ± standard deviation" of a sample of at least two numbers."""
    return f"{mean(values):.{digits}f} ± {stdev(values):.{digits}f}"
