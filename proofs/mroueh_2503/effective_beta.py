"""One step of mean+variance normalisation is one step of mean-only with β_eff = β·√(p(1−p)+ε).

Dividing the advantage by the standard deviation or multiplying the penalty by it is the same tilt, outcome by outcome.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.class_tilts import tilted_probability
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.small import small_pairs
from grpo_theory.policies.tilts import mean_only_tilt, penalised_tilt
from grpo_theory.symbols import K, beta, epsilon, j, o, p

reference, reward = sp.Function("pi_ref"), sp.Function("r")
effective = beta * sp.sqrt(p * (1 - p) + epsilon)
x = sp.Symbol("x")
whitened = tilted_probability(reference, sp.Lambda(x, (x - p) / sp.sqrt(p * (1 - p) + epsilon) / beta))
mean_only = tilted_probability(reference, sp.Lambda(x, (x - p) / effective))


def by_whitening(point: Point) -> tuple[flint.arb, ...]:
    """The tilt of π_ref by the whitened rewards of the last policy, all outcomes."""
    last, rewards = point["last"], point["rewards"]
    return penalised_tilt(point["reference"], last, rewards, beta=point["beta"], epsilon=point["epsilon"])


def by_mean_only(point: Point) -> tuple[flint.arb, ...]:
    """The tilt of π_ref by r − p, p of the last policy, with the effective penalty."""
    last, rewards = point["last"], point["rewards"]
    return mean_only_tilt(point["reference"], last, rewards, beta=point["beta"], smoothing=point["epsilon"])


def one_outcome(compute: Any) -> Any:
    """The probability of one outcome."""
    return lambda point: compute(point)[int(point["o"]) - 1]


def points(_: int) -> Iterator[Point]:
    """Reference and last policy with two and three outcomes, the latter not always the former; each outcome."""
    for last, reference_policy in small_pairs(3, 3):
        named = {"last": last.probabilities, "reference": reference_policy.probabilities, "rewards": last.rewards}
        values = {"pi_ref": at_outcome(reference_policy.probabilities), "r": at_outcome(last.rewards)}
        size = len(last.rewards)
        for at in grid(o=range(1, size + 1), beta=(1, Fraction(1, 5)), epsilon=(0, Fraction(1, 9))):
            yield {**named, **values, **at, "K": size, "p": last.success_probability}


claim = Claim(
    name="effective-beta",
    source="mroueh-2503",
    label="mean-only normalisation, effective β",
    says="one step of mean+variance normalisation with β is one step of mean-only normalisation with"
    " β_eff = β·√(p(1−p)+ε): the same policy, on every finite reference policy",
    statements=(
        Statement(
            Side(whitened, one_outcome(by_whitening)),
            Relation.EQUAL,
            Side(mean_only, one_outcome(by_mean_only)),
            Domain(
                (
                    natural(K, 1),
                    natural(o, 1, K),
                    real(p, 0, 1),
                    real(beta, 0),
                    real(epsilon, 0, closed="lower"),
                    real(reference(o), 0),
                    choice(reward(o), 0, 1),
                    real(reference(j), 0),
                    choice(reward(j), 0, 1),
                ),
                "every finite reference policy",
            ),
            (
                Derivation((Step(mean_only, "A/√(p(1−p)+ε)/β is A/(β·√(p(1−p)+ε)) in every exponent"),)),
                Enumeration(points),
            ),
        ),
    ),
)
