"""E_old (1/G)Σ_i A_i mean_t ρ_{i,t} = E_θ (1/G)Σ_i A_i mean_t π_θ(o_{i,t} | o_{i,<t}), A.1's second equality.

Drawing the group from another policy takes the ratio of the whole group, Π_j π_θ(o_j)/π_old(o_j), where A.1 uses up
the ratio of single tokens. Even on-policy the two sides differ, the left one being 0. With the full ratio the step
holds for every function of the group; here it is the function on the printed right side.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.calculus import product_of
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import summed
from grpo_theory.losses.grpo import after_importance_step, grpo_objective
from grpo_theory.policies.examples import unlike_groups
from grpo_theory.policies.groups import group_advantages, rollouts
from grpo_theory.policies.moving import mean_token_probability, ratio
from grpo_theory.policies.protocol import FinitePolicy, Group
from grpo_theory.policies.small import small_pairs
from grpo_theory.symbols import G, i, j, n

new, old = sp.Function("pi")(j, i), sp.Function("pi_old")(j, i)
value = sp.Function("F")(j)
DOMAIN = Domain(
    (natural(G, 2), natural(n, 1), real(new, 0), real(old, 0)),
    "every pair of finite policies, every function F of the group; n counts the groups",
)
both = product_of(old, new / old, i, sp.S(1), G)
weighted = sp.Sum(value * both.lhs, (j, 1, n))
resampled = sp.Sum(value * both.rhs, (j, 1, n))
GRPO = rule("grpo")


def surrogate(policy: FinitePolicy, group: Group) -> Surd:
    """F = (1/G) Σ_i A_i·(1/|o_i|) Σ_t π_θ(o_{i,t} | o_{i,<t}) for one group."""
    advantages = group_advantages(GRPO, policy, group)
    terms = [A * mean_token_probability(policy, o) for A, o in zip(advantages, group, strict=True)]
    return sum(terms, Surd.of(0)) / len(group)


def left(point: Point) -> Surd:
    """Equation 5 without clipping, over all groups of π_old."""
    theta, before = point["moving"]()
    return grpo_objective(theta, before, GRPO, point["G"])


def right(point: Point) -> Surd:
    """The second line of A.1, over all groups of π_θ."""
    return after_importance_step(point["moving"]()[0], GRPO, point["G"])


def with_group_ratio(point: Point) -> Surd:
    """E_old of the group's whole ratio times F."""
    theta, before = point["moving"]()
    total = Surd.of(0)
    for group, probability in rollouts(before, point["G"]):
        whole = Fraction(1)
        for o in group:
            whole *= ratio(theta, before, o)
        total = total + probability * whole * surrogate(theta, group)
    return total


def point_of(theta: FinitePolicy, before: FinitePolicy, size: int) -> Point:
    """A pair of policies and a group size; groups numbered from 1, their rollouts too."""
    groups = tuple(product(range(len(theta.rewards)), repeat=size))
    return {
        "G": size,
        "policy": theta.probabilities,
        "old_policy": before.probabilities,
        "rewards": theta.rewards,
        "n": len(groups),
        "moving": lambda: (theta, before),
        "pi": lambda j, i: theta.probabilities[groups[j - 1][i - 1]],
        "pi_old": lambda j, i: before.probabilities[groups[j - 1][i - 1]],
        "F": lambda j: surrogate(theta, groups[j - 1]),
    }


def search() -> Iterator[Point]:
    """Groups of two, the smallest pairs of policies first."""
    return (point_of(theta, before, 2) for theta, before in small_pairs())


def points(max_group: int) -> Iterator[Point]:
    """Pairs of policies with two outcomes, three outcomes, and token sequences of different lengths."""
    return (point_of(theta, before, size) for theta, before, size in unlike_groups(max_group))


def holds_for_two_outcomes(point: Point) -> bool:
    """Both sides for G = 2 and one success: a mixed pair, ½(ρ⁺ − ρ⁻) under π_old against ½(π⁺ − π⁻) under π_θ."""
    (p, q), (a, b) = point["policy"], point["old_policy"]
    return bool(2 * a * b * (p / a - q / b) == 2 * p * q * (p - q))


claim = Claim(
    name="importance-sampling-step",
    source="two-grpo",
    label="App. A.1",
    says=(
        "E_old (1/G)Σ_i A_i (1/|o_i|)Σ_t π_θ(o_{i,t})/π_old(o_{i,t}) = E_θ (1/G)Σ_i A_i (1/|o_i|)Σ_t π_θ(o_{i,t}) for "
        "every pair of finite policies, tokens given their prefixes"
    ),
    statements=(
        Statement(
            Side(literal=left),
            Relation.EQUAL,
            Side(literal=right),
            DOMAIN,
            (Counterexample(search, holds_for_two_outcomes),),
        ),
    ),
    repair=Claim(
        name="importance-sampling-step-repaired",
        source="two-grpo",
        label="App. A.1",
        says=(
            "E_old[Π_j π_θ(o_j)/π_old(o_j)·F(o_1, …, o_G)] = E_θ[F(o_1, …, o_G)] for every function F of the group, "
            "among them the printed (1/G)Σ_i A_i (1/|o_i|)Σ_t π_θ(o_{i,t})"
        ),
        statements=(
            Statement(
                Side(weighted, with_group_ratio),
                Relation.EQUAL,
                Side(resampled, right),
                DOMAIN,
                (
                    Derivation(
                        (
                            Step(
                                resampled,
                                "Π π_old·Π π_θ/π_old = Π π_θ, group by group",
                                using=(summed(both, value, j, sp.S(1), n),),
                            ),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
