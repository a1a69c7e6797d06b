"""Where a statement is said to hold: variables with bounds, and the cells that cover them by non-negative parameters.

A sign on a box is read off a polynomial's coefficients once every variable runs over [0, ∞) or (0, ∞). So each domain
is covered by cells: p in (0, 1) becomes u/(1+u) with u > 0, an integer G ≥ 2 becomes 2+u with u ≥ 0, a closed upper end
is a cell of its own. Every cell covers a superset of its part of the domain, which keeps what is proved on it sound.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise, product

import sympy as sp

from grpo_theory.arithmetic.evaluate import Values, exact
from grpo_theory.arithmetic.given import Given as Given


@dataclass(frozen=True)
class Variable:
    """One quantity and its range: lower ≤ x ≤ upper, each end open or closed, None where unbounded.

    ``atom`` is a symbol or an undefined function at an index, such as r(o). Bounds may use variables declared before.
    ``breaks`` are interior points, in increasing order, at which a minimum, a maximum or a clipping changes its branch.
    ``bound`` marks the index of a sum.

    >>> from grpo_theory.symbols import p
    >>> Variable(p, sp.S(0), sp.S(1)).describe()
    'p ∈ (0, 1)'
    """

    atom: sp.Expr
    lower: sp.Expr | None = None
    upper: sp.Expr | None = None
    lower_open: bool = True
    upper_open: bool = True
    integer: bool = False
    values: tuple[sp.Expr, ...] = ()
    breaks: tuple[sp.Expr, ...] = ()
    bound: bool = False

    def describe(self) -> str:
        """The range in the papers' way, e.g. ``all G ≥ 2`` or ``p ∈ (0, 1)``."""
        if self.values:
            return f"{self.atom} ∈ {{{', '.join(map(str, self.values))}}}"
        if self.integer and self.upper is None and self.lower is not None:
            return f"all {self.atom} ≥ {self.lower}"
        if self.integer:
            return f"{self.lower} ≤ {self.atom} ≤ {self.upper}"
        if self.lower is None and self.upper is None:
            return f"{self.atom} real"
        if self.upper is None:
            return f"{self.atom} {'>' if self.lower_open else '≥'} {self.lower}"
        left = "(" if self.lower_open else "["
        right = ")" if self.upper_open else "]"
        return f"{self.atom} ∈ {left}{'−∞' if self.lower is None else self.lower}, {self.upper}{right}"

    def holds(self, values: Values) -> bool:
        """Whether the variable's value at an exact point lies in its range."""
        value = exact(self.atom, values)
        if self.values:
            return any(value == exact(v, values) for v in self.values)
        if self.integer and not (value.is_rational and value.fraction().denominator == 1):
            return False
        if self.lower is not None:
            low = exact(self.lower, values)
            if value < low or (self.lower_open and not self.integer and value == low):
                return False
        if self.upper is not None:
            high = exact(self.upper, values)
            if value > high or (self.upper_open and not self.integer and value == high):
                return False
        return True


def real(
    atom: sp.Expr,
    lower: object = None,
    upper: object = None,
    *,
    closed: str = "",
    breaks: tuple[sp.Expr, ...] = (),
) -> Variable:
    """A real variable between two ends, open unless ``closed`` names "lower", "upper" or "both".

    >>> from grpo_theory.symbols import epsilon
    >>> real(epsilon, 0, closed="lower").describe()
    'epsilon ≥ 0'
    """
    ends = [None if end is None else sp.S(end) for end in (lower, upper)]
    return _as_assumed(
        Variable(
            atom, ends[0], ends[1], closed not in ("lower", "both"), closed not in ("upper", "both"), breaks=breaks
        )
    )


def natural(atom: sp.Expr, lower: object, upper: object = None) -> Variable:
    """An integer variable from ``lower`` on, up to ``upper`` where given (both included).

    >>> from grpo_theory.symbols import G
    >>> natural(G, 2).describe()
    'all G ≥ 2'
    """
    high = None if upper is None else sp.S(upper)
    return _as_assumed(Variable(atom, sp.S(lower), high, lower_open=False, upper_open=False, integer=True))


def choice(atom: sp.Expr, *values: object) -> Variable:
    """A variable that takes finitely many values, such as a binary reward.

    >>> from grpo_theory.symbols import r
    >>> choice(r, 0, 1).describe()
    'r ∈ {0, 1}'
    """
    return _as_assumed(Variable(atom, values=tuple(sp.S(v) for v in values)))


def _as_assumed(variable: Variable) -> Variable:
    """The variable, if its range keeps the symbol's own assumptions: SymPy acts on those before any proof begins."""
    atom, ends = variable.atom, (variable.lower, *variable.values)
    if isinstance(atom, sp.Symbol):
        unbounded = variable.lower is None and not variable.values
        if atom.is_nonnegative and (unbounded or any(end is not None and end.is_negative for end in ends)):
            raise ValueError(f"{atom} ranges below zero: its symbol is assumed not to be negative")
        if atom.is_integer and not variable.integer and not variable.values:
            raise ValueError(f"{atom} ranges over real numbers: its symbol is assumed to be an integer, use natural")
    return variable


@dataclass(frozen=True)
class Cell:
    """One piece of a domain: each atom as a rational expression in parameters that are positive or non-negative.

    >>> cell = next(Domain().cells())
    >>> (dict(cell.values), cell.positive, cell.nonnegative)
    ({}, frozenset(), frozenset())
    """

    values: Mapping[sp.Expr, sp.Expr]
    positive: frozenset[sp.Symbol]
    nonnegative: frozenset[sp.Symbol]


@dataclass(frozen=True)
class Domain:
    """The variables of a statement in order of declaration, its hypotheses, and words for them.

    ``branches``, where there are any, are domains that together cover this one and stand in its place in proofs.

    >>> from grpo_theory.symbols import p, G
    >>> Domain((natural(G, 2), real(p, 0, 1))).describe()
    'all G ≥ 2; p ∈ (0, 1)'
    """

    variables: tuple[Variable, ...] = ()
    words: str = ""
    given: tuple[Given, ...] = ()
    branches: tuple["Domain", ...] = ()

    def describe(self) -> str:
        """The scope in words, variable by variable."""
        parts = [v.describe() for v in self.variables if isinstance(v.atom, sp.Symbol)]
        return "; ".join(([self.words] if self.words else []) + parts) or "one statement"

    def contains(self, values: Values) -> bool:
        """Whether an exact point lies in the domain and meets its hypotheses; what it does not name is left out."""
        named = (v for v in self.variables if isinstance(v.atom, sp.Symbol) and v.atom.name in values)
        return all(v.holds(values) for v in named) and all(given.holds(values) for given in self.given)

    def and_also(self, *variables: Variable) -> "Domain":
        """The same domain with further variables."""
        return replace(self, variables=self.variables + variables)

    def with_index(self, index: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> "Domain":
        """The domain of a summand: lower ≤ index ≤ upper, the upper limit solved for one of its variables."""
        inside = replace(self, given=tuple(given for given in self.given if not given.speaks_of(index)))
        if self.branches:
            return replace(inside, branches=tuple(b.with_index(index, lower, upper) for b in self.branches))
        kept = tuple(_unshadowed(v, index) for v in self._spoken_of(index))
        for variable in kept:
            bound = _solved(variable, kept, index, lower, upper)
            if bound is not None:
                rest = tuple(v for v in kept if v.atom != variable.atom)
                return replace(inside, branches=tuple(_branches(inside, rest, variable, index, lower, bound)))
        return replace(inside, variables=(*kept, _from(index, lower)))

    def _spoken_of(self, index: sp.Symbol) -> Iterator[Variable]:
        """The variables that a sum over an index keeps: what is said of f(k) at one quantity k is not said of each."""
        declared = any(v.atom == index and not v.bound for v in self.variables)
        for variable in self.variables:
            if variable.atom != index and not (declared and variable.atom.has(index)):
                yield variable

    def forgetting(self, name: sp.Symbol) -> "Domain":
        """The domain without what it says of a quantity, which leaves no more than its symbol's assumptions."""
        variables = tuple(_unshadowed(v, name) for v in self.variables if v.atom != name)
        given = tuple(given for given in self.given if not given.speaks_of(name))
        return Domain(variables, self.words, given, tuple(branch.forgetting(name) for branch in self.branches))

    def cells(self) -> Iterator[Cell]:
        """Cells that together cover the domain."""
        if self.branches:
            for branch in self.branches:
                yield from branch.cells()
            return
        options = [tuple(_pieces(v)) for v in self.variables]
        for pieces in product(*options):
            values: dict[sp.Expr, sp.Expr] = {}
            positive: set[sp.Symbol] = set()
            nonnegative: set[sp.Symbol] = set()
            for number, (variable, (form, strict)) in enumerate(zip(self.variables, pieces, strict=True)):
                parameter = sp.Symbol(f"u_{number}", nonnegative=True)
                values[variable.atom] = sp.together(form.subs(_HOLE, parameter).xreplace(values))
                if form.has(_HOLE):
                    (positive if strict else nonnegative).add(parameter)
            yield Cell(values, frozenset(positive), frozenset(nonnegative))


_HOLE = sp.Symbol("hole", nonnegative=True)
_MOST_BRANCHES = 6


def _from(index: sp.Symbol, lower: sp.Expr) -> Variable:
    """An index from its lower limit on, wherever that lies."""
    return Variable(index, lower, lower_open=False, upper_open=False, integer=True, bound=True)


def _unshadowed(variable: Variable, index: sp.Symbol) -> Variable:
    """A variable without the bounds that speak of another quantity of the index's name; the domain only grows."""
    if index in variable.atom.free_symbols:  # π(o) at a generic o: its bounds and breaks speak of the same o
        return variable
    lower, upper = (None if e is None or index in e.free_symbols else e for e in (variable.lower, variable.upper))
    breaks = tuple(b for b in variable.breaks if index not in b.free_symbols)
    return replace(variable, lower=lower, upper=upper, breaks=breaks)


def _solved(
    variable: Variable, kept: tuple[Variable, ...], index: sp.Symbol, lower: sp.Expr, upper: sp.Expr
) -> sp.Expr | None:
    """The lower bound for a variable that index ≤ upper means, where it can be solved for; None otherwise."""
    atom = variable.atom
    if variable.upper is not None or variable.values or lower.has(atom) or not upper.has(atom):
        return None
    slope = sp.diff(upper, atom)
    ends = (end for v in kept for end in (v.lower, v.upper, *v.breaks) if end is not None)
    used = any(atom in end.free_symbols for end in ends)
    return sp.expand(atom + (index - upper) / slope) if slope.is_Rational and slope > 0 and not used else None


def _branches(
    domain: Domain, rest: tuple[Variable, ...], variable: Variable, index: sp.Symbol, lower: sp.Expr, bound: sp.Expr
) -> Iterator[Domain]:
    """Few small indices one by one with the variable's own bound, then all larger ones with the solved bound."""
    first = lower
    own = variable.lower
    ahead = None if own is None else sp.expand(own - bound + index)
    if ahead is not None and ahead.is_Integer and lower.is_Integer and lower < ahead <= lower + _MOST_BRANCHES:
        for value in range(int(lower), int(ahead)):
            yield replace(domain, variables=(*rest, Variable(index, values=(sp.Integer(value),), bound=True), variable))
        first = ahead
    yield replace(domain, variables=(*rest, _from(index, first), replace(variable, lower=bound, lower_open=False)))


def _pieces(variable: Variable) -> Iterator[tuple[sp.Expr, bool]]:
    """Each piece of a variable's range as an expression in one parameter, and whether the parameter is positive."""
    if variable.values:
        yield from ((value, False) for value in variable.values)
        return
    if variable.lower is None and variable.upper is None and not variable.breaks:
        yield variable.atom, False
        return
    ends = [variable.lower, *variable.breaks, variable.upper]
    for position, (low, high) in enumerate(pairwise(ends)):
        strict = position > 0 or variable.lower_open
        if position > 0:
            yield low, False
        yield _between(low, high), strict and not variable.integer
    if variable.upper is not None and not variable.upper_open:
        yield variable.upper, False


def _between(low: sp.Expr | None, high: sp.Expr | None) -> sp.Expr:
    """An expression in the parameter u ≥ 0 that runs over [low, high), or over the half-line."""
    if low is None:
        return sp.S(high) - _HOLE
    return low + _HOLE if high is None else (low + high * _HOLE) / (1 + _HOLE)
