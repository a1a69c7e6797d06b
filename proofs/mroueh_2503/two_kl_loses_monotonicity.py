"""With two penalties an exact iterate from π_ref can fall: α = 3/4, β = 1, ε = 1/100, p_ref = 1/10 give p_2 < p_1.

From z_1 = z_ref + Ω(p_ref)/β the next step changes the log-odds by [Ω(p_1) − αΩ(p_ref)]/β. A rare first success has a
large weight, the common success after it a small one, so the pull to the reference wins. One certified example is the
whole proof of an existence claim; its values are compared as balls, and once more in fractions.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import isqrt

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration, Exhaustion
from grpo_theory.policies.tilts import anchored_iterates, reward_mean
from grpo_theory.symbols import alpha, beta, epsilon, p_ref

REWARDS = (1, 0, 1)


def sigmoid(x: sp.Expr) -> sp.Expr:
    """σ(x)."""
    return 1 / (1 + sp.exp(-x))


def weight(success: sp.Expr) -> sp.Expr:
    """Ω_ε(p)."""
    return 1 / sp.sqrt(success * (1 - success) + epsilon)


z_ref = sp.log(p_ref / (1 - p_ref))
z_1 = z_ref + weight(p_ref) / beta
z_2 = alpha * z_ref + (1 - alpha) * z_1 + weight(sigmoid(z_1)) / beta


def iterate(point: Point, steps: int) -> flint.arb:
    """The success probability of the exact maximiser after some steps, for a reference policy with three outcomes."""
    rare = point["p_ref"]
    options = {name: point[name] for name in ("alpha", "beta", "epsilon")}
    policies = anchored_iterates((rare / 3, 1 - rare, 2 * rare / 3), REWARDS, steps=steps, **options)
    return reward_mean(policies[-1], REWARDS)


def example() -> Iterator[Point]:
    """The one example."""
    yield {"alpha": Fraction(3, 4), "beta": Fraction(1), "epsilon": Fraction(1, 100), "p_ref": Fraction(1, 10)}


def root_bounds(x: Fraction) -> tuple[Fraction, Fraction]:
    """√x between two fractions, 10⁻⁶ apart."""
    below = isqrt(int(x * 10**12))
    return Fraction(below, 10**6), Fraction(below + 1, 10**6)


def exponential_bounds(low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """e^low from below by 20 terms of the series, e^high from above with a geometric tail; 0 ≤ low ≤ high < 20."""
    sums, terms = [Fraction(0), Fraction(0)], [Fraction(1), Fraction(1)]
    for k in range(20):
        sums = [total + term for total, term in zip(sums, terms, strict=True)]
        terms = [term * x / (k + 1) for term, x in zip(terms, (low, high), strict=True)]
    return sums[0], sums[1] + terms[1] / (1 - high / 21)


def recheck(point: Point) -> bool:
    """In fractions: Ω(p_1) < αΩ(p_ref), so p_1(1−p_1) + ε > (p_ref(1−p_ref) + ε)/α², at both ends of p_1's odds."""
    rare, smoothing = point["p_ref"], point["epsilon"]
    variance = rare * (1 - rare) + smoothing
    low, high = root_bounds(1 / variance)
    grown = exponential_bounds(low / point["beta"], high / point["beta"])
    odds = [rare / (1 - rare) * factor for factor in grown]
    # x/(1+x)² has no minimum inside an interval, so the ends decide.
    return all(x / (1 + x) ** 2 + smoothing > variance / point["alpha"] ** 2 for x in odds)


claim = Claim(
    name="two-kl-loses-monotonicity",
    source="mroueh-2503",
    label="two-KL, remark",
    says="for some α in (0, 1), β, ε and p_ref an exact iterate from π_ref has p_{n+1} < p_n",
    statements=(
        Statement(
            Side(sigmoid(z_2), lambda point: iterate(point, 2)),
            Relation.LESS,
            Side(sigmoid(z_1), lambda point: iterate(point, 1)),
            Domain(
                (
                    choice(alpha, sp.Rational(3, 4)),
                    choice(beta, 1),
                    choice(epsilon, sp.Rational(1, 100)),
                    choice(p_ref, sp.Rational(1, 10)),
                ),
                "one example",
            ),
            (
                Exhaustion(example, recheck, "one example: α = 3/4, β = 1, ε = 1/100, p_ref = 1/10 give p_2 < p_1"),
                Enumeration(lambda _: example()),
            ),
        ),
    ),
)
