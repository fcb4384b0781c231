"""The activation functions and their derivatives, by definition: what all tests hold them to."""

from decimal import Decimal, localcontext

# The definitions as the source gives them, for a Decimal of as many digits as it takes.
DEFINITIONS = {
    "linear": (lambda y, a: a * y, lambda y, a: a),
    "sigmoid": (
        lambda y, a: 1 / (1 + (-y).exp()),
        lambda y, a: 1 / (1 + (-y).exp()) * (1 - 1 / (1 + (-y).exp())),
    ),
    "tanh": (
        lambda y, a: 2 / (1 + (-2 * y).exp()) - 1,
        lambda y, a: 1 - (2 / (1 + (-2 * y).exp()) - 1) ** 2,
    ),
    "relu": (lambda y, a: max(y, 0), lambda y, a: y > 0),
    "elu": (
        lambda y, a: y if y > 0 else a * (y.exp() - 1),
        lambda y, a: 1 if y > 0 else a * y.exp(),
    ),
}


def by_definition(name, y, a=1.0, digits=40):
    """Return (f(y), f'(y)), computed with so many decimal digits."""
    with localcontext() as context:
        context.prec = digits
        return tuple(float(each(Decimal(y), Decimal(a))) for each in DEFINITIONS[name])
