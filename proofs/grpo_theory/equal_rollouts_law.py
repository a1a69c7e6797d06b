"""B rollouts of one prompt in B/G groups have relative variance (G/B)·[E b_k²(D+v₊/k+v₋/(G−k))/(D(E b_k)²) − 1].

The groups are independent, so that only the variance of one is divided by B/G. As D → 0 the law times D is the group's
noise (G/B)·E b_k²(v₊/k+v₋/(G−k))/(E b_k)²; for rloo, b_k = k(G−k)/(G(G−1)), third moments of the binomial distribution
give [(G−2)((1−p)v₊+pv₋) + v₊+v₋]/(B(G−1)p(1−p)). Against its value at G → ∞ the cost is G/(G−1) exactly when v₊ = v₋ or
p = 1/2, and differs from it by (v₊−v₋)(2p−1)/((G−1)((1−p)v₊+pv₋)) otherwise.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import algebra, binomial_mean, hypothesis, limit_fact, split
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.whitening import NOISE, D, b, over_mixed, q, square, v_minus, v_plus
from grpo_theory.policies.score_points import (
    ContrastRule,
    ScoredPolicy,
    mean_over_mixed,
    rules_by_coefficients,
    uneven_policies,
    whitening_point,
)
from grpo_theory.policies.variance import batch_moments
from grpo_theory.symbols import B, G, Q, i, k, p, x

# One group has the mean b̄·Δ, ‖·‖² = D·x², and the second moment E b²q; Q of them are averaged.
way = sp.Symbol("way", real=True)
second = over_mixed(b(k) ** 2 * square)
row = second + (Q - 1) * D * x**2
rows = sp.Sum(row, (i, 1, Q))
of_batch = (rows / Q**2 - D * x**2) / (D * x**2)
law = G / B * (second / (D * x**2) - 1)
SCORES = (real(p, 0, 1), real(D, 0), *(real(v, 0, closed="lower") for v in NOISE))
MEAN, ROLLOUTS = Given(over_mixed(b(k)), way * x), Given(G * Q, B)
LAW = Domain(
    (natural(G, 2), natural(Q, 1), natural(B, 2), *SCORES, real(x, 0), choice(way, -1, 1)),
    "every finite policy, every centred count rule with E b_k = way·x; B = GQ rollouts in Q groups",
    (MEAN, ROLLOUTS),
)
averaged = (
    Step(
        row / (Q * D * x**2) - 1,
        "each group meets itself once and Q − 1 independent others",
        using=((by_induction(rows, i * row, i), 1 / (Q**2 * D * x**2)),),
    ),
    Step(law, "1/Q = G/B", using=((hypothesis(ROLLOUTS), -(second / (D * x**2) - 1) / (Q * B)),)),
)


def of_rollouts(point: Point) -> Surd:
    """The relative variance of the mean update of Q groups, over all (K^G)^Q batches."""
    return batch_moments(ContrastRule(point["b"]), point["moving"](), point["G"], point["Q"]).relative


def batches(_: int) -> Iterator[Point]:
    """Policies with unequal v₊ and v₋, three rules, batches of four rollouts, six where there are two outcomes."""
    for policy, coefficients, (size, number) in product(
        uneven_policies(), rules_by_coefficients(), ((2, 1), (2, 2), (3, 1), (3, 2), (2, 3))
    ):
        point = whitening_point(policy, size, coefficients)
        if len(policy.rewards) ** (size * number) <= 100 and point["x"] != 0:
            yield {**point, "Q": number, "B": size * number}


# The noise-dominated limit.
noise = v_plus / k + v_minus / (G - k)
of_noise = over_mixed(b(k) ** 2 * noise)
limit_of_law = G / B * of_noise / x**2
expanded = limit_of_law + D * G / B * (over_mixed(b(k) ** 2) / x**2 - 1)
TO_ZERO = limit_from_above(algebra(D * law, expanded, "D stands in one term of each square only"), D)


def faint(_: int) -> Iterator[Point]:
    """A policy whose classes have mean scores (1−p)/δ and −p/δ, δ = 1000, and unequal variances; several rules."""
    chances, rewards = (Fraction(1, 6), Fraction(1, 6), Fraction(1, 3), Fraction(1, 3)), (1, 1, 0, 0)
    up, down = Fraction(2, 3000), Fraction(-1, 3000)
    scores = tuple((score,) for score in (up + 1, up - 1, down + 2, down - 2))
    policy = ScoredPolicy(chances, tuple(map(Fraction, rewards)), scores)
    for coefficients, (size, number) in product(rules_by_coefficients(), ((2, 1), (3, 1), (2, 2))):
        yield {**whitening_point(policy, size, coefficients), "Q": number, "B": size * number}


def faintness(point: Point) -> Fraction:
    """What D adds: D·(G/B)·(E b²/(E b)² + 1)."""
    coefficients = point["b"]
    spread = mean_over_mixed(point["p"], point["G"], lambda wins: coefficients(wins) ** 2) / point["x"] ** 2
    return Fraction(point["D"] * point["G"] * (spread + 1) / point["B"])


# rloo there, B times the limit; v₊ = share·w and v₋ = (1 − share)·w, so that not both are zero.
w, share = sp.Symbol("w", positive=True), sp.Symbol("share", nonnegative=True)
SPREAD = {v_plus: share * w, v_minus: (1 - share) * w}
NOISY = Domain((natural(G, 2), real(p, 0, 1), real(share, 0, 1, closed="both"), real(w, 0)), "rloo, D → 0")
leave_one_out = k * (G - k) / (G * (G - 1))
first = over_mixed(leave_one_out)
third = over_mixed(leave_one_out**2 * noise.subs(SPREAD))
cost = G * third / first**2
faced = (q * v_plus + p * v_minus).subs(SPREAD)
closed = ((G - 2) * faced + w) / ((G - 1) * p * q)
largest = faced / (p * q)
against = k * (G - k) * (v_plus * (G - k) + v_minus * k).subs(SPREAD)
two, three = binomial_mean(k * (G - k), G, p, k), binomial_mean(sp.expand(against), G, p, k)
size_square = (G * (G - 1)) ** 2
of_first = chain(
    first,
    Step(
        two.lhs / (G * (G - 1)),
        "silent groups add nothing",
        using=((split(two.lhs, first=1, last=1), -1 / (G * (G - 1))),),
    ),
    Step(p * q, "E k(G−k) = G(G−1)p(1−p)", using=((two, 1 / (G * (G - 1))),)),
)
to_closed = (
    Step(
        G * three.lhs / (size_square * first**2),
        "silent groups add nothing",
        using=((split(three.lhs, first=1, last=1), -G / (size_square * first**2)),),
    ),
    Step(G * three.rhs / (size_square * first**2), "third moments", using=((three, G / (size_square * first**2)),)),
    Step(closed, "E b = p(1−p)", rewriting=(of_first,)),
)
ratio = ((G - 2) + w / faced) / (G - 1)
excess = (2 * share - 1) * w * (2 * p - 1) / ((G - 1) * faced)


def by_rewards(point: Point) -> Fraction:
    """G·E b_k²(v₊/k + v₋/(G−k))/(E b_k)² over all 2^G reward vectors, b_k = k·A⁺/G from rloo's advantages."""
    size, chance = point["G"], point["p"]
    plus, minus = point["share"] * point["w"], (1 - point["share"]) * point["w"]

    def coefficient(wins: int) -> Fraction:
        return Fraction(rule("rloo").on_rewards((1,) * wins + (0,) * (size - wins))[0].fraction() * wins / size)

    spread = mean_over_mixed(
        chance, size, lambda wins: coefficient(wins) ** 2 * (Fraction(plus, wins) + Fraction(minus, size - wins))
    )
    return Fraction(size * spread / mean_over_mixed(chance, size, coefficient) ** 2)


def over_limit(point: Point) -> Fraction:
    """The same over its value at G → ∞."""
    plus, minus = point["share"] * point["w"], (1 - point["share"]) * point["w"]
    chance = point["p"]
    return Fraction(by_rewards(point) * chance * (1 - chance) / ((1 - chance) * plus + chance * minus))


def gap(point: Point) -> Fraction:
    """(pv₊ + (1−p)v₋)/((G−1)p(1−p)), which falls to zero as the group grows."""
    chance, part = point["p"], point["share"]
    return Fraction(
        point["w"] * (chance * part + (1 - chance) * (1 - part)) / ((point["G"] - 1) * chance * (1 - chance))
    )


def shares(sizes: Iterable[int]) -> Iterator[Point]:
    """Shares of v₊ at both ends, in the middle and between."""
    return grid(G=sizes, p=PROBABILITIES[:3], share=(0, Fraction(1, 2), Fraction(1, 5), 1), w=(2,))


claim = Claim(
    name="equal-rollouts-law",
    source="grpo-theory",
    label="Theorem",
    says="B rollouts of one prompt in B/G groups: relative variance (G/B)·[E b_k²(D+v₊/k+v₋/(G−k))/(D(E b_k)²) − 1] "
    "for every centred count rule; times D it tends to (G/B)·E b_k²(v₊/k+v₋/(G−k))/(E b_k)² as D → 0, where rloo costs "
    "[(G−2)+(v₊+v₋)/((1−p)v₊+pv₋)]/(G−1) times its G → ∞ value: exactly G/(G−1), so 2 for G = 2, when v₊ = v₋ or "
    "p = 1/2, and only then",
    statements=(
        Statement(
            Side(of_batch, of_rollouts),
            Relation.EQUAL,
            Side(law),
            LAW,
            (Derivation(averaged), Enumeration(batches)),
        ),
        Statement(
            Side(sp.Limit(D * law, D, 0, "+")),
            Relation.EQUAL,
            Side(limit_of_law),
            LAW,
            (
                Derivation((Step(limit_of_law, "continuous at D = 0", using=(TO_ZERO,)),)),
                Convergence(lambda point: point["D"] * of_rollouts(point), faintness, faint),
            ),
        ),
        Statement(
            Side(cost, by_rewards),
            Relation.EQUAL,
            Side(closed),
            NOISY,
            (Derivation(to_closed), Enumeration(lambda _: shares((2, 3, 4)))),
        ),
        Statement(
            Side(sp.Limit(closed, G, sp.oo)),
            Relation.EQUAL,
            Side(largest),
            NOISY,
            (
                Derivation((Step(largest, "leading terms", using=(limit_fact(closed, G, largest),)),)),
                Convergence(by_rewards, gap, lambda _: shares((2, 6))),
            ),
        ),
        Statement(
            Side(closed / largest, over_limit),
            Relation.EQUAL,
            Side(ratio),
            NOISY,
            (
                Derivation((Step(ratio, "the closed form over its limit"),)),
                Enumeration(lambda _: shares((2, 3, 4))),
            ),
        ),
        Statement(
            Side(closed / largest - G / (G - 1), lambda at: over_limit(at) - Fraction(at["G"], at["G"] - 1)),
            Relation.EQUAL,
            Side(excess),
            NOISY,
            (
                Derivation((Step(excess, "v₊+v₋ − 2((1−p)v₊+pv₋) = (v₊−v₋)(2p−1)"),)),
                Enumeration(lambda _: shares((2, 3, 4))),
            ),
        ),
    ),
)
