"""EC-RLVR's gradient in the log-odds of the two-outcome policy, group by group."""

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from grpo_theory.errors import exact_rational
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.losses.reals import Real, multiply, power, subtract, total
from grpo_theory.policies.finite import two_outcome


def logit_gradients(p: object, G: int, tau: object) -> Iterator[tuple[Fraction, Real]]:
    """(probability, −∂L_G/∂z) of each of the 2^G groups, z = logit p, where ∂log π is 1−p or −p; 0 without a success.

    Domain: 0 < p < 1 exact, τ > 0 exact; exact where 1/τ is a natural number, and for τ = 2, else Arb balls. Errors:
    ValueError outside. Source: `card`.

    >>> [(str(mass), str(slope)) for mass, slope in logit_gradients("1/3", 2, 1)]
    [('1/9', '0'), ('2/9', '2/3'), ('2/9', '2/3'), ('4/9', '0')]
    """
    policy = two_outcome(p)
    success, failure = policy.probabilities
    for group in itertools.product((0, 1), repeat=G):
        weights = ec_rlvr_weights([policy.probabilities[o] for o in group], [1 - o for o in group], tau)
        slopes = (multiply(weight, -success if o else failure) for weight, o in zip(weights, group, strict=True))
        yield success ** group.count(0) * failure ** group.count(1), total(slopes)


def logit_gradient_variance(p: object, G: int, tau: object) -> Real:
    """Var[∂L_G/∂z] over the 2^G groups of rollouts of the two-outcome policy.

    Domain and errors: as for `logit_gradients`.

    >>> logit_gradient_variance("1/2", 2, 1), logit_gradient_variance("1/2", 3, 1)
    (Fraction(1, 16), Fraction(13, 192))
    """
    found = list(logit_gradients(p, G, tau))
    mean = total(multiply(mass, slope) for mass, slope in found)
    second = total(multiply(mass, multiply(slope, slope)) for mass, slope in found)
    return subtract(second, multiply(mean, mean))


def odds_point(p: Fraction, G: int, tau: Fraction) -> dict[str, Any]:
    """p, G, τ and x = (p/(1−p))^{1/τ}, as claims on this gradient name them.

    >>> odds_point(Fraction(1, 5), 3, Fraction(2))["x"]
    Fraction(1, 2)
    """
    return {"p": p, "G": G, "tau": tau, "x": power(p / (1 - p), 1 / exact_rational("tau", tau))}
