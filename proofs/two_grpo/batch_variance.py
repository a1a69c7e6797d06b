"""The mean of B i.i.d. gradients of variance σ² has variance σ²/B, for every B and every finite distribution.

Its second moment is (1/B²) Σ_i E[g_i Σ_j g_j]: each gradient meets itself once and B − 1 independent others. The
statement is about one coordinate; tr Var adds up over coordinates.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.points import at_outcome
from grpo_theory.symbols import B, K, i, o

# g(o) with probability w(o), o = 1 … K.
weight, gradient = sp.Function("w"), sp.Function("g")
mean = sp.Sum(weight(o) * gradient(o), (o, 1, K))
second = sp.Sum(weight(o) * gradient(o) ** 2, (o, 1, K))
rows = sp.Sum(second + (B - 1) * mean**2, (i, 1, B))
variance_of_mean = rows / B**2 - mean**2
row_by_row = by_induction(rows, i * (second + (B - 1) * mean**2), i)


def literal(point: Point) -> Fraction:
    """E(ĝ − ḡ)² over all K^B batches."""
    values, chances, size = point["values"], point["weights"], point["B"]
    centre = sum(w * g for w, g in zip(chances, values, strict=True))
    total = Fraction(0)
    for batch in product(range(len(values)), repeat=size):
        mass = prod((chances[at] for at in batch), start=Fraction(1))
        total += mass * (sum(values[at] for at in batch) / Fraction(size) - centre) ** 2
    return total


def points(_: int) -> Iterator[Point]:
    """Distributions of two and three gradients, batches up to four."""
    two = ((Fraction(1, 3), Fraction(2, 3)), (Fraction(1), Fraction(-2)))
    three = ((Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (Fraction(0), Fraction(5), Fraction(-1, 2)))
    for at in grid(law=(two, three), B=(1, 2, 3, 4)):
        chances, values = at["law"]
        point = {"B": at["B"], "K": len(values), "weights": chances, "values": values}
        yield {**point, "w": at_outcome(chances), "g": at_outcome(values)}


claim = Claim(
    name="batch-variance",
    source="two-grpo",
    label="Eq. 16",
    says="the mean of B i.i.d. gradients of variance σ² has variance σ²/B, every B ≥ 1, every finite distribution",
    statements=(
        Statement(
            Side(variance_of_mean, literal),
            Relation.EQUAL,
            Side((second - mean**2) / B),
            Domain((natural(B, 1), natural(K, 1)), "every finite distribution of gradients, by coordinates"),
            (
                Derivation(
                    (
                        Step(
                            (second + (B - 1) * mean**2) / B - mean**2,
                            "all B rows are equal",
                            using=((row_by_row, 1 / B**2),),
                        ),
                        Step((second - mean**2) / B, "the squared mean cancels"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
