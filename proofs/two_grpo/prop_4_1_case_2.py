"""lim_{ε→0} E[Y | X = x] = x − p for a pair of Bernoulli(p) rewards and both x.

For ε > 0 the mean is (x − p)/(1 + 2ε): two equal rewards give Y = 0, two different ones have mean and deviation 1/2.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Convergence
from grpo_theory.ledger.facts import algebra
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, p, r


def standardised(own: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Y = (own reward − mean)/(deviation + ε) of a pair."""
    mean = (own + other) / 2
    deviation = sp.sqrt(((own - mean) ** 2 + (other - mean) ** 2) / 2)
    return (own - mean) / (deviation + epsilon)


conditional_mean = p * standardised(r, sp.S(1)) + (1 - p) * standardised(r, sp.S(0))


def literal(point: Point) -> Fraction:
    """E[Y·1{X = r}]/P(X = r) over all four pairs; deviations of binary pairs are 0 or 1/2."""
    mass, total = Fraction(0), Fraction(0)
    for pair in ((0, 0), (0, 1), (1, 0), (1, 1)):
        chance = Fraction(1)
        for reward in pair:
            chance *= point["p"] if reward else 1 - point["p"]
        if pair[0] != point["r"]:
            continue
        mean = Fraction(sum(pair), 2)
        variance = sum((reward - mean) ** 2 for reward in pair) / 2
        deviation = next(d for d in (Fraction(0), Fraction(1, 2)) if d * d == variance)
        mass += chance
        total += chance * (pair[0] - mean) / (deviation + point["epsilon"])
    return total / mass


def points(_: int) -> Iterator[Point]:
    """Both rewards, success probabilities on both sides of one half, ε falling to zero."""
    return grid(r=(0, 1), p=PROBABILITIES, epsilon=tuple(Fraction(1, 10**power) for power in (1, 3, 9)))


claim = Claim(
    name="prop-4-1-case-2",
    source="two-grpo",
    label="Eq. 15",
    says="lim_{ε→0} E[Y | X = x] = x − p for pairs, x in {0, 1} and every p in (0, 1)",
    statements=(
        Statement(
            Side(sp.Limit(conditional_mean, epsilon, 0, "+")),
            Relation.EQUAL,
            Side(r - p),
            Domain((choice(r, 0, 1), real(p, 0, 1), real(epsilon, 0))),
            (
                Derivation(
                    (
                        Step(
                            r - p,
                            "equal rewards add nothing, different ones give (2x−1)/(1+2ε); then ε falls to zero",
                            rewriting=(
                                limit_from_above(algebra(conditional_mean, (r - p) / (1 + 2 * epsilon)), epsilon),
                            ),
                        ),
                    )
                ),
                # |(x−p)/(1+2ε) − (x−p)| ≤ 2ε, since |x−p| < 1.
                Convergence(literal, lambda point: 2 * point["epsilon"], points),
            ),
        ),
    ),
)
