"""If B_1 < B_2, then Var[ĝ_{B_1}] > Var[ĝ_{B_1}], as printed: a number larger than itself.

The right side must name B_2, and gradients must vary at all: with σ² > 0 the variance σ²/B strictly decreases. B_2 is
written B + m below.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import hypothesis, lemma
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.symbols import B, K, i, m, o

weight, gradient, variance = sp.Function("w"), sp.Function("g"), sp.Function("sigma_squared")(K)
mean = sp.Sum(weight(o) * gradient(o), (o, 1, K))
second = sp.Sum(weight(o) * gradient(o) ** 2, (o, 1, K))
spread = Given(second - mean**2, variance)
small = sp.Sum(second + (B - 1) * mean**2, (i, 1, B)) / B**2 - mean**2
large = small.subs(B, B + m)


def literal(size: int, point: Point) -> Fraction:
    """E(ĝ − ḡ)² over all K^B batches."""
    values, chances = point["values"], point["weights"]
    centre = sum(w * g for w, g in zip(chances, values, strict=True))
    total = Fraction(0)
    for batch in product(range(len(values)), repeat=size):
        mass = prod((chances[at] for at in batch), start=Fraction(1))
        total += mass * (sum(values[at] for at in batch) / Fraction(size) - centre) ** 2
    return total


def points() -> Iterator[Point]:
    """Two or three gradients, smallest first, batches up to five."""
    fair = ((Fraction(1, 2), Fraction(1, 2)), (Fraction(0), Fraction(1)))
    three = ((Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (Fraction(0), Fraction(5), Fraction(-1, 2)))
    for at in grid(law=(fair, three), B=(1, 2, 3), m=(1, 2)):
        chances, values = at["law"]
        centre = sum(w * g for w, g in zip(chances, values, strict=True))
        squares = sum((w * (g - centre) ** 2 for w, g in zip(chances, values, strict=True)), Fraction(0))
        point = {"B": at["B"], "m": at["m"], "K": len(values), "weights": chances, "values": values}
        numbers = {"w": at_outcome(chances), "g": at_outcome(values), "sigma_squared": at_outcome((squares,) * 3)}
        yield {**point, **numbers}


def exceeds_itself(point: Point) -> bool:
    """The printed inequality from Var = σ²/B: σ²/B_1 > σ²/B_1."""
    variance_of_one = point["sigma_squared"](point["K"])
    return bool(variance_of_one * point["B"] > variance_of_one * point["B"])


SIZES = (natural(B, 1), natural(m, 1), natural(K, 1))
WORDS = "every finite distribution of gradients, B_1 = B, B_2 = B + m"

repair = Claim(
    name="lemma-4-3-repaired",
    source="two-grpo",
    label="Lemma 4.3",
    says="if B_1 < B_2 and the gradient of one sample has variance σ² > 0, then Var[ĝ_{B_1}] > Var[ĝ_{B_2}]",
    statements=(
        Statement(
            Side(small, lambda point: literal(point["B"], point)),
            Relation.GREATER,
            Side(large, lambda point: literal(point["B"] + point["m"], point)),
            Domain((*SIZES, real(variance, 0)), f"{WORDS}, of variance σ² > 0", (spread,)),
            (
                Derivation(
                    (
                        Step(
                            (second - mean**2) / B,
                            "the variance of the mean of a batch",
                            rewriting=(lemma("batch-variance", small, (second - mean**2) / B, {}),),
                        ),
                        Step(variance / B, "σ² is the variance of one", using=((hypothesis(spread), 1 / B),)),
                        Step(variance / (B + m), "σ² > 0 and the batch grows", Relation.GREATER),
                        Step(
                            (second - mean**2) / (B + m),
                            "σ² is the variance of one",
                            using=((hypothesis(spread), -1 / (B + m)),),
                        ),
                        Step(
                            large,
                            "the variance of the mean of the larger batch",
                            using=(
                                (
                                    lemma("batch-variance", large, (second - mean**2) / (B + m), {B: B + m}),
                                    sp.Integer(-1),
                                ),
                            ),
                        ),
                    )
                ),
                Enumeration(lambda _: points()),
            ),
        ),
    ),
)

claim = Claim(
    name="lemma-4-3",
    source="two-grpo",
    label="Lemma 4.3",
    says="if B_1 < B_2, then Var[ĝ_{B_1}] > Var[ĝ_{B_1}]",
    statements=(
        Statement(
            Side(small, lambda point: literal(point["B"], point)),
            Relation.GREATER,
            Side(small, lambda point: literal(point["B"], point)),
            Domain(SIZES, WORDS),
            (Counterexample(points, exceeds_itself),),
        ),
    ),
    repair=repair,
)
