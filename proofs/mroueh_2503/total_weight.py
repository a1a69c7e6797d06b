"""ω⁺_ε + ω⁻_ε = Ω_ε(p) = 1/√(p(1−p)+ε): the weights on successes and on failures add up to the contrast's total weight.

The two weights are the smoothed, standardised rewards of a success and, in modulus, of a failure; their sum is what the
recurrence for the success probability sees.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, p

deviation = sp.sqrt(p * (1 - p) + epsilon)
on_successes, on_failures = (1 - p) / deviation, p / deviation
total = 1 / deviation


def advantages(point: Point) -> tuple[Surd, Surd]:
    """The whitened rewards of success and failure, mean and variance taken over the two outcomes."""
    outcomes = ((point["p"], 1), (1 - point["p"], 0))
    mean = sum(chance * reward for chance, reward in outcomes)
    variance = sum(chance * (reward - mean) ** 2 for chance, reward in outcomes)
    won, lost = ((reward - mean) / Surd.sqrt(variance + point["epsilon"]) for _, reward in outcomes)
    return won, lost


def literal(point: Point) -> Surd:
    """The weight on successes plus the weight on failures."""
    won, lost = advantages(point)
    return won + abs(lost)


def points(_: int) -> Iterator[Point]:
    """Probabilities on both sides of one half, with and without smoothing."""
    return grid(p=PROBABILITIES, epsilon=(Fraction(0), Fraction(1, 100), Fraction(2)))


claim = Claim(
    name="total-weight",
    source="mroueh-2503",
    label="weights of the contrastive loss",
    says="ω⁺_ε + ω⁻_ε = Ω_ε(p) = 1/√(p(1−p)+ε), with ω⁺_ε = (1−p)/√(p(1−p)+ε) and ω⁻_ε = p/√(p(1−p)+ε),"
    " for every p in (0, 1) and ε ≥ 0",
    statements=(
        Statement(
            Side(on_successes + on_failures, literal),
            Relation.EQUAL,
            Side(total),
            Domain((real(p, 0, 1), real(epsilon, 0, closed="lower"))),
            (Derivation((Step(total, "(1−p) + p = 1 over the common root"),)), Enumeration(points)),
        ),
    ),
)
