"""A step in log-odds against success amplification's line p + ηp(1−p)/τ: its excess in balls, its sign in fractions.

The two roads share no code, so that one can check the other.
"""

from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import logit, precisely, sigmoid
from grpo_theory.losses.ec_rlvr import ec_rlvr_population_weights
from grpo_theory.losses.reals import Real, multiply, total
from grpo_theory.policies.finite import two_outcome

TERMS = 80


def population_slope(p: object, tau: object) -> Real:
    """−∂L_pop/∂z of EC-RLVR at z = logit p: the loss's weights summed against the scores ∂log π/∂z.

    Domain: 0 < p < 1 exact, τ > 0 exact; exact where 1/τ is a natural number, and for τ = 2, else an Arb ball. Errors:
    ValueError outside. Source: `card`.

    >>> str(population_slope("1/3", 1))
    '2/3'
    """
    policy = two_outcome(p)
    weights = ec_rlvr_population_weights(policy, tau)
    return total(multiply(weight, policy.score(o)[0]) for o, weight in enumerate(weights))


@precisely
def after_step(p: Any, step: Any) -> flint.arb:
    """σ(logit p + d), the success probability after a step d in log-odds.

    Domain: p in (0, 1) and d exact numbers or balls.

    >>> bool(abs(after_step("1/3", 0) - as_ball("1/3")) < 1e-15)
    True
    """
    return sigmoid(logit(p) + as_ball(step))


@precisely
def above_line(after: Any, p: Any, speed: Any) -> flint.arb:
    """p′ − p − sp(1−p), how far a new success probability p′ lies above the line; s = η/τ.

    Domain: exact numbers or balls.

    >>> bool(abs(above_line("5/6", "1/3", 2) - as_ball("1/18")) < 1e-15)
    True
    """
    chance = as_ball(p)
    return as_ball(after) - chance - as_ball(speed) * chance * (1 - chance)


def reaches_line(p: Fraction, speed: Fraction, step: Fraction) -> bool:
    """Whether σ(logit p + d) ≥ ℓ = p + sp(1−p): e^d ≥ (1−p)ℓ/(p(1−ℓ)) for ℓ < 1; the series of e^d decides.

    In fractions: no logarithm and no ball. Domain: p in (0, 1), 0 ≤ d < 80, s > 0. Errors: ValueError where eighty
    terms of the series do not decide.

    >>> [reaches_line(Fraction(1, 5), Fraction(1), Fraction(step)) for step in ("5/6", "4/5")]
    [True, False]
    """
    line = p + speed * p * (1 - p)
    if line >= 1:
        return False
    needed = (1 - p) * line / (p * (1 - line))
    term, series = Fraction(1), Fraction(0)
    for n in range(1, TERMS):
        series, term = series + term, term * step / n
    if series >= needed:
        return True
    # The series goes on below a geometric one.
    if series + term / (1 - step / TERMS) < needed:
        return False
    raise ValueError(f"p = {p} lies too near the border: the series does not decide")
