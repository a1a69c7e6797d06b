"""The expectation of Eq. 8 over pairs that are mixed is ½ E(π(o⁺) − π(o⁻)), the 2-GRPO objective of Eq. 13.

Given a mixed pair, its success and its failure are independent draws of the two classes, and the deviation is ½. Here π
stands for π^GRPO, the mean of the token probabilities.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.ranges import linear
from grpo_theory.losses.contrast import group_contrast_objective, two_grpo_objective
from grpo_theory.policies.examples import token_mean_points
from grpo_theory.policies.groups import mixed
from grpo_theory.symbols import K, j, o, p

# h(o) is π^GRPO(o), the mean token probability.
pi, r, h = sp.Function("pi"), sp.Function("r"), sp.Function("h")


def over(index: sp.Symbol, term: sp.Expr) -> sp.Sum:
    """Σ over the outcomes 1 … K."""
    return sp.Sum(term, (index, 1, K))


mass, level_mean = over(j, pi(j)), over(j, pi(j) * h(j))
reward_mean, product_mean = over(j, pi(j) * r(j)), over(j, pi(j) * r(j) * h(j))
# The deviation of a mixed pair is ½, and r(o) − r(j) is the sign of o in it; equal rewards give 0.
of_pairs = over(o, pi(o) * over(j, pi(j) * (r(o) - r(j)) * (h(o) - h(j)) / 2))
inner_mean = over(o, pi(o) * (r(o) * h(o) * mass - h(o) * reward_mean + product_mean - r(o) * level_mean) / 2)
covariance = product_mean * mass - reward_mean * level_mean
among_failures = over(j, pi(j) * (1 - r(j)) * h(j))
contrast = product_mean / p - among_failures / (1 - p)
normalised, succeeds = Given(mass, sp.S(1)), Given(reward_mean, p)
DOMAIN = Domain(
    (natural(K, 2), real(p, 0, 1), real(pi(o), 0), choice(r(o), 0, 1)),
    "every finite policy with binary rewards, h = π^GRPO",
    (normalised, succeeds),
)


def literal(point: Point) -> Surd:
    """E[√(p̂(1−p̂))·(mean over successes − mean over failures of π^GRPO)] over all mixed pairs of outcomes."""
    policy = point["policy_itself"]()
    return group_contrast_objective(policy, 2, given=mixed(policy))


def printed(point: Point) -> Fraction:
    """Eq. 13: ½(E₊π^GRPO − E₋π^GRPO)."""
    return two_grpo_objective(point["policy_itself"]())


def points(_: int) -> Iterator[Point]:
    """Softmax policies, smallest first, then token sequences of two lengths."""
    return token_mean_points()


claim = Claim(
    name="two-grpo-objective-mixed",
    source="two-grpo",
    label="Eq. 13",
    says="the expectation of Eq. 8 over i.i.d. pairs, conditioned on a mixed pair, is ½(E₊π^GRPO − E₋π^GRPO) on every "
    "finite policy",
    statements=(
        Statement(
            Side(of_pairs / (2 * p * (1 - p)), literal),
            Relation.EQUAL,
            Side(contrast / 2, printed),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(inner_mean / (2 * p * (1 - p)), "the second rollout is summed over"),
                        Step(
                            covariance / (2 * p * (1 - p)),
                            "the first rollout is summed over",
                            using=((linear(inner_mean), 1 / (2 * p * (1 - p))),),
                        ),
                        Step(
                            (product_mean - p * level_mean) / (2 * p * (1 - p)),
                            "probabilities sum to one, those of successes to p",
                            using=(
                                (hypothesis(normalised), product_mean / (2 * p * (1 - p))),
                                (hypothesis(succeeds), -level_mean / (2 * p * (1 - p))),
                            ),
                        ),
                        Step(
                            contrast / 2,
                            "the mean over failures is the mean over all less that over successes",
                            using=((linear(among_failures), 1 / (2 * (1 - p))),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
