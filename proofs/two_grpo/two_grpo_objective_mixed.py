"""The expectation of Eq. 8 over pairs that are mixed is ½ E(π(o⁺) − π(o⁻)), the 2-GRPO objective of Eq. 13.

Given a mixed pair, its success and its failure are independent draws of the two classes, and the deviation is ½. Here π
stands for π^GRPO, the mean of the token probabilities.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.pair_contrasts import PairContrast, over, pi, r
from grpo_theory.losses.contrast import group_contrast_objective, two_grpo_objective
from grpo_theory.policies.examples import token_mean_points
from grpo_theory.policies.groups import mixed
from grpo_theory.symbols import j, o, p

# h(o) is π^GRPO(o), the mean token probability.
h = sp.Function("h")
by_pairs = PairContrast(h)
# The deviation of a mixed pair is ½, and r(o) − r(j) is the sign of o in it; equal rewards give 0.
of_pairs = over(o, pi(o) * over(j, pi(j) * (r(o) - r(j)) * (h(o) - h(j)) / 2))
DOMAIN = by_pairs.domain("every finite policy with binary rewards, h = π^GRPO")


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
            Side(by_pairs.contrast / 2, printed),
            DOMAIN,
            (
                Derivation(by_pairs.by_class(1 / (2 * p * (1 - p)))),
                Enumeration(points),
            ),
        ),
    ),
)
