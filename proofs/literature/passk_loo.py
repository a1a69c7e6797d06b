"""1 − C(G−k, K)/C(G, K) has mean 1 − (1−p)^K for k successes among G rollouts and 1 ≤ K ≤ G: it is unbiased for pass@K.

The share of K-subsets of the group that hold a success. Its mean is found by choosing the K failures first: what the
other G−K rollouts do sums to one. For K > G the formula divides by zero, and nothing else would help: the mean of any
function of k is a polynomial in p of degree at most G, whereas pass@K has degree K.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import binomial_theorem
from grpo_theory.ledger.subsets import subsets_of_failures
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.passk import expected_passk_estimate, some_success
from grpo_theory.symbols import G, K, k, p

q = 1 - p
chance = sp.binomial(G, k) * p**k * q ** (G - k)
subsets = sp.binomial(G, K)
estimate = sp.Sum(chance * (subsets - sp.binomial(G - k, K)), (k, 0, G)) / subsets
all_chances = binomial_theorem(G, p, q, k)
chosen = subsets_of_failures(G, K, p, q, k)
remaining = binomial_theorem(G - K, p, q, k)


def by_definition(point: Point) -> Fraction:
    """The estimate averaged over all groups of outcomes."""
    return expected_passk_estimate(two_outcome(point["p"]), point["G"], point["K"])


def passk(point: Point) -> Fraction:
    """P(some success among K rollouts), summed over all tuples of outcomes."""
    return some_success(two_outcome(point["p"]), point["K"])


def points(max_group: int) -> Iterator[Point]:
    """Every K up to every group size, success probabilities on both sides of one half."""
    for size, chance_of_success in product(range(2, max_group + 1), (Fraction(1, 3), Fraction(7, 10))):
        yield from ({"G": size, "K": drawn, "p": chance_of_success} for drawn in range(1, size + 1))


claim = Claim(
    name="passk-loo",
    source="literature",
    label="pass@K estimator",
    says="ρ(G, k, K) = 1 − C(G−k, K)/C(G, K), k successes among G ≥ K ≥ 1 rollouts, is unbiased for 1 − (1−p)^K",
    statements=(
        Statement(
            Side(estimate, by_definition),
            Relation.EQUAL,
            Side(1 - q**K, passk),
            Domain((natural(K, 1), natural(G, K), real(p, 0, 1))),
            (
                Derivation(
                    (
                        Step(
                            all_chances.lhs - chosen.lhs / subsets,
                            "one, less the share of K-subsets without a success",
                        ),
                        Step(
                            1 - q**K * remaining.lhs,
                            "the K failures are chosen first",
                            using=(all_chances, (chosen, -1 / subsets)),
                        ),
                        Step(1 - q**K, "the other G−K rollouts do anything", using=((remaining, -(q**K)),)),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
