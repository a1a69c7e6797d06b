r"""LaTeX as papers write it: a product of square roots under one root, \sqrt{\frac{1-p}{p}}.

SymPy splits √((1−p)/p) into √(1−p)/√p as soon as p is positive, and prints it so. Here the roots of a product are put
together again for display only: the computed expression stays what it is, and the display form can be turned back.
"""

from dataclasses import dataclass
from typing import Any, Final

import sympy as sp

from grpo_theory.arithmetic.latex_names import printed

_DESCENDED: Final = (
    sp.Add,
    sp.Mul,
    sp.Pow,
    sp.Function,
    sp.Sum,
    sp.Product,
    sp.Integral,
    sp.Limit,
    sp.Tuple,
    sp.Rel,
    sp.core.function.Application,
    sp.functions.elementary.piecewise.ExprCondPair,
)


@dataclass(frozen=True)
class Display:
    """An expression in which symbols stand for roots of quotients, and what each of them stands for.

    >>> p = sp.Symbol("p", positive=True)
    >>> shown = display(sp.sqrt((1 - p) / p))
    >>> list(shown.roots.values()), shown.expression()
    ([(1 - p)/p], sqrt(1 - p)/sqrt(p))
    """

    form: Any
    roots: dict[Any, Any]

    def expression(self) -> Any:
        """The expression that is displayed, with the roots put back."""
        return self.form.xreplace({symbol: sp.sqrt(inner) for symbol, inner in self.roots.items()})


def display(expression: Any) -> Display:
    """The expression with √a·√b written as one root √(ab), and √a/√b as √(a/b), within every product.

    Domain: any SymPy expression or relation; equal to what is given wherever the roots in it are real. Roots of plain
    numbers stay as they are. Derivatives and substitutions are not entered.

    >>> p = sp.Symbol("p", positive=True)
    >>> len(display(sp.sqrt(p) * sp.sqrt(1 - p) + sp.sqrt(p)).roots)
    1
    """
    symbols: dict[Any, Any] = {}
    form = _merged(sp.S(expression), symbols)
    return Display(form, {symbol: inner for inner, symbol in symbols.items()})


def latex(expression: Any) -> str:
    r"""The LaTeX of an expression or relation, the roots of a product under one sign.

    Domain: as for `display`.

    >>> p = sp.Symbol("p", positive=True)
    >>> print(latex(-sp.sqrt(p / (1 - p)) / 2))
    - \frac{\sqrt{\frac{p}{1 - p}}}{2}
    """
    shown = display(expression)
    names = {symbol: rf"\sqrt{{{latex(inner)}}}" for symbol, inner in shown.roots.items()}
    return printed(shown.form, names)


def _merged(expression: Any, symbols: dict[Any, Any]) -> Any:
    if not expression.args or not isinstance(expression, _DESCENDED):
        return expression
    roots = [factor for factor in expression.args if _is_root(factor)] if expression.is_Mul else []
    if len(roots) < 2:
        return _rebuilt(expression, [_merged(part, symbols) for part in expression.args])
    above = sp.Mul(*(root.base for root in roots if root.exp > 0))
    below = sp.Mul(*(root.base for root in roots if root.exp < 0))
    only_below = all(root.exp < 0 for root in roots)
    inner = below if only_below else above / below
    symbol = symbols.setdefault(inner, sp.Dummy(f"root{len(symbols)}"))
    others = [_merged(factor, symbols) for factor in expression.args if factor not in roots]
    return sp.Mul(*others, 1 / symbol if only_below else symbol)


def _is_root(factor: Any) -> bool:
    return bool(factor.is_Pow and abs(factor.exp) == sp.S.Half and not factor.base.is_number)


def _rebuilt(expression: Any, parts: list[Any]) -> Any:
    if all(new is old for new, old in zip(parts, expression.args, strict=True)):
        return expression
    if isinstance(expression, sp.Rel):  # which would decide itself
        return expression.func(*parts, evaluate=False)
    return expression.func(*parts)
