"""Read with conditional expectations, the note's display of E_old f(ρ, A) lacks the factors p and 1−p.

The display writes r(o)=1 and r(o)=0 under the expectations. As conditional expectations these are the indicator sums
divided by p and by 1−p, so the display is wrong already for two outcomes. With the factors restored the two weights
become equal: E_old f(ρ, A) = √(p(1−p))·(E[min(ρ, 1+c) | r=1] − E[max(ρ, 1−c) | r=0]).
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import rationals
from grpo_theory.losses.mroueh import conditional_form, population_objective
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
given_success = sp.Sum(old(o) * sp.Min(ratio, 1 + clip) * is_success, (o, 1, K)) / p
given_failure = sp.Sum(old(o) * sp.Max(ratio, 1 - clip) * is_failure, (o, 1, K)) / (1 - p)
as_printed = sp.sqrt((1 - p) / p) * given_success - sp.sqrt(p / (1 - p)) * given_failure
by_class = sp.Sum(
    old(o) * is_success * sp.Min(ratio, 1 + clip) * sp.sqrt((1 - p) / p)
    - old(o) * is_failure * sp.Max(ratio, 1 - clip) * sp.sqrt(p / (1 - p)),
    (o, 1, K),
)
repaired = sp.sqrt(p * (1 - p)) * (given_success - given_failure)
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


def printed(point: Point) -> Surd:
    """The display with expectations over the old policy restricted to one class."""
    return conditional_form(*policies_of(point), point["clip"])


def search() -> Iterator[Point]:
    """Pairs by number of outcomes and height, each with radii of growing denominator."""
    for theta, before in small_pairs(3, 3):
        for radius in rationals(3):
            yield {**pair_point(theta, before), "clip": radius}


def recheck(point: Point) -> bool:
    """Both sides over √(p(1−p)): S₊/p − S₋/(1−p) against S₊/p² − S₋/(1−p)², with S± the clipped mass of a class."""
    p_old = sum(b for b, r in zip(point["old_policy"], point["rewards"], strict=True) if r == 1)
    plus = minus = Fraction(0)
    for now, before, r in zip(point["policy"], point["old_policy"], point["rewards"], strict=True):
        if r == 1:
            plus += min(now, (1 + point["clip"]) * before)
        else:
            minus += max(now, (1 - point["clip"]) * before)
    q_old = 1 - p_old
    return bool(plus / p_old - minus / q_old == plus / p_old**2 - minus / q_old**2)


def points(_: int) -> Iterator[Point]:
    """Pairs with two and three outcomes; a radius of 1/3 puts some ratios exactly on the ends of the clipping."""
    for theta, before in small_pairs(3, 4):
        yield {**pair_point(theta, before), "clip": Fraction(1, 3)}


repair = Claim(
    name="conditional-expectation-form-repaired",
    source="mroueh-note",
    label="third line of the display of E f",
    says="E_old f(ρ, A) = √(p(1−p))·(E_old[min(ρ, 1+c) | r=1] − E_old[max(ρ, 1−c) | r=0]) on every finite pair",
    statements=(
        Statement(
            Side(objective, by_definition),
            Relation.EQUAL,
            Side(repaired),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(by_class, "A = √((1−p)/p) on successes, −√(p/(1−p)) on failures"),
                        Step(repaired, "a sum over a class is p or 1−p times its mean, and p·√((1−p)/p) = √(p(1−p))"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)

claim = Claim(
    name="conditional-expectation-form",
    source="mroueh-note",
    label="third line of the display of E f",
    says="E_old f(ρ, A) = √((1−p)/p)·E_old[min(ρ, 1+c) | r=1] − √(p/(1−p))·E_old[max(ρ, 1−c) | r=0]"
    " with conditional expectations, on every pair of finite policies",
    statements=(
        Statement(
            Side(objective, by_definition),
            Relation.EQUAL,
            Side(as_printed, printed),
            DOMAIN,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
