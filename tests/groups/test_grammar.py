"""The grammar: what it accepts, what it refuses and how fast, and that text and tree mean the same."""

import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.groups import parse_rule
from grpo_theory.groups.evaluation import evaluate
from grpo_theory.groups.formulas import (
    FUNCTIONS,
    RULE_NAMES,
    Call,
    Expression,
    Name,
    Negation,
    Number,
    Operation,
    render,
)
from grpo_theory.groups.grammar import parse

VALUES = {name: Surd.of(Fraction(3, place)) for place, name in enumerate(sorted(RULE_NAMES), start=2)}


def value(text: str) -> object:
    return evaluate(parse(text), VALUES)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2*3", 7),
        ("2**3**2 / 2**7", 4),
        ("-2**2", -4),
        ("2**-1", "1/2"),
        ("8 - 3 - 2", 3),
        ("8/4/2", 1),
        ("1e-3*1000", 1),
        (".5 + 0.25", "3/4"),
        ("max(1, 2) - min(1, 2) + abs(-3)", 4),
        ("sqrt(9/4)", "3/2"),
        ("4**0.5 + 4**(-1/2)", "5/2"),
        ("exp(0) + log(1)", 1),
        ("sqrt(3 + 2*sqrt(2)) - sqrt(2)", 1),
    ],
)
def test_arithmetic_is_exact(text: str, result: int | str) -> None:
    assert value(text) == Surd.of(result)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the end found"),
        ("9**9**9**9", "exponent"),
        ("2**1000", "exponent"),
        ("r**(1/3)", "exponent"),
        ("r**(1/0)", "divides by zero"),
        ("1e999999999", "power of ten"),
        ("r^2", "'\\^'"),
        ("r; import os", "';'"),
        ("__import__(r)", "unknown function"),
        ("r.real", "character 2"),
        ("stdd", "did you mean std"),
        ("mean(r)", "not a function"),
        ("sqrt + 1", "needs its argument"),
        ("max(1)", "takes 2 arguments, 1 given"),
        ("(r", "'\\)' expected"),
        ("r mean", "an operator expected"),
        ("(" * 300, "nested more than"),
        ("-" * 300 + "r", "nested more than"),
        ("r" + "+r" * 240, "in a row"),
        ("r" * 501, "at most 500"),
        ("lambda + 1", "unknown name lambda"),
    ],
)
def test_malformed_text_is_refused_in_one_line(text: str, says: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ValueError, match=says) as caught:
        parse_rule(text)
    assert "\n" not in str(caught.value)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    "text", ["((((2**16)**16)**16)**16)**16 * r", "exp(exp(exp(9)))*r", "exp(10**16)", "log(0)", "r**k"]
)
def test_values_too_large_or_undefined_end_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(ValueError):
        parse_rule(text).values(1000, 400)
    assert time.perf_counter() - started < 0.5


def test_many_independent_roots_end_at_once() -> None:
    roots = "+".join(f"sqrt({q})" for q in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31))
    started = time.perf_counter()
    success, _ = parse_rule(f"r/({roots}) + ({roots})**16").values(4, 2)
    assert success is not None and float(success) > 1e20
    assert time.perf_counter() - started < 5


numbers = st.fractions(min_value=0, max_value=50, max_denominator=20).map(Number)
leaves = numbers | st.sampled_from(sorted(RULE_NAMES)).map(Name)


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    power = st.integers(-3, 3).map(lambda n: Number(Fraction(n)) if n >= 0 else Negation(Number(Fraction(-n))))
    calls = st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.tuples(*[inner] * FUNCTIONS[name]).map(lambda arguments: Call(name, arguments))
    )
    return (
        inner.map(Negation)
        | st.builds(Operation, st.sampled_from("+-*/"), inner, inner)
        | st.builds(Operation, st.just("**"), inner, power)
        | calls
    )


trees: st.SearchStrategy[Expression] = st.recursive(leaves, grown, max_leaves=10)


def read(expression: Expression) -> Expression:
    """A rational number is printed as a quotient, so it is read back as an operation."""
    return parse(render(expression))


@given(trees)
@settings(max_examples=200, deadline=None)
def test_rendered_trees_read_back(tree: Expression) -> None:
    try:
        once = read(tree)
    except ValueError as refusal:
        assert "exponent" in str(refusal) or "zero" in str(refusal) or "bits" in str(refusal)
        return
    assert read(once) == once


@given(st.text(alphabet="r()+-*/.,0123456789eE meanstdkGxp", max_size=60) | st.text(max_size=30))
@settings(max_examples=300, deadline=1000)
def test_any_text_parses_or_raises_value_error(text: str) -> None:
    try:
        tree = parse(text)
    except ValueError as refusal:
        assert "\n" not in str(refusal)
        return
    assert parse(render(tree)) is not None


@given(trees)
@settings(max_examples=100, deadline=4000)
def test_evaluation_gives_a_number_or_says_why_not(tree: Expression) -> None:
    try:
        result = evaluate(tree, VALUES)
    except (ValueError, ZeroDivisionError) as refusal:
        assert "\n" not in str(refusal)
        return
    assert result is not None
