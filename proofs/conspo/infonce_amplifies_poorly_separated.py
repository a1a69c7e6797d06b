"""−∂L_i/∂s_i = (1/τ)·N/(e^{(s_i−m)/τ} + N) strictly decreases in the success's own score s_i.

For the reconstruction of the loss from the abstract. N is the sum of e^{s/τ} over what the success is contrasted with,
at least one failure; other successes may be among them, and τ may multiply the scores instead of dividing them. In a
group without failures L_i is 0, and there is nothing to amplify.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.precise import exp, precisely
from grpo_theory.arithmetic.slopes import slope
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import differentiated
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import j, n

score, margin = sp.Symbol("s", real=True), sp.Symbol("margin", real=True)
scale, rise = sp.Symbol("inverse_tau", positive=True), sp.Symbol("h", positive=True)
distractors = sp.Sum(sp.exp(scale * sp.Function("f")(j)), (j, 1, n))
own = sp.exp(scale * (score - margin))
loss = -sp.log(own / (own + distractors))
weight = scale * distractors / (own + distractors)
SCORES = (natural(n, 1), real(scale, 0), real(score), real(margin))
WORDS = "any scores; n ≥ 1 failures, other successes among them where these are contrasted too; inverse_tau = 1/τ, or τ"
LISTS = ((Fraction(-1, 2),), (Fraction(0), Fraction(-3)), (Fraction(-1, 3), Fraction(-2), Fraction(1, 5)))


@precisely
def weight_at(point: Point, own_score: Fraction) -> flint.arb:
    """−∂L_i/∂s_i, the loss differentiated as it is written."""
    factor, shift = as_ball(point["inverse_tau"]), as_ball(point["margin"])

    def negated(s: flint.arb_series) -> flint.arb_series:
        mine = ((s - shift) * factor).exp()
        others = sum((exp(as_ball(f) * factor) for f in point["scores"]), flint.arb(0))
        return (mine / (mine + others)).log()

    return slope(negated, own_score)


def points(_: int) -> Iterator[dict[str, Any]]:
    """Success scores below and above the failures', τ = 2 and 1/5, margins of either sign."""
    axes = {"scores": LISTS, "s": (Fraction(-4), Fraction(-1, 3), Fraction(1)), "h": (Fraction(1, 2), Fraction(3))}
    for at in grid(
        **axes, inverse_tau=(Fraction(1, 2), Fraction(5)), margin=(Fraction(0), Fraction(1, 100), Fraction(-1))
    ):
        scores = at["scores"]
        yield {**at, "n": len(scores), "f": lambda place, scores=scores: scores[place - 1]}


claim = Claim(
    name="infonce-amplifies-poorly-separated",
    source="conspo",
    label="abstract; reconstruction of the loss",
    says="for the reconstruction, in a group with at least one failure, −∂L_i/∂s_i = (1/τ)·N/(e^{(s_i−m)/τ} + N), N "
    "the sum over the distractors, strictly decreases in s_i",
    statements=(
        Statement(
            Side(-sp.Derivative(loss, score, evaluate=False), lambda point: weight_at(point, point["s"])),
            Relation.EQUAL,
            Side(weight),
            Domain(SCORES, WORDS),
            (
                Derivation(
                    (
                        Step(-sp.diff(loss, score), "by calculus", using=((differentiated(loss, score), -sp.S(1)),)),
                        Step(weight, "1 − e/(e + N) = N/(e + N)"),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(weight.subs(score, score + rise), lambda point: weight_at(point, point["s"] + point["h"])),
            Relation.LESS,
            Side(weight, lambda point: weight_at(point, point["s"])),
            Domain((*SCORES, real(rise, 0)), WORDS),
            (
                Derivation((Step(weight, "a larger score adds to the denominator", Relation.LESS),)),
                Enumeration(points),
            ),
        ),
    ),
    assuming=("the group holds a failure: without one the loss is 0",),
)
