"""Polynomials Σ √d·P_d(p), d squarefree and P_d rational: exact, in Bernstein form or in powers of p."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, overload

from flint import arb, fmpq, fmpq_poly, fmpz

from grpo_theory.arithmetic import bernstein, powers
from grpo_theory.arithmetic.polynomial_division import divided
from grpo_theory.arithmetic.rationals import Exact, rational
from grpo_theory.arithmetic.surd_numbers import Surd, operand
from grpo_theory.errors import shown

if TYPE_CHECKING:
    import numpy as np
    import sympy as sp
    from numpy.typing import NDArray

Scalar = int | Fraction | fmpq | fmpz | Surd


@dataclass(frozen=True, eq=False, repr=False)
class SurdPolynomial:
    """Σ √d·P_d(p) = Σ_k C(n,k) p^k (1−p)^(n−k) c_k, held as given, the other form made on demand.

    Domain: made by `from_bernstein`, `from_monomial` and arithmetic; +, −, · with numbers and with each other. Called
    at a rational p the value is a Surd, at a float or an array of floats in [0, 1] it is the same in floats, accurate
    near both ends. Equality is decided. Errors: ValueError for floats outside [0, 1]; TypeError in arithmetic
    with floats.

    >>> contrast = SurdPolynomial.from_bernstein(2, [0, "1/2", 0])
    >>> contrast(Fraction(1, 3)), contrast(0.5), str(contrast)
    (Surd('2/9'), 0.25, 'p*(1 - p)')
    """

    given_bernstein: tuple[Surd, ...] | None
    given_powers: Mapping[int, fmpq_poly] | None

    @staticmethod
    def from_bernstein(n: int, coefficients: Sequence[Surd | Exact]) -> SurdPolynomial:
        """Σ_s C(n,s) p^s (1−p)^(n−s) c_s.

        Domain: n ≥ 0 and n + 1 coefficients. Errors: ValueError for another number of them.

        >>> SurdPolynomial.from_bernstein(1, [0, Surd.sqrt(2)])("1/3")
        Surd('1/3*sqrt(2)')
        """
        if len(coefficients) != n + 1:
            raise ValueError(
                f"coefficients = {len(coefficients)} numbers lies outside sequences of n + 1 = {n + 1}: "
                "a Bernstein form of degree n has one coefficient for each s = 0, ..., n"
            )
        return SurdPolynomial(tuple(c if isinstance(c, Surd) else Surd.of(c) for c in coefficients), None)

    @staticmethod
    def from_monomial(parts: Mapping[int, fmpq_poly]) -> SurdPolynomial:
        """Σ_d √d·P_d(p) for rational polynomials P_d; radicands need not be squarefree.

        Errors: ValueError for a radicand below 1.

        >>> str(SurdPolynomial.from_monomial({2: fmpq_poly([0, 1]), 8: fmpq_poly([1])}))
        'sqrt(2)*(2 + p)'
        """
        canonical: dict[int, fmpq_poly] = {}
        for radicand, part in parts.items():
            ((d, scale),) = Surd.sqrt(radicand).numerators or ((0, fmpz(0)),)
            if d == 0:
                raise ValueError(f"radicand = {radicand} lies outside the positive integers: its root is no unit")
            canonical[d] = canonical.get(d, fmpq_poly([])) + part * scale
        return _in_powers(canonical)

    @cached_property
    def _coefficients(self) -> tuple[Surd, ...]:
        return bernstein.from_powers(self._powers) if self.given_bernstein is None else self.given_bernstein

    @cached_property
    def _weights(self) -> bernstein.Weights:
        return bernstein.Weights.of(self._coefficients)

    @cached_property
    def _powers(self) -> Mapping[int, fmpq_poly]:
        return bernstein.to_powers(self._weights) if self.given_powers is None else self.given_powers

    @cached_property
    def _floats(self) -> NDArray[np.float64]:
        import numpy as np

        return np.array([float(c) for c in self._coefficients])

    def bernstein(self) -> tuple[Surd, ...]:
        """The Bernstein coefficients (c_0, …, c_n), at the degree n in which the polynomial was formed.

        >>> SurdPolynomial.from_monomial({1: fmpq_poly([0, 1])}).bernstein()
        (Surd('0'), Surd('1'))
        """
        return self._coefficients

    def monomial(self) -> Mapping[int, fmpq_poly]:
        """The canonical form: squarefree radicand d → P_d, sorted, without zeros.

        >>> dict(SurdPolynomial.from_bernstein(1, [0, Surd.sqrt(8)]).monomial())
        {2: 2*x}
        """
        return MappingProxyType(dict(self._powers))

    @property
    def degree(self) -> int:
        """The degree in p, −1 for zero.

        >>> SurdPolynomial.from_bernstein(3, [1, 1, 1, 1]).degree
        0
        """
        return max((part.degree() for part in self._powers.values()), default=-1)

    @overload
    def __call__(self, p: float | np.floating[Any]) -> float: ...
    @overload
    def __call__(self, p: NDArray[Any] | list[float] | tuple[float, ...]) -> NDArray[np.float64]: ...
    @overload
    def __call__(self, p: Exact) -> Surd: ...
    def __call__(self, p: Any) -> Any:
        if isinstance(p, (int, Fraction, str, fmpq, fmpz)):
            return bernstein.value(self._weights, rational(p))
        if isinstance(p, (float, list, tuple)) or hasattr(p, "__array__"):
            import numpy as np

            from grpo_theory.arithmetic.bernstein_floats import evaluate

            values = evaluate(self._floats, np.asarray(p, dtype=np.float64))
            return values if values.ndim else float(values)
        return bernstein.value(self._weights, rational(p))

    def arb(self, p: Exact | float | arb, bits: int = 53) -> arb:
        """A ball that contains the values at every point of p, computed with about `bits` bits.

        Domain: p a rational, a ball, or a float taken for the binary number it is; no restriction to [0, 1].

        >>> SurdPolynomial.from_bernstein(1, [0, Surd.sqrt(2)]).arb("1/2", 100).overlaps(arb(2).sqrt() / 2)
        True
        """
        guarded = bits + 2 * self._weights.degree.bit_length() + 10
        point = p if isinstance(p, arb) else arb(p) if isinstance(p, float) else rational(p)
        return bernstein.ball(self._weights, point, guarded)

    def sympy(self) -> sp.Expr:
        """The same polynomial as a SymPy expression in symbols.p.

        >>> SurdPolynomial.from_bernstein(2, [0, Surd.sqrt("1/2"), 0]).sympy()
        sqrt(2)*p*(1 - p)
        """
        from grpo_theory.arithmetic.polynomial_text import expression

        return expression(self)

    _sympy_ = sympy

    def latex(self) -> str:
        r"""The polynomial as LaTeX, as `str` arranges it.

        >>> print(SurdPolynomial.from_bernstein(2, [0, Surd.sqrt("1/8"), 0]).latex())
        \frac{\sqrt{2}}{2} p \left(1 - p\right)
        """
        from grpo_theory.arithmetic.polynomial_text import latex

        return latex(self)

    def __str__(self) -> str:
        from grpo_theory.arithmetic.polynomial_text import text

        return text(self)

    def __repr__(self) -> str:
        return f"SurdPolynomial({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return SurdPolynomial.from_bernstein, (len(self._coefficients) - 1, self._coefficients)

    def __eq__(self, other: object) -> bool:
        y = _operand(other)
        if y is None:
            return NotImplemented
        if self.given_bernstein is None and y.given_bernstein is None:
            return self._powers == y._powers
        left, right = self._coefficients, y._coefficients
        if left[0] != right[0] or left[-1] != right[-1]:  # the values at p = 0 and p = 1
            return False
        n = max(len(left), len(right)) - 1
        return bernstein.elevated(left, n) == bernstein.elevated(right, n)

    def __hash__(self) -> int:  # the values at both ends do not depend on the form
        return hash((self._coefficients[0], self._coefficients[-1]))

    def __neg__(self) -> SurdPolynomial:
        return self * -1

    def __add__(self, other: SurdPolynomial | Scalar) -> SurdPolynomial:
        y = _operand(other)
        if y is None:
            return NotImplemented
        if self.given_bernstein is None and y.given_bernstein is None:
            return _in_powers(powers.total([*self._powers.items(), *y._powers.items()]))
        n = max(len(self._coefficients), len(y._coefficients)) - 1
        pairs = zip(bernstein.elevated(self._coefficients, n), bernstein.elevated(y._coefficients, n), strict=True)
        return SurdPolynomial(tuple(a + b for a, b in pairs), None)

    __radd__ = __add__

    def __sub__(self, other: SurdPolynomial | Scalar) -> SurdPolynomial:
        return NotImplemented if (y := _operand(other)) is None else self + -y

    def __rsub__(self, other: Scalar) -> SurdPolynomial:
        return NotImplemented if (y := _operand(other)) is None else y + -self

    def __mul__(self, other: SurdPolynomial | Scalar) -> SurdPolynomial:
        y = _operand(other)
        if y is None:
            return NotImplemented
        if self.given_bernstein is None and y.given_bernstein is None:
            return _in_powers(powers.product(self._powers, y._powers))
        if len(y._coefficients) == 1:
            scale = y._coefficients[0]
            return SurdPolynomial(tuple(c * scale for c in self._coefficients), None)
        return SurdPolynomial(bernstein.product(self._coefficients, y._coefficients), None)

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> SurdPolynomial:
        y = operand(other)
        return NotImplemented if y is None else self * (1 / y)

    def derivative(self) -> SurdPolynomial:
        """d/dp, in the form in which the polynomial is held.

        >>> str(SurdPolynomial.from_bernstein(2, [0, "1/2", 0]).derivative())
        '1 - 2*p'
        """
        if self.given_bernstein is None:
            return _in_powers({d: part.derivative() for d, part in self._powers.items()})
        n = len(self._coefficients) - 1
        return SurdPolynomial(tuple((b - a) * n for a, b in pairwise(self._coefficients)) or (Surd.of(0),), None)

    def antiderivative(self) -> SurdPolynomial:
        """The integral from 0 to p, in the form in which the polynomial is held.

        >>> str(SurdPolynomial.from_bernstein(1, [1, -1]).antiderivative())
        'p*(1 - p)'
        """
        if self.given_bernstein is None:
            return _in_powers({d: part.integral() for d, part in self._powers.items()})
        n = len(self._coefficients)
        return SurdPolynomial(tuple(accumulate((c / n for c in self._coefficients), initial=Surd.of(0))), None)

    def divide_exact(self, divisor: SurdPolynomial | fmpq_poly | Sequence[Exact]) -> SurdPolynomial:
        """The quotient by a rational polynomial in p, given by its coefficients from the constant one upwards.

        Errors: ZeroDivisionError for the zero polynomial; ValueError when it does not divide, or is irrational.

        >>> str(SurdPolynomial.from_bernstein(2, [0, Surd.sqrt("1/2"), 0]).divide_exact([0, 1, -1]))
        'sqrt(2)'
        """
        by = _rational_polynomial(divisor)
        if self.given_bernstein is None:
            return _in_powers(powers.quotients(self._powers, by))
        return SurdPolynomial(divided(self._coefficients, by), None)


def _in_powers(parts: Mapping[int, fmpq_poly]) -> SurdPolynomial:
    return SurdPolynomial(None, {d: parts[d] for d in sorted(parts) if parts[d]})


def _rational_polynomial(divisor: SurdPolynomial | fmpq_poly | Sequence[Exact]) -> fmpq_poly:
    if isinstance(divisor, SurdPolynomial):
        if set(divisor._powers) - {1}:
            raise ValueError(
                f"divisor = {shown(divisor)} lies outside the rational polynomials: only they are divided by"
            )
        return divisor._powers.get(1, fmpq_poly([]))
    return divisor if isinstance(divisor, fmpq_poly) else fmpq_poly([rational(c) for c in divisor])


def _operand(value: object) -> SurdPolynomial | None:
    if isinstance(value, SurdPolynomial):
        return value
    number = operand(value)
    return None if number is None else SurdPolynomial((number,), None)
