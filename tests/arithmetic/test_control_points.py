"""Bernstein sums as nodes: against the same polynomial in powers of p, at exact points and on random intervals."""

import random
from fractions import Fraction

import flint
import pytest
import sympy as sp

from grpo_theory.arithmetic.balls import ball
from grpo_theory.arithmetic.boxes import Edge
from grpo_theory.arithmetic.conditions import outright
from grpo_theory.arithmetic.control_points import BERNSTEIN, bernstein_node, node_range, node_sign, node_slope
from grpo_theory.arithmetic.enclosures import certify
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.arithmetic.extended import between, point
from grpo_theory.arithmetic.images import image, slope
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.symbols import beta, p

F = Fraction
UNIT = Edge(F(0), F(1), True, True)


def random_coefficients(rng: random.Random, degree: int) -> list[Surd]:
    """Small surds, some of them zero."""
    return [Surd.of(rng.randint(-3, 3)) + Surd.sqrt(rng.choice([2, 3, 5])) * rng.randint(-2, 2) for _ in range(degree)]


@pytest.mark.parametrize("seed", range(12))
def test_nodes_and_their_derivatives_are_the_polynomial(seed: int) -> None:
    rng = random.Random(seed)
    coefficients = random_coefficients(rng, rng.randint(2, 9))
    node, plain = bernstein_node(coefficients, p), SurdPolynomial.from_bernstein(len(coefficients) - 1, coefficients)
    for _ in range(len(coefficients)):
        for _ in range(4):
            at = F(rng.randint(0, 24), 24)
            value = exact(node, {"p": at})
            assert value == plain(at)
            assert ball(node, {"p": at}).overlaps(value.arb(128))
            if node.has(BERNSTEIN):
                assert node_range(node, point(at))[0].overlaps(value.arb(128))
        if not node.has(BERNSTEIN):
            break
        node, plain = node_slope(node), plain.derivative()


@pytest.mark.parametrize("seed", range(12))
def test_ranges_and_signs_hold_at_every_sample(seed: int) -> None:
    rng = random.Random(seed)
    coefficients = random_coefficients(rng, rng.randint(2, 12))
    node, plain = bernstein_node(coefficients, p), SurdPolynomial.from_bernstein(len(coefficients) - 1, coefficients)
    if not node.has(BERNSTEIN):
        return
    for _ in range(12):
        low, high = sorted(F(n, 40) for n in rng.sample(range(41), 2))
        with flint.ctx.workprec(128):
            least, most = node_range(node, between(low, high))
        edge = Edge(low, high, rng.random() < 0.5, rng.random() < 0.5)
        sign = node_sign(node, edge)
        for step in range(9):
            at = low + (high - low) * F(step, 8)
            value = plain(at)
            assert not value.arb(128) < least and not value.arb(128) > most
            if edge.holds(at):
                assert value.sign() in SIGNS[sign]


SIGNS = {
    Sign.POSITIVE: (1,),
    Sign.NONNEGATIVE: (0, 1),
    Sign.ZERO: (0,),
    Sign.NONPOSITIVE: (-1, 0),
    Sign.NEGATIVE: (-1,),
    Sign.UNKNOWN: (-1, 0, 1),
}


def test_zeros_at_the_ends_are_not_strict() -> None:
    hill = bernstein_node([Surd.of(0), Surd.of(1), Surd.of(0)], p)
    assert outright(hill, {"p": UNIT}) is Sign.POSITIVE
    assert outright(hill, {"p": Edge(F(0), F(1, 2))}) is Sign.NONNEGATIVE
    assert outright(-hill, {"p": Edge(F(1, 2), F(1))}) is Sign.NONPOSITIVE
    assert outright(hill.subs(p, 0), {}) is Sign.ZERO


def test_slopes_of_expressions_around_a_node_are_those_of_the_written_polynomial() -> None:
    coefficients = [Surd.of(1), Surd.sqrt(2), Surd.of(-1), Surd.of("1/2")]
    node = bernstein_node(coefficients, p)
    written = SurdPolynomial.from_bernstein(3, coefficients).sympy()

    def around(weight: sp.Expr) -> sp.Expr:
        return p**2 * sp.exp(-weight / beta) + sp.log(1 + weight**2) + sp.Abs(weight)

    one, other = slope(around(node), p), slope(around(written), p)
    for at in (F(1, 7), F(1, 3), F(4, 5)):
        memo = {p: point(at), beta: point(F(3, 2))}
        assert image(one, dict(memo), {})[0].overlaps(image(other, dict(memo), {})[0])


@pytest.mark.parametrize("seed", range(8))
def test_nodes_and_powers_get_the_same_verdict(seed: int) -> None:
    rng = random.Random(seed)
    coefficients = [Surd.of(F(rng.randint(-1, 6), 4)) for _ in range(4)]
    level = sp.Rational(rng.randint(0, 3), 4)
    written = SurdPolynomial.from_bernstein(3, coefficients).sympy()
    one = certify(level, bernstein_node(coefficients, p), {"p": UNIT}, seconds=5)
    other = certify(level, written, {"p": UNIT}, seconds=5)
    assert one.holds is not None and one.holds == other.holds
    if one.point is not None:
        assert exact(written, one.point) < Surd.of(F(int(level.p), int(level.q)))


def test_a_planted_falsehood_is_refuted() -> None:
    node = bernstein_node([Surd.of(1), Surd.sqrt(2), Surd.of(1)], p)
    most = (sp.S(1) + sp.sqrt(2)) / 2  # the value at p = 1/2
    tiny = sp.Rational(1, 10**6)
    assert certify(node, most + tiny, {"p": UNIT}).holds is True
    assert certify(node, most, {"p": UNIT}, strict=True).holds is False
    assert certify(node, most - tiny, {"p": UNIT}).holds is False
    assert certify(node, sp.S(1), {"p": UNIT}).holds is False
