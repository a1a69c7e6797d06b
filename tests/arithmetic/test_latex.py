"""The display form: one root per product, equal to the computed expression wherever its roots are real."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.latex import display, latex
from grpo_theory.symbols import G, beta, epsilon, k, p, p_ref

SUCCESS = sp.sqrt((1 - p) / p)
FAILURE = sp.sqrt(p / (1 - p))
EXPRESSIONS = [
    SUCCESS,
    -FAILURE,
    SUCCESS + FAILURE,
    3 * SUCCESS / 2 - 1 / sp.sqrt(p * (1 - p)),
    sp.exp(SUCCESS / beta) / (1 + sp.exp(-1 / (beta * sp.sqrt(p * (1 - p))))),
    1 / sp.sqrt(p * (1 - p) + epsilon),
    sp.Rational(3, 4) * sp.sqrt(p) * sp.sqrt(1 - p) * sp.sqrt(p_ref) / sp.sqrt(1 - p_ref),
    sp.sqrt(2) * sp.sqrt(p),
    sp.log(SUCCESS) ** 2,
    sp.Sum(sp.binomial(G, k) * sp.sqrt(k * (G - k)) * p**k * (1 - p) ** (G - k), (k, 0, G)) / G,
    p ** sp.Rational(3, 2) * (1 - p) ** sp.Rational(-3, 2),
]


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        (SUCCESS, r"\sqrt{\frac{1 - p}{p}}"),
        (-FAILURE, r"- \sqrt{\frac{p}{1 - p}}"),
        (1 / sp.sqrt(p * (1 - p)), r"\frac{1}{\sqrt{p \left(1 - p\right)}}"),
        (sp.sqrt(p * (1 - p)), r"\sqrt{p \left(1 - p\right)}"),
        (1 / sp.sqrt(p), r"\frac{1}{\sqrt{p}}"),
        (1 / sp.sqrt(p * (1 - p) + epsilon), r"\frac{1}{\sqrt{\varepsilon + p \left(1 - p\right)}}"),
        (sp.sqrt(2) * p, r"\sqrt{2} p"),
        (sp.Lt(SUCCESS, FAILURE, evaluate=False), r"\sqrt{\frac{1 - p}{p}} < \sqrt{\frac{p}{1 - p}}"),
    ],
)
def test_printed_as_in_the_papers(expression: sp.Basic, printed: str) -> None:
    assert latex(expression) == printed


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_display_form_has_the_value_of_the_expression(expression: sp.Expr) -> None:
    shown = display(expression)
    for point in (sp.Rational(1, 3), sp.Rational(7, 9)):
        values = {p: point, p_ref: sp.Rational(1, 5), beta: 2, epsilon: sp.Rational(1, 10), G: 5}
        # each root is evaluated as it is displayed: the root of a quotient, not the quotient of roots
        roots = {symbol: sp.sqrt(inner.subs(values)) for symbol, inner in shown.roots.items() if not inner.has(k)}
        formed = shown.expression() if expression.has(k) else shown.form.subs(roots)
        difference = sp.N(formed.subs(values).doit() - expression.subs(values).doit(), 40)
        assert abs(difference) < 1e-30


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_expression_itself_is_not_changed(expression: sp.Expr) -> None:
    before = sp.srepr(expression)
    latex(expression)
    assert sp.srepr(expression) == before


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_quotient_of_roots_is_printed(expression: sp.Expr) -> None:
    assert r"\frac{\sqrt{1 - p}}{\sqrt{p}}" not in latex(expression)
    assert r"\frac{\sqrt{p}}{\sqrt{1 - p}}" not in latex(expression)
    assert "root" not in latex(expression)


def test_derivatives_are_left_alone() -> None:
    derivative = sp.Derivative(SUCCESS, p)
    assert display(derivative).form == derivative
