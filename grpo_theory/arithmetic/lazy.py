"""A sum of roots at a rational p that is formed only when its value is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq

from grpo_theory.arithmetic.rationals import Exact, rational
from grpo_theory.arithmetic.surd_numbers import Surd

if TYPE_CHECKING:
    import sympy as sp

    from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial

_PRECISIONS = (64, 128, 256)


@dataclass(frozen=True, eq=False, repr=False, init=False)
class LazySurd:
    """Σ_k C(n,k) a^k (b−a)^(n−k) c_k / b^n at p = a/b, with the surds c_k as given and nothing multiplied out yet.

    Domain: `LazySurd(polynomial, p)` with p rational. `canonical()` forms the Surd, once; float() and `arb` sum balls
    and form it only where the sum cancels. Arithmetic and comparison act on the Surd. Errors: TypeError for a float p.

    >>> from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial
    >>> value = LazySurd(SurdPolynomial.from_bernstein(1, [0, Surd.sqrt(2)]), "1/3")
    >>> value.canonical(), float(value), value * 3 == Surd.sqrt(2)
    (Surd('1/3*sqrt(2)'), 0.4714045207910317, True)
    """

    polynomial: SurdPolynomial
    p: fmpq

    def __init__(self, polynomial: SurdPolynomial, p: Exact) -> None:
        object.__setattr__(self, "polynomial", polynomial)
        object.__setattr__(self, "p", rational(p))

    @cached_property
    def _value(self) -> Surd:
        return self.polynomial(self.p)

    def canonical(self) -> Surd:
        """The sum as a canonical Surd, in which equality is decided."""
        return self._value

    def arb(self, bits: int = 53) -> arb:
        """A ball that contains the value, of relative radius below 2^(−bits)."""
        for precision in (bits + 8, 2 * bits + 64):
            ball = self.polynomial.arb(self.p, precision)
            if ball.rel_accuracy_bits() >= bits:
                return ball
        return self.canonical().arb(bits)

    def __float__(self) -> float:
        for bits in _PRECISIONS:
            ball = self.polynomial.arb(self.p, bits)
            with ctx.workprec(bits):
                low, high = float(ball.lower()), float(ball.upper())
            if low == high:
                return low
        return float(self.canonical())  # zero, or a rational number half-way between two floats

    @property
    def is_rational(self) -> bool:
        """Whether the value is rational."""
        return self.canonical().is_rational

    def fraction(self) -> Fraction:
        """The value as a Fraction. Errors: ValueError for an irrational value."""
        return self.canonical().fraction()

    def sign(self) -> int:
        """The sign −1, 0 or 1, decided."""
        ball = self.polynomial.arb(self.p, _PRECISIONS[0])
        return 1 if ball > 0 else -1 if ball < 0 else self.canonical().sign()

    def sympy(self) -> sp.Expr:
        """The canonical sum as a SymPy expression."""
        return self.canonical().sympy()

    _sympy_ = sympy

    def latex(self) -> str:
        """The canonical sum as LaTeX."""
        return self.canonical().latex()

    def __str__(self) -> str:
        return str(self.canonical())

    def __repr__(self) -> str:
        return f"LazySurd(degree {len(self.polynomial.bernstein()) - 1}, p = {self.p})"

    def __reduce__(self) -> tuple[Any, ...]:
        return LazySurd, (self.polynomial, self.p)

    def __hash__(self) -> int:
        return hash(self.canonical())

    def __bool__(self) -> bool:
        return self.sign() != 0

    def __eq__(self, other: object) -> bool:
        return Surd.__eq__(self.canonical(), _plain(other))

    def __lt__(self, other: Any) -> bool:
        return Surd.__lt__(self.canonical(), _plain(other))

    def __le__(self, other: Any) -> bool:
        return Surd.__le__(self.canonical(), _plain(other))

    def __gt__(self, other: Any) -> bool:
        return Surd.__gt__(self.canonical(), _plain(other))

    def __ge__(self, other: Any) -> bool:
        return Surd.__ge__(self.canonical(), _plain(other))

    def __neg__(self) -> Surd:
        return -self.canonical()

    def __abs__(self) -> Surd:
        return abs(self.canonical())

    def __add__(self, other: Any) -> Surd:
        return Surd.__add__(self.canonical(), _plain(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Surd:
        return Surd.__sub__(self.canonical(), _plain(other))

    def __rsub__(self, other: Any) -> Surd:
        return Surd.__rsub__(self.canonical(), _plain(other))

    def __mul__(self, other: Any) -> Surd:
        return Surd.__mul__(self.canonical(), _plain(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Surd:
        return Surd.__truediv__(self.canonical(), _plain(other))

    def __rtruediv__(self, other: Any) -> Surd:
        return Surd.__rtruediv__(self.canonical(), _plain(other))


def _plain(other: Any) -> Any:
    return other.canonical() if isinstance(other, LazySurd) else other
