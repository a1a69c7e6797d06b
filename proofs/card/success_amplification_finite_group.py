"""A logit step on the expected EC-RLVR gradient of a group gains at least ηp(1−p)/τ, for every G ≥ 2, η, τ and p.

It never does at G = 2, nor at any G for p ≥ 1/2, nor for short steps: a group has the slope c/τ with c < 1 − (1−p)^G,
the chance of a success, at most 2p at G = 2. Exactly, the inequality holds where (e^d − 1)(1 − pη/τ) ≥ η/τ for the step
d = ηc/τ, and nowhere else. A group of six can satisfy it.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import comb

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration, Exhaustion
from grpo_theory.ledger.exponentials import exponential_above, exponential_increases
from grpo_theory.ledger.facts import binomial_theorem, order, split, summed
from grpo_theory.ledger.logit_steps import lift, line, margin, moved, never_above, odds_power, rate, where_it_holds
from grpo_theory.ledger.points import PROBABILITIES, grid, rationals
from grpo_theory.losses.logit_gradient import logit_gradients
from grpo_theory.losses.logit_line import above_line, after_step, reaches_line
from grpo_theory.symbols import G, alpha, eta, k, p, tau

HALF = sp.Rational(1, 2)
q = 1 - p
chance = sp.binomial(G, k) * p**k * q ** (G - k)
share = (G - k) / (G - k + k * odds_power)
slope = sp.Sum(chance * share, (k, 1, G))
step = rate * slope
after = moved(step)


@precisely
def literal(point: Point) -> flint.arb:
    """σ(z + η·E[−∂L_G/∂z]) over the 2^G groups of rollouts, 0 where none succeeds."""
    slopes = logit_gradients(point["p"], point["G"], point["tau"])
    expected = sum((as_ball(mass) * as_ball(slope) for mass, slope in slopes), flint.arb(0))
    return after_step(point["p"], as_ball(point["eta"]) * expected)


def excess(point: Point) -> flint.arb:
    """The new success probability less the line."""
    return above_line(literal(point), point["p"], Fraction(point["eta"]) / point["tau"])


def search() -> Iterator[Point]:
    """Groups by size, then step sizes and temperatures, then probabilities by growing denominator."""
    sizes = (Fraction(1), Fraction(2))
    return grid(G=(2, 3), eta=sizes, tau=(Fraction(1), Fraction(1, 2)), p=tuple(rationals(4)))


def recheck(point: Point) -> bool:
    """In fractions, d by counts of successes."""
    odds, speed, size = point["p"], point["eta"] / point["tau"], point["G"]
    power = (odds / (1 - odds)) ** int(1 / point["tau"])
    terms = (
        comb(size, wins)
        * odds**wins
        * (1 - odds) ** (size - wins)
        * Fraction(size - wins)
        / (size - wins + wins * power)
        for wins in range(1, size)
    )
    return reaches_line(odds, speed, speed * sum(terms, Fraction(0)))


def points(max_group: int) -> Iterator[Point]:
    """Every group size up to the limit, short and long steps."""
    sizes = (Fraction(1, 10), Fraction(7))
    return grid(G=range(2, max_group + 1), p=PROBABILITIES[:4], eta=sizes, tau=(Fraction(1, 2), Fraction(3)))


def common(max_group: int) -> Iterator[Point]:
    """Successes as common as failures, and more."""
    chances = (Fraction(1, 2), Fraction(7, 10))
    return grid(G=range(2, max_group + 1), p=chances, eta=(Fraction(1, 3), Fraction(7)), tau=(Fraction(1, 2),))


def pairs(_: int) -> Iterator[Point]:
    """Groups of two."""
    return grid(G=(2,), p=PROBABILITIES, eta=(Fraction(1, 3), Fraction(7)), tau=(Fraction(1, 2), Fraction(3)))


def short(max_group: int) -> Iterator[Point]:
    """Half of the length that is left out."""
    for at in grid(G=range(2, max_group + 1), p=PROBABILITIES[:4], tau=(Fraction(1, 2), Fraction(3))):
        yield {**at, "alpha": Fraction(1, 2), "eta": at["tau"] * (1 - at["p"]) ** at["G"] / 2}


HERE = (real(p, 0, 1), real(tau, 0))
WORDS = "two-outcome policy"
EVERYWHERE = Domain((natural(G, 2), *HERE, real(eta, 0)), WORDS)
every = binomial_theorem(G, p, q, k)
first_term = split(every.lhs, first=1)
at_most_one = order(share, sp.S(1), "u ≤ 1")
below_chance = chain(
    slope,
    Step(
        sp.Sum(chance, (k, 1, G)),
        "(G−k)/((G−k)+kx) ≤ 1",
        Relation.AT_MOST,
        using=(summed(at_most_one, chance, k, sp.S(1), G),),
    ),
    Step(1 - q**G, "some rollout succeeds unless all fail", using=((first_term, sp.S(-1)), every)),
)


def below(
    domain: Domain, steps: tuple[Step, ...], seen: Enumeration, d: sp.Expr = step, to: sp.Expr = line
) -> Statement:
    """p' < p + ηp(1−p)/τ."""
    return Statement(Side(moved(d), literal), Relation.LESS, Side(to), domain, (Derivation(steps), seen))


def fails_for_common_successes() -> Statement:
    """At every G for p ≥ 1/2."""
    below_rate = chain(
        step,
        Step(rate * (1 - q**G), "P(k ≥ 1)", Relation.AT_MOST, using=((below_chance, rate),)),
        Step(rate, "all may fail", Relation.LESS),
    )
    domain = Domain((natural(G, 2), real(p, HALF, 1, closed="lower"), real(tau, 0), real(eta, 0)), WORDS)
    return below(domain, never_above(step, below_rate), Enumeration(common))


def fails_for_pairs() -> Statement:
    """At G = 2 for every p: the slope is 2pq/((1 + x)τ)."""
    d = rate * 2 * p * q / (1 + odds_power)
    low = order(d, rate, "2pq < 1", strict=True)
    return below(
        Domain((*HERE, real(eta, 0)), f"{WORDS}, G = 2"),
        never_above(d, low, order(d, 2 * p * rate, "q < 1")),
        Enumeration(pairs),
        d,
    )


def fails_for_short_steps() -> Statement:
    """For η < τ(1−p)^G, at every G, p and τ: (1 + η/τ)e^{−d'} ≥ (1 + η/τ)(1 − d') > 1 for d' = (1 − (1−p)^G)η/τ ≥ d."""
    speed = alpha * q**G
    distance, d, chord, up = (e.subs(eta, tau * speed) for e in (lift(step) * margin(step), step, line, lift(step)))
    longer = speed * (1 - q**G)
    shorter = chain(d, Step(longer, "c ≤ P(k ≥ 1)", Relation.AT_MOST, using=((below_chance, speed),)))
    using = (
        (exponential_increases(shorter), up),
        (exponential_above(-longer), up * (1 + speed) * sp.exp(longer)),
    )
    steps = (
        Step(chord + distance, "the exact distance from the line"),
        Step(chord, "e^d ≤ e^{d'} < 1 + η/τ", Relation.LESS, using=using),
    )
    domain = Domain((natural(G, 2), *HERE, real(alpha, 0, 1)), f"{WORDS}, η = α·τ(1−p)^G")
    return below(domain, steps, Enumeration(short), d, chord)


def holds_somewhere() -> Statement:
    """p' ≥ p + ηp(1−p)/τ for one step of a group of six at p = 3/20, τ = 1/10, η = 7/15."""
    values = {p: sp.Rational(3, 20), tau: sp.Rational(1, 10), eta: sp.Rational(7, 15)}
    example = {name.name: Fraction(int(value.p), int(value.q)) for name, value in values.items()} | {"G": 6}
    return Statement(
        Side(literal=literal),
        Relation.AT_LEAST,
        Side(line),
        Domain((choice(G, 6), *(choice(name, value) for name, value in values.items())), "one example"),
        (
            Exhaustion(lambda: [example], recheck, "one example: G = 6, p = 3/20, τ = 1/10, η = 7/15"),
            Enumeration(lambda _: [example]),
        ),
        latex=r"p_{t+1} \ge p_t + \eta p_t(1 - p_t)/\tau\ \text{for one step of a group of six}",
    )


SAYS = "two-outcome policy, z' = z + η·E[−∂L_G/∂z]"

repair = Claim(
    name="success-amplification-finite-group-repaired",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: with d = η·E[−∂L_G/∂z] the gain reaches ηp(1−p)/τ if and only if (e^d − 1)(1 − pη/τ) ≥ η/τ, the"
    " excess being that difference times p(1−p)/(1+p(e^d−1)) > 0; it never does at G = 2, nor at any G for p ≥ 1/2 or"
    " for η < τ(1−p)^G; it does at G = 6, p = 3/20, τ = 1/10, η = 7/15",
    statements=(
        *where_it_holds(step, excess, EVERYWHERE, points),
        fails_for_common_successes(),
        fails_for_pairs(),
        fails_for_short_steps(),
        holds_somewhere(),
    ),
)

claim = Claim(
    name="success-amplification-finite-group",
    source="card",
    label="Theorem (success amplification)",
    says=f"{SAYS}: p_{{t+1}} ≥ p_t + ηp_t(1−p_t)/τ for all η > 0, τ > 0, p in (0, 1) and G ≥ 2",
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
