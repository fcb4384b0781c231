"""The network as scikit-learn estimators: fit, predict and score, in pipelines and searches too.

base.py has the parameters and what both share; fitting.py trains; labels.py reads classes.
"""

from nnlib.estimators.classifier import NeuralNetworkClassifier
from nnlib.estimators.regressor import NeuralNetworkRegressor

__all__ = ["NeuralNetworkClassifier", "NeuralNetworkRegressor"]
