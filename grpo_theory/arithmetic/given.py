"""Hypotheses of a statement: equations that hold at every index of a range, or once."""

from dataclasses import dataclass

import sympy as sp

from grpo_theory.arithmetic.evaluate import NotExact, Values, exact, integer


@dataclass(frozen=True)
class Given:
    """A hypothesis lhs = rhs at every integer index from ``lower`` to ``upper``, or once where there is no index.

    >>> from grpo_theory.symbols import G, k
    >>> centred = Given(k * sp.Function("A")(k), sp.S(0), k, sp.S(0), G)
    >>> centred.at(G)
    (G*A(G), 0)
    """

    lhs: sp.Expr
    rhs: sp.Expr
    index: sp.Symbol | None = None
    lower: sp.Expr | None = None
    upper: sp.Expr | None = None

    def at(self, position: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Both sides at one value of the index."""
        return self.lhs.subs(self.index, position), self.rhs.subs(self.index, position)

    def speaks_of(self, symbol: sp.Symbol) -> bool:
        """Whether the symbol stands in the hypothesis otherwise than as its own index.

        >>> Given(sp.Symbol("k"), sp.S(3)).speaks_of(sp.Symbol("k"))
        True
        """
        sides = (self.lhs, self.rhs) if symbol != self.index else ()
        return bool(sp.Tuple(*sides, self.lower or 0, self.upper or 0).has_free(symbol))

    def holds(self, values: Values) -> bool:
        """Whether the hypothesis is met at an exact point; where the point does not name its parts, it does not count.

        >>> from fractions import Fraction
        >>> from grpo_theory.symbols import K, o
        >>> total = Given(sp.Sum(sp.Function("pi")(o), (o, 1, K)), sp.S(1))
        >>> [total.holds({"K": 2, "pi": lambda o: Fraction(1, n)}) for n in (2, 3)], total.holds({"K": 2})
        ([True, False], True)
        """
        return self.met(values) is not False

    def met(self, values: Values) -> bool | None:
        """Whether the hypothesis is met at an exact point; None where the point does not name its parts.

        >>> Given(sp.Function("f")(1), sp.S(1)).met({}) is None
        True
        """
        try:
            return all(exact(self.lhs, place) == exact(self.rhs, place) for place in self.places(values))
        except (NotExact, LookupError):
            return None

    def places(self, values: Values) -> list[Values]:
        """The point, once for every value of the index; raises NotExact where it does not name the index's limits.

        >>> from grpo_theory.symbols import G, k
        >>> Given(sp.Function("f")(k), sp.S(0), k, sp.S(0), G).places({"G": 1})
        [{'G': 1, 'k': 0}, {'G': 1, 'k': 1}]
        """
        if self.index is None:
            return [values]
        first, last = (integer(end, values) for end in (self.lower, self.upper))
        return [{**values, self.index.name: position} for position in range(first, last + 1)]
