"""The passes forward and backward that `nnlib.network` makes, many samples at a time."""

import numpy as np

IDENTITY = ("linear", 1.0)


class Pass:
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
        self._curved = [layer[:2] != IDENTITY for layer in network.activations]
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

    def backward(self, targets, weights=None):
        """The gradient of the (weighted) mean loss of the samples that went forward last."""
        network = self._network
        delta = network.loss_function.df(self._outputs[-1], targets)
        if weights is None:
            delta /= self.samples
        else:
            delta *= weights / weights.sum()
        for i in reversed(range(len(self._sums))):
            if self._curved[i]:
                delta *= network.activations[i].df(self._sums[i])
            np.dot(delta, self._inputs[i].T, out=self._gradients[i])
            if i:
                delta = np.dot(network.weights[i].T, delta, out=self._deltas[i])
        return self.gradient
