"""Limits of quotients of polynomials in one growing variable, read off their leading coefficients."""

import sympy as sp

from grpo_theory.arithmetic.branches import Undecided
from grpo_theory.arithmetic.domains import Cell, Domain
from grpo_theory.arithmetic.normal import Generators, quotient
from grpo_theory.arithmetic.signs import Sign


def limit_at_infinity(expression: sp.Expr, variable: sp.Symbol, value: sp.Expr, domain: Domain) -> bool:
    """Whether lim expression = value as the variable grows; False also where that is not settled.

    The variable must be unbounded above in the domain; the expression must be a quotient of polynomials in it.

    >>> from grpo_theory.symbols import G, p
    >>> from grpo_theory.arithmetic.domains import natural, real
    >>> domain = Domain((natural(G, 2), real(p, 0, 1)))
    >>> limit_at_infinity((G - 1) * p / G, G, p, domain), limit_at_infinity(p / G, G, p, domain)
    (True, False)
    """
    if value.has(variable) or not grows_alone(variable, domain):
        return False
    try:
        return all(_on_cell(expression, variable, value, cell) for cell in domain.cells())
    except Undecided:
        return False


def grows_alone(variable: sp.Symbol, domain: Domain) -> bool:
    """Whether a variable is unbounded above and nothing else in the domain is bounded by it or a function of it.

    >>> from grpo_theory.symbols import G, k
    >>> from grpo_theory.arithmetic.domains import natural
    >>> [grows_alone(G, Domain((natural(G, 2), *more))) for more in ((), (natural(k, 0, G),))]
    [True, False]
    """
    for known in domain.variables:
        if known.atom == variable and (known.values or known.upper is not None):
            return False
        ends = (known.lower, known.upper, *known.breaks, *known.values)
        if known.atom != variable and any(end is not None and end.has(variable) for end in ends):
            return False
        # A function of the variable may take listed values at this point only, and bounded ones grow or fall with it.
        if known.atom != variable and known.atom.has(variable):
            return False
    return all(grows_alone(variable, branch) for branch in domain.branches)


def _on_cell(expression: sp.Expr, variable: sp.Symbol, value: sp.Expr, cell: Cell) -> bool:
    generators = Generators(cell)
    top, bottom = quotient(expression, generators)
    value_top, value_bottom = quotient(value, generators)
    inside = cell.values.get(variable, variable)
    growing = (inside.free_symbols & (cell.positive | cell.nonnegative)) or {variable}
    if len(growing) != 1:
        raise Undecided(f"{variable} depends on other variables")
    parameter = next(iter(growing))
    entangled = [*generators.roots, *generators.atoms, *(e for key in generators.powers for e in key)]
    # Sums and other atoms stay in the variable itself, roots and powers are written in the cell's parameter.
    woven = any({parameter, variable} & e.free_symbols for e in entangled)
    if woven or value_top.has(parameter) or value_bottom.has(parameter):
        raise Undecided(f"{expression} is not a quotient of polynomials in {variable}")
    above, below = sp.Poly(top, parameter), sp.Poly(bottom, parameter)
    if generators.sign(below.LC()) not in (Sign.POSITIVE, Sign.NEGATIVE):
        raise Undecided(f"the leading coefficient {below.LC()} may vanish")
    if above.is_zero or above.degree() < below.degree():
        return bool(value_top == 0)
    if above.degree() > below.degree():
        return False
    return bool(_reduced(above.LC() * value_bottom - value_top * below.LC(), generators) == 0)


def _reduced(polynomial: sp.Expr, generators: Generators) -> sp.Expr:
    return quotient(polynomial, generators)[0]
