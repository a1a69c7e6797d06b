"""The weight ∂L/∂s_j that pushes failure j down strictly increases in the failure's own score s_j.

For the reconstruction of the loss from the abstract. In L_i the weight is (1/τ)·x/(e^{(s_i−m)/τ} + x + R) with
x = e^{s_j/τ} and R the sum over all else that the success is contrasted with, other successes among them or not; the
loss takes the mean over the k successes. Where there is another failure the share of the failures' whole weight that
falls on j, x/(x + R'), increases as well: the pressure does not only grow but concentrates.
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
from grpo_theory.ledger.facts import differentiated, order, summed
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import i, k, n

score, margin = sp.Symbol("s_j", real=True), sp.Symbol("margin", real=True)
scale, rise = sp.Symbol("inverse_tau", positive=True), sp.Symbol("h", positive=True)
rest = sp.Symbol("others", integer=True, nonnegative=True)
hard = sp.exp(scale * score)
others = sp.Sum(sp.exp(scale * sp.Function("f")(i, n)), (n, 1, rest))
own = sp.exp(scale * (sp.Function("s")(i) - margin))
loss = sp.Sum(-sp.log(own / (own + hard + others)), (i, 1, k)) / k
each = scale * hard / (own + hard + others)
weight = sp.Sum(each, (i, 1, k)) / k
count = sp.Symbol("failures_beside", integer=True, positive=True)
failures = sp.Sum(sp.exp(scale * sp.Function("lost")(n)), (n, 1, count))
# Every failure's weight is its own e^{s/τ} times one common factor.
common = sp.Sum(scale / (own + hard + others), (i, 1, k)) / k
share = hard * common / (hard * common + failures * common)
plain = hard / (hard + failures)
WORDS = "any scores; k ≥ 1 successes, failure j and the other failures; inverse_tau = 1/τ, or τ"
MIXED = (natural(k, 1), natural(rest, 0), real(scale, 0), real(score), real(margin))
SEVERAL = (*MIXED, natural(count, 1), real(rise, 0))
LISTS = ((), (Fraction(0),), (Fraction(-3), Fraction(-1, 3)))
SUCCESSES = ((Fraction(-1, 2),), (Fraction(-2), Fraction(1, 4)))


def higher(expression: sp.Expr) -> sp.Expr:
    """The same with the failure's score raised by h."""
    return expression.subs(score, score + rise)


def contrasted(point: Point, at: int) -> tuple[Fraction, ...]:
    """What one success is contrasted with beside failure j."""
    won = point["successes"]
    return (*point["failures"], *(won[:at] + won[at + 1 :] if point["peers"] else ()))


@precisely
def weight_at(point: Point, own_score: Fraction) -> flint.arb:
    """∂L/∂s_j, the mean over successes differentiated as it is written."""
    factor, shift = as_ball(point["inverse_tau"]), as_ball(point["margin"])

    def value(s: flint.arb_series) -> flint.arb_series:
        total = flint.arb_series([0], 2)
        for at, mine in enumerate(point["successes"]):
            raised = exp((as_ball(mine) - shift) * factor)
            rest = [exp(as_ball(f) * factor) for f in contrasted(point, at)]
            total -= (raised / (raised + (s * factor).exp() + sum(rest, flint.arb(0)))).log()
        return total / len(point["successes"])

    return slope(value, own_score)


@precisely
def share_at(point: Point, own_score: Fraction) -> flint.arb:
    """The weight of failure j over the sum of the weights of all failures, each by its own derivative."""
    listed = (own_score, *point["failures"])
    weights = []
    for at, mine in enumerate(listed):
        weights.append(weight_at({**point, "failures": (*listed[:at], *listed[at + 1 :])}, mine))
    return weights[0] / sum(weights, flint.arb(0))


def points(_: int) -> Iterator[dict[str, Any]]:
    """One or two successes, contrasted with each other or not, none to two other failures, τ = 2 and 1/5."""
    contrasts: dict[str, Any] = {"successes": SUCCESSES, "failures": LISTS, "peers": (0, 1)}
    scales = {"inverse_tau": (Fraction(1, 2), Fraction(5)), "margin": (Fraction(1, 100),)}
    for at in grid(**contrasts, **scales, s_j=(Fraction(-2), Fraction(2, 3)), h=(Fraction(1, 2),)):
        lists = [contrasted(at, success) for success in range(len(at["successes"]))]
        yield {
            **at,
            "k": len(lists),
            "others": len(lists[0]),
            "s": lambda x, won=at["successes"]: won[x - 1],
            "f": lambda x, y, lists=lists: lists[x - 1][y - 1],
        }


def several(_: int) -> Iterator[dict[str, Any]]:
    """The same with at least one other failure."""
    for at in points(0):
        if lost := at["failures"]:
            yield {**at, "failures_beside": len(lost), "lost": lambda x, lost=lost: lost[x - 1]}


def increases(formal: sp.Expr, literal: Any, domain: Domain, steps: tuple[Step, ...], places: Any) -> Statement:
    """A quantity at s_j + h exceeds its value at s_j."""
    return Statement(
        Side(higher(formal), lambda point: literal(point, point["s_j"] + point["h"])),
        Relation.GREATER,
        Side(formal, lambda point: literal(point, point["s_j"])),
        domain,
        (Derivation(steps), Enumeration(places)),
    )


pointwise = order(each, higher(each), "x/(e + x + R) increases in x", strict=True)
claim = Claim(
    name="infonce-concentrates-on-hard-negatives",
    source="conspo",
    label="abstract; reconstruction of the loss",
    says="for the reconstruction, the weight ∂L/∂s_j on failure j, L_i averaged over the successes, strictly increases "
    "in s_j; with another failure in the group, so does its share of the weight on all failures",
    statements=(
        Statement(
            Side(sp.Derivative(loss, score, evaluate=False), lambda point: weight_at(point, point["s_j"])),
            Relation.EQUAL,
            Side(weight),
            Domain(MIXED, WORDS),
            (
                Derivation(
                    (
                        Step(differentiated(loss, score).rhs, "by calculus", using=(differentiated(loss, score),)),
                        Step(weight, "the logarithm of the denominator is what moves"),
                    )
                ),
                Enumeration(points),
            ),
        ),
        increases(
            weight,
            weight_at,
            Domain((*MIXED, real(rise, 0)), WORDS),
            (
                Step(
                    weight,
                    "success by success",
                    Relation.GREATER,
                    using=((summed(pointwise, sp.S(1), i, sp.S(1), k), 1 / k),),
                ),
            ),
            points,
        ),
        increases(
            share,
            share_at,
            Domain(SEVERAL, "any scores; failure j and at least one other failure; inverse_tau = 1/τ, or τ"),
            (
                Step(higher(plain), "the common factor cancels"),
                Step(plain, "x/(x + R') increases in x", Relation.GREATER),
                Step(share, "the common factor cancels"),
            ),
            several,
        ),
    ),
)
