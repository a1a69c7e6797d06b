"""cosh²(z_ref/2) = 1/(4·p_ref(1−p_ref)) for z_ref = log(p_ref/(1−p_ref)).

A lemma of the source's TeX that the compiled paper leaves out: e^{z_ref/2} is the root of the odds.
"""

from collections.abc import Iterator

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.ledger.values import BITS
from grpo_theory.symbols import p_ref

odds = p_ref / (1 - p_ref)
squared = ((sp.exp(sp.log(odds) / 2) + sp.exp(-sp.log(odds) / 2)) / 2) ** 2


def literal(point: Point) -> flint.arb:
    """cosh² of half the log-odds."""
    with flint.ctx.workprec(BITS):
        chance = as_ball(point["p_ref"])
        return ((chance.log() - (1 - chance).log()) / 2).cosh() ** 2


def points(_: int) -> Iterator[Point]:
    """Success probabilities on both sides of one half."""
    return grid(p_ref=PROBABILITIES)


claim = Claim(
    name="cosh-half-logit",
    source="mroueh-2503",
    label="TeX source only, not in the compiled paper",
    says="cosh²(z_ref/2) = 1/(4·p_ref(1−p_ref)) with z_ref = log(p_ref/(1−p_ref)), for every p_ref in (0, 1)",
    statements=(
        Statement(
            Side(squared, literal),
            Relation.EQUAL,
            Side(1 / (4 * p_ref * (1 - p_ref))),
            Domain((real(p_ref, 0, 1),)),
            (
                Derivation(
                    (
                        Step((odds + 2 + 1 / odds) / 4, "the sum squared; e^{±z_ref} are the odds and their inverse"),
                        Step(1 / (4 * p_ref * (1 - p_ref)), "the odds are written over p_ref(1−p_ref)"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
