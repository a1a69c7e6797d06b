"""The expectation of Eq. 8 over i.i.d. pairs is ½ E(π(o⁺) − π(o⁻)), the 2-GRPO objective of Eq. 13.

It is not: only mixed pairs count, and they have probability 2p(1−p), so the factor before E₊π − E₋π is p(1−p) and not
½. It is at most ¼, depends on the policy and vanishes for prompts that are nearly always solved or failed. Here π
stands for π^GRPO, the mean of the token probabilities.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.pair_contrasts import PairContrast, over, pi, r
from grpo_theory.losses.contrast import group_contrast_objective, two_grpo_objective
from grpo_theory.policies.examples import token_mean_points
from grpo_theory.symbols import j, o, p

# h(o) is π^GRPO(o), the mean token probability.
h = sp.Function("h")
by_pairs = PairContrast(h)
# The deviation of a mixed pair is ½, and r(o) − r(j) is the sign of o in it; equal rewards give 0.
of_pairs = over(o, pi(o) * over(j, pi(j) * (r(o) - r(j)) * (h(o) - h(j)) / 2))
DOMAIN = by_pairs.domain("every finite policy with binary rewards, h = π^GRPO")


def literal(point: Point) -> Surd:
    """E[√(p̂(1−p̂))·(mean over successes − mean over failures of π^GRPO)] over all pairs of outcomes."""
    return group_contrast_objective(point["policy_itself"](), 2)


def printed(point: Point) -> Fraction:
    """Eq. 13: ½(E₊π^GRPO − E₋π^GRPO)."""
    return two_grpo_objective(point["policy_itself"]())


def scaled(point: Point) -> Fraction:
    """2p(1−p) times Eq. 13."""
    wins: Fraction = point["p"]
    return 2 * wins * (1 - wins) * printed(point)


def agrees(point: Point) -> bool:
    """The statement again: Σ ππ'·½|r − r'|·(h of the success − h of the failure), pair by pair, against both means."""
    pairs, wins, gap = Fraction(0), point["p"], Fraction(0)
    outcomes = range(1, point["K"] + 1)
    for a in outcomes:
        share = point["pi"](a) / (wins if point["r"](a) == 1 else wins - 1)
        gap += share * point["h"](a)
        for b in outcomes:
            if point["r"](a) == 1 and point["r"](b) == 0:
                pairs += 2 * point["pi"](a) * point["pi"](b) * Fraction(1, 2) * (point["h"](a) - point["h"](b))
    return 2 * pairs == gap


def points(_: int) -> Iterator[Point]:
    """Softmax policies, smallest first, then token sequences of two lengths."""
    return token_mean_points()


repair = Claim(
    name="two-grpo-objective-repaired",
    source="two-grpo",
    label="Eq. 13",
    says="the expectation of Eq. 8 over i.i.d. pairs is p(1−p)·(E₊π^GRPO − E₋π^GRPO), 2p(1−p) times Eq. 13, on every "
    "finite policy",
    statements=(
        Statement(
            Side(of_pairs, literal),
            Relation.EQUAL,
            Side(p * (1 - p) * by_pairs.contrast, scaled),
            DOMAIN,
            (
                Derivation(by_pairs.by_class()),
                Enumeration(points),
            ),
        ),
    ),
)

claim = Claim(
    name="two-grpo-objective",
    source="two-grpo",
    label="Eq. 13",
    says="the expectation of Eq. 8 over i.i.d. pairs, silent pairs counted 0, is ½(E₊π^GRPO − E₋π^GRPO) on every "
    "finite policy",
    statements=(
        Statement(
            Side(of_pairs, literal),
            Relation.EQUAL,
            Side(by_pairs.contrast / 2, printed),
            DOMAIN,
            (Counterexample(lambda: points(0), agrees),),
        ),
    ),
    repair=repair,
)
