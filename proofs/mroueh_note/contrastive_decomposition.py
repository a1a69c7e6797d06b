"""E_old f(ρ, A) = √((1−p)/p)·E_old[min(ρ, 1+c)·1{r=1}] − √(p/(1−p))·E_old[max(ρ, 1−c)·1{r=0}].

The note's main display, with indicators: successes are pulled up to a plateau, failures pushed down to one, each class
with the weight that standardisation gives it. It holds on every pair of finite policies, outcome by outcome.
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
is_success = sp.Piecewise((1, sp.Eq(reward(o), 1)), (0, True))
is_failure = sp.Piecewise((1, sp.Eq(reward(o), 0)), (0, True))
advantage = (reward(o) - p) / sp.sqrt(p * (1 - p))
kept = sp.Min(sp.Max(ratio, 1 - clip), 1 + clip)
objective = sp.Sum(old(o) * sp.Min(ratio * advantage, kept * advantage), (o, 1, K))
by_class = sp.Sum(
    old(o) * is_success * sp.Min(ratio, 1 + clip) * sp.sqrt((1 - p) / p)
    - old(o) * is_failure * sp.Max(ratio, 1 - clip) * sp.sqrt(p / (1 - p)),
    (o, 1, K),
)
successes = sp.Sum(old(o) * sp.Min(ratio, 1 + clip) * is_success, (o, 1, K))
failures = sp.Sum(old(o) * sp.Max(ratio, 1 - clip) * is_failure, (o, 1, K))
contrast = sp.sqrt((1 - p) / p) * successes - sp.sqrt(p / (1 - p)) * failures
DOMAIN = Domain(
    (
        natural(K, 1),
        real(p, 0, 1),
        real(clip, 0, 1),
        real(old(o), 0),
        choice(reward(o), 0, 1),
        real(new(o), 0, breaks=((1 - clip) * old(o), (1 + clip) * old(o))),
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
    name="contrastive-decomposition",
    source="mroueh-note",
    label="overall cost",
    says="E_old f(ρ, A) = √((1−p)/p)·E_old[min(ρ, 1+c)·1{r=1}] − √(p/(1−p))·E_old[max(ρ, 1−c)·1{r=0}]"
    " on every pair of finite policies",
    statements=(
        Statement(
            Side(objective, by_definition),
            Relation.EQUAL,
            Side(contrast),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(by_class, "each outcome is a success, A = √((1−p)/p), or a failure, A = −√(p/(1−p))"),
                        Step(contrast, "the sum over outcomes is split by class"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
