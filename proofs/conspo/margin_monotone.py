"""−∂L_i/∂s_i = (1/τ)·N/(e^{(s_i−m)/τ} + N) strictly increases in the margin m: a larger margin asks for more.

For the reconstruction of the loss from the abstract, in a group with at least one failure. The margin enters only as
s_i − m, so that raising it is lowering the success's score.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.domains import real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.margin_contrast import any_scores, margin, rise, weight, weight_is_the_slope
from grpo_theory.ledger.points import grid
from grpo_theory.losses.margin_contrast import DISTRACTORS, success_weight, with_distractors


def weight_at(point: Point, shift: Fraction) -> flint.arb:
    """−∂L_i/∂s_i at a margin, the loss differentiated as it is written."""
    return success_weight(point["s"], shift, point["scores"], point["inverse_tau"])


def points(_: int) -> Iterator[dict[str, Any]]:
    """Margins from 0, the scheduled ones among them, at scores below and above the failures'."""
    margins = tuple(map(Fraction, ("0", "1/200", "1/20", "3", "-1")))
    axes = {"scores": DISTRACTORS, "s": (Fraction(-4), Fraction(1)), "inverse_tau": (Fraction(1, 2), Fraction(5))}
    return ({**at, "h": Fraction(1, 100)} for at in with_distractors(grid(**axes, margin=margins)))


claim = Claim(
    name="margin-monotone",
    source="conspo",
    label="abstract; reconstruction of the loss",
    says="for the reconstruction, in a group with at least one failure, −∂L_i/∂s_i strictly increases in the margin m",
    statements=(
        weight_is_the_slope(lambda point: weight_at(point, point["margin"]), points),
        Statement(
            Side(weight.subs(margin, margin + rise), lambda point: weight_at(point, point["margin"] + point["h"])),
            Relation.GREATER,
            Side(weight, lambda point: weight_at(point, point["margin"])),
            any_scores(real(rise, 0)),
            (
                Derivation((Step(weight, "a larger margin takes from the denominator", Relation.GREATER),)),
                Enumeration(points),
            ),
        ),
    ),
    assuming=("the group holds a failure: without one the loss is 0",),
)
