"""With A = r − p and the penalty to the previous policy the log-odds grow linearly: z_n = z_ref + n/β.

Each tilt multiplies the odds of success by e^{1/β}, whatever number is subtracted from the rewards of all outcomes;
steps of one size add up.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import precisely, sigmoid
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.tilts import reward_mean, tilted
from grpo_theory.symbols import K, beta, i, n, o, p, z_ref

previous, reward = sp.Function("pi"), sp.Function("r")
# What is subtracted from the rewards; the source takes p itself.
baseline = sp.Symbol("b", real=True)
won, lost = sp.exp((1 - baseline) / beta), sp.exp(-baseline / beta)
tilt = sp.exp((reward(o) - baseline) / beta)
kept = sp.Sum(previous(o) * reward(o) * tilt, (o, 1, K))
mass = sp.Sum(previous(o) * tilt, (o, 1, K))
successes = Given(sp.Sum(previous(o) * reward(o), (o, 1, K)), p)
everything = Given(sp.Sum(previous(o), (o, 1, K)), sp.S(1))
total = p * won + (1 - p) * lost
after = 1 / (1 + sp.exp(-(sp.log(p / (1 - p)) + 1 / beta)))
class_sums = won * successes.lhs + lost * (everything.lhs - successes.lhs)
of_successes = chain(
    kept,
    Step(won * successes.lhs, "successes carry the factor e^{(1−p)/β}"),
    Step(won * p, "and have mass p", using=((hypothesis(successes), won),)),
)
of_everything = chain(
    mass,
    Step(class_sums, "successes carry the factor e^{(1−p)/β}, failures e^{−p/β}"),
    Step(
        total,
        "successes have mass p, failures the rest",
        using=((hypothesis(successes), won - lost), (hypothesis(everything), lost)),
    ),
)

z = sp.Function("z")
START = Given(z(0), z_ref)
EACH_STEP = Given(z(i + 1) - z(i), 1 / beta, i, sp.S(0), n - 1)
all_steps = by_induction(sp.Sum(z(i + 1) - z(i), (i, 0, n - 1)), z(i + 1) - z(0), i)
equal_steps = by_induction(sp.Sum(1 / beta, (i, 0, n - 1)), (i + 1) / beta, i)
linear = chain(
    z(n),
    Step(
        START.rhs + n / beta,
        "the differences add up to z_n − z_0, and each is 1/β",
        using=(
            (all_steps, sp.Integer(-1)),
            summed(hypothesis(EACH_STEP), sp.S(1), i, sp.S(0), n - 1),
            equal_steps,
            hypothesis(START),
        ),
    ),
)


@precisely
def success_after(point: Point) -> flint.arb:
    """The success probability after n tilts, each of the policy before by its own r − p, outcome by outcome."""
    policy = point["policy"]
    for _ in range(point["n"]):
        mean = reward_mean(policy, point["rewards"])
        policy = tilted(policy, [(as_ball(r) - mean) / as_ball(point["beta"]) for r in point["rewards"]])
    return reward_mean(policy, point["rewards"])


def policies() -> Iterator[SoftmaxPolicy]:
    """Policies with two and three outcomes and one with five."""
    yield from small_policies(3, 4)
    yield SoftmaxPolicy.of("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1")


def one_step(_: int) -> Iterator[Point]:
    """One step at several strengths, the success probability being what is subtracted."""
    for policy in policies():
        for at in grid(beta=(Fraction(1), Fraction(1, 5), 7)):
            yield {**policy_point(policy), **at, "n": 1, "b": policy.success_probability}


@precisely
def three_outcomes(log_odds: Fraction) -> tuple[flint.arb, ...]:
    """A policy with two successes and one failure and the given log-odds of success."""
    success = sigmoid(log_odds)
    return success / 3, 1 - success, 2 * success / 3


def many_steps(_: int) -> Iterator[Point]:
    """One to six steps from a reference policy with three outcomes and given log-odds, log-odds falling on a line."""
    for at in grid(n=(1, 2, 6), z_ref=(Fraction(-7, 2), Fraction(0), Fraction(1, 3)), beta=(1, Fraction(1, 5), 7)):
        policy = three_outcomes(at["z_ref"])
        yield {**at, "policy": policy, "rewards": (1, 0, 1), "z": partial(on_a_line, at)}


def on_a_line(point: Point, step: int) -> Fraction:
    """z_ref + t/β."""
    value: Fraction = point["z_ref"] + Fraction(step) / point["beta"]
    return value


claim = Claim(
    name="mirror-mean-only-arithmetic",
    source="mroueh-2503",
    label="mean-only normalisation, mirror KL",
    says="with A = r − p and the penalty to the previous policy z_n = z_ref + n/β for every n, that is"
    " p_n = σ(z_ref + n/β), from every finite reference policy",
    statements=(
        Statement(
            Side(kept / mass, success_after),
            Relation.EQUAL,
            Side(after),
            Domain(
                (
                    natural(K, 1),
                    real(baseline),
                    real(p, 0, 1),
                    real(beta, 0),
                    real(previous(o), 0),
                    choice(reward(o), 0, 1),
                ),
                "one step, every finite policy",
                (successes, everything),
            ),
            (
                Derivation(
                    (
                        Step(won * p / total, "the two sums by class", rewriting=(of_successes, of_everything)),
                        Step(after, "the odds are multiplied by e^{1/β}"),
                    )
                ),
                Enumeration(one_step),
            ),
        ),
        Statement(
            Side(1 / (1 + sp.exp(-z(n))), success_after),
            Relation.EQUAL,
            Side(1 / (1 + sp.exp(-(START.rhs + n / beta)))),
            Domain((natural(n, 1), real(z_ref), real(beta, 0)), "", (START, EACH_STEP)),
            (
                Derivation((Step(1 / (1 + sp.exp(-(START.rhs + n / beta))), "n equal steps", rewriting=(linear,)),)),
                Enumeration(many_steps),
            ),
        ),
    ),
)
