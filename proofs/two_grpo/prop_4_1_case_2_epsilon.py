"""E[Y | X = 1] = (1−p)/(1+2ε) and E[Y | X = 0] = −p/(1+2ε) for a pair of Bernoulli(p) rewards, every ε > 0.

The other reward is a success with probability p. Two equal rewards give Y = 0; two different ones have mean and
deviation 1/2.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, p

DOMAIN = Domain((real(p, 0, 1), real(epsilon, 0)))


def standardised(own: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Y = (own reward − mean)/(deviation + ε) of a pair."""
    mean = (own + other) / 2
    deviation = sp.sqrt(((own - mean) ** 2 + (other - mean) ** 2) / 2)
    return (own - mean) / (deviation + epsilon)


def conditional_mean(own: sp.Expr) -> sp.Expr:
    """E[Y | X = own]: the other reward is 1 with probability p."""
    return p * standardised(own, sp.S(1)) + (1 - p) * standardised(own, sp.S(0))


def literal(own: int, point: Point) -> Fraction:
    """E[Y·1{X = own}]/P(X = own) over all four pairs; deviations of binary pairs are 0 or 1/2."""
    mass, total = Fraction(0), Fraction(0)
    for pair in ((0, 0), (0, 1), (1, 0), (1, 1)):
        chance = Fraction(1)
        for reward in pair:
            chance *= point["p"] if reward else 1 - point["p"]
        if pair[0] != own:
            continue
        mean = Fraction(sum(pair), 2)
        variance = sum((reward - mean) ** 2 for reward in pair) / 2
        deviation = next(d for d in (Fraction(0), Fraction(1, 2)) if d * d == variance)
        mass += chance
        total += chance * (pair[0] - mean) / (deviation + point["epsilon"])
    return total / mass


def points(_: int) -> Iterator[Point]:
    """Success probabilities on both sides of one half, small and large ε."""
    return grid(p=PROBABILITIES, epsilon=(Fraction(1, 1000), Fraction(1, 3), Fraction(2)))


def statement(own: int, value: sp.Expr) -> Statement:
    """E[Y | X = own] = value."""
    return Statement(
        Side(conditional_mean(sp.Integer(own)), lambda point: literal(own, point)),
        Relation.EQUAL,
        Side(value),
        DOMAIN,
        (
            Derivation((Step(value, "equal rewards add nothing, different ones lie 1/2 from a mean of 1/2"),)),
            Enumeration(points),
        ),
        latex=rf"\mathbb E[Y\mid X={own}]={sp.latex(value)}",
    )


claim = Claim(
    name="prop-4-1-case-2-epsilon",
    source="two-grpo",
    label="App. A.3",
    says="E[Y | X = 1] = (1−p)/(1+2ε) and E[Y | X = 0] = −p/(1+2ε) for pairs, every p in (0, 1) and ε > 0",
    statements=(statement(1, (1 - p) / (1 + 2 * epsilon)), statement(0, -p / (1 + 2 * epsilon))),
)
