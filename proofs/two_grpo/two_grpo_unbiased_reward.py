"""The expected 2-GRPO update, with log-probability scores and on-policy, is ∇p on every finite policy.

In a pair ½ Σ A_i s_i = ½ (r_1 − r_2)(s_1 − s_2), whose mean is the covariance of reward and score. Scores have mean
zero, so what remains is Σ r(o)·∇π(o).
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.pair_contrasts import PairContrast, normalised, over, pi, r, reward_mean
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import expected_update
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import K, j, o

s = sp.Function("s")
by_pairs = PairContrast(s)
advantage = r(o) - r(j)
update = over(o, pi(o) * over(j, pi(j) * (advantage * s(o) - advantage * s(j)) / 2))
centred = Given(by_pairs.level_mean, sp.S(0))


def policy_of(point: Point) -> SoftmaxPolicy:
    """The policy that a point was made from."""
    return SoftmaxPolicy(point["policy"], point["rewards"])


def literal(point: Point) -> Surd:
    """One coordinate of E ½ Σ A_i s_i over all pairs of outcomes, advantages by mean and deviation."""
    return expected_update(rule("grpo"), policy_of(point), 2)[point["coordinate"]]


def points(_: int) -> Iterator[Point]:
    """Small policies, every coordinate of their scores."""
    for policy in small_policies(3, 5):
        for at in range(policy.dimension):
            scores = tuple(policy.score(outcome)[at] for outcome in range(len(policy.rewards)))
            yield {**policy_point(policy), "coordinate": at, "s": at_outcome(scores)}


claim = Claim(
    name="two-grpo-unbiased-reward",
    source="two-grpo",
    label="Sec. 1, Sec. 4",
    says="the expected G = 2 update E ½ Σ A_i ∇log π(o_i) equals ∇p = Σ r(o) ∇π(o) on every finite policy",
    statements=(
        Statement(
            Side(update, literal),
            Relation.EQUAL,
            Side(by_pairs.product_mean, lambda point: policy_of(point).success_gradient[point["coordinate"]]),
            Domain(
                (natural(K, 2), real(pi(o), 0), choice(r(o), 0, 1)),
                "every finite policy with binary rewards, s(o) = ∇log π(o)",
                (normalised, centred),
            ),
            (
                Derivation(
                    (
                        *by_pairs.sums(),
                        Step(
                            by_pairs.product_mean,
                            "probabilities sum to one, scores to zero",
                            using=(
                                (hypothesis(normalised), by_pairs.product_mean),
                                (hypothesis(centred), -reward_mean),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
