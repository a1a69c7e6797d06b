"""For every G ≥ 3 and every policy (r−m)/m has the least relative variance tr Var/‖E‖² among centred count rules.

It never has. Its coefficients are b_k = (G−k)/G, those of least relative variance are proportional to 1/q_k with
q_k = D + v₊/k + v₋/(G−k), and b_1q_1 − b_2q_2 = (D + Gv₊/2)/G is positive: b_kq_k is not constant in k, whatever the
policy. The best rule is strictly better for every G ≥ 3; at G = 2 all centred rules coincide up to scale.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import as_product, hypothesis, order, split
from grpo_theory.ledger.whitening import NOISE, D, chance, over_mixed, relative_variance, square
from grpo_theory.policies.finite import two_outcome
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.score_points import ContrastRule, uneven_policies, whitening_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.variance import update_moments
from grpo_theory.symbols import G, k, p, x

S = sp.Symbol("S", positive=True)
failures = (G - k) / G
DOMAIN = Domain(
    (natural(G, 3), real(p, 0, 1), real(D, 0), *(real(v, 0, closed="lower") for v in NOISE), real(x, 0), real(S, 0)),
    "every finite policy; x = E (G−k)/G and S = E 1/(D + v₊/k + v₋/(G−k)) over mixed groups",
    (Given(over_mixed(failures), x), Given(over_mixed(1 / square), S)),
)
least = 1 / (D * S) - 1
target = x / S
total_miss = over_mixed(square * (failures - target / square) ** 2)

# The terms k = 1 and k = 2 are w_k/q_k·(b_kq_k − λ)², and λ cannot be both of b_1q_1 and b_2q_2.
first, second = ((chance / square).subs(k, at) for at in (1, 2))
products = [(failures * square).subs(k, at) for at in (1, 2)]
both = sp.Add(*(total_miss.function.subs(k, at) for at in (1, 2)))
apart = first * second / (first + second) * (products[0] - products[1]) ** 2
weighted = first * (products[0] - target) + second * (products[1] - target)
two_terms = as_product(apart, both, ((weighted, 2), (1 / (first + second), 1)), "the weighted mean of two squares")
never_zero = order(sp.S(0), apart, "b_1q_1 − b_2q_2 = (D + Gv₊/2)/G > 0", strict=True)
scale = 1 / (D * x**2)
steps = (
    Step(
        least + scale * total_miss,
        "q(b − λ/q)² = b²q − 2λb + λ²/q with λ = E b/E[1/q]",
        using=((hypothesis(DOMAIN.given[0]), 2 * scale * target), (hypothesis(DOMAIN.given[1]), -scale * target**2)),
    ),
    Step(
        least + scale * both,
        "the terms k ≥ 3 are not negative",
        Relation.AT_LEAST,
        using=((split(total_miss, first=2), -scale),),
    ),
    Step(least, "a square and a positive gap", Relation.GREATER, using=((two_terms, scale), (never_zero, scale))),
)


def of_rule(point: Point, name: str) -> Surd:
    """The relative variance of a named rule over all K^G groups, by the advantages of each reward vector."""
    spread = {key: point[key] for key in ("D", "v_plus", "v_minus")} if name == "whitened_optimum" else {}
    return update_moments(rule(name, **spread), point["moving"](), point["G"]).relative


def of_other(point: Point) -> Surd:
    """The relative variance of the centred rule with the point's coefficients."""
    other = point["other"]
    return update_moments(ContrastRule(lambda wins: Fraction(other[wins - 1])), point["moving"](), point["G"]).relative


def at(policy: FinitePolicy, size: int) -> Point:
    """p, D, v₊, v₋ of a policy, and x and S at a group size."""
    point = whitening_point(policy, size, lambda wins: Fraction(size - wins, size))
    return {name: point[name] for name in ("G", "p", "D", "v_plus", "v_minus", "x", "S", "moving")}


def candidates() -> Iterator[Point]:
    """The smallest policies in groups of three, against rules with small coefficients."""
    for policy in small_policies(3, 3):
        yield from ({**at(policy, 3), "other": other} for other in product((1, 2), repeat=2))


def judged_by_counts(point: Point) -> bool:
    """The statement again: E[b²q]/(E b)² for both rules from the binomial distribution of k."""
    size, wins = point["G"], point["p"]
    weights = {at: comb(size, at) * wins**at * (1 - wins) ** (size - at) for at in range(1, size)}
    noise = {at: point["D"] + point["v_plus"] / at + point["v_minus"] / (size - at) for at in weights}

    def ratio(b: dict[int, Fraction]) -> Fraction:
        spread = sum((weights[at] * b[at] ** 2 * noise[at] for at in weights), Fraction(0))
        return spread / sum((weights[at] * b[at] for at in weights), Fraction(0)) ** 2

    other = {at: Fraction(point["other"][at - 1]) for at in weights}
    return ratio({at: Fraction(size - at, size) for at in weights}) <= ratio(other)


def points(_: int) -> Iterator[Point]:
    """Policies with unequal v₊ and v₋ in groups of three, and of four where they are few."""
    for policy, size in product((*uneven_policies(), two_outcome("24/25")), (3, 4)):
        if len(policy.rewards) ** size <= 81:
            yield at(policy, size)


repair = Claim(
    name="optimal-whitening-conjecture-rules-repaired",
    source="card",
    label="Conjecture on the optimal whitening, count rules",
    says="for every G ≥ 3 and every policy with D > 0, (r−m)/m has a strictly larger relative variance than the "
    "centred count rule with b_k ∝ 1/q_k, q_k = D + v₊/k + v₋/(G−k), whose relative variance 1/(D·E[1/q_k]) − 1 is "
    "the least",
    statements=(
        Statement(
            Side(relative_variance(failures, x), lambda point: of_rule(point, "maxrl")),
            Relation.GREATER,
            Side(least, lambda point: of_rule(point, "whitened_optimum")),
            DOMAIN,
            (Derivation(steps), Enumeration(points)),
        ),
    ),
)

claim = Claim(
    name="optimal-whitening-conjecture-rules",
    source="card",
    label="Conjecture on the optimal whitening, count rules",
    says="for every G ≥ 3 and every policy, (r−m)/m minimises the relative variance tr Var/‖E‖² among the centred "
    "count rules",
    statements=(
        Statement(
            Side(relative_variance(failures, x), lambda point: of_rule(point, "maxrl")),
            Relation.AT_MOST,
            Side(literal=of_other),
            DOMAIN,
            (Counterexample(candidates, judged_by_counts),),
            latex=r"\frac{\mathrm{tr\,Var}}{\|\mathbb E\|^2}\ \text{of } (r-m)/m\ \le\ "
            r"\frac{\mathrm{tr\,Var}}{\|\mathbb E\|^2}\ \text{of every centred count rule}",
        ),
    ),
    repair=repair,
)
