"""Clipped GRPO on a group is σ̂·(mean of successes' mean_t min(ρ_t, 1+c) − mean of failures' mean_t max(ρ_t, 1−c)).

In a mixed group A = √((G−k)/k) > 0 on successes turns the clipped product into A·min(ρ, 1+c), and A = −√(k/(G−k)) < 0
on failures into A·max(ρ, 1−c); A/G is σ̂/k and −σ̂/(G−k). In a silent group both sides are 0. Group by group, for any
ratios and lengths, ε = 0.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.losses.clipping import clipped
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.groups import group_advantages, group_rewards, groups
from grpo_theory.policies.moving import token_ratios
from grpo_theory.symbols import A, G, clip, i, k, t

GRPO = rule("grpo")
rho, length = sp.Function("rho")(i, t), sp.Function("length")(i)
held = sp.Min(sp.Max(rho, 1 - clip), 1 + clip)
WORDS = "any token ratios and lengths"
RATIOS = (real(clip, 0, 1), real(rho, 0, breaks=(1 - clip, 1 + clip)), real(length, 0))
deviation = sp.sqrt(k * (G - k)) / G
gain, loss = (1 - k / G) / deviation, -k / G / deviation


def of_rollout(term: sp.Expr) -> sp.Expr:
    """The mean over the tokens of a rollout."""
    return sp.Sum(term, (t, 1, length)) / length


def product(advantage: sp.Expr) -> sp.Expr:
    """min(ρA, clip(ρ, 1−c, 1+c)·A)."""
    return sp.Min(rho * advantage, held * advantage, evaluate=False)


def successes(term: sp.Expr) -> sp.Sum:
    """Σ over the successes, listed first."""
    return sp.Sum(of_rollout(term), (i, 1, k))


def failures(term: sp.Expr) -> sp.Sum:
    """Σ over the failures."""
    return sp.Sum(of_rollout(term), (i, k + 1, G))


objective = (successes(product(gain)) + failures(product(loss))) / G
pulled = (successes(gain * sp.Min(rho, 1 + clip)) + failures(loss * sp.Max(rho, 1 - clip))) / G
contrast = successes(sp.Min(rho, 1 + clip)) / k - failures(sp.Max(rho, 1 - clip)) / (G - k)


def clipped_grpo(point: Point) -> Surd:
    """(1/G) Σ_i (1/|o_i|) Σ_t min[ρ_t A_i, clip(ρ_t)·A_i] on one group."""
    theta, before, group = point["moving"]()
    total = Surd.of(0)
    for o, advantage in zip(group, group_advantages(GRPO, before, group), strict=True):
        ratios = token_ratios(theta, before, o)
        total += sum((Surd.of(clipped(x, advantage, point["clip"])) for x in ratios), Surd.of(0)) / len(ratios)
    return total / len(group)


def discriminative(point: Point) -> Surd:
    """σ̂ times the difference of the two classes' mean scores, a class without members having mean 0."""
    theta, before, group = point["moving"]()
    rewards = group_rewards(before, group)
    means = []
    for reward in (1, 0):
        scores = [
            score(point, token_ratios(theta, before, o), reward)
            for o, r in zip(group, rewards, strict=True)
            if r == reward
        ]
        means.append(sum(scores, Fraction(0)) / max(len(scores), 1))
    share = Fraction(sum(rewards), len(rewards))
    return Surd.sqrt(sum((r - share) ** 2 for r in rewards) / len(rewards)) * (means[0] - means[1])


def score(point: Point, ratios: tuple[Fraction, ...], reward: int) -> Fraction:
    """mean_t min(ρ_t, 1+c) of a success, mean_t max(ρ_t, 1−c) of a failure."""
    radius = point["clip"]
    kept = [min(x, 1 + radius) if reward else max(x, 1 - radius) for x in ratios]
    return sum(kept, Fraction(0)) / len(kept)


PAIRS = (
    (SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 1"), SoftmaxPolicy.of("1/5 1/5 3/5", "1 0 1")),
    (
        AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
        AutoregressivePolicy.of({(): "1/2 1/2", (1,): "3/5 2/5"}, "1 0 1", length=2, stop=0),
    ),
)


def points(silent: bool) -> Iterator[dict[str, Any]]:
    """Every group of two and three rollouts of two pairs of policies, its successes first."""
    for theta, before in PAIRS:
        for size in (2, 3):
            for drawn, _ in groups(before, size):
                rewards = group_rewards(before, drawn)
                if (len(set(rewards)) == 1) != silent or list(rewards) != sorted(rewards, reverse=True):
                    continue
                lists = [token_ratios(theta, before, o) for o in drawn]
                for radius in (Fraction(1, 5), Fraction(1, 2)):
                    yield {
                        "G": size,
                        "k": int(sum(rewards)),
                        "clip": radius,
                        "A": 0,
                        "moving": lambda theta=theta, before=before, drawn=drawn: (theta, before, drawn),
                        "rho": lambda x, y, lists=lists: lists[x - 1][y - 1],
                        "length": lambda x, lists=lists: len(lists[x - 1]),
                    }


claim = Claim(
    name="discriminative-reformulation",
    source="conspo",
    label="abstract",
    says="clipped GRPO (ε = 0) on a group is σ̂·(mean over successes of mean_t min(ρ_t, 1+c) − mean over failures of "
    "mean_t max(ρ_t, 1−c)); both are 0 on a silent group",
    statements=(
        Statement(
            Side(objective, clipped_grpo),
            Relation.EQUAL,
            Side(deviation * contrast, discriminative),
            Domain((natural(k, 1), natural(G, k + 1), *RATIOS), f"every mixed group, {WORDS}"),
            (
                Derivation(
                    (
                        Step(pulled, "the clipped product is A·min(ρ, 1+c) for A > 0 and A·max(ρ, 1−c) for A < 0"),
                        Step(deviation * contrast, "A/G is σ̂/k for a success and −σ̂/(G−k) for a failure"),
                    )
                ),
                Enumeration(lambda _: points(False)),
            ),
        ),
        Statement(
            Side(sp.Sum(of_rollout(product(A)), (i, 1, G)) / G, clipped_grpo),
            Relation.EQUAL,
            Side(sp.S(0), discriminative),
            Domain((natural(G, 2), choice(A, 0), *RATIOS), f"every silent group, {WORDS}"),
            (Derivation((Step(sp.S(0), "advantages and deviation are 0"),)), Enumeration(lambda _: points(True))),
        ),
    ),
)
