"""The slope of a function at an exact point, by arithmetic on truncated power series with balls as coefficients."""

from collections.abc import Callable
from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import BITS


def slope(function: Callable[[flint.arb_series], flint.arb_series], x: Any) -> flint.arb:
    """f′(x), the coefficient of h in f(x + h), for f built from sums, products, quotients, exp and log.

    Domain: x an exact number or a ball; `function` takes x + h as a series and returns f(x + h) as one.

    >>> bool(abs(slope(lambda s: (s * s).exp(), "1/2") - flint.arb("1/4").exp()) < 1e-15)
    True
    """
    with flint.ctx.workprec(BITS):
        return function(flint.arb_series([as_ball(x), 1], 2))[1]
