"""Among centred count rules one group's gradient has least relative variance exactly at b_k ∝ 1/(D+v₊/k+v₋/(G−k)).

Given k, the successes are drawn from π⁺ and the failures from π⁻: E[‖ĝ‖² | k] = b_k²·q_k, q_k = D + v₊/k + v₋/(G−k),
and E ĝ = E[b_k]·Δ. With λ = E b_k/E[1/q_k], E[b_k²q_k]·E[1/q_k] − (E b_k)² = E[1/q_k]·E[q_k(b_k − λ/q_k)²]: no rule
does better than 1/(D·E[1/q_k]) − 1, and one that differs from λ/q_k at a single k does worse. At G = 2 only k = 1 is
mixed, so that all centred rules coincide; from G = 3 on the rule tells v₊ from v₋.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import rule
from grpo_theory.ledger.calculus import drawn_out
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.class_moments import POLICY, mean_of_gradient, square_of_gradient
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.ledger.facts import algebra, hypothesis, limit_fact
from grpo_theory.ledger.onesided import limit_from_above
from grpo_theory.ledger.points import grid
from grpo_theory.ledger.whitening import (
    NOISE,
    D,
    b,
    chance,
    deviation_square,
    over_mixed,
    relative_variance,
    single_term,
    square,
    v_minus,
    v_plus,
)
from grpo_theory.policies.score_points import ContrastRule, rules_by_coefficients, uneven_policies, whitening_point
from grpo_theory.policies.variance import Moments, update_moments
from grpo_theory.symbols import G, i, k, m, p, x

# One group's gradient.
score, up, down = sp.Function("s"), sp.Symbol("A_plus", real=True), sp.Symbol("A_minus", real=True)
successes, failures = sp.Sum(score(i), (i, 1, k)), sp.Sum(score(i), (i, k + 1, G))
CENTRED = Given(k * up + (G - k) * down, sp.S(0))
gradient = (up * successes + down * failures) / G
contrast_form = k * up / G * (successes / k - failures / (G - k))

SMALL, LARGE = (Fraction(1, 10**4), Fraction(1, 10**6)), (10**4, 10**6)

mean_gradient, of_mean = mean_of_gradient()
second, of_square = square_of_gradient()

# The best coefficients: way is the sign of E b and x its modulus, so that E b = way·x and (E b)² = x².
way, S = sp.Symbol("way", real=True), sp.Symbol("S", positive=True)
SCORES = Domain(
    (natural(G, 2), real(p, 0, 1), real(D, 0), *(real(v, 0, closed="lower") for v in NOISE)), "every finite policy"
)
OPTIMUM = Domain(
    (*SCORES.variables, real(x, 0), real(S, 0), choice(way, -1, 1)),
    "every centred count rule b_k with E b_k = way·x; S = E 1/(D + v₊/k + v₋/(G−k))",
    (Given(over_mixed(b(k)), way * x), Given(over_mixed(1 / square), S)),
)
ONE_GROUP = Domain((natural(m, 1), natural(G, m + 1), *OPTIMUM.variables[1:]), OPTIMUM.words, OPTIMUM.given)
variance = relative_variance(b(k), x)
miss = square * (b(k) - way * x / (S * square)) ** 2
total_miss = over_mixed(miss)
with_excess = 1 / (D * S) - 1 + total_miss / (D * x**2)
with_one_miss = 1 / (D * S) - 1 + (chance * miss).subs(k, m) / (D * x**2)
completed = Step(
    with_excess,
    "q(b − λ/q)² = b²q − 2λb + λ²/q with λ = E b/E[1/q]",
    using=((hypothesis(OPTIMUM.given[0]), 2 * way / (S * D * x)), (hypothesis(OPTIMUM.given[1]), -1 / (S**2 * D))),
)
at_one = Step(with_one_miss, "one term", Relation.AT_LEAST, using=((single_term(total_miss, m), 1 / (D * x**2)),))
inverse = over_mixed(1 / square)
drawn = tuple(drawn_out(factor, chance / square, k, sp.S(1), G - 1) for factor in (x, x**2))


def moments(point: Point) -> Moments:
    """Mean and second moment of the rule's update over all K^G groups, by the advantages of each reward vector."""
    return update_moments(ContrastRule(point["b"]), point["moving"](), point["G"])


def groups(_: int) -> Iterator[Point]:
    """Policies with unequal v₊ and v₋, by number, with the size of a group and a rule, one of them with E b < 0."""
    policies, rules = uneven_policies(), tuple(rules_by_coefficients())
    cases = (tuple(map(int, case)) for case in ["030", "041", "042", "121", "140", "131", "230", "232", "320", "431"])
    return (whitening_point(policies[policy], size, rules[at]) for policy, size, at in cases)


def one_number(_: int) -> Iterator[Point]:
    """The same with one number of successes singled out, or one coordinate of the gradient."""
    return ({**point, "m": wins, "c": 1 + wins % point["n"]} for point in groups(0) for wins in range(1, point["G"]))


def optimal(point: Point) -> Surd:
    """The relative variance of the rule whitened_optimum, times a number, over all K^G groups."""
    named = rule("whitened_optimum", **{name: point[name] for name in ("D", "v_plus", "v_minus")})
    size, factor = point["G"], point["x"]

    def scaled(wins: int) -> Fraction:
        advantage = named.on_rewards((1,) * wins + (0,) * (size - wins))[0].fraction()
        return Fraction(factor * advantage * wins / size)

    return update_moments(ContrastRule(scaled), point["moving"](), size).relative


def one_gradient(point: Point) -> Fraction:
    """(1/G) Σ A_i s_i over the rollouts of one group."""
    pairs = zip(point["advantages"], range(1, point["G"] + 1), strict=True)
    return Fraction(sum(advantage * point["s"](at) for advantage, at in pairs) / point["G"])


def single_groups(_: int) -> Iterator[Point]:
    """maxrl's and rloo's advantages of mixed groups with successes first, and scores that no symmetry favours."""
    for name, size in product(("maxrl", "rloo"), (2, 3, 5)):
        for wins in range(1, size):
            found = tuple(A.fraction() for A in rule(name).on_rewards((1,) * wins + (0,) * (size - wins)))
            ends = {"A_plus": found[0], "A_minus": found[-1], "advantages": found}
            yield {"G": size, "k": wins, **ends, "s": lambda at: Fraction(at**3 - 4 * at + 1, at + 1)}


def limit_grid(**more: Iterable[object]) -> Iterator[Point]:
    """Mixed groups of three and five rollouts and shares of v₊ in the noise at both ends, in the middle and between."""
    for point in grid(size=((3, 1, 2), (5, 2, 4)), share=(0, Fraction(1, 2), Fraction(1, 5), 1), w=(2,), **more):
        size, wins, other = point["size"]
        rest = {name: value for name, value in point.items() if name != "size"}
        spread = {"v_plus": point["share"] * point["w"], "v_minus": (1 - point["share"]) * point["w"]}
        yield {"G": size, "k": wins, "m": other, **rest, **spread}


def coefficient(point: Point, name: str = "whitened_optimum", at: str = "k") -> Fraction:
    """b_k = k·A⁺/G of a named rule, A⁺ read off a reward vector."""
    spread = {key: point[key] for key in ("D", "v_plus", "v_minus")} if name == "whitened_optimum" else {}
    vector = (1,) * point[at] + (0,) * (point["G"] - point[at])
    return Fraction(rule(name, **spread).on_rewards(vector)[0].fraction() * point[at] / point["G"])


def noise(point: Point, at: str = "k") -> Fraction:
    """v₊/k + v₋/(G−k)."""
    return Fraction(point["v_plus"], point[at]) + Fraction(point["v_minus"], point["G"] - point[at])


# The limits; v₊ = share·w and v₋ = (1 − share)·w, so that not both are zero.
w, share = sp.Symbol("w", positive=True), sp.Symbol("share", nonnegative=True)
SPREAD = {v_plus: share * w, v_minus: (1 - share) * w}
NOISY = (real(share, 0, 1, closed="both"), real(w, 0))
MIXED = (natural(k, 1), natural(G, k + 1))
TWO = Domain((natural(k, 1), natural(m, k + 1), natural(G, m + 1), *NOISY), "so G ≥ 3; v₊ = share·w, v₋ = (1−share)·w")
of_optimum = (1 / square).subs(SPREAD)
against = v_plus * (G - k) + v_minus * k
of_noise = (k * (G - k) / against).subs(SPREAD)
common = ((G - k) * (G - m) * (m - k) / (against * against.subs(k, m))).subs(SPREAD)
by_noise = algebra(of_optimum, k * (G - k) / (D * k * (G - k) + against.subs(SPREAD)), "fractions are cleared")


def never_proportional(name: str, of_rule: sp.Expr, factor: sp.Expr, gap: sp.Expr) -> Iterator[Statement]:
    """The limit's b over two numbers of successes k < m is in the rule's proportion just where the gap vanishes."""
    crossed = of_noise.subs(k, m) * of_rule - of_noise * of_rule.subs(k, m)

    def literal(point: Point) -> Fraction:
        return coefficient(point, name) / noise(point, "m") - coefficient(point, name, "m") / noise(point)

    decided = Step(factor * gap, "v₊(G−k) + v₋k is linear in k")
    yield Statement(
        Side(crossed, literal),
        Relation.EQUAL,
        Side(factor * gap),
        TWO,
        (Derivation((decided,)), Enumeration(lambda _: limit_grid())),
    )
    positive = Step(sp.S(0), "every factor is positive", Relation.GREATER)
    yield Statement(
        Side(factor),
        Relation.GREATER,
        Side(sp.S(0)),
        TWO,
        (Derivation((positive,)), Enumeration(lambda _: limit_grid())),
    )


IFF_RLOO = never_proportional("rloo", k * (G - k) / (G * (G - 1)), common * k * m / (G * (G - 1)), (2 * share - 1) * w)
IFF_MAXRL = never_proportional("maxrl", (G - k) / G, common, share * w)

# grpo's own coefficients are √(k(G−k))/G.
deviation = sp.sqrt(k * (G - k)) / G
contrast = over_mixed(deviation)
of_grpo = deviation_square(G**2)
loss = of_grpo.rhs * inverse / contrast**2


def grpo_variance(point: Point) -> Surd:
    """The relative variance of grpo over all K^G groups, by mean and deviation of each reward vector."""
    return update_moments(rule("grpo"), point["moving"](), point["G"]).relative


claim = Claim(
    name="optimal-whitening",
    source="grpo-theory",
    label="Theorem",
    says="among centred count rules, (1/G)ΣA_i s_i = b_k(s̄₊−s̄₋) with b_k = kA⁺/G, the relative variance tr Var/‖E‖² "
    "of one group's gradient is minimal exactly at b_k ∝ 1/q_k, q_k = D+v₊/k+v₋/(G−k), where it is 1/(D·E[1/q_k]) − 1; "
    "as D → 0 b_k tends to k(G−k)/(v₊(G−k)+v₋k), which for G ≥ 3 is rloo iff v₊ = v₋ and maxrl iff v₊ = 0 (at G = 2 "
    "all centred rules coincide up to scale); as D → ∞ D·b_k tends to 1; one plus grpo's relative variance is "
    "E[1/q_k]·[(G−1)p(1−p)D + (1−p)(1−(1−p)^{G−1})v₊ + p(1−p^{G−1})v₋]/(G·c_G²) times one plus the least",
    statements=(
        Statement(
            Side(gradient, one_gradient),
            Relation.EQUAL,
            Side(contrast_form),
            Domain(MIXED, "every centred rule, any scores", (CENTRED,)),
            (
                Derivation(
                    (Step(contrast_form, "A⁻ = −kA⁺/(G−k)", using=((hypothesis(CENTRED), failures / (G * (G - k))),)),)
                ),
                Enumeration(single_groups),
            ),
        ),
        Statement(
            Side(mean_gradient, lambda point: moments(point).mean[point["c"] - 1]),
            Relation.EQUAL,
            Side(of_mean[-1].line),
            POLICY,
            (Derivation(of_mean), Enumeration(one_number)),
        ),
        Statement(
            Side(second, lambda point: moments(point).second),
            Relation.EQUAL,
            Side(of_square[-1].line),
            POLICY,
            (Derivation(of_square), Enumeration(groups)),
        ),
        Statement(
            Side(variance, lambda point: moments(point).relative),
            Relation.EQUAL,
            Side(with_excess),
            OPTIMUM,
            (Derivation((completed,)), Enumeration(groups)),
        ),
        Statement(
            Side(variance, lambda point: moments(point).relative),
            Relation.AT_LEAST,
            Side(with_one_miss),
            ONE_GROUP,
            (Derivation((completed, at_one)), Enumeration(one_number)),
        ),
        Statement(
            Side(relative_variance(x / square, over_mixed(x / square)), optimal),
            Relation.EQUAL,
            Side(1 / (D * inverse) - 1),
            SCORES.and_also(real(x, 0)),
            (Derivation((Step(1 / (D * inverse) - 1, "x cancels", rewriting=drawn),)), Enumeration(groups)),
        ),
        Statement(
            Side(sp.Limit(of_optimum, D, 0, "+")),
            Relation.EQUAL,
            Side(of_noise),
            Domain((*MIXED, *NOISY, real(D, 0))),
            (
                Derivation((Step(of_noise, "continuous at D = 0", using=(limit_from_above(by_noise, D),)),)),
                Convergence(coefficient, lambda at: at["D"] / noise(at) ** 2, lambda _: limit_grid(D=SMALL)),
            ),
        ),
        *IFF_RLOO,
        *IFF_MAXRL,
        Statement(
            Side(sp.Limit(D * of_optimum, D, sp.oo)),
            Relation.EQUAL,
            Side(sp.S(1)),
            Domain((*MIXED, *NOISY, real(D, 0))),
            (
                Derivation((Step(sp.S(1), "leading terms", using=(limit_fact(D * of_optimum, D, sp.S(1)),)),)),
                Convergence(
                    lambda at: at["D"] * coefficient(at), lambda at: noise(at) / at["D"], lambda _: limit_grid(D=LARGE)
                ),
            ),
        ),
        Statement(
            Side(
                (1 + relative_variance(deviation, contrast)) / (1 + relative_variance(1 / square, inverse)),
                lambda point: (1 + grpo_variance(point)) / (1 + optimal(point)),
            ),
            Relation.EQUAL,
            Side(loss),
            SCORES,
            (
                Derivation((Step(loss, "moments of k", using=((of_grpo, inverse / contrast**2),)),)),
                Enumeration(groups),
            ),
        ),
    ),
)
