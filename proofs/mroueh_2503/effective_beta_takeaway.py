"""One step of mean+variance normalisation is one step of mean-only with β_eff = β·√(p(1−p)), although ε > 0.

The takeaway leaves the smoothing out, and every ε > 0 refutes it. With β_eff = β·√(p(1−p)+ε) the two steps are the same
policy; the printed penalty is too weak, so that its step raises the success probability too far.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.class_tilts import tilted_probability
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import exponential_increases
from grpo_theory.ledger.facts import order
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.small import small_pairs
from grpo_theory.policies.tilts import mean_only_tilt, penalised_tilt, reward_mean
from grpo_theory.symbols import K, beta, epsilon, j, o, p, p_ref

reference, reward = sp.Function("pi_ref"), sp.Function("r")
printed, effective = beta * sp.sqrt(p * (1 - p)), beta * sp.sqrt(p * (1 - p) + epsilon)
x = sp.Symbol("x")
whitened = tilted_probability(reference, sp.Lambda(x, (x - p) / sp.sqrt(p * (1 - p) + epsilon) / beta))
mean_only = tilted_probability(reference, sp.Lambda(x, (x - p) / effective))
too_far = tilted_probability(reference, sp.Lambda(x, (x - p) / printed))


def by_whitening(point: Point) -> tuple[flint.arb, ...]:
    """The tilt of π_ref by the whitened rewards of the last policy, all outcomes."""
    last, rewards = point["last"], point["rewards"]
    return penalised_tilt(point["reference"], last, rewards, beta=point["beta"], epsilon=point["epsilon"])


def by_mean_only(point: Point, smoothing: Any) -> tuple[flint.arb, ...]:
    """The tilt of π_ref by r − p, p of the last policy, with the penalty β·√(p(1−p) + smoothing)."""
    last, rewards = point["last"], point["rewards"]
    return mean_only_tilt(point["reference"], last, rewards, beta=point["beta"], smoothing=smoothing)


def by_takeaway(point: Point) -> flint.arb:
    """One outcome's probability with the penalty as the takeaway prints it."""
    return by_mean_only(point, 0)[int(point["o"]) - 1]


def by_effective(point: Point) -> flint.arb:
    """One outcome's probability with the smoothing kept in the penalty."""
    return by_mean_only(point, point["epsilon"])[int(point["o"]) - 1]


def left(point: Point) -> flint.arb:
    """One outcome's probability after the step of mean+variance normalisation."""
    return by_whitening(point)[int(point["o"]) - 1]


def all_points(strengths: tuple[Fraction, ...], smoothings: tuple[Fraction, ...]) -> Iterator[Point]:
    """Reference and last policy with two and three outcomes, the latter not always the former; each outcome."""
    for last, reference_policy in small_pairs(3, 3):
        named = {"last": last.probabilities, "reference": reference_policy.probabilities, "rewards": last.rewards}
        values = {"pi_ref": at_outcome(reference_policy.probabilities), "r": at_outcome(last.rewards)}
        chances = {"p": last.success_probability, "p_ref": reference_policy.success_probability}
        size = len(last.rewards)
        for at in grid(o=range(1, size + 1), beta=strengths, epsilon=smoothings):
            yield {**named, **values, **chances, **at, "K": size}


def search() -> Iterator[Point]:
    """The smallest policies first, at β = 1 and ε = 1."""
    return all_points((Fraction(1),), (Fraction(1),))


def points(_: int) -> Iterator[Point]:
    """Strong and weak penalties, much and little smoothing."""
    return all_points((Fraction(1), Fraction(1, 5)), (Fraction(1), Fraction(1, 9)))


def recheck(point: Point) -> bool:
    """Two tilts of one policy agree when their odds between a success and a failure do: when 1/β_eff agrees."""
    chance = sum((q for q, r in zip(point["last"], point["rewards"], strict=True) if r), Fraction(0))
    return bool(chance * (1 - chance) + point["epsilon"] == chance * (1 - chance))


@precisely
def success_of_takeaway(point: Point) -> flint.arb:
    """The success probability after the step with the printed penalty."""
    return reward_mean(by_mean_only(point, 0), point["rewards"])


@precisely
def success_of_whitening(point: Point) -> flint.arb:
    """The success probability after the step of mean+variance normalisation."""
    return reward_mean(by_whitening(point), point["rewards"])


ON_POLICIES = Domain(
    (
        natural(K, 1),
        natural(o, 1, K),
        real(p, 0, 1),
        real(beta, 0),
        real(epsilon, 0),
        real(reference(o), 0),
        choice(reward(o), 0, 1),
        real(reference(j), 0),
        choice(reward(j), 0, 1),
    ),
    "every finite reference policy",
)
odds = p_ref / (1 - p_ref)
short, long = odds * sp.exp(1 / effective), odds * sp.exp(1 / printed)
smaller = exponential_increases(order(1 / effective, 1 / printed, "ε > 0", strict=True))

repaired = Claim(
    name="effective-beta-takeaway-repaired",
    source="mroueh-2503",
    label="takeaway on normalisation",
    says="one step of mean+variance normalisation with β and ε > 0 is one step of mean-only normalisation with"
    " β_eff = β·√(p(1−p)+ε); with β·√(p(1−p)) the success probability after the step is larger, always",
    statements=(
        Statement(
            Side(whitened, left),
            Relation.EQUAL,
            Side(mean_only, by_effective),
            ON_POLICIES,
            (
                Derivation((Step(mean_only, "A/√(p(1−p)+ε)/β is A/(β·√(p(1−p)+ε)) in every exponent"),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(1 / (1 + sp.exp(-(sp.log(odds) + 1 / effective))), success_of_whitening),
            Relation.LESS,
            Side(1 / (1 + sp.exp(-(sp.log(odds) + 1 / printed))), success_of_takeaway),
            Domain((real(p, 0, 1), real(p_ref, 0, 1), real(beta, 0), real(epsilon, 0))),
            (
                Derivation(
                    (
                        Step(short / (1 + short), "the odds of success grow by e^{1/β_eff}"),
                        Step(
                            long / (1 + long),
                            "the smaller penalty has the larger exponent, and x/(1+x) increases",
                            Relation.LESS,
                            using=((smaller, odds / ((1 + short) * (1 + long))),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)

claim = Claim(
    name="effective-beta-takeaway",
    source="mroueh-2503",
    label="takeaway on normalisation",
    says="one step of mean+variance normalisation with β and ε > 0 is one step of mean-only normalisation with"
    " β_eff = β·√(p(1−p))",
    statements=(
        Statement(
            Side(whitened, left),
            Relation.EQUAL,
            Side(too_far, by_takeaway),
            ON_POLICIES,
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repaired,
)
