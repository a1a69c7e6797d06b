"""Integer powers of sums of roots, and square roots that are such sums again: √(3 + 2√2) = 1 + √2."""

from fractions import Fraction
from typing import Final

from grpo_theory.arithmetic import multiquadratic as combinations
from grpo_theory.arithmetic.surd_numbers import Surd
from grpo_theory.errors import shown

LARGEST_POWER_BITS: Final = 1 << 22


def power(x: Surd, exponent: int) -> Surd:
    """x^n by repeated squaring, of the inverse for n < 0.

    Errors: ValueError where the result would have more than about four million bits; ZeroDivisionError for 0^n, n < 0.

    >>> power(1 + Surd.sqrt(2), -2)
    Surd('3 - 2*sqrt(2)')
    """
    height = max([abs(n).bit_length() + d.bit_length() for d, n in x.numerators], default=1)
    if abs(exponent) * (height + x.denominator.bit_length() - 1) > LARGEST_POWER_BITS:
        raise ValueError(
            f"exponent = {shown(exponent)} lies outside what is computed: the power has millions of digits"
        )
    base, result = (x if exponent >= 0 else 1 / x), Surd.of(1)
    for bit in f"{abs(exponent):b}":
        result = result * result * base if bit == "1" else result * result
    return result


def square_root(x: Surd) -> Surd:
    """The non-negative y = Σ q_d·√d with y² = x.

    Domain: with x = a + b√q and b ≠ 0, such a y exists exactly when s = √(a² − q·b²) lies in the field of x and
    √((a ± s)/2) are such sums themselves, and then y = √((a+s)/2) ± √((a−s)/2). Errors: ValueError when there is none.

    >>> square_root(5 + 2 * Surd.sqrt(6))
    Surd('sqrt(2) + sqrt(3)')
    """
    root = _root(x)
    if root is None:
        raise ValueError(f"x = {shown(x)} lies outside the squares of sums of rational roots: its root is no such sum")
    return abs(root)


def _root(x: Surd) -> Surd | None:
    if x.sign() < 0:
        return None
    q = combinations.some_prime(dict(x.numerators))
    if q is None:
        return Surd.sqrt(x)
    without, with_root = combinations.split(dict(x.numerators), q)
    a = Surd.ratio(without, x.denominator)
    b = Surd.ratio(with_root, x.denominator)
    s = _root(a * a - b * b * q)
    if s is None or not _in_field(s, x):
        return None
    larger, smaller = _root((a + s) * Fraction(1, 2)), _root((a - s) * Fraction(1, 2))
    if larger is None or smaller is None:
        return None
    return larger + smaller if b.sign() > 0 else larger - smaller


def _in_field(s: Surd, x: Surd) -> bool:
    # y² = x makes y = √e·z with z in the field of x, so s = ±y·y' lies there too; a larger s would recur for ever.
    own = dict(x.numerators)
    return combinations.rank(own | dict(s.numerators)) == combinations.rank(own)
