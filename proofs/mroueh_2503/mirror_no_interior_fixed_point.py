"""The mirror map f(p) = σ(z + Ω_ε(p)/β) has no fixed point in (0, 1), whatever β > 0 and ε ≥ 0.

Its log-odds exceed z by Ω_ε/β > 0: f(p) − p is p(1−p)(e^{Ω_ε/β} − 1) over p·e^{Ω_ε/β} + 1 − p, never zero.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint

from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.mirror_steps import EVERYWHERE, after, increases
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.policies.tilts import mirror_success
from grpo_theory.symbols import p


def literal(point: Point) -> flint.arb:
    """The success probability of the tilt of a policy with two successes and two failures of unequal sizes."""
    return mirror_success(point["p"], point["beta"], point["epsilon"])


def points(_: int) -> Iterator[Point]:
    """Success probabilities on both sides of one half, strong and weak penalties, ε = 0 included."""
    return grid(p=PROBABILITIES, beta=(Fraction(1, 5), 1, 20), epsilon=(0, Fraction(1, 100), 2))


claim = Claim(
    name="mirror-no-interior-fixed-point",
    source="mroueh-2503",
    label="Mirror-GRPO, fixed points",
    says="σ(z + Ω_ε(p)/β) ≠ p, z = log(p/(1−p)), for every p in (0, 1), β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(after, literal),
            Relation.UNEQUAL,
            Side(p),
            EVERYWHERE,
            (
                increases(),
                Enumeration(points),
            ),
        ),
    ),
)
