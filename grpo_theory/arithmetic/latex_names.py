"""How the papers write symbols, functions of an outcome and sums: π_θ(o), A⁺(k), clipping radius c, r(o) − p."""

from typing import Any, Final

from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter

SYMBOLS: Final = {
    "clip": "c",
    "epsilon": r"\varepsilon",
    "inverse_tau": r"\tau^{-1}",
    "mean": r"\bar{r}",
    "deviation": r"\sigma",
    "margin": "m",
    "own": "x",
    "A_plus": "A^{+}",
    "A_minus": "A^{-}",
    "m_plus": "m_{+}",
    "m_minus": "m_{-}",
    "v_plus": "v_{+}",
    "v_minus": "v_{-}",
    "pi_first": r"\pi(o)",
    "pi_second": r"\pi(o')",
    "mean_first": r"\bar{\pi}(o)",
    "mean_second": r"\bar{\pi}(o')",
}
FUNCTIONS: Final = {
    "pi": r"\pi",
    "pi_old": r"\pi_{\mathrm{old}}",
    "pi_ref": r"\pi_{\mathrm{ref}}",
    "pi_better": r"\pi^{+}",
    "pi_worse": r"\pi^{-}",
    "ref_better": r"\pi_{\mathrm{ref}}^{+}",
    "ref_worse": r"\pi_{\mathrm{ref}}^{-}",
    "pi_plus": r"\pi^{+}",
    "pi_minus": r"\pi^{-}",
    "D_plus": "D^{+}",
    "D_minus": "D^{-}",
    "p_q": "p_{q}",
    "rho": r"\rho",
    "R_off": "R^{0}",
    "g_off": "g^{0}",
    "A_success": "A^{+}",
    "A_failure": "A^{-}",
}
_PARAMETER: Final = "theta"


class Papers(LatexPrinter):  # type: ignore[misc]  # SymPy's printers are extended by methods of this shape
    """SymPy's LaTeX printer with the papers' names, and with the positive terms of a sum first.

    >>> import sympy as sp
    >>> pi, o, theta = sp.Function("pi"), sp.Symbol("o"), sp.Symbol("theta")
    >>> print(Papers().doprint(pi(o, theta)))
    \\pi_{\\theta}(o)
    """

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        terms = super()._as_ordered_terms(expr, order=order)
        return sorted(terms, key=lambda term: bool(term.could_extract_minus_sign()))

    def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
        chosen = self._settings["symbol_names"].get(expr) or SYMBOLS.get(expr.name)
        if chosen:
            return chosen
        text = str(super()._print_Symbol(expr, style=style))
        return rf"\mathrm{{{text}}}" if len(text) > 1 and text.isalpha() else text

    def _print_Function(self, expr: Any, exp: Any = None) -> str:
        if not isinstance(expr, AppliedUndef):
            return str(super()._print_Function(expr, exp=exp))
        if expr.func.__name__ == "length":
            sequence = self._print(expr.args[0])
            return "|o|" if sequence == "o" else rf"|o_{{{sequence}}}|"
        if expr.func.__name__ in ("token", "token_old"):
            *sequences, position = (self._print(a) for a in expr.args if str(a) != _PARAMETER)
            sequence = sequences[0] if sequences else "o"
            policy = r"\pi_{\theta}" if expr.func.__name__ == "token" else FUNCTIONS["pi_old"]
            return rf"{policy}({sequence}_{{{position}}} \mid {sequence}_{{<{position}}})"
        name = self._name(expr)
        arguments = ",".join(self._print(a) for a in expr.args if str(a) != _PARAMETER)
        power = f"^{{{exp}}}" if exp is not None else ""
        return f"{name}({arguments}){power}" if arguments else f"{name}{power}"

    def _print_Derivative(self, expr: Any) -> str:
        inner = expr.args[0]
        if isinstance(inner, AppliedUndef) and len(expr.args) == 2 and expr.args[1][1] == 1:
            return rf"\partial_{{{self._print(expr.args[1][0])}}} {self._print(inner)}"
        return str(super()._print_Derivative(expr))

    def _name(self, expr: Any) -> str:
        name = expr.func.__name__
        shown = FUNCTIONS.get(name) or (name if len(name) == 1 else rf"\mathrm{{{name.replace('_', ' ')}}}")
        moving = any(str(a) == _PARAMETER for a in expr.args)
        return rf"{shown}_{{\theta}}" if moving and "_" not in shown else shown


def printed(expression: Any, symbol_names: dict[Any, str]) -> str:
    """The LaTeX of an expression in the papers' names.

    >>> import sympy as sp
    >>> p, r, o = sp.Symbol("p"), sp.Function("r"), sp.Symbol("o")
    >>> print(printed(r(o) - p, {}))
    r(o) - p
    """
    return str(Papers({"symbol_names": symbol_names}).doprint(expression))
