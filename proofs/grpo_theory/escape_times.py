"""The time that the flow dp/dt = w(p)·(p(1−p))² takes from p_0 to 1/2, rule by rule (η = 1, β = 0, two outcomes).

In log-odds dz/dt = p(1−p)·w(p), so that the time is ∫ dp/(w·p²(1−p)²); each closed form is an antiderivative at its two
ends. EC-RLVR's population loss pushes the log-odds by dz/dt = 1/(τ(1+e^{z/τ})). At finite G the time is written in
x = 1/p: dt/dx = 1/(w(1−p)²) tends to 1/√(G−1) for grpo and to 1/(G−1) for maxrl as p → 0, and so does its mean, which
is p_0 times the time.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import comb, isqrt

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.contrasts import (
    TOP,
    contrast,
    contrast_at_least,
    contrast_at_most,
    powers,
    powers_at_least,
    powers_at_most,
)
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.facts import Fact, differentiated, squeezed
from grpo_theory.ledger.growth import integral, mean_of_integral
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import G, X, p_0, tau, x, z, z_0

# Along the odds x = p/(1−p): dz = dx/x, so dt/dx = (1+x)²/(w·x²). Weight, antiderivative, and the time as it is stated.
odds = p_0 / (1 - p_0)
CLOSED = {
    "rloo": (sp.S(1), x + 2 * sp.log(x) - 1 / x, 1 / p_0 - 1 / (1 - p_0) + 2 * sp.log((1 - p_0) / p_0)),
    "grpo, G → ∞": (
        (1 + x) / sp.sqrt(x),
        2 * (sp.sqrt(x) - 1 / sp.sqrt(x)),
        2 * (1 - 2 * p_0) / sp.sqrt(p_0 * (1 - p_0)),
    ),
    "maxrl, G → ∞": ((1 + x) / x, sp.log(x) + x, sp.log((1 - p_0) / p_0) + 2 - 1 / (1 - p_0)),
}
Complex = Callable[[flint.acb, bool], flint.acb]
WEIGHTS: dict[str, Complex] = {
    "rloo": lambda chance, _: flint.acb(1),
    "grpo, G → ∞": lambda chance, analytic: 1 / (chance * (1 - chance)).sqrt(analytic),
    "maxrl, G → ∞": lambda chance, _: 1 / chance,
}


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def time_by_quadrature(weight: Complex, start: Fraction) -> flint.arb:
    """∫ dp/(w·p²(1−p)²) from the start to 1/2, by quadrature with proved error bounds."""
    with flint.ctx.workprec(320):

        def slowness(chance: flint.acb, analytic: bool) -> flint.acb:
            return 1 / (weight(chance, analytic) * (chance * (1 - chance)) ** 2)

        time: flint.arb = flint.acb.integral(slowness, flint.acb(_arb(start)), flint.acb(_arb(Fraction(1, 2)))).real
        return time


def starts(_: int) -> Iterator[Point]:
    """Starts below one half."""
    return grid(p_0=(Fraction(1, 3), Fraction(1, 10), Fraction(2, 5)))


def closed_form(name: str) -> Statement:
    """The time from p_0 to 1/2 in closed form."""
    weight, antiderivative, time = CLOSED[name]
    slowness = (1 + x) ** 2 / (weight * x**2)
    calculus = differentiated(antiderivative, x)
    known = chain(calculus.lhs, Step(slowness, "its derivative is dt/dx", using=(calculus,)))
    theorem = integral(known, real(x, 0), odds, sp.S(1))
    turned = logarithm_of(odds, [((1 - p_0) / p_0, -1)])
    steps = (
        Step(theorem.rhs, "the fundamental theorem of calculus", using=(theorem,)),
        Step(time, "log(p/(1−p)) = −log((1−p)/p)", using=turned_by(name, turned)),
    )
    return Statement(
        Side(theorem.lhs, lambda point: time_by_quadrature(WEIGHTS[name], point["p_0"])),
        Relation.EQUAL,
        Side(time),
        Domain((real(p_0, 0, sp.Rational(1, 2)),), name),
        (Derivation(steps), Enumeration(starts)),
    )


def turned_by(name: str, turned: Fact) -> tuple[tuple[Fact, sp.Expr], ...]:
    """How often the logarithm of the odds is turned round."""
    times = {"rloo": 2, "maxrl, G → ∞": 1}.get(name, 0)
    return ((turned, sp.Integer(-times)),) if times else ()


# EC-RLVR's population loss on two outcomes.
ascent = sp.log(sp.exp(z / tau) / (1 + sp.exp(z / tau)))
push = 1 / (tau * (1 + sp.exp(z / tau)))
ec_time = -tau * z_0 + tau**2 * (1 - sp.exp(z_0 / tau))


def ec_push() -> Statement:
    """−dL_pop/dz = 1/(τ(1+e^{z/τ})), −L_pop = log[π(success)^{1/τ}/Σπ^{1/τ}]."""
    calculus = differentiated(ascent, z)

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(400):
            success = 1 / (1 + (-flint.arb_series([_arb(point["z"]), 1], 2)).exp())
            powers = [(chance.log() / _arb(point["tau"])).exp() for chance in (success, 1 - success)]
            slope: flint.arb = (powers[0] / (powers[0] + powers[1])).log()[1]
            return slope

    return Statement(
        Side(calculus.lhs, literal),
        Relation.EQUAL,
        Side(push),
        Domain((real(z), real(tau, 0)), "EC-RLVR, population"),
        (Derivation((Step(push, "by calculus", using=(calculus,)),)), Enumeration(temperatures)),
    )


def temperatures(_: int) -> Iterator[Point]:
    """Log-odds and temperatures, small and large."""
    return grid(
        z=(Fraction(-2), Fraction(1, 3)), z_0=(Fraction(-3), Fraction(-1, 2)), tau=(Fraction(1, 2), Fraction(3))
    )


def stated_time(point: Point) -> flint.arb:
    """τ·ln((1−p_0)/p_0) + τ²(1 − (p_0/(1−p_0))^{1/τ}) at p_0 = σ(z_0)."""
    with flint.ctx.workprec(400):
        scale, start = _arb(point["tau"]), 1 / (1 + (-_arb(point["z_0"])).exp())
        root = ((start / (1 - start)).log() / scale).exp()
        time: flint.arb = scale * ((1 - start) / start).log() + scale * scale * (1 - root)
        return time


def ec_closed_form() -> Statement:
    """∫ τ(1+e^{z/τ}) dz from z_0 to 0, with −z_0 = log((1−p_0)/p_0) and e^{z_0/τ} = (p_0/(1−p_0))^{1/τ}."""
    calculus = differentiated(tau * z + tau**2 * sp.exp(z / tau), z)
    known = chain(calculus.lhs, Step(1 / push, "its derivative is 1/(dz/dt)", using=(calculus,)))
    theorem = integral(known, real(z), z_0, sp.S(0))

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(320):
            scale = _arb(point["tau"])

            def slowness(at: flint.acb, _: bool) -> flint.acb:
                return scale * (1 + (at / scale).exp())

            time: flint.arb = flint.acb.integral(slowness, flint.acb(_arb(point["z_0"])), flint.acb(0)).real
            return time

    return Statement(
        Side(theorem.lhs, literal),
        Relation.EQUAL,
        Side(ec_time, stated_time),
        Domain((real(tau, 0), real(z_0, None, 0)), "EC-RLVR, population, z_0 = logit p_0"),
        (
            Derivation((Step(ec_time, "the fundamental theorem of calculus", using=(theorem,)),)),
            Enumeration(temperatures),
        ),
    )


# Finite groups along x = 1/p, from p = 1/2 at x = 2 on: dt/dx = 1/(w·(1−p)²).
chance = 1 / x
SLOWNESS = {"grpo": chance / (contrast(chance) * (1 - chance)), "maxrl": 1 / (powers(chance) * (1 - chance) ** 2)}
RATES = {"grpo": 1 / TOP, "maxrl": 1 / (G - 1)}


def grpo_limit() -> Fact:
    """c_G/p → √(G−1)."""
    lower, upper, total, f = contrast_at_least(chance), contrast_at_most(chance), contrast(chance), SLOWNESS["grpo"]
    common, least = chance / (1 - chance), lower.lhs
    below = (upper, common / (total * TOP * chance))
    above = (lower, common / (total * least))
    return squeezed(
        f,
        x,
        1 / TOP,
        chain(f, Step(common / (TOP * chance), "c_G ≤ √(G−1)·p", Relation.AT_LEAST, using=(below,))),
        chain(f, Step(common / least, "c_G is at least its bound", Relation.AT_MOST, using=(above,))),
    )


def maxrl_limit() -> Fact:
    """w = Σ(1−p)^s → G − 1."""
    lower, upper, total, f = powers_at_least(chance), powers_at_most(chance), powers(chance), SLOWNESS["maxrl"]
    scale, least = (1 - chance) ** 2, lower.lhs
    below = (upper, 1 / (scale * total * (G - 1)))
    above = (lower, 1 / (scale * total * least))
    return squeezed(
        f,
        x,
        1 / (G - 1),
        chain(f, Step(1 / (scale * (G - 1)), "w ≤ G − 1", Relation.AT_LEAST, using=(below,))),
        chain(f, Step(1 / (scale * least), "w is at least its bound", Relation.AT_MOST, using=(above,))),
    )


def weight_of(name: str, size: int) -> Complex:
    """w_G from the rule's advantages: Σ_s C(G−1,s)p^s(1−p)^{G−1−s}(A(success, s+1) − A(failure, s))."""
    gaps = []
    for wins in range(size):
        success, failure = rule(name).advantages(size, wins + 1)[0], rule(name).advantages(size, wins)[1]
        assert success is not None and failure is not None
        gaps.append(comb(size - 1, wins) * (success - failure).arb(320))

    def evaluated(at: flint.acb, _: bool) -> flint.acb:
        terms = (gap * at**wins * (1 - at) ** (size - 1 - wins) for wins, gap in enumerate(gaps))
        return sum(terms, flint.acb(0))

    return evaluated


def escape(name: str, limit: Fact) -> Statement:
    """p_0 times the time from p_0 to 1/2 tends to the limit of dt/dx."""
    theorem = mean_of_integral(limit, sp.S(2), X, sp.S(2))

    def term(point: Point) -> flint.arb:
        time: flint.arb = time_by_quadrature(weight_of(name, point["G"]), Fraction(1, point["X"])) / point["X"]
        return time

    seen = Convergence(term, lambda at: Fraction(15, isqrt(at["X"])), lambda _: grid(G=(2, 3, 5), X=(16, 256, 4096)))
    return Statement(
        Side(theorem.lhs),
        Relation.EQUAL,
        Side(RATES[name]),
        Domain((natural(G, 2), real(x, 2, closed="lower")), f"{name}, x = 1/p, X = 1/p_0"),
        (Derivation((Step(RATES[name], "dt/dx has this limit, so its mean has", using=(theorem,)),)), seen),
    )


claim = Claim(
    name="escape-times",
    source="grpo-theory",
    label="Theorem",
    says="time of the flow from p_0 to 1/2: rloo 1/p_0 − 1/(1−p_0) + 2ln((1−p_0)/p_0); grpo, G → ∞: "
    "2(1−2p_0)/√(p_0(1−p_0)); maxrl, G → ∞: ln((1−p_0)/p_0) + 2 − 1/(1−p_0); EC-RLVR, population: "
    "τ·ln((1−p_0)/p_0) + τ²(1 − (p_0/(1−p_0))^{1/τ}); at finite G and p_0 → 0 grpo 1/(√(G−1)p_0), maxrl 1/((G−1)p_0)",
    statements=(
        *(closed_form(name) for name in CLOSED),
        ec_push(),
        ec_closed_form(),
        escape("grpo", grpo_limit()),
        escape("maxrl", maxrl_limit()),
    ),
)
