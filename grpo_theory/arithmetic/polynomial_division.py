"""Exact division of Σ √d·P_d(p) by a rational polynomial: p and 1−p leave a Bernstein form by rescaling it."""

from flint import fmpq_poly

from grpo_theory.arithmetic import bernstein
from grpo_theory.arithmetic.powers import quotients, remainder_error, require_nonzero
from grpo_theory.arithmetic.surd_numbers import Surd


def divided(coefficients: tuple[Surd, ...], divisor: fmpq_poly) -> tuple[Surd, ...]:
    """The Bernstein coefficients of the quotient: p^a·(1−p)^b is taken out term by term, the rest in powers of p.

    Errors: ZeroDivisionError for the zero divisor; ValueError when the division leaves a remainder.

    >>> divided((Surd.of(0), Surd.of("1/2"), Surd.of(0)), fmpq_poly([0, 1, -1]))
    (Surd('1'),)
    """
    p, q = fmpq_poly([0, 1]), fmpq_poly([1, -1])
    require_nonzero(divisor)
    while divisor.degree() > 0 and divisor[0] == 0:
        coefficients, divisor = _without_p(coefficients, divisor), divisor // p
    while divisor.degree() > 0 and divisor(1) == 0:
        mirrored = _without_p(coefficients[::-1], divisor)
        coefficients, divisor = mirrored[::-1], divisor // q
    if divisor.degree() == 0:
        scale = Surd.of(1 / divisor[0])
        return tuple(c * scale for c in coefficients)
    parts = quotients(bernstein.to_powers(bernstein.Weights.of(coefficients)), divisor)
    return bernstein.from_powers(parts)


def _without_p(coefficients: tuple[Surd, ...], divisor: fmpq_poly) -> tuple[Surd, ...]:
    # C(n,s)·c_s = C(n−1,s−1)·c'_{s−1}
    n = len(coefficients) - 1
    if coefficients[0]:
        raise remainder_error(divisor)
    if n == 0:
        return coefficients
    return tuple(c * n / s for s, c in enumerate(coefficients[1:], start=1))
