"""grpo (ε = 0, ddof = 0) at G = 2 is rloo, at G = 3 it is √2·rloo, group by group; at G = 4 it is no multiple of rloo.

In a mixed group grpo's advantage is rloo's times (G−1)/√(k(G−k)); for G = 2 and 3 every mixed group has the same
k(G−k), for G = 4 it is 3 or 4. So the effective weights are the constants 1 and √2 there.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.points import PROBABILITIES, grid
from grpo_theory.symbols import G, k, p

q = 1 - p
grpo = sp.Tuple(sp.sqrt((G - k) / k), -sp.sqrt(k / (G - k)))
rloo = sp.Tuple((G - k) / (G - 1), -k / (G - 1))


def advantages(rewards: tuple[int, ...]) -> tuple[Surd, ...]:
    """(r − mean)/deviation for every reward of a mixed group, from the vector."""
    mean = Fraction(sum(rewards), len(rewards))
    spread = Surd.sqrt(sum((r - mean) ** 2 for r in rewards) / len(rewards))
    return tuple(Surd.of(r - mean) / spread for r in rewards)


def leave_one_out(rewards: tuple[int, ...]) -> tuple[Surd, ...]:
    """Each reward less the mean of the others."""
    return tuple(Surd.of(r - Fraction(sum(rewards) - r, len(rewards) - 1)) for r in rewards)


def ends(point: Point, rule: object) -> tuple[Surd, Surd]:
    """A rule's advantage of a success and of a failure in a group that begins with its successes."""
    rewards = (1,) * point["k"] + (0,) * (point["G"] - point["k"])
    values = advantages(rewards) if rule is advantages else leave_one_out(rewards)
    return values[0], values[-1]


def mixed_groups(size: int) -> Iterator[Point]:
    """Every number of successes of a mixed group."""
    return grid(G=(size,), k=range(1, size))


def multiple(size: int, factor: sp.Expr) -> Statement:
    """grpo = factor·rloo in every mixed group of one size."""
    scaled = sp.Tuple(*(factor * entry for entry in rloo))
    return Statement(
        Side(grpo, lambda point: ends(point, advantages)),
        Relation.EQUAL,
        Side(scaled),
        Domain((choice(G, size), choice(k, *range(1, size)))),
        (
            Derivation((Step(scaled, "k(G−k) has one value only"),)),
            Enumeration(lambda _: mixed_groups(size)),
        ),
    )


def weight_by_definition(point: Point) -> Surd:
    """E[A | r=1] − E[A | r=0] over all reward vectors; silent groups add nothing."""
    size, chance = point["G"], point["p"]
    total = Surd.of(0)
    for rewards in product((0, 1), repeat=size):
        if len(set(rewards)) == 1:
            continue
        probability = Fraction(1)
        for r in rewards[1:]:
            probability *= chance if r else 1 - chance
        total = total + probability * advantages(rewards)[0] * (1 if rewards[0] else -1)
    return total


def weight(size: int, factor: sp.Expr) -> Statement:
    """w_G is the constant factor."""
    summands = (
        sp.binomial(size - 1, j) * p**j * q ** (size - 1 - j) * (_of(j + 1, size, 0) - _of(j, size, 1))
        for j in range(size)
    )
    line = sp.Add(*summands)
    return Statement(
        Side(line, weight_by_definition),
        Relation.EQUAL,
        Side(factor),
        Domain((choice(G, size), real(p, 0, 1))),
        (
            Derivation((Step(factor, "the Bernstein coefficients are one constant"),)),
            Enumeration(lambda _: grid(G=(size,), p=PROBABILITIES)),
        ),
    )


def _of(successes: int, size: int, entry: int) -> sp.Expr:
    silent = successes in (0, size)
    return sp.Integer(0) if silent else grpo[entry].subs({k: successes, G: size})


def ratios_at_four(point: Point) -> tuple[Surd, Surd]:
    """grpo's over rloo's success advantage for one and for two successes among four."""
    values = (ends({**point, "k": count}, rule)[0] for count in (1, 2) for rule in (advantages, leave_one_out))
    one, one_out, two, two_out = values
    return one / one_out, two / two_out


ratio = sp.sqrt((G - k) / k) * (G - 1) / (G - k)
not_at_four = Statement(
    Side(ratio.subs(k, 2), lambda point: ratios_at_four(point)[1]),
    Relation.LESS,
    Side(ratio.subs(k, 1), lambda point: ratios_at_four(point)[0]),
    Domain((choice(G, 4),)),
    (
        Derivation((Step(ratio.subs(k, 1), "3/2 < √3", Relation.LESS),)),
        Enumeration(lambda _: grid(G=(4,))),
    ),
)

claim = Claim(
    name="small-groups-are-rloo",
    source="grpo-theory",
    label="Lemma",
    says=(
        "grpo (ε = 0, ddof = 0) is rloo at G = 2 (w ≡ 1) and √2·rloo at G = 3 (w ≡ √2), group by group; "
        "at G = 4 it is no constant times rloo"
    ),
    statements=(
        multiple(2, sp.Integer(1)),
        multiple(3, sp.sqrt(2)),
        weight(2, sp.Integer(1)),
        weight(3, sp.sqrt(2)),
        not_at_four,
    ),
)
