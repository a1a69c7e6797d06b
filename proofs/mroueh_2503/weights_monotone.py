"""p < p′ ⇒ ω⁺_ε(p) > ω⁺_ε(p′) and ω⁻_ε(p) < ω⁻_ε(p′): the more often the policy succeeds, the less a success weighs.

Stated for any two probabilities, so no derivative is needed; with p′ in place of 1−p the second part mirrors the first.
The derivative of ω⁺_ε is −((1−p)/2 + ε)/(p(1−p)+ε)^{3/2}.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Literal, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import epsilon, p

larger = sp.Symbol("p_larger", positive=True)


def spread(chance: sp.Expr) -> sp.Expr:
    """√(p(1−p)+ε)."""
    return sp.sqrt(chance * (1 - chance) + epsilon)


def whitened(name: str, reward: int) -> Literal:
    """The modulus of the whitened reward of an outcome under the policy that succeeds with the named probability."""

    def value(point: Point) -> Surd:
        chance = point[name]
        variance = chance * (1 - chance) ** 2 + (1 - chance) * chance**2
        return abs(Surd.of(reward - chance) / Surd.sqrt(variance + point["epsilon"]))

    return value


def points(_: int) -> Iterator[Point]:
    """Pairs of probabilities below, across and above one half; the domain keeps the ordered ones."""
    levels = (Fraction(1, 1000), Fraction(1, 3), Fraction(1, 2), Fraction(7, 10), Fraction(24, 25))
    return grid(p=levels, p_larger=levels, epsilon=(Fraction(0), Fraction(1, 100), Fraction(2)))


ORDERED = Domain((real(p, 0, 1), real(larger, p, 1), real(epsilon, 0, closed="lower")))


def falls() -> Statement:
    """The weight on successes is larger at the smaller probability."""
    before, after = (1 - p) / spread(p), (1 - larger) / spread(larger)
    because = "after squaring, (1−p)²(p′(1−p′)+ε) − (1−p′)²(p(1−p)+ε) = (p′−p)[(1−p)(1−p′) + ε(2−p−p′)] > 0"
    steps = (Step(after, because, Relation.GREATER),)
    evidence = (Derivation(steps), Enumeration(points))
    sides = Side(before, whitened("p", 1)), Side(after, whitened("p_larger", 1))
    return Statement(sides[0], Relation.GREATER, sides[1], ORDERED, evidence, r"\omega^+(p) > \omega^+(p')")


def rises() -> Statement:
    """The weight on failures is smaller at the smaller probability."""
    before, after = p / spread(p), larger / spread(larger)
    because = "after squaring, p′²(p(1−p)+ε) − p²(p′(1−p′)+ε) = (p′−p)[p·p′ + ε(p+p′)] > 0"
    steps = (Step(after, because, Relation.LESS),)
    evidence = (Derivation(steps), Enumeration(points))
    sides = Side(before, whitened("p", 0)), Side(after, whitened("p_larger", 0))
    return Statement(sides[0], Relation.LESS, sides[1], ORDERED, evidence, r"\omega^-(p) < \omega^-(p')")


claim = Claim(
    name="weights-monotone",
    source="mroueh-2503",
    label="weights of the contrastive loss",
    says="ω⁺_ε strictly decreases and ω⁻_ε strictly increases in p on (0, 1), for every ε ≥ 0",
    statements=(falls(), rises()),
)
