"""Inequalities on boxes: what is certified holds at every exact sample, what is refuted fails at its point, exactly."""

import random
import time
from fractions import Fraction
from itertools import product

import flint
import pytest
import sympy as sp
from flint import arb

from grpo_theory.arithmetic import extended
from grpo_theory.arithmetic.boxes import Edge, cut, halved, simple_points, simplest
from grpo_theory.arithmetic.enclosures import Certificate, certify
from grpo_theory.arithmetic.images import image, slope
from grpo_theory.symbols import G, beta, epsilon, eta, k, p

R = sp.Rational
ZERO, ONE = Fraction(0), Fraction(1)
CLOSED = Edge(ZERO, ONE)
OPEN = Edge(ZERO, ONE, True, True)
HALF_OPEN = Edge(ZERO, ONE, low_open=True)


TRUE = [
    (p * (1 - p), "<=", R(1, 4), {"p": CLOSED}),
    (p * (1 - p) ** 2, "<=", R(4, 27), {"p": OPEN}),
    (p**64 * (1 - p) ** 64, "<=", R(1, 4**64), {"p": CLOSED}),
    (sp.log(p), "<=", p - 1, {"p": HALF_OPEN}),
    (sp.log(p), "<", p - 1, {"p": OPEN}),
    (p * sp.log(p), ">=", sp.S(-1), {"p": OPEN}),
    (-p * sp.log(p) - (1 - p) * sp.log(1 - p), "<=", sp.log(2), {"p": OPEN}),
    (-p * sp.log(p) - (1 - p) * sp.log(1 - p), ">=", 4 * p * (1 - p) * sp.log(2), {"p": OPEN}),
    (1 / p, ">", sp.S(1), {"p": OPEN}),
    (sp.exp(eta * p), ">", 1 + eta * p, {"p": OPEN, "eta": HALF_OPEN}),
    (sp.exp(p - R(2, 7)), ">=", p + R(5, 7), {"p": OPEN}),
    (sp.Max(p, 1 - p), ">=", R(1, 2), {"p": OPEN}),
    (abs(p - R(1, 3)) + abs(p - R(1, 2)), ">=", R(1, 6), {"p": CLOSED}),
    (1 / sp.sqrt(p * (1 - p) + epsilon), ">=", 2 / sp.sqrt(1 + 4 * epsilon), {"p": OPEN, "epsilon": CLOSED}),
    (p**2 + eta**2 + beta**2, ">=", p * eta + eta * beta + beta * p, {"p": CLOSED, "eta": CLOSED, "beta": CLOSED}),
    (p**3 + eta**3 + beta**3, ">=", 3 * p * eta * beta, {"p": CLOSED, "eta": CLOSED, "beta": CLOSED}),
    ((p + eta) ** 2, "=", p**2 + 2 * p * eta + eta**2, {"p": CLOSED, "eta": CLOSED}),
    (
        sp.Sum(sp.binomial(G, k) * p**k * (1 - p) ** (G - k), (k, 0, G)),
        "=",
        1,
        {"p": CLOSED, "G": Edge(Fraction(5), Fraction(5))},
    ),
]

FALSE = [
    (p * (1 - p), "<", R(1, 4), {"p": CLOSED}),
    (p * (1 - p) ** 2, "<=", R(4, 27) - R(1, 10**12), {"p": OPEN}),
    (sp.log(p), "<", p - 1, {"p": HALF_OPEN}),
    (sp.exp(p), "<=", 1 + p + p**2 / 2, {"p": CLOSED}),
    ((p + eta) ** 2, "=", p**2 + p * eta + eta**2, {"p": CLOSED, "eta": CLOSED}),
    (sp.Min(p, 1 - p), "<=", R(49, 100), {"p": OPEN}),
    (sp.sqrt(p), "<=", p, {"p": CLOSED}),
]


@pytest.mark.parametrize(("lhs", "relation", "rhs", "box"), TRUE, ids=str)
def test_what_is_true_is_certified(lhs: sp.Expr, relation: str, rhs: sp.Expr, box: dict[str, Edge]) -> None:
    found = certify(lhs, rhs, box, relation=relation)
    assert found.holds is True
    assert found.undecided == () and found.point is None


@pytest.mark.parametrize(("lhs", "relation", "rhs", "box"), FALSE, ids=str)
def test_what_is_false_is_refuted_by_an_exact_point(
    lhs: sp.Expr, relation: str, rhs: sp.Expr, box: dict[str, Edge]
) -> None:
    found = certify(lhs, rhs, box, relation=relation)
    assert found.holds is False and found.point is not None
    assert all(box[name].holds(value) for name, value in found.point.items())
    assert fails_in_mpmath(lhs, relation, rhs, found.point)


def fails_in_mpmath(lhs: sp.Expr, relation: str, rhs: sp.Expr, point: object) -> bool:
    """A third road: SymPy's own evaluation to 60 digits, zero tested after exact substitution."""
    values = {sp.Symbol(n, positive=True): R(v.numerator, v.denominator) for n, v in dict(point).items()}  # type: ignore[call-overload]
    gap = sp.simplify((rhs - lhs).subs({s: values[sp.Symbol(s.name, positive=True)] for s in (rhs - lhs).free_symbols}))
    if gap == 0:
        return relation in ("<", ">")
    value = gap.evalf(60)
    return bool({"<=": value < 0, "<": value < 0, ">=": value > 0, ">": value > 0, "=": value != 0}[relation])


@pytest.mark.parametrize("width", [10**3, 10**6, 10**9])
def test_a_violation_in_a_thin_region_is_found_or_left_open_never_certified(width: int) -> None:
    place = R(271828, 10**6)
    dip = R(1, 4) + (p - place) ** 2 * width**2
    found = certify(sp.S(1), dip * 4 - R(1, 10**12), {"p": CLOSED})
    assert found.holds is not True
    if found.point is not None:
        assert abs(found.point["p"] - Fraction(271828, 10**6)) < Fraction(1, width)


def test_a_thin_violation_of_a_transcendental_inequality() -> None:
    bump = sp.exp(-((p - R(3141, 10**4)) ** 2) * 10**10)
    found = certify(bump, R(99, 100), {"p": CLOSED})
    assert found.holds is False
    assert found.point is not None and abs(found.point["p"] - Fraction(3141, 10**4)) < Fraction(1, 10**5)


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [
        (1 / (p - R(1, 2)), sp.S(10) ** 9),
        (sp.log(p - R(1, 2)), sp.S(0)),
        (-sp.sqrt(p - R(1, 10)), sp.S(0)),
        (-1 / (p - R(1, 3)) ** 2, sp.S(0)),
    ],
    ids=str,
)
def test_what_is_undefined_somewhere_is_never_certified(lhs: sp.Expr, rhs: sp.Expr) -> None:
    found = certify(lhs, rhs, {"p": CLOSED}, seconds=1)
    assert found.holds is None
    assert found.undecided and found.reason


def test_an_end_is_excluded_only_if_it_is_open() -> None:
    assert certify(1 / epsilon, 1, {"epsilon": HALF_OPEN}, relation=">=").holds is True
    assert certify(1 / epsilon, 1, {"epsilon": CLOSED}, relation=">=").holds is None
    assert certify(p, 1, {"p": OPEN}, strict=True).holds is True
    assert certify(p, 1, {"p": CLOSED}, strict=True).point == {"p": ONE}


def test_equality_at_an_irrational_point_is_left_open_with_its_box() -> None:
    found = certify(-sp.exp(-1), p * sp.log(p), {"p": OPEN}, seconds=3)
    assert found.holds is None and found.undecided
    low, high = found.undecided[0]["p"]
    assert float(low) <= 0.36787944117144233 <= float(high)


def test_the_budget_ends_every_search() -> None:
    names = (p, eta, beta, epsilon)
    hard = sum(sp.exp(a * b) for a in names for b in names) ** 8
    box = {s.name: CLOSED for s in names}
    start = time.monotonic()
    found = certify(sp.log(1 + hard), hard - R(1, 10**6) * sp.Add(*names), box, seconds=1, most_boxes=10**9)
    assert time.monotonic() - start < 15
    assert isinstance(found, Certificate)
    few = certify(p * sp.log(p), -sp.exp(-1), {"p": OPEN}, relation=">=", most_boxes=7)
    assert few.boxes <= 7 and few.holds is None and len(few.undecided) >= 1


def test_undecided_boxes_and_a_point_in_all_variables() -> None:
    found = certify(p, eta, {"p": CLOSED, "eta": CLOSED, "beta": Edge(ONE, ONE)})
    assert found.point is not None and found.point.keys() == {"p", "eta", "beta"}


def polynomial(rng: random.Random, names: tuple[sp.Symbol, ...], degree: int) -> sp.Expr:
    powers = product(range(degree + 1), repeat=len(names))
    terms = (rng.randint(-6, 6) * sp.Mul(*(s**e for s, e in zip(names, each, strict=True))) for each in powers)
    return sp.Add(*terms) / rng.randint(1, 5)


def exactly(expression: sp.Expr, names: tuple[sp.Symbol, ...], place: tuple[Fraction, ...]) -> Fraction:
    value = expression.subs({s: R(x.numerator, x.denominator) for s, x in zip(names, place, strict=True)})
    return Fraction(int(value.p), int(value.q))


@pytest.mark.parametrize(("names", "degree", "steps", "cases"), [((p,), 6, 96, 40), ((p, eta), 2, 12, 20)], ids=str)
def test_random_polynomials_against_dense_exact_samples(
    names: tuple[sp.Symbol, ...], degree: int, steps: int, cases: int
) -> None:
    rng = random.Random(20260)
    box = {s.name: CLOSED for s in names}
    grid = [tuple(Fraction(i, steps) for i in each) for each in product(range(steps + 1), repeat=len(names))]
    opened = 0
    for case in range(cases):
        gap = polynomial(rng, names, degree)
        values = [exactly(gap, names, place) for place in grid]
        # Every other case is moved until its least sample is zero, so that equality is attained or nearly so.
        if case % 2:
            gap, values = gap - R(str(min(values))), [value - min(values) for value in values]
        found = certify(sp.S(0), gap, box, seconds=2)
        opened += found.holds is None
        if found.holds is True:
            assert min(values) >= 0
        if min(values) < 0:
            assert found.holds is False
        if found.point is not None:
            assert exactly(gap, names, tuple(found.point[s.name] for s in names)) < 0
            assert all(0 <= found.point[s.name] <= 1 for s in names)
    assert opened <= cases // 4


def test_squares_touch_zero_and_are_certified() -> None:
    rng = random.Random(7)
    for _ in range(12):
        square = sp.expand((rng.randint(1, 9) * p - rng.randint(1, 9)) ** 2 * (p + rng.randint(1, 3)))
        assert certify(0, square, {"p": CLOSED}).holds is True
        assert certify(R(1, 10**15), square + R(1, 10**14), {"p": CLOSED}).holds is True


def test_intervals_contain_the_values_of_random_expressions() -> None:
    rng = random.Random(11)
    for _ in range(60):
        a, b = sorted(Fraction(rng.randint(1, 99), 100) for _ in range(2))
        expression = rng.choice(
            [
                sp.log(p) * (1 - p) / (p + eta),
                sp.exp(-p / eta) - sp.sqrt(p * eta),
                abs(p - eta) * sp.Min(p, eta**2) - sp.Max(p, 1 - eta),
                (p - eta) ** 3 / (1 + p * eta) ** 2,
            ]
        )
        memo = {p: extended.between(a, b), eta: extended.between(a / 2, b)}
        low, high = image(expression, memo, {})
        for t in (ZERO, Fraction(1, 3), ONE):
            place = {p: R(str(a + (b - a) * t)), eta: R(str(a / 2 + (b - a / 2) * t))}
            value = arb(str(expression.subs(place).evalf(40)))
            assert not (value < low or value > high)


def test_slopes_of_kinks_hold_both_sides() -> None:
    memo = {p: extended.between(ZERO, ONE)}
    low, high = image(slope(abs(p - R(1, 2)), p), memo, {})
    assert low == -1 and high == 1


def test_zero_times_infinity() -> None:
    infinite = (arb(1), extended.INFINITE)
    assert extended.multiply(extended.between(ZERO, ONE), infinite)[0] == 0
    assert extended.multiply(extended.point(ZERO), infinite) == extended.LINE
    assert extended.reciprocal(extended.between(Fraction(-1), ONE)) == extended.LINE
    assert extended.add((-extended.INFINITE, arb(0)), (arb(0), extended.INFINITE)) == extended.LINE


def test_the_working_precision_is_left_as_it_was() -> None:
    before = flint.ctx.prec
    certify(p, 2, {"p": CLOSED})
    assert flint.ctx.prec == before


@pytest.mark.parametrize(("low", "high"), [("1/3", "1/2"), ("0", "1/1000"), ("-1", "2"), ("-3/2", "-7/5"), ("2", "3")])
def test_the_simplest_rational_has_the_smallest_denominator(low: str, high: str) -> None:
    a, b = Fraction(low), Fraction(high)
    found = simplest(a, b)
    assert a < found < b
    for denominator in range(1, found.denominator):
        assert not any(a < Fraction(n, denominator) < b for n in range(-2 * denominator, 4 * denominator))


def test_halves_cover_the_box_and_points_lie_in_it() -> None:
    box = {"p": Edge(Fraction(1, 7), Fraction(5, 7), True, True), "eta": CLOSED}
    first, second = halved(box, "p")
    assert first["p"].low_open and second["p"].high_open and first["p"].high == second["p"].low == cut(box["p"])
    assert all(box[name].holds(value) for point in simple_points(box) for name, value in point.items())
    with pytest.raises(ValueError, match="empty"):
        Edge(ONE, ZERO)
