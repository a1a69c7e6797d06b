"""L_G = −log(Σ_{r_i=1} π^{1/τ}/Σ_j π^{1/τ}) is −log 0 without a success, so undefined; with one it has a value ≥ 0.

An empty sum is zero, whatever the likelihoods and the temperature, and zero has no logarithm. With k ≥ 1 successes the
quotient lies in (0, 1], so that k = 0 is the only exception.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import exp, log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_below
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.losses.ec_rlvr import ec_rlvr_value
from grpo_theory.symbols import G, j, k

likelihood, reward = sp.Function("pi")(j), sp.Function("r")(j)
sharpness = sp.Symbol("inverse_tau", positive=True)
mass = likelihood**sharpness
ALL_WRONG = Given(reward, sp.S(0), j, sp.S(1), G)
SILENT = Domain(
    (natural(G, 2), real(sharpness, 0), real(likelihood, 0), choice(reward, 0, 1)),
    "any likelihoods, no success; inverse_tau = 1/τ",
    (ALL_WRONG,),
)
RIGHT = Domain(
    (natural(k, 1), natural(G, k), real(sharpness, 0), real(likelihood, 0)),
    "any likelihoods, k ≥ 1 successes listed first; inverse_tau = 1/τ",
)
quotient = sp.Sum(reward * mass, (j, 1, G)) / sp.Sum(mass, (j, 1, G))
successes, failures = sp.Sum(mass, (j, 1, k)), sp.Sum(mass, (j, k + 1, G))


@precisely
def literal(point: Point) -> flint.arb:
    """The quotient of the loss by its definition: a sum over the successes over a sum over all."""
    raised = [exp(log(x) / as_ball(point["tau"])) for x in point["group"]]
    right = [u for u, r in zip(raised, point["rewards"], strict=True) if r == 1]
    return sum(right, flint.arb(0)) / sum(raised, flint.arb(0))


def loss(point: Point) -> object:
    """L_G itself."""
    return ec_rlvr_value(point["group"], point["rewards"], point["tau"])


def points(size: int, count: int) -> Iterator[Point]:
    """One group size and number of successes at three temperatures, its successes listed first."""
    group = tuple(Fraction(n + 1, n * n + 3) for n in range(size))
    rewards = (1,) * count + (0,) * (size - count)
    for tau in (Fraction(1, 2), Fraction(1), Fraction(7, 3)):
        yield {
            "G": size,
            "k": count,
            "tau": tau,
            "inverse_tau": 1 / tau,
            "group": group,
            "rewards": rewards,
            "pi": lambda at: group[at - 1],
            "r": lambda at: rewards[at - 1],
        }


def silent_points(max_group: int) -> Iterator[Point]:
    """Groups without a success."""
    for size in range(2, max_group + 1):
        yield from points(size, 0)


def right_points(max_group: int) -> Iterator[Point]:
    """Groups with one success and more, up to all of them."""
    for size in range(2, max_group + 1):
        for count in range(1, size + 1):
            yield from points(size, count)


claim = Claim(
    name="ec-rlvr-undefined-when-all-wrong",
    source="card",
    label="Proposed Loss",
    says="in a group without a success L_G is −log 0, undefined, for all likelihoods and every τ; in every other group "
    "the quotient under the logarithm is positive, and L_G ≥ 0",
    statements=(
        Statement(
            Side(quotient, literal),
            Relation.EQUAL,
            Side(sp.S(0)),
            SILENT,
            (
                Derivation(
                    (
                        Step(
                            sp.S(0),
                            "no rollout is counted",
                            using=(
                                (
                                    summed(hypothesis(ALL_WRONG), mass, j, sp.S(1), G),
                                    1 / sp.Sum(mass, (j, 1, G)),
                                ),
                            ),
                        ),
                    )
                ),
                Enumeration(silent_points),
            ),
        ),
        Statement(
            Side(successes / (successes + failures), literal),
            Relation.GREATER,
            Side(sp.S(0)),
            RIGHT,
            (Derivation((Step(sp.S(0), "a sum with a term", Relation.GREATER),)), Enumeration(right_points)),
        ),
        Statement(
            Side(-sp.log(successes / (successes + failures)), loss),
            Relation.AT_LEAST,
            Side(sp.S(0)),
            RIGHT,
            (
                Derivation(
                    (
                        Step(
                            1 - successes / (successes + failures),
                            "log x ≤ x − 1",
                            Relation.AT_LEAST,
                            using=(logarithm_below(successes / (successes + failures)),),
                        ),
                        Step(sp.S(0), "failures add to the denominator only", Relation.AT_LEAST),
                    )
                ),
                Enumeration(right_points),
            ),
        ),
    ),
)
