"""Formulas as frozen trees: numbers, names, operations and calls, with the names that a text may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

PRECEDENCE: Mapping[str, int] = {"+": 10, "-": 10, "*": 20, "/": 20, "**": 40}
SIGN_PRECEDENCE = 30


@dataclass(frozen=True)
class Number:
    """An exact rational constant."""

    value: Fraction
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Name:
    """A quantity whose value is given when the tree is evaluated."""

    name: str
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Negation:
    """−operand."""

    operand: Expression
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Operation:
    """left ∘ right with ∘ one of + − * / **."""

    operator: str
    left: Expression
    right: Expression
    position: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """function(arguments)."""

    function: str
    arguments: tuple[Expression, ...]
    position: int = field(default=0, compare=False)


Expression = Number | Name | Negation | Operation | Call


@dataclass(frozen=True)
class Vocabulary:
    """The names and the functions (with their number of arguments) that a text may use."""

    names: frozenset[str]
    functions: Mapping[str, int]


FUNCTIONS: Mapping[str, int] = {"sqrt": 1, "exp": 1, "log": 1, "min": 2, "max": 2, "abs": 1}
RULE_NAMES = frozenset({"r", "mean", "std", "std1", "max", "min", "rank", "G", "k", "eps", "tau"})
RULE_VOCABULARY = Vocabulary(RULE_NAMES, FUNCTIONS)


def names_in(expression: Expression) -> frozenset[str]:
    """The names that a tree uses.

    >>> from grpo_theory.groups.grammar import parse
    >>> sorted(names_in(parse("(r - mean)/max(std, eps)")))
    ['eps', 'mean', 'r', 'std']
    """
    match expression:
        case Name(name):
            return frozenset({name})
        case Negation(operand):
            return names_in(operand)
        case Operation(_, left, right):
            return names_in(left) | names_in(right)
        case Call(_, arguments):
            return frozenset().union(*map(names_in, arguments))
        case _:
            return frozenset()


def render(expression: Expression, power: int = 0) -> str:
    """The formula as text that parses back to the same tree.

    >>> from grpo_theory.groups.grammar import parse
    >>> render(parse("(r-mean) / (std+eps)"))
    '(r - mean)/(std + eps)'
    """
    match expression:
        case Number(value):
            text, own = str(value), 100 if value.denominator == 1 else 20
        case Name(name):
            text, own = name, 100
        case Call(function, arguments):
            text, own = f"{function}({', '.join(map(render, arguments))})", 100
        case Negation(operand):
            text, own = "-" + render(operand, SIGN_PRECEDENCE), SIGN_PRECEDENCE
        case Operation(operator, left, right):
            own = PRECEDENCE[operator]
            sign = f" {operator} " if own == 10 else operator
            leftwards = operator == "**"
            text = render(left, own + leftwards) + sign + render(right, own + (not leftwards))
    return f"({text})" if own < power else text
