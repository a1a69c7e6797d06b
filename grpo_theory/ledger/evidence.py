"""Evidence at exact points: agreement on many of them, one where a statement fails, or every point of a finite domain.

Values are compared exactly. An enumeration also holds the formal line against the definition, so that a derivation is
about what the source says; a counterexample is found by search in increasing size and judged again by a function that
shares nothing with the statement.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.evaluate import NotExact, exact
from grpo_theory.arithmetic.surds import Surd
from grpo_theory.ledger.claim import Context, Finding, Point, Relation, Side, Statement, show
from grpo_theory.ledger.values import Value, compares, components, lies_in, meets, within

BEYOND_SURDS = (sp.Limit, sp.Derivative, sp.Integral, sp.exp, sp.log, sp.asin, sp.acos, sp.atan)
Points = Callable[[int], Iterable[Point]]


class EvidenceDisagrees(RuntimeError):
    """Two pieces of evidence contradict each other: an error in the claim's file, never a verdict.

    >>> raise EvidenceDisagrees("a claim: derived and refuted")
    Traceback (most recent call last):
    ...
    grpo_theory.ledger.evidence.EvidenceDisagrees: a claim: derived and refuted
    """


@dataclass(frozen=True)
class Enumeration:
    """Both sides at many exact points, the left one by the definition; ``points(max_group)`` yields them.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.ledger.claim import Relation
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> statement = Statement(Side(1 - p), Relation.EQUAL, Side(p), Domain())
    >>> Enumeration(lambda _: [{"p": Fraction(1, 3)}]).check(statement, Context()).holds
    False
    """

    points: Points
    kind: str = field(default="enumeration", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """True when the statement holds at every point, False with the first point where it does not."""
        seen: list[Point] = []
        anchored = {statement.lhs: 0, statement.rhs: 0}
        exactly = True
        for point in self.points(context.max_group):
            if not lies_in(statement.domain, point):
                continue
            left, right = statement.lhs.at(point), statement.rhs.at(point)
            exactly &= all(isinstance(value, Surd) for value in (*left, *right))
            for side, value in ((statement.lhs, left), (statement.rhs, right)):
                says = _anchor(side, value, point)
                if says is False:
                    detail = f"the formal line differs from the definition at {describe(point)}"
                    return Finding(self.kind, None, scope_of(seen), detail)
                anchored[side] += bool(says)
            seen.append(point)
            if not compares(left, statement.relation, right):
                return Finding(self.kind, False, scope_of(seen), f"fails at {describe(point)}", point=point)
        if not seen:
            return Finding(self.kind, None, "nothing", "no point lies in the domain")
        if (never := _never_met(statement.domain, seen)) is not None:
            return Finding(self.kind, None, scope_of(seen), never)
        if any(_ought_to_be_compared(side) and not times for side, times in anchored.items()):
            return Finding(self.kind, None, scope_of(seen), "the formal line was never compared with the definition")
        return Finding(self.kind, True, scope_of(seen), _agreement(len(seen), sum(anchored.values()), exactly))


def _never_met(domain: Domain, seen: list[Point], *beyond: type[sp.Basic]) -> str | None:
    """The first hypothesis met at no point, in words: about what no point names, it could contradict itself."""
    for given in domain.given:
        out_of_reach = sp.Tuple(given.lhs, given.rhs).has(sp.Limit, *beyond)
        if not out_of_reach and not any(meets(given, point) for point in seen):
            return f"the hypothesis {given.lhs} = {given.rhs} was not met"
    return None


def _ought_to_be_compared(side: Side) -> bool:
    """Whether a side has two faces and its formal one lies in the field of surds, values of its functions given."""
    return side.literal is not None and side.formal is not None and not side.formal.has(*BEYOND_SURDS)


def _anchor(side: Side, value: tuple[Value, ...], point: Point) -> bool | None:
    """Whether the formal expression says what the definition says at a point; None where it has only one face there."""
    if side.literal is None or side.formal is None:
        return None
    try:
        return compares(side.formally(point), Relation.EQUAL, value)
    except NotExact:
        return None


def _under_limits(expression: sp.Expr | None) -> sp.Expr | None:
    """What stands under the limits of a side that is one; None where it is not."""
    if not isinstance(expression, sp.Limit):
        return None
    inner = expression.args[0]
    return _under_limits(inner) if isinstance(inner, sp.Limit) else inner


def _agreement(points: int, anchored: int, exactly: bool) -> str:
    how = "exact agreement" if exactly else "agreement in balls, not everywhere exact,"
    words = f"{how} at {points} point{'s' if points != 1 else ''}"
    return f"{words}; formal line equal to the definition {anchored} times" if anchored else words


def scope_of(points: list[Point]) -> str:
    """The points that were looked at, quantity by quantity.

    >>> scope_of([{"G": 2, "p": Fraction(1, 3)}, {"G": 3, "p": Fraction(1, 3)}])
    'G ∈ {2, 3}; p ∈ {1/3}'
    """
    words = []
    for name in points[0] if points else ():
        values = {point[name] for point in points if isinstance(point.get(name), (int, Fraction, str))}
        if not values:
            continue
        ordered = sorted(values, key=lambda v: (isinstance(v, str), v if not isinstance(v, str) else 0, str(v)))
        shown = [str(v) for v in ordered]
        short = shown if len(shown) <= 8 else [*shown[:3], "…", *shown[-2:]]
        words.append(f"{name} ∈ {{{', '.join(short)}}}")
    return "; ".join(words) or f"{len(points)} points"


def describe(point: Point) -> str:
    """A point as text, leaving out what is a function.

    >>> describe({"G": 2, "p": Fraction(1, 3), "pi": len})
    'G = 2, p = 1/3'
    """
    return ", ".join(f"{name} = {text}" for name, text in exact_values(point).items())


def exact_values(point: Point) -> dict[str, str]:
    """The point's exact values as text, name by name.

    >>> exact_values({"pi_theta": (Fraction(1, 3), Fraction(2, 3))})
    {'pi_theta': '(1/3, 2/3)'}
    """
    return {name: show(value) for name, value in point.items() if not callable(value)}


@dataclass(frozen=True)
class Counterexample:
    """The first point, in increasing size, at which the statement fails; ``recheck`` judges it again on its own.

    ``recheck(point)`` says whether the statement holds there and shares no code with the statement's sides.

    >>> from grpo_theory.symbols import p
    >>> from grpo_theory.ledger.claim import Relation
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> statement = Statement(Side(1 - p), Relation.EQUAL, Side(p), Domain())
    >>> search = lambda: [{"p": Fraction(1, 2)}, {"p": Fraction(1, 3)}]
    >>> Counterexample(search, lambda at: 1 - at["p"] == at["p"]).check(statement, Context()).detail
    'p = 1/3: the left side is 2/3, the right side 1/3; point 2 of the search'
    """

    search: Callable[[], Iterable[Point]]
    recheck: Callable[[Point], bool]
    kind: str = field(default="counterexample", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """False with the smallest point where the statement fails; None when the search finds none."""
        looked = 0
        for point in self.search():
            if not lies_in(statement.domain, point):
                continue
            looked += 1
            left, right = statement.lhs.at(point), statement.rhs.at(point)
            if compares(left, statement.relation, right):
                continue
            if self.recheck(point):
                raise EvidenceDisagrees(f"the independent check finds that the statement holds at {describe(point)}")
            if any(_anchor(s, value, point) is False for s, value in ((statement.lhs, left), (statement.rhs, right))):
                detail = f"the formal line differs from the definition at {describe(point)}"
                return Finding(self.kind, None, "one point", detail)
            values = f"the left side is {_plain(left)}, the right side {_plain(right)}"
            detail = f"{describe(point)}: {values}; point {looked} of the search"
            return Finding(self.kind, False, "one point", detail, point=point)
        return Finding(self.kind, None, "nothing", f"no counterexample among {looked} points")


def _plain(value: tuple[object, ...]) -> str:
    return show(value[0]) if len(value) == 1 else show(value)


@dataclass(frozen=True)
class Exhaustion:
    """Every point of a finite domain, each decided twice: by the statement's sides and by ``recheck``.

    It is a derivation by cases, since nothing is left out; ``points`` lists the whole domain and ``words`` names it.

    >>> from grpo_theory.symbols import r
    >>> from grpo_theory.ledger.claim import Relation
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> statement = Statement(Side(r**2), Relation.EQUAL, Side(r), Domain())
    >>> cases = Exhaustion(lambda: [{"r": 0}, {"r": 1}], lambda at: at["r"] in (0, 1), "r ∈ {0, 1}")
    >>> cases.check(statement, Context()).holds
    True
    """

    points: Callable[[], Iterable[Point]]
    recheck: Callable[[Point], bool]
    words: str
    kind: str = field(default="derivation", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """True when both roads accept every point; False at the first that both reject."""
        points = list(self.points())
        for point in points:
            holds, again = statement.at(point), self.recheck(point)
            if holds != again:
                raise EvidenceDisagrees(f"the two roads disagree at {describe(point)}")
            if not holds:
                return Finding(self.kind, False, self.words, f"fails at {describe(point)}", point=point)
        missing = left_out(statement.domain, points) if points else "there are no cases"
        if missing is not None:
            return Finding(self.kind, None, self.words, missing)
        return Finding(self.kind, True, self.words, f"all {len(points)} cases, each by two roads")


def left_out(domain: Domain, points: list[Point]) -> str | None:
    """What of a domain a list of points does not hold, in words; None where its variables' values are all there.

    >>> from grpo_theory.arithmetic.domains import choice
    >>> from grpo_theory.symbols import r
    >>> left_out(Domain((choice(r, 0, 1),)), [{"r": 0}])
    'the case r = 1 is left out'
    """
    for variable in (v for v in domain.variables if isinstance(v.atom, sp.Symbol)):
        values, low, high = variable.values, variable.lower, variable.upper
        if not values and (not variable.integer or low is None or high is None):
            return f"{variable.describe()} is not a finite range"
        if not values and low is not None and high is not None and low.is_Integer and high.is_Integer:
            values = tuple(sp.Integer(v) for v in range(int(low), int(high) + 1))
        there = {exact(variable.atom, point) for point in points}
        if gone := [value for value in values if exact(value, {}) not in there]:
            return f"the case {variable.atom} = {gone[0]} is left out"
    return None


@dataclass(frozen=True)
class Convergence:
    """A limit seen from finite sizes: |term − right side| ≤ bound, exactly, at points of growing size.

    ``term(point)`` is computed by the definition, ``bound(point)`` must fall to zero as the size grows; ``points``
    yields the sizes. It stands for the enumeration where the left side of a statement is a limit.

    >>> from grpo_theory.ledger.claim import Relation
    >>> from grpo_theory.arithmetic.domains import Domain
    >>> import sympy as sp
    >>> statement = Statement(Side(sp.S(1)), Relation.EQUAL, Side(sp.S(1)), Domain())
    >>> seen = Convergence(lambda at: 1 + Fraction(1, at["n"]), lambda at: Fraction(2, at["n"]), lambda _: [{"n": 8}])
    >>> seen.check(statement, Context()).holds
    True
    """

    term: Callable[[Point], Any]
    bound: Callable[[Point], Any]
    points: Points
    kind: str = field(default="enumeration", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """True when every term lies within its bound, False at the first that does not."""
        seen: list[Point] = []
        under = Side(_under_limits(statement.lhs.formal), self.term)
        for point in self.points(context.max_group):
            if not lies_in(statement.domain, point):
                continue
            seen.append(point)
            (value,), (term,) = statement.rhs.at(point), components(self.term(point))
            if _anchor(under, (term,), point) is False:
                detail = f"what stands under the limit differs from the definition at {describe(point)}"
                return Finding(self.kind, None, scope_of(seen), detail)
            (bound,) = components(self.bound(point))
            if not within(term, value, bound):
                return Finding(self.kind, False, scope_of(seen), f"out of bounds at {describe(point)}", point=point)
        if not seen:
            return Finding(self.kind, None, "nothing", "no point lies in the domain")
        if (never := _never_met(statement.domain, seen, sp.exp, sp.log)) is not None:
            return Finding(self.kind, None, scope_of(seen), never)
        if any(_anchor(statement.rhs, statement.rhs.at(point), point) is False for point in seen):
            return Finding(self.kind, None, scope_of(seen), "the limit's formal line differs from its definition")
        return Finding(self.kind, True, scope_of(seen), f"within the bound at {len(seen)} points")
