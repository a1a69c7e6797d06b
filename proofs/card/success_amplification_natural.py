"""A natural-gradient step on EC-RLVR's population loss gains at least ηp(1−p)/τ, for every η, τ > 0 and p in (0, 1).

Dividing by the Fisher information p(1−p) makes the step d = ηu/(τp(1−p)), u = 1 − σ(z/τ), long enough where steps are
short and u ≥ p(1−p); but no step reaches the line where η ≥ τ/p, for the line then leaves (0, 1). Exactly, the
inequality holds where (e^d − 1)(1 − pη/τ) ≥ η/τ, and nowhere else.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import exponential_increases, logarithm_below, logarithm_of
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.logit_steps import (
    above,
    below_the_chord,
    lift,
    line,
    margin,
    moved,
    odds_at_most_one,
    odds_power,
    rate,
    where_it_holds,
)
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.losses.logit_line import above_line, after_step, population_slope, reaches_line
from grpo_theory.policies.finite import two_outcome
from grpo_theory.symbols import eta, p, tau

HALF = sp.Rational(1, 2)
q = 1 - p
weight = 1 / (1 + odds_power)
step = rate * weight / (p * q)
after = moved(step)
EVERYWHERE = Domain((real(p, 0, 1), real(tau, 0), real(eta, 0)), "two-outcome policy")


@precisely
def literal(point: Point) -> flint.arb:
    """σ(z − η·F⁻¹·∂L_pop/∂z) with F = E(∂log π/∂z)², the loss's weights summed against the scores."""
    policy, slope = two_outcome(point["p"]), as_ball(population_slope(point["p"], point["tau"]))
    information = sum((w * policy.score(o)[0] ** 2 for o, w in enumerate(policy.probabilities)), Fraction(0))
    return after_step(point["p"], as_ball(point["eta"]) * slope / as_ball(information))


def excess(point: Point) -> flint.arb:
    """The new success probability less the line."""
    return above_line(literal(point), point["p"], Fraction(point["eta"]) / point["tau"])


def search() -> Iterator[Point]:
    """Step sizes and temperatures by growing size, probabilities by growing denominator."""
    return grid(eta=(Fraction(1), Fraction(2)), tau=(Fraction(1), Fraction(1, 2)), p=tuple(rationals(4)))


def recheck(point: Point) -> bool:
    """In fractions, d = ηu/(τp(1−p)) by its formula."""
    chance, speed = point["p"], point["eta"] / point["tau"]
    d = speed / (1 + (chance / (1 - chance)) ** int(1 / point["tau"])) / (chance * (1 - chance))
    return reaches_line(chance, speed, d)


def points(_: int) -> Iterator[Point]:
    """Rare and common successes, low and high temperatures, short and long steps; on both sides of the border."""
    sizes = (Fraction(1, 10), Fraction(1), Fraction(4))
    return grid(p=(Fraction(1, 20), *PROBABILITIES), eta=sizes, tau=(Fraction(1, 2), Fraction(1), Fraction(3)))


def with_steps(chances: tuple[Fraction, ...], temperatures: tuple[Fraction, ...], longest: sp.Expr) -> Iterator[Point]:
    """A third of the longest step, and the longest."""
    for at in grid(p=chances, tau=temperatures, share=(Fraction(1, 3), Fraction(1))):
        size = longest.subs({name: sp.Rational(str(at[name.name])) for name in (p, tau)})
        yield {"p": at["p"], "tau": at["tau"], "eta": at["share"] * Fraction(str(size))}


def fails_for_long_steps() -> Statement:
    """p' < 1 ≤ p + ηp(1−p)/τ for η ≥ τ/p."""
    longer = [{**at, "eta": at["tau"] / at["p"] * (1 + at["eta"] / 4)} for at in points(0)]
    steps = (
        Step(line + lift(step) * margin(step), "the exact distance from the line"),
        Step(line, "1 − pη/τ ≤ 0", Relation.LESS),
    )
    return Statement(
        Side(after, literal),
        Relation.LESS,
        Side(line),
        Domain((real(p, 0, 1), real(tau, 0), real(eta, tau / p, closed="lower")), "two-outcome policy"),
        (Derivation(steps), Enumeration(lambda _: longer)),
    )


def holds_for_rare_successes() -> Statement:
    """p' ≥ p + ηp(1−p)/τ for p ≤ 1/2 and η ≤ τ(p² + (1−p)²)/p: there u ≥ 1/2."""
    longest = tau * (p**2 + q**2) / p
    room = (1 - p * rate) * rate / (p * q)
    enough = order(rate, rate * (1 - p * rate) / (2 * p * q), "1 − pη/τ ≥ 2p(1−p)")
    least = chain(weight, Step(HALF, "p ≤ 1/2", Relation.AT_LEAST, using=((odds_at_most_one(), weight / 2),)))
    return Statement(
        Side(after, literal),
        Relation.AT_LEAST,
        Side(line),
        Domain(
            (real(p, 0, HALF, closed="upper"), real(tau, 0), real(eta, 0, longest, closed="upper")),
            "two-outcome policy",
        ),
        (
            Derivation(above(step, (least, room), (enough, sp.S(1)))),
            Enumeration(
                lambda _: with_steps(
                    (Fraction(1, 20), Fraction(1, 3), Fraction(1, 2)), (Fraction(1, 2), Fraction(3)), longest
                )
            ),
        ),
    )


def log_odds_positive() -> Fact:
    """0 ≤ z for p ≥ 1/2."""
    odds = p / q
    turned = logarithm_of(1 / odds, [(odds, -1)])
    below = (logarithm_below(1 / odds), (turned, sp.S(-1)))
    return chain(
        sp.S(0),
        Step(1 - 1 / odds, "p ≥ 1/2", Relation.AT_MOST),
        Step(sp.log(odds), "log x ≤ x − 1 at x = (1−p)/p", Relation.AT_MOST, using=below),
    )


def holds_at_high_temperatures() -> Statement:
    """p' ≥ p + ηp(1−p)/τ for τ ≥ 1, p ≥ 1/2 and η ≤ τ(1−p)/p: there u ≥ 1 − p."""
    longest = tau * q / p
    room = (1 - p * rate) * rate / (p * q)
    logarithm = sp.log(p / q)
    cooler = Step(logarithm, "τ ≥ 1", Relation.AT_MOST, using=((log_odds_positive(), 1 - 1 / tau),))
    plain = exponential_increases(chain(logarithm / tau, cooler))
    enough = order(rate, rate * (1 - p * rate) / p, "1 − pη/τ ≥ p")
    least = chain(weight, Step(q, "(p/q)^{1/τ} ≤ p/q", Relation.AT_LEAST, using=((plain, weight * q),)))
    return Statement(
        Side(after, literal),
        Relation.AT_LEAST,
        Side(line),
        Domain(
            (real(p, HALF, 1, closed="lower"), real(tau, 1, closed="lower"), real(eta, 0, longest, closed="upper")),
            "two-outcome policy",
        ),
        (
            Derivation(above(step, (least, room), (enough, sp.S(1)))),
            Enumeration(
                lambda _: with_steps(
                    (Fraction(1, 2), Fraction(7, 10), Fraction(24, 25)), (Fraction(1), Fraction(3)), longest
                )
            ),
        ),
    )


def fails_at_low_temperature() -> Statement:
    """p' < p + ηp(1−p)/τ for τ = 1/2, p = 2/3 and every η: there u = 1/5 < p(1−p), so that d < η/τ."""
    at = {p: sp.Rational(2, 3), tau: HALF}
    d, to = sp.Rational(9, 5) * eta, line.subs(at)
    grown = sp.exp(d) - 1
    up = sp.Rational(2, 9) / (1 + sp.Rational(2, 3) * grown)
    twice, short = order(d, 4 * at[p] * eta, "9/5 < 8/3"), order(d, 2 * eta, "9/5 < 2", strict=True)
    steps = (
        Step(to + up * (grown * (1 - 2 * at[p] * eta) - 2 * eta), "the exact distance from the line"),
        Step(
            to,
            "(e^d − 1)(1 − d/2) ≤ d, 1 − 2pη ≤ 1 − d/2 and d < 2η",
            Relation.LESS,
            using=((below_the_chord(d), up), (twice, up * grown / 2), (short, up)),
        ),
    )
    seen = Enumeration(lambda _: grid(p=(Fraction(2, 3),), tau=(Fraction(1, 2),), eta=(Fraction(1, 10), Fraction(4))))
    return Statement(
        Side(2 * sp.exp(d) / (1 + 2 * sp.exp(d)), literal),
        Relation.LESS,
        Side(to),
        Domain((real(eta, 0),), "two-outcome policy, τ = 1/2, p = 2/3"),
        (Derivation(steps), seen),
    )


SAYS = "two-outcome policy, natural-gradient step on EC-RLVR's population loss"

repair = Claim(
    name="success-amplification-natural-repaired",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: with d = η(1−σ(z/τ))/(τp(1−p)) the gain reaches ηp(1−p)/τ if and only if (e^d − 1)(1 − pη/τ) ≥ η/τ,"
    " the excess being that difference times p(1−p)/(1+p(e^d−1)) > 0; it does for p ≤ 1/2 and η ≤ τ(p²+(1−p)²)/p, and"
    " for τ ≥ 1, p ≥ 1/2 and η ≤ τ(1−p)/p; it never does for η ≥ τ/p, nor, whatever η, at τ = 1/2 and p = 2/3",
    statements=(
        *where_it_holds(step, excess, EVERYWHERE, points),
        holds_for_rare_successes(),
        holds_at_high_temperatures(),
        fails_for_long_steps(),
        fails_at_low_temperature(),
    ),
)

claim = Claim(
    name="success-amplification-natural",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: p_{{t+1}} ≥ p_t + ηp_t(1−p_t)/τ for all η > 0, τ > 0, p in (0, 1)",
    statements=(
        Statement(
            Side(after, literal),
            Relation.AT_LEAST,
            Side(line),
            EVERYWHERE,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repair,
)
