"""Exact numbers Σ q_d·√d, d squarefree and q_d rational: a field in which equality and order are decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from flint import arb, ctx, fmpq, fmpz

from grpo_theory.arithmetic import multiquadratic as combinations
from grpo_theory.arithmetic.rationals import Exact, rational
from grpo_theory.arithmetic.squarefree import square_part
from grpo_theory.errors import shown

if TYPE_CHECKING:
    import sympy as sp


@dataclass(frozen=True, eq=False, repr=False)
class Surd:
    """Σ q_d·√d over squarefree d ≥ 1 with rational q_d: immutable, canonical, hashable.

    Domain: made by `Surd.of`, `Surd.sqrt` and arithmetic with ints, Fractions and SymPy or flint rationals. Stored as
    integers n_d over one positive denominator without common divisor, sorted by d. Equality compares these; order is
    decided by balls of growing precision once equality is excluded. Errors: TypeError when mixed with floats.

    >>> Surd.sqrt(Fraction(3, 16)) + "1/2"
    Traceback (most recent call last):
    ...
    TypeError: unsupported operand type(s) for +: 'Surd' and 'str'
    >>> (Surd.sqrt(2) + 1) ** 2
    Surd('3 + 2*sqrt(2)')
    """

    denominator: fmpz
    numerators: tuple[tuple[int, fmpz], ...]

    @staticmethod
    def of(value: Surd | Exact) -> Surd:
        """The exact number that an int, Fraction, str, SymPy or flint rational, or a Surd, denotes.

        Errors: TypeError for a float; ValueError for anything that denotes no rational number. Texts may also be
        sums of roots as `str` prints them.

        >>> Surd.of("0.3"), Surd.of("1/2 + 3*sqrt(2)")
        (Surd('3/10'), Surd('1/2 + 3*sqrt(2)'))
        """
        if isinstance(value, Surd):
            return value
        if isinstance(value, str) and "sqrt" in value:
            from grpo_theory.arithmetic.surd_text import parse

            return parse(value)
        number = rational(value)
        return Surd(number.q, ((1, number.p),) if number else ())

    @staticmethod
    def ratio(numerators: combinations.Combination, denominator: fmpz) -> Surd:
        """(Σ n_d·√d)/m in lowest terms.

        Domain: squarefree radicands d ≥ 1, integers n_d, an integer m ≠ 0.

        >>> Surd.ratio({1: fmpz(2), 3: fmpz(4)}, fmpz(-6))
        Surd('-1/3 - 2/3*sqrt(3)')
        """
        return _made(*combinations.lowest_terms(numerators, denominator))

    def sqrt(self: Surd | Exact) -> Surd:
        """The non-negative root of a rational number, or of a surd whose root is a sum of roots of rationals.

        Domain: `Surd.sqrt(x)` for rational x ≥ 0 and `x.sqrt()` for surds such as 3 + 2√2 = (1 + √2)². Errors:
        ValueError for negative numbers and for surds without such a root.

        >>> Surd.sqrt("3/16"), (3 + 2 * Surd.sqrt(2)).sqrt()
        (Surd('1/4*sqrt(3)'), Surd('1 + sqrt(2)'))
        """
        if type(self) is int and self > 0:
            s, d = square_part(self)
            return _made(fmpz(1), ((d, fmpz(s)),))
        x = Surd.of(self)
        if not x.is_rational:
            from grpo_theory.arithmetic.surd_roots import square_root

            return square_root(x)
        if not x.numerators:
            return x
        n = x.numerators[0][1]
        if n < 0:
            raise ValueError(f"x = {shown(x)} lies outside [0, oo): only such numbers have a real square root")
        if n.is_square() and x.denominator.is_square():
            return Surd(x.denominator.isqrt(), ((1, n.isqrt()),))
        s, d = square_part(int(n))
        t, e = square_part(int(x.denominator))
        return Surd.ratio({d * e: fmpz(s)}, fmpz(t) * e)

    @property
    def terms(self) -> Mapping[int, Fraction]:
        """The coefficients q_d of Σ q_d·√d, by radicand d in increasing order, without zeros.

        >>> dict((1 - Surd.sqrt(8)).terms)
        {1: Fraction(1, 1), 2: Fraction(-2, 1)}
        """
        m = int(self.denominator)
        return MappingProxyType({d: Fraction(int(n), m) for d, n in self.numerators})

    @property
    def is_rational(self) -> bool:
        """Whether the number has no irrational term.

        >>> Surd.sqrt(4).is_rational, Surd.sqrt(2).is_rational
        (True, False)
        """
        return not self.numerators or (len(self.numerators) == 1 and self.numerators[0][0] == 1)

    def fraction(self) -> Fraction:
        """The value as a Fraction. Errors: ValueError for an irrational number.

        >>> (Surd.sqrt(2) * Surd.sqrt(8)).fraction()
        Fraction(4, 1)
        """
        if not self.is_rational:
            raise ValueError(f"x = {shown(self)} lies outside the rationals: it has no value as a Fraction")
        return Fraction(int(self.numerators[0][1]), int(self.denominator)) if self.numerators else Fraction(0)

    def sign(self) -> int:
        """The sign −1, 0 or 1, decided.

        >>> (Surd.of(99) - 70 * Surd.sqrt(2)).sign()
        1
        """
        return combinations.sign(dict(self.numerators))

    def arb(self, bits: int = 53) -> arb:
        """A ball that contains the value, of relative radius below 2^(−bits).

        >>> Surd.sqrt(2).arb(100).rel_accuracy_bits() >= 100
        True
        """
        value = combinations.accurate_ball(dict(self.numerators), bits + 2)
        with ctx.workprec(bits + 16):
            return value / self.denominator

    def __float__(self) -> float:
        if self.is_rational:
            return float(self.fraction())
        bits = 64
        while True:  # an irrational number is no midpoint of two floats, so some ball rounds to one float
            value = self.arb(bits)
            with ctx.workprec(bits):  # the ends are rounded outwards to the working precision
                low, high = float(value.lower()), float(value.upper())
            if low == high:
                return low
            bits *= 2

    def sympy(self) -> sp.Expr:
        """The same number as a SymPy expression.

        >>> Surd.sqrt("3/16").sympy()
        sqrt(3)/4
        """
        import sympy as sp

        m = int(self.denominator)
        return sp.Add(*(sp.Rational(int(n), m) * sp.sqrt(sp.Integer(d)) for d, n in self.numerators))

    _sympy_ = sympy

    def latex(self) -> str:
        r"""The number as LaTeX, each term one fraction with its root in the numerator.

        >>> print((Surd.sqrt("3/16") - 1).latex())
        -1 + \frac{\sqrt{3}}{4}
        """
        from grpo_theory.arithmetic.surd_text import latex

        return latex(self)

    def __str__(self) -> str:
        from grpo_theory.arithmetic.surd_text import text

        return text(self)

    def __repr__(self) -> str:
        return f"Surd({str(self)!r})"

    def __hash__(self) -> int:
        if self.is_rational:
            return hash(self.fraction())
        return hash((int(self.denominator), tuple((d, int(n)) for d, n in self.numerators)))

    def __reduce__(self) -> tuple[type[Self], tuple[fmpz, tuple[tuple[int, fmpz], ...]]]:
        return type(self), (self.denominator, self.numerators)

    def __bool__(self) -> bool:
        return bool(self.numerators)

    def __eq__(self, other: object) -> bool:
        y = operand(other)
        if y is None:
            return NotImplemented
        return self.denominator == y.denominator and self.numerators == y.numerators

    def __lt__(self, other: Surd | Exact) -> bool:
        return NotImplemented if (y := operand(other)) is None else (self - y).sign() < 0

    def __le__(self, other: Surd | Exact) -> bool:
        return NotImplemented if (y := operand(other)) is None else (self - y).sign() <= 0

    def __gt__(self, other: Surd | Exact) -> bool:
        return NotImplemented if (y := operand(other)) is None else (self - y).sign() > 0

    def __ge__(self, other: Surd | Exact) -> bool:
        return NotImplemented if (y := operand(other)) is None else (self - y).sign() >= 0

    def __neg__(self) -> Surd:
        return Surd(self.denominator, tuple((d, -n) for d, n in self.numerators))

    def __abs__(self) -> Surd:
        return -self if self.sign() < 0 else self

    def __add__(self, other: Surd | Exact) -> Surd:
        y = operand(other)
        if y is None:
            return NotImplemented
        common = self.denominator.gcd(y.denominator)
        left, right = y.denominator // common, self.denominator // common
        total = {d: n * left for d, n in self.numerators}
        for d, n in y.numerators:
            total[d] = total.get(d, 0) + n * right
        return Surd.ratio(total, self.denominator * left)

    __radd__ = __add__

    def __sub__(self, other: Surd | Exact) -> Surd:
        return NotImplemented if (y := operand(other)) is None else self + -y

    def __rsub__(self, other: Exact) -> Surd:
        return NotImplemented if (y := operand(other)) is None else y + -self

    def __mul__(self, other: Surd | Exact) -> Surd:
        if type(other) is Fraction or type(other) is int:
            n, m = fmpz(other.numerator), fmpz(other.denominator)
            return _made(*combinations.scaled(self.denominator, self.numerators, n, m))
        y = operand(other)
        if y is None:
            return NotImplemented
        for x, scale in ((self, y), (y, self)):
            if len(scale.numerators) == 1 and scale.numerators[0][0] == 1:
                return _made(
                    *combinations.scaled(x.denominator, x.numerators, scale.numerators[0][1], scale.denominator)
                )
        total = combinations.product(dict(self.numerators), dict(y.numerators))
        return Surd.ratio(total, self.denominator * y.denominator)

    __rmul__ = __mul__

    def _inverse(self) -> Surd:
        y, m = combinations.inverse(dict(self.numerators))
        return Surd.ratio({d: n * self.denominator for d, n in y.items()}, m)

    def __truediv__(self, other: Surd | Exact) -> Surd:
        if type(other) is int and other != 0:
            n, m = fmpz(1 if other > 0 else -1), fmpz(abs(other))
            return _made(*combinations.scaled(self.denominator, self.numerators, n, m))
        return NotImplemented if (y := operand(other)) is None else self * y._inverse()

    def __rtruediv__(self, other: Exact) -> Surd:
        return NotImplemented if (y := operand(other)) is None else y * self._inverse()

    def __pow__(self, exponent: int) -> Surd:
        if not isinstance(exponent, int):
            return NotImplemented
        from grpo_theory.arithmetic.surd_roots import power

        return power(self, exponent)


def _made(denominator: fmpz, numerators: tuple[tuple[int, fmpz], ...]) -> Surd:
    # What Surd(…) does, without the detour by which a frozen dataclass sets its fields: half of a small product's time.
    made = object.__new__(Surd)
    made.__dict__["denominator"], made.__dict__["numerators"] = denominator, numerators
    return made


def operand(value: object) -> Surd | None:
    """The exact number that arithmetic with surds takes from its other side, None for anything inexact.

    >>> operand(2), operand(0.5)
    (Surd('2'), None)
    """
    if isinstance(value, Surd):
        return value
    if isinstance(value, (int, Fraction, fmpq, fmpz, Rational)) and not isinstance(value, bool):
        return Surd.of(value)
    return None
