"""∇E r = E[r Σ_t ∇log π(o_t | o_<t)] on every finite policy over token sequences.

The policy gradient theorem in the form that Equation 2 is meant to have, one coordinate θ of the parameters at a time:
∇π = π·∇log π, and the logarithm of a sequence's probability is the sum of its tokens' logarithms.
"""

from collections.abc import Iterator

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.calculus import both_differentiated
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis, summed
from grpo_theory.policies.classes import reward_gradient
from grpo_theory.policies.gradient_points import all_coordinates, at_coordinate, example_policies
from grpo_theory.symbols import K, o, t, theta

pi = sp.Function("pi")(o, theta)
token = sp.Function("token")(o, t, theta)
reward = sp.Function("r")(o)
length = sp.Function("length")(o)
logarithms = sp.Sum(sp.log(token), (t, 1, length))
CHAIN_RULE = Given(sp.log(pi), logarithms, o, sp.S(1), K)
DOMAIN = Domain(
    (natural(K, 1), real(pi, 0), real(token, 0)),
    "every finite policy over token sequences, every reward",
    (CHAIN_RULE,),
)

expected_reward = sp.Sum(reward * pi, (o, 1, K))
token_scores = sp.Sum(sp.Derivative(token, theta) / token, (t, 1, length))
score_form = sp.Sum(pi * reward * token_scores, (o, 1, K))
log_of_pi = differentiated(sp.log(pi), theta)
log_of_tokens = differentiated(logarithms, theta)
same_derivative = both_differentiated(hypothesis(CHAIN_RULE), theta)
weight = reward * pi


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies, one- and two-token sequences, with uneven probabilities."""
    return all_coordinates(*example_policies())


proof = Derivation(
    (
        Step(
            sp.Sum(reward * sp.Derivative(pi, theta), (o, 1, K)),
            "rewards do not depend on the parameters",
            using=(differentiated(expected_reward, theta),),
        ),
        Step(
            sp.Sum(weight * log_of_pi.lhs, (o, 1, K)),
            "∇π = π·∇log π",
            # Read backwards: the fact turns ∇log π into ∇π/π.
            using=((summed(log_of_pi, weight, o, sp.S(1), K), sp.Integer(-1)),),
        ),
        Step(
            sp.Sum(weight * log_of_tokens.lhs, (o, 1, K)),
            "log π(o) = Σ_t log π(o_t | o_<t)",
            using=(summed(same_derivative, weight, o, sp.S(1), K),),
        ),
        Step(
            score_form,
            "the derivative of a sum of logarithms",
            using=(summed(log_of_tokens, weight, o, sp.S(1), K),),
        ),
    )
)

claim = Claim(
    name="objective-gradient",
    source="two-grpo",
    label="Eqs. 1 and 2",
    says="∇E r = E[r Σ_t ∇log π(o_t | o_<t)] for every finite policy over token sequences and every reward",
    statements=(
        Statement(
            Side(sp.Derivative(expected_reward, theta, evaluate=False), at_coordinate(reward_gradient)),
            Relation.EQUAL,
            Side(score_form),
            DOMAIN,
            (proof, Enumeration(points)),
        ),
    ),
)
