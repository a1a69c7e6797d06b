"""How 1 − p falls along the flow dp/dt = w(p)·(p(1−p))² as t → ∞ (η = 1, β = 0, two outcomes), rule by rule.

With x = 1/(1−p), dt/dx = 1/(w·p²); where this has a limit L, so has t/x, and 1 − p ~ L/t. It has: 1 for rloo and maxrl,
G/(G−1) for mean-only, 1/√(G−1) for grpo at finite G, whose contrast is √(G−1)·(1−p) to first order. For grpo at
G → ∞ and y = √(p/(1−p)) the time is 2(y − 1/y) plus a constant, and for EC-RLVR's population loss and y = e^{z/τ} it is
τ²(y + log y) plus a constant. Where the flow starts only adds a constant.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import comb, isqrt

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.contrasts import TOP, contrast, contrast_at_least, contrast_at_most
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.exponentials import logarithm_below, logarithm_of
from grpo_theory.ledger.facts import Fact, differentiated, limit_fact, split, squeezed
from grpo_theory.ledger.growth import integral, mean_of_integral
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.symbols import G, X, d, k, tau, x, z

# Along x = 1/(1−p), from p = 1/2 at x = 2 on.
chance = 1 - 1 / x
ALONG = Domain((natural(G, 2), real(x, 2, closed="lower")))


def squeezed_by_the_contrast(f: sp.Expr) -> Fact:
    """lim dt/dx for grpo, dt/dx = (1−p)/(c_G·p)."""
    lower, upper = contrast_at_least(chance), contrast_at_most(chance, failures=True)
    total, least = contrast(chance), lower.lhs
    above = (lower, 1 / (x * chance * total * least))
    below = (upper, 1 / (chance * total * TOP))
    return squeezed(
        f,
        x,
        1 / TOP,
        chain(f, Step(1 / (TOP * chance), "c_G ≤ √(G−1)·(1−p)", Relation.AT_LEAST, using=(below,))),
        chain(f, Step(1 / (x * least * chance), "c_G is at least its bound", Relation.AT_MOST, using=(above,))),
    )


powers = sp.Sum((1 - chance) ** k, (k, 0, G - 2))
SLOWNESS = {
    "rloo": 1 / chance**2,
    "mean_only": G / ((G - 1) * chance**2),
    "maxrl": 1 / (powers * chance**2),
    "grpo": 1 / (x * contrast(chance) * chance),
}
RATES = {"rloo": sp.S(1), "mean_only": G / (G - 1), "maxrl": sp.S(1), "grpo": 1 / TOP}


def limit_of_slowness(name: str) -> Fact:
    """lim dt/dx as x → ∞, dt/dx = 1/(w·p²)."""
    f = SLOWNESS[name]
    if name == "grpo":
        return squeezed_by_the_contrast(f)
    if name != "maxrl":
        return limit_fact(f, x, RATES[name])
    geometric = by_induction(powers, (1 - (1 - chance) ** (k + 1)) / chance, k)
    one = (split(powers, first=1), -1 / (powers * chance**2))
    closed = (geometric, 1 / (powers * chance))
    above = Step(1 / chance**2, "the first term of w is one", Relation.AT_MOST, using=(one,))
    below = Step(1 / chance, "w = (1 − (1−p)^{G−1})/p < 1/p", Relation.AT_LEAST, using=(closed,))
    return squeezed(f, x, sp.S(1), chain(f, below), chain(f, above))


def weight_of(name: str, size: int) -> Callable[[flint.acb], flint.acb]:
    """w_G from the rule's advantages: Σ_s C(G−1,s)p^s(1−p)^{G−1−s}(A(success, s+1) − A(failure, s))."""
    gaps = []
    for wins in range(size):
        success, failure = rule(name).advantages(size, wins + 1)[0], rule(name).advantages(size, wins)[1]
        assert success is not None and failure is not None
        gaps.append(comb(size - 1, wins) * (success - failure).arb(128))

    def evaluated(at: flint.acb) -> flint.acb:
        terms = (gap * at**wins * (1 - at) ** (size - 1 - wins) for wins, gap in enumerate(gaps))
        return sum(terms, flint.acb(0))

    return evaluated


def time_over_x(name: str, point: Point) -> flint.arb:
    """(1−p)·∫ dp/(w·p²(1−p)²) from 1/2 to p, by quadrature with proved error bounds."""
    with flint.ctx.workprec(128):
        speed = weight_of(name, point["G"])
        end = 1 - flint.arb(1) / point["X"]
        total = flint.acb.integral(lambda at, _: 1 / (speed(at) * (at * (1 - at)) ** 2), flint.acb(0.5), flint.acb(end))
        mean: flint.arb = total.real / point["X"]
        return mean


def growing(_: int) -> Iterator[Point]:
    """Small groups, and 1/(1−p) from 16 to 4096."""
    return grid(G=(2, 3, 5), X=(16, 256, 4096))


def distance(point: Point) -> Fraction:
    """Of the order of log X/X, and so below 10/√X."""
    return Fraction(10, isqrt(point["X"]))


def rate_of(name: str) -> Statement:
    """t/x → L, which is 1 − p ~ L/t."""
    theorem = mean_of_integral(limit_of_slowness(name), sp.S(2), X, sp.S(2))
    words = "dt/dx has this limit, so its mean has"
    return Statement(
        Side(theorem.lhs),
        Relation.EQUAL,
        Side(RATES[name]),
        Domain(ALONG.variables, f"{name}, x = 1/(1−p)"),
        (
            Derivation((Step(RATES[name], words, using=(theorem,)),)),
            Convergence(lambda point: time_over_x(name, point), distance, growing),
        ),
    )


def exact_time(
    antiderivative: sp.Expr, slowness: sp.Expr, literal: Callable[[Point], flint.arb], words: str
) -> Statement:
    """The time from p = 1/2, where the coordinate is 1, to its value X, in closed form."""
    calculus = differentiated(antiderivative, x)
    known = chain(calculus.lhs, Step(slowness, "its derivative is dt/dx", using=(calculus,)))
    theorem = integral(known, real(x, 0), sp.S(1), X)
    return Statement(
        Side(theorem.lhs, literal),
        Relation.EQUAL,
        Side(theorem.rhs),
        Domain((real(tau, 0), real(X, 1)), words),
        (
            Derivation((Step(theorem.rhs, "the fundamental theorem of calculus", using=(theorem,)),)),
            Enumeration(lambda _: grid(tau=(Fraction(1, 2), Fraction(3)), X=(Fraction(4, 3), Fraction(5)))),
        ),
    )


def quadrature(
    speed: Callable[[flint.acb, Point], flint.acb], end: Callable[[flint.arb, Point], flint.arb]
) -> Callable[[Point], flint.arb]:
    """∫ dz/(dz/dt) from z = 0 to the end, by quadrature with proved error bounds."""

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(320):
            last = end(_arb(point["X"]), point)
            time: flint.arb = flint.acb.integral(lambda at, _: 1 / speed(at, point), flint.acb(0), flint.acb(last)).real
            return time

    return literal


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


# grpo, G → ∞, x = √(p/(1−p)): dz/dt = √(p(1−p)) and dz = 2dx/x.
root_time = 2 * (x - 1 / x)
of_roots = exact_time(
    root_time,
    2 * (1 + x**2) / x**2,
    quadrature(lambda at, _: 1 / ((at / 2).exp() + (-at / 2).exp()), lambda last, _: 2 * last.log()),
    "grpo, G → ∞, x = √(p/(1−p))",
)
# EC-RLVR, x = e^{z/(2τ)}: dz/dt = 1/(τ(1+e^{z/τ})) and dz = 2τdx/x.
ec_time = tau**2 * (x**2 + 2 * sp.log(x))
of_ec = exact_time(
    ec_time,
    2 * tau**2 * (1 + x**2) / x,
    quadrature(
        lambda at, point: 1 / (_arb(point["tau"]) * (1 + (at / _arb(point["tau"])).exp())),
        lambda last, point: 2 * _arb(point["tau"]) * last.log(),
    ),
    "EC-RLVR, population, x = e^{z/(2τ)}",
)
AWAY = (real(d), real(tau, 0), real(x, 1))


def grpo_tail() -> Statement:
    """(1−p)·t² → 4, wherever the flow started."""
    ratio = (root_time + d) ** 2 / (1 + x**2)
    proof = Derivation((Step(sp.S(4), "leading terms", using=(limit_fact(ratio, x, sp.S(4)),)),))

    def term(point: Point) -> Fraction:
        chance_of_failure = 1 / (1 + point["x"] ** 2)
        scaled: Fraction = chance_of_failure * (2 * (point["x"] ** 2 - 1) / point["x"] + point["d"]) ** 2
        return scaled

    seen = Convergence(term, lambda at: 40 / at["x"], far)
    left = Side(sp.Limit(ratio, x, sp.oo))
    return Statement(left, Relation.EQUAL, Side(sp.S(4)), Domain(AWAY, "grpo, G → ∞"), (proof, seen))


def ec_tail() -> Statement:
    """t/(τ²·e^{z/τ}) → 1; as (1−p)·e^z = p → 1, this is (1−p)·(t/τ²)^τ → 1."""
    ratio = (ec_time + d) / (tau**2 * x**2)
    below = chain(
        ratio,
        Step(
            (tau**2 * x**2 + d) / (tau**2 * x**2),
            "log x ≥ 1 − 1/x ≥ 0",
            Relation.AT_LEAST,
            using=((logarithm_below(1 / x), 2 / x**2), (logarithm_of(1 / x, [(x, -1)]), -2 / x**2)),
        ),
    )
    above = chain(
        ratio,
        Step(
            (tau**2 * (x**2 + 2 * (x - 1)) + d) / (tau**2 * x**2),
            "log x ≤ x − 1",
            Relation.AT_MOST,
            using=((logarithm_below(x), 2 / x**2),),
        ),
    )
    theorem = squeezed(ratio, x, sp.S(1), below, above)
    proof = Derivation((Step(sp.S(1), "(log x)/x² → 0", using=(theorem,)),))

    def term(point: Point) -> flint.arb:
        with flint.ctx.workprec(200):
            at, scale = _arb(point["x"]), _arb(point["tau"])
            z_there = 2 * scale * at.log()
            time: flint.arb = scale * z_there + scale * scale * (z_there / scale).exp() + _arb(point["d"])
            return time / (scale * scale * (z_there / scale).exp())

    seen = Convergence(term, lambda at: 40 / at["x"], far)
    left = Side(sp.Limit(ratio, x, sp.oo))
    return Statement(left, Relation.EQUAL, Side(sp.S(1)), Domain(AWAY, "EC-RLVR, population"), (proof, seen))


def ec_exponent() -> Statement:
    """(1−p)·(t/τ²)^τ = p·r^τ where t = τ²·e^{z/τ}·r: the exponent of the tail is τ."""
    failure = 1 / (1 + sp.exp(z))
    left = failure * sp.exp(z) * x**tau
    right = (1 - failure) * x**tau

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(400):
            odds, scale = _arb(point["z"]).exp(), _arb(point["tau"])
            grown = (odds.log() / scale).exp() * _arb(point["x"])
            value: flint.arb = (scale * grown.log()).exp() / (1 + odds)
            return value

    points = grid(z=(Fraction(-1), Fraction(4)), tau=(Fraction(1, 2), Fraction(3)), x=(Fraction(1, 3), Fraction(2)))
    seen = list(points)
    return Statement(
        Side(left, literal),
        Relation.EQUAL,
        Side(right),
        Domain((real(z), real(tau, 0), real(x, 0)), "EC-RLVR, population"),
        (Derivation((Step(right, "(1−p)·e^z = p"),)), Enumeration(lambda _: seen)),
    )


def far(_: int) -> Iterator[Point]:
    """Coordinates up to 1024."""
    return grid(d=(Fraction(-2), Fraction(3)), tau=(Fraction(1), Fraction(3)), x=(Fraction(16), Fraction(1024)))


claim = Claim(
    name="tail-rates",
    source="grpo-theory",
    label="Theorem",
    says="flow, η = 1, β = 0, two outcomes: 1−p ~ 1/t (rloo; maxrl, any G), G/((G−1)t) (mean_only), 1/(√(G−1)t) (grpo, "
    "finite G) but 4/t² (grpo, G → ∞), (τ²/t)^τ (EC-RLVR population)",
    statements=(*(rate_of(name) for name in RATES), of_roots, grpo_tail(), of_ec, ec_tail(), ec_exponent()),
)
