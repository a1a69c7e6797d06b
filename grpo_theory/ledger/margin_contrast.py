"""−log(e^{(s−m)/τ}/(e^{(s−m)/τ} + N)): a success with a margin m on its score against N = Σe^{f/τ}, its distractors.

A formal line: the loss, its weight −∂L/∂s, and the statement that one is the derivative of the other.
"""

from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, natural, real
from grpo_theory.ledger.claim import Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.symbols import j, n

score, margin = sp.Symbol("s", real=True), sp.Symbol("margin", real=True)
scale, rise = sp.Symbol("inverse_tau", positive=True), sp.Symbol("h", positive=True)
distractors = sp.Sum(sp.exp(scale * sp.Function("f")(j)), (j, 1, n))
own = sp.exp(scale * (score - margin))
loss = -sp.log(own / (own + distractors))
weight = scale * distractors / (own + distractors)


def any_scores(*more: Variable) -> Domain:
    """Every score, margin and temperature, n ≥ 1 distractors, and further variables.

    >>> [str(variable.atom) for variable in any_scores(real(rise, 0)).variables]
    ['n', 'inverse_tau', 's', 'margin', 'h']
    """
    return Domain(
        (natural(n, 1), real(scale, 0), real(score), real(margin), *more),
        "any scores; n ≥ 1 failures, other successes among them where these are contrasted too; inverse_tau = 1/τ, "
        "or τ",
    )


def weight_is_the_slope(literal: Callable[[Point], Any], points: Callable[[int], Iterable[Point]]) -> Statement:
    """−∂L/∂s = (1/τ)·N/(e^{(s−m)/τ} + N), its left side by the definition at a point.

    >>> weight_is_the_slope(lambda point: 0, lambda _: ()).relation.value
    '='
    """
    by_calculus = Step(-sp.diff(loss, score), "by calculus", using=((differentiated(loss, score), -sp.S(1)),))
    return Statement(
        Side(-sp.Derivative(loss, score, evaluate=False), literal),
        Relation.EQUAL,
        Side(weight),
        any_scores(),
        (Derivation((by_calculus, Step(weight, "1 − e/(e + N) = N/(e + N)"))), Enumeration(points)),
    )
