"""E[(1/G) Σ A_i s_i] = w_G(p)·∇p with w_G(p) = Σ_s C(G−1, s) p^s (1−p)^{G−1−s} (A⁺(s+1) − A⁻(s)), for every count rule.

Davis and Recht's form of the expected update: on every finite policy it is a multiple of ∇p, and the multiplier is a
Bernstein polynomial of degree at most G−1 in the success probability. By symmetry the update is that of one rollout,
whose G−1 companions hold s successes with binomial probability; scores have mean zero. The rule need not be centred.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import algebra, hypothesis, summed
from grpo_theory.policies.finite import SoftmaxPolicy
from grpo_theory.policies.points import at_outcome, policy_point
from grpo_theory.symbols import G, K, o, p, s, theta

q = 1 - p
pi, score, reward = sp.Function("pi"), sp.Function("s"), sp.Function("r")
of_success, of_failure = sp.Function("A_success"), sp.Function("A_failure")
slope = sp.Derivative(pi(o, theta), theta)
SCORE = Given(pi(o, theta) * score(o), slope, o, sp.S(1), K)
TOTAL = Given(sp.Sum(slope, (o, 1, K)), sp.S(0))
DOMAIN = Domain(
    (natural(G, 2), real(p, 0, 1), natural(K, 1), choice(reward(o), 0, 1)),
    "every count rule, centred or not; every finite policy with success probability p",
    (SCORE, TOTAL),
)
others = sp.binomial(G - 1, s) * p**s * q ** (G - 1 - s)
given_success = sp.Sum(others * of_success(s + 1), (s, 0, G - 1))
given_failure = sp.Sum(others * of_failure(s), (s, 0, G - 1))
gradient = sp.Sum(reward(o) * slope, (o, 1, K))
update = given_success * sp.Sum(pi(o, theta) * score(o) * reward(o), (o, 1, K)) + given_failure * sp.Sum(
    pi(o, theta) * score(o) * (1 - reward(o)), (o, 1, K)
)
of_failures = sp.Sum((1 - reward(o)) * slope, (o, 1, K))
by_slopes = given_success * gradient + given_failure * of_failures
turned = chain(of_failures, Step(-gradient, "all slopes sum to zero", using=(hypothesis(TOTAL),)))
weight = sp.Sum(others * (of_success(s + 1) - of_failure(s)), (s, 0, G - 1))
score_fact = hypothesis(SCORE)

Tables = tuple[tuple[Surd, ...], tuple[Surd, ...]]


def tables(success: Callable[[int, int], Surd], failure: Callable[[int, int], Surd], size: int) -> Tables:
    """A⁺(1), …, A⁺(G) and A⁻(0), …, A⁻(G−1)."""
    return tuple(success(size, k + 1) for k in range(size)), tuple(failure(size, k) for k in range(size))


def named(name: str, size: int) -> Tables:
    """The tables of a named rule, by its definition on reward vectors."""
    vectors = [(1,) * k + (0,) * (size - k) for k in range(size + 1)]
    values = [rule(name).on_rewards(tuple(Fraction(r) for r in vector)) for vector in vectors]
    return tuple(v[0] for v in values[1:]), tuple(v[-1] for v in values[:-1])


def lopsided(size: int) -> Tables:
    """A rule that no paper has: not centred, not monotone, and not zero in silent groups."""
    return tables(lambda G, k: Surd.of(Fraction(k * k + G, k + 3)), lambda G, k: Surd.of(Fraction(k, G + 1) - 2), size)


RULES: dict[str, Callable[[int], Tables]] = {
    "grpo": lambda size: named("grpo", size),
    "maxrl": lambda size: named("maxrl", size),
    "lopsided": lopsided,
}
POLICIES = (
    SoftmaxPolicy.of("1/3 2/3", "1 0"),
    SoftmaxPolicy.of("1/2 1/6 1/3", "1 1 0"),
    SoftmaxPolicy.of("1/5 3/10 1/2", "1 0 0"),
)


def by_definition(point: Point) -> Surd:
    """The sum over all K^G groups of probability · (1/G) Σ A_i s_i, one coordinate of it."""
    size, success, failure = point["G"], *RULES[point["rule"]](point["G"])
    expected = Surd.of(0)
    for group in product(range(point["K"]), repeat=size):
        probability = Fraction(1)
        for outcome in group:
            probability *= point["policy"][outcome]
        count = sum(int(point["rewards"][outcome]) for outcome in group)
        for outcome in group:
            advantage = success[count - 1] if point["rewards"][outcome] == 1 else failure[count]
            expected = expected + advantage * point["s"](outcome + 1) * probability
    return Surd.of(expected / size)


def points(max_group: int) -> Iterator[Point]:
    """Every coordinate of the update for three rules and three policies; groups of at most four, of three outcomes."""
    for policy in POLICIES:
        for size in range(2, min(max_group, 6 - len(policy.rewards) // 3 * 2) + 1):
            for name, at in product(RULES, range(policy.dimension)):
                success, failure = RULES[name](size)
                yield policy_point(policy) | {
                    "G": size,
                    "rule": name,
                    "s": at_outcome(tuple(policy.score(o)[at] for o in range(policy.dimension))),
                    "D_pi": at_outcome(tuple(policy.gradient_of_probability(o)[at] for o in range(policy.dimension))),
                    "A_success": lambda k, table=success: table[k - 1],
                    "A_failure": lambda k, table=failure: table[k],
                }


claim = Claim(
    name="davis-recht-weight",
    source="literature",
    label="Davis and Recht",
    says="for every count rule, every G ≥ 2 and every finite policy, E[(1/G)ΣA_i s_i] = w_G(p)·∇p in Bernstein form:"
    " w_G = Σ_s C(G−1, s) p^s (1−p)^{G−1−s} (A⁺(s+1) − A⁻(s))",
    statements=(
        Statement(
            Side(update, by_definition),
            Relation.EQUAL,
            Side(weight * gradient),
            DOMAIN,
            (
                Derivation(
                    (
                        Step(
                            by_slopes,
                            "π·s = ∇π, outcome by outcome",
                            using=(
                                (summed(score_fact, reward(o), o, sp.S(1), K), given_success),
                                (summed(score_fact, 1 - reward(o), o, sp.S(1), K), given_failure),
                            ),
                        ),
                        Step(
                            (given_success - given_failure) * gradient,
                            "the slopes of the failures sum to −∇p",
                            using=((turned, given_failure),),
                        ),
                        Step(
                            weight * gradient,
                            "both expectations are over the same G−1 companions",
                            using=((algebra(given_success - given_failure, weight), gradient),),
                        ),
                    )
                ),
                Enumeration(points),
            ),
        ),
    ),
)
