"""A small safe grammar for formulas: text is tokenised and parsed into a frozen tree, never handed to an interpreter.

Numbers (``3``, ``0.25``, ``1e-6``: always exact), names, ``+ - * / **``, parentheses and calls. Which names and
functions exist is a `Vocabulary`, so that advantage rules and inequalities in p share one parser. The limits below make
every text end quickly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from grpo_theory.groups.formulas import (
    PRECEDENCE,
    RULE_VOCABULARY,
    SIGN_PRECEDENCE,
    Call,
    Expression,
    Name,
    Negation,
    Number,
    Operation,
    Vocabulary,
)

MAX_LENGTH = 500
MAX_DEPTH = 40
MAX_EXPONENT = 16
MAX_DECIMAL_EXPONENT = 60
MAX_BITS = 4096


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    position: int


_TOKEN = re.compile(
    r"(?P<space>[ \t\n]+)|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<operator>\*\*|[-+*/(),])"
)


def _fault(text: str, position: int, problem: str) -> ValueError:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return ValueError(f"formula {' '.join(shown.split())!r}, character {position + 1}: {problem}")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            known = "numbers, names, + - * / ** and parentheses"
            raise _fault(text, position, f"{text[position]!r} is no part of the grammar ({known})")
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match.group(), position)
        position = match.end()
    yield _Token("end", "", len(text))


def _number(text: str, token: _Token) -> Number:
    _, _, power = token.text.lower().partition("e")
    if power and (len(power) > 6 or abs(int(power)) > MAX_DECIMAL_EXPONENT):
        raise _fault(text, token.position, f"the power of ten lies beyond ±{MAX_DECIMAL_EXPONENT}")
    return Number(Fraction(token.text), token.position)


@dataclass
class _Reader:
    """Pratt parser: operators carry binding powers, one loop reads them."""

    text: str
    vocabulary: Vocabulary
    tokens: list[_Token]
    index: int = 0

    def peek(self) -> _Token:
        return self.tokens[self.index]

    def take(self) -> _Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def expect(self, symbol: str) -> None:
        token = self.take()
        if token.text != symbol:
            raise _fault(self.text, token.position, f"{symbol!r} expected, {self.described(token)} found")

    def described(self, token: _Token) -> str:
        return "the end" if token.kind == "end" else repr(token.text)

    def expression(self, power: int, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise _fault(self.text, self.peek().position, f"nested more than {MAX_DEPTH} deep")
        left = self.prefix(depth)
        links = 0
        while (token := self.peek()).kind == "operator" and PRECEDENCE.get(token.text, 0) > power:
            self.take()
            # ** binds to the right, so its right side may start with another ** of the same power
            right = self.expression(PRECEDENCE[token.text] - (token.text == "**"), depth + 1)
            if token.text == "**":
                _check_exponent(self.text, right, token.position)
            left = Operation(token.text, left, right, token.position)
            links += 1
            # a chain a + b + c + … leans to the left: its tree is as deep as it is long
            if links > 4 * MAX_DEPTH:
                raise _fault(self.text, token.position, f"more than {4 * MAX_DEPTH} operations in a row")
        return left

    def prefix(self, depth: int) -> Expression:
        token = self.take()
        if token.kind == "number":
            return _number(self.text, token)
        if token.kind == "name":
            return self.name(token, depth)
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            self.expect(")")
            return inner
        if token.text == "-":
            return Negation(self.expression(SIGN_PRECEDENCE, depth + 1), token.position)
        if token.text == "+":
            return self.expression(SIGN_PRECEDENCE, depth + 1)
        raise _fault(self.text, token.position, f"a number, a name or '(' expected, {self.described(token)} found")

    def name(self, token: _Token, depth: int) -> Expression:
        called = self.peek().text == "("
        known = self.vocabulary.functions if called else self.vocabulary.names
        if token.text not in known:
            raise _fault(self.text, token.position, _unknown(token.text, self.vocabulary, called))
        if not called:
            return Name(token.text, token.position)
        self.take()
        arguments = [self.expression(0, depth + 1)]
        while self.peek().text == ",":
            self.take()
            arguments.append(self.expression(0, depth + 1))
        self.expect(")")
        wanted = self.vocabulary.functions[token.text]
        if len(arguments) != wanted:
            takes = f"{token.text} takes {wanted} argument{'s' * (wanted > 1)}"
            raise _fault(self.text, token.position, f"{takes}, {len(arguments)} given")
        return Call(token.text, tuple(arguments), token.position)


def _unknown(name: str, vocabulary: Vocabulary, called: bool) -> str:
    choices = sorted(vocabulary.functions if called else vocabulary.names)
    if not called and name in vocabulary.functions:
        return f"the function {name} needs its argument in parentheses"
    if called and name in vocabulary.names:
        return f"{name} is a quantity, not a function"
    near = get_close_matches(name, choices, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    shown = name if len(name) <= 30 else name[:27] + "..."
    return f"unknown {'function' if called else 'name'} {shown}{hint} (known: {' '.join(choices)})"


def _check_exponent(text: str, exponent: Expression, position: int) -> None:
    """Constant exponents are judged while parsing; the others when their values are known."""
    try:
        value = constant(exponent)
    except ZeroDivisionError:
        raise _fault(text, position, "the exponent divides by zero") from None
    except ValueError as problem:
        raise _fault(text, position, str(problem)) from None
    if value is not None:
        try:
            check_exponent(value)
        except ValueError as problem:
            raise _fault(text, position, str(problem)) from None


def check_exponent(value: Fraction) -> None:
    """Exponents are integers or half-integers with |exponent| ≤ MAX_EXPONENT; anything else raises ValueError.

    >>> check_exponent(Fraction(-3, 2))
    """
    if value.denominator not in (1, 2) or abs(value) > MAX_EXPONENT:
        shown = str(value) if max(abs(value.numerator), value.denominator) < 10**12 else "this number"
        raise ValueError(f"exponent {shown} is not an integer or half-integer with absolute value <= {MAX_EXPONENT}")


def check_size(value: Fraction) -> Fraction:
    """A rational whose numerator and denominator fit in MAX_BITS bits, unchanged; a larger one raises ValueError.

    >>> check_size(Fraction(1, 3))
    Fraction(1, 3)
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise ValueError(f"a number of the formula needs more than {MAX_BITS} bits")
    return value


def constant(expression: Expression) -> Fraction | None:
    """The rational value of a tree without names and calls, None for a tree with them (or with an irrational power).

    >>> constant(parse("2**-3 + 1", RULE_VOCABULARY))
    Fraction(9, 8)
    """
    match expression:
        case Number(value):
            return value
        case Negation(operand):
            inner = constant(operand)
            return None if inner is None else -inner
        case Operation(operator, left, right):
            a, b = constant(left), constant(right)
            return None if a is None or b is None else _combine(operator, a, b)
        case _:
            return None


def _combine(operator: str, a: Fraction, b: Fraction) -> Fraction | None:
    if operator == "+":
        return check_size(a + b)
    if operator == "-":
        return check_size(a - b)
    if operator == "*":
        return check_size(a * b)
    if operator == "/":
        return check_size(a / b)
    check_exponent(b)
    return check_size(a ** int(b)) if b.denominator == 1 else None


def parse(text: str, vocabulary: Vocabulary = RULE_VOCABULARY) -> Expression:
    """The frozen tree of a formula; ** binds tighter than a sign and to the right, as in Python.

    Domain: at most MAX_LENGTH characters, nested at most MAX_DEPTH deep, exponents as in `check_exponent`.
    Errors: a one-line ValueError that names the character at which the text stops making sense.

    >>> from grpo_theory.groups.formulas import render
    >>> render(parse("-r**2/(std + 1e-6)"))
    '-r**2/(std + 1/1000000)'
    """
    if not isinstance(text, str):
        raise ValueError(f"a formula is text, not {type(text).__name__}")
    if len(text) > MAX_LENGTH:
        raise ValueError(f"formula of {len(text)} characters: at most {MAX_LENGTH} are read")
    reader = _Reader(text, vocabulary, list(_tokens(text)))
    tree = reader.expression(0, 0)
    rest = reader.peek()
    if rest.kind != "end":
        raise _fault(text, rest.position, f"the end or an operator expected, {rest.text!r} found")
    return tree
