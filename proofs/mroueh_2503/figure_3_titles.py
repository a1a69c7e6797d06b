"""Every "p*" printed over Figure 3 is the rounding of a fixed point, as stated: it is not at β = 5, p_ref = 10⁻⁴.

There the print says 0.0442, while the fixed points are 0.0033, 0.9999 and 1 to four decimals, the lowest repelling: the
orbit from 0.1 never settles, and 0.0442 is where its fiftieth term happens to lie. The other 23 numbers are roundings
of an attracting fixed point, and all 24 are roundings of p_50.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, natural
from grpo_theory.arithmetic.evaluate import NotExact
from grpo_theory.arithmetic.precise import exp, precisely, root
from grpo_theory.dynamics.fixed_points import fixed_points
from grpo_theory.dynamics.reference_balls import iterate
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.symbols import i
from grpo_theory.tables.mroueh_2503 import EPSILON, FIGURE_3, START, STEPS, panel_points

HALF_UNIT = Fraction(1, 20000)
LABEL = "Figure 3"


def count(point: Point, *, attracting: bool = False) -> int:
    """How many fixed points of the panel's map round to its printed number; the list of all of them is complete."""
    found = fixed_points("reference", beta=point["beta"], p_ref=point["p_ref"], epsilon=EPSILON)
    if not found.complete:
        raise NotExact("a box stayed undecided")
    wanted = [known for known in found.points if known.stability == "attracting" or not attracting]
    return sum(rounds_to(known.p, FIGURE_3[point["i"]].printed) for known in wanted)


@precisely
def rounds_to(value: flint.arb, printed: str) -> bool:
    """Whether a value lies less than half a unit of the last digit from a printed number."""
    gap = abs(value - as_ball(printed)) - as_ball(HALF_UNIT)
    if not (gap < 0 or gap > 0):
        raise NotExact("the value is too wide to be rounded")
    return bool(gap < 0)


@precisely
def moved(chance: Fraction, point: Point) -> flint.arb:
    """h(p) − p as (1−p) − (1−h(p)), with 1 − h = (1−p_ref)/(p_ref·e + 1 − p_ref)."""
    growth = exp(1 / (as_ball(point["beta"]) * root(chance * (1 - chance) + Fraction(EPSILON))))
    failures = as_ball(1 - point["p_ref"])
    return as_ball(1 - chance) - failures / (as_ball(point["p_ref"]) * growth + failures)


def changes_sign(point: Point) -> bool:
    """Whether h(p) − p changes sign from + to − over the printed number's interval of rounding.

    It must where a fixed point of slope below one lies there; below 1/2, where h falls, it does so for every one.
    """
    middle = FIGURE_3[point["i"]].exact("printed")
    low, high = middle - HALF_UNIT, min(middle + HALF_UNIT, Fraction(1))
    return bool(moved(low, point) > 0 and moved(high, point) < 0)


@precisely
def error(point: Point) -> flint.arb:
    """The distance of the printed number from p_50."""
    last = iterate(START, STEPS, beta=point["beta"], p_ref=point["p_ref"], epsilon=EPSILON)
    return abs(last - as_ball(FIGURE_3[point["i"]].printed))


@precisely
def is_an_iterate(point: Point) -> bool:
    """The same again in p, the odds of failure being ((1−p_ref)/p_ref)·e^{−Ω/β}."""
    chance, failures = as_ball(START), as_ball(1 / point["p_ref"] - 1)
    for _ in range(STEPS):
        shrinks = exp(-1 / (as_ball(point["beta"]) * root(chance - chance**2 + as_ball(EPSILON))))
        chance = 1 / (1 + failures * shrinks)
    return rounds_to(chance, FIGURE_3[point["i"]].printed)


def settled() -> Iterator[Point]:
    """All panels but the one at β = 5, p_ref = 10⁻⁴."""
    return (point for point in panel_points() if point["i"] != IRREGULAR)


IRREGULAR = next(n for n, panel in enumerate(FIGURE_3) if (panel.beta, panel.p_ref) == ("5", "0.0001"))
ALL = Domain((natural(i, 0, len(FIGURE_3) - 1),), "the 24 panels of Figure 3")
REGULAR = Domain(
    (choice(i, *(n for n in range(len(FIGURE_3)) if n != IRREGULAR)),), "the panels but β = 5, p_ref = 10⁻⁴"
)

claim = Claim(
    name="figure-3-titles",
    source="mroueh-2503",
    label=LABEL,
    says='every "p*" printed over the 24 panels of Figure 3 is the rounding of a fixed point of h to four decimals',
    statements=(
        Statement(
            Side(literal=count),
            Relation.AT_LEAST,
            Side(sp.S(1)),
            ALL,
            (Counterexample(panel_points, changes_sign),),
            r"\#\{p^* : h(p^*) = p^*,\ |p_{\text{printed}} - p^*| < \tfrac12 \cdot 10^{-4}\} \ge 1",
        ),
    ),
    repair=Claim(
        name="figure-3-titles-repaired",
        source="mroueh-2503",
        label=LABEL,
        says='every "p*" printed over Figure 3 is the rounding of p_50 from p_0 = 0.1; in all panels but β = 5,'
        " p_ref = 10⁻⁴ it is also the rounding of exactly one attracting fixed point",
        statements=(
            Statement(
                Side(literal=error),
                Relation.LESS,
                Side(literal=lambda point: HALF_UNIT),
                ALL,
                (Exhaustion(panel_points, is_an_iterate, ALL.words), Enumeration(lambda _: panel_points())),
                r"|p_{\text{printed}} - p_{50}| < \tfrac12 \cdot 10^{-4}",
            ),
            Statement(
                Side(literal=lambda point: count(point, attracting=True)),
                Relation.EQUAL,
                Side(sp.S(1)),
                REGULAR,
                (Exhaustion(settled, changes_sign, REGULAR.words), Enumeration(lambda _: settled())),
                r"\#\{p^* \text{ attracting} : |p_{\text{printed}} - p^*| < \tfrac12 \cdot 10^{-4}\} = 1",
            ),
        ),
    ),
)
