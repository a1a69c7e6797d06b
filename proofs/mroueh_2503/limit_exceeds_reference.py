"""For all β > 0, ε in (0, 1], p_ref in (0, 1) p_n converges to a fixed point above p_ref, as stated: it may cycle.

From p_0 = p_ref = 1/123 with ε = 1/123 and β = 1 the sequence is caught by an attracting cycle of period two. The
certificate: an iterate lies in an interval I that h² maps into itself, and h(I) lies apart from I; from then on
consecutive terms differ by a fixed amount. Images of intervals are enclosed by the images of their ends. What is true:
every term stays above h(1/2) > p_ref, so a limit, where it exists, exceeds p_ref; and it exists for p_ref ≥ 1/2, where
the sequence rises, and for β > 1/(3√(3ε)(1+4ε)), where a step contracts the log-odds.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from math import exp as exp_as_float
from math import isqrt, log1p
from math import log as log_as_float

import flint
import sympy as sp

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.precise import logit, precisely, root, sigmoid
from grpo_theory.dynamics.reference_balls import following
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.derivation import Derivation, Step
from grpo_theory.ledger.evidence import Counterexample, Enumeration
from grpo_theory.ledger.exponentials import exponential_above, exponential_increases
from grpo_theory.ledger.facts import lemma, order
from grpo_theory.ledger.points import grid
from grpo_theory.symbols import beta, d, epsilon, p, p_ref, z_0, z_ref

larger = sp.Symbol("p_larger", positive=True)
half = sp.Rational(1, 2)
STEPS = 600
SCALE = 1 << 160


def push(chance: sp.Expr) -> sp.Expr:
    """Ω_ε(p)/β."""
    return 1 / (beta * sp.sqrt(chance * (1 - chance) + epsilon))


def mass(chance: sp.Expr) -> sp.Expr:
    """p_ref·e^{Ω/β} + 1 − p_ref."""
    return p_ref * sp.exp(push(chance)) + 1 - p_ref


def h(chance: sp.Expr) -> sp.Expr:
    """The map of the success probability."""
    return p_ref * sp.exp(push(chance)) / mass(chance)


def seems_to_settle(point: Point) -> bool:
    """Whether floating-point iterates come to rest: this only saves certificates that would fail."""
    strength, smoothing, anchor = (float(point[name]) for name in ("beta", "epsilon", "p_ref"))
    start = log_as_float(anchor) - log1p(-anchor)
    before, z = 0.0, start
    for _ in range(STEPS):
        e = exp_as_float(-abs(z))
        before, z = z, start + 1 / (strength * (e / (1 + e) ** 2 + smoothing) ** 0.5)
        if abs(z - before) < 1e-9:
            return True
    return False


def mover(point: Point) -> Callable[[flint.arb], flint.arb]:
    """The map in log-odds at the point's strength, reference and smoothing."""
    return partial(following, beta=point["beta"], p_ref=point["p_ref"], epsilon=point["epsilon"])


@precisely
def lasting_step(point: Point) -> flint.arb | Fraction:
    """A lower bound for |p_{n+1} − p_n| from some term on, starting at p_0 = p_ref; 0 where none is certified.

    On log-odds below zero the map falls, so the image of an interval [a, b] is [h(b), h(a)].
    """
    if seems_to_settle(point):
        return Fraction(0)
    move, z = mover(point), logit(point["p_ref"])
    for _ in range(STEPS):
        z = move(z)
    for bits in range(3, 12):
        low, high = z - flint.arb(2) ** -bits, z + flint.arb(2) ** -bits
        bottom, top = move(high), move(low)
        if not (high < 0 and top < 0 and (top < low or high < bottom)):
            continue
        if move(top) > low and move(bottom) < high:
            gap = sigmoid(low) - sigmoid(top) if top < low else sigmoid(bottom) - sigmoid(high)
            return gap.lower()
    return Fraction(0)


def search() -> Iterator[Point]:
    """β = 1 and p_ref = ε = 1/n by growing n."""
    return ({"beta": Fraction(1), "p_ref": Fraction(1, n), "epsilon": Fraction(1, n)} for n in range(2, 126))


def exponential(x: int, up: int) -> int:
    """A bound for SCALE·e^{x/SCALE} from below (up = 0) or above (up = 1), x ≥ 0, in integers."""
    small = x // 256 + up
    term = total = SCALE
    for k in range(1, 40):
        term = term * small // (SCALE * k) + up
        total += term
    total += up * 2 * term
    for _ in range(8):
        total = total * total // SCALE + up
    return total


def image(chance: int, point: Point, up: int) -> int:
    """A bound for SCALE·h(chance/SCALE) from below or above, in integers."""
    variance = chance * (SCALE - chance) + int(point["epsilon"] * SCALE * SCALE) + 1 - up
    deviation = isqrt(variance) + 1 - up
    growth = exponential(int(SCALE * SCALE / (point["beta"] * deviation)) + up, up)
    odds = int(growth * point["p_ref"] / (1 - point["p_ref"])) + up
    return odds * SCALE // (SCALE + odds) + up


def mapped(ends: tuple[int, int], point: Point) -> tuple[int, int]:
    """The image of an interval on one side of one half: below h falls and the ends change places, above it rises."""
    low, high = ends
    if low * 2 < SCALE < high * 2:
        raise ValueError("the interval lies across the minimum of h")
    first, second = (low, high) if low * 2 >= SCALE else (high, low)
    return image(first, point, 0), image(second, point, 1)


def may_converge(point: Point) -> bool:
    """False when intervals of integers, in p instead of log-odds, enclose two sets that h maps into each other."""
    start = int(point["p_ref"] * SCALE)
    ends = (start, start + 1)
    for _ in range(STEPS):
        ends = mapped(ends, point)
    for bits in range(3, 14):
        here = (ends[0] - (SCALE >> bits), ends[1] + (SCALE >> bits))
        there = mapped(here, point) if here[1] * 2 <= SCALE else here
        if there[0] <= here[1] and here[0] <= there[1]:
            continue
        back = mapped(there, point)
        if here[0] <= back[0] and back[1] <= here[1]:
            return False
    return True


@precisely
def at_half(point: Point) -> flint.arb:
    """h(1/2) = σ(z_ref + 2/(β√(1+4ε)))."""
    return sigmoid(logit(point["p_ref"]) + 2 / (as_ball(point["beta"]) * root(1 + 4 * point["epsilon"])))


@precisely
def at_p(point: Point) -> flint.arb:
    """h(p)."""
    weight = 1 / root(point["p"] * (1 - point["p"]) + point["epsilon"])
    return sigmoid(logit(point["p_ref"]) + weight / as_ball(point["beta"]))


def points(_: int) -> Iterator[Point]:
    """References below and above one half, the counterexample's among them; a domain keeps its own."""
    levels = (Fraction(0), Fraction(1, 3), Fraction(3, 5), Fraction(9, 10))
    yield from grid(
        p=levels,
        p_larger=levels,
        p_ref=(Fraction(1, 123), Fraction(1, 3), Fraction(9, 10)),
        beta=(Fraction(1), Fraction(20)),
        epsilon=(Fraction(1, 123), Fraction(1)),
    )


PARAMETERS = (real(beta, 0), real(epsilon, 0, 1, closed="upper"))
ANY = (real(p_ref, 0, 1), *PARAMETERS)
LABEL = "success amplification, limit"


def floor_of_map(domain: Domain) -> Statement:
    """h(1/2) ≤ h(p) wherever the next term comes from."""
    grows = exponential_increases(order(push(half), push(p), "p(1−p) ≤ 1/4"))
    cofactor = p_ref * (1 - p_ref) / (mass(p) * mass(half))
    step = Step(h(p), "h rises with Ω, and Ω is least at 1/2", Relation.AT_MOST, using=((grows, cofactor),))
    return Statement(
        Side(h(half), at_half), Relation.AT_MOST, Side(h(p)), domain, (Derivation((step,)), Enumeration(points))
    )


above = Statement(
    Side(h(half), at_half),
    Relation.GREATER,
    Side(p_ref),
    Domain(ANY),
    (
        Derivation(
            (
                Step(
                    p_ref,
                    "e^x > 1 + x > 1 for x > 0",
                    Relation.GREATER,
                    using=(
                        (exponential_above(push(half), strict=True), p_ref * (1 - p_ref) / mass(half)),
                        (order(sp.S(0), push(half), "Ω > 0"), p_ref * (1 - p_ref) / mass(half)),
                    ),
                ),
            )
        ),
        Enumeration(points),
    ),
    r"h\left(\tfrac12\right) > p_{\mathrm{ref}}",
)
rising = Statement(
    Side(h(p), at_p),
    Relation.LESS,
    Side(h(larger)),
    Domain((real(p, half, 1, closed="lower"), real(larger, p, 1), *ANY)),
    (
        Derivation(
            (
                Step(
                    h(larger),
                    "h rises on [1/2, 1)",
                    Relation.LESS,
                    using=(lemma("map-branches", h(p), h(larger), {}, Relation.LESS, part=1),),
                ),
            )
        ),
        Enumeration(points),
    ),
    r"\tfrac12 \le p < p' \implies h(p) < h(p')",
)

steepest = 1 / (3 * sp.sqrt(3 * epsilon) * (1 + 4 * epsilon))


def logistic(z: sp.Expr) -> sp.Expr:
    """σ(z)."""
    return 1 / (1 + sp.exp(-z))


@precisely
def apart(point: Point) -> flint.arb:
    """T(z_0 + d) − T(z_0) in log-odds; the reference cancels."""
    ends = ({**point, "p_ref": Fraction(1, 2), "z": point["z_0"] + way * point["d"]} for way in (1, 0))
    far, near = (mover(end)(as_ball(end["z"])) for end in ends)
    return far - near


def pairs(_: int) -> Iterator[Point]:
    """Starts near each other and far apart, β above 1.85… = 1/(3√(3ε)(1+4ε)) at ε = 1/100."""
    yield from grid(
        z_0=(Fraction(-4), Fraction(7, 2)),
        d=(Fraction(1, 10), Fraction(2)),
        z_ref=(Fraction(-2),),
        beta=(Fraction(2), Fraction(20)),
        epsilon=(Fraction(1, 100), Fraction(1)),
    )


def contracting(way: int) -> Statement:
    """T(z_0+d) − T(z_0) ≤ rate·d (way 1) or ≥ −rate·d (way −1), the rate being less than one."""
    left = push(logistic(z_0 + d)) - push(logistic(z_0))
    bound = way * steepest / beta * d
    relation = Relation.AT_MOST if way > 0 else Relation.AT_LEAST
    known = lemma("global-contraction", left, bound, {}, relation, part=0 if way > 0 else 1)
    step = Step(bound, "the reference step contracts the log-odds", relation, using=(known,))
    domain = Domain((real(epsilon, 0, 1, closed="upper"), real(beta, steepest), real(z_ref), real(z_0), real(d, 0)))
    return Statement(Side(left, apart), relation, Side(bound), domain, (Derivation((step,)), Enumeration(pairs)))


claim = Claim(
    name="limit-exceeds-reference",
    source="mroueh-2503",
    label=LABEL,
    says="for all β > 0, ε in (0, 1], p_ref in (0, 1) the sequence p_n = h(p_{n−1}) from p_0 = p_ref converges to a"
    " fixed point above p_ref; so |p_{n+1} − p_n| tends to 0",
    statements=(
        Statement(
            Side(literal=lasting_step),
            Relation.EQUAL,
            Side(sp.S(0)),
            Domain(ANY),
            (Counterexample(search, may_converge),),
            r"\lim_{n\to\infty} |p_{n+1} - p_n| = 0",
        ),
    ),
    repair=Claim(
        name="limit-exceeds-reference-repaired",
        source="mroueh-2503",
        label=LABEL,
        says="p_n ≥ h(1/2) = σ(z_ref + 2/(β√(1+4ε))) > p_ref for all n ≥ 1, so a limit, where it exists, is a fixed"
        " point above p_ref; for p_ref ≥ 1/2 h rises on [1/2, 1) and p_1 > p_0, so p_n increases and has a limit; for"
        " β > s(ε) = 1/(3√(3ε)(1+4ε)) a step shrinks distances in log-odds by s(ε)/β < 1, and p_n has a limit too",
        statements=(
            above,
            floor_of_map(Domain((real(p, 0, 1, closed="both"), *ANY))),
            rising,
            contracting(1),
            contracting(-1),
        ),
        assuming=("a bounded monotone sequence converges", "Banach's fixed point theorem on the real line"),
    ),
)
