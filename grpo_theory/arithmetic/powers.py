"""Combinations Σ √d·P_d(p) of rational polynomials in powers of p: sums, products, quotients."""

from collections.abc import Iterable, Mapping

from flint import fmpq_poly, fmpz


def total(terms: Iterable[tuple[int, fmpq_poly]]) -> dict[int, fmpq_poly]:
    """Σ √d·P over terms (d, P) with squarefree d.

    >>> total([(2, fmpq_poly([1])), (2, fmpq_poly([0, 1]))])
    {2: x + 1}
    """
    result: dict[int, fmpq_poly] = {}
    for d, part in terms:
        result[d] = result[d] + part if d in result else part
    return result


def product(x: Mapping[int, fmpq_poly], y: Mapping[int, fmpq_poly]) -> dict[int, fmpq_poly]:
    """(Σ √d·P_d)(Σ √e·Q_e), zeros left in.

    >>> product({2: fmpq_poly([0, 1])}, {6: fmpq_poly([1])})
    {3: 2*x}
    """
    terms = []
    for d, left in x.items():
        for e, right in y.items():
            g = int(fmpz(d).gcd(e))
            terms.append(((d // g) * (e // g), left * right * g))
    return total(terms)


def quotients(parts: Mapping[int, fmpq_poly], divisor: fmpq_poly) -> dict[int, fmpq_poly]:
    """The quotients P_d/divisor. Errors: ZeroDivisionError for zero; ValueError for a remainder.

    >>> quotients({2: fmpq_poly([0, 1, -1])}, fmpq_poly([0, 1]))
    {2: (-1)*x + 1}
    """
    require_nonzero(divisor)
    result = {}
    for d, part in parts.items():
        quotient, remainder = divmod(part, divisor)
        if remainder:
            raise remainder_error(divisor)
        result[d] = quotient
    return result


def require_nonzero(divisor: fmpq_poly) -> None:
    """Refuse the zero polynomial as a divisor.

    >>> require_nonzero(fmpq_poly([]))
    Traceback (most recent call last):
    ...
    ZeroDivisionError: division by the zero polynomial
    """
    if not divisor:
        raise ZeroDivisionError("division by the zero polynomial")


def remainder_error(divisor: fmpq_poly) -> ValueError:
    """The error that says that a polynomial does not divide.

    >>> remainder_error(fmpq_poly([0, 1]))
    ValueError('divisor = p lies outside the divisors of the polynomial: it leaves a remainder')
    """
    written = str(divisor).replace("x", "p")
    return ValueError(f"divisor = {written} lies outside the divisors of the polynomial: it leaves a remainder")
