"""The book's pictures: each function returns a Picture, SVG in the page's colors with alt text.

Every function takes one more keyword, `alt`, to replace the text it generates.
"""

from nnlib.figures.diagrams import network
from nnlib.figures.functions import activation
from nnlib.figures.one_neuron import neuron
from nnlib.figures.picture import Picture
from nnlib.figures.plots import bars, curves
from nnlib.figures.tables import confusion_matrix, decision_boundary, heatmap

__all__ = [
    "Picture",
    "activation",
    "bars",
    "confusion_matrix",
    "curves",
    "decision_boundary",
    "heatmap",
    "network",
    "neuron",
]
