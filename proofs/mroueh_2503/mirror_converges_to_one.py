"""From any p_ref in (0, 1) the mirror iterates tend to one: lim p_n = 1.

Every step adds Ω_ε/β ≥ 2/(β√(1+4ε)) to the log-odds, because p(1−p) ≤ 1/4. So e^{z_n} ≥ e^{z_ref}(1 + z_n − z_ref) is
at least x(1 + 2n/(β√(1+4ε))) with the first odds x, and 1 − p_n falls at least like 1/n.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence
from grpo_theory.ledger.exponentials import exponential_above
from grpo_theory.ledger.facts import hypothesis, order, squeezed, summed
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.tilts import balls, reward_mean, smoothed_advantages, tilted
from grpo_theory.symbols import beta, epsilon, i, n, p_ref

REWARDS = (1, 0, 1)
z = sp.Function("z")
odds = p_ref / (1 - p_ref)
reached = 1 / (1 + sp.exp(-z(n)))


def gain(success: sp.Expr) -> sp.Expr:
    """Ω_ε(p)/β."""
    return 1 / (beta * sp.sqrt(success * (1 - success) + epsilon))


START = Given(z(0), sp.log(odds))
EACH_STEP = Given(z(i + 1) - z(i), gain(1 / (1 + sp.exp(-z(i)))), i, sp.S(0), n - 1)
DOMAIN = Domain(
    (natural(n, 1), real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0, closed="lower")), "", (START, EACH_STEP)
)
least = gain(sp.Rational(1, 2))
all_steps = by_induction(sp.Sum(z(i + 1) - z(i), (i, 0, n - 1)), z(i + 1) - z(0), i)
equal_steps = by_induction(sp.Sum(least, (i, 0, n - 1)), (i + 1) * least, i)
far = chain(
    sp.log(odds) + n * least,
    Step(
        z(n),
        "each of the n steps is at least 2/(β√(1+4ε)), since p(1−p) ≤ 1/4",
        Relation.AT_MOST,
        using=(
            (equal_steps, sp.Integer(-1)),
            summed(order(least, EACH_STEP.rhs, "p(1−p) ≤ 1/4"), sp.S(1), i, sp.S(0), n - 1),
            (summed(hypothesis(EACH_STEP), sp.S(1), i, sp.S(0), n - 1), sp.Integer(-1)),
            all_steps,
            (hypothesis(START), sp.Integer(-1)),
        ),
    ),
)
grown = odds * (1 + n * least)
odds_reached = sp.exp(z(n))
large = chain(
    grown,
    Step(
        odds_reached,
        "e^x ≥ 1 + x at x = z_n − z_ref ≥ 2n/(β√(1+4ε))",
        Relation.AT_MOST,
        using=((exponential_above(z(n) - sp.log(odds)), odds), (far, odds)),
    ),
)
above_bound = chain(
    1 - 1 / (1 + grown),
    Step(
        reached,
        "x/(1+x) increases",
        Relation.AT_MOST,
        using=((large, 1 / ((1 + grown) * (1 + odds_reached))),),
    ),
)
limit = squeezed(reached, n, sp.Integer(1), above_bound, order(reached, 1 + 0 / n, "a probability is at most one"))


def policy_after(point: Point, steps: int) -> tuple[flint.arb, ...]:
    """A policy with two successes and one failure after some tilts, each by its own whitened rewards."""
    rare = point["p_ref"]
    policy = balls((rare / 3, 1 - rare, 2 * rare / 3))
    for _ in range(steps):
        advantages = smoothed_advantages(policy, REWARDS, point["epsilon"])
        policy = tilted(policy, [advantage / as_ball(point["beta"]) for advantage in advantages])
    return policy


@precisely
def iterate(point: Point) -> flint.arb:
    """The success probability after n tilts."""
    return reward_mean(policy_after(point, point["n"]), REWARDS)


@precisely
def log_odds_after(point: Point, steps: int) -> flint.arb:
    """The log-odds of success after some tilts, from the masses of successes and failures."""
    won, lost, won_too = policy_after(point, steps)
    return log((won + won_too) / lost)


@precisely
def distance(point: Point) -> flint.arb:
    """1/(1 + x(1 + 2n/(β√(1+4ε)))) with the first odds x, which falls like 1/n."""
    first = as_ball(point["p_ref"] / (1 - point["p_ref"]))
    step = 2 / (as_ball(point["beta"]) * as_ball(1 + 4 * point["epsilon"]).sqrt())
    bound: flint.arb = 1 / (1 + first * (1 + point["n"] * step))
    return bound


def growing(_: int) -> Iterator[Point]:
    """One to 64 steps from a small and a large success probability."""
    starts, strengths = (Fraction(1, 100), Fraction(2, 3)), (Fraction(2), Fraction(30))
    for at in grid(n=(1, 8, 64), p_ref=starts, beta=strengths, epsilon=(Fraction(1, 100), Fraction(2))):
        yield {**at, "z": cache(partial(log_odds_after, at))}


claim = Claim(
    name="mirror-converges-to-one",
    source="mroueh-2503",
    label="Mirror-GRPO, limit",
    says="lim p_n = 1 for the mirror iterates z_n = z_{n−1} + Ω_ε(p_{n−1})/β from z_0 = z_ref, every p_ref in (0, 1),"
    " β > 0, ε ≥ 0",
    statements=(
        Statement(
            Side(sp.Limit(reached, n, sp.oo)),
            Relation.EQUAL,
            Side(sp.Integer(1)),
            DOMAIN,
            (
                Derivation((Step(sp.Integer(1), "1 − p_n ≤ 1/(1 + x(1 + 2n/(β√(1+4ε))))", rewriting=(limit,)),)),
                Convergence(iterate, distance, growing),
            ),
        ),
    ),
)
