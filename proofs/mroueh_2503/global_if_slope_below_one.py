"""sup|h′| < 1 ⇒ p_n converges to one and the same fixed point from every start in [0, 1].

h maps [0, 1] into itself, and by the mean value theorem p_{i+1} − p* = h′(ξ_i)(p_i − p*), so that
|p_n − p*| = |p_0 − p*|·Π|h′(ξ_i)| ≤ Lⁿ|p_0 − p*| with L = sup|h′|. With p_0 a second fixed point this gives uniqueness;
existence is `fixed-point-exists`. The product is checked along exact orbits whose slopes are bounded by an L < 1.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction, multiplied
from grpo_theory.symbols import beta, epsilon, i, j, n, p, p_ref

growth = sp.exp(1 / (beta * sp.sqrt(p * (1 - p) + epsilon)))
h = p_ref * growth / (p_ref * growth + 1 - p_ref)
quotient, largest = sp.Function("c"), sp.Symbol("L", nonnegative=True)
product = sp.Product(quotient(i), (i, 1, n))
power = sp.Product(largest, (i, 1, n))


@precisely
def following(point: Point, chance: flint.arb) -> flint.arb:
    """h at a ball."""
    weight = 1 / root(chance * (1 - chance) + as_ball(point["epsilon"]))
    return sigmoid(logit(point["p_ref"]) + weight / as_ball(point["beta"]))


@precisely
def literal(point: Point) -> flint.arb:
    """h(p)."""
    return following(point, as_ball(point["p"]))


@cache
@precisely
def distances(start: Fraction, p_ref_at: Fraction, beta_at: Fraction, epsilon_at: Fraction) -> tuple[flint.arb, ...]:
    """|p_i − p*| for i = 0 … 8, p* enclosed by an orbit of 400 steps; each step at least halves an error."""
    point = {"p_ref": p_ref_at, "beta": beta_at, "epsilon": epsilon_at}
    orbit = [as_ball(start)]
    for _ in range(400):
        orbit.append(following(point, orbit[-1]))
    last = orbit[-1] + (orbit[-1] - orbit[-2]) * flint.arb(0, 2)
    return tuple(abs(value - last) for value in orbit[:9])


def of_orbit(point: Point) -> tuple[flint.arb, ...]:
    """The distances along the point's orbit."""
    return distances(point["start"], point["p_ref"], point["beta"], point["epsilon"])


@precisely
def shrunk(point: Point) -> flint.arb:
    """|p_n − p*|/|p_0 − p*| along an orbit."""
    passed = of_orbit(point)
    return passed[point["n"]] / passed[0]


def slopes(point: Point) -> Point:
    """The point with c(i) = |p_i − p*|/|p_{i−1} − p*|, which are slopes of h between p* and the orbit."""

    @precisely
    def at(position: int) -> flint.arb:
        passed = of_orbit(point)
        return passed[position] / passed[position - 1]

    return {**point, "c": at}


def points(_: int) -> Iterator[Point]:
    """Values of the map at both ends and between."""
    return grid(
        p=(Fraction(0), Fraction(1, 3), Fraction(1)),
        p_ref=(Fraction(1, 1000), Fraction(9, 10)),
        beta=(Fraction(1, 2), Fraction(20)),
        epsilon=(Fraction(1, 100), Fraction(3)),
    )


def orbits(_: int) -> Iterator[Point]:
    """Orbits with |h′| ≤ 1/(8βε^{3/2}) = L = 1/2: h(1−h) ≤ 1/4, |1−2p| ≤ 1 and p(1−p) ≥ 0."""
    for law in ((Fraction(1, 4), Fraction(1)), (Fraction(2), Fraction(1, 4))):
        for at in grid(p_ref=(Fraction(1, 100), Fraction(2, 3)), start=(Fraction(0), Fraction(3, 4)), n=(1, 2, 8)):
            yield slopes({**at, "beta": law[0], "epsilon": law[1], "L": Fraction(1, 2)})


STRIP = Domain((real(p, 0, 1, closed="both"), real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0)))
SLOPES = Domain(
    (natural(n, 1), real(largest, 0, 1), real(quotient(i), 0, largest, closed="both")), "every orbit with |h′| ≤ L < 1"
)
below = multiplied(order(quotient(i), largest, "|h′| ≤ L"), i, sp.S(1), n)
exponentials = sp.Product(sp.exp(largest - 1), (i, 1, n))
tangents = multiplied(exponential_above(largest - 1), i, sp.S(1), n)
falls = sp.exp(n * (largest - 1))
slow = 1 / (1 + n * (1 - largest))

claim = Claim(
    name="global-if-slope-below-one",
    source="mroueh-2503",
    label="global stability",
    says="if L = sup|h′| < 1 on [0, 1] (ε > 0), then p_n converges from every start to one fixed point:"
    " h maps [0, 1] into (0, 1) and |p_n − p*| ≤ Lⁿ|p_0 − p*|, where Lⁿ ≤ 1/(1 + n(1−L)) tends to 0",
    statements=(
        Statement(
            Side(h, literal),
            Relation.GREATER,
            Side(sp.S(0)),
            STRIP,
            (Derivation((Step(sp.S(0), "all terms are positive", Relation.GREATER),)), Enumeration(points)),
        ),
        Statement(
            Side(h, literal),
            Relation.LESS,
            Side(sp.S(1)),
            STRIP,
            (Derivation((Step(sp.S(1), "p_ref < 1", Relation.LESS),)), Enumeration(points)),
        ),
        Statement(
            Side(product, shrunk),
            Relation.AT_MOST,
            Side(largest**n),
            SLOPES,
            (
                Derivation(
                    (
                        Step(power, "each factor is at most L", Relation.AT_MOST, using=(below,)),
                        Step(largest**n, "a product of equal factors", using=(by_induction(power, largest**j, j),)),
                    )
                ),
                Enumeration(orbits),
            ),
            r"\frac{|p_n - p^*|}{|p_0 - p^*|} = \prod_{i=1}^n |h'(\xi_i)| \le L^n",
        ),
        Statement(
            Side(largest**n),
            Relation.AT_MOST,
            Side(slow),
            Domain((natural(n, 1), real(largest, 0, 1))),
            (
                Derivation(
                    (
                        Step(
                            power,
                            "a product of equal factors",
                            using=((by_induction(power, largest**j, j), sp.Integer(-1)),),
                        ),
                        Step(exponentials, "L ≤ e^{L−1}", Relation.AT_MOST, using=(tangents,)),
                        Step(
                            falls,
                            "a product of equal factors",
                            using=(by_induction(exponentials, sp.exp(j * (largest - 1)), j),),
                        ),
                        Step(
                            slow,
                            "e^{n(1−L)} ≥ 1 + n(1−L)",
                            Relation.AT_MOST,
                            using=((exponential_above(n * (1 - largest)), falls * slow),),
                        ),
                    )
                ),
                Enumeration(lambda _: grid(n=(1, 2, 5, 30), L=(Fraction(1, 10), Fraction(1, 2), Fraction(99, 100)))),
            ),
        ),
    ),
    assuming=("the mean value theorem", "the intermediate value theorem"),
)
