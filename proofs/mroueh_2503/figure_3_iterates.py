"""Every number printed over Figure 3 is the rounding of p_50 from p_0 = 0.1, to four decimals.

β in {0.01, 0.2, 0.4, 0.8, 1, 5}, p_ref in {10⁻⁴, 0.2, 0.5, 0.8}, ε = 10⁻⁵; the curves start at 0.1 and not at p_ref.
All 24 numbers are right as iterates, also over the panel β = 5, p_ref = 10⁻⁴, whose orbit never settles.
"""

from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, natural
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.dynamics.reference_balls import iterate
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.symbols import i
from grpo_theory.tables.mroueh_2503 import EPSILON, FIGURE_3, START, STEPS, panel_points

HALF_UNIT = Fraction(1, 20000)
DIGITS = 60


@precisely
def error(point: Point) -> flint.arb:
    """The distance of the printed number from p_50."""
    last = iterate(START, STEPS, beta=point["beta"], p_ref=point["p_ref"], epsilon=EPSILON)
    return abs(last - as_ball(FIGURE_3[point["i"]].printed))


def is_its_rounding(point: Point) -> bool:
    """The statement again, in p with sixty decimal digits: h as a quotient."""
    panel = FIGURE_3[point["i"]]
    texts = (panel.beta, panel.p_ref, EPSILON, START)
    strength, anchor, smoothing, chance = (sp.Float(text, DIGITS) for text in texts)
    for _ in range(STEPS):
        growth = sp.exp(1 / (strength * sp.sqrt(chance * (1 - chance) + smoothing)))
        chance = anchor * growth / (anchor * growth + 1 - anchor)
    return f"{chance:.4f}" == panel.printed


PANELS = Domain((natural(i, 0, len(FIGURE_3) - 1),), "the 24 panels of Figure 3")

claim = Claim(
    name="figure-3-iterates",
    source="mroueh-2503",
    label="Figure 3",
    says="every number printed over the 24 panels of Figure 3 is p_50, from p_0 = 0.1 with ε = 10⁻⁵, rounded to four"
    " decimals",
    statements=(
        Statement(
            Side(literal=error),
            Relation.LESS,
            Side(literal=lambda point: HALF_UNIT),
            PANELS,
            (Exhaustion(panel_points, is_its_rounding, PANELS.words), Enumeration(lambda _: panel_points())),
            r"|p_{\text{printed}} - p_{50}| < \tfrac12 \cdot 10^{-4}",
        ),
    ),
)
