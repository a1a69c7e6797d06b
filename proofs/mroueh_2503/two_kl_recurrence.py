"""z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β, Δ_R = (1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)].

The maximiser of the two-KL objective tilts π_ref^α π_prev^{1−α}. Its odds of success are e^{Ω_ε/β} times the quotient
of two sums of such powers, over successes and over failures; writing them with conditional distributions splits off
the odds p_ref/(1−p_ref) and p/(1−p) and leaves the two Rényi divergences.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.two_kl import (
    PAIRS_OF_POLICIES,
    F,
    S,
    deviation,
    inside_failure,
    inside_success,
    kept,
    lost,
    minus,
    new_log_odds,
    odds,
    odds_ref,
    plus,
    recursion,
)
from grpo_theory.policies.tilts import log_odds
from grpo_theory.policies.two_kl import by_recursion, class_pair_point, new_success
from grpo_theory.symbols import alpha, beta, p, p_ref

of_kept = chain(kept, Step(sp.exp(plus / beta) * S, "successes share the factor e^{ω⁺/β}"))
of_lost = chain(lost, Step(sp.exp(-minus / beta) * F, "failures share the factor e^{−ω⁻/β}"))
grown = sp.exp(plus / beta) * S / (sp.exp(-minus / beta) * F)
log_of_grown = logarithm_of(grown, [(sp.E, plus / beta), (S, 1), (sp.E, minus / beta), (F, -1)])
log_of_success = logarithm_of(inside_success, [(S, 1), (p_ref, -alpha), (p, alpha - 1)])
log_of_failure = logarithm_of(inside_failure, [(F, 1), (1 - p_ref, -alpha), (1 - p, alpha - 1)])
log_of_odds_ref = logarithm_of(odds_ref, [(p_ref, 1), (1 - p_ref, -1)])
log_of_odds = logarithm_of(odds, [(p, 1), (1 - p, -1)])


def literal(point: Point) -> flint.arb:
    """The log-odds of success of the tilted geometric mean, all outcomes one by one."""
    return log_odds(new_success(point))


PAIRS = (
    (("1/3",), ("2/3",), ("3/5",), ("2/5",)),
    (("1/6", "1/3"), ("1/2",), ("2/5", "1/5"), ("2/5",)),
    (("1/16", "1/4"), ("1/8", "1/2", "1/16"), ("1/5", "1/10"), ("1/5", "1/5", "3/10")),
)


def points(_: int) -> Iterator[Point]:
    """Pairs of policies with two, three and five outcomes whose conditional distributions differ."""
    shares, strengths = (Fraction(1, 2), Fraction(1, 3), Fraction(9, 10)), (Fraction(1), Fraction(1, 5))
    for pair in PAIRS:
        for at in grid(alpha=shares, beta=strengths, epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**class_pair_point(pair), **at}


claim = Claim(
    name="two-kl-recurrence",
    source="mroueh-2503",
    label="two-KL recursion",
    says="z_n = αz_ref + (1−α)z_{n−1} + Δ_R + Ω_ε(p_{n−1})/β with"
    " Δ_R = (1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)], on every finite policy",
    statements=(
        Statement(
            Side(new_log_odds, literal),
            Relation.EQUAL,
            Side(recursion, by_recursion),
            PAIRS_OF_POLICIES,
            (
                Derivation(
                    (
                        Step(
                            sp.log(grown), "the tilt's factors are drawn out of both sums", rewriting=(of_kept, of_lost)
                        ),
                        Step(
                            1 / (deviation * beta) + sp.log(S) - sp.log(F),
                            "ω⁺ + ω⁻ = Ω_ε",
                            using=(log_of_grown,),
                        ),
                        Step(
                            recursion,
                            "conditional distributions are the policies over p_ref, p, 1−p_ref and 1−p",
                            using=(
                                (log_of_failure, sp.Integer(1)),
                                (log_of_success, sp.Integer(-1)),
                                (log_of_odds_ref, -alpha),
                                (log_of_odds, alpha - 1),
                            ),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
