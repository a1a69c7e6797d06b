"""z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_n), the two-KL recursion as the source displays it.

The weight belongs to the policy that was sampled, p_{n−1}, and is divided by β; with both put right the recursion holds
on every finite policy. The display already fails for two outcomes at π_ref = π_prev = (1/2, 1/2).
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.two_kl import PAIRS_OF_POLICIES, deviation, kept, lost, new_log_odds, recursion
from grpo_theory.policies.tilts import log_odds
from grpo_theory.policies.two_kl import by_recursion, class_pair_point, new_success, total_weight, without_weight
from grpo_theory.symbols import beta, epsilon

p_n = kept / (kept + lost)
displayed = recursion - 1 / (deviation * beta) + 1 / sp.sqrt(p_n * (1 - p_n) + epsilon)
proved = lemma("two-kl-recurrence", new_log_odds, recursion, {})


def literal(point: Point) -> flint.arb:
    """The log-odds of success of the tilted geometric mean."""
    return log_odds(new_success(point))


@precisely
def by_display(point: Point) -> flint.arb:
    """The display: the weight of the new policy, not divided by β."""
    return without_weight(point) + total_weight(new_success(point), point["epsilon"])


PAIRS = (
    (("1/2",), ("1/2",), ("1/2",), ("1/2",)),
    (("1/3",), ("2/3",), ("3/5",), ("2/5",)),
    (("1/6", "1/3"), ("1/2",), ("2/5", "1/5"), ("2/5",)),
)


def points() -> Iterator[Point]:
    """Pairs of policies with two and three outcomes, from equal ones on, at several shares, strengths, smoothings."""
    shares, strengths = (Fraction(1, 2), Fraction(1, 3)), (Fraction(1), Fraction(1, 5))
    for pair in PAIRS:
        for at in grid(alpha=shares, beta=strengths, epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**class_pair_point(pair), **at}


def recheck(point: Point) -> bool:
    """For π_ref = π_prev, p = 1/2 and β = 1 the display says Ω(p_n) = Ω(1/2), which is so at p_n = 1/2 alone.

    The odds after the step are e^Ω > 1 + Ω, Ω(1/2) = 1/√(1/4+ε) ≥ 1/(1/2+ε): in fractions. Elsewhere nothing is said.
    """
    if point["reference"] != point["previous"] or point["p"] != Fraction(1, 2) or point["beta"] != 1:
        return True
    least: Fraction = 1 / (Fraction(1, 2) + point["epsilon"])
    return bool(1 + least <= 1)


repaired = Claim(
    name="two-kl-display-repaired",
    source="mroueh-2503",
    label="two-KL recursion, display",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β on every finite policy",
    statements=(
        Statement(
            Side(new_log_odds, literal),
            Relation.EQUAL,
            Side(recursion, by_recursion),
            PAIRS_OF_POLICIES,
            (
                Derivation((Step(recursion, "the recursion proved on every finite policy", using=(proved,)),)),
                Enumeration(lambda _: points()),
            ),
        ),
    ),
)

claim = Claim(
    name="two-kl-display",
    source="mroueh-2503",
    label="two-KL recursion, display",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_n), the Rényi term Δ_R as in the recursion, on every finite policy",
    statements=(
        Statement(
            Side(new_log_odds, literal),
            Relation.EQUAL,
            Side(displayed, by_display),
            PAIRS_OF_POLICIES,
            (Counterexample(points, recheck),),
        ),
    ),
    repair=repaired,
)
