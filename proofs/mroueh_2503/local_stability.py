"""|h′(p*)| = B(p*)/β at every fixed point, so p* is attracting when β > B(p*).

B(p) = p(1−p)|2p−1|/(2(p(1−p)+ε)^{3/2}). With h(p*) = p* the slope's factor h(1−h) is p*(1−p*); nothing else of p_ref is
left. The points of the second road take p_ref = p/(p + (1−p)e^{Ω/β}), which makes p a fixed point.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, real
from grpo_theory.arithmetic.precise import exp, precisely, root
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, epsilon, p, p_ref

half = sp.Rational(1, 2)
spread = p * (1 - p) + epsilon
h = 1 / (1 + (1 - p_ref) / p_ref * sp.exp(-1 / (beta * sp.sqrt(spread))))
steepness = (1 - 2 * p) / (2 * beta * spread ** sp.Rational(3, 2))
slope = chain(
    sp.Derivative(h, p, evaluate=False),
    Step(-h * (1 - h) * steepness, "the chain rule, with σ′ = σ(1−σ)", rewriting=(differentiated(h, p),)),
)
fixed = Given(h, p)
B = p * (1 - p) * sp.Abs(2 * p - 1) / (2 * spread ** sp.Rational(3, 2))


@precisely
def following(point: Point, chance: Fraction) -> flint.arb:
    """h where the point's p is a fixed point: the odds of p times e^{(Ω(chance) − Ω(p))/β}."""
    last, here = (1 / root(x * (1 - x) + point["epsilon"]) for x in (point["p"], chance))
    odds = as_ball(point["p"] / (1 - point["p"])) * exp((here - last) / as_ball(point["beta"]))
    return odds / (1 + odds)


@precisely
def difference_quotient(point: Point) -> flint.arb:
    """|h(p+δ) − h(p−δ)|/(2δ) with δ = 1/n."""
    step = Fraction(1, point["n"])
    ahead, behind = (following(point, point["p"] + way * step) for way in (1, -1))
    return abs(ahead - behind) / as_ball(2 * step)


def distance(point: Point) -> Fraction:
    """1000/n², which covers a sixth of the third derivative at the points."""
    return Fraction(1000, point["n"] ** 2)


def points(_: int) -> Iterator[Point]:
    """Fixed points on both sides of one half, steps of a hundredth to a millionth."""
    return grid(
        n=(100, 10**4, 10**6),
        p=(Fraction(1, 5), Fraction(1, 2), Fraction(7, 10), Fraction(9, 10)),
        beta=(Fraction(1, 2), Fraction(3)),
        epsilon=(Fraction(0), Fraction(1, 100)),
    )


PARAMETERS = (real(p, 0, 1, breaks=(half,)), real(epsilon, 0, closed="lower"))

claim = Claim(
    name="local-stability",
    source="mroueh-2503",
    label="local stability of a fixed point",
    says="a fixed point p* of h in (0, 1) with β > B(p*) = p*(1−p*)|2p*−1|/(2(p*(1−p*)+ε)^{3/2}) is attracting:"
    " |h′(p*)| = B(p*)/β < 1",
    statements=(
        Statement(
            Side(sp.Abs(sp.Derivative(h, p, evaluate=False))),
            Relation.EQUAL,
            Side(B / beta),
            Domain((*PARAMETERS, real(p_ref, 0, 1), real(beta, 0)), "every fixed point p of h", (fixed,)),
            (
                Derivation(
                    (
                        Step(
                            h * (1 - h) * sp.Abs(steepness),
                            "h lies between 0 and 1",
                            rewriting=(slope,),
                        ),
                        Step(
                            B / beta,
                            "h(p*) = p*",
                            using=((hypothesis(fixed), (1 - h - p) * sp.Abs(steepness)),),
                        ),
                    )
                ),
                Convergence(difference_quotient, distance, points),
            ),
        ),
        Statement(
            Side(B / beta),
            Relation.LESS,
            Side(sp.S(1)),
            Domain((*PARAMETERS, real(beta, B))),
            (Derivation((Step(sp.S(1), "β > B(p*)", Relation.LESS),)), Enumeration(points)),
        ),
    ),
)
