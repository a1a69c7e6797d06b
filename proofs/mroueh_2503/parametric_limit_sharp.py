"""No constant c < 2 serves in limsup |p̃_n − p*| ≤ cδ* when TV is the supremum over events: c = 1 serves.

|p̃ − p| is the difference that one event shows, so it never exceeds TV; and one step of drift d between two policies
with TV = d moves p by as much as d, when success is the event with the largest difference. So the least constant is 1.
A factor of 2 appears where the change of p is bounded by Σ|π̃ − π|, which is 2·TV.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, natural, real
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step, chain
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.facts import hypothesis, order, summed
from grpo_theory.ledger.ranges import by_induction
from grpo_theory.policies.drifts import Policy, chance, drifting_points, from_limit, total_variation
from grpo_theory.symbols import i, j, n

# drift(i) is δ_{i+1}, the bound for the step from i to i+1, and slack(i) what that step does not use of it.
variation, drift, slack = (sp.Function(name) for name in ("TV", "drift", "slack"))
last, total, nearness = (sp.Symbol(name, nonnegative=True) for name in ("TV_n", "delta_star", "e"))
# p̃_n = p_n + gap with |gap| ≤ TV_n, p_n = p* + off, Σδ_i = δ* + excess.
gap, off, excess = (sp.Symbol(name, real=True) for name in ("gap", "off", "excess"))


def over_steps(summand: sp.Expr) -> sp.Sum:
    """A sum over the first n steps."""
    return sp.Sum(summand, (i, 0, n - 1))


START = Given(variation(0), sp.S(0))
LAST = Given(variation(n), last)
EACH_STEP = Given(variation(i + 1) - variation(i), drift(i) - slack(i), i, sp.S(0), n - 1)
REACHED = Given(over_steps(drift(i)), total + excess)
DOMAIN = Domain(
    (
        natural(n, 1),
        real(nearness, 0),
        real(total, 0, closed="lower"),
        real(slack(i), 0, closed="lower"),
        real(last, 0, closed="lower"),
        real(gap, -last, last, closed="both"),
        real(off, -nearness / 2, nearness / 2, closed="both"),
        real(excess, None, nearness / 2, closed="upper"),
    ),
    "n so large that |p_n − p*| ≤ e/2 and Σδ_i ≤ δ* + e/2",
    (START, LAST, EACH_STEP, REACHED),
)
all_steps = by_induction(over_steps(variation(i + 1) - variation(i)), variation(j + 1) - variation(0), j)
drifted = chain(
    last,
    Step(
        over_steps(drift(i)) - over_steps(slack(i)),
        "the differences add up to TV_n − TV_0",
        using=(
            (hypothesis(LAST), sp.Integer(-1)),
            (all_steps, sp.Integer(-1)),
            summed(hypothesis(EACH_STEP), sp.S(1), i, sp.S(0), n - 1),
            hypothesis(START),
        ),
    ),
    Step(
        total + excess,
        "what is not used of a step is not negative, and Σδ_i = δ* + excess",
        Relation.AT_MOST,
        using=(summed(order(0 * i, slack(i), "slack"), sp.S(1), i, sp.S(0), n - 1), hypothesis(REACHED)),
    ),
    Step(total + nearness / 2, "the excess is at most e/2", Relation.AT_MOST),
)


# For p̃_n − p* and for p* − p̃_n.
bounded = Derivation(
    (
        Step(last + nearness / 2, "success is one of the events", Relation.AT_MOST),
        Step(total + nearness, "TV_n ≤ Σδ_i ≤ δ* + e/2", Relation.AT_MOST, using=(drifted,)),
    )
)


constant, moved = sp.Symbol("c", real=True), sp.Symbol("d", positive=True)


def laws(outcomes: int, parts: int) -> tuple[Policy, ...]:
    """All distributions over some outcomes in multiples of 1/parts."""
    found = (law for law in product(range(parts + 1), repeat=outcomes) if sum(law) == parts)
    return tuple(tuple(Fraction(count, parts) for count in law) for law in found)


def largest_change(point: Point) -> Fraction:
    """The largest |p̃ − p| over events and pairs of distributions over two or three outcomes with TV = d."""
    parts = 2 * Fraction(point["d"]).denominator
    pairs = ((a, b) for size in (2, 3) for a, b in combinations(laws(size, parts), 2))
    apart = ((a, b) for a, b in pairs if total_variation(a, b) == point["d"])
    return max(abs(chance(a, (o,)) - chance(b, (o,))) for a, b in apart for o in range(len(a)))


def search() -> Iterator[Point]:
    """Constants from zero on, with a drift of one half."""
    return ({"c": Fraction(c, 2), "d": Fraction(1, 2)} for c in range(4))


def drifts(_: int) -> Iterator[Point]:
    """One step of drift between policies in steps of a fourth, a sixth or an eighth."""
    return ({"d": Fraction(part)} for part in ("1/2", "1/3", "2/3", "1/4"))


def recheck(point: Point) -> bool:
    """With TV = ½Σ|π̃ − π| = d, rises and falls of probability sum to d each, so no event moves by more than d."""
    rises = falls = point["d"]
    return bool(max(rises, falls) > point["c"] * point["d"])


repaired = Claim(
    name="parametric-limit-sharp-repaired",
    source="mroueh-2503",
    label="Theorem on parametric policies",
    says="with TV the supremum over events, limsup |p̃_n − p*| ≤ δ*: the constant 1 serves, and no smaller one does,"
    " since one step of drift d moves the success probability of some policy by d",
    statements=(
        Statement(
            Side(gap + off, from_limit),
            Relation.AT_MOST,
            Side(total + nearness),
            DOMAIN,
            (bounded, Enumeration(drifting_points)),
        ),
        Statement(
            Side(-gap - off, lambda point: -from_limit(point)),
            Relation.AT_MOST,
            Side(total + nearness),
            DOMAIN,
            (bounded, Enumeration(drifting_points)),
        ),
        Statement(
            Side((1 + moved) / 2 - (1 - moved) / 2, largest_change),
            Relation.EQUAL,
            Side(moved),
            Domain((real(moved, 0, 1),), "one step of drift d"),
            (
                Derivation((Step(moved, "two outcomes, from p = (1−d)/2 to (1+d)/2"),)),
                Enumeration(drifts),
            ),
        ),
    ),
    assuming=("both sequences start at π_ref: TV(π̃_0, π_0) = 0",),
)

claim = Claim(
    name="parametric-limit-sharp",
    source="mroueh-2503",
    label="Theorem on parametric policies",
    says="no constant c < 2 serves in limsup |p̃_n − p*| ≤ cδ*, TV the supremum over events: for every c < 2 some"
    " policies with drift δ* = d have |p̃ − p*| > c·d",
    statements=(
        Statement(
            Side(moved, largest_change),
            Relation.GREATER,
            Side(constant * moved),
            Domain(
                (real(constant, None, 2), real(moved, 0, 1)), "the largest change that one step of drift d can make"
            ),
            (Counterexample(search, recheck),),
        ),
    ),
    repair=repaired,
)
