"""E_π A − β·KL(π‖π_{n−1}) ≤ β·log Z − β·Σ(√π − √π_n)² for every policy π, π_n ∝ π_{n−1}·e^{A/β}; equality at π_n only.

The mirror objective is the reference objective with the previous policy as the anchor, whose own success probability p
then also sets the weights: Theorem 1 at π_ref = π_{n−1} and p_ref = p.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import smoothed_advantages, tilted
from grpo_theory.symbols import K, beta, epsilon, o, p, p_ref

previous, reward, there, weight = (sp.Function(name)(o) for name in ("pi_previous", "r", "s", "w"))
deviation = sp.sqrt(p * (1 - p) + epsilon)
plus, minus = (1 - p) / deviation, p / deviation
advantage = plus * reward - minus * (1 - reward)
Z = p * sp.exp(plus / beta) + (1 - p) * sp.exp(-minus / beta)
optimum = previous * sp.exp(advantage / beta) / Z


def total(summand: sp.Expr) -> sp.Sum:
    """A sum over all outcomes."""
    return sp.Sum(summand, (o, 1, K))


normalised = Given(total(there * weight), sp.S(1))
everything = Given(total(previous), sp.S(1))
successes = Given(total(previous * reward), p)
# A policy is written s·w with s(o) in {0, 1} and w(o) > 0, so that it may have no mass on some outcomes.
objective = total(there * weight * advantage) - beta * total(there * weight * (sp.log(weight) - sp.log(previous)))
log_of_optimum = sp.log(previous) + advantage / beta - sp.log(Z)
at_optimum = total(optimum * advantage) - beta * total(optimum * (log_of_optimum - sp.log(previous)))
bound = beta * sp.log(Z) - beta * total((sp.sqrt(there * weight) - sp.sqrt(optimum)) ** 2)
AT = {
    sp.Function("pi_ref"): sp.Lambda(o, sp.Function("pi_previous")(o)),
    p_ref: p,
    sp.Symbol("omega_plus", positive=True): plus,
    sp.Symbol("omega_minus", positive=True): minus,
}
value = lemma("tilted-optimum", at_optimum, beta * sp.log(Z), AT, part=1)
upper_bound = lemma("tilted-optimum", objective, bound, AT, Relation.AT_MOST, part=2)


def penalised(policy: tuple[object, ...], point: Point) -> flint.arb:
    """E_π A − β·KL(π‖π_{n−1}) with A whitened over π_{n−1}; an outcome without mass adds nothing."""
    before = point["previous"]
    gains = smoothed_advantages(before, point["rewards"], point["epsilon"])
    result = flint.arb(0)
    for chance, anchor, gain in zip(policy, before, gains, strict=True):
        if chance != 0:
            mass = as_ball(chance)
            result += mass * gain - as_ball(point["beta"]) * mass * log(mass / as_ball(anchor))
    return result


@precisely
def of_policy(point: Point) -> flint.arb:
    """The objective at the point's policy."""
    return penalised(point["policy"], point)


@precisely
def of_tilt(point: Point) -> flint.arb:
    """The objective at the tilt of the previous policy."""
    gains = smoothed_advantages(point["previous"], point["rewards"], point["epsilon"])
    return penalised(tilted(point["previous"], [gain / as_ball(point["beta"]) for gain in gains]), point)


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
        named = {"K": len(before), "previous": before, "rewards": rewards, "policy": policy, "p": mass}
        functions = {
            "pi_previous": at_outcome(before),
            "r": at_outcome(rewards),
            "s": at_outcome(tuple(Fraction(int(q > 0)) for q in policy)),
            "w": at_outcome(tuple(q if q > 0 else Fraction(1) for q in policy)),
        }
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
    (normalised, everything, successes),
)

claim = Claim(
    name="mirror-optimum",
    source="mroueh-2503",
    label="Mirror-GRPO, optimal policy",
    says="on every finite policy π_n = π_{n−1}·exp((ω⁺1{r=1} − ω⁻1{r=0})/β)/Z, ω⁺ = (1−p)/√(p(1−p)+ε) and"
    " ω⁻ = p/√(p(1−p)+ε) with p of π_{n−1}, maximises E_π A − β·KL(π‖π_{n−1})",
    statements=(
        Statement(
            Side(at_optimum, of_tilt),
            Relation.EQUAL,
            Side(beta * sp.log(Z)),
            DOMAIN,
            (
                Derivation((Step(value.rhs, "Theorem 1 with the previous policy as the anchor", using=(value,)),)),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(objective, of_policy),
            Relation.AT_MOST,
            Side(bound),
            DOMAIN,
            (
                Derivation(
                    (Step(bound, "Theorem 1, the same way", Relation.AT_MOST, using=(upper_bound,)),),
                ),
                Enumeration(points),
            ),
        ),
    ),
)
