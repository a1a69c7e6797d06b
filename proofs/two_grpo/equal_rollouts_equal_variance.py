"""At fixed B = QG, with one prompt distribution, the relative variance of the batch gradient does not depend on G.

It does, already for one prompt and the two-outcome policy. With c_G = E σ̂ the relative variance of Q independent groups
is (1/Q)·[(G−1)p(1−p)/(G·c_G²) − 1], Q = B/G, for every G. At the same B it is smaller by exactly 1/B for G = 3 than for
G = 2.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import binomial_mean
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.variance import batch_moments
from grpo_theory.symbols import G, Q, k, m, p

# One group's update is its deviation times the contrast of the two scores, which is constant here.
chance = sp.binomial(G, k) * p**k * (1 - p) ** (G - k)
mean = sp.Sum(chance * sp.sqrt(k * (G - k)) / G, (k, 1, G - 1))
second = sp.Sum(chance * k * (G - k) / G**2, (k, 0, G))
of_batch = (second - mean**2) / (Q * mean**2)
law = ((G - 1) * p * (1 - p) / (G * mean**2) - 1) / Q


def relative_variance(p_: Fraction, size: int, groups: int) -> Surd:
    """tr Var/‖E‖² of the mean update of a batch, over all joint outcomes of its rollouts."""
    return batch_moments(rule("grpo"), two_outcome(p_), size, groups).relative


def at_size(size: int, rollouts: int, point: Point) -> Surd:
    """The relative variance of a batch of B rollouts in groups of a size."""
    return relative_variance(point["p"], size, rollouts // size)


def candidates() -> Iterator[Point]:
    """Batches that can be split in two ways, smallest first, probabilities by growing height."""
    for rollouts in range(4, 7):
        divisors = [size for size in range(2, rollouts + 1) if rollouts % size == 0]
        for at, size in enumerate(divisors):
            for other in divisors[at + 1 :]:
                for wins in rationals(4):
                    yield {"B": rollouts, "G": size, "Q": rollouts // size, "other_G": other, "p": wins}


def by_counts(wins: Fraction, size: int, groups: int) -> Surd:
    """(1/Q)·(E g²/(E g)² − 1) with g = σ̂, from the binomial distribution of the successes."""
    mass = [comb(size, wins_) * wins**wins_ * (1 - wins) ** (size - wins_) for wins_ in range(size + 1)]
    squares = [Fraction(wins_ * (size - wins_), size**2) for wins_ in range(size + 1)]
    first = sum((weight * Surd.sqrt(square) for weight, square in zip(mass, squares, strict=True)), Surd.of(0))
    return (sum(w * square for w, square in zip(mass, squares, strict=True)) / (first * first) - 1) / groups


def agree_by_counts(point: Point) -> bool:
    """The statement again, both sides by counts."""
    sides = [by_counts(point["p"], size, point["B"] // size) for size in (point["G"], point["other_G"])]
    return sides[0] == sides[1]


def points(_: int) -> Iterator[Point]:
    """Groups and batches of at most eight rollouts."""
    return (at for at in grid(G=(2, 3, 4, 5), Q=(1, 2, 3), p=PROBABILITIES[:4]) if at["G"] * at["Q"] <= 8)


def sixes(_: int) -> Iterator[Point]:
    """Batches of six rollouts: three pairs or two groups of three."""
    return grid(m=(1,), p=PROBABILITIES)


def with_law(size: int, groups: sp.Expr) -> sp.Expr:
    """The law at one group size, its mean written out."""
    wins = [sp.binomial(size, at) * p**at * (1 - p) ** (size - at) for at in range(1, size)]
    total = sp.Add(*(w * sp.sqrt(at * (size - at)) / size for at, w in enumerate(wins, 1)))
    return (sp.Rational(size - 1, size) * p * (1 - p) / total**2 - 1) / groups


DOMAIN = Domain((natural(G, 2), natural(Q, 1), real(p, 0, 1)), "two-outcome policy, one prompt, grpo at ε = 0")
gain = with_law(2, 3 * m) - 1 / (6 * m)

repair = Claim(
    name="equal-rollouts-equal-variance-repaired",
    source="two-grpo",
    label="Sec. 4.2",
    says="for the two-outcome policy the relative variance of Q = B/G groups is (G/B)·[(G−1)p(1−p)/(G·c_G²) − 1] with "
    "c_G = E σ̂, for every G, B and p; for B = 6m it is smaller by exactly 1/B at G = 3 than at G = 2",
    statements=(
        Statement(
            Side(of_batch, lambda point: relative_variance(point["p"], point["G"], point["Q"])),
            Relation.EQUAL,
            Side(law),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            law,
                            "E k(G−k) = G(G−1)p(1−p)",
                            using=((binomial_mean(k * (G - k), G, p, k), 1 / (G**2 * Q * mean**2)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(with_law(3, 2 * m), lambda point: at_size(3, 6 * point["m"], point)),
            Relation.EQUAL,
            Side(gain, lambda point: at_size(2, 6 * point["m"], point) - Fraction(1, 6 * point["m"])),
            Domain((natural(m, 1), real(p, 0, 1)), "B = 6m, G = 3 against G = 2"),
            (
                Derivation((Step(gain, "c_2 = p(1−p) and c_3 = √2·p(1−p)"),)),
                Enumeration(sixes),
            ),
        ),
    ),
)

claim = Claim(
    name="equal-rollouts-equal-variance",
    source="two-grpo",
    label="Sec. 4.2",
    says="at fixed B = QG, one prompt distribution, the relative variance tr Var/‖E‖² of the batch gradient is the "
    "same for any two group sizes",
    statements=(
        Statement(
            Side(literal=lambda point: at_size(point["G"], point["B"], point)),
            Relation.EQUAL,
            Side(literal=lambda point: at_size(point["other_G"], point["B"], point)),
            DOMAIN,
            (Counterexample(candidates, agree_by_counts),),
            latex=r"\mathrm{tr\,Var}/\|\mathbb E\|^2\ \text{at }(G, B/G)\ \text{and at }(G', B/G')",
        ),
    ),
    repair=repair,
)
