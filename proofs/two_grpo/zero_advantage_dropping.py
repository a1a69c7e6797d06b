"""Dropping silent rollouts from a batch of Q groups and averaging over the rest leaves the expected update unchanged.

It does for one group, whose only alternative to itself is 0. With Q groups the average is over the n ≥ 1 mixed ones,
each with mean E g/μ, so the expected update is multiplied by P(n ≥ 1)/μ = (1 − (1−μ)^Q)/μ, where μ = 1 − p^G − (1−p)^G
is the probability of a mixed group: a factor above 1 for Q ≥ 2, which grows towards 1/μ and depends on the prompt.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import algebra, binomial_theorem, shifted, split
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import expected_update
from grpo_theory.policies.points import policy_point
from grpo_theory.policies.small import small_policies
from grpo_theory.policies.variance import expected_after_dropping
from grpo_theory.symbols import G, Q, j, k, p, s

# One coordinate j of the contrast of the scores; mu(G) is the probability of a mixed group.
contrast, mu = sp.Function("Delta")(j), sp.Function("mu")(G)
deviation = sp.sqrt(k * (G - k)) / G
update = contrast * sp.Sum(sp.binomial(G, k) * p**k * (1 - p) ** (G - k) * deviation, (k, 1, G - 1))
# By symmetry the mean over the mixed groups is Q times what the first group adds: its update, over the number s + 1 of
# mixed groups when s of the Q − 1 others are; a silent one adds nothing.
first_share = sp.Sum(sp.binomial(Q - 1, s) * mu**s * (1 - mu) ** (Q - 1 - s) / (s + 1), (s, 0, Q - 1))
after_dropping = update * Q * first_share
relabelled = shifted(first_share, -1)
kept = sp.binomial(Q, s) * mu**s * (1 - mu) ** (Q - s)
some_kept, every = sp.Sum(kept, (s, 1, Q)), sp.Sum(kept, (s, 0, Q))
gathered = algebra(Q * relabelled.rhs, some_kept / mu)
scaled = (1 - (1 - mu) ** Q) / mu * update


def policy_of(point: Point) -> SoftmaxPolicy:
    """The policy that a point was made from."""
    return SoftmaxPolicy(point["policy"], point["rewards"])


def dropped(point: Point) -> Surd:
    """The mean update over the groups that are not silent, in expectation over all batches of Q groups."""
    return expected_after_dropping(rule("grpo"), policy_of(point), point["G"], point["Q"])[point["j"]]


def unchanged(point: Point) -> Surd:
    """The expected update of one group, as of any batch that keeps all of them."""
    return expected_update(rule("grpo"), policy_of(point), point["G"])[point["j"]]


def mixed_rate(wins: Fraction, size: int) -> Fraction:
    """The probability that a group holds a success and a failure."""
    return 1 - wins**size - (1 - wins) ** size


def multiplied(point: Point) -> Surd:
    """The expected update times (1 − (1−μ)^Q)/μ."""
    rate = mixed_rate(point["p"], point["G"])
    factor: Fraction = (1 - (1 - rate) ** point["Q"]) / rate
    return unchanged(point) * factor


def batches(largest: int) -> Iterator[Point]:
    """Small policies and batches, smallest first: groups, group size, policy; the first coordinate of the update."""
    for number in range(1, 4):
        for size in range(2, largest // number + 1):
            for policy in small_policies(3, 3):
                if len(policy.rewards) ** (size * number) > 100:
                    continue
                rate = partial(mixed_rate, policy.success_probability)
                batch = {"G": size, "Q": number, "j": 0, "mu": rate, "Delta": policy.contrast.__getitem__}
                yield {**policy_point(policy), **batch}


def keeps_the_mean(point: Point) -> bool:
    """The statement again: in how many ways are n of Q groups mixed; their mean weighs 1/μ each time one is."""
    wins, size, number = point["p"], point["G"], point["Q"]
    lost = (wins**size + (1 - wins) ** size) ** number
    return bool(1 - lost == mixed_rate(wins, size))


DOMAIN = Domain(
    (natural(G, 2), natural(Q, 1), real(p, 0, 1), real(mu, 0, 1)),
    "every finite policy with binary rewards, μ = 1 − p^G − (1−p)^G",
    (Given(1 - p**G - (1 - p) ** G, mu),),
)

repair = Claim(
    name="zero-advantage-dropping-repaired",
    source="two-grpo",
    label="Sec. 6",
    says="dropping silent rollouts from Q groups and averaging over the rest multiplies the expected update by "
    "(1 − (1−μ)^Q)/μ, μ = 1 − p^G − (1−p)^G, for all G, Q and every finite policy: unchanged only for Q = 1",
    statements=(
        Statement(
            Side(after_dropping, dropped),
            Relation.EQUAL,
            Side(scaled, multiplied),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            update * Q * relabelled.rhs,
                            "s now counts all mixed groups",
                            using=((relabelled, update * Q),),
                        ),
                        Step(update / mu * some_kept, "Q/s·C(Q−1, s−1) = C(Q, s)", using=((gathered, update),)),
                        Step(
                            update / mu * (every - (1 - mu) ** Q),
                            "the batch in which every group is silent is added and taken away",
                            using=((split(every, first=1), -update / mu),),
                        ),
                        Step(
                            scaled,
                            "probabilities sum to one",
                            using=((binomial_theorem(Q, mu, 1 - mu, s), update / mu),),
                        ),
                    )
                ),
                Enumeration(lambda _: batches(6)),
            ),
        ),
    ),
)

claim = Claim(
    name="zero-advantage-dropping",
    source="two-grpo",
    label="Sec. 6",
    says="dropping the silent rollouts of a batch of Q groups and averaging over those kept (none kept: 0) leaves "
    "the expected update unchanged",
    statements=(
        Statement(
            Side(after_dropping, dropped),
            Relation.EQUAL,
            Side(update, unchanged),
            DOMAIN,
            (Counterexample(lambda: batches(6), keeps_the_mean),),
        ),
    ),
    repair=repair,
)
