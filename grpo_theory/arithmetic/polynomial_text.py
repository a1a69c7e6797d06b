"""Polynomials Σ √d·P_d(p) as text, LaTeX and SymPy, with the powers of p and 1−p of every P_d taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any, Final

from flint import fmpq, fmpq_poly

from grpo_theory.arithmetic.surd_numbers import Surd
from grpo_theory.arithmetic.surd_text import joined

if TYPE_CHECKING:
    import sympy as sp

    from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial

_LARGEST_IN_POWERS: Final = 64
"""Above this degree the Bernstein terms are written out: powers of p would have coefficients of n digits."""


@dataclass(frozen=True)
class _Term:
    """scale·√root·p^successes·(1−p)^failures·Σ_j rest_j p^j, the rest primitive, with positive first coefficient."""

    scale: fmpq
    root: int
    successes: int
    failures: int
    rest: tuple[int, ...]


def _terms(polynomial: SurdPolynomial) -> Iterator[_Term]:
    n = len(polynomial.bernstein()) - 1
    if n <= _LARGEST_IN_POWERS:
        for d, part in polynomial.monomial().items():
            yield _factored(d, part)
        return
    for k, c in enumerate(polynomial.bernstein()):
        for d, w in c.numerators:
            yield _Term(fmpq(w * comb(n, k), c.denominator), d, k, n - k, (1,))


def _factored(d: int, part: fmpq_poly) -> _Term:
    successes = failures = 0
    while part[0] == 0:
        part, successes = part // fmpq_poly([0, 1]), successes + 1
    while part.degree() > 0 and part(1) == 0:
        part, failures = part // fmpq_poly([1, -1]), failures + 1
    whole = part.numer()
    content = whole.content() * (-1 if whole[0] < 0 else 1)
    return _Term(fmpq(content, part.denom()), d, successes, failures, tuple(int(c // content) for c in whole.coeffs()))


def text(polynomial: SurdPolynomial) -> str:
    """The polynomial as a sum over radicands, in the syntax of Python and SymPy.

    >>> from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial
    >>> text(SurdPolynomial.from_bernstein(4, [0, Surd.sqrt("3/16"), "1/2", Surd.sqrt("3/16"), 0]))
    '3*p**2*(1 - p)**2 + sqrt(3)*p*(1 - p)*(1 - 2*p + 2*p**2)'
    """
    return joined((term.scale < 0, _text_of(term)) for term in _terms(polynomial))


def _text_of(term: _Term) -> str:
    scale = abs(term.scale)
    factors = [] if scale == 1 else [str(scale)]
    factors += [f"sqrt({term.root})"] if term.root > 1 else []
    factors += [_power(base, e, f"**{e}") for base, e in (("p", term.successes), ("(1 - p)", term.failures)) if e]
    if len(term.rest) > 1:
        rest = joined((c < 0, _monomial(abs(c), j, "*", f"**{j}")) for j, c in enumerate(term.rest) if c)
        alone = not factors and term.scale > 0
        factors.append(rest if alone else f"({rest})")
    return "*".join(factors) or "1"


def _power(base: str, e: int, raised: str) -> str:
    return base if e == 1 else base + raised


def _monomial(c: int, j: int, times: str, raised: str) -> str:
    if j == 0:
        return str(c)
    power = _power("p", j, raised)
    return power if c == 1 else f"{c}{times}{power}"


def latex(polynomial: SurdPolynomial) -> str:
    r"""The same arrangement in LaTeX.

    >>> from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial
    >>> print(latex(SurdPolynomial.from_bernstein(2, [1, 0, Surd.sqrt(2)])))
    \left(1 - p\right)^{2} + \sqrt{2} p^{2}
    """
    return joined((term.scale < 0, _latex_of(term)) for term in _terms(polynomial))


def _latex_of(term: _Term) -> str:
    number = Surd.of(abs(term.scale)) * Surd.sqrt(term.root)
    factors = [] if number == 1 else [number.latex()]
    bases = (("p", term.successes), (r"\left(1 - p\right)", term.failures))
    factors += [_power(base, e, f"^{{{e}}}") for base, e in bases if e]
    if len(term.rest) > 1:
        rest = joined((c < 0, _monomial(abs(c), j, " ", f"^{{{j}}}")) for j, c in enumerate(term.rest) if c)
        alone = not factors and term.scale > 0
        factors.append(rest if alone else rf"\left({rest}\right)")
    return " ".join(factors) or "1"


def expression(polynomial: SurdPolynomial) -> sp.Expr:
    """The same arrangement as a SymPy expression in symbols.p.

    >>> from grpo_theory.arithmetic.surd_polynomials import SurdPolynomial
    >>> expression(SurdPolynomial.from_bernstein(2, [1, 0, Surd.sqrt(2)]))
    sqrt(2)*p**2 + (1 - p)**2
    """
    import sympy as sp

    return sp.Add(*(_expression_of(term) for term in _terms(polynomial)))


def _expression_of(term: _Term) -> Any:
    import sympy as sp

    from grpo_theory.symbols import p

    rest = sp.Add(*(c * p**j for j, c in enumerate(term.rest)))
    scale = sp.Rational(int(term.scale.p), int(term.scale.q)) * sp.sqrt(sp.Integer(term.root))
    return scale * p**term.successes * (1 - p) ** term.failures * rest
