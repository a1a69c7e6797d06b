"""The G = 2 advantage estimates are proportional to p across training steps: a(p)·p_0 = a(p_0)·p for both rewards.

At G = 2 and ε → 0 the estimate of reward x is x − p. For failures, −p is proportional to p; for successes the estimate
is 1 − p, so it falls while p grows, and only the estimates' difference, 1, is constant.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.symbols import p, p_0, r


def formal(chance: sp.Expr) -> sp.Expr:
    """E[Y | X = r] over the other reward: Y is (r − mean)/deviation in a mixed pair and 0 in a silent one."""
    mean, deviation = sp.Rational(1, 2), sp.Rational(1, 2)
    mixed = (1 - r) * chance + r * (1 - chance)
    return mixed * (r - mean) / deviation


def literal(own: int, chance: Fraction) -> Fraction:
    """E[Y·1{X = own}]/P(X = own) over all four pairs, silent pairs counted 0."""
    mass, total = Fraction(0), Fraction(0)
    for pair in product((0, 1), repeat=2):
        if pair[0] != own:
            continue
        weight = Fraction(1)
        for reward in pair:
            weight *= chance if reward else 1 - chance
        mean = Fraction(sum(pair), 2)
        variance = sum((reward - mean) ** 2 for reward in pair) / 2
        mass += weight
        # Deviations of binary pairs are 0 or 1/2.
        total += weight * (own - mean) * 2 if variance else 0
    return total / mass


def times_other(point: Point, at: str, other: str) -> Fraction:
    """The estimate at one probability, times the other probability."""
    scale: Fraction = point[other]
    return literal(point["r"], point[at]) * scale


def pairs() -> Iterator[Point]:
    """Successes before failures, two different probabilities of growing height."""
    for chance in rationals(5):
        for first in rationals(5):
            if first != chance:
                yield from grid(r=(1, 0), p=(chance,), p_0=(first,))


def crosswise(point: Point) -> bool:
    """Proportionality again, from the probability that the other reward differs: one failure, or one success."""
    here, there = ((1 - point[at] if point["r"] else point[at]) for at in ("p", "p_0"))
    return bool(here / there == point["p"] / point["p_0"])


DOMAIN = Domain((choice(r, 0, 1), real(p, 0, 1), real(p_0, 0, 1)))

repair = Claim(
    name="advantages-proportional-to-p-repaired",
    source="two-grpo",
    label="Sec. 4.1",
    says="the G = 2 advantage estimate of a rollout with reward x is x − p: −p for failures, proportional to p, and "
    "1 − p for successes, proportional to the failure probability",
    statements=(
        Statement(
            Side(formal(p), lambda point: literal(point["r"], point["p"])),
            Relation.EQUAL,
            Side(r - p),
            DOMAIN,
            (
                Derivation((Step(r - p, "the other reward differs with probability 1 − p, or p"),)),
                Enumeration(lambda _: grid(r=(0, 1), p=PROBABILITIES, p_0=(Fraction(1, 3),))),
            ),
        ),
    ),
)

claim = Claim(
    name="advantages-proportional-to-p",
    source="two-grpo",
    label="Sec. 4.1",
    says="the G = 2 advantage estimates E[Y | X = x], x in {0, 1}, at two training steps with success probabilities "
    "p_0 and p are in the ratio p_0 : p",
    statements=(
        Statement(
            Side(formal(p) * p_0, lambda point: times_other(point, "p", "p_0")),
            Relation.EQUAL,
            Side(formal(p_0) * p, lambda point: times_other(point, "p_0", "p")),
            DOMAIN,
            (Counterexample(pairs, crosswise),),
        ),
    ),
    repair=repair,
)
