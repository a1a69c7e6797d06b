"""(r_i − r̄)/σ is undefined where all rewards are equal, being 0/0 for every rollout, and there only.

If every reward is c, so is the mean: numerators and deviation are zero. Conversely (r_1 − r_2)² ≤ 2Gσ², so that two
rewards that differ, listed first, keep the deviation away from zero.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import as_product, hypothesis, order, split, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import reward_point
from grpo_theory.symbols import G, i, j, n

r = sp.Function("r")
mean, common, gap = sp.Symbol("mean", real=True), sp.Symbol("c", real=True), sp.Symbol("gap", positive=True)


def over_group(summand: sp.Expr) -> sp.Sum:
    """Σ over the rollouts."""
    return sp.Sum(summand, (i, 1, G))


MEAN = Given(over_group(r(i)) / G, mean)
ALL_EQUAL = Given(r(i), common, i, sp.S(1), G)
APART = Given(r(1), r(2) + gap)
EQUAL = Domain((natural(G, 2), real(mean), real(common)), "all rewards equal", (MEAN, ALL_EQUAL))
ONE_OF_THEM = Domain(
    (natural(n, 1), natural(G, n), real(mean), real(common)), "all rewards equal; rollout n of them", (MEAN, ALL_EQUAL)
)
DIFFERENT = Domain((natural(G, 2), real(mean), real(gap, 0)), "any real rewards with r_1 > r_2", (MEAN, APART))
variance = over_group((r(i) - mean) ** 2) / G
constant = by_induction(over_group(common), common * j, j)
mean_is_common = chain(
    mean,
    Step(over_group(r(i)) / G, "the mean", using=((hypothesis(MEAN), -sp.S(1)),)),
    Step(over_group(common) / G, "equal rewards", using=(summed(hypothesis(ALL_EQUAL), 1 / G, i, sp.S(1), G),)),
    Step(common, "G equal terms", using=((constant, 1 / G),)),
)


def no_numerator(at: sp.Expr) -> Fact:
    """r − r̄ = 0 for one rollout of a group of equal rewards."""
    using = (hypothesis(ALL_EQUAL, at), (mean_is_common, -sp.S(1)))
    return chain(r(at) - mean, Step(0 * at, "its reward and the mean are both c", using=using))


first, second = r(1) - mean, r(2) - mean
rest = sp.Sum((r(i) - mean) ** 2, (i, 3, G))
ends = split(over_group((r(i) - mean) ** 2), first=2)
positive_rest = summed(order(0 * i, (r(i) - mean) ** 2, "a square"), sp.S(1), i, sp.S(3), G)
parallelogram = as_product(
    (first - second) ** 2 / 2, first**2 + second**2, ((first + second, 2), (sp.Rational(1, 2), 1)), "(x + y)² ≥ 0"
)


def numerator(point: Point) -> Surd:
    """r_n − r̄ over the vector."""
    rewards = point["rewards"]
    return Surd.of(rewards[point["n"] - 1] - sum(rewards, Surd.of(0)) / len(rewards))


def squared_deviation(point: Point) -> Surd:
    """The population variance of the vector."""
    rewards = point["rewards"]
    middle = sum(rewards, Surd.of(0)) / len(rewards)
    return sum(((reward - middle) ** 2 for reward in rewards), Surd.of(0)) / len(rewards)


def equal_points(_: int) -> Iterator[Point]:
    """Every rollout of groups with one reward for all."""
    for common_reward, size in ((Fraction(0), 2), (Fraction(1), 3), (Fraction(-5, 2), 4)):
        point = reward_point((common_reward,) * size)
        yield from (point | {"c": common_reward, "n": at} for at in range(1, size + 1))


def different_points(_: int) -> Iterator[Point]:
    """Two rewards that differ in front, in both of the orders that name the larger one first."""
    for rewards in ((1, 0), (1, 0, 0), (Fraction(7, 3), Fraction(-1, 2)), (3, 1, 2), (5, 4, 0, Fraction(9, 2))):
        yield reward_point(rewards) | {"gap": Fraction(rewards[0]) - rewards[1]}


claim = Claim(
    name="mean-std-undefined-when-equal",
    source="card",
    label="1. Optimal Normalization, mean + std",
    says="(r_i − r̄)/σ is undefined if all rewards of the group are equal: σ = 0 and r_i − r̄ = 0 for every i; in every "
    "other group σ² ≥ (r_a − r_b)²/(2G) > 0 for any two rewards that differ",
    statements=(
        Statement(
            Side(variance, squared_deviation),
            Relation.EQUAL,
            Side(sp.S(0)),
            EQUAL,
            (
                Derivation(
                    (
                        Step(
                            sp.S(0),
                            "every term is zero",
                            using=(summed(no_numerator(i), (r(i) - mean) / G, i, sp.S(1), G),),
                        ),
                    )
                ),
                Enumeration(equal_points),
            ),
        ),
        Statement(
            Side(r(n) - mean, numerator),
            Relation.EQUAL,
            Side(sp.S(0)),
            ONE_OF_THEM,
            (Derivation((Step(sp.S(0), "r_n = c = r̄", using=(no_numerator(n),)),)), Enumeration(equal_points)),
        ),
        Statement(
            Side(variance, squared_deviation),
            Relation.AT_LEAST,
            Side(gap**2 / (2 * G)),
            DIFFERENT,
            (
                Derivation(
                    (
                        Step((first**2 + second**2 + rest) / G, "two terms are written out", using=((ends, 1 / G),)),
                        Step(
                            (first**2 + second**2) / G,
                            "squares are not negative",
                            Relation.AT_LEAST,
                            using=((positive_rest, 1 / G),),
                        ),
                        Step(
                            (first - second) ** 2 / (2 * G),
                            "2x² + 2y² ≥ (x − y)²",
                            Relation.AT_LEAST,
                            using=((parallelogram, 1 / G),),
                        ),
                        Step(
                            gap**2 / (2 * G),
                            "r_1 − r_2 is the gap",
                            using=((hypothesis(APART), (first - second + gap) / (2 * G)),),
                        ),
                    )
                ),
                Enumeration(different_points),
            ),
        ),
    ),
)
