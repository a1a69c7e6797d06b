"""The mirror step σ(z + Ω_ε(p)/β) in formal lines, and why it exceeds p."""

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.symbols import beta, epsilon, p

push = 1 / (beta * sp.sqrt(p * (1 - p) + epsilon))
grown = sp.exp(push)
after = 1 / (1 + sp.exp(-(sp.log(p / (1 - p)) + push)))
EVERYWHERE = Domain((real(p, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower")))


def increases() -> Derivation:
    """σ(z + Ω_ε/β) > p: the odds are multiplied by a factor above one.

    >>> [step.relation.value for step in increases().steps]
    ['=', '>']
    """
    return Derivation(
        (
            Step(p * grown / (p * grown + 1 - p), "the odds are multiplied by e^{Ω_ε/β}"),
            Step(p, "e^{Ω_ε/β} > 1 because Ω_ε/β > 0", Relation.GREATER),
        )
    )
