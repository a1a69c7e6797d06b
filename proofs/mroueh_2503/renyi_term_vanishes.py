"""Δ_R = 0 along the exact iterates from π_ref, at every n.

An iterate is π_{n+1} ∝ π_ref^α π_n^{1−α}·e^{A/β} with a factor e^{A/β}/Z that all outcomes of one reward share. So for
two outcomes of one reward d_n = log(π_n(o)/π_n(o')) − log(π_ref(o)/π_ref(o')) obeys d_{n+1} = (1−α)d_n from d_0 = 0: it
stays 0, π_n is a constant times π_ref on each class, the conditional distributions are those of π_ref, and Rényi
divergences of equal distributions vanish.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.arithmetic.precise import log, precisely
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Enumeration
from grpo_theory.ledger.facts import Fact, hypothesis
from grpo_theory.ledger.induction import inductively
from grpo_theory.ledger.points import grid
from grpo_theory.policies.points import at_outcome
from grpo_theory.policies.tilts import anchored_iterates, conditional, renyi_divergence, smoothed_advantages
from grpo_theory.symbols import K, alpha, i, j, m, n, o, p, p_ref

# π_i of two outcomes of one reward, and what the tilt and the normalisation add to the logarithms of both.
first, second = (sp.Function(name, positive=True) for name in ("pi_first", "pi_second"))
common = sp.Function("added")


def each_step(pi: sp.Expr) -> Given:
    """log π_{i+1} = α·log π_ref + (1−α)·log π_i + what all outcomes of that reward share."""
    mixed = alpha * sp.log(pi(0)) + (1 - alpha) * sp.log(pi(i))
    return Given(sp.log(pi(i + 1)), mixed + common(i), i, sp.S(0), n - 1)


def log_ratio(step: sp.Expr) -> sp.Expr:
    """log(π(o)/π(o')) at one step."""
    return sp.log(first(step)) - sp.log(second(step))


STEPS = (each_step(first), each_step(second))
parted = log_ratio(i) - log_ratio(sp.S(0))
start = chain(parted.subs(i, 0), Step(0 * n, "there is no step yet"))
stays = inductively(
    parted,
    Relation.EQUAL,
    0 * i,
    (i, sp.S(0), n),
    start,
    1 - alpha,
    ((hypothesis(STEPS[0]), 1), (hypothesis(STEPS[1]), -1)),
)

ref_success, ref_failure = sp.Function("ref_success")(o), sp.Function("ref_failure")(j)
scale_success, scale_failure = (sp.Symbol(name, positive=True) for name in ("s", "f"))
SUMS = (Given(sp.Sum(ref_success, (o, 1, K)), p_ref), Given(sp.Sum(ref_failure, (j, 1, m)), 1 - p_ref))
MASSES = (Given(p, scale_success * p_ref), Given(1 - p, scale_failure * (1 - p_ref)))
inside_success = sp.Sum((ref_success / p_ref) ** alpha * (scale_success * ref_success / p) ** (1 - alpha), (o, 1, K))
inside_failure = sp.Sum(
    (ref_failure / (1 - p_ref)) ** alpha * (scale_failure * ref_failure / (1 - p)) ** (1 - alpha), (j, 1, m)
)
renyi_term = (1 - alpha) * (sp.log(inside_failure) - sp.log(inside_success)) / (alpha - 1)


def is_one(total: sp.Sum, whole: Given, mass: Given) -> Fact:
    """Σ (π_ref/p_ref)^α (π_n/p)^{1−α} = 1 over a class on which π_n is a constant times π_ref."""
    same = whole.lhs / whole.rhs
    return chain(
        total,
        Step(
            total.xreplace({mass.lhs: mass.rhs}), "π_n has that constant times the mass", rewriting=(hypothesis(mass),)
        ),
        Step(same, "the two conditional distributions are equal"),
        Step(1 + 0 * K, "and sum to one", using=((hypothesis(whole), 1 / whole.rhs),)),
    )


@precisely
def ratio_after(point: Point) -> flint.arb:
    """log(π_n(o)/π_n(o')) of the first two outcomes of one reward."""
    policy = iterates(point)[point["n"]]
    return log(policy[point["first"]] / policy[point["second"]])


@precisely
def ratio_before(point: Point) -> flint.arb:
    """log(π_ref(o)/π_ref(o'))."""
    policy = iterates(point)[0]
    return log(policy[point["first"]] / policy[point["second"]])


def iterates(point: Point) -> tuple[tuple[flint.arb, ...], ...]:
    """The exact maximisers of the two-KL objective, one after the other, from π_ref."""
    options = {name: point[name] for name in ("alpha", "beta", "epsilon")}
    return anchored_iterates(point["reference"], point["rewards"], steps=point["n"], **options)


@precisely
def literal(point: Point) -> flint.arb:
    """(1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)] from the conditional distributions."""
    previous = point["previous"] if "previous" in point else iterates(point)[-1]
    share, rewards = point["alpha"], point["rewards"]
    failed, won = (
        renyi_divergence(conditional(point["reference"], rewards, r), conditional(previous, rewards, r), share)
        for r in (0, 1)
    )
    return (1 - as_ball(share)) * (failed - won)


REFERENCES = (
    (("1/6", "1/3"), ("1/2",)),
    (("1/16", "1/4"), ("1/8", "1/2", "1/16")),
    (("1/5", "1/10", "1/5"), ("1/4", "1/4")),
)


def along_iterates(_: int) -> Iterator[Point]:
    """One to five steps from reference policies with three and five outcomes."""
    for pair in REFERENCES:
        a, c = (tuple(Fraction(text) for text in part) for part in pair)
        named = {"reference": a + c, "rewards": (1,) * len(a) + (0,) * len(c), "first": 0, "second": 1}
        shares, smoothings = (Fraction(1, 2), Fraction(9, 10)), (Fraction(0), Fraction(1, 9))
        for at in grid(n=(1, 2, 5), alpha=shares, beta=(Fraction(2),), epsilon=smoothings):
            yield {**named, **at}


@precisely
def added(point: Point, step: int) -> flint.arb:
    """A(o)/β − log Z of the first outcome at one step: what the tilt and the normalisation add to its logarithm."""
    policies, share = iterates(point), as_ball(point["alpha"])
    gains = [
        a / as_ball(point["beta"]) for a in smoothed_advantages(policies[step], point["rewards"], point["epsilon"])
    ]
    powers = (a**share * b ** (1 - share) for a, b in zip(policies[0], policies[step], strict=True))
    whole = sum((power * gain.exp() for power, gain in zip(powers, gains, strict=True)), flint.arb(0))
    return gains[point["first"]] - log(whole)


def with_functions(_: int) -> Iterator[Point]:
    """The same, with two probabilities at every step and what each step adds to the logarithms of both."""
    for point in along_iterates(0):
        policies = iterates(point)
        probabilities = {name: at_step(policies, place) for place, name in enumerate(("pi_first", "pi_second"))}
        yield {**point, **probabilities, "added": partial(added, point)}


def at_step(policies: tuple[tuple[flint.arb, ...], ...], outcome: int) -> Callable[[int], flint.arb]:
    """t ↦ π_t of one outcome."""
    return lambda step: policies[step][outcome]


def multiples(_: int) -> Iterator[Point]:
    """Policies that are a constant times the reference on each class, then the iterates themselves."""
    for pair in REFERENCES:
        a, c = (tuple(Fraction(text) for text in part) for part in pair)
        for success, share in product((Fraction(1, 3), Fraction(4, 5)), (Fraction(1, 2), Fraction(1, 3))):
            scales = success / sum(a), (1 - success) / sum(c)
            previous = tuple(scales[0] * q for q in a) + tuple(scales[1] * q for q in c)
            named = {"K": len(a), "m": len(c), "p_ref": sum(a), "p": success, "s": scales[0], "f": scales[1]}
            values = {"reference": a + c, "previous": previous, "rewards": (1,) * len(a) + (0,) * len(c)}
            yield {**named, **values, "alpha": share, "ref_success": at_outcome(a), "ref_failure": at_outcome(c)}
    yield from along_iterates(0)


claim = Claim(
    name="renyi-term-vanishes",
    source="mroueh-2503",
    label="two-KL recursion, Rényi term",
    says="Δ_R = (1−α)[D_α(ref_F‖prev_F) − D_α(ref_S‖prev_S)] is 0 at every exact iterate from π_ref: for every finite"
    " policy π_n is a constant times π_ref on successes and on failures",
    statements=(
        Statement(
            Side(log_ratio(n), ratio_after),
            Relation.EQUAL,
            Side(log_ratio(sp.S(0)), ratio_before),
            Domain((natural(n, 1), real(alpha, None, 1)), "any two outcomes of one reward, every finite policy", STEPS),
            (
                Derivation(
                    (Step(log_ratio(sp.S(0)), "by induction over n", using=((stays, sp.Integer(1)),)),),
                ),
                Enumeration(with_functions),
            ),
        ),
        Statement(
            Side(renyi_term, literal),
            Relation.EQUAL,
            Side(sp.S(0)),
            Domain(
                (
                    natural(K, 1),
                    natural(m, 1),
                    real(alpha, None, 1),
                    real(p, 0, 1),
                    real(p_ref, 0, 1),
                    real(scale_success, 0),
                    real(scale_failure, 0),
                    real(ref_success, 0),
                    real(ref_failure, 0),
                ),
                "every finite policy, π_n = s·π_ref on the K successes and f·π_ref on the m failures",
                (*SUMS, *MASSES),
            ),
            (
                Derivation(
                    (
                        Step(
                            0 * n,
                            "both logarithms are of one",
                            rewriting=(
                                is_one(inside_success, SUMS[0], MASSES[0]),
                                is_one(inside_failure, SUMS[1], MASSES[1]),
                            ),
                        ),
                    )
                ),
                Enumeration(multiples),
            ),
        ),
    ),
)
