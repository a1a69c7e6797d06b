"""Var[∂L_G/∂z] ≤ C/(G·p(1−p)) for EC-RLVR on the two-outcome policy, for all G and p: C(τ) = 3/(2τ²) serves.

−τ·∂L_G/∂z is φ_k = (G−k)/((G−k)+kx) with x = (p/(1−p))^{1/τ}, 0 in silent groups. Around c = (1−p)/((1−p)+px), two
means that are at least their roots give (φ_k − c)² ≤ (Gp−k)²/(16p(1−p)·k(G−k)), from which x has gone. The inverse
moments of k and of G−k then bound the sum by a constant over G·p(1−p), small Gp and G(1−p) included.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.ec_variance import falls_with_group, variance
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.losses.logit_gradient import logit_gradient_variance, odds_point
from grpo_theory.losses.reals import Real
from grpo_theory.symbols import G, p, tau, x

bounded = falls_with_group()


def by_groups(point: Point) -> Real:
    """The variance over all 2^G groups, from the loss's coefficients on each rollout."""
    return logit_gradient_variance(point["p"], point["G"], point["tau"])


def points(max_group: int) -> Iterator[Point]:
    """Success probabilities near both ends and between, τ below, at and above 1."""
    chances = (Fraction(1, 5), Fraction(1, 2), Fraction(7, 10), Fraction(1, 50), Fraction(49, 50))
    for chance, size in product(chances, range(2, max_group + 1)):
        yield from (odds_point(chance, size, tau_) for tau_ in (Fraction(1), Fraction(1, 3)))
    yield from (odds_point(chance, 3, Fraction(2)) for chance in (Fraction(1, 5), Fraction(9, 10)))


claim = Claim(
    name="gradient-variance-order",
    source="card",
    label="Variance of the gradient",
    says="there is C(τ) with Var[∂L_G/∂z] ≤ C/(G·p(1−p)) for every G ≥ 2 and p in (0, 1): C = 3/(2τ²)",
    statements=(
        Statement(
            Side(variance, by_groups),
            Relation.AT_MOST,
            Side(bounded.rhs),
            Domain((natural(G, 2), real(p, 0, 1), real(tau, 0), real(x, 0)), "two-outcome policy, x = (p/(1−p))^{1/τ}"),
            (
                Derivation((Step(bounded.rhs, bounded.because, Relation.AT_MOST, using=(bounded,)),)),
                Enumeration(points),
            ),
        ),
    ),
)
