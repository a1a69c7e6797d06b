"""p_n = h(p_{n−1}): tilting π_ref by the whitened rewards of the last policy turns its success probability into h.

h(p) = σ(z_ref + Ω_ε(p)/β). Successes of any finite reference policy share the factor e^{ω⁺/β}, failures e^{−ω⁻/β}; so
only the mass p_ref of the successes counts, and the odds of success grow by e^{(ω⁺+ω⁻)/β}.
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
from grpo_theory.ledger.points import grid
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import K, beta, epsilon, o, p, p_ref

reference, reward = sp.Function("pi_ref"), sp.Function("r")
deviation = sp.sqrt(p * (1 - p) + epsilon)
won, lost = sp.exp((1 - p) / (deviation * beta)), sp.exp(-p / (deviation * beta))
tilt = sp.exp((reward(o) - p) / (deviation * beta))
tilted_policy = ClassTilt(reference(o), p_ref, tilt, won, lost)
kept, mass, total = tilted_policy.kept, tilted_policy.mass, tilted_policy.total
successes, everything = tilted_policy.successes, tilted_policy.everything
of_successes, of_everything = tilted_policy.of_successes(), tilted_policy.of_everything()
gain = 1 / (deviation * beta)
map_of_success = 1 / (1 + sp.exp(-(sp.log(p_ref / (1 - p_ref)) + gain)))


@precisely
def literal(point: Point) -> flint.arb:
    """The success probability of the tilted policy, summed over its outcomes; the last policy has two."""
    chance, strength = point["p"], as_ball(point["beta"])
    won_by, lost_by = smoothed_advantages((chance, 1 - chance), (1, 0), point["epsilon"])
    gains = [(won_by if r == 1 else lost_by) / strength for r in point["rewards"]]
    return reward_mean(tilted(point["policy"], gains), point["rewards"])


def points(_: int) -> Iterator[Point]:
    """Reference policies with two and three outcomes and one with five, at several last policies and strengths."""
    five = SoftmaxPolicy.of("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1")
    strengths, smoothings = (Fraction(1), Fraction(1, 5)), (Fraction(0), Fraction(1, 9))
    for policy in (*small_policies(3, 4), five):
        base = policy_point(policy)
        named = {key: value for key, value in base.items() if key not in ("p", "pi")}
        for at in grid(p=(Fraction(1, 3), Fraction(9, 10)), beta=strengths, epsilon=smoothings):
            yield {**named, **at, "p_ref": base["p"], "pi_ref": base["pi"]}


claim = Claim(
    name="success-recurrence",
    source="mroueh-2503",
    label="Theorem 2",
    says="p_n = h(p_{n−1}) with h(p) = σ(log(p_ref/(1−p_ref)) + Ω_ε(p)/β), for the tilt of every finite reference"
    " policy by the whitened rewards of the last policy, β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(kept / mass, literal),
            Relation.EQUAL,
            Side(map_of_success),
            Domain(
                (
                    natural(K, 1),
                    real(p, 0, 1),
                    real(p_ref, 0, 1),
                    real(beta, 0),
                    real(epsilon, 0, closed="lower"),
                    real(reference(o), 0),
                    choice(reward(o), 0, 1),
                ),
                "every finite reference policy",
                (successes, everything),
            ),
            (
                Derivation(
                    (
                        Step(won * p_ref / total, "the two sums by class", rewriting=(of_successes, of_everything)),
                        Step(map_of_success, "the odds are (p_ref/(1−p_ref))·e^{(ω⁺+ω⁻)/β}"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
