"""The reference map has attracting 2-cycles, certified, and orbits with a positive Lyapunov exponent, observed.

At p_ref = 1/1000, β = 3, ε = 1/1000 balls show that T∘T maps a short interval of log-odds into itself, of slope below
one in modulus: it has exactly one fixed point there and it attracts; T itself throws the interval below it, so
the point is not fixed by T. The same holds at β = 5, ε = 1e−5. At p_ref = 1/10000, β = 5, ε = 1e−5 the orbit from
p_0 = 1/10 stays irregular, with a mean of log |dT/dz| above 0.3: a measurement in floats, and no more than that.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.enclosure import Enclosure
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.observation import Observation
from grpo_theory.symbols import z


@dataclass(frozen=True)
class Setting:
    """p_ref, β and ε, with an interval of log-odds around the upper point of the cycle."""

    p_ref: Fraction
    beta: int
    epsilon: Fraction
    low: Fraction
    high: Fraction

    def step(self, at: sp.Expr) -> sp.Expr:
        """T(z) = z_ref + Ω/β, v = (1 − tanh²(z/2))/4."""
        variance = (1 - sp.tanh(at / 2) ** 2) / 4
        odds = sp.Rational(self.p_ref / (1 - self.p_ref))
        return sp.log(odds) + 1 / (self.beta * sp.sqrt(variance + sp.Rational(self.epsilon)))

    def slope(self, at: sp.Expr) -> sp.Expr:
        """dT/dz = v(2p−1)/(2β(v+ε)^{3/2}), 2p − 1 = tanh(z/2)."""
        variance = (1 - sp.tanh(at / 2) ** 2) / 4
        return variance * sp.tanh(at / 2) / (2 * self.beta * sp.sqrt(variance + sp.Rational(self.epsilon)) ** 3)

    def series(self, at: flint.arb_series) -> flint.arb_series:
        """T along log-odds, by series arithmetic, from the success probability."""
        success = 1 / (1 + (-at).exp())
        root = (success * (1 - success) + _arb(self.epsilon)).sqrt()
        return (_arb(self.p_ref) / _arb(1 - self.p_ref)).log() + 1 / (self.beta * root)


SETTINGS = (
    Setting(Fraction(1, 1000), 3, Fraction(1, 1000), Fraction(-1), Fraction(-3, 4)),
    Setting(Fraction(1, 1000), 5, Fraction(1, 100000), Fraction(-14, 5), Fraction(-11, 4)),
)


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def coefficient(setting: Setting, steps: int, order: int) -> Callable[[Point], flint.arb]:
    """A Taylor coefficient of T, or of T∘T, at a point, by series arithmetic alone."""

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(400):
            at = flint.arb_series([_arb(point["z"]), 1], 2)
            for _ in range(steps):
                at = setting.series(at)
            return abs(at[1]) if order else at[0]

    return literal


def certified(setting: Setting, left: Side, relation: Relation, right: sp.Expr) -> Statement:
    """left ∼ right on the whole closed interval."""
    words = f"p_ref = {setting.p_ref}, β = {setting.beta}, ε = {setting.epsilon}"
    width = setting.high - setting.low

    def points(_: int) -> Iterator[Point]:
        return ({"z": setting.low + part * width / 4} for part in range(5))

    box = Enclosure(({"z": (setting.low, setting.high)},))
    domain = Domain((real(z, sp.Rational(setting.low), sp.Rational(setting.high), closed="both"),), words)
    return Statement(left, relation, Side(right), domain, (box, Enumeration(points)))


def attracting_cycle(setting: Setting) -> tuple[Statement, ...]:
    """T∘T maps the interval into itself, contracts it, and T leaves it."""
    once = setting.step(z)
    twice = Side(setting.step(once), coefficient(setting, 2, 0))
    product = Side(sp.Abs(setting.slope(z) * setting.slope(once)), coefficient(setting, 2, 1))
    low, high = sp.Rational(setting.low), sp.Rational(setting.high)
    return (
        certified(setting, twice, Relation.GREATER, low),
        certified(setting, twice, Relation.LESS, high),
        certified(setting, product, Relation.LESS, sp.S(1)),
        certified(setting, Side(once, coefficient(setting, 1, 0)), Relation.LESS, low),
    )


IRREGULAR = Setting(Fraction(1, 10000), 5, Fraction(1, 100000), Fraction(-9), Fraction(0))
TRANSIENT, STEPS = 1_000, 20_000


def exponent() -> float:
    """The mean of log |dT/dz| along the orbit from p_0 = 1/10, in floats, the first thousand steps left out."""
    z_ref = math.log(IRREGULAR.p_ref / (1 - IRREGULAR.p_ref))
    at, total = math.log(1 / 9), 0.0
    for number in range(TRANSIENT + STEPS):
        variance = 1 / (2 + 2 * math.cosh(at))
        smoothed = variance + float(IRREGULAR.epsilon)
        if number >= TRANSIENT:
            total += math.log(abs(variance * math.tanh(at / 2) / (2 * IRREGULAR.beta * smoothed**1.5)))
        at = z_ref + 1 / (IRREGULAR.beta * math.sqrt(smoothed))
    return total / STEPS


def measured() -> tuple[bool, str, str]:
    """Whether the exponent was seen to be clearly positive."""
    scope = "p_ref = 1/10000, β = 5, ε = 1/100000, from p_0 = 1/10"
    return exponent() > 0.3, scope, f"mean of log |dT/dz| above 0.3 over {STEPS:,} steps"


irregular = Statement(
    Side(literal=lambda _: Fraction(exponent())),
    Relation.GREATER,
    Side(sp.S(0)),
    Domain((), "p_ref = 1/10000, β = 5, ε = 1/100000, from p_0 = 1/10"),
    (Observation(measured),),
)

claim = Claim(
    name="two-cycles",
    source="grpo-theory",
    label="Example",
    says="there are parameters at which the reference map has an attracting 2-cycle, and parameters at which an orbit "
    "has a positive Lyapunov exponent",
    statements=(*(statement for setting in SETTINGS for statement in attracting_cycle(setting)), irregular),
    assuming=("Banach's fixed point theorem on an interval",),
)
