"""β > s(ε): reference, proximal and (η < 2/(β+s)) explicit steps contract in log-odds: one fixed point attracts all.

Every slope is (1−pull) + gain·dΩ/dz with |dΩ/dz| ≤ s(ε). The rates are s/β, (1+ηs)/(1+ηβ) and
max(1−η(β−s), η(β+s)−1); by the mean value theorem two starts come closer by the rate at each step, which is Banach's
hypothesis. The three maps have the same fixed points.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import Fact, differentiated, lemma
from grpo_theory.ledger.growth import mean_value
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, d, epsilon, eta, p, z, z_0, z_ref

sigma = 1 / (1 + sp.exp(-z))
weight = 1 / sp.sqrt(sigma * (1 - sigma) + epsilon)
constant = 1 / (3 * sp.sqrt(3 * epsilon) * (1 + 4 * epsilon))
slope = -sigma * (1 - sigma) * (1 - 2 * sigma) / (2 * sp.sqrt(sigma * (1 - sigma) + epsilon) ** 3)
MAPS = {
    "reference": (sp.S(1), 1 / beta),
    "proximal": (eta * beta / (1 + eta * beta), eta / (1 + eta * beta)),
    "explicit": (eta * beta, eta),
}
RATES = {
    "reference": constant / beta,
    "proximal": (1 + eta * constant) / (1 + eta * beta),
    "explicit": sp.Max(1 - eta * (beta - constant), eta * (beta + constant) - 1),
}
BASE = (real(epsilon, 0), real(beta, constant))
STEPS = {
    "reference": BASE,
    "proximal": (*BASE, real(eta, 0)),
    "explicit": (*BASE, real(eta, 0, 2 / (beta + constant), breaks=(1 / beta,))),
}


def step(name: str, at: sp.Expr = z) -> sp.Expr:
    """The map in log-odds."""
    pull, gain = MAPS[name]
    return ((1 - pull) * z + pull * z_ref + gain * weight).subs(z, at)


def slope_bound(name: str, way: int) -> Fact:
    """dT/dz ≤ rate (way 1) or −rate ≤ dT/dz (way −1)."""
    pull, gain = MAPS[name]
    calculus = differentiated(step(name), z)
    part = 1 if way > 0 else 2
    steepest = lemma("lipschitz-constant", way * slope, constant, {p: sigma}, Relation.AT_MOST, part)
    relation = Relation.AT_MOST if way > 0 else Relation.AT_LEAST
    return chain(
        calculus.lhs,
        Step(1 - pull + gain * slope, "dp/dz = p(1−p) and the chain rule", using=(calculus,)),
        Step(1 - pull + way * gain * constant, "|dΩ/dz| ≤ s(ε)", relation, using=((steepest, gain),)),
        Step(way * RATES[name], "the rate is at least this", relation),
    )


def after(name: str, start: Fraction, point: Point) -> flint.arb:
    """One step from a start in log-odds, from the definition of the three steps, in balls."""
    strength, smoothing = _arb(point["beta"]), _arb(point["epsilon"])
    rate = _arb(point.get("eta", 0))
    success = 1 / (1 + (-_arb(start)).exp())
    pushed = 1 / (success * (1 - success) + smoothing).sqrt()
    z_reference = _arb(point["z_ref"])
    if name == "reference":
        return z_reference + pushed / strength
    moved = _arb(start) + rate * (pushed + strength * z_reference)
    if name == "proximal":
        return moved / (1 + rate * strength)
    return moved - rate * strength * _arb(start)


def apart(name: str, point: Point) -> flint.arb:
    """T(z_0 + d) − T(z_0)."""
    with flint.ctx.workprec(400):
        return after(name, point["z_0"] + point["d"], point) - after(name, point["z_0"], point)


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def points(_: int) -> Iterator[Point]:
    """Pairs of starts around the steepest place and far from it; β above s(1/100) = 1.85… and s(1/4) = 0.19…"""
    settings = (
        {"epsilon": Fraction(1, 100), "beta": Fraction(2), "eta": Fraction(1, 2)},
        {"epsilon": Fraction(1, 4), "beta": Fraction(1, 5), "eta": Fraction(5)},
        {"epsilon": Fraction(1, 4), "beta": Fraction(3), "eta": Fraction(3, 5)},
    )
    starts = grid(z_ref=(Fraction(-2),), z_0=(Fraction(-4), Fraction(7, 2)), d=(Fraction(1, 10), Fraction(2)))
    return ({**setting, **start} for start in list(starts) for setting in settings)


def closer(name: str, way: int) -> Statement:
    """T(z_0+d) − T(z_0) ≤ rate·d (way 1), ≥ −rate·d (way −1), for every z_0 and d > 0."""
    bound = way * RATES[name] * d
    relation = Relation.AT_MOST if way > 0 else Relation.AT_LEAST
    theorem = mean_value(slope_bound(name, way), real(z), z_0, z_0 + d)
    difference = step(name, z_0 + d) - step(name, z_0)
    proof = Derivation((Step(bound, "the mean value theorem with |dΩ/dz| ≤ s(ε)", relation, using=(theorem,)),))
    return Statement(
        Side(difference, lambda point: apart(name, point)),
        relation,
        Side(bound),
        Domain((*STEPS[name], real(z_ref), real(z_0), real(d, 0)), f"{name} step, β > s(ε)"),
        (proof, Enumeration(points)),
    )


def below_one(name: str) -> Statement:
    """The rate is smaller than one."""
    proof = Derivation((Step(sp.S(1), "β > s(ε)", Relation.LESS),))
    domain = Domain(STEPS[name], f"{name} step, β > s(ε)")
    return Statement(Side(RATES[name]), Relation.LESS, Side(sp.S(1)), domain, (proof, Enumeration(points)))


def same_fixed_points(name: str) -> Statement:
    """T(z) − z is pull times the same difference of the reference map, so both vanish together."""
    pull, _ = MAPS[name]
    moved = pull * (step("reference", z_0) - z_0)

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(400):
            return after(name, point["z_0"], point) - _arb(point["z_0"])

    return Statement(
        Side(step(name, z_0) - z_0, literal),
        Relation.EQUAL,
        Side(moved),
        Domain((real(epsilon, 0), real(beta, 0), real(eta, 0), real(z_ref), real(z_0)), f"{name} step"),
        (Derivation((Step(moved, "gain = pull/β"),)), Enumeration(points)),
    )


claim = Claim(
    name="global-contraction",
    source="grpo-theory",
    label="Theorem",
    says="β > s(ε) gives a unique, globally attracting fixed point; in log-odds a step shrinks distances at least by "
    "the rate s/β (reference), (1+ηs)/(1+ηβ) (proximal), max(1−η(β−s), η(β+s)−1) (explicit, η < 2/(β+s))",
    statements=(
        *(closer(name, way) for name in MAPS for way in (1, -1)),
        *(below_one(name) for name in MAPS),
        *(same_fixed_points(name) for name in ("proximal", "explicit")),
    ),
    assuming=("Banach's fixed point theorem on the real line",),
)
