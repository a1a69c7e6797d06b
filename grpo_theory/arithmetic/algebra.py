"""Equality and order of expressions over a whole domain, finite sums with symbolic limits included.

``vanishes`` answers True or None (not settled), never a guess: sums with the same limits are merged and their summands
compared at a generic index, binomials that differ by integers are written over one of them, and what remains is settled
by the normal form on every cell of the domain.
"""

from collections.abc import Iterable
from functools import lru_cache, reduce

import sympy as sp
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.binomials import binomials_over_one
from grpo_theory.arithmetic.branches import Undecided
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.normal import Generators, quotient, settled_sign
from grpo_theory.arithmetic.signs import Sign

_WEAK = (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)


def equal(first: sp.Expr, second: sp.Expr, domain: Domain) -> bool | None:
    """Whether two expressions agree on the whole domain: True, or None where that is not settled.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import real
    >>> equal((1 - p) / sp.sqrt(p * (1 - p)), sp.sqrt((1 - p) / p), Domain((real(p, 0, 1),)))
    True
    >>> equal(p, 1 - p, Domain((real(p, 0, 1),))) is None
    True
    """
    if first == second:
        return True
    if isinstance(first, sp.Tuple) or isinstance(second, sp.Tuple):
        pairs = zip(sp.Tuple(*first), sp.Tuple(*second), strict=True)
        return True if all(equal(a, b, domain) for a, b in pairs) else None
    return vanishes(sp.Add(first, sp.Mul(-1, second, evaluate=False), evaluate=False), domain)


def vanishes(expression: sp.Expr, domain: Domain) -> bool | None:
    """Whether an expression is zero on the whole domain: True, or None where that is not settled.

    >>> from grpo_theory.symbols import G, k, p
    >>> from grpo_theory.arithmetic.domains import natural
    >>> term = k * sp.binomial(G, k) - G * sp.binomial(G - 1, k - 1)
    >>> vanishes(sp.Sum(term, (k, 0, G)), Domain((natural(G, 2),)))
    True
    """
    try:
        return _vanishes(expression, domain)
    except Undecided:
        return None


@lru_cache(maxsize=8192)  # the same divisors are looked at line by line
def sign(expression: sp.Expr, domain: Domain) -> Sign:
    """The sign that an expression has on the whole domain, as far as it can be settled.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import real
    >>> sign(p * (1 - p) - sp.Rational(1, 4), Domain((real(p, 0, 1),)))
    <Sign.NONPOSITIVE: '<='>
    >>> from grpo_theory.symbols import G, k
    >>> from grpo_theory.arithmetic.domains import natural
    >>> sign(sp.Sum(sp.sqrt(k * (G - k)), (k, 1, G - 1)), Domain((natural(G, 2),)))
    <Sign.POSITIVE: '>'>
    >>> sign(sp.exp(p) - 1, Domain((real(p, 0),)))
    <Sign.POSITIVE: '>'>
    >>> sign(sp.exp(sp.Sum(k, (k, 1, G))) - 1, Domain((natural(G, 2),)))
    <Sign.POSITIVE: '>'>
    """
    try:
        plain = binomials_over_one(_with_signed_sums(expression, domain))
        found = reduce(_common, (settled_sign(plain, Generators(cell)) for cell in domain.cells()))
        if found is Sign.UNKNOWN and plain.has(sp.exp):
            found = reduce(_common, (settled_sign(plain, Generators(cell, above_one=True)) for cell in domain.cells()))
        return found
    except Undecided:
        return Sign.UNKNOWN


def _with_signed_sums(expression: sp.Expr, domain: Domain) -> sp.Expr:
    """Each sum of terms that are not negative, as a symbol of that sign; positive if its terms are and it has one."""
    # A symbol under a derivative or a limit would pass for a constant there.
    if not expression.has(sp.Sum) or expression.has(sp.Derivative, sp.Limit, sp.Integral, sp.Subs):
        return expression
    named: dict[sp.Expr, sp.Expr] = {}
    for total in _outer_sums(expression, in_exponents=True):
        body, index, lower, upper = _opened(total)
        inside = sign(body, domain.with_index(index, lower, upper))
        if inside not in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO):
            continue
        filled = sign(upper - lower, domain) in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO)
        strict = inside is Sign.POSITIVE and filled
        named[total] = sp.Dummy("sum", positive=True) if strict else sp.Dummy("sum", nonnegative=True)
    return expression.xreplace(named)


def undefined_divisor(expression: sp.Basic, domain: Domain) -> sp.Expr | None:
    """The first divisor not settled as non-zero, radicand as real, or end of a sum as an integer; None when all are.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.arithmetic.domains import real
    >>> undefined_divisor(1 / (2 * p - 1), Domain((real(p, 0, 1),)))
    2*p - 1
    """
    for node, inner in _nodes(expression, domain):
        if node in (sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo):
            return node
        if isinstance(node, sp.log) and sign(node.args[0], inner) is not Sign.POSITIVE:
            return node.args[0]
        if isinstance(node, (sp.asin, sp.acos)) and sign(1 - node.args[0] ** 2, inner) not in _WEAK:
            return 1 - node.args[0] ** 2
        if isinstance(node, sp.binomial) and not (node.args[0].is_integer and sign(node.args[0], inner) in _WEAK):
            return node
        if isinstance(node, sp.Pow) and not _is_safe(node, inner):
            return node.base
        if isinstance(node, (sp.Sum, sp.Product)) and (end := _no_end(node)) is not None:
            return end
    return None


def _no_end(total: sp.Sum | sp.Product) -> sp.Expr | None:
    """The first end of a range that is infinite or not known to be an integer; a length, being a function, counts."""
    ends = (end for limit in total.limits for end in limit[1:])
    return next((end for end in ends if not (end.is_integer or end.has(AppliedUndef))), None)


@lru_cache(maxsize=4096)
def _is_safe(power: sp.Pow, domain: Domain) -> bool:
    """Whether a rational power is a real number on the whole domain."""
    if not power.exp.is_Rational:
        return _is_safe_symbolic(power, domain)
    if power.exp.is_Integer:
        return power.exp >= 0 or sign(power.base, domain) in (Sign.POSITIVE, Sign.NEGATIVE)
    weak = (Sign.NONNEGATIVE, Sign.ZERO) if power.exp > 0 else ()
    return sign(power.base, domain) in (Sign.POSITIVE, *weak)


def _is_safe_symbolic(power: sp.Pow, domain: Domain) -> bool:
    """x**y for x > 0; for any x where y counts; for x ≥ 0 where y is not negative; x**n for x ≠ 0, n an integer."""
    base = sign(power.base, domain)
    if base is Sign.POSITIVE or (base is Sign.NEGATIVE and power.exp.is_integer):
        return True
    return sign(power.exp, domain) in _WEAK and bool(base in _WEAK or power.exp.is_integer)


def _nodes(expression: sp.Basic, domain: Domain) -> Iterable[tuple[sp.Basic, Domain]]:
    """Every node with the domain that holds there: inside a sum the index has its limits."""
    yield expression, domain
    if isinstance(expression, (sp.Sum, sp.Product)):
        body, index, lower, upper = _opened(expression)
        yield from _nodes(body, domain.with_index(index, lower, upper))
        for end in (lower, upper):
            yield from _nodes(end, domain)
        return
    # The point of a limit is no value of the line.
    for argument in expression.args[:1] if isinstance(expression, sp.Limit) else expression.args:
        yield from _nodes(argument, domain)


def _common(first: Sign, second: Sign) -> Sign:
    """The strongest sign that is true on two cells."""
    if first is second:
        return first
    for weak, members in (
        (Sign.NONNEGATIVE, {Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO}),
        (Sign.NONPOSITIVE, {Sign.NEGATIVE, Sign.NONPOSITIVE, Sign.ZERO}),
    ):
        if first in members and second in members:
            return weak
    return Sign.UNKNOWN


def _vanishes(expression: sp.Expr, domain: Domain) -> bool | None:
    sums = _outer_sums(expression)
    if not sums:
        plain = binomials_over_one(expression)
        numerators = (quotient(plain, Generators(cell))[0] for cell in domain.cells())
        return True if all(numerator == 0 for numerator in numerators) else None
    names = {total: sp.Dummy(f"sum{position}") for position, total in enumerate(sums)}
    flat = sp.expand(sp.fraction(sp.together(expression.xreplace(names)))[0])
    polynomial = sp.Poly(flat, *names.values()) if flat.is_polynomial(*names.values()) else None
    if polynomial is None or polynomial.total_degree() > 1:
        return _vanishes_with_atoms(expression, names, domain)
    rest = polynomial.coeff_monomial(1)
    merged: list[sp.Sum] = []
    for total, name in names.items():
        # A sum that has cancelled would still lend its index to those that are joined to it.
        if (factor := polynomial.coeff_monomial(name)) != 0:
            merged = _merge(merged, total, factor, domain)
    if _vanishes(rest, domain) is not True:
        return None
    return True if all(_summand_vanishes(total, domain) for total in merged) else None


def _outer_sums(expression: sp.Basic, in_exponents: bool = False) -> list[sp.Sum]:
    if isinstance(expression, sp.Sum):
        return [expression]
    # Inside a root, an exponential, a derivative or a limit a sum is part of an atom and stays as it stands.
    opened = isinstance(expression, (sp.Add, sp.Mul)) or (isinstance(expression, sp.Pow) and expression.exp.is_Integer)
    found: list[sp.Sum] = []
    for argument in expression.args if opened or (in_exponents and isinstance(expression, sp.exp)) else ():
        found += [total for total in _outer_sums(argument, in_exponents) if total not in found]
    return found


def _opened(total: sp.Sum | sp.Product) -> tuple[sp.Expr, sp.Symbol, sp.Expr, sp.Expr]:
    """Body, index and limits of the outermost sum; SymPy writes a sum of sums as one, its last limit outermost."""
    *inner, (index, lower, upper) = total.limits
    return (total.func(total.function, *inner) if inner else total.function), index, lower, upper


def _merge(merged: list[sp.Sum], total: sp.Sum, factor: sp.Expr, domain: Domain) -> list[sp.Sum]:
    """The sums with one more, joined to the one with the same limits if there is one."""
    term, index, lower, upper = _opened(total)
    if index in factor.free_symbols:
        raise Undecided(f"{factor} may not be drawn into a sum over {index}: name the index differently")
    body = factor * term
    for position, other in enumerate(merged):
        known, i, a, b = _opened(other)
        clash = index != i and body.has(i)
        if not clash and _vanishes(a - lower, domain) and _vanishes(b - upper, domain):
            joined = sp.Sum(known + body.subs(index, i), (i, a, b))
            return [*merged[:position], joined, *merged[position + 1 :]]
    return [*merged, sp.Sum(body, (index, lower, upper))]


def _summand_vanishes(total: sp.Sum, domain: Domain) -> bool | None:
    term, index, lower, upper = _opened(total)
    return _vanishes(term, domain.with_index(index, lower, upper))


def _vanishes_with_atoms(expression: sp.Expr, names: dict[sp.Sum, sp.Dummy], domain: Domain) -> bool | None:
    """Products of sums: each sum is an atom, equal sums being one atom."""
    representatives: dict[sp.Sum, sp.Dummy] = {}
    chosen: dict[sp.Sum, sp.Dummy] = {}
    for total, name in names.items():
        same = (other for other in representatives if _vanishes(total - other, domain))
        match = next(same, None)
        chosen[total] = representatives[match] if match is not None else name
        if match is None:
            representatives[total] = name
    return _vanishes(expression.xreplace(chosen), domain)
