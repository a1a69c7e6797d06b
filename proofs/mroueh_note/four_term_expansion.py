"""E_old f(ρ, A) is the sum of four terms: each class inside its plateau and on it, ratios of exactly 1±c included.

The note splits the successes at π ≥ (1+c)π_old and the failures at π ≤ (1−c)π_old. On the boundary both halves of a
class agree, so it does not matter that the two inequalities are not strict there.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.losses.mroueh import population_objective
from grpo_theory.policies.points import pair_point, policies_of
from grpo_theory.policies.small import small_pairs
from grpo_theory.symbols import K, clip, o, p

new, old, reward = (sp.Function(name) for name in ("pi", "pi_old", "r"))
ratio = new(o) / old(o)
advantage = (reward(o) - p) / sp.sqrt(p * (1 - p))
kept = sp.Min(sp.Max(ratio, 1 - clip), 1 + clip)
objective = sp.Sum(old(o) * sp.Min(ratio * advantage, kept * advantage), (o, 1, K))
high, low = (1 + clip) * old(o), (1 - clip) * old(o)
for_success, for_failure = sp.sqrt((1 - p) / p), sp.sqrt(p / (1 - p))


def where(*conditions: sp.Basic) -> sp.Expr:
    """The indicator of all conditions at once."""
    return sp.Piecewise((1, sp.And(*conditions)), (0, True))


success, failure = sp.Eq(reward(o), 1), sp.Eq(reward(o), 0)
flat_success = sp.Sum(old(o) * where(success, new(o) >= high), (o, 1, K))
open_success = sp.Sum(old(o) * ratio * where(success, new(o) < high), (o, 1, K))
flat_failure = sp.Sum(old(o) * where(failure, new(o) <= low), (o, 1, K))
open_failure = sp.Sum(old(o) * ratio * where(failure, new(o) > low), (o, 1, K))
four_terms = (
    for_success * (1 + clip) * flat_success
    + for_success * open_success
    - for_failure * (1 - clip) * flat_failure
    - for_failure * open_failure
)
by_class = sp.Sum(
    old(o) * where(success) * sp.Min(ratio, 1 + clip) * for_success
    - old(o) * where(failure) * sp.Max(ratio, 1 - clip) * for_failure,
    (o, 1, K),
)
DOMAIN = Domain(
    (
        natural(K, 1),
        real(p, 0, 1),
        real(clip, 0, 1),
        real(old(o), 0),
        choice(reward(o), 0, 1),
        real(new(o), 0, breaks=(low, high)),
    ),
    "every pair of finite policies",
)


def by_definition(point: Point) -> Surd:
    """Σ π_old(o)·min(ρA, clip(ρ)A), A standardised over the old policy."""
    return population_objective(*policies_of(point), point["clip"])


def points(_: int) -> Iterator[Point]:
    """Pairs with two and three outcomes; a radius of 1/3 puts some ratios exactly on the ends of the clipping."""
    for theta, before in small_pairs(3, 4):
        for radius in (Fraction(1, 3), Fraction(1, 5)):
            yield {**pair_point(theta, before), "clip": radius}


claim = Claim(
    name="four-term-expansion",
    source="mroueh-note",
    label="the display with four indicators",
    says="E_old f(ρ, A) is the sum of four terms, with indicators π ≥ (1+c)π_old, π < (1+c)π_old on successes"
    " and π ≤ (1−c)π_old, π > (1−c)π_old on failures, ratios of exactly 1±c included",
    statements=(
        Statement(
            Side(objective, by_definition),
            Relation.EQUAL,
            Side(four_terms),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(by_class, "A = √((1−p)/p) on successes, −√(p/(1−p)) on failures"),
                        Step(four_terms, "min(ρ, 1+c) is 1+c from ρ = 1+c on, max(ρ, 1−c) is 1−c up to ρ = 1−c"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
