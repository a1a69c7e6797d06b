"""p_ref = 0 gives p_n = 0 for every mirror iterate, ε > 0.

A tilt multiplies the mass of the successes by a finite factor: nothing stays nothing. At p = 0 the failures keep their
weights, so the normalising sum is one; the smoothing ε > 0 keeps the factor e^{1/(β√ε)} of the successes finite.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.induction import inductively
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import K, beta, epsilon, i, n, o

previous, reward, success = sp.Function("pi"), sp.Function("r"), sp.Function("success")
won = sp.exp(1 / (beta * sp.sqrt(epsilon)))
tilt = sp.exp(reward(o) / (beta * sp.sqrt(epsilon)))
kept = sp.Sum(previous(o) * reward(o) * tilt, (o, 1, K))
mass = sp.Sum(previous(o) * tilt, (o, 1, K))
nothing = Given(sp.Sum(previous(o) * reward(o), (o, 1, K)), sp.S(0))
everything = Given(sp.Sum(previous(o), (o, 1, K)), sp.S(1))
of_successes = chain(
    kept,
    Step(won * nothing.lhs, "successes carry the factor e^{1/(β√ε)}"),
    Step(sp.S(0) * K, "and have no mass", using=((hypothesis(nothing), won),)),
)
of_everything = chain(
    mass,
    Step(won * nothing.lhs + everything.lhs - nothing.lhs, "failures keep their weights"),
    Step(1 + 0 * K, "and have all the mass", using=((hypothesis(nothing), won - 1), hypothesis(everything))),
)

chance = success(i)
deviation = beta * sp.sqrt(chance * (1 - chance) + epsilon)
factor = sp.exp((1 - chance) / deviation) / (
    chance * sp.exp((1 - chance) / deviation) + (1 - chance) * sp.exp(-chance / deviation)
)
START = Given(success(0), sp.S(0))
EACH_STEP = Given(success(i + 1), factor * chance, i, sp.S(0), n - 1)
stays = inductively(
    chance, Relation.EQUAL, 0 * i, (i, sp.S(0), n), hypothesis(START), factor, ((hypothesis(EACH_STEP), 1),)
)


@precisely
def weights(point: Point) -> tuple[flint.arb, flint.arb]:
    """Σ π(o)·r(o)·e^{A(o)/β} and Σ π(o)·e^{A(o)/β} with the policy's own whitened rewards."""
    advantages = smoothed_advantages(point["policy"], point["rewards"], point["epsilon"])
    grown = [as_ball(q) * (a / as_ball(point["beta"])).exp() for q, a in zip(point["policy"], advantages, strict=True)]
    return reward_mean(grown, point["rewards"]), sum(grown, flint.arb(0))


@precisely
def success_after(point: Point) -> flint.arb | Fraction:
    """The success probability after n tilts, each by the whitened rewards of the policy before, outcome by outcome."""
    policy = point["policy"]
    if not point["n"]:
        return sum((q * r for q, r in zip(policy, point["rewards"], strict=True)), Fraction(0))
    for _ in range(point["n"]):
        advantages = smoothed_advantages(policy, point["rewards"], point["epsilon"])
        policy = tilted(policy, [advantage / as_ball(point["beta"]) for advantage in advantages])
    return reward_mean(policy, point["rewards"])


def points(_: int) -> Iterator[Point]:
    """Policies whose successes, none, one or two, have probability zero; one to five steps."""
    none, third = Fraction(0), Fraction(1, 3)
    policies = (
        ((none, third, 2 * third), (1, 0, 0)),
        ((third, 2 * third), (0, 0)),
        ((none, Fraction(1), none), (1, 0, 1)),
    )
    for policy, rewards in policies:
        named = {"K": len(rewards), "policy": policy, "rewards": rewards}
        for at in grid(n=(1, 2, 5), beta=(Fraction(1), Fraction(1, 5)), epsilon=(Fraction(1, 100), Fraction(1))):
            point = {**named, **at, "pi": at_outcome(policy), "r": at_outcome(tuple(map(Fraction, rewards)))}
            yield {**point, "success": lambda t, point=point: success_after({**point, "n": t})}


claim = Claim(
    name="mirror-zero-absorbing",
    source="mroueh-2503",
    label="Mirror-GRPO, fixed point 0",
    says="p_ref = 0 gives p_n = 0 for every n, from every finite reference policy without mass on successes,"
    " β > 0, ε > 0",
    statements=(
        Statement(
            Side(sp.Tuple(kept, mass), weights),
            Relation.EQUAL,
            Side(sp.Tuple(sp.S(0), sp.S(1))),
            Domain(
                (
                    natural(K, 1),
                    real(beta, 0),
                    real(epsilon, 0),
                    real(previous(o), 0, closed="lower"),
                    choice(reward(o), 0, 1),
                ),
                "one step, every finite policy with p = 0",
                (nothing, everything),
            ),
            (
                Derivation(
                    (
                        Step(
                            sp.Tuple(sp.S(0), sp.S(1)),
                            "the successes' mass is multiplied by e^{1/(β√ε)}, the failures' by one",
                            rewriting=(of_successes, of_everything),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(success(n), success_after),
            Relation.EQUAL,
            Side(sp.S(0)),
            Domain(
                (natural(n, 1), real(beta, 0), real(epsilon, 0), real(success(i), 0, 1, closed="both")),
                "p_ref = 0",
                (START, EACH_STEP),
            ),
            (Derivation((Step(0 * n, "by induction", rewriting=(stays,)),)), Enumeration(points)),
        ),
    ),
)
