"""Data for the chapters: the Titanic table shipped inside the package, and two small toys."""

from importlib.resources import files
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.datasets import make_moons

from nnlib.arithmetic import finite
from nnlib.text import told


def load_titanic() -> pd.DataFrame:
    """The passengers of the Titanic: DataFrame of 891 rows and 12 columns, missing values as NaN.

    Survived (0 or 1), Pclass (1-3), Name, Sex, Age (years), SibSp (siblings and spouses aboard),
    Parch (parents and children aboard), Ticket, Fare (pounds), Cabin, Embarked (S, C or Q), and
    PassengerId. This is the training part of Kaggle's "Titanic: Machine Learning from Disaster"
    as in Paul Hendricks' R package titanic (CC0); the passenger list goes back to Encyclopedia
    Titanica through Thomas Cason's titanic3, "obtained from http://hbiostat.org/data courtesy of
    the Vanderbilt University Department of Biostatistics". See nnlib/data/ORIGIN.md.
    """
    with files("nnlib").joinpath("data", "titanic.csv").open("rb") as file:
        return pd.read_csv(file)


def xor() -> tuple[np.ndarray, np.ndarray]:
    """The four points of exclusive or: X float64 (4, 2), y int (4,), 1 where the inputs differ."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0])


def two_moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaved half circles: X float64 (n, 2), y int (n,), one class for each half.

    `noise` is the standard deviation added to each coordinate. By sklearn.datasets.make_moons.
    ValueError if n is not a whole number >= 2, noise not a number >= 0, seed not from 0 to
    2**32 - 1.
    """
    if isinstance(n, bool) or not isinstance(n, Integral) or n < 2:
        raise ValueError(f"n must be a whole number >= 2, not {told(n)}")
    if finite("noise", noise) < 0:
        raise ValueError(f"noise must be a finite number >= 0, not {told(noise)}")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be a whole number from 0 to 2**32 - 1, not {told(seed)}")
    return make_moons(int(n), noise=abs(float(noise)), random_state=int(seed))  # abs: of -0.0
