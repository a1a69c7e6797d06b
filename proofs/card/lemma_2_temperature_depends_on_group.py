"""The temperatures in [0, ∞] that maximise E²/Var of ∂L_G/∂z, limits allowed, are not the same for every G.

With x = (p/(1−p))^{1/τ} a group with k successes has −τ∂L_G/∂z = (G−k)/((G−k)+kx), 0 ≤ k < G, and 0 at k = 0. At G = 2
only k = 1 counts, so every τ in [0, ∞] is best. At G = 3 the values 2/(2+x) and 1/(1+2x) agree at x = 0 only: for
p < 1/2 that is τ → 0, the only best one, and for p > 1/2, where x > 1, it is τ → ∞.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import algebra
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.points import grid
from grpo_theory.losses.ec_rlvr import ec_rlvr_weights
from grpo_theory.policies.finite import two_outcome
from grpo_theory.symbols import alpha, p, x

q = 1 - p


def ratio(masses: tuple[sp.Expr, ...], values: tuple[sp.Expr, ...]) -> sp.Expr:
    """E²/(E of squares − E²) of a number that is zero with the rest of the mass."""
    mean = sp.Add(*(mass * value for mass, value in zip(masses, values, strict=True)))
    second = sp.Add(*(mass * value**2 for mass, value in zip(masses, values, strict=True)))
    return mean**2 / (second - mean**2)


# The factor 1/τ of every value cancels in the ratio.
of_pairs = ratio((2 * p * q,), (1 / (1 + x),))
of_triples = ratio((3 * p * q**2, 3 * p**2 * q), (2 / (2 + x), 1 / (1 + 2 * x)))
# Multiplied by x = 1/α, so that τ → 0 at p > 1/2 is α = 0.
from_above = ratio((3 * p * q**2, 3 * p**2 * q), (2 / (2 * alpha + 1), 1 / (alpha + 2)))
best_of_pairs = 2 * p * q / (1 - 2 * p * q)
best_of_triples = 3 * p * q / (1 - 3 * p * q)
hot_of_triples = ratio((3 * p * q**2, 3 * p**2 * q), (sp.Rational(2, 3), sp.Rational(1, 3)))


def by_definition(point: Point, size: int) -> Fraction:
    """E²/Var of ∂L_G/∂z over all 2^G groups of rollouts, 0 where none succeeds."""
    policy = two_outcome(point["p"])
    mean = second = Fraction(0)
    for group in product((0, 1), repeat=size):
        likelihoods = [policy.probabilities[o] for o in group]
        weights = ec_rlvr_weights(likelihoods, [policy.rewards[o] for o in group], point["tau"])
        slope = sum((w * policy.score(o)[0] for w, o in zip(weights, group, strict=True)), Fraction(0))
        mass = prod(likelihoods, start=Fraction(1))
        mean, second = mean + mass * slope, second + mass * slope**2
    return mean**2 / (second - mean**2)


def points(chances: tuple[Fraction, ...]) -> Iterator[Point]:
    """Temperatures 1/n, at which x = (p/(1−p))^n is rational."""
    for at in grid(p=chances, n=(1, 2, 5)):
        odds = (at["p"] / (1 - at["p"])) ** at["n"]
        yield {"p": at["p"], "tau": Fraction(1, at["n"]), "x": odds, "alpha": 1 / odds}


RARE = (Fraction(1, 3), Fraction(1, 5), Fraction(9, 20))
COMMON = (Fraction(7, 10), Fraction(24, 25), Fraction(5, 9))
WORDS = "x = (p/(1−p))^{1/τ}"


def triples(point: Point) -> Fraction:
    """The ratio at G = 3."""
    return by_definition(point, 3)


def below(
    formal: sp.Expr, bound: sp.Expr, words: str, because: str, seen: tuple[Fraction, ...], *variables: Variable
) -> Statement:
    """The ratio at G = 3 stays below a bound."""
    return Statement(
        Side(formal, triples),
        Relation.LESS,
        Side(bound),
        Domain(variables, words),
        (Derivation((Step(bound, because, Relation.LESS),)), Enumeration(lambda _: points(seen))),
    )


def cold() -> Statement:
    """As x → 0 the ratio at G = 3 tends to the bound."""
    theorem = limit_from_above(algebra(of_triples, of_triples), x)
    freezing = [
        {"p": chance, "tau": Fraction(1, n), "x": (chance / (1 - chance)) ** n} for chance in RARE for n in (4, 8, 16)
    ]
    seen = Convergence(triples, lambda at: 4 * at["x"], lambda _: freezing)
    return Statement(
        Side(sp.Limit(of_triples, x, 0, "+")),
        Relation.EQUAL,
        Side(best_of_triples),
        Domain((real(p, 0, 1), real(x, 0)), f"G = 3, {WORDS} → 0"),
        (
            Derivation(
                (
                    Step(theorem.rhs, "the ratio is continuous at x = 0", using=(theorem,)),
                    Step(best_of_triples, "both values are one"),
                )
            ),
            seen,
        ),
    )


claim = Claim(
    name="lemma-2-temperature-depends-on-group",
    source="card",
    label="Lemma 2",
    says="the set of τ in [0, ∞], limits allowed, that maximises E²/Var of ∂L_G/∂z depends on G: at G = 2 it is all of"
    " [0, ∞]; at G = 3 it is {0} for p < 1/2 and {∞} for p > 1/2",
    statements=(
        Statement(
            Side(of_pairs, lambda point: by_definition(point, 2)),
            Relation.EQUAL,
            Side(best_of_pairs),
            Domain((real(p, 0, 1), real(x, 0, closed="lower")), f"G = 2, {WORDS}, its limits included"),
            (
                Derivation((Step(best_of_pairs, "1/(1 + x) cancels"),)),
                Enumeration(lambda _: points((*RARE, *COMMON))),
            ),
        ),
        below(
            of_triples,
            best_of_triples,
            f"G = 3, τ > 0, τ = ∞ included, {WORDS}",
            "2/(2+x) ≠ 1/(1+2x)",
            RARE,
            real(p, 0, 1),
            real(x, 0),
        ),
        cold(),
        below(
            from_above,
            hot_of_triples,
            "G = 3, τ < ∞, τ = 0 included, α = ((1−p)/p)^{1/τ}",
            "2/(2+x) and 1/(1+2x) are nearest to each other at x = 1",
            COMMON,
            real(p, sp.Rational(1, 2), 1),
            real(alpha, 0, 1, closed="lower"),
        ),
    ),
)
