"""CPU time of training beside scikit-learn's MLPClassifier: python benchmarks/training.py

Both train the same network on the same synthetic data, with Adam, the same batches and epochs, and
one BLAS thread. They take turns, so that a busy machine hits both; the medians count.
"""

import statistics
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from nnlib.estimators import NeuralNetworkClassifier

REPEATS = 7
# hidden layers, samples, features, classes, batch size, epochs
CASES = {
    "Titanic-sized": ((16, 8), 891, 13, 2, 32, 20),
    "digit-sized": ((128, 64), 2560, 784, 10, 128, 2),
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


def compare(hidden, samples, features, classes, batch_size, epochs, dtype):
    """Seconds of CPU time for a step (medians) and the last losses: nnlib's, scikit-learn's."""
    X, y = data(samples, features, classes, dtype)
    models = (
        NeuralNetworkClassifier(hidden, batch_size=batch_size, epochs=epochs, dtype=dtype,
                                random_state=0),
        MLPClassifier(hidden, batch_size=batch_size, max_iter=epochs, n_iter_no_change=epochs,
                      tol=0, alpha=0, random_state=0),
    )
    times = [[cpu_time(model, X, y) for model in models] for _ in range(REPEATS + 1)][1:]
    steps = epochs * -(-samples // batch_size)
    return ([statistics.median(column) / steps for column in zip(*times, strict=True)],
            [model.loss_curve_[-1] for model in models])


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("CPU time of a training step in µs; last loss in brackets")
    print(f"{'network':24}{'dtype':10}{'nnlib':>18}{'scikit-learn':>18}{'ratio':>8}")
    for name, case in CASES.items():
        for dtype in ("float32", "float64"):
            times, losses = compare(*case, dtype)
            cells = [f"{t * 1e6:.0f} ({loss:.3f})" for t, loss in zip(times, losses, strict=True)]
            print(f"{name:24}{dtype:10}{cells[0]:>18}{cells[1]:>18}{times[1] / times[0]:8.1f}")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
