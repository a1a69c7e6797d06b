"""One logit step d = (η/τ)(1−σ(z/τ)) on EC-RLVR's population loss gains p_{t+1} − p_t ≥ p(1−p)d/(1+pd).

The step multiplies the odds by e^d, so the gain is p(1−p)E/(1+pE) with E = e^d − 1 ≥ d, and x/(1+px) increases.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import logit, precisely, sigmoid
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.logit_steps import moved
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.losses.ec_rlvr import ec_rlvr_population_weights
from grpo_theory.policies.finite import two_outcome
from grpo_theory.symbols import eta, p, tau

q = 1 - p
step = eta / tau * (1 - 1 / (1 + sp.exp(-sp.log(p / q) / tau)))
gain = moved(step) - p
bound = p * q * step / (1 + p * step)
grown = sp.exp(step) - 1


@precisely
def literal(point: Point) -> flint.arb:
    """σ(z − η·∂L_pop/∂z) − p, the loss's weights summed against the scores ∂log π/∂z."""
    policy = two_outcome(point["p"])
    weights = ec_rlvr_population_weights(policy, point["tau"])
    slope = sum((as_ball(w) * as_ball(policy.score(o)[0]) for o, w in enumerate(weights)), flint.arb(0))
    return sigmoid(logit(point["p"]) + as_ball(point["eta"]) * slope) - as_ball(point["p"])


def points(_: int) -> Iterator[Point]:
    """Rare and common successes, low and high temperatures, short and long steps."""
    temperatures = (Fraction(1, 4), Fraction(1), Fraction(5, 2))
    return grid(p=PROBABILITIES, eta=(Fraction(1, 10), Fraction(1), Fraction(9)), tau=temperatures)


claim = Claim(
    name="ec-rlvr-amplification",
    source="grpo-theory",
    label="Theorem",
    says="two-outcome policy, logit gradient step on EC-RLVR's population loss, d = (η/τ)(1−σ(z/τ)):"
    " p_{t+1} − p_t ≥ p(1−p)d/(1+pd)",
    statements=(
        Statement(
            Side(gain, literal),
            Relation.AT_LEAST,
            Side(bound),
            Domain((real(p, 0, 1), real(eta, 0), real(tau, 0))),
            (
                Derivation(
                    (
                        Step(p * q * grown / (1 + p * grown), "the odds are multiplied by e^d"),
                        Step(
                            bound,
                            "e^d − 1 ≥ d, and x/(1+px) increases",
                            Relation.AT_LEAST,
                            using=((exponential_above(step), p * q / ((1 + p * grown) * (1 + p * step))),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
