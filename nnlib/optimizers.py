"""Rules that turn a gradient into a step: stochastic gradient descent, momentum, Adam.

An optimizer sees one flat vector of parameters and its gradient, never the network. `step` changes
the parameters in place; what it remembers belongs to one training run.
"""

from math import sqrt
from typing import Protocol

import numpy as np

from nnlib.checks import number


class Optimizer(Protocol):
    """What `nnlib.network.train` needs: an object that steps."""

    def step(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        """Change the parameters in place, both (parameters,), and leave the gradient alone."""


class SGD:
    """Gradient descent: w <- w - eta g. The learning rate eta is above 0."""

    def __init__(self, learning_rate: float = 0.01):
        self.learning_rate = _above_0("learning_rate", learning_rate)

    def step(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        parameters -= self.learning_rate * gradient


class Momentum:
    """Descent of a heavy ball: v <- mu v - eta g, then w <- w + v. The momentum mu is in [0, 1).

    Polyak (1964), in the form of Sutskever et al. (2013), equations 1 and 2.
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9):
        self.learning_rate = _above_0("learning_rate", learning_rate)
        self.momentum = _from_0_to_1("momentum", momentum)
        self._velocity = 0.0

    def step(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        self._velocity = self.momentum * self._velocity - self.learning_rate * gradient
        parameters += self._velocity


class Adam:
    """Descent by the running mean of g over the root of that of g * g: Kingma and Ba (2015).

    beta1 and beta2, in [0, 1), say how slowly the two means forget; epsilon is above 0.
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ):
        self.learning_rate = _above_0("learning_rate", learning_rate)
        self.beta1 = _from_0_to_1("beta1", beta1)
        self.beta2 = _from_0_to_1("beta2", beta2)
        self.epsilon = _above_0("epsilon", epsilon)
        self._steps = 0

    def step(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        """One turn of the paper's algorithm 1, with its constant factors taken out of the arrays.

        The sums M = m / (1 - beta1) and V = v / (1 - beta2) are kept in place of the means, so that
        m^ / (sqrt(v^) + epsilon) = scale * root * M / (sqrt(V) + epsilon * root).
        """
        if not self._steps:
            self._sums = np.zeros((2, *parameters.shape), parameters.dtype)
            self._decay = np.array([[self.beta1], [self.beta2]], parameters.dtype)
            self._buffer = np.empty_like(parameters)
        self._steps += 1
        scale = (1 - self.beta1) / (1 - self.beta1**self._steps)
        root = sqrt((1 - self.beta2**self._steps) / (1 - self.beta2))

        (M, V), buffer = self._sums, self._buffer
        self._sums *= self._decay
        M += gradient
        V += np.multiply(gradient, gradient, out=buffer)
        np.sqrt(V, out=buffer)
        buffer += self.epsilon * root
        np.divide(M, buffer, out=buffer)
        buffer *= self.learning_rate * scale * root
        parameters -= buffer


OPTIMIZERS: dict[str, type] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}


def _above_0(name, value):
    found = number(name, value)
    if found <= 0:
        raise ValueError(f"{name} must be above 0, not {value!r}")
    return found


def _from_0_to_1(name, value):
    found = number(name, value)
    if not 0 <= found < 1:
        raise ValueError(f"{name} must be in [0, 1), not {value!r}")
    return found
