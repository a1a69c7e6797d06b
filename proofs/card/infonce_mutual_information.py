"""I(X;Y) ≥ log N − L_InfoNCE on every finite joint distribution, for any critic f: one positive x_1 among N candidates.

With x_1, y from the joint law and x_2 … x_N from the marginal, −L is the mean of log e^{f(x_1,y)}/Σ_j e^{f(x_j,y)}.
Let P be the law of (y, x_1, …, x_N) and R the one with x_1 from the marginal too, so that P/R = p(x_1,y)/(p(x_1)p(y))
has the mean logarithm I. With W = N·e^{f(x_1,y)}/Σ_j e^{f(x_j,y)}, E_P log W − I = E_P log(W·R/P) ≤ E_R W − 1. And
E_R W = 1: under R the candidates are independent and alike, so that their shares have one mean, and they add up to one.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural
from grpo_theory.arithmetic.precise import precisely
from grpo_theory.ledger.calculus import drawn_out, exchanged
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.exponentials import logarithm_below, logarithm_of
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.points import at_outcome
from grpo_theory.symbols import K, i, j, o, t

# Outcomes (y, x_1, …, x_N): o = 1 … K where P > 0, and o = 1 … M where P = 0 and R > 0, named with an ending.
N, M = sp.Symbol("N", integer=True, positive=True), sp.Symbol("M", integer=True, nonnegative=True)
P, R, g = (sp.Function(name, positive=True) for name in ("P", "R", "g"))
R_off, g_off = sp.Function("R_off", positive=True), sp.Function("g_off", positive=True)
one = sp.S(1)
Place = tuple[Any, Any, sp.Expr]
ON, OFF = (R, g, K), (R_off, g_off, M)


def share(place: Place, at: sp.Expr) -> sp.Expr:
    """e^{f(x_i,y)}/Σ_j e^{f(x_j,y)}, with g(i, o) for e^{f(x_i,y)}."""
    critic = place[1]
    return critic(at, o) / sp.Sum(critic(j, o), (j, 1, N))


def mean_share(place: Place, at: sp.Expr) -> sp.Sum:
    """Σ_o R(o)·share of the candidate at a position."""
    return sp.Sum(place[0](o) * share(place, at), (o, 1, place[2]))


def all_shares(at: sp.Expr) -> sp.Expr:
    """E_R of the share of one candidate."""
    return mean_share(ON, at) + mean_share(OFF, at)


PROBABILITY = Given(sp.Sum(P(o), (o, 1, K)), one)
REFERENCE = Given(sp.Sum(R(o), (o, 1, K)) + sp.Sum(R_off(o), (o, 1, M)), one)
EXCHANGEABLE = Given(all_shares(i), all_shares(one), i, one, N)
DOMAIN = Domain(
    (natural(N, 2), natural(K, 1), natural(M, 0)),
    "every finite joint distribution, any critic f; the shares of independent candidates have one mean (first part)",
    (PROBABILITY, REFERENCE, EXCHANGEABLE),
)
information = sp.Sum(P(o) * sp.log(P(o) / R(o)), (o, 1, K))
bound = sp.log(N) + sp.Sum(P(o) * sp.log(share(ON, one)), (o, 1, K))


def added_up(place: Place) -> Fact:
    """Σ_i Σ_o R·share_i = Σ_o R: for each outcome the shares sum to one."""
    law, critic, last = place
    total = sp.Sum(law(o) * share(place, i), (o, 1, last), (i, 1, N))
    turned = exchanged(total)
    whole = sp.Sum(critic(j, o), (j, 1, N))
    shares = sp.Sum(law(o) * share(place, i), (i, 1, N))
    by_outcome = chain(
        shares,
        Step(
            law(o) / whole * sp.Sum(critic(i, o), (i, 1, N)),
            "the sum is the same for all",
            using=(drawn_out(law(o) / whole, critic(i, o), i, one, N),),
        ),
        Step(law(o), "the shares sum to one"),
    )
    return chain(
        total,
        Step(turned.rhs, "outcome by outcome", using=(turned,)),
        Step(sp.Sum(law(o), (o, 1, last)), "the shares sum to one", using=(summed(by_outcome, one, o, one, last),)),
    )


positions = sp.Sum(all_shares(one), (i, 1, N))
under_reference = chain(
    N * mean_share(ON, one),
    Step(N * all_shares(one), "no term is negative", Relation.AT_MOST),
    Step(positions, "N positions", using=((by_induction(positions, i * all_shares(one), i), -one),)),
    Step(
        sp.Sum(all_shares(i), (i, 1, N)),
        "the candidates are exchangeable",
        using=((summed(hypothesis(EXCHANGEABLE), one, i, one, N), -one),),
    ),
    Step(
        sp.Sum(R(o), (o, 1, K)) + sp.Sum(R_off(o), (o, 1, M)),
        "the shares of one outcome sum to one",
        using=(added_up(ON), added_up(OFF)),
    ),
    Step(one, "R is a probability", using=(hypothesis(REFERENCE),)),
)
change = N * share(ON, one) * R(o) / P(o)
tangent = logarithm_below(change)
in_parts = logarithm_of(change, ((N, 1), (share(ON, one), 1), (P(o) / R(o), -1)))
pointwise = chain(
    in_parts.rhs,
    Step(tangent.lhs, "the logarithm of a product", using=((in_parts, -one),)),
    Step(tangent.rhs, "log t ≤ t − 1", Relation.AT_MOST, using=(tangent,)),
)
mass = sp.Sum(P(o), (o, 1, K))
held = sp.Sum(P(o) * sp.log(share(ON, one)), (o, 1, K))
steps = (
    Step(
        sp.log(N) * mass + held - N * mean_share(ON, one) + mass,
        "log(W·R/P) ≤ W·R/P − 1",
        Relation.AT_LEAST,
        using=(summed(pointwise, P(o), o, one, K),),
    ),
    Step(
        sp.log(N) + held - N * mean_share(ON, one) + 1,
        "P is a probability",
        using=((hypothesis(PROBABILITY), sp.log(N) + 1),),
    ),
    Step(bound, "E_R W = 1", Relation.AT_LEAST, using=(under_reference,)),
)

# Under R two candidates i, j are drawn from one law, y and the other candidates t = 1 … M independently of them: what
# changes places changes names only.
marginal, rest, score = (sp.Function(name, positive=True) for name in ("marginal", "rest", "score"))
others = sp.Function("others", nonnegative=True)
competing = score(i, t) + score(j, t) + others(t)
of_second = sp.Sum(
    marginal(i) * marginal(j) * sp.Sum(rest(t) * score(j, t) / competing, (t, 1, M)), (j, 1, K), (i, 1, K)
)
swapped = exchanged(of_second)

Joint = tuple[tuple[Fraction, ...], ...]


def _log(value: Fraction) -> flint.arb:
    return as_ball(value).log()


def marginals(joint: Joint) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """p(x), the sums of rows, and p(y), the sums of columns."""
    columns = zip(*joint, strict=True)
    return tuple(sum(row, Fraction(0)) for row in joint), tuple(sum(column, Fraction(0)) for column in columns)


@precisely
def mutual_information(point: Point) -> flint.arb:
    """Σ p(x,y)·log(p(x,y)/(p(x)p(y))) over the cells of the joint distribution."""
    rows, columns = marginals(point["joint"])
    cells = product(range(len(rows)), range(len(columns)))
    there = ((point["joint"][a][c], rows[a] * columns[c]) for a, c in cells if point["joint"][a][c])
    return sum((as_ball(mass) * _log(mass / apart) for mass, apart in there), flint.arb(0))


@precisely
def bound_by_loss(point: Point) -> flint.arb:
    """log N − L_InfoNCE, L the mean over (x_1, y) and x_2 … x_N of −log of the positive's share of the critic."""
    joint, critic, size = point["joint"], point["critic"], point["N"]
    rows, columns = marginals(joint)
    loss = flint.arb(0)
    for c, first in product(range(len(columns)), range(len(rows))):
        for others in product(range(len(rows)), repeat=size - 1):
            mass = joint[first][c] * prod((rows[a] for a in others), start=Fraction(1))
            scores = [critic[a][c] for a in (first, *others)]
            if mass:
                loss -= as_ball(mass) * _log(scores[0] / sum(scores))
    return _log(Fraction(size)) - loss


def sample_space(joint: Joint, critic: Joint, size: int) -> dict[str, Any]:
    """P, R and the critic by outcomes (y, x_1, …, x_N), those with P > 0 apart from those with P = 0."""
    rows, columns = marginals(joint)
    kept: dict[bool, list[tuple[Fraction, Fraction, tuple[Fraction, ...]]]] = {True: [], False: []}
    for c, *drawn in product(range(len(columns)), *(range(len(rows)) for _ in range(size))):
        rest = prod((rows[a] for a in drawn[1:]), start=Fraction(1))
        seen = joint[drawn[0]][c] * rest
        kept[seen > 0].append((seen, columns[c] * rows[drawn[0]] * rest, tuple(critic[a][c] for a in drawn)))
    return {
        "N": size,
        "K": len(kept[True]),
        "M": len(kept[False]),
        "P": at_outcome(tuple(seen for seen, _, _ in kept[True])),
        "R": at_outcome(tuple(law for _, law, _ in kept[True])),
        "R_off": at_outcome(tuple(law for _, law, _ in kept[False])),
        "g": _scores(kept[True]),
        "g_off": _scores(kept[False]),
    }


def _scores(kept: list[tuple[Fraction, Fraction, tuple[Fraction, ...]]]) -> Callable[[int, int], Fraction]:
    return lambda position, outcome: kept[outcome - 1][2][position - 1]


def table(text: str) -> Joint:
    """Rows of numbers, x by x, separated by semicolons."""
    return tuple(tuple(map(Fraction, row.split())) for row in text.split(";"))


def points(_: int) -> Iterator[Point]:
    """Dependent, independent and partly impossible pairs, with the density ratio and other positive critics e^f."""
    joints = ("1/2 1/10; 1/5 1/5", "1/6 1/3; 1/6 1/3", "1/3 0; 1/6 1/2", "1/4 0 1/8; 1/8 1/2 0")
    for text, size in product(joints, (2, 3)):
        joint = table(text)
        width = len(joint[0])
        for critic in (table("3 1 1/2; 1/2 5 2"), table("4 1 1; 1 2 1"), table("20 1/9 1; 1/9 20 7")):
            kept = tuple(row[:width] for row in critic)
            yield {"joint": joint, "critic": kept, **sample_space(joint, kept, size)}


def mean_share_at(position: int) -> Callable[[Point], Fraction]:
    """The mean under R of the share of the candidate at a position, over all (y, x_1, …, x_N)."""

    def over_all(point: Point) -> Fraction:
        rows, columns = marginals(point["joint"])
        total = Fraction(0)
        for c, *drawn in product(range(len(columns)), *(range(len(rows)) for _ in range(point["N"]))):
            scores = [point["critic"][a][c] for a in drawn]
            mass = columns[c] * prod((rows[a] for a in drawn), start=Fraction(1))
            total += mass * scores[position] / sum(scores)
        return total

    return over_all


def pairs(_: int) -> Iterator[Point]:
    """The first two of two or three candidates, with y and the third one as what they share."""
    for point in points(0):
        rows, columns = marginals(point["joint"])
        critic, size = point["critic"], point["N"]
        shared = [
            (columns[c] * prod((rows[a] for a in drawn), start=Fraction(1)), c, sum(critic[a][c] for a in drawn))
            for c, *drawn in product(range(len(columns)), *(range(len(rows)) for _ in range(size - 2)))
        ]
        yield {
            **{name: point[name] for name in ("joint", "critic", "N")},
            "K": len(rows),
            "M": len(shared),
            "marginal": at_outcome(rows),
            "rest": lambda place, shared=shared: shared[place - 1][0],
            "others": lambda place, shared=shared: shared[place - 1][2],
            "score": lambda a, place, shared=shared, critic=critic: critic[a - 1][shared[place - 1][1]],
        }


claim = Claim(
    name="infonce-mutual-information",
    source="card",
    label="InfoNCE bound",
    says="I(X;Y) ≥ log N − L_InfoNCE for one positive among N candidates and any critic, on every finite joint "
    "distribution",
    statements=(
        Statement(
            Side(of_second, mean_share_at(1)),
            Relation.EQUAL,
            Side(swapped.rhs, mean_share_at(0)),
            Domain((natural(K, 1), natural(M, 1)), "two of N independent candidates, x_1 named j on the right"),
            (Derivation((Step(swapped.rhs, swapped.because, using=(swapped,)),)), Enumeration(pairs)),
        ),
        Statement(
            Side(information, mutual_information),
            Relation.AT_LEAST,
            Side(bound, bound_by_loss),
            DOMAIN,
            (Derivation(steps), Enumeration(points)),
        ),
    ),
)
