"""Forward differentiation over numbers that are exact as long as they can be: the value of a loss yields its slope."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

from grpo_theory.losses.reals import (
    Real,
    add,
    divide,
    exponential,
    is_exact,
    logarithm,
    multiply,
    power,
    sign,
    subtract,
)
from grpo_theory.losses.sample import Sample


@dataclass(frozen=True)
class Forward:
    """A value x with its gradient ∇x, under sum, product, quotient, rational power, logarithm and exponential.

    Domain: Fractions, Surds and Arb balls; numbers combined have gradients of one dimension, and a plain number is a
    constant. Errors: ZeroDivisionError for a quotient by an exact 0.

    >>> x = Forward(Fraction(4), (Fraction(1),))
    >>> x.power(Fraction(1, 2)), (x * x / 2).log().gradient
    (Forward(value=Fraction(2, 1), gradient=(Fraction(1, 4),)), (Fraction(1, 2),))
    """

    value: Real
    gradient: tuple[Real, ...]

    def _pair(self, other: "Forward | Real") -> "Forward":
        return other if isinstance(other, Forward) else still(other, len(self.gradient))

    def _joined(self, value: Real, own: Real, other: "Forward", factor: Real) -> "Forward":
        pairs = zip(self.gradient, other.gradient, strict=True)
        return Forward(value, tuple(_blend(own, a, factor, b) for a, b in pairs))

    def _scaled(self, value: Real, slope: Real) -> "Forward":
        return Forward(value, tuple(multiply(slope, entry) for entry in self.gradient))

    def __add__(self, number: "Forward | Real") -> "Forward":
        other = self._pair(number)
        return self._joined(add(self.value, other.value), Fraction(1), other, Fraction(1))

    def __sub__(self, number: "Forward | Real") -> "Forward":
        other = self._pair(number)
        return self._joined(subtract(self.value, other.value), Fraction(1), other, Fraction(-1))

    def __mul__(self, number: "Forward | Real") -> "Forward":
        other = self._pair(number)
        return self._joined(multiply(self.value, other.value), other.value, other, self.value)

    def __truediv__(self, number: "Forward | Real") -> "Forward":
        other = self._pair(number)
        quotient = divide(self.value, other.value)
        own, factor = divide(Fraction(1), other.value), multiply(Fraction(-1), divide(quotient, other.value))
        return self._joined(quotient, own, other, factor)

    def __neg__(self) -> "Forward":
        return self._scaled(multiply(Fraction(-1), self.value), Fraction(-1))

    def power(self, exponent: Fraction) -> "Forward":
        """x^e for x > 0."""
        value = power(self.value, exponent)
        return self._scaled(value, multiply(exponent, divide(value, self.value)))

    def log(self) -> "Forward":
        """log x for x > 0."""
        return self._scaled(logarithm(self.value), divide(Fraction(1), self.value))

    def exp(self) -> "Forward":
        """e^x."""
        value = exponential(self.value)
        return self._scaled(value, value)

    def smaller(self, number: "Forward | Real") -> "Forward":
        """min(x, y), x where the two are equal.

        Errors: ValueError where balls overlap, so that it cannot be told which is smaller.
        """
        other = self._pair(number)
        gap = sign(subtract(self.value, other.value))
        if gap is None:
            raise ValueError("the smaller of two numbers cannot be told at 400 bits: they may be equal")
        return other if gap > 0 else self


def _blend(own: Real, a: Real, factor: Real, b: Real) -> Real:
    """own·a + factor·b, without arithmetic on exact zeros: most coordinates of most numbers do not move."""
    if is_exact(a) and not a:
        return multiply(factor, b)
    return multiply(own, a) if is_exact(b) and not b else add(multiply(own, a), multiply(factor, b))


Tokens: TypeAlias = tuple[tuple[Forward, ...], ...]
"""π_θ(o_{i,t} | o_{i,<t}) of every rollout and token of a group, with gradients."""


def still(number: Real, dimension: int) -> Forward:
    """A number that does not move.

    >>> still(Fraction(2), 1)
    Forward(value=Fraction(2, 1), gradient=(Fraction(0, 1),))
    """
    return Forward(number, (Fraction(0),) * dimension)


def whole(terms: Iterable[Forward]) -> Forward:
    """Σ x_i of at least one number.

    >>> whole([still(Fraction(1), 0), still(Fraction(2), 0)]).value
    Fraction(3, 1)
    """
    return reduce(lambda a, b: a + b, terms)


def product(factors: Iterable[Forward]) -> Forward:
    """Π x_i of at least one number.

    >>> product([still(Fraction(3), 0), still(Fraction(2), 0)]).value
    Fraction(6, 1)
    """
    return reduce(lambda a, b: a * b, factors)


def in_nothing(sample: Sample) -> Tokens:
    """The token probabilities of a group without gradients: a loss of them has its value only.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> in_nothing(Sample(two_outcome("1/3"), (0,)))
    ((Forward(value=Fraction(1, 3), gradient=()),),)
    """
    return tuple(tuple(still(value, 0) for value in row) for row in sample.tokens)


def in_logits(sample: Sample) -> Tokens:
    """The token probabilities of a group with their gradients in the logits of π_θ.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> in_logits(Sample(two_outcome("1/3"), (0,)))[0][0].gradient
    (Fraction(2, 9), Fraction(-2, 9))
    """
    gradients = [sample.theta.token_gradients(o) for o in sample.group]
    return tuple(
        tuple(Forward(value, slope) for value, slope in zip(row, slopes, strict=True))
        for row, slopes in zip(sample.tokens, gradients, strict=True)
    )


def in_log_likelihoods(sample: Sample) -> Tokens:
    """The token probabilities of a group, each log π_θ(o_{i,t} | o_{i,<t}) a coordinate of its own.

    A loss of them has the coefficients of −∇log π_θ(o_{i,t} | o_{i,<t}) as its gradient, rollout by rollout and token
    by token, although the rollouts of one policy cannot move independently.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [row[0].gradient for row in in_log_likelihoods(Sample(two_outcome("1/3"), (0, 0)))]
    [(Fraction(1, 3), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 3))]
    """
    places = [(i, t) for i, row in enumerate(sample.tokens) for t in range(len(row))]
    return tuple(
        tuple(
            Forward(value, tuple(value if place == (i, t) else Fraction(0) for place in places))
            for t, value in enumerate(row)
        )
        for i, row in enumerate(sample.tokens)
    )
