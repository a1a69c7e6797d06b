"""Sums Σ_k C(n,k) p^k (1−p)^(n−k) c_k with surds c_k: exact values, balls, products, and the way to powers of p.

A polynomial is given here by the tuple of its Bernstein coefficients (c_0, …, c_n). In this form the coefficients of
Σ √(k(n−k))-like sums stay small and positive; nothing cancels in [0, 1].
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate, groupby
from math import comb, isqrt

from flint import arb, ctx, fmpq, fmpq_poly, fmpz, fmpz_poly

from grpo_theory.arithmetic.surd_numbers import Surd

Coefficients = tuple[Surd, ...]

_FEW_TERMS = 6


@dataclass(frozen=True)
class Weights:
    """The integers w with C(n,k)·c_k = (Σ_d w_{k,d} √d)/common, as rows (k, ((d, w), …)) of the non-zero ones.

    >>> Weights.of((Surd.of(1), Surd.sqrt("1/2")))
    Weights(degree=1, common=2, rows=((0, ((1, 2),)), (1, ((2, 1),))))
    """

    degree: int
    common: fmpz
    rows: tuple[tuple[int, tuple[tuple[int, fmpz], ...]], ...]

    @staticmethod
    def of(coefficients: Coefficients) -> "Weights":
        """The weights of Σ_k C(n,k) p^k (1−p)^(n−k) c_k, n + 1 the number of coefficients."""
        n, binomial = len(coefficients) - 1, fmpz(1)
        binomials = []
        for k in range(n + 1):
            binomials.append(binomial)
            binomial = binomial * (n - k) // (k + 1)
        # C(n,k)/denominator in lowest terms first: binomials often cancel most of a denominator such as k
        scales = [fmpq(binomial, c.denominator) for binomial, c in zip(binomials, coefficients, strict=True)]
        common = least_common_multiple(scale.q for scale in scales)
        rows = []
        for k, (c, scale) in enumerate(zip(coefficients, scales, strict=True)):
            if c.numerators:
                factor = scale.p * (common // scale.q)
                rows.append((k, tuple([(d, w * factor) for d, w in c.numerators])))
        return Weights(n, common, tuple(rows))

    @cached_property
    def blocks(self) -> tuple[tuple[int, tuple[tuple[int, int, fmpz], ...]], ...]:
        """The terms (k − start, d, w) by blocks of isqrt(n) + 1 neighbouring k, each with its first k."""
        length = isqrt(self.degree) + 1
        grouped = groupby(self.rows, key=lambda row: row[0] - row[0] % length)
        return tuple((first, tuple((k - first, d, w) for k, row in rows for d, w in row)) for first, rows in grouped)


def least_common_multiple(numbers: Iterable[fmpz]) -> fmpz:
    """The least common multiple, 1 of none.

    >>> least_common_multiple([fmpz(4), fmpz(6)])
    12
    """
    return reduce(fmpz.lcm, numbers, fmpz(1))


def powers(base: fmpz, n: int) -> list[fmpz]:
    """[1, base, …, base^n].

    >>> powers(fmpz(2), 3)
    [1, 2, 4, 8]
    """
    return list(accumulate(range(n), lambda power, _: power * base, initial=fmpz(1)))


def value(weights: Weights, p: fmpq) -> Surd:
    """The exact value at a rational p = a/b: integer sums over one denominator common·b^n, reduced once.

    The sum runs over blocks of about √n neighbouring k, which share the large factor a^start·(b−a)^(n−end).

    >>> value(Weights.of((Surd.of(0), Surd.sqrt(2))), fmpq(1, 3))
    Surd('1/3*sqrt(2)')
    """
    n, a, b = weights.degree, p.p, p.q
    length = isqrt(n) + 1
    successes, failures = powers(a, length), powers(b - a, length)
    whole = _monomials(successes, failures, length)
    total: dict[int, fmpz] = {}
    for start, terms in weights.blocks:
        size = min(length, n + 1 - start)
        monomials = whole if size == length else _monomials(successes, failures, size)
        part: dict[int, fmpz] = {}
        for i, d, w in terms:
            part[d] = part[d] + w * monomials[i] if d in part else w * monomials[i]
        shared = a**start * (b - a) ** (n + 1 - start - size)
        for d, w in part.items():
            total[d] = total[d] + w * shared if d in total else w * shared
    return Surd.ratio(total, weights.common * b**n)


def _monomials(successes: list[fmpz], failures: list[fmpz], size: int) -> list[fmpz]:
    """[a^i c^(size−1−i) for i < size]."""
    return [x * y for x, y in zip(successes[:size], failures[size - 1 :: -1], strict=True)]


def ball(weights: Weights, p: arb | fmpq, bits: int) -> arb:
    """An enclosure of the value at p, computed with `bits` bits.

    >>> ball(Weights.of((Surd.of(0), Surd.sqrt(2))), arb("0.5"), 100).overlaps(arb(2).sqrt() / 2)
    True
    """
    n = weights.degree
    with ctx.workprec(bits):
        p = arb(p)
        q = 1 - p
        roots: dict[int, arb] = {}
        successes = list(accumulate(range(n), lambda power, _: power * p, initial=arb(1)))
        failures = list(accumulate(range(n), lambda power, _: power * q, initial=arb(1)))
        total = arb(0)
        for k, row in weights.rows:
            monomial = successes[k] * failures[n - k]
            for d, w in row:
                if d not in roots:
                    roots[d] = arb(d).sqrt()
                total += roots[d] * w * monomial
        return total / weights.common


def product(x: Coefficients, y: Coefficients) -> Coefficients:
    """The coefficients of a product: C(n+m,k)·z_k = Σ_j C(n,j) x_j · C(m,k−j) y_{k−j}.

    >>> [str(c) for c in product((Surd.of(0), Surd.of(1)), (Surd.of(1), Surd.of(0)))]
    ['0', '1/2', '0']
    """
    left, right = Weights.of(x), Weights.of(y)
    n = left.degree + right.degree
    sums: list[dict[int, fmpz]] = [{} for _ in range(n + 1)]
    for j, row in left.rows:
        for i, other in right.rows:
            add_product(sums[i + j], row, other)
    common = left.common * right.common
    return tuple(Surd.ratio(total, common * comb(n, k)) for k, total in enumerate(sums))


def add_product(total: dict[int, fmpz], row: tuple[tuple[int, fmpz], ...], other: tuple[tuple[int, fmpz], ...]) -> None:
    """Add (Σ w √d)(Σ v √e) to a dictionary of radicands.

    >>> total: dict[int, fmpz] = {}
    >>> add_product(total, ((6, fmpz(5)),), ((2, fmpz(1)),))
    >>> total
    {3: 10}
    """
    for d, w in row:
        for e, v in other:
            if d == 1 or e == 1:
                radicand, term = d * e, w * v
            else:
                g = int(fmpz(d).gcd(e))
                radicand, term = (d // g) * (e // g), w * v * g
            old = total.get(radicand)
            total[radicand] = term if old is None else old + term


def elevated(x: Coefficients, n: int) -> Coefficients:
    """The same polynomial with n + 1 coefficients.

    Domain: n at least the degree of x.

    >>> [str(c) for c in elevated((Surd.of(0), Surd.of(1)), 2)]
    ['0', '1/2', '1']
    """
    gap = n + 1 - len(x)
    if gap == 0:
        return x
    return x * (n + 1) if len(x) == 1 else product(x, (Surd.of(1),) * (gap + 1))


def to_powers(weights: Weights) -> dict[int, fmpq_poly]:
    """The polynomials P_d with Σ_k C(n,k) p^k (1−p)^(n−k) c_k = Σ_d √d·P_d(p), zeros left out.

    >>> to_powers(Weights.of((Surd.of(0), Surd.sqrt(2), Surd.of(0))))
    {2: (-2)*x^2 + 2*x}
    """
    by_root: dict[int, list[tuple[int, fmpz]]] = {}
    for k, row in weights.rows:
        for d, w in row:
            by_root.setdefault(d, []).append((k, w))
    result = {}
    for d in sorted(by_root):
        polynomial = _in_powers(weights.degree, by_root[d])
        if polynomial:
            result[d] = fmpq_poly(polynomial, weights.common)
    return result


def _in_powers(n: int, terms: list[tuple[int, fmpz]]) -> fmpz_poly:
    if len(terms) <= _FEW_TERMS:
        total = fmpz_poly([])
        for k, w in terms:
            total += (fmpz_poly([1, -1]) ** (n - k)).left_shift(k) * w
        return total
    # With y = (1−p)/p the sum is p^n·Σ w_k y^(n−k) at y = 1/p − 1: a shift of the argument, then a reversal.
    row = [fmpz(0)] * (n + 1)
    for k, w in terms:
        row[n - k] = w
    return _reversed(fmpz_poly(row)(fmpz_poly([-1, 1])), n)


def from_powers(parts: Mapping[int, fmpq_poly]) -> Coefficients:
    """The Bernstein coefficients of Σ_d √d·P_d(p) at its own degree, the inverse of `to_powers`.

    >>> [str(c) for c in from_powers({2: fmpq_poly([0, 2, -2])})]
    ['0', 'sqrt(2)', '0']
    """
    n = max((part.degree() for part in parts.values()), default=0)
    common = least_common_multiple(part.denom() for part in parts.values())
    sums: list[dict[int, fmpz]] = [{} for _ in range(n + 1)]
    for d, part in parts.items():
        shifted = _reversed(part.numer() * (common // part.denom()), n)(fmpz_poly([1, 1]))
        for j, w in enumerate(shifted.coeffs()):
            sums[n - j][d] = w
    return tuple(Surd.ratio(total, common * comb(n, k)) for k, total in enumerate(sums))


def _reversed(polynomial: fmpz_poly, n: int) -> fmpz_poly:
    coefficients = polynomial.coeffs()
    return fmpz_poly([fmpz(0)] * (n + 1 - len(coefficients)) + coefficients[::-1])
