"""With A = r − p the map is constant: every step from any policy leads to p* = σ(z_ref + 1/β).

The two weights 1−p and p of mean-only normalisation add up to one, so the tilt of the reference policy multiplies its
odds of success by e^{1/β} whatever p is; the first step reaches the fixed point and no later one leaves it. Nothing
is used of p but that it is one number for all outcomes.
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
from grpo_theory.policies.tilts import reward_mean, tilted
from grpo_theory.symbols import K, beta, o, p_ref

reference, reward = sp.Function("pi_ref"), sp.Function("r")
# What is subtracted from the rewards; the source takes the last policy's p.
baseline = sp.Symbol("b", real=True)
won, lost = sp.exp((1 - baseline) / beta), sp.exp(-baseline / beta)
tilt = sp.exp((reward(o) - baseline) / beta)
tilted_policy = ClassTilt(reference(o), p_ref, tilt, won, lost)
kept, mass, total = tilted_policy.kept, tilted_policy.mass, tilted_policy.total
successes, everything = tilted_policy.successes, tilted_policy.everything
of_successes, of_everything = tilted_policy.of_successes(), tilted_policy.of_everything()
p_star = 1 / (1 + sp.exp(-(sp.log(p_ref / (1 - p_ref)) + 1 / beta)))


@precisely
def after_steps(point: Point) -> flint.arb:
    """The success probability after one or more tilts of the reference policy, summed over outcomes each time."""
    chance = as_ball(point["b"])
    for _ in range(point["steps"]):
        gains = [(as_ball(r) - chance) / as_ball(point["beta"]) for r in point["rewards"]]
        chance = reward_mean(tilted(point["policy"], gains), point["rewards"])
    return chance


def points(_: int) -> Iterator[Point]:
    """Reference policies with two to five outcomes, one and three steps from several starts, the ends included."""
    five = SoftmaxPolicy.of("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1")
    for policy in (*small_policies(3, 4), five):
        base = policy_point(policy)
        named = {key: value for key, value in base.items() if key not in ("p", "pi")}
        for at in grid(b=(Fraction(0), Fraction(1, 3), Fraction(1)), beta=(Fraction(1), Fraction(1, 5)), steps=(1, 3)):
            yield {**named, **at, "p_ref": base["p"], "pi_ref": base["pi"]}


claim = Claim(
    name="mean-only-one-step",
    source="mroueh-2503",
    label="mean-only normalisation, reference KL",
    says="with A = r − p the success probability is p* = σ(z_ref + 1/β) after one step, from every p and every"
    " finite reference policy, and stays there",
    statements=(
        Statement(
            Side(kept / mass, after_steps),
            Relation.EQUAL,
            Side(p_star),
            Domain(
                (
                    natural(K, 1),
                    real(baseline),
                    real(p_ref, 0, 1),
                    real(beta, 0),
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
                        Step(p_star, "the odds are (p_ref/(1−p_ref))·e^{1/β}, without p"),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
