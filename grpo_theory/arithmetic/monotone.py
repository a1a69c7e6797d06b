"""The sign of an expression on a box: from its interval, and where it is monotone from the face where it is extreme.

A derivative's sign is found in the same way, to a stated depth. On a face that lies at an open end of the whole box the
value is a limit; where the derivative is strict, the sign inside is then strict.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb

from grpo_theory.arithmetic.algebra import vanishes
from grpo_theory.arithmetic.balls import NoBall
from grpo_theory.arithmetic.boxes import Box, Edge
from grpo_theory.arithmetic.conditions import STRICT, WEAK, outright
from grpo_theory.arithmetic.control_points import with_values
from grpo_theory.arithmetic.domains import Domain
from grpo_theory.arithmetic.extended import Range, between, point, sign_of
from grpo_theory.arithmetic.faces import face
from grpo_theory.arithmetic.images import Memo, image, slope
from grpo_theory.arithmetic.signs import Sign, opposite

Aim = tuple[int, bool]
"""How many derivatives deep, and whether a strict sign is wanted."""
_LARGEST = 160
_TINY = arb(2) ** -40


@dataclass(frozen=True)
class Signs:
    """Signs on the parts of one whole box, with what was found on the way kept for the next part.

    >>> from grpo_theory.symbols import p
    >>> edges = {"p": Edge(Fraction(0), Fraction(1), True, True)}
    >>> Signs(edges, {p: Sign.POSITIVE}).on(p - 1 - sp.log(p), edges, 2)
    <Sign.POSITIVE: '>'>
    """

    whole: Box
    known: Mapping[sp.Expr, Sign]
    _slopes: dict[tuple[sp.Expr, sp.Symbol], sp.Expr | None] = field(default_factory=dict)
    _faces: dict[tuple[sp.Expr, sp.Symbol, Fraction], sp.Expr | None] = field(default_factory=dict)
    _zeros: dict[tuple[sp.Expr, tuple[Any, ...]], bool] = field(default_factory=dict)

    def memo(self, expression: sp.Expr, box: Box) -> Memo:
        """The ranges of an expression's symbols on a box; share it between expressions in the same symbols."""
        ranges: Memo = {}
        for symbol in expression.free_symbols:
            if symbol.name not in box:
                raise NoBall(f"no range is given for {symbol}")
            edge = box[symbol.name]
            ranges[symbol] = between(edge.low, edge.high)
        return ranges

    def range(self, expression: sp.Expr, box: Box, memo: Memo | None = None) -> Range:
        """An interval of the expression's values on a box."""
        return image(expression, self.memo(expression, box) if memo is None else memo, self.known)

    def on(self, expression: sp.Expr, box: Box, depth: int, memo: Memo | None = None, strict: bool = True) -> Sign:
        """The sign on a box; ``depth`` derivatives deep. A weak sign is improved only if ``strict``."""
        own = self.memo(expression, box) if memo is None else memo
        known = self._known(expression, box)
        value = self.range(expression, box, own)
        sign = known if known in STRICT else sign_of(value)
        if sign in (*STRICT, Sign.ZERO) or (sign is not Sign.UNKNOWN and not strict):
            return sign
        if value[0] is value[1] and abs(value[0]) < _TINY and self._vanishes(expression, box):
            return Sign.ZERO
        shown = outright(expression, box) if sign is not Sign.UNKNOWN else sign
        if shown in (*STRICT, Sign.ZERO):
            return shown
        better = self._by_faces(expression, box, (depth, strict), own) if depth > 0 else Sign.UNKNOWN
        return sign if better is Sign.UNKNOWN else better

    def by_mean_value(self, expression: sp.Expr, box: Box, memo: Memo) -> bool:
        """Whether the value in the middle exceeds what all slopes together can take away: then it is positive."""
        middle = {name: Edge(m, m) for name, edge in box.items() for m in [(edge.low + edge.high) / 2]}
        value = self.range(expression, middle)[0]
        for symbol in expression.free_symbols:
            edge, change = box[symbol.name], self.slope(expression, symbol)
            if change is None:
                return False
            low, high = self.range(change, box, memo)
            half = point((edge.high - edge.low) / 2)[0]
            value = value - abs(low).max(abs(high)) * half
        return bool(value > 0)

    def slope(self, expression: sp.Expr, symbol: sp.Symbol) -> sp.Expr | None:
        """The derivative, or None where there is none of bearable size."""
        key = (expression, symbol)
        if key not in self._slopes:
            self._slopes[key] = None
            if expression.count_ops() <= _LARGEST:
                with suppress(NoBall):
                    found = slope(expression, symbol)
                    self._slopes[key] = None if found.has(sp.Derivative) else found
        return self._slopes[key]

    def _known(self, expression: sp.Expr, box: Box) -> Sign:
        """The sign known beforehand; on a face at an open end of the whole box a strict one is lost in the limit."""
        sign = self.known.get(expression, Sign.UNKNOWN)
        strict = all(
            self.whole[s.name].holds(box[s.name].low) or not box[s.name].single for s in expression.free_symbols
        )
        return sign if strict else Sign.UNKNOWN

    def _by_faces(self, expression: sp.Expr, box: Box, aim: Aim, memo: Memo) -> Sign:
        for symbol in sorted(expression.free_symbols, key=str):
            edge = box[symbol.name]
            change = None if edge.single else self.slope(expression, symbol)
            if change is None:
                continue
            rise = self.on(change, box, aim[0] - 1, memo, aim[1])
            if rise in (Sign.UNKNOWN, Sign.ZERO):
                continue
            for end in (True, False):  # at the lowest value, then at the highest
                found = self._from_face(expression, symbol, box, aim, rise, end)
                if found is not Sign.UNKNOWN:
                    return found
            return Sign.UNKNOWN
        return Sign.UNKNOWN

    def _from_face(self, expression: sp.Expr, symbol: sp.Symbol, box: Box, aim: Aim, rise: Sign, lowest: bool) -> Sign:
        """The sign that a weak or strict sign on the extreme face gives to the box."""
        edge = box[symbol.name]
        at_low = (rise in WEAK) == lowest
        end, is_open = (edge.low, edge.low_open) if at_low else (edge.high, edge.high_open)
        sign = self._on_face(expression, symbol, end, box, aim)
        wanted = sign if lowest else opposite(sign)
        if wanted is Sign.POSITIVE:
            return sign
        if wanted not in WEAK:
            return Sign.UNKNOWN
        result = Sign.POSITIVE if rise in STRICT and is_open else Sign.NONNEGATIVE
        return result if lowest else opposite(result)

    def _on_face(self, expression: sp.Expr, symbol: sp.Symbol, end: Fraction, box: Box, aim: Aim) -> Sign:
        place = {**box, symbol.name: Edge(end, end)}
        whole = self.whole[symbol.name]
        depth, strict = aim
        quick = self.on(expression, place, 0, None, strict)
        if quick is not Sign.UNKNOWN and (quick in STRICT or not strict):
            return quick
        if end in (whole.low, whole.high) and not whole.single:
            simpler = self._face(expression, symbol, end)
            if simpler is not None:
                # Each face is an expression of its own, whose slopes are dear when there are many.
                few = depth > 1 or sum(not edge.single for edge in box.values()) <= 3
                sign = self.on(simpler, place, depth if few else 0, None, strict)
                sign = outright(simpler, place) if sign is Sign.UNKNOWN else sign
                if few or sign is not Sign.UNKNOWN:
                    return sign
        return self.on(expression, place, depth, None, strict)

    def _face(self, expression: sp.Expr, symbol: sp.Symbol, end: Fraction) -> sp.Expr | None:
        """The expression with a symbol at an end of the whole box, simplified by SymPy's own cancellation."""
        key = (expression, symbol, end)
        if key not in self._faces:
            self._faces[key] = face(expression, symbol, end)
        return self._faces[key]

    def _vanishes(self, expression: sp.Expr, box: Box) -> bool:
        """Whether the value at a single point is exactly zero."""
        free = sorted(expression.free_symbols, key=str)
        if not all(box[symbol.name].single for symbol in free):
            return False
        key = (expression, tuple(box[symbol.name].low for symbol in free))
        if key not in self._zeros:
            values = {s: sp.Rational(box[s.name].low.numerator, box[s.name].low.denominator) for s in free}
            found = with_values(expression.subs(values))
            self._zeros[key] = not found.has(sp.zoo, sp.nan, sp.oo) and vanishes(found, Domain()) is True
        return self._zeros[key]
