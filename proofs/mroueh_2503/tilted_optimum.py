"""E_π A − β·KL(π‖π_ref) ≤ β·log Z − β·Σ(√π − √π_n)² for every policy π, with equality at π = π_n ∝ π_ref·e^{A/β} only.

A is ω⁺ for successes and −ω⁻ for failures: the reward whitened under the last policy, or any other two weights.
Adding and taking away log π_n turns the objective into β·log Z − β·KL(π‖π_n); log x ≤ x − 1 at x = √(π_n/π) bounds the
divergence from below by a sum of squares, which vanishes at π_n alone. A policy is written π = s·w with s(o) in {0, 1}
and w(o) > 0, so that policies without mass on some outcomes are covered.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_below, logarithm_of
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.tilted_objective import TiltedObjective, reward, there, total, weight
from grpo_theory.policies.points import at_outcome, supported_point
from grpo_theory.policies.tilts import penalised_value, smoothed_advantages, tilted
from grpo_theory.symbols import K, beta, o, p_ref

HALF = sp.Rational(1, 2)
reference = sp.Function("pi_ref")(o)
plus, minus = (sp.Symbol(name, positive=True) for name in ("omega_plus", "omega_minus"))
won, lost = sp.exp(plus / beta), sp.exp(-minus / beta)
penalised = TiltedObjective(reference, p_ref, plus, minus)
advantage, Z, tilt, optimum = penalised.advantage, penalised.Z, penalised.tilt, penalised.optimum
log_of_optimum, bound = penalised.log_of_optimum, penalised.bound
normalised, everything, successes = penalised.normalised

partition = chain(
    total(tilt),
    Step(won * successes.lhs + lost * (everything.lhs - successes.lhs), "A is ω⁺ on successes and −ω⁻ on failures"),
    Step(
        Z,
        "successes have mass p_ref, failures the rest",
        using=((hypothesis(successes), won - lost), (hypothesis(everything), lost)),
    ),
)
of_optimum = chain(
    total(optimum),
    Step(total(tilt) / Z, "Z does not depend on the outcome"),
    Step(sp.S(1), "Σ is Z", using=((partition, 1 / Z),)),
)
ratio = sp.sqrt(optimum / weight)
powers = [(reference, HALF), (sp.E, advantage / (2 * beta)), (Z, -HALF), (weight, -HALF)]
tangent = chain(
    (log_of_optimum - sp.log(weight)) / 2,
    Step(sp.log(ratio), "the logarithm of √(π_n/π)", using=((logarithm_of(ratio, powers), sp.Integer(-1)),)),
    Step(ratio - 1, "log x ≤ x − 1", Relation.AT_MOST, using=(logarithm_below(ratio),)),
)


def advantages(point: Point) -> tuple[flint.arb, ...]:
    """The whitened rewards of all outcomes under the last policy."""
    chance = point["p"]
    won_by, lost_by = smoothed_advantages((chance, 1 - chance), (1, 0), point["epsilon"])
    return tuple(won_by if r == 1 else lost_by for r in point["rewards"])


def of_policy(point: Point) -> flint.arb:
    """The objective at the point's policy."""
    return penalised_value(point["policy"], point["reference"], advantages(point), point["beta"])


@precisely
def of_tilt(point: Point) -> flint.arb:
    """The objective at the tilted policy."""
    new = tilted(point["reference"], [a / as_ball(point["beta"]) for a in advantages(point)])
    return penalised_value(new, point["reference"], advantages(point), point["beta"])


@precisely
def literal_mass(point: Point) -> flint.arb:
    """Σ π_ref·e^{A/β}."""
    gains = ((a / as_ball(point["beta"])).exp() for a in advantages(point))
    return sum((as_ball(q) * gain for q, gain in zip(point["reference"], gains, strict=True)), flint.arb(0))


def points(_: int) -> Iterator[Point]:
    """Policies with two, three and five outcomes, some of them without mass on an outcome."""
    texts = (
        ("1/2 1/2", "1 0", "1/3 2/3"),
        ("1/3 2/3", "1 0", "1 0"),
        ("1/6 1/3 1/2", "1 1 0", "1/4 1/4 1/2"),
        ("1/6 1/3 1/2", "0 1 0", "1/2 0 1/2"),
        ("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1", "1/5 1/5 1/5 1/5 1/5"),
    )
    for law in texts:
        anchor, rewards, policy = (tuple(Fraction(part) for part in text.split()) for text in law)
        mass = sum((q for q, r in zip(anchor, rewards, strict=True) if r == 1), Fraction(0))
        named = {"K": len(anchor), "reference": anchor, "rewards": rewards, **supported_point(policy), "p_ref": mass}
        functions = {"pi_ref": at_outcome(anchor), "r": at_outcome(rewards)}
        strengths, smoothings = (Fraction(1, 2), Fraction(3)), (Fraction(0), Fraction(1, 9))
        for at in grid(p=(Fraction(1, 3), Fraction(9, 10)), beta=strengths, epsilon=smoothings):
            deviation = Surd.sqrt(at["p"] * (1 - at["p"]) + at["epsilon"])
            weights = {"omega_plus": (1 - at["p"]) / deviation, "omega_minus": at["p"] / deviation}
            yield {**named, **at, **weights, **functions}


DOMAIN = Domain(
    (
        natural(K, 1),
        real(plus, 0),
        real(minus, 0),
        real(p_ref, 0, 1),
        real(beta, 0),
        real(reference, 0),
        choice(reward, 0, 1),
        choice(there, 0, 1),
        real(weight, 0),
    ),
    "every finite policy and reference policy",
    penalised.normalised,
)
split_off = beta * sp.log(Z) + beta * total(there * weight * (log_of_optimum - sp.log(weight)))
tangents = beta * sp.log(Z) + beta * total(2 * there * weight * (ratio - 1))

claim = Claim(
    name="tilted-optimum",
    source="mroueh-2503",
    label="Theorem 1",
    says="for ω⁺ = (1−p)/√(p(1−p)+ε), ω⁻ = p/√(p(1−p)+ε), and any two positive weights, on every finite policy"
    " π_n = π_ref·exp((ω⁺1{r=1} − ω⁻1{r=0})/β)/Z is the unique maximiser of"
    " E_π A − β·KL(π‖π_ref), with Z = p_ref·e^{ω⁺/β} + (1−p_ref)·e^{−ω⁻/β}",
    statements=(
        Statement(
            Side(total(tilt), literal_mass),
            Relation.EQUAL,
            Side(Z),
            DOMAIN,
            (Derivation((Step(Z, "by class of rewards", using=(partition,)),)), Enumeration(points)),
        ),
        Statement(
            Side(penalised.at_optimum, of_tilt),
            Relation.EQUAL,
            Side(beta * sp.log(Z)),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(beta * sp.log(Z) * total(optimum), "log(π_n/π_ref) = A/β − log Z outcome by outcome"),
                        Step(beta * sp.log(Z), "π_n is normalised", using=((of_optimum, beta * sp.log(Z)),)),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(penalised.value, of_policy),
            Relation.AT_MOST,
            Side(bound),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            split_off,
                            "log π_n = log π_ref + A/β − log Z is added and taken away",
                            using=((hypothesis(normalised), beta * sp.log(Z)),),
                        ),
                        Step(
                            tangents,
                            "log x ≤ x − 1 at x = √(π_n/π)",
                            Relation.AT_MOST,
                            using=(summed(tangent, 2 * beta * there * weight, o, sp.S(1), K),),
                        ),
                        Step(
                            bound,
                            "both policies are normalised",
                            using=((hypothesis(normalised), -beta), (of_optimum, beta)),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
