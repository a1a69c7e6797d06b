"""E_π A − β·KL(π‖π_{n−1}) ≤ β·log Z − β·Σ(√π − √π_n)² for every policy π, π_n ∝ π_{n−1}·e^{A/β}; equality at π_n only.

The mirror objective is the reference objective with the previous policy as the anchor, whose own success probability p
then also sets the weights: Theorem 1 at π_ref = π_{n−1} and p_ref = p.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.tilted_objective import TiltedObjective, reward, there, weight
from grpo_theory.policies.points import at_outcome, supported_point
from grpo_theory.policies.tilts import penalised_tilt, penalised_value, smoothed_advantages
from grpo_theory.symbols import K, beta, epsilon, o, p, p_ref

previous = sp.Function("pi_previous")(o)
deviation = sp.sqrt(p * (1 - p) + epsilon)
plus, minus = (1 - p) / deviation, p / deviation
mirror = TiltedObjective(previous, p, plus, minus)
AT = {
    sp.Function("pi_ref"): sp.Lambda(o, sp.Function("pi_previous")(o)),
    p_ref: p,
    sp.Symbol("omega_plus", positive=True): plus,
    sp.Symbol("omega_minus", positive=True): minus,
}
value = lemma("tilted-optimum", mirror.at_optimum, beta * sp.log(mirror.Z), AT, part=1)
upper_bound = lemma("tilted-optimum", mirror.value, mirror.bound, AT, Relation.AT_MOST, part=2)


def advantages(point: Point) -> tuple[flint.arb, ...]:
    """The rewards of all outcomes, whitened over π_{n−1}."""
    return smoothed_advantages(point["previous"], point["rewards"], point["epsilon"])


def of_policy(point: Point) -> flint.arb:
    """The objective at the point's policy."""
    return penalised_value(point["policy"], point["previous"], advantages(point), point["beta"])


def of_tilt(point: Point) -> flint.arb:
    """The objective at the tilt of the previous policy."""
    before = point["previous"]
    new = penalised_tilt(before, before, point["rewards"], beta=point["beta"], epsilon=point["epsilon"])
    return penalised_value(new, before, advantages(point), point["beta"])


LAWS = (
    ("1/3 2/3", "1 0", "1/2 1/2"),
    ("1/6 1/3 1/2", "1 1 0", "1/4 1/4 1/2"),
    ("1/6 1/3 1/2", "0 1 0", "1/2 0 1/2"),
    ("1/16 1/4 1/8 1/2 1/16", "1 0 1 0 1", "1/5 1/5 1/5 1/5 1/5"),
)


def points(_: int) -> Iterator[Point]:
    """Previous policies with two, three and five outcomes, and policies to compare with, one without full support."""
    for law in LAWS:
        before, rewards, policy = (tuple(Fraction(part) for part in text.split()) for text in law)
        mass = sum((q for q, r in zip(before, rewards, strict=True) if r == 1), Fraction(0))
        named = {"K": len(before), "previous": before, "rewards": rewards, **supported_point(policy), "p": mass}
        functions = {"pi_previous": at_outcome(before), "r": at_outcome(rewards)}
        for at in grid(beta=(Fraction(1, 2), Fraction(3)), epsilon=(Fraction(0), Fraction(1, 9))):
            yield {**named, **at, **functions}


DOMAIN = Domain(
    (
        natural(K, 1),
        real(p, 0, 1),
        real(epsilon, 0, closed="lower"),
        real(beta, 0),
        real(previous, 0),
        choice(reward, 0, 1),
        choice(there, 0, 1),
        real(weight, 0),
    ),
    "every finite policy and previous policy",
    mirror.normalised,
)

claim = Claim(
    name="mirror-optimum",
    source="mroueh-2503",
    label="Mirror-GRPO, optimal policy",
    says="on every finite policy π_n = π_{n−1}·exp((ω⁺1{r=1} − ω⁻1{r=0})/β)/Z, ω⁺ = (1−p)/√(p(1−p)+ε) and"
    " ω⁻ = p/√(p(1−p)+ε) with p of π_{n−1}, maximises E_π A − β·KL(π‖π_{n−1})",
    statements=(
        Statement(
            Side(mirror.at_optimum, of_tilt),
            Relation.EQUAL,
            Side(beta * sp.log(mirror.Z)),
            DOMAIN,
            (
                Derivation((Step(value.rhs, "Theorem 1 with the previous policy as the anchor", using=(value,)),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(mirror.value, of_policy),
            Relation.AT_MOST,
            Side(mirror.bound),
            DOMAIN,
            (
                Derivation(
                    (Step(mirror.bound, "Theorem 1, the same way", Relation.AT_MOST, using=(upper_bound,)),),
                ),
                Enumeration(points),
            ),
        ),
    ),
)
