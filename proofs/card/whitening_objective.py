"""E[A·∇log π] = ∇log p for A = (1−p)/p on successes, −1 on failures, p known: the conjectured advantage ascends log p.

A is r/p − 1: the first part gives ∇p/p and the constant gives E ∇log π = 0. So it does for every finite policy, and for
the mean over a group of any size, whose rollouts all have the same expectation.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.calculus import both_differentiated
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import differentiated, hypothesis
from grpo_theory.policies.classes import reward_gradient, success_probability
from grpo_theory.policies.gradient_points import all_coordinates, example_policies
from grpo_theory.symbols import K, o, theta

pi, r = sp.Function("pi")(o, theta), sp.Function("r")(o)
p = sp.Function("p_q")(theta)


def over_outcomes(summand: sp.Expr) -> sp.Sum:
    """Σ over the outcomes."""
    return sp.Sum(summand, (o, 1, K))


SUCCESSES = Given(over_outcomes(r * pi), p)
FAILURES = Given(over_outcomes((1 - r) * pi), 1 - p)
DOMAIN = Domain(
    (natural(K, 1), real(p, 0, 1), real(pi, 0), choice(r, 0, 1)),
    "every finite policy, its success probability p known",
    (SUCCESSES, FAILURES),
)
advantage = r * (1 - p) / p - (1 - r)
slope_of_pi, slope_of_p = sp.Derivative(pi, theta), sp.Derivative(p, theta)
expected = over_outcomes(pi * advantage * slope_of_pi / pi)


def slope_of_class(given: Given, value: sp.Expr) -> Fact:
    """Σ of ∇π over one class of outcomes."""
    whole, moved = differentiated(given.lhs, theta), both_differentiated(hypothesis(given), theta)
    return chain(
        whole.rhs,
        Step(whole.lhs, "the sum is finite", using=((whole, sp.S(-1)),)),
        Step(moved.rhs, "both sides move with θ", using=(moved,)),
        Step(value, "by calculus", using=(differentiated(given.rhs, theta),)),
    )


def literal(point: Point) -> Fraction:
    """E (1/G) Σ A_i ∂log π(o_i) over all groups of outcomes, with the constants of the conjecture."""
    policy, chance, size = point["moving"](), point["p"], point["G"]
    constants = {1: (1 - chance) / chance, 0: Fraction(-1)}
    total = Fraction(0)
    for group in product(range(len(policy.rewards)), repeat=size):
        weight = prod((policy.probabilities[x] for x in group), start=Fraction(1))
        terms = (constants[int(policy.rewards[x])] * policy.score(x)[point["coordinate"]] for x in group)
        total += weight * sum(terms, Fraction(0)) / size
    return total


def slope_of_logarithm(point: Point) -> Fraction:
    """∂log p = ∂p/p."""
    policy = point["moving"]()
    return reward_gradient(policy)[point["coordinate"]] / success_probability(policy)


def points(_: int) -> Iterator[Point]:
    """Every logit of small policies, token sequences among them, for groups of one, two and three rollouts."""
    for point in all_coordinates(*example_policies()):
        yield from (point | {"G": size} for size in (1, 2, 3))


claim = Claim(
    name="whitening-objective",
    source="card",
    label="2. Optimal Whitening, conjecture",
    says="the advantage (1−p)/p on successes and −1 on failures, p known, ascends log p: E[A·∇log π] = ∇log p on every "
    "finite policy",
    statements=(
        Statement(
            Side(expected, literal),
            Relation.EQUAL,
            Side(sp.Derivative(sp.log(p), theta, evaluate=False), slope_of_logarithm),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            (1 - p) / p * slope_of_p + slope_of_p,
                            "Σ ∇π is ∇p over successes and −∇p over failures",
                            using=(
                                (slope_of_class(SUCCESSES, slope_of_p), (1 - p) / p),
                                (slope_of_class(FAILURES, -slope_of_p), sp.S(-1)),
                            ),
                        ),
                        Step(
                            sp.Derivative(sp.log(p), theta, evaluate=False),
                            "(1−p)/p + 1 = 1/p",
                            using=((differentiated(sp.log(p), theta), sp.S(-1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
