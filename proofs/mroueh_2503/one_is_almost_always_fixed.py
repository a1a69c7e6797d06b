"""h(1) = 1 for almost every (β, p_ref, ε) with ε > 0, as stated: it never holds, h(1) = σ(z_ref + 1/(β√ε)) < 1.

A set of full measure meets every box of parameters, so the statement asks for the value 1 somewhere in each box. On
the box of all parameters within a factor 1 ± w of a centre, h(1) is enclosed by a ball that stays away from 1.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball, interval
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import precisely, root
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, p_ref

growth = sp.exp(1 / (beta * sp.sqrt(epsilon)))
at_one = p_ref * growth / (p_ref * growth + 1 - p_ref)


def around(point: Point, name: str) -> flint.arb:
    """The values of a parameter within a factor 1 ± w of the centre."""
    centre, width = point[name], point["width"]
    return interval(centre * (1 - width), centre * (1 + width))


@precisely
def over_box(point: Point) -> flint.arb:
    """All values of h(1) over the box: the odds of failure are ((1−p_ref)/p_ref)·e^{−1/(β√ε)}."""
    push = 1 / (around(point, "beta") * root(around(point, "epsilon")))
    return 1 / (1 + (1 / around(point, "p_ref") - 1) * (-push).exp())


@precisely
def literal(point: Point) -> flint.arb:
    """h(1) by tilting two outcomes by the rewards whitened under a policy that always succeeds."""
    gains = [a / as_ball(point["beta"]) for a in smoothed_advantages((1, 0), (1, 0), point["epsilon"])]
    return reward_mean(tilted((point["p_ref"], 1 - point["p_ref"]), gains), (1, 0))


def search() -> Iterator[Point]:
    """Boxes with small centres."""
    return grid(
        beta=(Fraction(1), Fraction(2)), p_ref=(Fraction(1, 2),), epsilon=(Fraction(1),), width=(Fraction(1, 16),)
    )


def reaches_one(point: Point) -> bool:
    """Whether some h(1) of the box is 1: its failures have at least (1−p_ref)·3^{−⌈1/(β√ε)⌉} of the mass, e < 3."""
    low = 1 - point["width"]
    steps = 0
    while (steps * point["beta"] * low) ** 2 * point["epsilon"] * low < 1:
        steps += 1
    largest = point["p_ref"] * (1 + point["width"])
    failures = (1 - largest) / (largest * Fraction(3) ** steps + 1 - largest)
    return bool(failures <= 0)


def points(_: int) -> Iterator[Point]:
    """Strong and weak penalties, strong and weak smoothing, and the boxes' centres."""
    yield from search()
    yield from grid(
        beta=(Fraction(1, 2), Fraction(20)),
        p_ref=(Fraction(1, 1000), Fraction(9, 10)),
        epsilon=(Fraction(1, 1000), Fraction(3)),
    )


PARAMETERS = Domain((real(beta, 0), real(p_ref, 0, 1), real(epsilon, 0)))
LABEL = "remark on the fixed point 1"

claim = Claim(
    name="one-is-almost-always-fixed",
    source="mroueh-2503",
    label=LABEL,
    says="h(1) = 1 for almost every (β, p_ref, ε) with β > 0, p_ref in (0, 1), ε > 0; so for some parameters of every"
    " box {centre·(1−w) ≤ parameter ≤ centre·(1+w)}",
    statements=(
        Statement(
            Side(literal=over_box),
            Relation.EQUAL,
            Side(sp.S(1)),
            PARAMETERS,
            (Counterexample(search, reaches_one),),
            r"h(1) = 1",
        ),
    ),
    repair=Claim(
        name="one-is-almost-always-fixed-repaired",
        source="mroueh-2503",
        label=LABEL,
        says="h(1) = σ(z_ref + 1/(β√ε)) < 1 for every β > 0, p_ref in (0, 1), ε > 0: with smoothing 1 is never fixed",
        statements=(
            Statement(
                Side(at_one, literal),
                Relation.LESS,
                Side(sp.S(1)),
                PARAMETERS,
                (
                    Derivation((Step(sp.S(1), "1 − h(1) = (1−p_ref)/(p_ref·e + 1 − p_ref) > 0", Relation.LESS),)),
                    Enumeration(points),
                ),
            ),
        ),
    ),
)
