"""h(p) = σ(z_ref + Ω_ε(p)/β) is 1/(1 + ((1−p_ref)/p_ref)·e^{−Ω_ε(p)/β}), and its log-odds are z_ref + Ω_ε(p)/β.

The map of the success probability in its two displays: one with the logistic function, one with the odds of failure
written out. Both are the quotient p_ref·e/(p_ref·e + 1 − p_ref) with e = e^{Ω/β} that the tilted policy gives.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import beta, epsilon, p, p_ref

push = 1 / (beta * sp.sqrt(p * (1 - p) + epsilon))
growth = sp.exp(push)
tilted = p_ref * growth / (p_ref * growth + 1 - p_ref)
displayed = 1 / (1 + (1 - p_ref) / p_ref * sp.exp(-push))
odds = p_ref / (1 - p_ref)


@precisely
def log_odds(point: Point) -> flint.arb:
    """z_ref + Ω_ε(p)/β."""
    chance = as_ball(point["p"])
    weight = 1 / root(chance - chance**2 + as_ball(point["epsilon"]))
    return logit(point["p_ref"]) + weight / as_ball(point["beta"])


@precisely
def logistic(point: Point) -> flint.arb:
    """σ(z_ref + Ω_ε(p)/β)."""
    return sigmoid(log_odds(point))


def points(_: int) -> Iterator[Point]:
    """Probabilities on both sides of one half, strong and weak penalties, with and without smoothing."""
    return grid(
        p=PROBABILITIES[:4],
        p_ref=(Fraction(1, 3), Fraction(99, 100)),
        beta=(Fraction(1, 5), Fraction(2)),
        epsilon=(Fraction(0), Fraction(1, 100)),
    )


ALL = Domain((real(p, 0, 1), real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower")))

claim = Claim(
    name="map-logit-form",
    source="mroueh-2503",
    label="Theorem 2",
    says="h(p) = σ(z_ref + Ω_ε(p)/β) equals 1/(1 + ((1−p_ref)/p_ref)·e^{−Ω_ε(p)/β}), so that log(h/(1−h)) = z_ref"
    " + Ω_ε(p)/β, for p and p_ref in (0, 1), β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(tilted, logistic),
            Relation.EQUAL,
            Side(displayed),
            ALL,
            (Derivation((Step(displayed, "numerator and denominator are divided by p_ref·e"),)), Enumeration(points)),
            r"\sigma\left(z_{\mathrm{ref}} + \frac{\Omega_\epsilon(p)}{\beta}\right)"
            r" = \frac{1}{1 + \frac{1 - p_{\mathrm{ref}}}{p_{\mathrm{ref}}} e^{-\Omega_\epsilon(p)/\beta}}",
        ),
        Statement(
            Side(sp.log(displayed / (1 - displayed)), log_odds),
            Relation.EQUAL,
            Side(sp.log(odds) + push),
            ALL,
            (
                Derivation(
                    (
                        Step(
                            sp.log(odds) + push,
                            "the odds are (p_ref/(1−p_ref))·e^{Ω/β}, their logarithm is a sum",
                            using=(logarithm_of(displayed / (1 - displayed), [(odds, 1), (sp.E, push)]),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
