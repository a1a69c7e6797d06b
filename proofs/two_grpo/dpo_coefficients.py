"""−β E[(σ'/π_ref(o⁺))∇π(o⁺) − (σ'/π_ref(o⁻))∇π(o⁻)], Equation 12, is Equation 11: not with π_ref in the denominators.

∇log π = ∇π/π, so that the denominators of Equation 12 are those of the policy that moves. With the reference policy
there the two lines agree when both policies are equal; with π_θ they always do.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import differentiated, summed
from grpo_theory.losses import dpo
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_pairs
from grpo_theory.symbols import beta, j, n, theta

better, worse = sp.Function("pi_better")(j, theta), sp.Function("pi_worse")(j, theta)
better_ref, worse_ref = sp.Function("ref_better")(j), sp.Function("ref_worse")(j)
weight = sp.Function("w")(j)
positive = (better, worse, better_ref, worse_ref)
DOMAIN = Domain(
    (natural(n, 1), real(beta, 0), *(real(probability, 0) for probability in positive)),
    "every pair of finite policies, every distribution of n preference pairs",
)
odds = (better / better_ref) ** beta / (worse / worse_ref) ** beta
common = weight / (1 + odds)
log_of_better, log_of_worse = differentiated(sp.log(better), theta), differentiated(sp.log(worse), theta)
score_form = -beta * sp.Sum(common * (log_of_better.lhs - log_of_worse.lhs), (j, 1, n))


def probability_form(over_better: sp.Expr, over_worse: sp.Expr) -> sp.Expr:
    """Equation 12 with given denominators."""
    terms = sp.Derivative(better, theta) / over_better - sp.Derivative(worse, theta) / over_worse
    return -beta * sp.Sum(common * terms, (j, 1, n))


def point_of(policy: FinitePolicy, ref: FinitePolicy, strength: int, coordinate: int) -> dict[str, Any]:
    """One coordinate of a pair of policies; o⁺ from the successes of the reference policy, o⁻ from its failures."""
    return dpo.preference_point(policy, ref, strength, coordinate, dpo.preference_pairs(ref))


def search() -> Iterator[Point]:
    """Pairs of softmax policies, the smallest first, at β = 1."""
    for policy, ref in small_pairs():
        yield from (point_of(policy, ref, 1, c) for c in range(policy.dimension))


def points(_: int) -> Iterator[Point]:
    """Policies of two, three and four outcomes, β = 1, 2, 3."""
    examples = (
        ("1/3 2/3", "3/5 2/5", "1 0"),
        ("1/2 1/3 1/6", "1/5 1/5 3/5", "1 0 1"),
        ("1/5 1/10 3/10 2/5", "1/4 1/2 1/8 1/8", "0 1 1 0"),
    )
    for moving, fixed, rewards in examples:
        policy, ref = SoftmaxPolicy.of(moving, rewards), SoftmaxPolicy.of(fixed, rewards)
        for strength in (1, 2, 3):
            yield from (point_of(policy, ref, strength, c) for c in range(policy.dimension))


def literal_score(point: Point) -> Fraction:
    """Equation 11 with exact scores."""
    return dpo.dpo_score_form(*point["moving"]())[point["coordinate"]]


def literal_printed(point: Point) -> Fraction:
    """Equation 12 with the reference policy's probabilities as denominators."""
    policy, ref, strength, pairs = point["moving"]()
    return dpo.dpo_probability_form(policy, ref, strength, pairs, denominators=ref)[point["coordinate"]]


def holds_for_two_outcomes(point: Point) -> bool:
    """Two outcomes, one pair: Equation 11 has the slope ±1 of the log-odds, Equation 12 π⁺π⁻(1/ref⁺ + 1/ref⁻)."""
    (p, q), (a, b) = point["policy"], point["reference"]
    return bool(p * q * (1 / a + 1 / b) == 1)


claim = Claim(
    name="dpo-coefficients",
    source="two-grpo",
    label="Eq. 12",
    says="−β E[σ'(∇log π(o⁺) − ∇log π(o⁻))] = −β E[(σ'/π_ref(o⁺))∇π(o⁺) − (σ'/π_ref(o⁻))∇π(o⁻)]",
    statements=(
        Statement(
            Side(score_form, literal_score),
            Relation.EQUAL,
            Side(probability_form(better_ref, worse_ref), literal_printed),
            DOMAIN,
            (Counterexample(search, holds_for_two_outcomes),),
        ),
    ),
    repair=Claim(
        name="dpo-coefficients-repaired",
        source="two-grpo",
        label="Eq. 12",
        says="−β E[σ'(∇log π(o⁺) − ∇log π(o⁻))] = −β E[(σ'/π(o⁺))∇π(o⁺) − (σ'/π(o⁻))∇π(o⁻)], π being π_θ",
        statements=(
            Statement(
                Side(score_form, literal_score),
                Relation.EQUAL,
                Side(probability_form(better, worse)),
                DOMAIN,
                (
                    Derivation(
                        (
                            Step(
                                probability_form(better, worse),
                                "∇log π = ∇π/π, for both outcomes of every pair",
                                using=(
                                    (summed(log_of_better, common, j, sp.S(1), n), -beta),
                                    (summed(log_of_worse, common, j, sp.S(1), n), beta),
                                ),
                            ),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
