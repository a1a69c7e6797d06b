"""c_G(p) < c_{G+1}(p) < √(p(1−p)) for grpo at ε = 0, every G ≥ 2 and p in (0, 1).

c_G is the mean of the group's standard deviation √(k(G−k))/G. Leaving one rollout of a group of G+1 out at random gives
a group of G, so the means compare pointwise: √(k(k−1)) < k − 1/2 for successes and likewise for failures. The upper
bound is the inequality of the arithmetic and geometric means around √(p(1−p)).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.enclosure import Enclosure
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import binomial_mean, binomial_theorem, order, shifted, split, summed
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, k, p

q = 1 - p
# Away from the ends, and for small groups, balls confirm the growth without any of the algebra below.
BOXES = tuple({"G": (Fraction(g), Fraction(g)), "p": (Fraction(1, 50), Fraction(49, 50))} for g in (2, 3, 4))
DOMAIN = Domain((natural(G, 2), real(p, 0, 1)))
mean_deviation = sp.Sum(sp.binomial(G, k) * p**k * q ** (G - k) * sp.sqrt(k * (G - k)) / G, (k, 0, G))
next_mean_deviation = mean_deviation.subs(G, G + 1)
failures = G + 1 - k


def literal(point: Point) -> Surd:
    """E[standard deviation of the group] over all 2^G reward vectors, deviations by summing squares."""
    size, chance = point["G"], point["p"]
    total = Surd.of(0)
    for rewards in product((0, 1), repeat=size):
        mean = Fraction(sum(rewards), size)
        weight = Fraction(1)
        for reward in rewards:
            weight *= chance if reward else 1 - chance
        total = total + weight * Surd.sqrt(sum((reward - mean) ** 2 for reward in rewards) / size)
    return total


def literal_next(point: Point) -> Surd:
    """The same for one rollout more."""
    return literal({**point, "G": point["G"] + 1})


def points(max_group: int) -> Iterator[Point]:
    """Group sizes up to the limit and success probabilities on both sides of one half."""
    return group_grid(max_group)


grown = p**k * q**failures
with_a_success = sp.Sum(sp.binomial(G, k) * p ** (k + 1) * q ** (G - k) * sp.sqrt(k * (G - k)) / G, (k, 0, G))
with_a_failure = sp.Sum(sp.binomial(G, k) * p**k * q**failures * sp.sqrt(k * (G - k)) / G, (k, 0, G))
relabelled = shifted(with_a_success, -1)
left_out = k * sp.sqrt((k - 1) * failures) + failures * sp.sqrt(k * (G - k))
leave_one_out = sp.Sum(sp.binomial(G + 1, k) * grown * left_out / (G * (G + 1)), (k, 1, G))
mixed_only = sp.Sum(sp.binomial(G + 1, k) * grown * sp.sqrt(k * failures) / (G + 1), (k, 1, G))
scale = sp.binomial(G + 1, k) * grown * sp.sqrt(k * failures) / (G * (G + 1))
fewer_successes = order(sp.sqrt(k * (k - 1)), k - sp.Rational(1, 2), "k(k−1) < (k − 1/2)²", strict=True)
fewer_failures = order(
    sp.sqrt(failures * (G - k)), failures - sp.Rational(1, 2), "(G+1−k)(G−k) < (G+1−k − 1/2)²", strict=True
)

grows = Derivation(
    (
        Step(with_a_success + with_a_failure, "one further rollout succeeds with p or fails with 1−p"),
        Step(relabelled.rhs + with_a_failure, "k now counts the successes among G+1 rollouts", using=(relabelled,)),
        Step(
            split(relabelled.rhs, last=1).rhs + split(with_a_failure, first=1).rhs,
            "the terms at both ends are written out",
            using=(split(relabelled.rhs, last=1), split(with_a_failure, first=1)),
        ),
        Step(leave_one_out, "the ends are silent groups; C(G,k−1) and C(G,k) are written over C(G+1,k)"),
        Step(
            mixed_only,
            "√(k(k−1)) < k − 1/2, for successes and for failures",
            Relation.LESS,
            using=(summed(fewer_successes, scale, k, sp.S(1), G), summed(fewer_failures, scale, k, sp.S(1), G)),
        ),
        Step(
            next_mean_deviation,
            "the silent groups of G+1 add nothing",
            using=(
                # Read backwards: the sum from 0 to G+1 is its silent ends and the mixed groups.
                (split(next_mean_deviation, first=1, last=1), sp.Integer(-1)),
            ),
        ),
    )
)

top = sp.sqrt(p * q)
tangent = (k * (G - k) / (G**2 * top) + top) / 2
weight = sp.binomial(G, k) * p**k * q ** (G - k)
bounded = sp.Sum(weight * tangent, (k, 0, G))
stays_below = Derivation(
    (
        Step(
            bounded,
            "the arithmetic mean of σ̂²/√(p(1−p)) and √(p(1−p)) is at least their geometric mean σ̂",
            Relation.AT_MOST,
            using=(
                summed(order(sp.sqrt(k * (G - k)) / G, tangent, "a square is not negative"), weight, k, sp.S(0), G),
            ),
        ),
        Step(
            top * (1 - 1 / (2 * G)),
            "E σ̂² = p(1−p)(G−1)/G, and the weights sum to one",
            using=(
                (binomial_mean(k * (G - k), G, p, k), 1 / (2 * G**2 * top)),
                (binomial_theorem(G, p, q), top / 2),
            ),
        ),
        Step(top, "G is finite", Relation.LESS),
    )
)

claim = Claim(
    name="contrast-increases-with-group",
    source="grpo-theory",
    label="Lemma",
    says="c_G(p) < c_{G+1}(p) < √(p(1−p)) for grpo (ε = 0), every G ≥ 2 and p in (0, 1)",
    statements=(
        Statement(
            Side(mean_deviation, literal),
            Relation.LESS,
            Side(next_mean_deviation, literal_next),
            DOMAIN,
            (grows, Enumeration(points), Enclosure(BOXES)),
        ),
        Statement(Side(mean_deviation, literal), Relation.LESS, Side(top), DOMAIN, (stays_below, Enumeration(points))),
    ),
)
