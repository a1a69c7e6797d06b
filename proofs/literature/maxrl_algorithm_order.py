"""MaxRL's Algorithm 1, which drops both terms in a group without success, has truncation order G−1, not G.

The paper proves order G for (1/k)Σ r_i s_i, zero at k = 0, and for that minus (1/G)Σ s_i kept at k = 0. Its Algorithm 1
sets the whole estimate to zero at k = 0: the subtracted term then has an expectation, E[1{k=0}·(1/G)Σ s_i] =
−(1−p)^{G−1}∇p, which takes the last of the G terms Σ_{j=1}^{G} (1−p)^{j−1}∇p away. At G = 2 it is REINFORCE.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import hypothesis, lemma, shifted, split, summed
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import G, K, j, o, p, s, theta

q = 1 - p
pi, score, reward = sp.Function("pi"), sp.Function("s"), sp.Function("r")
slope = sp.Derivative(pi(o, theta), theta)
SCORE = Given(pi(o, theta) * score(o), slope, o, sp.S(1), K)
TOTAL = Given(sp.Sum(slope, (o, 1, K)), sp.S(0))
DOMAIN = Domain(
    (natural(G, 2), real(p, 0, 1), natural(K, 1), choice(reward(o), 0, 1)),
    "every finite policy with success probability p",
    (SCORE, TOTAL),
)
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
of_success = 1 / ((s + 1) / G) - 1
given_success = sp.Sum(others * of_success, (s, 0, G - 1))
given_failure = sp.Sum(-others, (s, 1, G - 1))
gradient = sp.Sum(reward(o) * slope, (o, 1, K))
update = given_success * sp.Sum(pi(o, theta) * score(o) * reward(o), (o, 1, K)) + given_failure * sp.Sum(
    pi(o, theta) * score(o) * (1 - reward(o)), (o, 1, K)
)
of_failures = sp.Sum((1 - reward(o)) * slope, (o, 1, K))
by_slopes = given_success * gradient + given_failure * of_failures
turned = chain(of_failures, Step(-gradient, "all slopes sum to zero", using=(hypothesis(TOTAL),)))
closed_weight = (1 - q ** (G - 1)) / p


def truncated(order: sp.Expr) -> sp.Expr:
    """Σ_{j=1}^{T} (1−p)^{j−1}·∇p, the gradient of −Σ_{j≤T} (1−p)^j/j."""
    return sp.Sum(q ** (j - 1), (j, 1, order)) * gradient


powers = sp.Sum(q ** (j - 1), (j, 1, G - 1))
multiplied = sp.Sum(q**j, (j, 1, G - 1))
renamed = shifted(multiplied, -1)
geometric = chain(
    powers,
    Step((powers - multiplied) / p, "1 = (1 − (1−p))/p"),
    Step((powers - renamed.rhs) / p, "the second sum is moved by one place", using=((renamed, -1 / p),)),
    Step(
        closed_weight,
        "all terms but the first and the last cancel",
        using=((split(powers, first=1), 1 / p), (split(renamed.rhs, last=1), -1 / p)),
    ),
)
of_order_one_less = Derivation(
    (
        Step(
            by_slopes,
            "π·s = ∇π, outcome by outcome",
            using=(
                (summed(hypothesis(SCORE), reward(o), o, sp.S(1), K), given_success),
                (summed(hypothesis(SCORE), 1 - reward(o), o, sp.S(1), K), given_failure),
            ),
        ),
        Step(
            (given_success - given_failure) * gradient,
            "the slopes of the failures sum to −∇p",
            using=((turned, given_failure),),
        ),
        Step(
            closed_weight * gradient,
            "the weight of (r − m)/m",
            using=((lemma("maxrl-truncation", given_success - given_failure, closed_weight, {}), gradient),),
        ),
        Step(truncated(G - 1), "the geometric sum of G−1 terms", using=((geometric, -gradient),)),
    )
)


def algorithm(point: Point) -> Fraction:
    """The sum over all K^G groups of probability · ĝ, ĝ as Algorithm 1 prints it, one coordinate of it."""
    size, expected = point["G"], Fraction(0)
    for group in product(range(point["K"]), repeat=size):
        successes = sum(point["rewards"][outcome] for outcome in group)
        if not successes:
            continue
        probability = Fraction(1)
        estimate = Fraction(0)
        for outcome in group:
            probability *= point["policy"][outcome]
            estimate += (point["rewards"][outcome] - successes / size) * point["s"](outcome + 1)
        expected += probability * estimate / successes
    return expected


def point_of(policy: SoftmaxPolicy, size: int, at: int) -> Point:
    """A policy with a group size and one coordinate of its scores and slopes."""
    outcomes = range(policy.dimension)
    return policy_point(policy) | {
        "G": size,
        "s": at_outcome(tuple(policy.score(o)[at] for o in outcomes)),
        "D_pi": at_outcome(tuple(policy.gradient_of_probability(o)[at] for o in outcomes)),
    }


def search() -> Iterator[Point]:
    """Group sizes, then policies by size."""
    for size in (2, 3):
        yield from (point_of(policy, size, 0) for policy in small_policies(3, 3))


def recheck(point: Point) -> bool:
    """E[ĝ] = E[1{k≥1}(1 − k/G)]·Δ since ĝ is (1 − k/G) times the class contrast; and ∇p = p(1−p)·Δ, Δ ≠ 0."""
    size, chance = point["G"], point["p"]
    counts = range(1, size + 1)
    kept = sum(comb(size, k) * chance**k * (1 - chance) ** (size - k) * Fraction(size - k, size) for k in counts)
    return bool(kept == chance * (1 - chance) * sum((1 - chance) ** power for power in range(size)))


def points(max_group: int) -> Iterator[Point]:
    """Every coordinate, policies with two and three outcomes; groups of three outcomes only up to size 4."""
    for policy in small_policies(3, 4):
        for size in range(2, min(max_group, 9 - 2 * policy.dimension) + 1):
            yield from (point_of(policy, size, at) for at in range(policy.dimension))


claim = Claim(
    name="maxrl-algorithm-order",
    source="literature",
    label="MaxRL, Algorithm 1 and Theorem on truncation order N",
    says="MaxRL's Algorithm 1, which drops both terms of its estimate when k = 0, is unbiased for truncation order G,"
    " Σ_{j=1}^{G} (1−p)^{j−1}·∇p, on every finite policy",
    statements=(
        Statement(
            Side(update, algorithm),
            Relation.EQUAL,
            Side(truncated(G)),
            DOMAIN,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=Claim(
        name="maxrl-algorithm-order-repaired",
        source="literature",
        label="MaxRL, Algorithm 1",
        says="MaxRL's Algorithm 1 is unbiased for truncation order G−1, Σ_{j=1}^{G−1} (1−p)^{j−1}·∇p, on every finite"
        " policy and for every G ≥ 2",
        statements=(
            Statement(
                Side(update, algorithm),
                Relation.EQUAL,
                Side(truncated(G - 1)),
                DOMAIN,
                (of_order_one_less, Enumeration(points)),
            ),
        ),
    ),
)
