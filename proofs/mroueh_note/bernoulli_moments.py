"""E r = p and Var r = p(1−p) for a binary reward on every finite policy, p being its success probability.

The note replaces mean and variance of the reward by those of a Bernoulli variable. A binary reward is the indicator of
success, which settles the mean; for the variance r² = r and Σ π(o) = 1 are all it takes.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import K, j, o, p

pi, reward = sp.Function("pi"), sp.Function("r")
is_success = sp.Piecewise((1, sp.Eq(reward(o), 1)), (0, True))
TOTAL = Given(sp.Sum(pi(o), (o, 1, K)), sp.S(1))
SUCCESS = Given(sp.Sum(pi(o) * is_success, (o, 1, K)), p)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), real(pi(o), 0), choice(reward(o), 0, 1)),
    "every finite policy with success probability p",
    (TOTAL, SUCCESS),
)
mean = sp.Sum(pi(o) * reward(o), (o, 1, K))
mean_inside = sp.Sum(pi(j) * reward(j), (j, 1, K))
variance = sp.Sum(pi(o) * (reward(o) - mean_inside) ** 2, (o, 1, K))
of_mean = (
    Step(SUCCESS.lhs, "a binary reward is the indicator of success"),
    Step(p, "this is how p is defined", using=(hypothesis(SUCCESS),)),
)
mean_is_p = chain(mean_inside, *of_mean)
about_p = sp.Sum(pi(o) * (reward(o) - p) ** 2, (o, 1, K))
of_variance = (
    Step(about_p, "the mean is p", rewriting=(mean_is_p,)),
    Step(
        p * (1 - p),
        "r² = r, so Σπ(r−p)² = (1−2p)·Σπr + p²·Σπ",
        using=((chain(mean, *of_mean), 1 - 2 * p), (hypothesis(TOTAL), p**2)),
    ),
)


def expected(point: Point) -> Fraction:
    """Σ π(o) r(o), outcome by outcome."""
    return sum((chance * r for chance, r in zip(point["policy"], point["rewards"], strict=True)), Fraction(0))


def spread(point: Point) -> Fraction:
    """Σ π(o) (r(o) − E r)²."""
    middle = expected(point)
    outcomes = zip(point["policy"], point["rewards"], strict=True)
    return sum((chance * (r - middle) ** 2 for chance, r in outcomes), Fraction(0))


def points(_: int) -> Iterator[Point]:
    """Policies with two and three outcomes."""
    return (policy_point(policy) for policy in small_policies(3, 5))


claim = Claim(
    name="bernoulli-moments",
    source="mroueh-note",
    label="mean and variance of the reward",
    says="E r = p and Var r = p(1−p) for a binary reward with success probability p, on every finite policy",
    statements=(
        Statement(Side(mean, expected), Relation.EQUAL, Side(p), DOMAIN, (Derivation(of_mean), Enumeration(points))),
        Statement(
            Side(variance, spread),
            Relation.EQUAL,
            Side(p * (1 - p)),
            DOMAIN,
            (Derivation(of_variance), Enumeration(points)),
        ),
    ),
)
