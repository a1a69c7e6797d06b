"""β = B(z) := Ω_ε(σ(z))/(z−z_ref), z > z_ref, names all fixed points; folds are its critical points and merge in cusps.

The residual T(z) − z is (z−z_ref)(B(z)−β)/β on z > z_ref and positive elsewhere. B′ = B·(μ−1)/(z−z_ref) with the
multiplier μ of the map at β = B(z); where B′ vanishes, B″ = B·T″/(z−z_ref), and ∂T/∂β never vanishes: a critical point
of B is a saddle-node exactly when it is non-degenerate. Folds at z need z > 0 and z_ref = z − Ω/Ω′; this moves with
slope ΩΩ″/Ω′², so two of them merge exactly where Ω″ = 0, which is at p(1−p) = 2ε/(1+12ε): there Ω′ = s(ε), so β = s(ε).
At ε = 0 there is no such place: every critical point is a saddle-node.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import Fact, differentiated
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, epsilon, z, z_ref

sigma = 1 / (1 + sp.exp(-z))
v, w = sigma * (1 - sigma), sigma * (1 - sigma) + epsilon
weight = 1 / sp.sqrt(w)
slope = v * (2 * sigma - 1) / (2 * sp.sqrt(w) ** 3)
curvature = v * ((1 + 12 * epsilon) * v - 2 * epsilon) / (4 * sp.sqrt(w) ** 5)
third = -(1 + 12 * epsilon) * v**2 * (2 * sigma - 1) / (4 * sp.sqrt(w) ** 5)
away = z - z_ref
B = weight / away
multiplier = slope / B
where_folds = z - weight / slope

SMOOTHED = real(epsilon, 0, closed="lower")
ABOVE = (SMOOTHED, real(z_ref), real(z, z_ref))
Series = Callable[[Point, flint.arb_series], flint.arb_series]


def _arb(value: Fraction | int) -> flint.arb:
    return flint.arb(flint.fmpq(*Fraction(value).as_integer_ratio()))


def coefficient(function: Series, order: int, name: str = "z") -> Callable[[Point], flint.arb]:
    """The derivative of some order at a point, from the power series of the function, by series arithmetic alone."""

    def literal(point: Point) -> flint.arb:
        with flint.ctx.workprec(500):
            series = function(point, flint.arb_series([_arb(point[name]), 1], 4))
            return series[order] * flint.arb.fac_ui(order)

    return literal


def series_weight(point: Point, at: flint.arb_series) -> flint.arb_series:
    """Ω along log-odds."""
    success = 1 / (1 + (-at).exp())
    return 1 / (success * (1 - success) + _arb(point["epsilon"])).sqrt()


def series_beta(point: Point, at: flint.arb_series) -> flint.arb_series:
    """B along log-odds."""
    return series_weight(point, at) / (at - _arb(point["z_ref"]))


def series_slope(point: Point, at: flint.arb_series) -> flint.arb_series:
    """Ω′ along log-odds, by a second series around the same place."""
    return flint.arb_series([series_weight(point, flint.arb_series([at[0], 1], 5))[k] * k for k in range(1, 5)], 4)


def points(_: int) -> Iterator[Point]:
    """Log-odds on both sides of zero, references on both sides of them."""
    return grid(
        epsilon=(Fraction(0), Fraction(1, 100), Fraction(1, 3)),
        z=(Fraction(-3, 2), Fraction(1, 4), Fraction(3)),
        z_ref=(Fraction(-2), Fraction(1, 5), Fraction(5, 2)),
        beta=(Fraction(2, 3),),
    )


def by_calculus(
    function: sp.Expr,
    literal: Callable[[Point], flint.arb],
    right: sp.Expr,
    words: str,
    variables: tuple[Variable, ...],
) -> Statement:
    """df/dz = right."""
    known = differentiated(function, z)
    return equation(known.lhs, literal, right, words, variables, using=(known,))


def equation(
    left: sp.Expr,
    literal: Callable[[Point], flint.arb],
    right: sp.Expr,
    words: str,
    variables: tuple[Variable, ...],
    using: tuple[Fact, ...] = (),
) -> Statement:
    """left = right."""
    proof = Derivation((Step(right, words, using=using),))
    return Statement(Side(left, literal), Relation.EQUAL, Side(right), Domain(variables), (proof, Enumeration(points)))


def negative(
    left: sp.Expr,
    literal: Callable[[Point], flint.arb],
    words: str,
    variables: tuple[Variable, ...],
    relation: Relation = Relation.LESS,
) -> Statement:
    """left < 0, or as the relation says."""
    proof = Derivation((Step(sp.S(0), words, relation),))
    evidence = (proof, Enumeration(points))
    return Statement(Side(left, literal), relation, Side(sp.S(0)), Domain(variables), evidence)


def residual(point: Point) -> flint.arb:
    """T(z) − z from the definition of the map."""
    with flint.ctx.workprec(500):
        at = _arb(point["z"])
        pushed: flint.arb = series_weight(point, flint.arb_series([at], 1))[0] / _arb(point["beta"])
        return _arb(point["z_ref"]) + pushed - at


def stability(point: Point) -> flint.arb:
    """dT/dz at β = B(z), by the series of the map."""
    with flint.ctx.workprec(500):
        strength = coefficient(series_beta, 0)(point)
        slope_there: flint.arb = coefficient(series_weight, 1)(point) / strength
        return slope_there


def series_in_beta(point: Point, at: flint.arb_series) -> flint.arb_series:
    """T along β."""
    return _arb(point["z_ref"]) + series_weight(point, flint.arb_series([_arb(point["z"])], 1))[0] / at


def less_one(point: Point) -> flint.arb:
    """μ − 1."""
    with flint.ctx.workprec(500):
        return stability(point) - 1


def series_of_folds(point: Point, at: flint.arb_series) -> flint.arb_series:
    """z − Ω/Ω′ along log-odds."""
    return at - series_weight(point, at) / series_slope(point, at)


any_z, right_half = (SMOOTHED, real(z)), (SMOOTHED, real(z, 0))
slope_by_z = slope / away - weight / away**2
excess = (1 + 12 * epsilon) * v - 2 * epsilon
rest = -v * (2 * sigma - 1) * (1 - 5 * v / (2 * w)) / (4 * sp.sqrt(w) ** 5)
step = z_ref + weight / beta
in_beta = differentiated(step, beta)
WITH_BETA = (SMOOTHED, real(beta, 0), real(z_ref))


def cusp_rest(point: Point) -> flint.arb:
    """((1+12ε)v − 2ε)·d/dz[v/(4(v+ε)^{5/2})], by series."""

    def scaled(at: Point, place: flint.arb_series) -> flint.arb_series:
        success = 1 / (1 + (-place).exp())
        variance = success * (1 - success)
        root = (variance + _arb(at["epsilon"])).sqrt()
        return variance / (4 * root * root * root * root * root)

    with flint.ctx.workprec(500):
        success = 1 / (1 + (-_arb(point["z"])).exp())
        smoothing = _arb(point["epsilon"])
        gap = (1 + 12 * smoothing) * success * (1 - success) - 2 * smoothing
        rest_there: flint.arb = gap * coefficient(scaled, 1)(point)
        return rest_there


claim = Claim(
    name="fixed-points-by-beta",
    source="grpo-theory",
    label="Theorem",
    says="β = Ω_ε(p*)/(z*−z_ref) parametrises all fixed points of the reference map (ε ≥ 0); saddle-nodes are its "
    "non-degenerate critical points, and they merge in cusps, at p*(1−p*) = 2ε/(1+12ε) and p* > 1/2 (none at ε = 0)",
    statements=(
        equation(step - z, residual, away * (B - beta) / beta, "z−z_ref > 0", (*WITH_BETA, real(z, z_ref))),
        negative(
            z - step,
            lambda at: -residual(at),
            "no fixed point at or below z_ref",
            (*WITH_BETA, real(z, None, z_ref, closed="upper")),
        ),
        by_calculus(B, coefficient(series_beta, 1), B * (multiplier - 1) / away, "the quotient rule", ABOVE),
        by_calculus(
            slope_by_z,
            coefficient(series_beta, 2),
            B * (curvature / B) / away - 2 * slope_by_z / away,
            "B″ = B·T″/(z−z_ref) − 2B′/(z−z_ref), T″ = Ω″/β at β = B",
            ABOVE,
        ),
        equation(
            in_beta.lhs,
            coefficient(series_in_beta, 1, "beta"),
            -weight / beta**2,
            "∂T/∂β",
            (*WITH_BETA, real(z)),
            using=(in_beta,),
        ),
        negative(
            multiplier,
            stability,
            "no fold at p ≤ 1/2: dΩ/dz ≤ 0 there",
            (SMOOTHED, real(z, None, 0, closed="upper"), real(z_ref, None, z)),
            Relation.AT_MOST,
        ),
        equation(
            multiplier - 1,
            less_one,
            slope / weight * (where_folds - z_ref),
            "μ = 1 exactly at z_ref = z − Ω/Ω′",
            (SMOOTHED, real(z, 0), real(z_ref, None, z)),
        ),
        by_calculus(
            where_folds,
            coefficient(series_of_folds, 1),
            weight * curvature / slope**2,
            "folds merge exactly where Ω″ vanishes",
            right_half,
        ),
        by_calculus(weight, coefficient(series_weight, 1), slope, "dp/dz = p(1−p)", any_z),
        by_calculus(slope, coefficient(series_weight, 2), curvature, "Ω″ vanishes where (1+12ε)v = 2ε only", any_z),
        by_calculus(
            curvature,
            coefficient(series_weight, 3),
            third + excess * rest,
            "where (1+12ε)v = 2ε only the first part is left",
            any_z,
        ),
        negative(
            third,
            lambda at: coefficient(series_weight, 3)(at) - cusp_rest(at),
            "so Ω″ changes sign at p > 1/2 and the cusp is not degenerate",
            right_half,
        ),
    ),
)
