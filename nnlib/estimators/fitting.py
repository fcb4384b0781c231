"""What a fit does with a network: checked settings, samples set aside, early stopping."""

from collections import namedtuple
from collections.abc import Iterator
from copy import deepcopy

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state

from nnlib.checks import array, count, counts, flag, layer_activation, number, one_of
from nnlib.losses import Loss
from nnlib.network import Network, train
from nnlib.optimizers import OPTIMIZERS, Optimizer

# X: (samples, features). T: (samples, outputs) or (samples,). weights: None or (samples,), above 0.
# strata: None, or the class of each sample: the samples set aside get an equal share of each.
Samples = namedtuple("Samples", "X T weights strata")

# network: in float64. optimizer, rng: as the last step left them. losses, losses_aside: one an
# epoch, of all fits that went on from one another. epochs: those of the last fit alone.
Fit = namedtuple("Fit", "network optimizer rng losses losses_aside epochs")


def settings(model: BaseEstimator) -> dict:
    """The parameters of an estimator, checked and converted, in a dictionary.

    ValueError names what is not allowed; `Network`, the optimizer and `train` check the others.
    """
    fraction = number("validation_fraction", model.validation_fraction)
    if not 0 < fraction < 1:
        raise ValueError(
            f"validation_fraction must be above 0 and below 1, not {model.validation_fraction!r}"
        )
    layer_activation(model.activation)  # also where no hidden layer uses it
    return {
        "hidden": counts("hidden_layers", model.hidden_layers),
        "optimizer": one_of("optimizer", model.optimizer, OPTIMIZERS),
        "batch_size": count("batch_size", model.batch_size),
        "epochs": count("epochs", model.epochs),
        "dtype": one_of("dtype", model.dtype, ("float32", "float64")),
        "early_stopping": flag("early_stopping", model.early_stopping),
        "fraction": fraction,
        "patience": count("patience", model.patience),
        "verbose": flag("verbose", model.verbose),
        "warm_start": flag("warm_start", model.warm_start),
    }


def weighted(
    sample_weight: ArrayLike | None, X: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """X, y and the weights in float64, without the rows of weight 0; ValueError for no weights."""
    if sample_weight is None:
        return X, y, None
    weights = array("sample_weight", sample_weight, "float64")
    if weights.shape != (len(X),):
        raise ValueError(f"sample_weight must have the shape ({len(X)},), not {weights.shape}")
    if not (weights >= 0).all() or not 0 < weights.max() < np.inf:
        raise ValueError(
            "sample_weight must be finite, 0 or more and not everywhere zero, "
            f"not from {weights.min()} to {weights.max()}"
        )
    used = weights > 0
    return X[used], y[used], weights[used]


def set_aside(samples: Samples, fraction: float, seed: int) -> Iterator[Samples]:
    """Two parts, Samples both: those to learn from, and the share `fraction` to be set aside."""
    rows = len(samples.X)
    aside = int(np.ceil(fraction * rows))
    classes = 1 if samples.strata is None else len(np.unique(samples.strata))
    if min(aside, rows - aside) < classes:
        raise ValueError(
            f"validation_fraction={fraction} sets {aside} of {rows} samples aside, "
            f"but both parts need {classes} or more, so that no class is missing"
        )
    given = [part for part in samples if part is not None]
    halves = iter(
        train_test_split(*given, test_size=fraction, stratify=samples.strata, random_state=seed)
    )
    pairs = [(None, None) if part is None else (next(halves), next(halves)) for part in samples]
    return map(Samples._make, zip(*pairs, strict=True))


def begin(
    model: BaseEstimator,
    options: dict,
    samples: Samples,
    loss: str | Loss,
    rng: np.random.Generator,
    last: Fit | None,
    partial: bool,
) -> tuple[Network, Optimizer, np.random.Generator]:
    """The network, optimizer and generator to train with: new, or copies of those of `last`."""
    # A single batch costs as little in float64, and only there the order of its rows is nothing.
    dtype = options["dtype"] if len(samples.X) > options["batch_size"] else "float64"
    sizes = samples.X.shape[1], *options["hidden"], samples.T[0].size
    activations = [model.activation] * len(options["hidden"]) + ["linear"]
    network = Network(sizes, activations, loss, dtype, rng if last is None else 0)
    optimizer = OPTIMIZERS[options["optimizer"]](model.learning_rate)
    if last is None:
        return network, optimizer, rng
    if _kind(last.network) != _kind(network):
        raise ValueError(
            f"the network to go on with, {_kind(last.network)}, "
            f"is not the one asked for, {_kind(network)}"
        )
    network.parameters[:] = last.network.parameters
    if partial:
        rng = deepcopy(last.rng)
        if isinstance(last.optimizer, type(optimizer)):
            rate, optimizer = optimizer.learning_rate, deepcopy(last.optimizer)
            optimizer.learning_rate = rate
    return network, optimizer, rng


def _kind(network):
    layers = [layer[:2] for layer in network.activations]
    return f"{network.sizes} with {layers} and {network.loss_function!r}"


@np.errstate(over="ignore", invalid="ignore")  # divergence is told by an error instead
def fit(
    model: BaseEstimator,
    options: dict,
    samples: Samples,
    loss: str | Loss,
    last: Fit | None = None,
    partial: bool = False,
) -> Fit:
    """Train a network for the Samples: a Fit. What is handed in stays as it is, but random_state.

    last: the Fit whose network to go on with, if any. partial: for one epoch only, and with the
    optimizer and the shuffles of `last` too.
    Raises ValueError if the parameters, or the losses of the samples aside, are never finite.
    """
    rng = np.random.default_rng(check_random_state(model.random_state).randint(2**31 - 1))
    if options["early_stopping"]:
        samples, aside = set_aside(samples, options["fraction"], int(rng.integers(2**31)))
    network, optimizer, rng = begin(model, options, samples, loss, rng, last, partial)
    X, T, weights, _ = samples
    if weights is not None and (weights == weights[0]).all():
        weights = None
    total = 1 if partial else options["epochs"]
    epochs = train(network, X, T, optimizer, total, options["batch_size"], model.l2, rng, weights)
    losses, losses_aside = (last.losses[:], last.losses_aside[:]) if last else ([], [])
    best, lowest, best_epoch = network, np.inf, 0
    for epoch, mean_loss in enumerate(epochs, 1):
        if not np.isfinite(mean_loss + network.parameters.sum()):
            raise ValueError(
                f"training diverged in epoch {epoch}: scale the features "
                "(and targets), or lower learning_rate or l2"
            )
        losses.append(mean_loss)
        if options["verbose"]:
            print(f"\repoch {epoch}/{total}, loss {mean_loss:.6f}", end="", flush=True)
        if options["early_stopping"]:
            losses_aside.append(network.loss(aside.X, aside.T, aside.weights))
            if losses_aside[-1] < lowest:
                best, lowest, best_epoch = network.copy(), losses_aside[-1], epoch
            if epoch - best_epoch >= options["patience"]:
                break
    if options["verbose"]:
        print()
    if options["early_stopping"] and not best_epoch:
        raise ValueError(
            "the loss of the samples set aside was never finite: scale the features "
            "(and targets), or look for a value that lies far out"
        )
    return Fit(best.astype("float64"), optimizer, rng, losses, losses_aside, epoch)
