"""At ε = 0 some (β, p_ref) has no fixed point in (0, 1): β = 1, p_ref = 1/2, where h(p) > p for every p.

There h(p) = σ(Ω) with Ω = 1/√(p(1−p)), and e^Ω ≥ (1 + Ω/4)⁴ ≥ Ω² > p²Ω² = p/(1−p): the log-odds Ω that the map gives
exceed those of p, 2cosh(z/2) > z. Only the ends are left, where h tends to 1.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import as_product
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import p

push = 1 / sp.sqrt(p * (1 - p))
h = sp.exp(push) / (sp.exp(push) + 1)
fourth = (1 + push / 4) ** 4
fourth_power = chain(
    p / (1 - p),
    Step(push**2, "p/(1−p) = p²Ω² and p < 1", Relation.LESS),
    Step(
        fourth,
        "(1 + x/4)⁴ − x² = (1 − x/4)²·((1 + x/4)² + x)",
        Relation.AT_MOST,
        using=(
            as_product(
                push**2,
                fourth,
                [(1 - push / 4, 2), ((1 + push / 4) ** 2 + push, 1)],
                "both factors are not negative",
            ),
        ),
    ),
    Step(sp.exp(push), "e^{x/4} ≥ 1 + x/4", Relation.AT_MOST, using=(exponential_above(push, 4),)),
)


@precisely
def literal(point: Point) -> flint.arb:
    """The success probability after tilting two equally likely outcomes at β = 1."""
    advantages = smoothed_advantages((point["p"], 1 - point["p"]), (1, 0), 0)
    return reward_mean(tilted(("1/2", "1/2"), advantages), (1, 0))


def points(_: int) -> Iterator[Point]:
    """Probabilities between the ends and close to them, and the tightest place near 0.9."""
    return grid(p=(*PROBABILITIES, Fraction(1, 100), Fraction(9, 10), Fraction(99, 100)))


claim = Claim(
    name="epsilon-zero-existence",
    source="mroueh-2503",
    label="remark on ε = 0",
    says="at ε = 0 some (β, p_ref) has no fixed point in (0, 1): for β = 1 and p_ref = 1/2, h(p) > p on all of (0, 1)",
    statements=(
        Statement(
            Side(h, literal),
            Relation.GREATER,
            Side(p),
            Domain((real(p, 0, 1),), "β = 1, p_ref = 1/2, ε = 0"),
            (
                Derivation(
                    (
                        Step(
                            p,
                            "h − p = (1−p)(e^Ω − p/(1−p))/(e^Ω + 1), and e^Ω exceeds the odds of p",
                            Relation.GREATER,
                            using=((fourth_power, (1 - p) / (sp.exp(push) + 1)),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
