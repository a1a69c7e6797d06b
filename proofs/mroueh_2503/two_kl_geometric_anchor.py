"""β(α·KL(π‖π_ref) + (1−α)·KL(π‖π_prev)) = β·KL(π‖π_ref^α π_prev^{1−α}/Z) − β·log Z, Z the sum of the powers.

So the objective with two penalties is the one with a single penalty to the normalised geometric mean, up to β·log Z,
which does not depend on π. The logarithm of the mean is the mean of the logarithms, outcome by outcome.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_of
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import balls, geometric_mean, kl_divergence, reward_mean
from grpo_theory.symbols import K, alpha, beta, j, o

# A policy is written s·w with s(o) in {0, 1} and w(o) > 0, so that it may have no mass on some outcomes.
there, weight, gain = (sp.Function(name)(o) for name in ("s", "w", "A"))
reference, previous = sp.Function("pi_ref"), sp.Function("pi_prev")
policy = there * weight
# π_ref^α π_prev^{1−α}, with one symbolic power.
Z = sp.Sum(previous(j) * (reference(j) / previous(j)) ** alpha, (j, 1, K))
anchor = previous(o) * (reference(o) / previous(o)) ** alpha / Z


def total(summand: sp.Expr) -> sp.Sum:
    """A sum over all outcomes."""
    return sp.Sum(summand, (o, 1, K))


def penalty(log_of_anchor: sp.Expr) -> sp.Sum:
    """KL(π‖anchor)."""
    return total(policy * (sp.log(weight) - log_of_anchor))


normalised = Given(total(policy), sp.S(1))
two = alpha * penalty(sp.log(reference(o))) + (1 - alpha) * penalty(sp.log(previous(o)))
one = penalty(sp.log(anchor))
power_mean = logarithm_of(anchor, [(reference(o), alpha), (previous(o), 1 - alpha), (Z, -1)])
split = penalty(power_mean.rhs)


@precisely
def with_two(point: Point) -> flint.arb:
    """E_π A − β(α·KL(π‖π_ref) + (1−α)·KL(π‖π_prev))."""
    new, share = point["policy"], as_ball(point["alpha"])
    penalties = share * divergence(new, point["reference"]) + (1 - share) * divergence(new, point["previous"])
    return reward_mean(new, point["gains"]) - as_ball(point["beta"]) * penalties


@precisely
def with_one(point: Point) -> flint.arb:
    """E_π A − β·KL(π‖normalised geometric mean) + β·log Z."""
    new, share = point["policy"], as_ball(point["alpha"])
    mean = geometric_mean(point["reference"], point["previous"], point["alpha"])
    pairs = zip(balls(point["reference"]), balls(point["previous"]), strict=True)
    whole = sum((a**share * b ** (1 - share) for a, b in pairs), flint.arb(0))
    strength = as_ball(point["beta"])
    return reward_mean(new, point["gains"]) - strength * divergence(new, mean) + strength * whole.log()


def divergence(new: tuple[Fraction, ...], other: tuple[object, ...]) -> flint.arb:
    """KL over the outcomes that have mass."""
    held = [(a, b) for a, b in zip(new, other, strict=True) if a]
    return kl_divergence([a for a, _ in held], [b for _, b in held])


LAWS = (
    ("1/2 1/2", "1/3 2/3", "1/4 3/4", "1 -1"),
    ("1/6 1/3 1/2", "1/2 1/4 1/4", "1/5 2/5 2/5", "2 0 -1/3"),
    ("1/2 0 1/2", "1/3 1/3 1/3", "1/7 2/7 4/7", "1 5 -2"),
)


def points(_: int) -> Iterator[Point]:
    """Triples of policies with two and three outcomes, one without full support, and any advantages."""
    for law in LAWS:
        new, first, second, gains = (tuple(Fraction(part) for part in text.split()) for text in law)
        named = {"K": len(new), "policy": new, "reference": first, "previous": second, "gains": gains}
        functions = {
            "s": at_outcome(tuple(Fraction(int(q > 0)) for q in new)),
            "w": at_outcome(tuple(q if q > 0 else Fraction(1) for q in new)),
            "A": at_outcome(gains),
            "pi_ref": at_outcome(first),
            "pi_prev": at_outcome(second),
        }
        for at in grid(alpha=(Fraction(1, 2), Fraction(1, 3), Fraction(4, 5)), beta=(Fraction(1), Fraction(1, 5))):
            yield {**named, **at, **functions}


single = total(policy * gain) - beta * one + beta * sp.log(Z)

claim = Claim(
    name="two-kl-geometric-anchor",
    source="mroueh-2503",
    label="two-KL objective",
    says="E_π A − β(α·KL(π‖π_ref) + (1−α)·KL(π‖π_prev)) equals E_π A − β·KL(π‖π_ref^α π_prev^{1−α}/Z) up to the"
    " constant β·log Z, on every finite policy",
    statements=(
        Statement(
            Side(total(policy * gain) - beta * two, with_two),
            Relation.EQUAL,
            Side(single, with_one),
            Domain(
                (
                    natural(K, 1),
                    real(alpha),
                    real(beta, 0),
                    choice(there, 0, 1),
                    real(weight, 0),
                    real(gain),
                    real(reference(o), 0),
                    real(previous(o), 0),
                    real(reference(j), 0),
                    real(previous(j), 0),
                ),
                "every finite policy",
                (normalised,),
            ),
            (
                Derivation(
                    (
                        Step(
                            total(policy * gain) - beta * split + beta * sp.log(Z),
                            "the policy is normalised, so log Z may be taken into the sum and out of it",
                            using=((hypothesis(normalised), beta * sp.log(Z)),),
                        ),
                        Step(
                            single,
                            "the logarithm of the geometric mean",
                            using=((summed(power_mean, policy, o, sp.S(1), K), -beta),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
