"""Dense networks on arrays: the mathematics of `nnlib.propagation`, many samples at a time, fast.

All parameters live in one flat vector, which is what optimizers, averages and ledgers work on;
the weights and biases of the layers are views of it. In public, samples are rows.
"""

from itertools import pairwise
from numbers import Integral

import numpy as np

from nnlib.activations import activation, finite
from nnlib.losses import loss as loss_named

_IDENTITY = ("linear", 1.0)


def is_count(value):
    """Whether `value` is a whole number above 0, of Python or of numpy."""
    return isinstance(value, Integral) and not isinstance(value, bool) and value > 0


class Network:
    """A dense network with random parameters; to set others, write to `parameters[:]` or a view.

    sizes: neurons of each layer, inputs first, outputs last, as in (2, 3, 1).
    activations: for each layer after the inputs a name, or a pair (name, a).
    loss: a name in `nnlib.losses.LOSSES`; the cross-entropies want a linear last layer.
    dtype: "float32" or "float64". seed: whatever numpy's `default_rng` takes.

    parameters: the flat vector; layer by layer, for each neuron its weights and then its bias.
    weights[layer][to, from] and biases[layer][to]: views of it; to write to one changes the other.

    Raises ValueError for sizes, activations, a loss or a dtype that are unknown or do not fit.
    """

    def __init__(self, sizes, activations, loss="squared_error", dtype="float32", seed=None):
        self.sizes = tuple(sizes)
        if len(self.sizes) < 2 or not all(map(is_count, self.sizes)):
            raise ValueError(f"sizes must be two or more whole numbers above 0, not {sizes!r}")
        self.activations = tuple(
            activation(layer) if isinstance(layer, str) else activation(*layer)
            for layer in activations
        )
        if len(self.activations) != len(self.sizes) - 1:
            raise ValueError(
                "activations must be one for each layer after the inputs, here "
                f"{len(self.sizes) - 1}, not {activations!r}"
            )
        self.loss_function = loss_named(loss)
        if self.loss_function.fused and self.activations[-1][:2] != _IDENTITY:
            raise ValueError(
                f"the last activation must be 'linear' with the loss {loss!r}, "
                f"not {activations[-1]!r}"
            )
        if dtype not in ("float32", "float64"):
            raise ValueError(f"dtype must be 'float32' or 'float64', not {dtype!r}")
        self.dtype = dtype
        self._shapes = [(outputs, inputs + 1) for inputs, outputs in pairwise(self.sizes)]
        self._parameters = np.zeros(sum(rows * columns for rows, columns in self._shapes), dtype)
        self._matrices = self.matrices(self._parameters)
        self.weights = tuple(matrix[:, :-1] for matrix in self._matrices)
        self.biases = tuple(matrix[:, -1] for matrix in self._matrices)
        self._initialize(np.random.default_rng(seed))

    def _initialize(self, rng):
        """Random weights that keep signals about equally large from layer to layer; biases of zero.

        Variance 2 / inputs for relu and elu, which lose about half of the signal (He et al. 2015,
        equation 10), else 2 / (inputs + outputs), a compromise between the two directions (Glorot
        and Bengio 2010, equation 12). Drawn in float64, so both dtypes start from the same point.
        """
        for weights, layer in zip(self.weights, self.activations, strict=True):
            outputs, inputs = weights.shape
            fan = inputs if layer.name in ("relu", "elu") else inputs + outputs
            weights[:] = rng.normal(scale=np.sqrt(2 / fan), size=weights.shape)

    @property
    def parameters(self):
        return self._parameters

    def matrices(self, vector):
        """Views of a vector like `parameters` or `gradient`: for each layer [weights | biases]."""
        ends = np.cumsum([rows * columns for rows, columns in self._shapes])
        parts = np.split(vector, ends[:-1])
        return [part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)]

    def copy(self):
        return self.astype(self.dtype)

    def astype(self, dtype):
        """A copy that computes in `dtype`."""
        return _restored(*self._state(dtype))

    def __reduce__(self):  # for pickle and copy, which would cut the views from the vector
        return _restored, self._state(self.dtype)

    def _state(self, dtype):
        activations = [layer[:2] for layer in self.activations]
        return self.sizes, activations, self.loss_function.name, dtype, self.parameters

    def outputs(self, X):
        """The last layer's outputs z, (samples, outputs), for inputs X, (samples, inputs)."""
        rows = self._rows(X)
        return _Pass(self, len(rows)).forward(rows).T

    def predict(self, X):
        """What the outputs stand for: values, or, with a cross-entropy, probabilities."""
        return self.loss_function.predict(self.outputs(X).T).T

    def loss(self, X, T):
        """The loss of a sample, averaged over the samples; targets T, (samples, outputs)."""
        z = self.outputs(X).T
        return float(self.loss_function.f(z, self._columns(T, len(X))).sum()) / len(X)

    def gradient(self, X, T):
        """The gradient of `loss` by the parameters, a flat vector."""
        rows = self._rows(X)
        samples = _Pass(self, len(rows))
        samples.forward(rows)
        return samples.backward(self._columns(T, len(rows)))

    def _rows(self, X):
        """X with a last column of ones, which the biases multiply."""
        X = np.asarray(X, self.dtype)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or not len(X):
            raise ValueError(f"X must have the shape (samples, {self.sizes[0]}), not {X.shape}")
        return np.hstack([X, np.ones((len(X), 1), self.dtype)])

    def _columns(self, T, samples):
        """The targets with samples as columns; one output may be given as (samples,)."""
        T = np.asarray(T, self.dtype)
        shape = (samples, self.sizes[-1])
        if T.shape != shape and (T.shape, 1) != (shape[:1], shape[1]):
            raise ValueError(f"T must have the shape {shape}, not {T.shape}")
        return T.reshape(shape).T


def _restored(sizes, activations, loss, dtype, parameters):
    network = Network(sizes, activations, loss, dtype)
    network.parameters[:] = parameters
    return network


class _Pass:
    """Passes forward and backward over a fixed number of samples, in arrays allocated only once.

    In here samples are columns, and the inputs of a layer end in a row of ones, so that a layer is
    one matrix product forward and two backward, biases included.
    """

    def __init__(self, network, samples):
        def empty(size):
            return np.empty((size, samples), network.dtype)

        _, *hidden, outputs = network.sizes
        self.samples = samples
        self.gradient = np.empty_like(network.parameters)
        self._network = network
        self._gradients = network.matrices(self.gradient)
        self._inputs = [None, *(np.ones((size + 1, samples), network.dtype) for size in hidden)]
        self._sums = [empty(size) for size in network.sizes[1:]]
        self._outputs = [*(inputs[:-1] for inputs in self._inputs[1:]), empty(outputs)]
        self._deltas = [None, *map(empty, hidden)]
        # The identity, f(y) = y, would only cost time.
        self._curved = [layer[:2] != _IDENTITY for layer in network.activations]
        if not self._curved[-1]:
            self._outputs[-1] = self._sums[-1]

    def forward(self, rows):
        """Inputs with their ones, (samples, inputs + 1), to outputs, (outputs, samples)."""
        self._inputs[0] = rows.T
        for matrix, layer, inputs, y, z in zip(
            self._network._matrices,
            self._network.activations,
            self._inputs,
            self._sums,
            self._outputs,
            strict=True,
        ):
            np.dot(matrix, inputs, out=y)
            if z is not y:
                z[...] = layer.f(y)
        return z

    def backward(self, targets):
        """The gradient of the mean loss of the samples that went forward last."""
        network = self._network
        delta = network.loss_function.df(self._outputs[-1], targets)
        delta /= self.samples
        for i in reversed(range(len(self._sums))):
            if self._curved[i]:
                delta *= network.activations[i].df(self._sums[i])
            np.dot(delta, self._inputs[i].T, out=self._gradients[i])
            if i:
                delta = np.dot(network.weights[i].T, delta, out=self._deltas[i])
        return self.gradient


def train(network, X, T, optimizer, epochs=1, batch_size=32, l2=0.0, rng=None):
    """Train in mini-batches, shuffled anew in each epoch; a generator of each epoch's loss.

    Nothing happens before it is iterated: `losses = list(train(...))`, or a `for` that may break.
    It is the mean loss of the samples as their batches met them, without the penalty.

    optimizer: an object with step(parameters, gradient), see `nnlib.optimizers`.
    l2: adds to the mean loss l2 / 2 times the sum of the squared weights, biases excepted.
    rng: whatever numpy's `default_rng` takes.
    Raises ValueError for shapes that do not fit, epochs or batch_size below 1 and l2 below 0.
    """
    rows, targets = network._rows(X), network._columns(T, len(X)).T
    for name, value in ("epochs", epochs), ("batch_size", batch_size):
        if not is_count(value):
            raise ValueError(f"{name} must be a whole number above 0, not {value!r}")
    if finite("l2", l2) < 0:
        raise ValueError(f"l2 must be 0 or more, not {l2!r}")
    size, rng = min(batch_size, len(rows)), np.random.default_rng(rng)
    return _epochs(network, rows, targets, optimizer, epochs, size, l2, rng)


def _epochs(network, rows, targets, optimizer, epochs, batch_size, l2, rng):
    # Each epoch shuffles into the same arrays, so that all views of batches can be made beforehand.
    shuffled_rows, shuffled_targets = np.empty_like(rows), np.empty_like(targets)
    outputs = np.empty_like(targets.T)
    batches = []
    for start in range(0, len(rows), batch_size):
        part = slice(start, start + batch_size)
        columns = outputs[:, part]
        size = columns.shape[1]
        same = batches and batches[-1][0].samples == size
        batch = batches[-1][0] if same else _Pass(network, size)
        batches.append((batch, shuffled_rows[part], shuffled_targets[part].T, columns))

    decay = np.full_like(network.parameters, l2)
    for matrix in network.matrices(decay):
        matrix[:, -1] = 0
    for _ in range(epochs):
        order = rng.permutation(len(rows))
        np.take(rows, order, axis=0, out=shuffled_rows, mode="clip")
        np.take(targets, order, axis=0, out=shuffled_targets, mode="clip")
        for batch, inputs, wanted, seen in batches:
            seen[...] = batch.forward(inputs)
            gradient = batch.backward(wanted)
            if l2:
                gradient += decay * network.parameters
            optimizer.step(network.parameters, gradient)
        yield float(network.loss_function.f(outputs, shuffled_targets.T).sum()) / len(rows)
