"""h(p) > p_ref for every p, so every fixed point p* = h(p*) exceeds p_ref.

The push Ω_ε(p)/β is positive, so e^{Ω/β} > 1 and the tilt favours successes; in log-odds z* − z_ref = Ω_ε(p*)/β > 0.
Nothing here says that the sequence p_n converges to a fixed point.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Variable, choice, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.points import grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, p, p_ref

push = 1 / (beta * sp.sqrt(p * (1 - p) + epsilon))
mass = p_ref * sp.exp(push) + 1 - p_ref
h = p_ref * sp.exp(push) / mass


@precisely
def literal(point: Point) -> flint.arb:
    """The success probability of the tilted reference, two outcomes each."""
    chance, reference = point["p"], point["p_ref"]
    advantages = smoothed_advantages((chance, 1 - chance), (1, 0), point["epsilon"])
    gains = [advantage / as_ball(point["beta"]) for advantage in advantages]
    return reward_mean(tilted((reference, 1 - reference), gains), (1, 0))


def points(_: int) -> Iterator[Point]:
    """Strong and weak penalties, with and without smoothing; the ends of the interval where ε > 0."""
    return grid(
        p=(Fraction(0), Fraction(1, 3), Fraction(9, 10), Fraction(1)),
        p_ref=(Fraction(1, 1000), Fraction(1, 3), Fraction(9, 10)),
        beta=(Fraction(1, 5), Fraction(20)),
        epsilon=(Fraction(0), Fraction(1, 100), Fraction(3)),
    )


def exceeds(*variables: Variable) -> Statement:
    """p_ref < h(p) on one domain."""
    domain = Domain((*variables, real(p_ref, 0, 1), real(beta, 0)))
    grows = exponential_above(push, strict=True)
    cofactor = p_ref * (1 - p_ref) / mass
    step = Step(
        h,
        "h − p_ref = p_ref(1−p_ref)(e^{Ω/β} − 1)/(p_ref·e^{Ω/β} + 1 − p_ref), and e^x > 1 + x > 1 for x > 0",
        Relation.LESS,
        using=((grows, cofactor), (order(sp.S(0), push, "Ω > 0"), cofactor)),
    )
    return Statement(Side(p_ref), Relation.LESS, Side(h, literal), domain, (Derivation((step,)), Enumeration(points)))


claim = Claim(
    name="fixed-point-exceeds-reference",
    source="mroueh-2503",
    label="success amplification, fixed points",
    says="every fixed point p* of h exceeds p_ref: h(p) > p_ref for p in [0, 1] with ε > 0 and for p in (0, 1) with"
    " ε = 0, β > 0, p_ref in (0, 1)",
    statements=(
        exceeds(real(p, 0, 1, closed="both"), real(epsilon, 0)),
        exceeds(real(p, 0, 1), choice(epsilon, 0)),
    ),
)
