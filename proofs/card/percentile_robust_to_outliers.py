"""|A| ≤ 1 for percentile ranks whatever one reward becomes; (r−r̄)/σ is bounded by √(G−1) only, r−r̄ not at all.

One rollout has reward x, its G−1 companions the rewards r_j, all of them any real numbers. A rank counts companions
below x, ties by half, so it cannot leave 1 … G. For (x−r̄)/σ the bound √(G−1) follows from Cauchy and Schwarz over
the companions' deviations, and it is reached where these are all equal; for x−r̄ every number M is reached at the
x that lies M·G/(G−1) above the companions' mean.
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import algebra, as_product, hypothesis, order, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import REWARD_VECTORS, reward_point
from grpo_theory.symbols import G, i, j

other = sp.Function("r")(i)
own, mean = sp.Symbol("own", real=True), sp.Symbol("mean", real=True)
deviation, common = sp.Symbol("deviation", nonnegative=True), sp.Symbol("c", real=True)
target, gap = sp.Symbol("M", real=True), sp.Symbol("gap", positive=True)
root = sp.sqrt(G - 1)
ONE, ZERO = sp.S(1), sp.S(0)


def others(summand: sp.Expr) -> sp.Sum:
    """Σ over the companions."""
    return sp.Sum(summand, (i, 1, G - 1))


def constant(value: sp.Expr) -> Fact:
    """Σ c = (G−1)c."""
    return by_induction(others(value), value * j, j)


MEAN = Given((own + others(other)) / G, mean)
DEVIATION = Given(((own - mean) ** 2 + others((other - mean) ** 2)) / G, deviation**2)
ALIKE = Given(other, common, i, ONE, G - 1)
OTHERS_MEAN = Given(others(other) / (G - 1), common)
ABOVE = Given(own, common + gap)
SHIFTED = Given(own, common + target * G / (G - 1))
ANY = (natural(G, 2), real(own))
WORDS = "any real rewards"
RANKED = Domain((*ANY, real(other, breaks=(own,))), WORDS)
STANDARD = Domain((*ANY, real(mean), real(deviation, 0)), "any real rewards that are not all equal", (MEAN, DEVIATION))
OUTLIER = Domain(
    (natural(G, 2), real(common), real(gap, 0), real(own), real(mean), real(deviation, 0)),
    "an outlier c + gap among G−1 equal rewards c",
    (MEAN, DEVIATION, ALIKE, ABOVE),
)
UNBOUNDED = Domain(
    (*ANY, real(common), real(target), real(mean)),
    "any real rewards of mean c for the companions, every real M",
    (MEAN, OTHERS_MEAN, SHIFTED),
)
# A companion below counts 1, an equal one 1/2: the mean place of all that share the reward.
beaten = sp.Piecewise((1, other < own), (sp.Rational(1, 2), sp.Eq(other, own)), (0, True))
percentile = 2 * others(beaten) / (G - 1) - 1
standard = (own - mean) / deviation
centred = own - mean


def of_own(name: str, point: Point) -> Surd:
    """The rule's advantage of the first rollout, over the whole vector."""
    return rule(name).on_rewards(point["rewards"])[0]


def point_of(rewards: tuple[object, ...]) -> dict[str, object]:
    """The first reward as the rollout's own, the rest as its companions'."""
    point = reward_point(rewards)  # type: ignore[arg-type]
    companions = point["rewards"][1:]
    middle = sum(companions, Surd.of(0)) / len(companions)
    known = {"own": point["rewards"][0], "r": lambda at: companions[at - 1], "c": middle}
    return point | known | {"gap": known["own"] - middle, "M": known["own"] - point["mean"]}


def points(_: int) -> Iterator[Point]:
    """Every vector with each of its rewards in front; some have an outlier, one has equal rewards."""
    vectors = (*REWARD_VECTORS, (10**6, 1, 0, 3), (-(10**6), 1, 0, 3), (2, 2, 2), (1, 3, 0, 1))
    for vector in vectors:
        for at in range(len(vector)):
            yield point_of((vector[at], *vector[:at], *vector[at + 1 :]))


def mixed_points(limit: int) -> Iterator[Point]:
    """Those whose rewards are not all equal."""
    return (point for point in points(limit) if point["deviation"] != 0)


def outliers(_: int) -> Iterator[Point]:
    """One reward above two and more equal ones."""
    for size in range(2, 6):
        for c, above in ((0, 1), (Fraction(-1, 2), 10**6)):
            yield point_of((c + above, *(c,) * (size - 1)))


def percentile_bound(bound: sp.Expr, relation: Relation, pointwise: Fact) -> Statement:
    """One side of |A| ≤ 1 for percentile ranks."""
    ends = summed(pointwise, 2 / (G - 1), i, ONE, G - 1)
    count = constant(2 / (G - 1)) if relation is Relation.AT_MOST else algebra(others(0 * G), 0 * G)
    line = (ends.rhs if relation is Relation.AT_MOST else ends.lhs) - 1
    steps = (
        Step(line, "every companion counts 0, 1/2 or 1", relation, using=(ends,)),
        Step(bound, "there are G−1 companions", using=(count,)),
    )
    return Statement(
        Side(percentile, lambda point: of_own("percentile", point)),
        relation,
        Side(bound),
        RANKED,
        (Derivation(steps), Enumeration(points)),
    )


# Over the companions, Σ(d_i + d/(G−1))² = Σd_i² − d²/(G−1) for d_i = r_i − r̄ and d = x − r̄ = −Σd_i.
lean = centred / (G - 1)
square = others((other - mean + lean) ** 2)
spread = others((other - mean) ** 2)
flat = lean**2 - 2 * lean * mean
completed = chain(
    square,
    Step(spread + 2 * lean * others(other) + (G - 1) * flat, "the square is expanded", using=(constant(flat),)),
    Step(spread - centred**2 / (G - 1), "the deviations add up to zero", using=((hypothesis(MEAN), 2 * G * lean),)),
)
not_negative = summed(order(0 * i, (other - mean + lean) ** 2, "a square"), ONE, i, ONE, G - 1)
share = (G - 1) / G
bounded = chain(
    centred**2,
    Step(
        (G - 1) * deviation**2,
        "Cauchy and Schwarz: Gσ² = d² + Σd_i² ≥ d² + d²/(G−1)",
        Relation.AT_MOST,
        using=((not_negative, share), (completed, share), (hypothesis(DEVIATION), G - 1)),
    ),
)


def standard_bound(way: int) -> Statement:
    """One side of |x − r̄|/σ ≤ √(G−1)."""
    middle = (root**2 + standard**2) / (2 * root)
    product = as_product(way * standard, middle, ((root - way * standard, 2), (1 / (2 * root), 1)), "(√(G−1) − y)² ≥ 0")
    steps = (
        Step(middle, "2√(G−1)·y ≤ G−1 + y²", Relation.AT_MOST, using=(product,)),
        Step(root, "y² ≤ G−1", Relation.AT_MOST, using=((bounded, 1 / (2 * root * deviation**2)),)),
    )
    return Statement(
        Side(way * standard, lambda point: way * of_own("grpo", point)),
        Relation.AT_MOST,
        Side(root),
        STANDARD,
        (Derivation(steps), Enumeration(mixed_points)),
    )


mean_of_outlier = chain(
    mean,
    Step((own + others(other)) / G, "the mean", using=((hypothesis(MEAN), -ONE),)),
    Step(
        (own + others(common)) / G, "the companions are alike", using=(summed(hypothesis(ALIKE), 1 / G, i, ONE, G - 1),)
    ),
    Step(
        common + gap / G,
        "x = c + gap",
        using=((constant(common), 1 / G), (hypothesis(ABOVE), 1 / G)),
    ),
)
from_mean = chain(other - mean, Step(0 * i - gap / G, "r_i = c", using=(hypothesis(ALIKE), (mean_of_outlier, -ONE))))
spread_of_outlier = chain(
    spread,
    Step(
        others(gap**2 / G**2),
        "every companion lies gap/G below the mean",
        using=(summed(from_mean, other - mean - gap / G, i, ONE, G - 1),),
    ),
    Step((G - 1) * gap**2 / G**2, "G−1 equal terms", using=(constant(gap**2 / G**2),)),
)
own_outlier = hypothesis(ABOVE)
reach = gap * root / G
squared_deviation = chain(
    deviation**2,
    Step((centred**2 + spread) / G, "the variance", using=((hypothesis(DEVIATION), -ONE),)),
    Step(
        ((gap * share) ** 2 + spread) / G,
        "x − r̄ = gap·(G−1)/G",
        using=((own_outlier, (centred + gap * share) / G), (mean_of_outlier, -(centred + gap * share) / G)),
    ),
    Step(reach**2, "G−1 squares of gap/G beside it", using=((spread_of_outlier, 1 / G),)),
)
reached = Statement(
    Side(standard, lambda point: of_own("grpo", point)),
    Relation.EQUAL,
    Side(root),
    OUTLIER,
    (
        Derivation(
            (
                Step(
                    gap * share / deviation,
                    "x − r̄ = gap·(G−1)/G",
                    using=((own_outlier, 1 / deviation), (mean_of_outlier, -1 / deviation)),
                ),
                Step(
                    root,
                    "σ = gap·√(G−1)/G, as their squares agree and both are positive",
                    using=((squared_deviation, -root / (deviation * (deviation + reach))),),
                ),
            )
        ),
        Enumeration(outliers),
    ),
)
unbounded = Statement(
    Side(centred, lambda point: of_own("mean_only", point)),
    Relation.EQUAL,
    Side(target),
    UNBOUNDED,
    (
        Derivation(
            (
                Step(
                    own - (own + others(other)) / G,
                    "the mean holds the own reward too",
                    using=((hypothesis(MEAN), ONE),),
                ),
                Step(share * (own - common), "the companions' mean", using=((hypothesis(OTHERS_MEAN), -share),)),
                Step(target, "x − c = M·G/(G−1)", using=((hypothesis(SHIFTED), share),)),
            )
        ),
        Enumeration(points),
    ),
)

claim = Claim(
    name="percentile-robust-to-outliers",
    source="card",
    label="1. Optimal Normalization, percentile",
    says="for real rewards, |A| ≤ 1 under percentile ranks whatever one reward becomes; under mean + std |A| ≤ √(G−1), "
    "which an outlier among equal rewards reaches; under mean-only a reward can be chosen so that A is any number M",
    statements=(
        percentile_bound(ONE, Relation.AT_MOST, order(beaten, ONE + 0 * i, "it counts at most 1")),
        percentile_bound(-ONE, Relation.AT_LEAST, order(0 * i, beaten, "it counts at least 0")),
        standard_bound(1),
        standard_bound(-1),
        reached,
        unbounded,
    ),
)
