"""Text such as "p_next >= p + eta*p*(1-p)" as two exact expressions, with what must hold for them to be defined.

The text goes through the project's safe grammar; divisors, radicands and arguments of logarithms are noted as they
stand in it, before any simplification could cancel them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import sympy as sp

from grpo_theory import symbols
from grpo_theory.arithmetic.conditions import Condition, Need
from grpo_theory.arithmetic.unsigned import unsigned
from grpo_theory.dynamics.parameters import ALPHA
from grpo_theory.errors import shown
from grpo_theory.groups.formulas import (
    FUNCTIONS,
    Call,
    Expression,
    Name,
    Negation,
    Number,
    Operation,
    Vocabulary,
    names_in,
)
from grpo_theory.groups.grammar import check_size, constant, parse

P_NEXT: Final = sp.Symbol("p_next", real=True)
SYMBOLS: Final[Mapping[str, sp.Symbol]] = {
    s.name: s
    for s in (
        symbols.p,
        symbols.p_ref,
        symbols.eta,
        symbols.beta,
        symbols.tau,
        symbols.epsilon,
        ALPHA.symbol,
        symbols.G,
        symbols.k,
    )
}
VOCABULARY: Final = Vocabulary(frozenset({*SYMBOLS, P_NEXT.name}), {**FUNCTIONS, "sigma": 1, "logit": 1})
_RELATION: Final = re.compile("<=|>=|==|[<>=≤≥]")
_SPELLED: Final = {"≤": "<=", "≥": ">=", "==": "="}
_MOST_POWER: Final = 256


@dataclass(frozen=True)
class Inequality:
    """lhs ≤ rhs (<, ≥, >, =) as expressions, p_next being a symbol; ``needs`` is what must hold beside.

    ``unsigned`` says that its symbols have no sign known to SymPy, as by `arithmetic.unsigned.unsigned`.

    >>> str(inequality("p*(1-p) <= 1/4"))
    'p*(1-p) <= 1/4'
    """

    text: str
    relation: str
    lhs: sp.Expr
    rhs: sp.Expr
    needs: tuple[Condition, ...]
    names: frozenset[str]
    unsigned: bool = False

    def __str__(self) -> str:
        return self.text


def inequality(text: str, next_logit: Callable[[], sp.Expr] | None = None) -> Inequality:
    """The inequality that a text means; ``next_logit`` gives the log-odds of p_next for logit(p_next).

    Errors: a one-line ValueError for a text without exactly one relation, or outside the grammar.

    >>> found = inequality("1/p > 1")
    >>> found.relation, found.lhs, [str(need) for need in found.needs]
    ('>', 1/p, ['p ≠ 0'])
    """
    left, relation, right = _split(text)
    trees = [_parsed(side) for side in (left, right)]
    names = names_in(trees[0]) | names_in(trees[1])
    plain = any(map(_has_irrational, trees))
    builder = _Builder(next_logit, plain)
    lhs, rhs = (builder.built(tree, 1) for tree in trees)
    for side in (lhs, rhs):
        if side.has(sp.zoo, sp.nan, sp.oo, -sp.oo) or side.is_real is False:
            raise ValueError(f"bound {shown(text)} is undefined: a side divides by zero or leaves the real numbers")
    needs = tuple(dict.fromkeys(builder.needs))
    return Inequality(f"{left} {relation} {right}", relation, lhs, rhs, needs, frozenset(names), plain)


def _has_irrational(tree: Expression) -> bool:
    """Whether a number such as sqrt(2) or exp(1) stands in a text."""
    if not names_in(tree):
        with suppress(ZeroDivisionError):
            return constant(tree) is None
    match tree:
        case Negation(operand):
            return _has_irrational(operand)
        case Operation(_, left, right):
            return _has_irrational(left) or _has_irrational(right)
        case Call(_, arguments):
            return any(map(_has_irrational, arguments))
    return False


def _split(text: str) -> tuple[str, str, str]:
    if not isinstance(text, str):
        raise ValueError(f'a bound is text such as "p*(1-p) <= 1/4", not {type(text).__name__}')
    found = list(_RELATION.finditer(text))
    if len(found) != 1:
        raise ValueError(
            f"bound = {shown(text)} lies outside the texts LHS <= RHS: "
            f"one of <= < >= > = must stand between two formulas, {len(found)} found"
        )
    left, right = text[: found[0].start()].strip(), text[found[0].end() :].strip()
    for side, what in ((left, "left"), (right, "right")):
        if not side:
            raise ValueError(f"bound = {shown(text)} lies outside the texts LHS <= RHS: its {what} side is empty")
    return left, _SPELLED.get(found[0].group(), found[0].group()), right


def _parsed(side: str) -> Expression:
    return parse(side, VOCABULARY)


@dataclass
class _Builder:
    """Turns a tree into an expression and notes the conditions on the way."""

    next_logit: Callable[[], sp.Expr] | None
    unsigned: bool = False
    needs: list[Condition] = field(default_factory=list)

    def built(self, tree: Expression, power: int) -> sp.Expr:
        try:
            value = constant(tree)
        except ZeroDivisionError:
            raise ValueError("bound: a side divides by zero") from None
        if value is not None:
            check_size(value)
            return sp.Rational(value.numerator, value.denominator)
        match tree:
            case Name(name):
                return P_NEXT if name == P_NEXT.name else self.symbol(SYMBOLS[name])
            case Negation(operand):
                return -self.built(operand, power)
            case Operation(operator, left, right):
                return self.operation(operator, left, right, power)
            case Call(function, arguments):
                return self.call(function, arguments, power)
            case Number():  # a number is a constant
                raise AssertionError("unreachable")

    def symbol(self, expression: sp.Expr) -> sp.Expr:
        return unsigned(expression) if self.unsigned else expression

    def operation(self, operator: str, left: Expression, right: Expression, power: int) -> sp.Expr:
        if operator == "**":
            return self.power(left, right, power)
        a, b = self.built(left, power), self.built(right, power)
        if operator == "/":
            self.needs += _unless_settled(b, Need.NONZERO)
            return a / b
        return a + b if operator == "+" else a - b if operator == "-" else a * b

    def power(self, base: Expression, exponent: Expression, power: int) -> sp.Expr:
        number = constant(exponent)
        if number is None:
            b, e = self.built(base, power), self.built(exponent, power)
            self.needs += _unless_settled(b, Need.POSITIVE)
            return sp.exp(e * sp.log(b))
        power *= max(1, abs(number.numerator))
        if power > _MOST_POWER:
            raise ValueError(f"bound: nested powers multiply to more than {_MOST_POWER}")
        b = self.built(base, power)
        if number.denominator != 1:
            self.needs += _unless_settled(b, Need.POSITIVE if number < 0 else Need.NONNEGATIVE)
        elif number < 0:
            self.needs += _unless_settled(b, Need.NONZERO)
        return b ** sp.Rational(number.numerator, number.denominator)

    def call(self, function: str, arguments: tuple[Expression, ...], power: int) -> sp.Expr:
        if function == "logit" and self.next_logit is not None and arguments[0] == Name(P_NEXT.name):
            return self.symbol(self.next_logit())
        values = [self.built(argument, power) for argument in arguments]
        self.needs += _demanded(function, values[0])
        first = values[0]
        simple: dict[str, Callable[[], sp.Expr]] = {
            "sqrt": lambda: sp.sqrt(first),
            "exp": lambda: sp.exp(first),
            "log": lambda: sp.log(first),
            "abs": lambda: sp.Abs(first),
            "min": lambda: sp.Min(*values),
            "max": lambda: sp.Max(*values),
            "sigma": lambda: 1 / (1 + sp.exp(-first)),
            "logit": lambda: sp.log(first) - sp.log(1 - first),
        }
        return simple[function]()


def _demanded(function: str, value: sp.Expr) -> Iterator[Condition]:
    if function == "sqrt":
        yield from _unless_settled(value, Need.NONNEGATIVE)
    if function in ("log", "logit"):
        yield from _unless_settled(value, Need.POSITIVE)
    if function == "logit":
        yield from _unless_settled(1 - value, Need.POSITIVE)


def _unless_settled(part: sp.Expr, need: Need) -> Iterator[Condition]:
    if part.is_Rational:
        fine = {Need.NONZERO: part != 0, Need.POSITIVE: part > 0, Need.NONNEGATIVE: part >= 0}[need]
        if not fine:
            raise ValueError(f"bound: {part} {need.value} is needed and does not hold")
        return
    yield Condition(part, need)
