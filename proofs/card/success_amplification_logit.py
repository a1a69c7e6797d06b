"""A logit gradient step on EC-RLVR's population loss gains at least ηp(1−p)/τ, for every η, τ > 0 and p in (0, 1).

It does not: the step is d = (η/τ)u with u = 1 − σ(z/τ) < 1, so that to first order it gains ηu·p(1−p)/τ, too little by
the factor u. Exactly, the inequality holds at (p, η, τ) where (e^d − 1)(1 − pη/τ) ≥ η/τ and nowhere else; that leaves
out every p ≥ 1/2, and every step with η < τ(p/(1−p))^{1/τ}. Long steps from a small p satisfy it.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.logit_steps import (
    lift,
    line,
    margin,
    moved,
    never_above,
    odds_at_most_one,
    odds_power,
    rate,
    where_it_holds,
)
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.losses.logit_line import above_line, after_step, population_slope, reaches_line
from grpo_theory.symbols import alpha, eta, p, tau

HALF = sp.Rational(1, 2)
weight = 1 / (1 + odds_power)
step = rate * weight
after = moved(step)


@precisely
def literal(point: Point) -> flint.arb:
    """σ(z − η·∂L_pop/∂z), the loss's weights summed against the scores ∂log π/∂z."""
    return after_step(point["p"], as_ball(point["eta"]) * as_ball(population_slope(point["p"], point["tau"])))


def excess(point: Point) -> flint.arb:
    """The new success probability less the line."""
    return above_line(literal(point), point["p"], Fraction(point["eta"]) / point["tau"])


def search() -> Iterator[Point]:
    """Step sizes and temperatures by growing size, probabilities by growing denominator."""
    return grid(eta=(Fraction(1), Fraction(2)), tau=(Fraction(1), Fraction(1, 2)), p=tuple(rationals(4)))


def recheck(point: Point) -> bool:
    """In fractions, d = ηu/τ by its formula."""
    chance, speed = point["p"], point["eta"] / point["tau"]
    return reaches_line(chance, speed, speed / (1 + (chance / (1 - chance)) ** int(1 / point["tau"])))


def points(_: int) -> Iterator[Point]:
    """Rare and common successes, low and high temperatures, short and long steps; on both sides of the border."""
    sizes = (Fraction(1, 10), Fraction(1), Fraction(9))
    return grid(p=(Fraction(1, 20), *PROBABILITIES), eta=sizes, tau=(Fraction(1, 2), Fraction(1), Fraction(3)))


def common(_: int) -> Iterator[Point]:
    """Successes as common as failures, and more."""
    temperatures = (Fraction(1, 2), Fraction(3))
    return grid(p=(Fraction(1, 2), Fraction(7, 10), Fraction(24, 25)), eta=(Fraction(1, 3), 7), tau=temperatures)


def short(_: int) -> Iterator[Point]:
    """Half of the length that is left out, at temperatures where it is rational."""
    for at in grid(p=PROBABILITIES, tau=(Fraction(1), Fraction(1, 2))):
        odds: Fraction = (at["p"] / (1 - at["p"])) ** int(1 / at["tau"])
        yield {**at, "alpha": Fraction(1, 2), "eta": at["tau"] * odds / 2}


def long(_: int) -> Iterator[Point]:
    """The ends of the range of long steps, and between."""
    for at in grid(p=(Fraction(1, 48), Fraction(1, 100)), tau=(Fraction(1, 2), Fraction(1), Fraction(3))):
        yield from ({**at, "eta": at["tau"] * size} for size in (Fraction(16), (16 + 1 / (3 * at["p"])) / 2))


def domain(*variables: Variable, words: str = "") -> Domain:
    """Success probability, temperature, and what is said of the step size."""
    return Domain(variables, words or "two-outcome policy")


def fails_for_common_successes() -> Statement:
    """p' < p + ηp(1−p)/τ for every p ≥ 1/2."""
    below = order(step, rate, "u < 1", strict=True)
    return Statement(
        Side(after, literal),
        Relation.LESS,
        Side(line),
        domain(real(p, HALF, 1, closed="lower"), real(tau, 0), real(eta, 0)),
        (
            Derivation(never_above(step, below, order(step, 2 * p * rate, "u ≤ 1 ≤ 2p"))),
            Enumeration(common),
        ),
    )


def fails_for_short_steps() -> Statement:
    """p' < p + ηp(1−p)/τ for η < τ(p/(1−p))^{1/τ}, at every p and τ: e^d ≤ 1/(1−d) < 1 + η/τ."""
    distance, d, chord = (e.subs(eta, alpha * tau * odds_power) for e in (lift(step) * margin(step), step, line))
    factor = p * (1 - p) / (1 + p * (sp.exp(d) - 1)) * sp.exp(d) / (1 - d)
    first = Step(chord + distance, "the exact distance from the line")
    last = Step(chord, "e^d ≤ 1/(1−d) < 1 + η/τ", Relation.LESS, using=((exponential_above(-d), factor),))
    return Statement(
        Side(moved(d), literal),
        Relation.LESS,
        Side(chord),
        domain(real(p, 0, 1), real(tau, 0), real(alpha, 0, 1), words="η = α·τ(p/(1−p))^{1/τ}"),
        (Derivation((first, last)), Enumeration(short)),
    )


def holds_for_long_steps() -> Statement:
    """p' ≥ p + ηp(1−p)/τ for p ≤ 1/48 and 16 ≤ η/τ ≤ 1/(3p): there d ≥ η/(2τ) and e^d − 1 ≥ d + d²/4."""
    room = lift(step) * (1 - p * rate)
    at_least_half = chain(
        weight,
        Step(HALF, "p ≤ 1/2", Relation.AT_LEAST, using=((odds_at_most_one(), weight / 2),)),
    )
    # d + d²/4 ≥ (η/τ)(1/2 + 16/16) and 1 − pη/τ ≥ 2/3.
    using = ((exponential_above(step, 2), room), (at_least_half, room * (rate + rate**2 * (weight + HALF) / 4)))
    first = Step(line + lift(step) * margin(step), "the exact distance from the line")
    last = Step(line, "e^d ≥ 1 + d + d²/4 and u ≥ 1/2", Relation.AT_LEAST, using=using)
    return Statement(
        Side(after, literal),
        Relation.AT_LEAST,
        Side(line),
        domain(
            real(p, 0, sp.Rational(1, 48), closed="upper"),
            real(tau, 0),
            real(eta, 16 * tau, tau / (3 * p), closed="both"),
        ),
        (Derivation((first, last)), Enumeration(long)),
    )


SAYS = "two-outcome policy, logit gradient step z' = z − η·∂L_pop/∂z on EC-RLVR's population loss"

repair = Claim(
    name="success-amplification-logit-repaired",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: with d = (η/τ)(1−σ(z/τ)) the gain reaches ηp(1−p)/τ if and only if (e^d − 1)(1 − pη/τ) ≥ η/τ, the"
    " excess being that difference times p(1−p)/(1+p(e^d−1)) > 0; it never does for p ≥ 1/2, nor, at any p and τ, for"
    " η < τ(p/(1−p))^{1/τ}; it does for p ≤ 1/48 and 16τ ≤ η ≤ τ/(3p)",
    statements=(
        *where_it_holds(step, excess, domain(real(p, 0, 1), real(tau, 0), real(eta, 0)), points),
        fails_for_common_successes(),
        fails_for_short_steps(),
        holds_for_long_steps(),
    ),
)

claim = Claim(
    name="success-amplification-logit",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: p_{{t+1}} ≥ p_t + ηp_t(1−p_t)/τ for all η > 0, τ > 0, p in (0, 1)",
    statements=(
        Statement(
            Side(after, literal),
            Relation.AT_LEAST,
            Side(line),
            domain(real(p, 0, 1), real(tau, 0), real(eta, 0)),
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
