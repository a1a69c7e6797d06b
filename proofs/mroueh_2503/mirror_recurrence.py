"""z_n = z_{n−1} + Ω_ε(p_{n−1})/β for the tilt of the previous policy by its own whitened rewards.

Successes of any finite policy share the factor e^{ω⁺/β}, failures e^{−ω⁻/β}; the odds of success grow by the quotient
e^{Ω_ε/β} of the two, and their logarithm by Ω_ε/β.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.class_tilts import ClassTilt
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.points import grid
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.tilts import log_odds, reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import K, beta, epsilon, o, p

previous, reward = sp.Function("pi"), sp.Function("r")
deviation = sp.sqrt(p * (1 - p) + epsilon)
won, lost = sp.exp((1 - p) / (deviation * beta)), sp.exp(-p / (deviation * beta))
tilt = sp.exp((reward(o) - p) / (deviation * beta))
tilted_policy = ClassTilt(previous(o), p, tilt, won, lost)
kept, mass, total = tilted_policy.kept, tilted_policy.mass, tilted_policy.total
successes, everything = tilted_policy.successes, tilted_policy.everything
of_successes, of_everything = tilted_policy.of_successes(), tilted_policy.of_everything()
gain = 1 / (deviation * beta)
after = 1 / (1 + sp.exp(-(sp.log(p / (1 - p)) + gain)))
odds_after = after / (1 - after)
product = logarithm_of(odds_after, [(p / (1 - p), 1), (sp.E, gain)])
RANGES = (real(p, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower"))
ON_POLICIES = Domain(
    (natural(K, 1), *RANGES, real(previous(o), 0), choice(reward(o), 0, 1)),
    "every finite policy",
    (successes, everything),
)


@precisely
def success_after(point: Point) -> flint.arb:
    """The success probability of the tilted policy, summed over its outcomes."""
    advantages = smoothed_advantages(point["policy"], point["rewards"], point["epsilon"])
    gains = [advantage / as_ball(point["beta"]) for advantage in advantages]
    return reward_mean(tilted(point["policy"], gains), point["rewards"])


def log_odds_after(point: Point) -> flint.arb:
    """The log-odds of success of the tilted policy."""
    return log_odds(success_after(point))


def points(_: int) -> Iterator[Point]:
    """Policies with two and three outcomes and one with five, at several strengths and smoothings."""
    five = SoftmaxPolicy.of("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1")
    for policy in (*small_policies(3, 4), five):
        for at in grid(beta=(Fraction(1), Fraction(1, 5)), epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**policy_point(policy), **at}


claim = Claim(
    name="mirror-recurrence",
    source="mroueh-2503",
    label="Mirror-GRPO, recursion",
    says="z_n = z_{n−1} + Ω_ε(p_{n−1})/β, that is p_n = σ(z_{n−1} + Ω_ε(p_{n−1})/β), for the tilt of every finite"
    " policy by its own whitened rewards, β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(kept / mass, success_after),
            Relation.EQUAL,
            Side(after),
            ON_POLICIES,
            (
                Derivation(
                    (
                        Step(won * p / total, "the two sums by class", rewriting=(of_successes, of_everything)),
                        Step(after, "the odds are (p/(1−p))·e^{(ω⁺+ω⁻)/β}"),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(sp.log(odds_after), log_odds_after),
            Relation.EQUAL,
            Side(sp.log(p / (1 - p)) + gain),
            Domain(RANGES),
            (Derivation((Step(product.rhs, "the logarithm of the odds", using=(product,)),)), Enumeration(points)),
        ),
    ),
)
