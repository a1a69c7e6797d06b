"""At G = 2, ddof = 0, conditioned on a mixed pair, grpo ascends half the log-odds: F = ½·logit p.

A mixed pair has advantages ±1. Without the condition its expected update is ∇p; a pair is mixed with probability
2p(1−p), and dividing by it leaves w(p) = 1/(2p(1−p)), the slope of ½·logit p. The first statement holds on every
finite policy; the second names the objective.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import enumerate_groups, rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis, summed
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.symbols import K, o, p, theta

pi, score, reward = sp.Function("pi"), sp.Function("s"), sp.Function("r")
slope = sp.Derivative(pi(o, theta), theta)
SCORE = Given(pi(o, theta) * score(o), slope, o, sp.S(1), K)
TOTAL = Given(sp.Sum(slope, (o, 1, K)), sp.S(0))
mixed = 1 - p**2 - (1 - p) ** 2
# In a pair, a success is mixed when its companion fails and then has advantage 1; a failure has −1 beside a success.
given_success, given_failure = (1 - p) * 1, p * (-1)
weight = (given_success - given_failure) / mixed
up = sp.Sum(pi(o, theta) * score(o) * reward(o), (o, 1, K))
down = sp.Sum(pi(o, theta) * score(o) * (1 - reward(o)), (o, 1, K))
of_failures = sp.Sum((1 - reward(o)) * slope, (o, 1, K))
gradient = sp.Sum(reward(o) * slope, (o, 1, K))
turned = chain(of_failures, Step(-gradient, "all slopes sum to zero", using=(hypothesis(TOTAL),)))
update = (given_success * up + given_failure * down) / mixed
half_log_odds = sp.log(p / (1 - p)) / 2

on_policies = Derivation(
    (
        Step(
            (given_success * gradient + given_failure * of_failures) / mixed,
            "π·s = ∇π, outcome by outcome",
            using=(
                (summed(hypothesis(SCORE), reward(o), o, sp.S(1), K), given_success / mixed),
                (summed(hypothesis(SCORE), 1 - reward(o), o, sp.S(1), K), given_failure / mixed),
            ),
        ),
        Step(
            gradient / (2 * p * (1 - p)),
            "the slopes of the failures sum to −∇p, (1−p) + p = 1, and 1 − p² − (1−p)² = 2p(1−p)",
            using=((turned, given_failure / mixed),),
        ),
    )
)
slope_of_objective = differentiated(half_log_odds, p)
on_objective = Derivation(
    (
        Step(1 / (2 * p * (1 - p)), "(1−p) + p = 1, and 1 − p² − (1−p)² = 2p(1−p)"),
        Step(slope_of_objective.lhs, "the slope of ½·(ln p − ln(1−p))", using=((slope_of_objective, sp.S(-1)),)),
    )
)


def by_definition(point: Point) -> Surd:
    """The mean over all mixed pairs of outcomes of ½ Σ A_i s_i, A standardised within the pair; one coordinate."""
    expected, chance_of_mixed = Surd.of(0), Fraction(0)
    for pair in product(range(point["K"]), repeat=2):
        rewards = tuple(point["rewards"][outcome] for outcome in pair)
        if rewards[0] == rewards[1]:
            continue
        probability = point["policy"][pair[0]] * point["policy"][pair[1]]
        chance_of_mixed += probability
        mean = sum(rewards) / 2
        spread = Surd.sqrt(sum((r - mean) ** 2 for r in rewards) / 2)
        for outcome, r in zip(pair, rewards, strict=True):
            expected = expected + Surd.of((r - mean) * probability * point["s"](outcome + 1)) / spread
    return expected / 2 / chance_of_mixed


def points_of(policy: SoftmaxPolicy) -> Iterator[Point]:
    """One point for each coordinate of the update."""
    outcomes = range(policy.dimension)
    for at in outcomes:
        yield policy_point(policy) | {
            "s": at_outcome(tuple(policy.score(o)[at] for o in outcomes)),
            "D_pi": at_outcome(tuple(policy.gradient_of_probability(o)[at] for o in outcomes)),
        }


def points(_: int) -> Iterator[Point]:
    """Policies with two and three outcomes."""
    for policy in small_policies(3, 5):
        yield from points_of(policy)


def conditioned_weight(point: Point) -> object:
    """w of grpo with dynamic sampling over the reward vectors of a pair."""
    return enumerate_groups(rule("dynamic_sampling", rule="grpo"), 2, point["p"]).effective_weight


def slope_in_log_odds(point: Point) -> Fraction:
    """dF/dp = (dF/dz)/(dp/dz) along p = σ(z) with F = z/2: the slope of p is p(1−p) there."""
    odds: Fraction = point["p"] / (1 - point["p"])
    return Fraction(1, 2) / (odds / (1 + odds) ** 2)


claim = Claim(
    name="dynamic-sampling-log-odds",
    source="literature",
    label="dynamic sampling (DAPO)",
    says="at G = 2, conditioned on a mixed pair, grpo with ddof = 0 and ε = 0 ascends F = ½·logit p",
    statements=(
        Statement(
            Side(update, by_definition),
            Relation.EQUAL,
            Side(gradient / (2 * p * (1 - p))),
            Domain(
                (real(p, 0, 1), natural(K, 1), choice(reward(o), 0, 1)),
                "every finite policy with success probability p",
                (SCORE, TOTAL),
            ),
            (on_policies, Enumeration(points)),
        ),
        Statement(
            Side(weight, conditioned_weight),
            Relation.EQUAL,
            Side(slope_of_objective.lhs, slope_in_log_odds),
            Domain((real(p, 0, 1),)),
            (on_objective, Enumeration(lambda _: grid(p=PROBABILITIES))),
            r"w(p) = \frac{d}{dp}\,\frac{1}{2}\,\operatorname{logit} p",
        ),
    ),
)
