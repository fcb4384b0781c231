"""The package's front door."""

import subprocess
import sys

import pytest

import nnlib


def test_every_public_name_is_there():
    assert all(hasattr(nnlib, name) for name in nnlib.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        nnlib.nonsense  # noqa: B018


def test_the_scalar_half_loads_without_scikit_learn():
    code = "import sys, nnlib, nnlib.propagation; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_estimators_come_through_the_front_door():
    from nnlib import NeuralNetworkClassifier
    from nnlib.estimators import NeuralNetworkClassifier as original

    assert NeuralNetworkClassifier is original
