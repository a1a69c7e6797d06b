"""∇π(o) = π(o) Σ_t π(o_t | o_<t)/π(o_t | o_<t), Appendix A.2 as it is printed: no ∇ on the right.

As printed the right side is the number |o|·π(o), the left side a vector. With ∇ in every numerator the identity is the
derivative of log π(o) = Σ_t log π(o_t | o_<t), times π(o).
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.calculus import both_differentiated
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis
from grpo_theory.losses.policy_gradient import printed_trajectory_gradient
from grpo_theory.policies.gradient_points import all_coordinates, example_policies
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.small import small_autoregressive
from grpo_theory.symbols import T, t, theta

pi = sp.Function("pi")(theta)
token = sp.Function("token")(t, theta)
logarithms = sp.Sum(sp.log(token), (t, 1, T))
CHAIN_RULE = Given(sp.log(pi), logarithms)
DOMAIN = Domain((natural(T, 1), real(pi, 0), real(token, 0)), "every finite policy, every sequence", (CHAIN_RULE,))
gradient = sp.Derivative(pi, theta)
# SymPy would cancel the printed quotient, so that one is written as the sum of ones that it is.
printed = pi * sp.Sum(1, (t, 1, T))
with_gradient = pi * sp.Sum(sp.Derivative(token, theta) / token, (t, 1, T))
log_of_pi = differentiated(sp.log(pi), theta)
log_of_tokens = differentiated(logarithms, theta)


def literal(point: Point) -> Fraction:
    """∂π(o)/∂θ from the policy's own table of scores."""
    policy: FinitePolicy = point["moving"]()
    return policy.gradient_of_probability(point["outcome"] - 1)[point["coordinate"]]


def literal_right(point: Point) -> Fraction:
    """The printed right side, the same number for every coordinate."""
    policy: FinitePolicy = point["moving"]()
    return printed_trajectory_gradient(policy, point["outcome"] - 1)


def sequences(policies: Iterator[FinitePolicy]) -> Iterator[Point]:
    """Every sequence and every logit of policies, tokens and length as functions of the position."""
    for policy in policies:
        for at in all_coordinates(policy):
            for o in range(1, at["K"] + 1):
                yield at | {
                    "outcome": o,
                    "T": at["length"](o),
                    "pi": lambda at=at, o=o: at["pi"](o),
                    "D_pi": lambda at=at, o=o: at["D_pi"](o),
                    "token": lambda t, at=at, o=o: at["token"](o, t),
                    "D_token": lambda t, at=at, o=o: at["D_token"](o, t),
                }


def holds_for_one_token(point: Point) -> bool:
    """π_o(1{o=c} − π_c) = π_o for one softmax token, from the two numbers alone."""
    (table,), chosen, o = point["policy"], point["coordinate"], point["outcome"] - 1
    return bool(table[o] * ((o == chosen) - table[chosen]) == table[o])


def points(_: int) -> Iterator[Point]:
    """Every sequence of small policies with uneven probabilities."""
    return sequences(iter(example_policies()))


proof = Derivation(
    (
        Step(pi * log_of_pi.lhs, "∇π = π·∇log π", using=((log_of_pi, -pi),)),
        Step(
            pi * log_of_tokens.lhs,
            "log π(o) = Σ_t log π(o_t | o_<t)",
            using=((both_differentiated(hypothesis(CHAIN_RULE), theta), pi),),
        ),
        Step(with_gradient, "the derivative of a sum of logarithms", using=((log_of_tokens, pi),)),
    )
)

claim = Claim(
    name="trajectory-gradient",
    source="two-grpo",
    label="App. A.2",
    says="∇π(o) = π(o) Σ_t (1/π(o_t | o_<t))·π(o_t | o_<t) for every sequence, in every coordinate",
    statements=(
        Statement(
            Side(gradient, literal),
            Relation.EQUAL,
            Side(printed, literal_right),
            DOMAIN,
            (Counterexample(lambda: sequences(islice(small_autoregressive(), 20)), holds_for_one_token),),
        ),
    ),
    repair=Claim(
        name="trajectory-gradient-repaired",
        source="two-grpo",
        label="App. A.2",
        says="∇π(o) = π(o) Σ_t (1/π(o_t | o_<t))·∇π(o_t | o_<t) for every sequence of every finite policy",
        statements=(
            Statement(
                Side(gradient, literal),
                Relation.EQUAL,
                Side(with_gradient),
                DOMAIN,
                (proof, Enumeration(points)),
            ),
        ),
    ),
)
