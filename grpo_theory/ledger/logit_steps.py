"""A step z → z + d in log-odds against the line p + ηp(1−p)/τ that success amplification asks for.

With E = e^d − 1 the new success probability is p + p(1−p)·E/(1+pE), so it lies on or above the line exactly where
(1 − pη/τ)·E ≥ η/τ, whatever makes the step d.
"""

from collections.abc import Callable, Iterable
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above, exponential_increases, logarithm_below
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import differentiated
from grpo_theory.ledger.growth import mean_value
from grpo_theory.symbols import d as _moving
from grpo_theory.symbols import eta, p, tau

rate = eta / tau
line = p + eta * p * (1 - p) / tau
odds_power = sp.exp(sp.log(p / (1 - p)) / tau)
"""(p/(1−p))^{1/τ} = e^{z/τ}."""


def moved(step: sp.Expr) -> sp.Expr:
    """σ(z + d), the success probability after a step d in log-odds.

    >>> moved(sp.log(2)).subs(p, sp.Rational(1, 2))
    2/3
    """
    return 1 / (1 + sp.exp(-(sp.log(p / (1 - p)) + step)))


def margin(step: sp.Expr) -> sp.Expr:
    """(e^d − 1)(1 − pη/τ) − η/τ, whose sign decides.

    >>> margin(sp.log(3)).subs({p: sp.Rational(1, 2), eta: 1, tau: 1})
    0
    """
    return (sp.exp(step) - 1) * (1 - p * rate) - rate


def lift(step: sp.Expr) -> sp.Expr:
    """p(1−p)/(1 + p(e^d − 1)) > 0: the new success probability less the line is this times the margin.

    >>> lift(sp.log(3)).subs(p, sp.Rational(1, 2))
    1/8
    """
    return p * (1 - p) / (1 + p * (sp.exp(step) - 1))


def where_it_holds(
    step: sp.Expr, excess: Callable[[Point], Any], domain: Domain, points: Callable[[int], Iterable[Point]]
) -> tuple[Statement, Statement]:
    """The excess over the line, whose definition is given, is the lift times the margin, and the lift is positive.

    >>> here = Domain((real(p, 0, 1), real(tau, 0), real(eta, 0)))
    >>> [str(s.relation.value) for s in where_it_holds(rate, lambda point: 0, here, lambda _: ())]
    ['=', '>']
    """
    distance, seen = lift(step) * margin(step), Enumeration(points)
    equation = Derivation((Step(distance, "the odds are multiplied by e^d"),))
    positive = Derivation((Step(sp.S(0), "e^d ≥ 1", Relation.GREATER),))
    return (
        Statement(Side(moved(step) - line, excess), Relation.EQUAL, Side(distance), domain, (equation, seen)),
        Statement(Side(lift(step)), Relation.GREATER, Side(sp.S(0)), domain, (positive, seen)),
    )


def odds_at_most_one() -> Fact:
    """(p/(1−p))^{1/τ} ≤ 1 for p ≤ 1/2.

    >>> from grpo_theory.arithmetic.domains import Domain
    >>> from grpo_theory.ledger.claim import Context
    >>> half = sp.Rational(1, 2)
    >>> small, large = Domain((real(p, 0, half), real(tau, 0))), Domain((real(p, half, 1), real(tau, 0)))
    >>> odds_at_most_one().check(small, Context()), odds_at_most_one().check(large, Context())
    (True, False)
    """
    odds = p / (1 - p)
    tangent = (logarithm_below(odds), 1 / tau)
    below = Step(sp.S(0), "log x ≤ x − 1 ≤ 0", Relation.AT_MOST, using=(tangent,))
    return exponential_increases(chain(sp.log(odds) / tau, below))


def below_the_chord(x: sp.Expr) -> Fact:
    """(e^x − 1)(1 − x/2) ≤ x for x ≥ 0: the difference is 0 at 0, and its slope is (1 − (1−y)e^y)/2 ≥ 0.

    >>> from grpo_theory.arithmetic.domains import Domain
    >>> from grpo_theory.ledger.claim import Context
    >>> [below_the_chord(x).check(Domain((real(eta, 0),)), Context()) for x in (eta, -eta)]
    [True, False]
    """
    function = (sp.exp(_moving) - 1) * (1 - _moving / 2) - _moving
    slope = differentiated(function, _moving)
    tangent = (exponential_above(-_moving), sp.exp(_moving) / 2)
    falls = chain(
        slope.lhs,
        Step(slope.rhs, "by calculus", using=(slope,)),
        Step(sp.S(0), "1 − y ≤ e^{−y}", Relation.AT_MOST, using=(tangent,)),
    )
    known = mean_value(falls, real(_moving), sp.S(0), x)
    return chain(
        (sp.exp(x) - 1) * (1 - x / 2), Step(x, "the chord of a falling function", Relation.AT_MOST, using=(known,))
    )


def never_above(step: sp.Expr, below_rate: Fact, below_twice: Fact | None = None) -> tuple[Step, ...]:
    """From σ(z + d) strictly below the line: d < η/τ, and d ≤ 2pη/τ, which the first gives for p ≥ 1/2.

    >>> [step.relation.value for step in never_above(rate / 2, below_rate=exponential_above(rate))]
    ['=', '<']
    """
    grown = sp.exp(step) - 1
    twice = below_rate if below_twice is None else below_twice
    using = (
        (below_the_chord(step), lift(step)),
        (twice, lift(step) * grown / 2),
        (below_rate, lift(step)),
    )
    return (
        Step(line + lift(step) * margin(step), "the exact distance from the line"),
        Step(line, "(e^d − 1)(1 − d/2) ≤ d, 1 − pη/τ ≤ 1 − d/2 and d < η/τ", Relation.LESS, using=using),
    )


def above(step: sp.Expr, *below_margin: tuple[Fact, sp.Expr]) -> tuple[Step, ...]:
    """To the line from σ(z + d), from e^d − 1 ≥ d and facts that make d(1 − pη/τ) ≥ η/τ.

    >>> [step.relation.value for step in above(rate)]
    ['=', '≥']
    """
    tangent = (exponential_above(step), 1 - p * rate)
    positive = chain(margin(step), Step(sp.S(0), "e^d − 1 ≥ d", Relation.AT_LEAST, using=(tangent, *below_margin)))
    return (
        Step(line + lift(step) * margin(step), "the exact distance from the line"),
        Step(line, "the distance is not negative", Relation.AT_LEAST, using=((positive, lift(step)),)),
    )
