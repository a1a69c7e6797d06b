"""At fixed B = QG, with one prompt distribution, the relative variance of the batch gradient does not depend on G.

It does, already for one prompt and the two-outcome policy. On every finite policy grpo's relative variance in B/G
groups is (G/B)·[((G−1)p(1−p)D + (1−p)(1−(1−p)^{G−1})v₊ + p(1−p^{G−1})v₋)/(G·D·c_G²) − 1], c_G = E σ̂: the equal-rollouts
law at b_k = σ̂. At the same B it is smaller by (1/B)·(1 + v₊/(2(1−p)D) + v₋/(2pD)) for G = 3 than for G = 2.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import comb
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import lemma
from grpo_theory.ledger.points import rationals
from grpo_theory.ledger.whitening import NOISE, D, b, deviation_square, over_mixed, v_minus, v_plus
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.score_points import score_point, uneven_policies
from grpo_theory.policies.variance import batch_moments
from grpo_theory.symbols import B, G, Q, i, k, m, p, x

# grpo's coefficient is the deviation of the group. Q groups are averaged, each meeting itself once and Q − 1 others.
deviation = sp.sqrt(k * (G - k)) / G
mean = over_mixed(deviation)
moment = deviation_square(G**2)
rows = sp.Sum(moment.lhs + (Q - 1) * D * mean**2, (i, 1, Q))
of_batch = (rows / Q**2 - D * mean**2) / (D * mean**2)
general = G / B * (moment.lhs / (D * mean**2) - 1)
law = G / B * (moment.rhs / (D * mean**2) - 1)
at_grpo = lemma(
    "equal-rollouts-law", of_batch, general, {b: sp.Lambda(k, deviation), x: mean, sp.Symbol("way", real=True): sp.S(1)}
)
SCORES = (real(p, 0, 1), real(D, 0), *(real(v, 0, closed="lower") for v in NOISE))
DOMAIN = Domain(
    (natural(G, 2), natural(Q, 1), natural(B, 2), *SCORES),
    "every finite policy, one prompt, grpo at ε = 0; B = GQ rollouts in Q groups",
    (Given(G * Q, B),),
)


def at_size(size: int, rollouts: int, point: Point) -> Surd:
    """tr Var/‖E‖² of the mean update of B rollouts in groups of a size, over all their joint outcomes."""
    return batch_moments(rule("grpo"), point["moving"](), size, rollouts // size).relative


def spread_of(policy: Any) -> dict[str, Any]:
    """p, D, v₊, v₋ of a policy, and the policy."""
    return {name: value for name, value in score_point(policy).items() if name in ("p", "D", *KEPT, "moving")}


KEPT = tuple(v.name for v in NOISE)


def candidates() -> Iterator[Point]:
    """Batches that can be split in two ways, smallest first, probabilities by growing height."""
    for rollouts in range(4, 7):
        divisors = [size for size in range(2, rollouts + 1) if rollouts % size == 0]
        for at, size in enumerate(divisors):
            for other in divisors[at + 1 :]:
                for wins in rationals(4):
                    sizes = {"B": rollouts, "G": size, "Q": rollouts // size, "other_G": other}
                    yield {**sizes, **spread_of(two_outcome(wins))}


def by_counts(wins: Fraction, size: int, groups: int) -> Surd:
    """(1/Q)·(E g²/(E g)² − 1) with g = σ̂ on the two-outcome policy, from the binomial distribution of successes."""
    mass = [comb(size, wins_) * wins**wins_ * (1 - wins) ** (size - wins_) for wins_ in range(size + 1)]
    squares = [Fraction(wins_ * (size - wins_), size**2) for wins_ in range(size + 1)]
    first = sum((weight * Surd.sqrt(square) for weight, square in zip(mass, squares, strict=True)), Surd.of(0))
    return (sum(w * square for w, square in zip(mass, squares, strict=True)) / (first * first) - 1) / groups


def agree_by_counts(point: Point) -> bool:
    """The statement again, both sides by counts."""
    sides = [by_counts(point["p"], size, point["B"] // size) for size in (point["G"], point["other_G"])]
    return sides[0] == sides[1]


def points(_: int) -> Iterator[Point]:
    """Batches of at most eight rollouts of policies with unequal v₊ and v₋."""
    for policy in uneven_policies():
        for size, groups in ((2, 1), (3, 1), (4, 1), (5, 1), (2, 2), (3, 2), (2, 3), (4, 2)):
            if len(policy.rewards) ** (size * groups) <= 256:
                yield {"G": size, "Q": groups, "B": size * groups, **spread_of(policy)}


def sixes(_: int) -> Iterator[Point]:
    """Batches of six rollouts: three pairs or two groups of three."""
    return ({"m": 1, **spread_of(policy)} for policy in (two_outcome("7/10"), *uneven_policies()[:3]))


def with_law(size: int, groups: sp.Expr) -> sp.Expr:
    """The law at one group size, its mean written out."""
    wins = [sp.binomial(size, at) * p**at * (1 - p) ** (size - at) for at in range(1, size)]
    total = sp.Add(*(w * sp.sqrt(at * (size - at)) / size for at, w in enumerate(wins, 1)))
    return (moment.rhs.subs(G, size) / (D * total**2) - 1) / groups


def gained(point: Point) -> Surd:
    """The relative variance at G = 2 less (1 + v₊/(2(1−p)D) + v₋/(2pD))/B."""
    chance, rollouts = point["p"], 6 * point["m"]
    within = point["v_plus"] / (1 - chance) + point["v_minus"] / chance
    two: Surd = at_size(2, rollouts, point)
    return two - Surd.of((1 + within / (2 * point["D"])) / rollouts)


gain = with_law(2, 3 * m) - (1 + v_plus / (2 * (1 - p) * D) + v_minus / (2 * p * D)) / (6 * m)

repair = Claim(
    name="equal-rollouts-equal-variance-repaired",
    source="two-grpo",
    label="Sec. 4.2",
    says="on every finite policy, for every G, B and p, the relative variance of B/G groups is (G/B)·[((G−1)p(1−p)D + "
    "(1−p)(1−(1−p)^{G−1})v₊ + p(1−p^{G−1})v₋)/(G·D·c_G²) − 1] with c_G = E σ̂; for B = 6m it is smaller by exactly "
    "(1 + v₊/(2(1−p)D) + v₋/(2pD))/B at G = 3 than at G = 2",
    statements=(
        Statement(
            Side(of_batch, lambda point: at_size(point["G"], point["B"], point)),
            Relation.EQUAL,
            Side(law),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(general, "the equal-rollouts law at b_k = σ̂", using=(at_grpo,)),
                        Step(law, "moments of k", using=((moment, G / (B * D * mean**2)),)),
                    )
                ),
                Enumeration(points),
            ),
        ),
        Statement(
            Side(with_law(3, 2 * m), lambda point: at_size(3, 6 * point["m"], point)),
            Relation.EQUAL,
            Side(gain, gained),
            Domain((natural(m, 1), *SCORES), "every finite policy, B = 6m, G = 3 against G = 2"),
            (
                Derivation((Step(gain, "c_2 = p(1−p) and c_3 = √2·p(1−p)"),)),
                Enumeration(sixes),
            ),
        ),
    ),
)

claim = Claim(
    name="equal-rollouts-equal-variance",
    source="two-grpo",
    label="Sec. 4.2",
    says="at fixed B = QG, one prompt distribution, the relative variance tr Var/‖E‖² of the batch gradient is the "
    "same for any two group sizes",
    statements=(
        Statement(
            Side(literal=lambda point: at_size(point["G"], point["B"], point)),
            Relation.EQUAL,
            Side(literal=lambda point: at_size(point["other_G"], point["B"], point)),
            DOMAIN,
            (Counterexample(candidates, agree_by_counts),),
            latex=r"\mathrm{tr\,Var}/\|\mathbb E\|^2\ \text{at }(G, B/G)\ \text{and at }(G', B/G')",
        ),
    ),
    repair=repair,
)
