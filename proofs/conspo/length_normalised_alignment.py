"""The order of sequences by (1/|o|)·log π(o) agrees with their order by π(o), as the abstract has it: at equal lengths.

Dividing by the length orders sequences by the geometric mean of their tokens' probabilities, π(o)^{1/|o|}. A sequence
of one token with π = 1/2 is likelier than one of two tokens with π = 1/3, and has the lower score, as 1/2 < √(1/3): the
order is not only lost to a tie, it is reversed, on the smallest policy where that can be. What is true for any pair:
|o|·|o'|·(s(o) − s(o')) = log(π(o)^{|o'|}/π(o')^{|o|}), so that s orders as π^{1/|o|} does, and at equal lengths as π.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from typing import Any

import flint
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import logarithm_increases, logarithm_of
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import order
from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.gradient_points import example_policies
from grpo_theory.policies.small import small_autoregressive
from grpo_theory.symbols import m, n

first, second = (sp.Symbol(f"pi_{name}", positive=True) for name in ("first", "second"))
g_first, g_second = (sp.Symbol(f"mean_{name}", positive=True) for name in ("first", "second"))
LENGTHS, WORDS = (natural(m, 1), natural(n, 1)), "any two sequences of any finite policy, of lengths m and n"
ANY = Domain((*LENGTHS, real(first, 0, 1, closed="upper"), real(second, 0, 1, closed="upper")), WORDS)
LIKELIER = Domain((*LENGTHS, real(first, 0, 1, closed="upper"), real(second, 0, first)), WORDS)
EQUAL_LENGTHS = Domain((natural(n, 1), *LIKELIER.variables[2:]), "any two sequences of one length of any finite policy")
BY_MEANS = Domain((*LENGTHS, real(g_first, 0, 1, closed="upper"), real(g_second, 0, g_first)), WORDS)


@precisely
def scores(point: Point) -> tuple[flint.arb, flint.arb]:
    """(1/|o|)·log π(o) of both sequences, as the sum of the tokens' logarithms."""
    policy, pair = point["moving"]()
    tokens = [policy.token_probabilities(o) for o in pair]
    one, two = (sum(map(log, each), flint.arb(0)) / len(each) for each in tokens)
    return one, two


@precisely
def difference(point: Point) -> flint.arb:
    """|o|·|o'|·(s(o) − s(o'))."""
    one, two = scores(point)
    return (one - two) * int(point["m"]) * int(point["n"])


@precisely
def of_powers(point: Point) -> flint.arb:
    """log(π(o)^{|o'|}/π(o')^{|o|})."""
    return log(point["pi_first"] ** point["n"] / point["pi_second"] ** point["m"])


def point_of(policy: AutoregressivePolicy, one: int, two: int) -> dict[str, Any]:
    """Two sequences of a policy, with their likelihoods and lengths."""
    return {
        "policy": policy.tables,
        "sequences": (policy.sequences[one], policy.sequences[two]),
        "m": len(policy.sequences[one]),
        "n": len(policy.sequences[two]),
        "pi_first": policy.probabilities[one],
        "pi_second": policy.probabilities[two],
        "moving": lambda: (policy, (one, two)),
    }


def search() -> Iterator[Point]:
    """Pairs of sequences of the smallest policies; those with equal scores, a tie that is no order, are left out."""
    for policy in small_autoregressive():
        for pair in permutations(range(len(policy.sequences)), 2):
            point = point_of(policy, *pair)
            if point["pi_first"] ** point["n"] != point["pi_second"] ** point["m"]:
                yield point


def holds(point: Point) -> bool:
    """The scores compared in fractions: s(o) ≥ s(o') means π(o)^{|o'|} ≥ π(o')^{|o|}."""
    return bool(point["pi_first"] ** point["n"] >= point["pi_second"] ** point["m"])


def points(_: int) -> Iterator[Point]:
    """Every pair of sequences of lengths 1 and 2, with the geometric means of their tokens' probabilities."""
    longer = AutoregressivePolicy.of({(): "1/2 1/2", (1,): "1/3 2/3"}, "0 0 1", length=2, stop=0)
    for policy in (longer, *example_policies()):
        if isinstance(policy, AutoregressivePolicy):
            for pair in permutations(range(len(policy.sequences)), 2):
                point = point_of(policy, *pair)
                yield point | {
                    "mean_first": mean_of(point["pi_first"], point["m"]),
                    "mean_second": mean_of(point["pi_second"], point["n"]),
                }


def mean_of(likelihood: Fraction, length: int) -> Surd:
    """π^{1/|o|} for lengths 1 and 2."""
    return Surd.of(likelihood) if length == 1 else Surd.sqrt(likelihood)


def equal_lengths(_: int) -> Iterator[Point]:
    """The pairs of one length."""
    return (point for point in points(0) if point["m"] == point["n"])


def increasing(low: sp.Expr, high: sp.Expr) -> Fact:
    """log x < log y for x < y."""
    return logarithm_increases(order(low, high, "by hypothesis", strict=True))


def ordered(one: sp.Expr, two: sp.Expr, domain: Domain, steps: tuple[Step, ...], places: Any) -> Statement:
    """s(o) > s(o')."""
    return Statement(
        Side(one, lambda point: scores(point)[0]),
        Relation.GREATER,
        Side(two, lambda point: scores(point)[1]),
        domain,
        (Derivation(steps), Enumeration(places)),
    )


powers = sp.log(first**n / second**m)
by_first, by_second = (logarithm_of(g**x, [(g, x)]) for g, x in ((g_first, m), (g_second, n)))

claim = Claim(
    name="length-normalised-alignment",
    source="conspo",
    label="abstract",
    says="the order by (1/|o|)·log π(o) agrees with the order by π(o) for all pairs of sequences: π(o) > π(o') never "
    "goes with a lower score of o",
    statements=(
        Statement(
            Side(literal=lambda point: scores(point)[0]),
            Relation.AT_LEAST,
            Side(literal=lambda point: scores(point)[1]),
            LIKELIER,
            (Counterexample(search, holds),),
        ),
    ),
    repair=Claim(
        name="length-normalised-alignment-repaired",
        source="conspo",
        label="abstract",
        says="with s(o) = (1/|o|)·log π(o): |o|·|o'|·(s(o) − s(o')) = log(π(o)^{|o'|}/π(o')^{|o|}) for every pair of "
        "sequences; s orders pairs of one length as π(o) does, and every pair as π(o)^{1/|o|} does",
        statements=(
            Statement(
                Side(m * n * (sp.log(first) / m - sp.log(second) / n), difference),
                Relation.EQUAL,
                Side(powers, of_powers),
                ANY,
                (
                    Derivation(
                        (
                            Step(
                                powers,
                                "the logarithm of a quotient of powers",
                                using=((logarithm_of(first**n / second**m, [(first, n), (second, -m)]), -sp.S(1)),),
                            ),
                        )
                    ),
                    Enumeration(points),
                ),
            ),
            ordered(
                sp.log(first) / n,
                sp.log(second) / n,
                EQUAL_LENGTHS,
                (
                    Step(
                        sp.log(second) / n,
                        "the logarithm increases",
                        Relation.GREATER,
                        using=((increasing(second, first), 1 / n),),
                    ),
                ),
                equal_lengths,
            ),
            ordered(
                sp.log(g_first**m) / m,
                sp.log(g_second**n) / n,
                BY_MEANS,
                (
                    Step(sp.log(g_first), "π(o) is the |o|-th power of the mean", using=((by_first, 1 / m),)),
                    Step(
                        sp.log(g_second),
                        "the logarithm increases",
                        Relation.GREATER,
                        using=(increasing(g_second, g_first),),
                    ),
                    Step(sp.log(g_second**n) / n, "and so for o'", using=((by_second, -1 / n),)),
                ),
                points,
            ),
        ),
    ),
)
