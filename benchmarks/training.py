"""CPU time of training beside scikit-learn's MLPClassifier: python benchmarks/training.py

Both train the same network on the same synthetic data, with Adam, the same batches and epochs, and
one BLAS thread. They take turns, so that a busy machine hits both; the medians count. Their losses
differ because their initial weights do.
"""

import statistics
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from nnlib.estimators import NeuralNetworkClassifier

REPEATS = 5
# nnlib trains in the dtype it is given, scikit-learn in that of the data: first what a user gets
# without asking, then like with like
DTYPES = [("float32", "float64"), ("float32", "float32"), ("float64", "float64")]
# hidden layers, samples, features, classes, batch size, epochs
CASES = {
    "Titanic-sized": ((16, 8), 891, 13, 2, 32, 50),
    "digit-sized": ((128, 64), 1280, 784, 10, 128, 4),
}


def data(samples, features, classes, dtype):
    """Points whose class is the largest of a few random mixtures of their features."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(samples, features))
    y = np.tanh(X @ rng.normal(size=(features, classes))).argmax(axis=1)
    return X.astype(dtype), y


def cpu_time(model, X, y):
    start = time.process_time()
    model.fit(X, y)
    return time.process_time() - start


def compare(case, dtype, dtype_of_data):
    """Seconds of CPU time for a step (medians) and the last losses: nnlib's, scikit-learn's."""
    hidden, samples, features, classes, batch_size, epochs = case
    X, y = data(samples, features, classes, dtype_of_data)
    models = (
        NeuralNetworkClassifier(
            hidden, batch_size=batch_size, epochs=epochs, dtype=dtype, random_state=0
        ),
        MLPClassifier(
            hidden,
            batch_size=batch_size,
            max_iter=epochs,
            n_iter_no_change=epochs,
            tol=0,
            alpha=0,
            random_state=0,
        ),
    )
    times = [[cpu_time(model, X, y) for model in models] for _ in range(REPEATS + 1)][1:]
    steps = epochs * -(-samples // batch_size)
    return (
        [statistics.median(column) / steps for column in zip(*times, strict=True)],
        [model.loss_curve_[-1] for model in models],
    )


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("CPU time of a training step in µs; last loss in brackets")
    print(f"{'network':15}{'nnlib':>21}{'scikit-learn':>24}{'ratio':>8}")
    for name, case in CASES.items():
        for dtypes in DTYPES:
            times, losses = compare(case, *dtypes)
            cells = [
                f"{dtype} {t * 1e6:5.0f} ({loss:.3f})"
                for dtype, t, loss in zip(dtypes, times, losses, strict=True)
            ]
            print(f"{name:15}{cells[0]:>21}{cells[1]:>24}{times[1] / times[0]:8.1f}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
