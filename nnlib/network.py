"""Dense networks on arrays: the mathematics of `nnlib.propagation`, many samples at a time, fast.

All parameters live in one flat vector, which is what optimizers, averages and ledgers work on;
the weights and biases of the layers are views of it. In public, samples are rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from nnlib import passes
from nnlib.checks import array, count, counts, layer_activation, number, sequence
from nnlib.checks import is_count as is_count  # other modules import it from here
from nnlib.losses import Loss
from nnlib.losses import loss as loss_named
from nnlib.optimizers import Optimizer
from nnlib.passes import IDENTITY, Workspace

Seed = None | int | Sequence[int] | np.random.Generator  # what numpy's default_rng takes

# The variance of a layer's starting weights, which keeps signals about equally large from layer to
# layer; which one suits an activation stands in its row.
STARTS = {
    # a compromise between the two directions: Glorot and Bengio (2010), equation 12
    "Glorot": lambda inputs, outputs: 2 / (inputs + outputs),
    # for what loses about half of the signal, flat on one side: He et al. (2015), equation 10
    "He": lambda inputs, outputs: 2 / inputs,
}


class Network:
    """A dense network with random parameters; to set others, write to `parameters[:]` or a view.

    sizes: neurons of each layer, inputs first, outputs last, as in (2, 3, 1).
    activations: for each layer after the inputs a name, or a pair (name, a).
    loss: a name in `nnlib.losses.LOSSES` or a Loss; a fused one wants a linear last layer.
    dtype: "float32" or "float64". seed: whatever numpy's `default_rng` takes.

    parameters: the flat vector; layer by layer, for each neuron its weights and then its bias.
    weights[layer][to, from] and biases[layer][to]: views of it; to write to one changes the other.

    Raises ValueError for sizes, activations, a loss or a dtype that are unknown or do not fit.
    """

    def __init__(
        self,
        sizes: Iterable[int],
        activations: Iterable[str | tuple[str, float]],
        loss: str | Loss = "squared_error",
        dtype: str = "float32",
        seed: Seed = None,
    ):
        self.sizes = counts("sizes", sizes, least=2)
        layers = sequence(activations) or ()
        self.activations = tuple(map(layer_activation, layers))
        if len(self.activations) != len(self.sizes) - 1:
            raise ValueError(
                "activations must be one for each layer after the inputs, here "
                f"{len(self.sizes) - 1}, not {activations!r}"
            )
        self.loss_function = loss if isinstance(loss, Loss) else loss_named(loss)
        if self.loss_function.fused and self.activations[-1][:2] != IDENTITY:
            raise ValueError(
                "the last activation must be 'linear' with the loss "
                f"{self.loss_function.name!r}, not {layers[-1]!r}"
            )
        if not isinstance(dtype, str) or dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be 'float32' or 'float64', not {dtype!r}")
        self.dtype = dtype
        self._shapes = [(outputs, inputs + 1) for inputs, outputs in pairwise(self.sizes)]
        self._parameters = np.zeros(sum(rows * columns for rows, columns in self._shapes), dtype)
        matrices = self.matrices(self._parameters)
        self.weights = tuple(matrix[:, :-1] for matrix in matrices)
        self.biases = tuple(matrix[:, -1] for matrix in matrices)
        self._initialize(np.random.default_rng(seed))

    def _initialize(self, rng):
        """Random weights of the variance in STARTS, biases of zero.

        Drawn in float64, so both dtypes start from the same point.
        """
        for weights, layer in zip(self.weights, self.activations, strict=True):
            outputs, inputs = weights.shape
            variance = STARTS[layer.start](inputs, outputs)
            weights[:] = rng.normal(scale=np.sqrt(variance), size=weights.shape)

    @property
    def parameters(self) -> np.ndarray:
        return self._parameters

    def matrices(self, vector: np.ndarray) -> list[np.ndarray]:
        """Views of a vector like `parameters` or `gradient`: for each layer [weights | biases]."""
        ends = np.cumsum([rows * columns for rows, columns in self._shapes])
        parts = np.split(vector, ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def copy(self) -> "Network":
        return self.astype(self.dtype)

    def astype(self, dtype: str) -> "Network":
        """A copy that computes in `dtype`."""
        return _restored(*self._state(dtype))

    def __reduce__(self):  # for pickle and copy, which would cut the views from the vector
        return _restored, self._state(self.dtype)

    def _state(self, dtype):
        activations = [layer[:2] for layer in self.activations]
        return self.sizes, activations, self.loss_function, dtype, self.parameters

    def outputs(self, X: ArrayLike) -> np.ndarray:
        """The last layer's outputs z, (samples, outputs), for inputs X, (samples, inputs)."""
        rows = self._rows(X)
        return Workspace(self, len(rows)).outputs(rows).T

    def predict(self, X: ArrayLike) -> np.ndarray:
        """What the outputs stand for: values, or, with a cross-entropy, probabilities."""
        return self.loss_function.predict(self.outputs(X).T).T

    def loss(self, X: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> float:
        """The loss of a sample, averaged over the samples; targets T, (samples, outputs).

        weights: None, or for each sample a number above 0: its share in the mean.
        """
        z = self.outputs(X).T
        samples = z.shape[1]
        losses = self.loss_function.f(z, self._columns(T, samples))
        return passes.mean(losses, _shares(weights, samples))

    def gradient(self, X: ArrayLike, T: ArrayLike, weights: ArrayLike | None = None) -> np.ndarray:
        """The gradient of `loss` by the parameters, a flat vector."""
        rows = self._rows(X)
        targets, shares = self._columns(T, len(rows)), _shares(weights, len(rows))
        return Workspace(self, len(rows)).gradient(rows, targets, shares)[1]

    def _rows(self, X):
        """X with a last column of ones, which the biases multiply."""
        X = array("X", X, self.dtype)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or not len(X):
            raise ValueError(f"X must have the shape (samples, {self.sizes[0]}), not {X.shape}")
        return np.hstack([X, np.ones((len(X), 1), self.dtype)])

    def _columns(self, T, samples):
        """The targets with samples as columns; one output may be given as (samples,)."""
        T = array("T", T, self.dtype)
        shape = (samples, self.sizes[-1])
        if T.shape != shape and (T.shape, 1) != (shape[:1], shape[1]):
            raise ValueError(f"T must have the shape {shape}, not {T.shape}")
        return T.reshape(shape).T


def _restored(sizes, activations, loss, dtype, parameters):
    network = Network(sizes, activations, loss, dtype)
    network.parameters[:] = parameters
    return network


def _shares(weights, samples):
    """The weights of the samples in float64, the largest of them 1; None stays None."""
    if weights is None:
        return None
    weights = array("weights", weights, "float64")
    if weights.shape != (samples,) or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError(f"weights must be {samples} finite numbers above 0, not {weights!r}")
    return weights / weights.max()


def train(
    network: Network,
    X: ArrayLike,
    T: ArrayLike,
    optimizer: Optimizer,
    epochs: int = 1,
    batch_size: int = 32,
    l2: float = 0.0,
    rng: Seed = None,
    weights: ArrayLike | None = None,
) -> Iterator[float]:
    """Train in mini-batches, shuffled anew in each epoch; a generator of each epoch's loss.

    What it does can be read in `nnlib.passes.train_plainly`, which gives the same numbers slowly.
    Nothing happens before it is iterated: `losses = list(train(...))`, or a `for` that may break.
    It is the mean loss of the samples as their batches met them, without the penalty.

    optimizer: an object with step(parameters, gradient), see `nnlib.optimizers.Optimizer`.
    l2: adds to the mean loss l2 / 2 times the sum of the squared weights, biases excepted.
    rng: whatever numpy's `default_rng` takes.
    weights: None, or for each sample a number above 0; a batch's loss is the mean so weighted.
    Raises ValueError for shapes that do not fit, epochs or batch_size below 1, l2 below 0, weights
    not above 0, and for what is no optimizer.
    """
    rows = network._rows(X)
    samples = rows, network._columns(T, len(rows)).T, _shares(weights, len(rows))
    if isinstance(optimizer, type) or not callable(getattr(optimizer, "step", None)):
        raise ValueError(f"optimizer must be an object with a method step, not {optimizer!r}")
    epochs, batch_size = count("epochs", epochs), count("batch_size", batch_size)
    decay = number("l2", l2)
    if decay < 0:
        raise ValueError(f"l2 must be 0 or more, not {l2!r}")
    size, rng = min(batch_size, len(rows)), np.random.default_rng(rng)
    return passes.epochs(network, samples, optimizer, epochs, size, decay, rng)
