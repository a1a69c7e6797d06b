"""h falls on (0, 1/2] and rises on [1/2, 1), so h(1/2) is its least value.

Stated for any two probabilities p < p′ of one half-line each, the middle included: there p(1−p) rises or falls, Ω_ε
does the reverse, and e^{Ω/β} and its odds follow Ω. Either part with one point at 1/2 gives the minimum.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid
from grpo_theory.ledger.claim import Claim, Literal, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_increases
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, epsilon, p, p_ref

larger = sp.Symbol("p_larger", positive=True)
half = sp.Rational(1, 2)


def push(chance: sp.Expr) -> sp.Expr:
    """Ω_ε(p)/β."""
    return 1 / (beta * sp.sqrt(chance * (1 - chance) + epsilon))


def mass(chance: sp.Expr) -> sp.Expr:
    """p_ref·e^{Ω/β} + 1 − p_ref."""
    return p_ref * sp.exp(push(chance)) + 1 - p_ref


def h(chance: sp.Expr) -> sp.Expr:
    """The map of the success probability."""
    return p_ref * sp.exp(push(chance)) / mass(chance)


def at(name: str) -> Literal:
    """σ(z_ref + Ω_ε/β) at the named probability."""

    @precisely
    def value(point: Point) -> flint.arb:
        weight = 1 / root(point[name] * (1 - point[name]) + point["epsilon"])
        return sigmoid(logit(point["p_ref"]) + weight / as_ball(point["beta"]))

    return value


def points(_: int) -> Iterator[Point]:
    """Pairs on each side of one half, the middle and points close to it and to the ends included."""
    levels = ("1/1000", "1/3", "49/100", "1/2", "51/100", "7/10", "99/100")
    chances = tuple(Fraction(level) for level in levels)
    return grid(
        p=chances,
        p_larger=chances,
        p_ref=(Fraction(1, 3), Fraction(9, 10)),
        beta=(Fraction(1, 2), Fraction(3)),
        epsilon=(Fraction(0), Fraction(1, 100)),
    )


def branch(relation: Relation, domain: Domain, because: str, latex: str) -> Statement:
    """h at the smaller of two probabilities against h at the larger, on one side of one half."""
    first, second = push(p), push(larger)
    low, high = (second, first) if relation is Relation.GREATER else (first, second)
    grows = exponential_increases(order(low, high, because, strict=True))
    cofactor = p_ref * (1 - p_ref) / (mass(p) * mass(larger))
    steps = (Step(h(larger), f"{because}; h rises with e^(Ω/β)", relation, using=((grows, cofactor),)),)
    sides = Side(h(p), at("p")), Side(h(larger), at("p_larger"))
    return Statement(sides[0], relation, sides[1], domain, (Derivation(steps), Enumeration(points)), latex)


PARAMETERS = (real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower"))

claim = Claim(
    name="map-branches",
    source="mroueh-2503",
    label="shape of h",
    says="h strictly decreases on (0, 1/2], strictly increases on [1/2, 1), and so has its minimum at 1/2, for every"
    " p_ref in (0, 1), β > 0, ε ≥ 0",
    statements=(
        branch(
            Relation.GREATER,
            Domain((real(p, 0, half), real(larger, p, half, closed="upper"), *PARAMETERS)),
            "p(1−p) < p′(1−p′) for p < p′ ≤ 1/2",
            r"p < p' \le \tfrac12 \implies h(p) > h(p')",
        ),
        branch(
            Relation.LESS,
            Domain((real(p, half, 1, closed="lower"), real(larger, p, 1), *PARAMETERS)),
            "p(1−p) > p′(1−p′) for 1/2 ≤ p < p′",
            r"\tfrac12 \le p < p' \implies h(p) < h(p')",
        ),
    ),
)
