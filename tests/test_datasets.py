"""The data are the published ones, and the toys are what their names say."""

from hashlib import sha256
from importlib.resources import files

import numpy as np
import pytest

from nnlib.datasets import load_titanic, two_moons, xor


def test_titanic_is_the_published_file():
    data = files("nnlib").joinpath("data", "titanic.csv").read_bytes()
    expected = "4a437fde05fe5264e1701a7387ac6fb75393772ba38bb2c9c566405af5af4bd7"
    assert sha256(data).hexdigest() == expected  # nnlib/data/ORIGIN.md


def test_titanic_has_the_published_counts():
    table = load_titanic()
    assert table.shape == (891, 12)
    assert list(table.PassengerId) == list(range(1, 892))
    # Kaggle's description of the training set; 342 survived, 577 men, 314 women.
    assert table.Survived.sum() == 342
    assert table.Sex.value_counts().to_dict() == {"male": 577, "female": 314}
    assert table.Pclass.value_counts().to_dict() == {3: 491, 1: 216, 2: 184}
    missing = table.isna().sum()
    assert missing[missing > 0].to_dict() == {"Age": 177, "Cabin": 687, "Embarked": 2}
    assert len(table.dropna()) == 183  # the rows that the source's own result was computed on


def test_titanic_is_read_anew_each_time():
    del load_titanic()["Age"]
    assert "Age" in load_titanic()


def test_xor_is_exclusive_or_and_no_line_separates_it():
    X, y = xor()
    assert y.tolist() == [int(a) ^ int(b) for a, b in X]
    # Least squares with an intercept sees nothing: 1/2 everywhere, a mean squared error of 1/4.
    design = np.column_stack([X, np.ones(4)])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    assert np.mean(residual**2) == pytest.approx(1 / 4)


@pytest.mark.parametrize("n", [2, 7, 200])
def test_two_moons_lie_on_two_half_circles(n):
    X, y = two_moons(n, noise=0.0)
    assert X.shape == (n, 2) and y.shape == (n,)
    assert abs(int(y.sum()) * 2 - n) <= 1
    upper, lower = X[y == 0], X[y == 1]
    assert np.allclose(np.hypot(upper[:, 0], upper[:, 1]), 1)  # centered at (0, 0), upper half
    assert (upper[:, 1] >= -1e-12).all()
    assert np.allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)  # at (1, 1/2), lower half
    assert (lower[:, 1] <= 0.5 + 1e-12).all()


def test_two_moons_repeat_by_seed_and_scatter_by_noise():
    X, y = two_moons(seed=3)
    again, labels = two_moons(seed=3)
    assert np.array_equal(X, again) and np.array_equal(y, labels)
    assert not np.array_equal(X, two_moons(seed=4)[0])
    X, y = two_moons(20_000, noise=0.1)
    radius = np.hypot(X[y == 0][:, 0], X[y == 0][:, 1])
    assert radius.std() == pytest.approx(0.1, rel=0.05)  # 10,000 points: standard error 0.7 %


@pytest.mark.parametrize(
    "arguments",
    [
        {"n": 1},
        {"n": 2.0},
        {"n": True},
        {"noise": -0.1},
        {"noise": float("nan")},
        {"noise": float("inf")},
        {"noise": "0"},
        {"seed": -1},
        {"seed": 2**32},
        {"seed": None},
    ],
)
def test_two_moons_names_a_bad_argument(arguments):
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=f"^{name} must be .*{value!r}"):
        two_moons(**arguments)


def test_numpys_numbers_and_a_zero_of_either_sign_are_numbers():
    plain = two_moons(10, 0.0, 3)
    for n, noise, seed in ((np.int8(10), -0.0, np.uint64(3)), (10, np.float32(0), 3)):
        assert all(map(np.array_equal, two_moons(n, noise, seed), plain))
