"""E A = 0 and Var A = 1 for A = (r−p)/√(p(1−p)) on every finite policy with success probability p in (0, 1).

The note calls A the standardised reward. Both moments follow from Σ π r = p, Σ π = 1 and r² = r.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.losses.mroueh import standardised_advantage
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import K, j, o, p

pi, reward = sp.Function("pi"), sp.Function("r")
deviation = sp.sqrt(p * (1 - p))
TOTAL = Given(sp.Sum(pi(o), (o, 1, K)), sp.S(1))
SUCCESS = Given(sp.Sum(pi(o) * reward(o), (o, 1, K)), p)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), real(pi(o), 0), choice(reward(o), 0, 1)),
    "every finite policy with success probability p",
    (TOTAL, SUCCESS),
)
mean = sp.Sum(pi(o) * (reward(o) - p) / deviation, (o, 1, K))
mean_inside = sp.Sum(pi(j) * (reward(j) - p) / deviation, (j, 1, K))
variance = sp.Sum(pi(o) * ((reward(o) - p) / deviation - mean_inside) ** 2, (o, 1, K))
of_mean = Step(
    sp.S(0),
    "Σπ(r−p) = Σπr − p·Σπ = p − p",
    using=((hypothesis(SUCCESS), 1 / deviation), (hypothesis(TOTAL), -p / deviation)),
)
about_zero = sp.Sum(pi(o) * (reward(o) - p) ** 2 / (p * (1 - p)), (o, 1, K))
of_variance = (
    Step(about_zero, "E A = 0", rewriting=(chain(mean_inside, of_mean),)),
    Step(
        sp.S(1),
        "r² = r, so Σπ(r−p)² = (1−2p)·p + p² = p(1−p)",
        using=((hypothesis(SUCCESS), (1 - 2 * p) / (p * (1 - p))), (hypothesis(TOTAL), p / (1 - p))),
    ),
)


def advantages(point: Point) -> list[tuple[Surd, Surd]]:
    """The outcomes' probabilities and advantages."""
    policy = SoftmaxPolicy(point["policy"], point["rewards"])
    return [(Surd.of(x), standardised_advantage(policy, at)) for at, x in enumerate(policy.probabilities)]


def expected(point: Point) -> Surd:
    """Σ π(o) A(o)."""
    return sum((chance * advantage for chance, advantage in advantages(point)), Surd.of(0))


def spread(point: Point) -> Surd:
    """Σ π(o) (A(o) − E A)²."""
    middle = expected(point)
    return sum((chance * (advantage - middle) ** 2 for chance, advantage in advantages(point)), Surd.of(0))


def points(_: int) -> Iterator[Point]:
    """Policies with two and three outcomes."""
    return (policy_point(policy) for policy in small_policies(3, 5))


claim = Claim(
    name="advantage-standardised",
    source="mroueh-note",
    label="Eq. 1, “the standardized reward”",
    says="E A = 0 and Var A = 1 for A = (r−p)/√(p(1−p)) on every finite policy with p in (0, 1)",
    statements=(
        Statement(
            Side(mean, expected), Relation.EQUAL, Side(sp.S(0)), DOMAIN, (Derivation((of_mean,)), Enumeration(points))
        ),
        Statement(
            Side(variance, spread),
            Relation.EQUAL,
            Side(sp.S(1)),
            DOMAIN,
            (Derivation(of_variance), Enumeration(points)),
        ),
    ),
)
