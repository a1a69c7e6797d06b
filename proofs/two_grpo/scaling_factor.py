"""The limit for pairs, times 1/√(p(1−p)), is the iterated limit for groups of 2N: for both x and every p in (0, 1).

The factor depends on p: it is 2 at p = 1/2 and grows without bound towards both ends, so it is no constant across
prompts or training steps.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Convergence
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import epsilon, n, p, r, s

factor = 1 / sp.sqrt(p * (1 - p))


def in_a_pair(other: sp.Expr) -> sp.Expr:
    """Y = (own reward − mean)/(deviation + ε) of a pair."""
    mean = (r + other) / 2
    deviation = sp.sqrt(((r - mean) ** 2 + (other - mean) ** 2) / 2)
    return (r - mean) / (deviation + epsilon)


others = 2 * n - 1
average = (s + r) / (2 * n)
spread = sp.sqrt((s + r) * (2 * n - s - r)) / (2 * n)
chance = sp.binomial(others, s) * p**s * (1 - p) ** (others - s)
mean_in_groups = sp.Sum(chance * (r - average) / (spread + epsilon), (s, 0, others))
in_groups = sp.Limit(sp.Limit(mean_in_groups, n, sp.oo), epsilon, 0, "+")
in_pairs = sp.Limit(p * in_a_pair(sp.S(1)) + (1 - p) * in_a_pair(sp.S(0)), epsilon, 0, "+")


def standardised(rewards: tuple[int, ...], smoothing: Fraction) -> Surd:
    """Y of the first reward of a group: mean and deviation over the whole group."""
    mean = Fraction(sum(rewards), len(rewards))
    deviation = Surd.sqrt(sum((reward - mean) ** 2 for reward in rewards) / len(rewards))
    return (rewards[0] - mean) / (deviation + smoothing)


def mean_at(point: Point, size: int, smoothing: Fraction) -> Surd:
    """E[Y | X = x] in groups of a size, vectors with equally many successes taken together."""
    total, chance_of_one = Surd.of(0), point["p"]
    for wins in range(size):
        vector = (point["r"],) + (1,) * wins + (0,) * (size - 1 - wins)
        mass = comb(size - 1, wins) * chance_of_one**wins * (1 - chance_of_one) ** (size - 1 - wins)
        total = total + mass * standardised(vector, smoothing)
    return total


def scaled_pairs(point: Point) -> Surd:
    """The limit for pairs times the factor: equal rewards have Y = 0 at every ε, so only unequal ones are kept."""
    other, wins = 1 - point["r"], point["p"]
    value = standardised((point["r"], other), Fraction(0)) / Surd.sqrt(wins * (1 - wins))
    share: Fraction = wins if other else 1 - wins
    return value * share


def growing(_: int) -> Iterator[Point]:
    """Groups up to 64 rollouts, ε falling with them."""
    return ({**at, "epsilon": Fraction(1, 4 * at["n"])} for at in grid(n=(2, 8, 32), r=(0, 1), p=PROBABILITIES[:4]))


def distance(point: Point) -> Fraction:
    """(1/(2N) + 2ε)/σ²: what the finite group and the smoothing take away, both of first order."""
    variance: Fraction = point["p"] * (1 - point["p"])
    first_order: Fraction = Fraction(1, 2 * point["n"]) + 2 * point["epsilon"]
    return first_order / variance


claim = Claim(
    name="scaling-factor",
    source="two-grpo",
    label="Prop. 4.1",
    says="the limit of case 1 is 1/√(p(1−p)) times the limit of case 2, for x in {0, 1} and every p in (0, 1)",
    statements=(
        Statement(
            Side(in_groups),
            Relation.EQUAL,
            Side(factor * in_pairs, scaled_pairs),
            Domain((natural(n, 1), choice(r, 0, 1), real(p, 0, 1), real(epsilon, 0))),
            (
                Derivation(
                    (
                        Step(
                            (r - p) * factor,
                            "the limit of case 1",
                            rewriting=(lemma("prop-4-1-case-1", in_groups, (r - p) * factor, {}, part=1),),
                        ),
                        Step(
                            factor * in_pairs,
                            "the limit of case 2, read backwards",
                            using=((lemma("prop-4-1-case-2", in_pairs, r - p, {}), -factor),),
                        ),
                    )
                ),
                Convergence(lambda at: mean_at(at, 2 * at["n"], at["epsilon"]), distance, growing),
            ),
        ),
    ),
)
