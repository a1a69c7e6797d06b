"""c_G/√(p(1−p)) = 1 − 1/(8Gp(1−p)) + O(G⁻²) for grpo at ε = 0, with a constant that is written down.

With v = σ̂²/(p(1−p)) − 1, √(1+v) lies between 1 + v/2 − v²/8 + v³/16 − (5/16)v⁴ and 1 + v/2 − v²/8 + v³/16: with
s = √(1+v) both differences are products of powers of s, s−1 and polynomials with positive coefficients. The moments of
v are quotients of polynomials in G for every G, so the remainder times G² is bounded for all G at once.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import as_product, binomial_mean, summed
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, k, p

DOMAIN = Domain((natural(G, 2), real(p, 0, 1)))
q = 1 - p
top = sp.sqrt(p * q)
chance = sp.binomial(G, k) * p**k * q ** (G - k)
attenuation = sp.Sum(chance * sp.sqrt(k * (G - k)) / (G * top), (k, 0, G))
remainder = G**2 * (attenuation - 1 + 1 / (8 * G * p * q))

s = sp.sqrt(k * (G - k)) / (G * top)
v = k * (G - k) / (G**2 * p * q) - 1
above = 1 + v / 2 - v**2 / 8 + v**3 / 16
below = above - sp.Rational(5, 16) * v**4
from_above = as_product(
    s, above, ((sp.Rational(1, 16), 1), (s - 1, 4), (s**2 + 4 * s + 5, 1)), "√(1+v) ≤ 1 + v/2 − v²/8 + v³/16"
)
from_below = as_product(
    below,
    s,
    ((sp.Rational(1, 16), 1), (s, 1), (s - 1, 4), (5 * s**3 + 20 * s**2 + 29 * s + 16, 1)),
    "√(1+v) ≥ 1 + v/2 − v²/8 + v³/16 − (5/16)v⁴",
)


# Denominators cleared, both bounds are polynomials in k, whose means are known for every G.
clear = 1 / (16 * (G**2 * p * q) ** 4)
mean_above = binomial_mean(sp.expand(sp.cancel(above / clear)), G, p, k)
mean_below = binomial_mean(sp.expand(sp.cancel(below / clear)), G, p, k)
leading = -(G**2) + G / (8 * p * q)
largest = G**2 * clear * mean_above.rhs + leading
smallest = G**2 * clear * mean_below.rhs + leading
ceiling = 1 / (8 * (p * q) ** 2)
floor = -1 / (2 * (p * q) ** 3)


def literal(point: Point) -> Surd:
    """G²·(E[σ̂]/√(p(1−p)) − 1 + 1/(8Gp(1−p))), deviations taken over every reward vector."""
    size: int = point["G"]
    chance_of_success: Fraction = point["p"]
    mean_deviation = Surd.of(0)
    for rewards in product((0, 1), repeat=size):
        probability = Fraction(1)
        for r in rewards:
            probability *= chance_of_success if r else 1 - chance_of_success
        mean = Fraction(sum(rewards), size)
        mean_deviation = mean_deviation + probability * Surd.sqrt(sum((r - mean) ** 2 for r in rewards) / size)
    variance = chance_of_success * (1 - chance_of_success)
    return size**2 * (mean_deviation / Surd.sqrt(variance) - 1 + 1 / (8 * size * variance))


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit and success probabilities on both sides of one half."""
    return group_grid(max_group)


at_most = Derivation(
    (
        Step(
            largest,
            "the root is bounded above, and the first six moments are those of the binomial distribution",
            Relation.AT_MOST,
            using=((summed(from_above, chance, k, sp.S(0), G), G**2), (mean_above, G**2 * clear)),
        ),
        Step(ceiling, "all coefficients have one sign", Relation.AT_MOST),
    )
)
at_least = Derivation(
    (
        Step(
            smallest,
            "the root is bounded below, and the first eight moments are those of the binomial distribution",
            Relation.AT_LEAST,
            using=((summed(from_below, chance, k, sp.S(0), G), G**2), (mean_below, -(G**2) * clear)),
        ),
        Step(floor, "all coefficients have one sign", Relation.AT_LEAST),
    )
)

claim = Claim(
    name="attenuation",
    source="literature",
    label="group-deviation paper",
    says=(
        "c_G/√(p(1−p)) = 1 − 1/(8Gp(1−p)) + O(G⁻²): the remainder times G² lies in [−1/(2p³(1−p)³), 1/(8p²(1−p)²)] "
        "for every G ≥ 2 and p in (0, 1)"
    ),
    statements=(
        Statement(Side(remainder, literal), Relation.AT_MOST, Side(ceiling), DOMAIN, (at_most, Enumeration(points))),
        Statement(Side(remainder, literal), Relation.AT_LEAST, Side(floor), DOMAIN, (at_least, Enumeration(points))),
    ),
)
