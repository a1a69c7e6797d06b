"""∇L_DPO = −β E[σ'·(∇log π(o⁺) − ∇log π(o⁻))] with σ' = σ(r̂(o⁻) − r̂(o⁺)), on every finite set of pairs.

Equation 11 from Equation 4. Pairs may have any joint distribution; pair j has weight w(j). With r̂ = β·log(π/π_ref) the
loss of a pair is −log(R/(1+R)), R = ((π⁺/π_ref⁺)/(π⁻/π_ref⁻))^β, and σ' = 1/(1+R); one coordinate θ at a time.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.losses import dpo
from grpo_theory.policies.examples import unlike_pairs
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.symbols import beta, j, n, theta

better, worse = sp.Function("pi_better")(j, theta), sp.Function("pi_worse")(j, theta)
better_ref, worse_ref = sp.Function("ref_better")(j), sp.Function("ref_worse")(j)
weight = sp.Function("w")(j)
DOMAIN = Domain(
    (
        natural(n, 1),
        real(beta, 0),
        real(better, 0),
        real(worse, 0),
        real(better_ref, 0),
        real(worse_ref, 0),
    ),
    "every pair of finite policies, every distribution of n preference pairs",
)
odds = (better / better_ref) ** beta / (worse / worse_ref) ** beta
loss = sp.Sum(-weight * sp.log(odds / (1 + odds)), (j, 1, n))
slope = 1 / (1 + odds)
scores = sp.Derivative(better, theta) / better - sp.Derivative(worse, theta) / worse
score_form = -beta * sp.Sum(weight * slope * scores, (j, 1, n))


def preferences(policy: FinitePolicy) -> dpo.Pairs:
    """A joint distribution of pairs that is no product: its weights grow along the list."""
    pairs = [(plus, minus) for _, plus, minus in dpo.preference_pairs(policy)]
    whole = len(pairs) * (len(pairs) + 1) // 2
    return tuple((Fraction(place, whole), plus, minus) for place, (plus, minus) in enumerate(pairs, 1))


def point_of(policy: FinitePolicy, ref: FinitePolicy, strength: int, coordinate: int) -> dict[str, Any]:
    """One coordinate of one pair of policies, probabilities of both outcomes of every preference pair."""
    return dpo.preference_point(policy, ref, strength, coordinate, preferences(policy))


def points(_: int) -> Iterator[Point]:
    """Every coordinate of three pairs of policies, β = 1, 2, 3."""
    for policy, ref in unlike_pairs():
        for strength in (1, 2, 3):
            yield from (point_of(policy, ref, strength, c) for c in range(policy.dimension))


def literal(point: Point) -> Fraction:
    """The gradient of the loss, differentiated as a quotient of moving probabilities."""
    return dpo.dpo_gradient(*point["moving"]())[point["coordinate"]]


claim = Claim(
    name="dpo-gradient",
    source="two-grpo",
    label="Eq. 11",
    says="∇L_DPO = −β E[σ'(∇log π(o⁺) − ∇log π(o⁻))], σ' = σ(r̂(o⁻) − r̂(o⁺)), for every joint distribution of pairs",
    statements=(
        Statement(
            Side(sp.Derivative(loss, theta, evaluate=False), literal),
            Relation.EQUAL,
            Side(score_form),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            differentiated(loss, theta).rhs,
                            "the chain rule under the sum",
                            using=(differentiated(loss, theta),),
                        ),
                        Step(score_form, "d/dx log σ(x) = σ(−x), and ∇R = β·R·(∇log π⁺ − ∇log π⁻)"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
