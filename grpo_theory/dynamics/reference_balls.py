"""The penalised map p ↦ σ(z_ref + 1/(β√(p(1−p)+ε))) in log-odds, step by step in narrow balls."""

from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid


@precisely
def following(z: flint.arb, *, beta: Any, p_ref: Any, epsilon: Any) -> flint.arb:
    """z_ref + 1/(β√(p(1−p)+ε)) at log-odds z, with p(1−p) = 1/(2 + 2cosh z).

    Domain: β > 0, ε ≥ 0, p_ref in (0, 1). Source: `mroueh-2503`.

    >>> bool(abs(following(flint.arb(0), beta=2, p_ref="1/2", epsilon=0) - 1) < 1e-15)
    True
    """
    variance = 1 / (2 + 2 * z.cosh())
    return logit(p_ref) + 1 / (as_ball(beta) * root(variance + as_ball(epsilon)))


@precisely
def iterate(start: Any, steps: int, *, beta: Any, p_ref: Any, epsilon: Any) -> flint.arb:
    """p_n after n steps of the penalised map from p_0, as a ball.

    Domain: as in `following`, p_0 in (0, 1).

    >>> bool(abs(iterate("1/2", 1, beta=2, p_ref="1/2", epsilon=0) - 1 / (1 + flint.arb(-1).exp())) < 1e-15)
    True
    """
    z = logit(start)
    for _ in range(steps):
        z = following(z, beta=beta, p_ref=p_ref, epsilon=epsilon)
    return sigmoid(z)
