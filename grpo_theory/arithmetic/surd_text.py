"""Sums of roots as text that is read back without evaluating it, and as LaTeX."""

import re
from collections.abc import Iterable
from typing import Final

from flint import fmpq

from grpo_theory.arithmetic.rationals import rational
from grpo_theory.arithmetic.surd_numbers import Surd
from grpo_theory.errors import shown

_TERM: Final = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<number>[\d./]+)(?:\*(?=s)|(?!s)))?(?:sqrt\((?P<radicand>\d+)\))?", re.ASCII
)
_LONGEST_TEXT: Final = 4000


def text(x: Surd) -> str:
    """The canonical text of a surd: `1/4*sqrt(3)`, `1/2 + 3*sqrt(2)`, `0`.

    >>> text(Surd.of(1) - Surd.sqrt(8) / 3)
    '1 - 2/3*sqrt(2)'
    """
    return joined((q < 0, _term(d, abs(q))) for d, q in _coefficients(x))


def latex(x: Surd) -> str:
    r"""The LaTeX of a surd, each term one fraction with its root in the numerator.

    >>> print(latex(Surd.of("1/2") - Surd.sqrt(8) / 3))
    \frac{1}{2} - \frac{2 \sqrt{2}}{3}
    """
    return joined((q < 0, _latex_term(d, abs(q))) for d, q in _coefficients(x))


def joined(signed: Iterable[tuple[bool, str]]) -> str:
    """The sum of terms given as (negative?, text without sign).

    >>> joined([(True, "a"), (False, "b"), (True, "c")])
    '-a + b - c'
    """
    parts: list[str] = []
    for negative, term in signed:
        if parts:
            parts.append(" - " if negative else " + ")
        elif negative:
            parts.append("-")
        parts.append(term)
    return "".join(parts) or "0"


def _coefficients(x: Surd) -> list[tuple[int, fmpq]]:
    return [(d, fmpq(n, x.denominator)) for d, n in x.numerators]


def _term(d: int, q: fmpq) -> str:
    if d == 1:
        return str(q)
    return f"sqrt({d})" if q == 1 else f"{q}*sqrt({d})"


def _latex_term(d: int, q: fmpq) -> str:
    above = str(q.p) if d == 1 else rf"\sqrt{{{d}}}" if q.p == 1 else rf"{q.p} \sqrt{{{d}}}"
    return above if q.q == 1 else rf"\frac{{{above}}}{{{q.q}}}"


def parse(written: str) -> Surd:
    """The surd that a text as printed by `text` denotes; the grammar is a sum of `number`, `number*sqrt(integer)`.

    Domain: at most 4000 characters. Errors: ValueError for anything else.

    >>> parse("1/2 - 3*sqrt(8)")
    Surd('1/2 - 6*sqrt(2)')
    """
    compact = "".join(written.split())
    total, position = Surd.of(0), 0
    while len(written) <= _LONGEST_TEXT and position < len(compact):
        match = _TERM.match(compact, position)
        if match is None or match.end() == position or (position > 0 and not match["sign"]):
            break
        if match["number"] is None and match["radicand"] is None:
            break
        root = Surd.sqrt(match["radicand"]) if match["radicand"] else Surd.of(1)
        term = root * rational(match["number"] or "1")
        total, position = total + (-term if match["sign"] == "-" else term), match.end()
    if not compact or position < len(compact):
        raise ValueError(f'number = {shown(written)} is no sum of roots: write it as "1/2 + 3*sqrt(2)"')
    return total
