"""Exact vectors: tuples of Fractions and Surds, with the few operations that gradients of finite policies need."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar, cast

from grpo_theory.arithmetic.surds import Surd

Exact: TypeAlias = Fraction | Surd
RationalVector: TypeAlias = tuple[Fraction, ...]
Vector: TypeAlias = tuple[Exact, ...]
SurdVector: TypeAlias = tuple[Surd, ...]

Number = TypeVar("Number", Fraction, Fraction | Surd)
"""Fractions where every number is a Fraction, else either kind."""

Value = TypeVar("Value", bound=Exact | Vector)
"""What can be averaged: a number or a vector."""


def total(terms: Iterable[Number]) -> Number:
    """The sum Σ x_i of exact numbers, 0 for none.

    Domain: Fractions and Surds in any mixture; the sum is a Fraction when every term is.

    >>> total([Fraction(1, 3), Fraction(1, 6)])
    Fraction(1, 2)
    """
    value: Number = Fraction(0)
    for term in terms:
        value = value + term
    return value


def dot(left: tuple[Number, ...], right: tuple[Number, ...]) -> Number:
    """The scalar product Σ u_i v_i.

    Domain: two vectors of equal dimension. Errors: ValueError when the dimensions differ.

    >>> dot((Fraction(1), Fraction(2)), (Fraction(3), Fraction(1, 2)))
    Fraction(4, 1)
    """
    return total([a * b for a, b in zip(left, right, strict=True) if a and b])


def norm_squared(vector: tuple[Number, ...]) -> Number:
    """The squared Euclidean length ‖u‖² = Σ u_i².

    Domain: any exact vector.

    >>> norm_squared((Fraction(1, 2), Fraction(-1, 2)))
    Fraction(1, 2)
    """
    return dot(vector, vector)


def scaled(factor: Number, vector: tuple[Number, ...]) -> tuple[Number, ...]:
    """The multiple c·u of a vector.

    Domain: an exact number and an exact vector.

    >>> scaled(Fraction(2), (Fraction(1, 2), Fraction(-1, 2)))
    (Fraction(1, 1), Fraction(-1, 1))
    """
    return tuple(factor * entry for entry in vector)


def combination(terms: Iterable[tuple[Number, tuple[Number, ...]]], dimension: int) -> tuple[Number, ...]:
    """The linear combination Σ c_i u_i, the zero vector for none.

    Domain: pairs (c_i, u_i) with every u_i of the given dimension. Errors: ValueError when a dimension differs.

    >>> combination([(Fraction(1), (Fraction(1), Fraction(0))), (Fraction(-2), (Fraction(0), Fraction(1)))], 2)
    (Fraction(1, 1), Fraction(-2, 1))
    """
    entries: list[Number] = [Fraction(0)] * dimension
    for coefficient, vector in terms:
        if len(vector) != dimension:
            raise ValueError(f"a vector of dimension {len(vector)} cannot be added to vectors of dimension {dimension}")
        if coefficient:
            for index, entry in enumerate(vector):
                if entry:
                    entries[index] = entries[index] + coefficient * entry
    return tuple(entries)


def difference(left: tuple[Number, ...], right: tuple[Number, ...]) -> tuple[Number, ...]:
    """The difference u − v.

    Domain: two vectors of equal dimension. Errors: ValueError when the dimensions differ.

    >>> difference((Fraction(1), Fraction(2)), (Fraction(1), Fraction(1)))
    (Fraction(0, 1), Fraction(1, 1))
    """
    return tuple(a - b for a, b in zip(left, right, strict=True))


def mean_value(terms: Sequence[tuple[Fraction, Value]]) -> Value:
    """The weighted mean Σ w_i x_i / Σ w_i of numbers, or of vectors entry by entry.

    Domain: weights that do not sum to 0, values of one kind. Errors: ZeroDivisionError otherwise.

    >>> mean_value([(Fraction(1, 2), Fraction(1)), (Fraction(1, 4), Fraction(4))])
    Fraction(2, 1)
    """
    mass = total([weight for weight, _ in terms])
    vectors = [(weight, value) for weight, value in terms if isinstance(value, tuple)]
    if not vectors:
        numbers = [weight * value for weight, value in terms if not isinstance(value, tuple)]
        return cast(Value, total(numbers) / mass)
    columns = zip(*([weight * entry for entry in vector] for weight, vector in vectors), strict=True)
    return cast(Value, tuple(total(column) / mass for column in columns))


def multiple_of(vector: Sequence[Exact], base: Sequence[Exact]) -> Exact | None:
    """The number c with u = c·v, or None when u is no multiple of v.

    Domain: two vectors of equal dimension; for v = 0 the answer is 0 if u = 0, else None. Errors: ValueError when
    the dimensions differ.

    >>> multiple_of((Fraction(1), Fraction(-2)), (Fraction(2), Fraction(-4)))
    Fraction(1, 2)
    """
    pairs = list(zip(vector, base, strict=True))
    factor: Exact = Fraction(0)
    for a, b in pairs:
        if b:
            factor = a / b
            break
    return factor if all(a == factor * b for a, b in pairs) else None


def surds(vector: Iterable[Exact]) -> SurdVector:
    """The same vector with every entry a Surd, the form in which vectors with roots are returned.

    Domain: Fractions and Surds in any mixture.

    >>> [str(entry) for entry in surds((Fraction(1, 2), Surd.sqrt(2)))]
    ['1/2', 'sqrt(2)']
    """
    return tuple(Surd.of(entry) for entry in vector)


def rationals(vector: Iterable[Exact]) -> RationalVector:
    """The same vector with every entry a Fraction.

    Domain: entries that are rational numbers. Errors: ValueError for a Surd that is irrational.

    >>> rationals((Fraction(1, 2), Surd.of(3)))
    (Fraction(1, 2), Fraction(3, 1))
    """
    return tuple(entry.fraction() if isinstance(entry, Surd) else entry for entry in vector)
