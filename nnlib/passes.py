"""Forward, backward and training, each twice: said plainly, to be read, and fast, to be used.

The plain ones make new arrays at every step, samples as rows. The fast ones do the same arithmetic
in arrays that are allocated once; the tests hold them to the plain ones.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nnlib.network import Network, Seed
    from nnlib.optimizers import Optimizer

IDENTITY = ("linear", 1.0)


def forward(network: "Network", X: np.ndarray) -> tuple[np.ndarray, list[tuple]]:
    """The outputs z, (samples, outputs), and what `backward` needs: each layer's (x, y)."""
    z, seen = X, []
    for W, b, f in zip(network.weights, network.biases, network.activations, strict=True):
        x, y = z, z @ W.T + b
        z = f.f(y)
        seen.append((x, y))
    return z, seen


def backward(network: "Network", seen: list[tuple], slope: np.ndarray) -> np.ndarray:
    """The gradient of E by the parameters, a flat vector.

    seen: from `forward`. slope: dE/dz of the last layer, (samples, outputs).
    """
    gradient = np.empty_like(network.parameters)
    layers = zip(
        network.weights, network.activations, seen, network.matrices(gradient), strict=True
    )
    for W, f, (x, y), dW_db in reversed(list(layers)):
        delta = slope * f.df(y)  # dE/dy
        dW_db[:, :-1] = delta.T @ x
        dW_db[:, -1] = delta.sum(axis=0)
        slope = delta @ W  # dE/dx, and x is the z of the layer before
    return gradient


def train_plainly(
    network: "Network",
    X: np.ndarray,
    T: np.ndarray,
    optimizer: "Optimizer",
    epochs: int = 1,
    batch_size: int = 32,
    l2: float = 0.0,
    rng: "Seed" = None,
    weights: np.ndarray | None = None,
) -> Iterator[float]:
    """What `nnlib.network.train` does, to be read aloud; T: (samples, outputs), nothing is checked.

    The loss of a batch is the mean of its samples' losses; each has its share in it.
    """
    E, rng = network.loss_function, np.random.default_rng(rng)
    weights = np.ones(len(X)) if weights is None else weights
    decay = _decay(network, l2)
    for _ in range(epochs):
        losses = np.empty(len(X))
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            share = weights[batch] / weights[batch].sum()
            z, seen = forward(network, X[batch])
            losses[batch] = E.f(z.T, T[batch].T).sum(axis=0)
            slope = E.df(z.T, T[batch].T).T * share[:, None]
            gradient = backward(network, seen, slope) + decay * network.parameters
            optimizer.step(network.parameters, gradient)
        yield float(np.average(losses, weights=weights))


class Workspace:
    """The arrays for passes of so many `samples`: allocated once, overwritten by every call.

    No call needs what another left. In here samples are columns, and the inputs of a layer end in
    a row of ones, so that a layer is one matrix product forward and two backward, biases included.
    """

    def __init__(self, network: "Network", samples: int):
        def empty(size):
            return np.empty((size, samples), network.dtype)

        self.samples = samples
        self._network = network
        self._gradient = np.empty_like(network.parameters)
        self._gradients = network.matrices(self._gradient)
        self._hidden = [np.ones((size + 1, samples), network.dtype) for size in network.sizes[1:-1]]
        self._sums = [empty(size) for size in network.sizes[1:]]
        self._outputs = [*(inputs[:-1] for inputs in self._hidden), empty(network.sizes[-1])]
        self._deltas = [empty(size) for size in network.sizes[1:]]
        # The identity, f(y) = y, would only cost time.
        self._curved = [layer[:2] != IDENTITY for layer in network.activations]
        self._matrices = network.matrices(network.parameters)

    def outputs(self, rows: np.ndarray) -> np.ndarray:
        """Inputs with their ones, (samples, inputs + 1), to outputs, (outputs, samples)."""
        for i, layer in enumerate(self._network.activations):
            y = np.dot(self._matrices[i], self._hidden[i - 1] if i else rows.T, out=self._sums[i])
            self._outputs[i][...] = layer.f(y) if self._curved[i] else y
        return self._outputs[-1]

    def gradient(
        self, rows: np.ndarray, targets: np.ndarray, weights: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The outputs, and the gradient of the (weighted) mean loss of the samples, a flat vector.

        rows: as for `outputs`. targets: (outputs, samples). weights: None or (samples,).
        """
        network, outputs, delta = self._network, self.outputs(rows), self._deltas[-1]
        slope = network.loss_function.df(outputs, targets)
        if weights is None:
            np.divide(slope, self.samples, out=delta)
        else:
            np.multiply(slope, weights / weights.sum(), out=delta)
        for i in reversed(range(len(self._sums))):
            if self._curved[i]:
                delta *= network.activations[i].df(self._sums[i])
            np.dot(delta, self._hidden[i - 1].T if i else rows, out=self._gradients[i])
            if i:
                delta = np.dot(network.weights[i].T, delta, out=self._deltas[i - 1])
        return outputs, self._gradient


def mean(losses: np.ndarray, weights: np.ndarray | None) -> float:
    """The (weighted) mean loss of the samples, the columns of `losses`."""
    if weights is None:
        return float(losses.sum()) / losses.shape[1]
    return float(losses.sum(axis=0) @ weights / weights.sum())


def epochs(
    network: "Network",
    samples: tuple[np.ndarray, np.ndarray, np.ndarray | None],
    optimizer: "Optimizer",
    number: int,
    batch_size: int,
    l2: float,
    rng: np.random.Generator,
) -> Iterator[float]:
    """What `train_plainly` does, fast: samples is (rows with their ones, targets, None or weights).

    Each epoch shuffles into the same arrays, so that all views of batches can be made beforehand.
    """
    pairs = [(part, np.empty_like(part)) for part in samples if part is not None]
    (rows, shuffled_rows), (_, shuffled_targets), *weighted = pairs
    shuffled_weights = weighted[0][1] if weighted else None
    outputs = np.empty_like(shuffled_targets.T)
    batches: list[tuple] = []
    for start in range(0, len(rows), batch_size):
        batch = slice(start, start + batch_size)
        seen = outputs[:, batch]
        same = batches and batches[-1][0].samples == seen.shape[1]
        workspace = batches[-1][0] if same else Workspace(network, seen.shape[1])
        weights = None if shuffled_weights is None else shuffled_weights[batch]
        batches.append((workspace, seen, shuffled_rows[batch], shuffled_targets[batch].T, weights))
    decay = _decay(network, l2)
    for _ in range(number):
        order = rng.permutation(len(rows))
        for part, shuffled in pairs:
            np.take(part, order, axis=0, out=shuffled, mode="clip")
        for workspace, seen, inputs, targets, weights in batches:
            seen[...], gradient = workspace.gradient(inputs, targets, weights)
            if l2:
                gradient += decay * network.parameters
            optimizer.step(network.parameters, gradient)
        yield mean(network.loss_function.f(outputs, shuffled_targets.T), shuffled_weights)


def _decay(network, l2):
    """l2 for each weight of the flat vector of parameters, 0 for each bias."""
    decay = np.full_like(network.parameters, l2)
    for matrix in network.matrices(decay):
        matrix[:, -1] = 0
    return decay
