"""The expected 2-GRPO update is the contrast E₊∇log π − E₋∇log π weighted by √(p(1−p)), as in Eq. 10 with log scores.

It is not: its weight is p(1−p), the variance and not the deviation, at every p in (0, 1). A pair is mixed with
probability 2p(1−p), and then carries half of the contrast. So 2-GRPO ascends p, while Eq. 10 weights prompts by
the deviation.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.pair_contrasts import PairContrast, over, pi, r
from grpo_theory.losses.contrast import weighted_score_contrast
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import expected_update
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import j, o, p

s = sp.Function("s")
by_pairs = PairContrast(s)
advantage = r(o) - r(j)
update = over(o, pi(o) * over(j, pi(j) * (advantage * s(o) - advantage * s(j)) / 2))
DOMAIN = by_pairs.domain("every finite policy with binary rewards, s(o) = ∇log π(o)")


def policy_of(point: Point) -> SoftmaxPolicy:
    """The policy that a point was made from."""
    return SoftmaxPolicy(point["policy"], point["rewards"])


def literal(point: Point) -> Surd:
    """One coordinate of E ½ Σ A_i s_i over all pairs of outcomes, advantages by mean and deviation."""
    return expected_update(rule("grpo"), policy_of(point), 2)[point["coordinate"]]


def by_deviation(point: Point) -> Surd:
    """One coordinate of √(p(1−p))·(E₊s − E₋s)."""
    return weighted_score_contrast(policy_of(point))[point["coordinate"]]


def by_variance(point: Point) -> Fraction:
    """One coordinate of p(1−p)·(E₊s − E₋s)."""
    policy, at = policy_of(point), point["coordinate"]
    return policy.success_probability * (1 - policy.success_probability) * policy.contrast[at]


def agrees_in_squares(point: Point) -> bool:
    """The statement again without roots: (Σ_{o, o'} π π' (r − r') e_c(o))² against p(1−p) times the contrast squared.

    The mean score drops out of both, so the unit vector e_c stands for the score.
    """
    chances, rewards, at = point["policy"], point["rewards"], point["coordinate"]
    wins = sum(c for c, reward in zip(chances, rewards, strict=True) if reward == 1)
    mixed = sum(chances[at] * c * (rewards[at] - reward) for c, reward in zip(chances, rewards, strict=True))
    contrast_there = chances[at] / wins if rewards[at] == 1 else -chances[at] / (1 - wins)
    return bool(mixed * contrast_there > 0 and mixed**2 == wins * (1 - wins) * contrast_there**2)


def points(_: int) -> Iterator[Point]:
    """Small policies, smallest first, every coordinate of their scores."""
    for policy in small_policies(3, 5):
        for at in range(policy.dimension):
            scores = tuple(policy.score(outcome)[at] for outcome in range(len(policy.rewards)))
            yield {**policy_point(policy), "coordinate": at, "s": at_outcome(scores)}


repair = Claim(
    name="two-grpo-unbiased-grpo-repaired",
    source="two-grpo",
    label="Eq. 10, Sec. 4",
    says="the expected G = 2 update is p(1−p)·(E₊∇log π − E₋∇log π) on every finite policy: √(p(1−p)) times Eq. 10's",
    statements=(
        Statement(
            Side(update, literal),
            Relation.EQUAL,
            Side(p * (1 - p) * by_pairs.contrast, by_variance),
            DOMAIN,
            (
                Derivation(by_pairs.by_class()),
                Enumeration(points),
            ),
        ),
    ),
)

claim = Claim(
    name="two-grpo-unbiased-grpo",
    source="two-grpo",
    label="Eq. 10, Sec. 4",
    says="E ½ Σ A_i ∇log π(o_i) over pairs equals √(p(1−p))·(E₊∇log π − E₋∇log π) on every finite policy",
    statements=(
        Statement(
            Side(update, literal),
            Relation.EQUAL,
            Side(sp.sqrt(p * (1 - p)) * by_pairs.contrast, by_deviation),
            DOMAIN,
            (Counterexample(lambda: points(0), agrees_in_squares),),
        ),
    ),
    repair=repair,
)
