"""Facts of analysis that carry a bound on a slope, or the limit of a rate, over to the function itself."""

from dataclasses import replace

import sympy as sp
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.algebra import sign, undefined_divisor
from grpo_theory.arithmetic.domains import Domain, Variable, real
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.ledger.claim import Context, Relation
from grpo_theory.ledger.fact import NOT_NEGATIVE, Fact

_SMOOTH = (sp.Add, sp.Mul, sp.Symbol, sp.Rational, sp.exp, sp.log)


def mean_value(fact: Fact, within: Variable, low: sp.Expr, high: sp.Expr) -> Fact:
    """The mean value theorem: f(b) − f(a) ≤ L·(b−a) from f′ ≤ L between a ≤ b, and the reverse from L ≤ f′.

    ``fact`` has Derivative(f, x) as one side and a bound free of x as the other; ``within`` is x with its interval,
    which the domain does not name. f must be built from sums, products, rational powers, exponentials and logarithms.

    >>> from grpo_theory.ledger.facts import differentiated
    >>> from grpo_theory.ledger.derivation import Step, chain
    >>> from grpo_theory.symbols import beta, z
    >>> slope = differentiated(sp.exp(-z), z)
    >>> falls = chain(slope.lhs, Step(slope.rhs, "by calculus", using=(slope,)), Step(sp.S(0), "e > 0", Relation.LESS))
    >>> fact = mean_value(falls, real(z), sp.S(0), beta)
    >>> fact.lhs, fact.relation.value, fact.rhs, fact.check(Domain((real(beta, 0),)), Context())
    (-1 + exp(-beta), '≤', 0, True)
    """
    variable = within.atom
    bounded_above = isinstance(fact.lhs, sp.Derivative)
    slope, bound = (fact.lhs, fact.rhs) if bounded_above else (fact.rhs, fact.lhs)
    function = slope.args[0]
    rise = function.subs(variable, high) - function.subs(variable, low)
    ends = (rise, bound * (high - low))

    def check(domain: Domain, context: Context) -> bool:
        stands = slope == sp.Derivative(function, variable, evaluate=False) and not within.values and not within.integer
        fresh = not any(part.has(variable) for part in (bound, low, high)) and not _named(domain, variable)
        if not (stands and fresh and sign(high - low, domain) in NOT_NEGATIVE):
            return False
        inner = domain.and_also(within)
        smooth = _is_smooth(function, variable) and undefined_divisor(sp.diff(function, variable), inner) is None
        inside = _lies_in(low, within, domain) and _lies_in(high, within, domain)
        return smooth and inside and undefined_divisor(function, inner) is None and fact.check(inner, context)

    because = f"the mean value theorem: {fact.because}"
    return Fact(*_ordered(ends, bounded_above), because, check, fact.assuming, fact.lemmas)


def _ordered(ends: tuple[sp.Expr, sp.Expr], upwards: bool) -> tuple[sp.Expr, Relation, sp.Expr]:
    low, high = ends if upwards else ends[::-1]
    return low, Relation.AT_MOST, high


def mean_of_integral(known: Fact, start: sp.Expr, upper: sp.Symbol, tail: sp.Expr) -> Fact:
    """From lim_{x→∞} f(x) = L, lim_{X→∞} (1/X)·∫_start^X f(x) dx = L for f continuous on [start, ∞).

    The domain must hold x as real(x, start, closed="lower"); the limit is checked for x > ``tail`` ≥ start only, which
    is all that a limit at infinity speaks of.

    >>> from grpo_theory.ledger.facts import limit_fact
    >>> from grpo_theory.symbols import X, x
    >>> known = limit_fact(x / (x + 1), x, sp.S(1))
    >>> fact = mean_of_integral(known, sp.S(2), X, sp.S(2))
    >>> fact.rhs, fact.check(Domain((real(x, 2, closed="lower"),)), Context())
    (1, True)
    """
    function, variable, *_ = known.lhs.args
    left = sp.Limit(sp.Integral(function, (variable, start, upper)) / upper, upper, sp.oo)

    def check(domain: Domain, context: Context) -> bool:
        own = real(variable, start, closed="lower")
        limits = known.relation is Relation.EQUAL and known.lhs == sp.Limit(function, variable, sp.oo)
        fresh = not any(part.has(variable, upper) for part in (start, tail, known.rhs)) and not function.has(upper)
        if not (limits and fresh) or own not in domain.variables or sign(tail - start, domain) not in NOT_NEGATIVE:
            return False
        rest = tuple(v for v in domain.variables if v != own)
        if domain.branches or _named(replace(domain, variables=rest), variable):
            return False
        far = replace(domain, variables=(*rest, real(variable, tail)))
        continuous = _is_smooth(function, variable) and undefined_divisor(function, domain) is None
        return continuous and known.check(far, context)

    because = f"the mean of a function that has a limit has the same limit; {known.because}"
    return Fact(left, Relation.EQUAL, known.rhs, because, check, known.assuming, known.lemmas)


def integral(fact: Fact, within: Variable, low: sp.Expr, high: sp.Expr) -> Fact:
    """The fundamental theorem of calculus: ∫_a^b f dx = F(b) − F(a) from F′ = f, f continuous between a ≤ b.

    ``fact`` has Derivative(F, x) on its left and f on its right; ``within`` is x with an interval that holds both ends,
    which the domain does not name.

    >>> from grpo_theory.ledger.facts import differentiated
    >>> from grpo_theory.symbols import beta, z
    >>> fact = integral(differentiated(z**2, z), real(z), sp.S(0), beta)
    >>> fact.lhs, fact.rhs, fact.check(Domain((real(beta, 0),)), Context())
    (Integral(2*z, (z, 0, beta)), beta**2, True)
    """
    variable = within.atom
    function, slope = fact.lhs.args[0], fact.rhs
    rise = function.subs(variable, high) - function.subs(variable, low)

    def check(domain: Domain, context: Context) -> bool:
        stands = fact.lhs == sp.Derivative(function, variable, evaluate=False) and fact.relation is Relation.EQUAL
        interval = not within.values and not within.integer and not _named(domain, variable)
        if not (stands and interval) or low.has(variable) or high.has(variable):
            return False
        inner = domain.and_also(within)
        smooth = all(_is_smooth(f, variable) and undefined_divisor(f, inner) is None for f in (function, slope))
        inside = _lies_in(low, within, domain) and _lies_in(high, within, domain)
        ordered = sign(high - low, domain) in NOT_NEGATIVE
        return smooth and inside and ordered and fact.check(inner, context)

    left = sp.Integral(slope, (variable, low, high))
    because = f"the fundamental theorem of calculus: {fact.because}"
    return Fact(left, Relation.EQUAL, rise, because, check, fact.assuming, fact.lemmas)


def _is_smooth(expression: sp.Expr, variable: sp.Expr) -> bool:
    """Whether an expression is built from operations that are smooth wherever their divisors and radicands allow."""
    if not expression.has(variable):
        return True
    if isinstance(expression, (sp.Sum, sp.Product)):
        fixed = not any(end.has(variable) for limit in expression.limits for end in limit)
        return fixed and _is_smooth(expression.function, variable)
    if isinstance(expression, sp.Pow) and not expression.exp.has(variable):
        return _is_smooth(expression.base, variable)
    allowed = isinstance(expression, _SMOOTH) and not isinstance(expression, AppliedUndef)
    return allowed and all(_is_smooth(argument, variable) for argument in expression.args)


def _named(domain: Domain, variable: sp.Expr) -> bool:
    """Whether a domain speaks of a quantity, as a variable, in a bound, or in a hypothesis."""
    ends = (e for v in domain.variables for e in (v.atom, v.lower, v.upper, *v.breaks, *v.values) if e is not None)
    given = (e for g in domain.given for e in (g.lhs, g.rhs))
    return bool(domain.branches) or any(e.has(variable) for e in (*ends, *given))


def _lies_in(point: sp.Expr, within: Variable, domain: Domain) -> bool:
    ends = ((within.lower, within.lower_open, 1), (within.upper, within.upper_open, -1))
    return all(
        end is None or sign(way * (point - end), domain) in ((Sign.POSITIVE,) if is_open else NOT_NEGATIVE)
        for end, is_open, way in ends
    )
