"""Every positive integer is s²·d with d squarefree in exactly one way: this makes sums of roots canonical."""

from functools import lru_cache
from typing import Final

from flint import fmpz

HARDEST_BITS: Final = 160
"""A cofactor without small primes is factored up to this size (0.2 s); beyond it, roots are refused."""

_TRIAL_PRIMES: Final = 3512


@lru_cache(maxsize=1 << 16)
def factors(n: int) -> tuple[tuple[int, int], ...]:
    """The prime powers (q, e) with n = Π q^e, sorted by q.

    Domain: integers n ≥ 1; what is left after dividing out small primes and taking perfect powers may have at most 160
    bits unless it is a prime. Errors: ValueError for n < 1 and for a larger cofactor.

    >>> factors(360)
    ((2, 3), (3, 2), (5, 1))
    """
    if n < 1:
        raise ValueError(f"n = {n} lies outside the positive integers: only they have prime factors")
    if n.bit_length() <= HARDEST_BITS:
        return tuple((int(q), e) for q, e in fmpz(n).factor())
    found: dict[int, int] = {}
    for factor, exponent in fmpz(n).factor(trial_limit=_TRIAL_PRIMES):
        for q, e in _cofactor(factor):
            found[int(q)] = found.get(int(q), 0) + e * exponent
    return tuple(sorted(found.items()))


def _cofactor(n: fmpz) -> list[tuple[fmpz, int]]:
    if n.is_probable_prime():
        return [(n, 1)]
    if n.is_square():
        return [(q, 2 * e) for q, e in _cofactor(n.isqrt())]
    if n.is_perfect_power():
        return _perfect_power(n)
    if n.bit_length() > HARDEST_BITS:
        raise ValueError(
            f"a radicand with a factor of {n.bit_length()} bits lies outside what is factored (at most "
            f"{HARDEST_BITS} bits without small primes): its square part cannot be found in reasonable time"
        )
    return list(n.factor())


def _perfect_power(n: fmpz) -> list[tuple[fmpz, int]]:
    for exponent in range(3, n.bit_length()):
        root = n.root(exponent)
        if root**exponent == n:
            return [(q, e * exponent) for q, e in _cofactor(root)]
    return list(n.factor())


@lru_cache(maxsize=1 << 16)
def square_part(n: int) -> tuple[int, int]:
    """The pair (s, d) with n = s²·d and d squarefree, so that √n = s·√d.

    Domain: integers n ≥ 1, as for `factors`. Errors: ValueError as there.

    >>> square_part(72), square_part(15), square_part(49)
    ((6, 2), (1, 15), (7, 1))
    """
    s = d = 1
    for q, e in factors(n):
        s *= q ** (e // 2)
        if e % 2:
            d *= q
    return s, d
