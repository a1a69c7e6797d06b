"""−∂L_i/∂s_i = (1/τ)·N/(e^{(s_i−m)/τ} + N) strictly decreases in the success's own score s_i.

For the reconstruction of the loss from the abstract. N is the sum of e^{s/τ} over what the success is contrasted with,
at least one failure; other successes may be among them, and τ may multiply the scores instead of dividing them. In a
group without failures L_i is 0, and there is nothing to amplify.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.domains import real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.margin_contrast import any_scores, rise, score, weight, weight_is_the_slope
from grpo_theory.ledger.points import grid
from grpo_theory.losses.margin_contrast import DISTRACTORS, success_weight, with_distractors


def weight_at(point: Point, own_score: Fraction) -> flint.arb:
    """−∂L_i/∂s_i at a score of the success, the loss differentiated as it is written."""
    return success_weight(own_score, point["margin"], point["scores"], point["inverse_tau"])


def points(_: int) -> Iterator[dict[str, Any]]:
    """Success scores below and above the failures', τ = 2 and 1/5, margins of either sign."""
    axes = {
        "scores": DISTRACTORS,
        "s": (Fraction(-4), Fraction(-1, 3), Fraction(1)),
        "h": (Fraction(1, 2), Fraction(3)),
    }
    margins = (Fraction(0), Fraction(1, 100), Fraction(-1))
    return with_distractors(grid(**axes, inverse_tau=(Fraction(1, 2), Fraction(5)), margin=margins))


claim = Claim(
    name="infonce-amplifies-poorly-separated",
    source="conspo",
    label="abstract; reconstruction of the loss",
    says="for the reconstruction, in a group with at least one failure, −∂L_i/∂s_i = (1/τ)·N/(e^{(s_i−m)/τ} + N), N "
    "the sum over the distractors, strictly decreases in s_i",
    statements=(
        weight_is_the_slope(lambda point: weight_at(point, point["s"]), points),
        Statement(
            Side(weight.subs(score, score + rise), lambda point: weight_at(point, point["s"] + point["h"])),
            Relation.LESS,
            Side(weight, lambda point: weight_at(point, point["s"])),
            any_scores(real(rise, 0)),
            (
                Derivation((Step(weight, "a larger score adds to the denominator", Relation.LESS),)),
                Enumeration(points),
            ),
        ),
    ),
    assuming=("the group holds a failure: without one the loss is 0",),
)
