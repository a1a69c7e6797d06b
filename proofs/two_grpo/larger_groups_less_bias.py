"""|E_G[Y | X=x] − (x−p)/√(p(1−p))| strictly decreases in the group size G, for both x, every p in (0, 1), at ε = 0.

Sec. 4.1 of the paper says that a large G leads to a smaller bias of the advantage estimates. The estimates are c_G/p
for a success and −c_G/(1−p) for a failure, and the contrast c_G increases with G towards √(p(1−p)); so both biases
shrink with every further rollout.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import Fact, distance, lemma, split
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, k, p, s

DOMAIN = Domain((natural(G, 2), real(p, 0, 1)))
q = 1 - p
top = sp.sqrt(p * q)
mean_deviation = sp.Sum(sp.binomial(G, k) * p**k * q ** (G - k) * sp.sqrt(k * (G - k)) / G, (k, 0, G))
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
ADVANTAGES = {
    sp.Function("A_success"): sp.Lambda(k, sp.sqrt((G - k) / k)),
    sp.Function("A_failure"): sp.Lambda(k, -sp.sqrt(k / (G - k))),
}


@dataclass(frozen=True)
class Estimate:
    """The estimate for one outcome: its reward, its limit, its part of the lemma, and its factor on the contrast."""

    reward: int
    formal: sp.Expr
    limit: sp.Expr
    part: int
    factor: sp.Expr

    @property
    def gap(self) -> sp.Expr:
        """1/P(x), the factor from a gap of contrasts to a gap of estimates."""
        return self.factor if self.reward else -self.factor


SUCCESS = Estimate(1, sp.Sum(others * sp.sqrt((G - 1 - s) / (s + 1)), (s, 0, G - 1)), sp.sqrt(q / p), 0, 1 / p)
FAILURE = Estimate(0, sp.Sum(-others * sp.sqrt(s / (G - s)), (s, 0, G - 1)), -sp.sqrt(p / q), 1, -1 / q)


def in_contrast(estimate: Estimate, size: sp.Expr) -> Fact:
    """E_G[Y | X=x] = ±c_G/P(x), c_G the mean deviation of the group."""
    successes = sp.Sum(sp.binomial(G, k) * p**k * q ** (G - k) * k * sp.sqrt((G - k) / k) / G, (k, 1, G)).subs(G, size)
    deviation, factor = mean_deviation.subs(G, size), estimate.factor
    by_lemma = lemma(
        "advantage-from-contrast",
        estimate.formal.subs(G, size),
        factor * successes,
        {**ADVANTAGES, G: size},
        part=estimate.part,
    )
    return chain(
        estimate.formal.subs(G, size),
        Step(factor * successes, "the estimate is the contrast over the outcome's probability", using=(by_lemma,)),
        Step(
            factor * deviation,
            "the contrast of grpo is the mean deviation of the group",
            using=((split(deviation, first=1), -factor),),
        ),
    )


def apart(estimate: Estimate, size: sp.Expr) -> Fact:
    """The estimate lies strictly between zero and its limit ±√(p(1−p))/P(x)."""
    deviation, equation = mean_deviation.subs(G, size), in_contrast(estimate, size)
    below = lemma("contrast-increases-with-group", deviation, top, {G: size}, Relation.LESS, part=1)
    return chain(
        equation.lhs,
        Step(equation.rhs, "the estimate is ±c_G/P(x)", using=(equation,)),
        Step(
            estimate.limit,
            "c_G stays below √(p(1−p))",
            Relation.LESS if estimate.reward else Relation.GREATER,
            using=((below, estimate.gap),),
        ),
    )


def shrinks(estimate: Estimate) -> Statement:
    """The statement for one outcome, with its derivation and its enumeration."""
    deviation, next_deviation = mean_deviation, mean_deviation.subs(G, G + 1)
    now, then = distance(apart(estimate, G)), distance(apart(estimate, G + 1))
    way = sp.Integer(-1 if estimate.reward else 1)
    increases = lemma("contrast-increases-with-group", deviation, next_deviation, {}, Relation.LESS)
    steps = (
        Step(
            estimate.gap * (top - next_deviation),
            "the bias is (√(p(1−p)) − c_{G+1})/P(x)",
            using=(then, (in_contrast(estimate, G + 1), way)),
        ),
        Step(estimate.gap * (top - deviation), "c_G < c_{G+1}", Relation.LESS, using=((increases, estimate.gap),)),
        Step(
            now.lhs,
            "the same at group size G",
            using=((now, sp.Integer(-1)), (in_contrast(estimate, G), -way)),
        ),
    )
    return Statement(
        Side(then.lhs, lambda point: literal(point, estimate, point["G"] + 1)),
        Relation.LESS,
        Side(now.lhs, lambda point: literal(point, estimate, point["G"])),
        DOMAIN,
        (Derivation(steps), Enumeration(group_grid)),
    )


def literal(point: Point, estimate: Estimate, size: int) -> Surd:
    """|E[(r_1 − mean)/deviation | r_1 = x] − (x−p)/√(p(1−p))| over all reward vectors of the other rollouts."""
    chance_of_success, reward = point["p"], estimate.reward
    total = Surd.of(0)
    for rest in product((0, 1), repeat=size - 1):
        probability = Fraction(1)
        for r in rest:
            probability *= chance_of_success if r else 1 - chance_of_success
        mean = Fraction(reward + sum(rest), size)
        spread = Surd.sqrt(sum((r - mean) ** 2 for r in (reward, *rest)) / size)
        if spread != Surd.of(0):
            total = total + probability * (Surd.of(reward - mean) / spread)
    deviation = Surd.sqrt(chance_of_success * (1 - chance_of_success))
    return abs(total - Surd.of(reward - chance_of_success) / deviation)


claim = Claim(
    name="larger-groups-less-bias",
    source="two-grpo",
    label="Sec. 4.1",
    says="|E_G[Y | X=x] − (x−p)/√(p(1−p))| strictly decreases in G, for every p in (0, 1) and both x, at ε = 0",
    statements=(shrinks(SUCCESS), shrinks(FAILURE)),
)
