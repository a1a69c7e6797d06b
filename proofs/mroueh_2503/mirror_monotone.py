"""p_n > p_{n−1} for the mirror step, whatever β > 0, ε ≥ 0 and p_{n−1} in (0, 1).

The log-odds grow by Ω_ε/β > 0: f(p) − p is p(1−p)(e^{Ω_ε/β} − 1) over p·e^{Ω_ε/β} + 1 − p, where f(p) = σ(z + Ω_ε/β).
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
    name="mirror-monotone",
    source="mroueh-2503",
    label="Mirror-GRPO, monotone improvement",
    says="p_n = σ(z_{n−1} + Ω_ε(p_{n−1})/β) > p_{n−1} for every p_{n−1} in (0, 1), β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(after, literal),
            Relation.GREATER,
            Side(p),
            EVERYWHERE,
            (
                increases(),
                Enumeration(points),
            ),
        ),
    ),
)
