"""Integer combinations Σ n_d·√d over squarefree d: products, inverses by conjugation, and signs decided by balls.

A combination is a dictionary from squarefree radicands d ≥ 1 to non-zero integers. The roots of different squarefree
numbers are linearly independent over the rationals, so a combination is zero exactly when the dictionary is empty; this
is what lets a sign be decided by balls of growing precision, for a non-zero number leaves some ball.
"""

from collections.abc import Mapping
from math import gcd
from typing import Final

from flint import arb, ctx, fmpz

from grpo_theory.arithmetic.squarefree import factors

Combination = Mapping[int, fmpz]
Terms = tuple[tuple[int, fmpz], ...]

LARGEST_RANK: Final = 9
"""Inverses are formed in fields of degree at most 2^9 over the rationals: nine independent roots."""


def product(x: Combination, y: Combination) -> dict[int, fmpz]:
    """(Σ x_d √d)(Σ y_e √e), by √d·√e = g·√(de/g²) with g = gcd(d, e).

    >>> product({2: fmpz(1), 3: fmpz(1)}, {2: fmpz(1), 3: fmpz(-1)})
    {1: -1}
    """
    total: dict[int, fmpz] = {}
    for d, n in x.items():
        for e, m in y.items():
            g = gcd(d, e)
            radicand = (d // g) * (e // g)
            term = n * m if g == 1 else n * m * g
            old = total.get(radicand)
            total[radicand] = term if old is None else old + term
    return {d: n for d, n in total.items() if n}


def content(x: Combination) -> fmpz:
    """The greatest common divisor of the coefficients (0 for the empty combination).

    >>> content({1: fmpz(4), 2: fmpz(-6)})
    2
    """
    common = fmpz(0)
    for n in x.values():
        common = n.gcd(common)
        if common == 1:
            break
    return common


def lowest_terms(x: Combination, m: fmpz) -> tuple[fmpz, Terms]:
    """The pair (denominator > 0, terms sorted by radicand) of x/m without common divisor and without zeros.

    Domain: m ≠ 0.

    >>> lowest_terms({3: fmpz(4), 1: fmpz(2)}, fmpz(-6))
    (3, ((1, -1), (3, -2)))
    """
    common = m
    for n in x.values():
        common = n.gcd(common)
        if common == 1:
            break
    if m < 0:
        common = -abs(common)
    terms = [(d, x[d]) for d in sorted(x) if x[d]]
    if common == 1:
        return m, tuple(terms)
    return m // common, tuple([(d, n // common) for d, n in terms])


def scaled(denominator: fmpz, terms: Terms, n: fmpz, m: fmpz) -> tuple[fmpz, Terms]:
    """The product with n/m of a quotient in lowest terms, in lowest terms.

    Domain: n/m in lowest terms, m > 0.

    >>> scaled(fmpz(3), ((2, fmpz(4)),), fmpz(3), fmpz(8))
    (2, ((2, 1),))
    """
    if n == 0 or not terms:
        return fmpz(1), ()
    if n == 1 and len(terms) == 1:  # a root over an integer: a thousand of these make one sum
        ((d, v),) = terms
        h = v.gcd(m)
        return denominator * (m // h), ((d, v // h),)
    g, h = (n if n == 1 else denominator.gcd(n)), m
    for _, v in terms:
        if h == 1:
            break
        h = v.gcd(h)
    if g == 1 and h == 1:
        return denominator * m, tuple([(d, v * n) for d, v in terms])
    n, m = n // g, m // h
    return denominator // g * m, tuple([(d, v // h * n) for d, v in terms])


def ball(x: Combination, bits: int) -> arb:
    """An enclosure of Σ n_d √d, computed with `bits` bits.

    >>> ball({1: fmpz(-1), 2: fmpz(1)}, 200).overlaps(arb(2).sqrt() - 1)
    True
    """
    with ctx.workprec(bits):
        total = arb(0)
        for d, n in x.items():
            total += arb(n) if d == 1 else arb(d).sqrt() * n
        return total


def accurate_ball(x: Combination, bits: int) -> arb:
    """An enclosure of Σ n_d √d whose radius is below 2^(−bits) times its value, however much cancels.

    >>> accurate_ball({1: fmpz(-99), 2: fmpz(70)}, 100).rel_accuracy_bits() >= 100
    True
    """
    precision = bits + 16
    value = ball(x, precision)
    while x and value.rel_accuracy_bits() < bits:
        precision *= 2
        value = ball(x, precision)
    return value


def sign(x: Combination) -> int:
    """The sign −1, 0 or 1 of Σ n_d √d, decided.

    >>> sign({1: fmpz(-99), 2: fmpz(70)}), sign({}), sign({5: fmpz(1)})
    (-1, 0, 1)
    """
    positive = sum(1 for n in x.values() if n > 0)
    if positive == len(x):
        return 1 if x else 0
    if positive == 0:
        return -1
    return 1 if accurate_ball(x, 2) > 0 else -1


def split(x: Combination, q: int) -> tuple[dict[int, fmpz], dict[int, fmpz]]:
    """The pair (a, b) with x = a + b·√q, both free of the prime q.

    >>> split({1: fmpz(5), 2: fmpz(7), 6: fmpz(1)}, 2)
    ({1: 5}, {1: 7, 3: 1})
    """
    without = {d: n for d, n in x.items() if d % q}
    with_root = {d // q: n for d, n in x.items() if d % q == 0}
    return without, with_root


def some_prime(x: Combination) -> int | None:
    """A prime that divides a radicand of x, or None when x is rational.

    >>> some_prime({1: fmpz(1), 15: fmpz(1)}), some_prime({1: fmpz(1)})
    (5, None)
    """
    largest = max(x, default=1)
    return None if largest == 1 else factors(largest)[-1][0]


def rank(x: Combination) -> int:
    """The number r of independent roots in x: its field has degree 2^r over the rationals.

    >>> rank({1: fmpz(1), 2: fmpz(1), 3: fmpz(1), 6: fmpz(1)})
    2
    """
    reduced: dict[int, frozenset[int]] = {}
    for d in x:
        primes = frozenset(q for q, _ in factors(d))
        while primes and max(primes) in reduced:
            primes ^= reduced[max(primes)]
        if primes:
            reduced[max(primes)] = primes
    return len(reduced)


def inverse(x: Combination) -> tuple[dict[int, fmpz], fmpz]:
    """The pair (y, m) with 1/x = y/m, by multiplying with conjugates √q → −√q until the denominator is rational.

    Domain: non-zero combinations of rank at most 9. Errors: ZeroDivisionError for zero; ValueError beyond that rank.

    >>> inverse({1: fmpz(1), 2: fmpz(1)})
    ({1: 1, 2: -1}, -1)
    """
    if not x:
        raise ZeroDivisionError("division by a surd that is exactly zero")
    if len(x) == 1:
        ((d, n),) = x.items()
        return {d: fmpz(1)}, n * d
    if (independent := rank(x)) > LARGEST_RANK:
        raise ValueError(
            f"a divisor with {independent} independent roots lies outside what is inverted (at most {LARGEST_RANK}): "
            f"its inverse has up to 2^{independent} terms"
        )
    return _inverse(x)


def _inverse(x: Combination) -> tuple[dict[int, fmpz], fmpz]:
    q = some_prime(x)
    if q is None:
        return {1: fmpz(1)}, x[1]
    conjugate = {d: n if d % q else -n for d, n in x.items()}
    norm = product(x, conjugate)
    common = content(norm)
    y, m = _inverse({d: n // common for d, n in norm.items()})
    return product(conjugate, y), m * common
