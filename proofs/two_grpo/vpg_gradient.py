"""∇E r = E[r Σ_t ∇π(o_t | o_<t)], Equation 2 as it is printed: the logarithm is missing.

Equation 2 weights a success by ∇π where the gradient of Equation 1 has ∇log π; two outcomes of probability one half
tell the two apart. With the logarithm the identity holds on every finite policy (claim objective-gradient).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.losses.policy_gradient import printed_policy_gradient
from grpo_theory.policies.classes import reward_gradient
from grpo_theory.policies.gradient_points import all_coordinates, at_coordinate, example_policies
from grpo_theory.policies.small import small_autoregressive
from grpo_theory.symbols import K, o, t, theta

pi = sp.Function("pi")(o, theta)
token = sp.Function("token")(o, t, theta)
reward = sp.Function("r")(o)
length = sp.Function("length")(o)
CHAIN_RULE = Given(sp.log(pi), sp.Sum(sp.log(token), (t, 1, length)), o, sp.S(1), K)
DOMAIN = Domain(
    (natural(K, 1), real(pi, 0), real(token, 0)),
    "every finite policy over token sequences, every reward",
    (CHAIN_RULE,),
)
gradient = sp.Derivative(sp.Sum(reward * pi, (o, 1, K)), theta, evaluate=False)
token_slope = sp.Derivative(token, theta)
printed = sp.Sum(pi * reward * sp.Sum(token_slope, (t, 1, length)), (o, 1, K))
with_logarithm = sp.Sum(pi * reward * sp.Sum(token_slope / token, (t, 1, length)), (o, 1, K))


def search() -> Iterator[Point]:
    """Policies over two tokens, the shortest sequences and the smallest denominators first."""
    return all_coordinates(*islice(small_autoregressive(), 20))


def holds_for_one_token(point: Point) -> bool:
    """The two sides for one softmax token, where ∂π_i/∂z_c = π_i(1{i=c} − π_c), written out in full."""
    (table,), chosen = point["policy"], point["coordinate"]
    slopes = [p * ((i == chosen) - table[chosen]) for i, p in enumerate(table)]
    exact = sum((r * slope for r, slope in zip(point["rewards"], slopes, strict=True)), Fraction(0))
    stated = sum((p * r * slope for p, r, slope in zip(table, point["rewards"], slopes, strict=True)), Fraction(0))
    return exact == stated


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies with uneven probabilities."""
    return all_coordinates(*example_policies())


claim = Claim(
    name="vpg-gradient",
    source="two-grpo",
    label="Eq. 2",
    says="∇E r = E[r Σ_t ∇π(o_t | o_<t)] on every finite policy",
    statements=(
        Statement(
            Side(gradient, at_coordinate(reward_gradient)),
            Relation.EQUAL,
            Side(printed, at_coordinate(printed_policy_gradient)),
            DOMAIN,
            (Counterexample(search, holds_for_one_token),),
        ),
    ),
    repair=Claim(
        name="vpg-gradient-repaired",
        source="two-grpo",
        label="Eq. 2",
        says="∇E r = E[r Σ_t ∇log π(o_t | o_<t)], with the logarithm",
        statements=(
            Statement(
                Side(gradient, at_coordinate(reward_gradient)),
                Relation.EQUAL,
                Side(with_logarithm),
                DOMAIN,
                (
                    Derivation(
                        (
                            Step(
                                with_logarithm,
                                "the gradient of the objective",
                                using=(lemma("objective-gradient", gradient, with_logarithm, {}),),
                            ),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
