"""Σ_t ∇π(o_t | o_<t) is a scalar multiple of ∇π(o): true exactly where all token probabilities of o are equal.

Appendix A.2 puts the sum of token probabilities in place of π(o). With one set of logits per prefix, each score
∇log π(o_t | o_<t) lives in its own coordinates, so that the sum has weights π(o_t | o_<t) where ∇π(o) has equal ones.
In the coordinates of the logits of two of its tokens the two vectors have the minor π(o)(1−π_s)(1−π_t)(π_s−π_t).
"""

from collections.abc import Iterator
from fractions import Fraction

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.calculus import both_differentiated
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import differentiated, hypothesis, summed
from grpo_theory.losses.policy_gradient import summed_token_gradient
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.small import small_autoregressive
from grpo_theory.policies.vectors import multiple_of
from grpo_theory.symbols import T, s, t, theta

EXAMPLES = (
    AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0),
    AutoregressivePolicy.of({(): "1/3 2/3", (0,): "2/5 3/5", (1,): "1/3 2/3"}, "0 1 1 0", length=2),
    AutoregressivePolicy.of({(): "1/2 1/3 1/6", **{(v,): "1/6 1/3 1/2" for v in range(3)}}, "1" + 8 * " 0", length=2),
)


def directions(point: Point) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Σ_t ∇π(o_t | o_<t) and ∇π(o) in all coordinates."""
    policy, o = point["moving"](), point["outcome"] - 1
    return summed_token_gradient(policy, o), policy.gradient_of_probability(o)


def is_multiple(point: Point) -> bool:
    """Whether the first vector is a scalar multiple of the second."""
    return multiple_of(*directions(point)) is not None


def has_equal_tokens(point: Point) -> bool:
    """Whether all token probabilities along the sequence are equal: the coordinates of two tokens are disjoint."""
    return len(set(point["tokens"])) == 1


def own_coordinate(policy: AutoregressivePolicy, o: int, position: int) -> int:
    """The coordinate of the logit that belongs to one token of a sequence."""
    sequence = policy.sequences[o]
    return policy.prefixes.index(sequence[: position - 1]) * policy.vocabulary + sequence[position - 1]


def minor(point: Point) -> Fraction:
    """The 2 × 2 minor of the two vectors in the coordinates of two of the sequence's own logits."""
    policy, o = point["moving"](), point["outcome"] - 1
    first, second = (own_coordinate(policy, o, point[name]) for name in ("s", "t"))
    u, v = directions(point)
    return u[first] * v[second] - u[second] * v[first]


def of_sequence(policy: AutoregressivePolicy, o: int) -> Point:
    """One sequence of a policy; two different positions in it, where it has them."""
    tokens = policy.token_probabilities(o)
    point = {"policy": policy.tables, "outcome": o + 1, "tokens": tokens, "T": len(tokens), "moving": lambda: policy}
    places = {"s": 1, "t": 2} if len(tokens) > 1 else {}
    return point | places | {"token": lambda t: tokens[t - 1], "pi": lambda: policy.probabilities[o]}


def search() -> Iterator[Point]:
    """Every sequence of policies over two tokens, the shortest and simplest first."""
    for policy in small_autoregressive():
        yield from (of_sequence(policy, o) for o in range(len(policy.rewards)))


def two_tokens(_: int) -> Iterator[Point]:
    """Sequences of two tokens."""
    for policy in EXAMPLES:
        sequences = (of_sequence(policy, o) for o in range(len(policy.rewards)))
        yield from (point for point in sequences if "s" in point)


def equal_tokens(_: int) -> Iterator[Point]:
    """Sequences with equal token probabilities, one coordinate at a time."""
    for policy in EXAMPLES:
        for o in range(len(policy.rewards)):
            point = of_sequence(policy, o)
            if has_equal_tokens(point):
                slopes = policy.gradient_of_probability(o)
                for c, slope in enumerate(slopes):
                    yield {**point, "c": point["tokens"][0], "coordinate": c, "D_pi": lambda slope=slope: slope}


pi = sp.Function("pi")(theta)
token = sp.Function("token")
first, second = token(s), token(t)
entries = {"u": (first * (1 - first), second * (1 - second)), "v": (pi * (1 - first), pi * (1 - second))}
minor_formal = entries["u"][0] * entries["v"][1] - entries["u"][1] * entries["v"][0]
factors = pi * (1 - first) * (1 - second) * (first - second)

moving = token(t, theta)
common = sp.Symbol("c", positive=True)
logarithms = sp.Sum(sp.log(moving), (t, 1, T))
CHAIN_RULE = Given(sp.log(pi), logarithms)
# A value that all tokens share at one θ: no function of θ, so it is never differentiated.
EQUAL = Given(1 / moving, 1 / common, t, sp.S(1), T)
slope = sp.Derivative(moving, theta)
total_slope = sp.Sum(slope, (t, 1, T))
log_of_pi, log_of_tokens = differentiated(sp.log(pi), theta), differentiated(logarithms, theta)

minor_statement = Statement(
    Side(minor_formal, minor),
    Relation.EQUAL,
    Side(factors),
    Domain(
        (natural(s, 1), natural(t, 1), real(pi, 0), real(first, 0, 1), real(second, 0, 1)),
        "every autoregressive softmax policy with its own logits for every prefix, any two tokens s ≠ t of a sequence",
    ),
    (Derivation((Step(factors, "common factors are taken out"),)), Enumeration(two_tokens)),
)
multiple_statement = Statement(
    Side(total_slope, lambda point: directions(point)[0][point["coordinate"]]),
    Relation.EQUAL,
    Side(common / pi * sp.Derivative(pi, theta)),
    Domain(
        (natural(T, 1), real(common, 0), real(pi, 0), real(moving, 0)),
        "every finite policy and every sequence whose token probabilities are all equal",
        (CHAIN_RULE, EQUAL),
    ),
    (
        Derivation(
            (
                Step(
                    common * log_of_tokens.rhs,
                    "all token probabilities equal c",
                    using=((summed(hypothesis(EQUAL), slope, t, sp.S(1), T), -common),),
                ),
                Step(common * log_of_tokens.lhs, "a sum of logarithmic derivatives", using=((log_of_tokens, -common),)),
                Step(
                    common * log_of_pi.lhs,
                    "log π(o) = Σ_t log π(o_t | o_<t)",
                    using=((both_differentiated(hypothesis(CHAIN_RULE), theta), -common),),
                ),
                Step(common / pi * sp.Derivative(pi, theta), "∇log π = ∇π/π", using=((log_of_pi, common),)),
            )
        ),
        Enumeration(equal_tokens),
    ),
)

claim = Claim(
    name="mean-field-score",
    source="two-grpo",
    label="App. A.2",
    says="for every policy and sequence Σ_t ∇π(o_t | o_<t) is a scalar multiple of ∇π(o)",
    statements=(
        Statement(
            Side(literal=is_multiple),
            Relation.EQUAL,
            Side(sp.S(1)),
            Domain((natural(T, 1),), "every autoregressive policy, every sequence"),
            (Counterexample(search, has_equal_tokens),),
        ),
    ),
    repair=Claim(
        name="mean-field-score-repaired",
        source="two-grpo",
        label="App. A.2",
        says=(
            "where each prefix has its own logits, Σ_t ∇π(o_t | o_<t) is a scalar multiple of ∇π(o) if and only if all "
            "token probabilities of o are equal: the minor of the two vectors in the logits of tokens s and t is "
            "π(o)(1−π_s)(1−π_t)(π_s−π_t), and if all are c, then Σ_t ∇π(o_t | o_<t) = (c/π(o))∇π(o)"
        ),
        statements=(minor_statement, multiple_statement),
    ),
)
