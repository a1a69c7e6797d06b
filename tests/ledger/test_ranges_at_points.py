"""At the points of its evidence every function keeps the range that a claim's domain declares for it."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest
import sympy as sp
from sympy.core.function import AppliedUndef

from grpo_theory.arithmetic.domains import Domain, Variable, natural, real
from grpo_theory.arithmetic.evaluate import NotExact
from grpo_theory.ledger import catalogue
from grpo_theory.ledger.claim import Claim, Point, Relation, Side, Statement
from grpo_theory.ledger.evidence import Convergence, Enumeration
from grpo_theory.symbols import i, n

MOST_POINTS = 12
f = sp.Function("f")


def parts(claim: Claim) -> Iterator[Statement]:
    yield from claim.statements
    if claim.repair is not None:
        yield from parts(claim.repair)


def watched(variable: Variable, point: Point, found: list[str]) -> Callable[..., Any]:
    """The point's function, which reports every value outside the range that holds for its arguments."""
    name = variable.atom.func.__name__
    declared = [a for a in variable.atom.args if not (isinstance(a, sp.Symbol) and a.name == "theta")]

    def call(*arguments: Any) -> Any:
        value = point[name](*arguments)
        if len(arguments) == len(declared) and all(
            isinstance(a, sp.Symbol) or a == x for a, x in zip(declared, arguments, strict=True)
        ):
            here = {a.name: x for a, x in zip(declared, arguments, strict=True) if isinstance(a, sp.Symbol)}
            try:
                if not variable.holds({**point, **here, name: lambda *_: value}):
                    found.append(f"{variable.describe()}: {name}{arguments} = {value}")
            except NotExact:  # a ball
                pass
        return value

    return call


def outside(statement: Statement) -> list[str]:
    """Values outside their ranges, met while the formal sides are evaluated at the points of the evidence."""
    found: list[str] = []
    ranged = [v for v in statement.domain.variables if isinstance(v.atom, AppliedUndef)]
    sides = [side.formal for side in (statement.lhs, statement.rhs) if side.formal is not None]
    sides += [side.args[0] for side in sides if isinstance(side, sp.Limit)]
    for evidence in statement.evidence if ranged else ():
        if not isinstance(evidence, (Enumeration, Convergence)):
            continue
        for point in islice(evidence.points(4), MOST_POINTS):
            if not statement.domain.contains(point):
                continue
            names = [v for v in ranged if callable(point.get(v.atom.func.__name__))]
            seen = dict(point) | {v.atom.func.__name__: watched(v, point, found) for v in names}
            for side in sides:
                try:
                    Side(side).formally(seen)
                except (NotExact, KeyError):
                    continue
    return found


@pytest.mark.parametrize("name", catalogue.names())
def test_functions_keep_their_ranges(name: str) -> None:
    assert [value for statement in parts(catalogue.claim(name)) for value in outside(statement)] == []


def test_a_value_at_an_open_end_is_noticed() -> None:
    total, points = Side(sp.Sum(f(i), (i, 1, n))), Enumeration(lambda _: [{"n": 2, "f": lambda at: Fraction(1, at)}])
    for closed, values in (("lower", 1), ("both", 0)):
        domain = Domain((natural(n, 1), real(f(i), 0, 1, closed=closed)))
        assert len(outside(Statement(total, Relation.EQUAL, total, domain, (points,)))) == 2 * values
