"""grpo's advantage is (r − k/G)/(√(k(G−k))/G + ε) in a group with k successes: a function of r, k and G, of no score.

Both statistics of the group are functions of its rewards, and binary rewards enter them through their sum k alone:
Σ(r_j − k/G)² = k(G−k)/G, in whatever order. In a silent group the advantage is 0, which k tells as well. No likelihood,
ratio or length of a rollout occurs.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.ledger.rewards import reward_point
from grpo_theory.policies.gradient_points import example_policies
from grpo_theory.policies.groups import group_advantages, group_rewards, groups
from grpo_theory.symbols import G, epsilon, i, j, k

SMOOTHINGS = (Fraction(0), Fraction(1, 100))
ONE = sp.S(1)
reward, own = sp.Function("r")(i), sp.Symbol("own", integer=True, nonnegative=True)
mean, deviation = sp.Symbol("mean", real=True), sp.Symbol("deviation", nonnegative=True)


def over_group(summand: sp.Expr) -> sp.Sum:
    """Σ over the rollouts."""
    return sp.Sum(summand, (i, 1, G))


COUNT = Given(over_group(reward), k)
MEAN = Given(over_group(reward) / G, mean)
DEVIATION = Given(over_group((reward - mean) ** 2) / G, deviation**2)
MIXED = Domain(
    (
        natural(k, 1),
        natural(G, k + 1),
        choice(own, 0, 1),
        choice(reward, 0, 1),
        real(mean),
        real(deviation, 0),
        real(epsilon, 0, closed="lower"),
    ),
    "every reward vector with k successes, in any order, of rollouts with any likelihoods",
    (COUNT, MEAN, DEVIATION),
)
SILENT = Domain((natural(G, 2), choice(own, 0, 1)), "every silent group, k = G·r, of rollouts with any likelihoods")
by_counts = sp.sqrt(k * (G - k)) / G
constant = by_induction(over_group(mean**2), mean**2 * j, j)
mean_is_share = chain(
    mean,
    Step(over_group(reward) / G, "the mean", using=((hypothesis(MEAN), -ONE),)),
    Step(k / G, "k successes", using=((hypothesis(COUNT), 1 / G),)),
)
variance = chain(
    deviation**2,
    Step(over_group((reward - mean) ** 2) / G, "the variance", using=((hypothesis(DEVIATION), -ONE),)),
    Step((1 - 2 * mean) * over_group(reward) / G + mean**2, "r² = r", using=((constant, 1 / G),)),
    Step((1 - 2 * mean) * k / G + mean**2, "k successes", using=((hypothesis(COUNT), (1 - 2 * mean) / G),)),
    Step(by_counts**2, "the mean is k/G", using=((mean_is_share, mean + k / G - 2 * k / G),)),
)

smoothed = 1 / ((deviation + epsilon) * (by_counts + epsilon))


def literal(point: Point) -> Surd:
    """The advantage of one rollout of a sampled group, by the rule."""
    policy, group = point["moving"]()
    return group_advantages(rule("grpo", epsilon=point["epsilon"]), policy, group)[point["place"]]


def points(silent: bool) -> Iterator[Point]:
    """Every rollout of every pair and triple that policies over outcomes and over sequences can draw."""
    for policy in example_policies()[1:4:2]:
        for size in (2, 3):
            for group, _ in groups(policy, size):
                rewards = group_rewards(policy, group)
                if (len(set(rewards)) == 1) != silent:
                    continue
                for place, smoothing in product(range(size), SMOOTHINGS):
                    yield {
                        **reward_point(rewards),
                        "epsilon": smoothing,
                        "k": int(sum(rewards)),
                        "own": rewards[place],
                        "place": place,
                        "moving": lambda policy=policy, group=group: (policy, group),
                    }


claim = Claim(
    name="score-insensitive-credit",
    source="conspo",
    label="abstract",
    says="a rollout's advantage depends on (r, k, G) only: it is (r − k/G)/(√(k(G−k))/G + ε) in a mixed group and "
    "0 in a silent one, whatever the rollouts and their likelihoods are",
    statements=(
        Statement(
            Side((own - mean) / (deviation + epsilon), literal),
            Relation.EQUAL,
            Side((own - k / G) / (by_counts + epsilon)),
            MIXED,
            (
                Derivation(
                    (
                        Step(
                            (own - k / G) / (deviation + epsilon),
                            "the mean is k/G",
                            using=((mean_is_share, -1 / (deviation + epsilon)),),
                        ),
                        Step(
                            (own - k / G) / (by_counts + epsilon),
                            "the deviation is √(k(G−k))/G, as their squares agree and both are positive",
                            using=((variance, -(own - k / G) / (deviation + by_counts) * smoothed),),
                        ),
                    )
                ),
                Enumeration(lambda _: points(False)),
            ),
        ),
        Statement(
            Side(own - over_group(own) / G, literal),
            Relation.EQUAL,
            Side(sp.S(0)),
            SILENT,
            (
                Derivation(
                    (
                        Step(
                            sp.S(0),
                            "every reward is the mean",
                            using=((by_induction(over_group(own), own * j, j), -1 / G),),
                        ),
                    )
                ),
                Enumeration(lambda _: points(True)),
            ),
        ),
    ),
)
