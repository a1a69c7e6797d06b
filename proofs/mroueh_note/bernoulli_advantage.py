"""(r−p)/√(p(1−p)) is √((1−p)/p) for a success and −√(p/(1−p)) for a failure.

The note inserts Bernoulli mean and variance into its Eq. 1 and simplifies the two cases; both simplifications hold for
every p in (0, 1). The literal side standardises the rewards of finite policies, outcome by outcome.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.losses.mroueh import standardised_advantage
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import p, r

advantage = (r - p) / sp.sqrt(p * (1 - p))
for_success = sp.sqrt((1 - p) / p)
for_failure = -sp.sqrt(p / (1 - p))


def by_definition(point: Point) -> Surd:
    """(r(o) − E r)/√Var r at one outcome of a policy."""
    return standardised_advantage(SoftmaxPolicy(point["policy"], point["rewards"]), point["outcome"])


def points(_: int) -> Iterator[Point]:
    """Every outcome of policies with two and three outcomes; the domain keeps the reward that is meant."""
    for policy in small_policies(3, 5):
        for outcome, reward in enumerate(policy.rewards):
            yield {**policy_point(policy), "outcome": outcome, "r": reward}


claim = Claim(
    name="bernoulli-advantage",
    source="mroueh-note",
    label="Eq. 1 for binary rewards",
    says="(r−p)/√(p(1−p)) equals √((1−p)/p) for r = 1 and −√(p/(1−p)) for r = 0, for all p in (0, 1)",
    statements=(
        Statement(
            Side(advantage, by_definition),
            Relation.EQUAL,
            Side(for_success),
            Domain((choice(r, 1), real(p, 0, 1))),
            (Derivation((Step(for_success, "1−p = √(1−p)·√(1−p)"),)), Enumeration(points)),
            r"\left.\frac{r-p}{\sqrt{p(1-p)}}\right|_{r=1} = \sqrt{\frac{1-p}{p}}",
        ),
        Statement(
            Side(advantage, by_definition),
            Relation.EQUAL,
            Side(for_failure),
            Domain((choice(r, 0), real(p, 0, 1))),
            (Derivation((Step(for_failure, "p = √p·√p"),)), Enumeration(points)),
            r"\left.\frac{r-p}{\sqrt{p(1-p)}}\right|_{r=0} = -\sqrt{\frac{p}{1-p}}",
        ),
    ),
)
