"""E[A | r=1] = c_G/p and E[A | r=0] = −c_G/(1−p) for every centred count rule, every G ≥ 2 and p in (0, 1).

Given that one rollout succeeds, k−1 of the other G−1 do: C(G−1, k−1) = (k/G)·C(G, k) turns the conditional expectation
into the contrast c_G = E[k·A⁺(k)]/G. For failures the rule is centred: (G−k)·A⁻(k) = −k·A⁺(k).
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import hypothesis, shifted, split, summed
from grpo_theory.ledger.points import group_grid
from grpo_theory.symbols import G, k, p, s

q = 1 - p
success, failure = sp.Function("A_success"), sp.Function("A_failure")
CENTRED = Given(k * success(k), -(G - k) * failure(k), k, sp.S(1), G - 1)
NO_FAILURE, NO_SUCCESS = Given(success(G), sp.S(0)), Given(failure(0), sp.S(0))
DOMAIN = Domain((natural(G, 2), real(p, 0, 1)), "every centred count rule", (CENTRED, NO_FAILURE, NO_SUCCESS))
chance = sp.binomial(G, k) * p**k * q ** (G - k)
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
contrast = sp.Sum(chance * k * success(k) / G, (k, 1, G))
given_success = sp.Sum(others * success(s + 1), (s, 0, G - 1))
given_failure = sp.Sum(others * failure(s), (s, 0, G - 1))
all_failures = sp.Sum(chance * (G - k) * failure(k) / G, (k, 0, G - 1))
mixed_failures = sp.Sum(chance * (G - k) * failure(k) / G, (k, 1, G - 1))
mixed_successes = sp.Sum(chance * k * success(k) / G, (k, 1, G - 1))


def _mean(rewards: tuple[int, ...]) -> Fraction:
    return Fraction(sum(rewards), len(rewards))


def _standardised(rewards: tuple[int, ...], at: int) -> Surd:
    spread = Surd.sqrt(sum((r - _mean(rewards)) ** 2 for r in rewards) / len(rewards))
    return Surd.of(0) if spread == Surd.of(0) else Surd.of(rewards[at] - _mean(rewards)) / spread


def _over_mean(rewards: tuple[int, ...], at: int) -> Surd:
    return Surd.of((rewards[at] - _mean(rewards)) / _mean(rewards) if any(rewards) else 0)


RULES: dict[str, Callable[[tuple[int, ...], int], Surd]] = {
    "grpo": _standardised,
    "maxrl": _over_mean,
    "mean_only": lambda rewards, at: Surd.of(rewards[at] - _mean(rewards)),
    "cubic": lambda rewards, at: Surd.of((rewards[at] - _mean(rewards)) * (sum(rewards) ** 3 + 1)),
}


def conditional(point: Point, reward: int) -> Surd:
    """E[A_1 | r_1] over all reward vectors whose first entry is the given one, by the rule's definition."""
    rule, size, chance_of_success = RULES[point["rule"]], point["G"], point["p"]
    total = Surd.of(0)
    for rest in product((0, 1), repeat=size - 1):
        weight = Fraction(1)
        for r in rest:
            weight *= chance_of_success if r else 1 - chance_of_success
        total = total + weight * rule((reward, *rest), 0)
    return total


def points(max_group: int) -> Iterator[Point]:
    """Four centred rules, one of them standing for no paper's, with their success advantages as a function of k."""
    for point in group_grid(max_group, rule=tuple(RULES)):
        size, rule = point["G"], RULES[point["rule"]]
        groups = [(1,) * count + (0,) * (size - count) for count in range(size + 1)]
        yield {
            **point,
            "A_success": lambda count, f=rule, among=groups: f(among[count], 0),
            "A_failure": lambda count, f=rule, among=groups: f(among[count], -1),
        }


from_successes = Derivation(
    (
        Step(shifted(given_success, -1).rhs, "k = s + 1 successes in all", using=(shifted(given_success, -1),)),
        Step(contrast / p, "C(G−1, k−1) = (k/G)·C(G, k)"),
    )
)
from_failures = Derivation(
    (
        Step(
            all_failures / q,
            "a failure leaves k successes among the G−1 others, and C(G−1, k) = (G−k)/G·C(G, k)",
        ),
        Step(
            mixed_failures / q,
            "a group without successes has A⁻(0) = 0",
            using=((split(all_failures, first=1), 1 / q), (hypothesis(NO_SUCCESS), q**G / q)),
        ),
        Step(
            -mixed_successes / q,
            "the rule is centred: (G−k)·A⁻(k) = −k·A⁺(k)",
            using=(summed(hypothesis(CENTRED), chance / (G * q), k, sp.S(1), G - 1),),
        ),
        Step(
            -contrast / q,
            "a group without failures has A⁺(G) = 0",
            using=((split(contrast, last=1), 1 / q), (hypothesis(NO_FAILURE), p**G / q)),
        ),
    )
)

claim = Claim(
    name="advantage-from-contrast",
    source="grpo-theory",
    label="Lemma",
    says="E[A | r=1] = c_G/p and E[A | r=0] = −c_G/(1−p) for every centred count rule, c_G = E[k·A⁺(k, G)]/G",
    statements=(
        Statement(
            Side(given_success, lambda point: conditional(point, 1)),
            Relation.EQUAL,
            Side(contrast / p),
            DOMAIN,
            (from_successes, Enumeration(points)),
        ),
        Statement(
            Side(given_failure, lambda point: conditional(point, 0)),
            Relation.EQUAL,
            Side(-contrast / q),
            DOMAIN,
            (from_failures, Enumeration(points)),
        ),
    ),
)
