"""For ε > 0 the map h has a fixed point in [0, 1]: h is continuous there, h(0) > 0 and h(1) < 1.

The radicand p(1−p)+ε and the denominator p_ref·e^{Ω/β} + 1 − p_ref stay positive on the closed interval, so h is
continuous; h(p) − p changes its sign between the ends, and the intermediate value theorem does the rest.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.points import grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, p, p_ref

radicand = p * (1 - p) + epsilon
growth = sp.exp(1 / (beta * sp.sqrt(radicand)))
mass = p_ref * growth + 1 - p_ref
h = p_ref * growth / mass


@precisely
def map_less_identity(point: Point) -> flint.arb:
    """h(p) − p, by tilting two outcomes."""
    chance, reference = point["p"], point["p_ref"]
    advantages = smoothed_advantages((chance, 1 - chance), (1, 0), point["epsilon"])
    gains = [advantage / as_ball(point["beta"]) for advantage in advantages]
    return reward_mean(tilted((reference, 1 - reference), gains), (1, 0)) - as_ball(chance)


def points(_: int) -> Iterator[Point]:
    """Strong and weak penalties, the ends and the middle of the interval; a domain keeps its own."""
    return grid(
        p=(Fraction(0), Fraction(1, 3), Fraction(1)),
        p_ref=(Fraction(1, 1000), Fraction(1, 3), Fraction(9, 10)),
        beta=(Fraction(1, 2), Fraction(2)),
        epsilon=(Fraction(1, 1000), Fraction(1, 9), Fraction(3)),
    )


PARAMETERS = (real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0))
INTERVAL = real(p, 0, 1, closed="both")
zero = sp.S(0)

claim = Claim(
    name="fixed-point-exists",
    source="mroueh-2503",
    label="existence of a fixed point",
    says="for ε > 0, β > 0 and p_ref in (0, 1) the map h has a fixed point in [0, 1]",
    statements=(
        Statement(
            Side(radicand),
            Relation.GREATER,
            Side(zero),
            Domain((INTERVAL, real(epsilon, 0))),
            (Derivation((Step(zero, "p(1−p) ≥ 0 and ε > 0", Relation.GREATER),)), Enumeration(points)),
            r"p(1-p)+\epsilon > 0 \text{ on } [0, 1]",
        ),
        Statement(
            Side(mass),
            Relation.GREATER,
            Side(sp.S(1)),
            Domain((INTERVAL, *PARAMETERS)),
            (
                Derivation(
                    (
                        Step(
                            sp.S(1),
                            "e^x > 1 for x > 0",
                            Relation.GREATER,
                            using=(
                                (
                                    exponential_above(1 / (beta * sp.sqrt(radicand)), strict=True),
                                    p_ref,
                                ),
                                (order(zero, 1 / (beta * sp.sqrt(radicand)), "Ω > 0"), p_ref),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
            r"p_{\mathrm{ref}} e^{\Omega_\epsilon(p)/\beta} + 1 - p_{\mathrm{ref}} > 1 \text{ on } [0, 1]",
        ),
        Statement(
            Side(h - p, map_less_identity),
            Relation.GREATER,
            Side(zero),
            Domain((choice(p, 0), *PARAMETERS)),
            (Derivation((Step(zero, "h(0) is positive", Relation.GREATER),)), Enumeration(points)),
            r"h(0) - 0 > 0",
        ),
        Statement(
            Side(h - p, map_less_identity),
            Relation.LESS,
            Side(zero),
            Domain((choice(p, 1), *PARAMETERS)),
            (
                Derivation((Step(zero, "1 − h(1) = (1−p_ref)/(p_ref·e + 1 − p_ref)", Relation.LESS),)),
                Enumeration(points),
            ),
            r"h(1) - 1 < 0",
        ),
    ),
    assuming=("the intermediate value theorem",),
)
