"""Exponentials, logarithms and roots of exact numbers as narrow balls, for quantities computed by their definition.

Arithmetic between balls rounds at the working precision, so a function that forms sums and products of them runs
under :func:`precisely` as a whole.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import flint

from grpo_theory.arithmetic.balls import as_ball

BITS = 400
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def precisely(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The same function, its balls rounded at 400 bits.

    >>> bool(precisely(lambda: (exp(1) * exp(-1)).rad())() < 1e-100)
    True
    """

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with flint.ctx.workprec(BITS):
            return function(*args, **kwargs)

    return run


def exp(x: Any) -> flint.arb:
    """e^x for an exact number or a ball.

    >>> exp(0) == 1
    True
    """
    return as_ball(x).exp()


def log(x: Any) -> flint.arb:
    """log x for an exact number or a ball; not finite where x may not be positive.

    >>> log(1) == 0
    True
    """
    return as_ball(x).log()


def root(x: Any) -> flint.arb:
    """√x for an exact number or a ball.

    >>> root(4) == 2
    True
    """
    return as_ball(x).sqrt()


def logit(p: Any) -> flint.arb:
    """log(p/(1−p)), the log-odds of a probability in (0, 1).

    >>> logit("1/2") == 0
    True
    """
    return (as_ball(p) / (1 - as_ball(p))).log()


def sigmoid(z: Any) -> flint.arb:
    """σ(z) = 1/(1 + e^{−z}).

    >>> sigmoid(0) == flint.arb("0.5")
    True
    """
    return 1 / (1 + (-as_ball(z)).exp())
