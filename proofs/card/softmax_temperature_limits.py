"""w_i = e^{r_i/τ}/Σ_j e^{r_j/τ} tends to 1/G as τ → ∞; as τ → 0 to 1/m on the m maximisers and to 0 elsewhere.

For any real rewards. With every companion's reward no further than w from the rollout's own, the weight differs from
1/G by no more than w/τ. With a gap to the best reward a weight is at most τ/(τ + gap), by e^x ≥ 1 + x, and what the
others leave to the maximisers is shared equally.
"""

from collections.abc import Iterator
from fractions import Fraction

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import exp, precisely
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.calculus import drawn_out
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Convergence
from grpo_theory.ledger.exponentials import exponential_above, exponential_increases
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis, order, squeezed, summed
from grpo_theory.ledger.onesided import squeezed_from_above
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import REWARD_VECTORS
from grpo_theory.symbols import G, i, j, m, tau

ONE, ZERO = sp.S(1), sp.S(0)
r, share = sp.Function("r")(i), sp.Function("share")(i)
own, top = sp.Symbol("own", real=True), sp.Symbol("top", real=True)
width, gap = sp.Symbol("width", nonnegative=True), sp.Symbol("gap", positive=True)
n = sp.Symbol("others", integer=True, nonnegative=True)
raised = sp.exp(r / tau)


def limited(bound: sp.Expr, up: bool, reason: Given, count: sp.Expr) -> Fact:
    """Σ e^{r_i/τ} against e^{bound/τ}·Σ 1, from the hypothesis on each r_i; the sums may be empty."""
    inside = reason.rhs
    low, high = (inside, bound) if up else (bound, inside)
    relation = Relation.AT_MOST if up else Relation.AT_LEAST
    each = chain(
        raised,
        Step(sp.exp(inside / tau), "the hypothesis", rewriting=(hypothesis(reason),)),
        Step(
            sp.exp(bound / tau),
            "the exponential increases",
            relation,
            using=(exponential_increases(order(low / tau, high / tau, "by the hypothesis")),),
        ),
    )
    constant = drawn_out(sp.exp(bound / tau), ONE, i, ONE, count)
    total = sp.Sum(raised, (i, 1, count))
    steps = (
        Step(constant.lhs, "term by term", relation, using=(summed(each, ONE, i, ONE, count),)),
        Step(constant.rhs, "equal terms", using=(constant,)),
    )
    return chain(total, *steps)


# τ → ∞: the companions' rewards are own + width·share with shares in [−1, 1].
NEAR = Given(r, own + width * share, i, ONE, G - 1)
HOT = Domain(
    (natural(G, 2), real(own), real(width, 0, closed="lower"), real(share, -1, 1, closed="both"), real(tau, 0)),
    "any real rewards, those of the companions at most a width away from the rollout's own",
    (NEAR,),
)
alone = sp.exp(own / tau)
companions = sp.Sum(raised, (i, 1, G - 1))
weight = alone / (alone + companions)
Y, y = sp.exp(width / tau), sp.exp(-width / tau)
tangent = exponential_above(-width / tau)
counted = by_induction(sp.Sum(ONE, (i, 1, G - 1)), j, j)
most, least = limited(own + width, True, NEAR, G - 1), limited(own - width, False, NEAR, G - 1)
lowest, highest = 1 / (1 + (G - 1) * Y), 1 / (1 + (G - 1) * y)
cool = chain(
    weight,
    Step(
        lowest,
        "no companion weighs more than Y = e^{width/τ} times as much",
        Relation.AT_LEAST,
        using=((most, lowest / (alone + companions)), (counted, alone * Y * lowest / (alone + companions))),
    ),
    Step(y / G, "1/Y + G − 1 ≤ G", Relation.AT_LEAST),
    Step((1 - width / tau) / G, "e^x ≥ 1 + x", Relation.AT_LEAST, using=((tangent, 1 / G),)),
)
warm = chain(
    weight,
    Step(
        highest,
        "no companion weighs less than y = e^{−width/τ} times as much",
        Relation.AT_MOST,
        using=((least, highest / (alone + companions)), (counted, -alone * y * highest / (alone + companions))),
    ),
    Step(1 / G + (G - 1) * (1 - y) / G, "convexity: 1/(1+(G−1)y) lies below its chord", Relation.AT_MOST),
    Step(1 / G + (G - 1) * width / (G * tau), "e^x ≥ 1 + x", Relation.AT_MOST, using=((tangent, (G - 1) / G),)),
)

# τ → 0: m rewards are the largest one, the others lie a gap or more below it.
excess = sp.Function("excess")(i)
BELOW = Given(r, top - gap - excess, i, ONE, n)
COLD = Domain(
    (natural(m, 1), natural(n, 0), real(top), real(gap, 0), real(excess, 0, closed="lower"), real(tau, 0)),
    "any real rewards, m of them the largest, the others lower by a gap or more",
    (BELOW,),
)
best = sp.exp(top / tau)
rest = sp.Sum(raised, (i, 1, n))
of_best = best / (m * best + rest)
drop = sp.exp(-gap / tau)
fallen = chain(
    drop,
    Step(
        tau / (tau + gap),
        "e^{gap/τ} ≥ 1 + gap/τ",
        Relation.AT_MOST,
        using=((exponential_above(gap / tau), drop * tau / (tau + gap)),),
    ),
)
low_rest = limited(top - gap, True, BELOW, n)
number = sp.Sum(ONE, (i, 1, n))
bound_of_rest = m + number * tau / (tau + gap)
of_best_at_least = chain(
    of_best,
    Step(
        1 / (m + number * drop),
        "the others weigh e^{−gap/τ} at most",
        Relation.AT_LEAST,
        using=((low_rest, 1 / ((m + number * drop) * (m * best + rest))),),
    ),
    Step(
        1 / bound_of_rest,
        "that vanishes with τ",
        Relation.AT_LEAST,
        using=((fallen, number / ((m + number * drop) * bound_of_rest)),),
    ),
)
OUTDONE = Given(own, top - gap)
LOWER = Domain(
    (natural(m, 1), natural(n, 0), real(top), real(gap, 0), real(own), real(tau, 0)),
    "any real rewards, m of them the largest, the rollout's own lower by a gap",
    (OUTDONE,),
)
of_lower = alone / (m * best + alone + rest)
of_lower_at_most = chain(
    of_lower,
    Step(alone / best, "one maximiser is among the others", Relation.AT_MOST),
    Step(drop, "the own reward is top − gap", rewriting=(hypothesis(OUTDONE),)),
    Step(tau / (tau + gap), "that vanishes with τ", Relation.AT_MOST, using=(fallen,)),
)


@precisely
def literal(point: Point) -> flint.arb:
    """The first rollout's weight, by the definition."""
    raised = [exp(reward / point["tau"]) for reward in point["rewards"]]
    return raised[0] / sum(raised, flint.arb(0))


def hot_points(_: int) -> Iterator[Point]:
    """Temperatures growing to ten million, every reward of every vector in front."""
    for vector in (*REWARD_VECTORS, (1, 1, 1)):
        for at in range(len(vector)):
            mine, others = Surd.of(vector[at]), [Surd.of(x) for x in (*vector[:at], *vector[at + 1 :])]
            far = max(abs(x - mine) for x in others)
            shares = [(x - mine) / far if far else far for x in others]
            for temperature in (10, 10**4, 10**7):
                yield {
                    "G": len(vector),
                    "tau": Fraction(temperature),
                    "rewards": (mine, *others),
                    "own": mine,
                    "width": far,
                    "r": lambda k, others=others: others[k - 1],
                    "share": lambda k, shares=shares: shares[k - 1],
                }


def cold_points(first_is_best: bool) -> Iterator[Point]:
    """Temperatures falling to one ten-thousandth; a maximiser in front, or another rollout."""
    for vector in (*REWARD_VECTORS, (2, 2, 2), (3, 3, 1, Fraction(5, 2))):
        rewards = sorted((Surd.of(x) for x in vector), reverse=True)
        highest, lower = rewards[0], [x for x in rewards if x != rewards[0]]
        for at in range(1 if first_is_best else len(lower)):
            mine = highest if first_is_best else lower[at]
            others = lower if first_is_best else lower[:at] + lower[at + 1 :]
            gap_here = highest - (max(lower, default=highest - 1) if first_is_best else mine)
            for temperature in (Fraction(1, 10), Fraction(1, 1000), Fraction(1, 10**5)):
                yield {
                    "m": len(rewards) - len(lower),
                    "others": len(others),
                    "tau": temperature,
                    "rewards": (mine, *(rewards[: len(rewards) - len(lower)][int(first_is_best) :]), *others),
                    "top": highest,
                    "own": mine,
                    "gap": gap_here,
                    "r": lambda k, others=others: others[k - 1],
                    "excess": lambda k, others=others, low=highest - gap_here: low - others[k - 1],
                }


def near_zero(point: Point) -> Surd:
    """What e^{−gap/τ} allows all lower rollouts together."""
    return Surd.of((point["others"] + 1) * point["tau"] / (point["tau"] + point["gap"]))


claim = Claim(
    name="softmax-temperature-limits",
    source="card",
    label="1. Optimal Normalization, softmax",
    says="for any real rewards e^{r_i/τ}/Σ e^{r_j/τ} tends to 1/G as τ → ∞, and as τ → 0 to 1/m for each of the m "
    "rollouts with the largest reward, to 0 for the others",
    statements=(
        Statement(
            Side(sp.Limit(weight, tau, sp.oo)),
            Relation.EQUAL,
            Side(1 / G),
            HOT,
            (
                Derivation((Step(1 / G, "between its bounds", using=(squeezed(weight, tau, 1 / G, cool, warm),)),)),
                Convergence(literal, lambda point: (point["width"] + 1) / point["tau"], hot_points),
            ),
        ),
        Statement(
            Side(sp.Limit(of_best, tau, 0, "+")),
            Relation.EQUAL,
            Side(1 / m),
            COLD,
            (
                Derivation(
                    (
                        Step(
                            1 / m,
                            "between its bounds",
                            using=(
                                squeezed_from_above(
                                    of_best, tau, 1 / m, of_best_at_least, order(of_best, 1 / m, "Σ ≥ 0")
                                ),
                            ),
                        ),
                    )
                ),
                Convergence(literal, near_zero, lambda _: cold_points(True)),
            ),
        ),
        Statement(
            Side(sp.Limit(of_lower, tau, 0, "+")),
            Relation.EQUAL,
            Side(ZERO),
            LOWER,
            (
                Derivation(
                    (
                        Step(
                            ZERO,
                            "between its bounds",
                            using=(
                                squeezed_from_above(
                                    of_lower, tau, ZERO, order(0 * tau, of_lower, "weights"), of_lower_at_most
                                ),
                            ),
                        ),
                    )
                ),
                Convergence(literal, near_zero, lambda _: cold_points(False)),
            ),
        ),
    ),
)
