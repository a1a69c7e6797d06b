"""The parameters of a recurrence: exact numbers, floats, symbols where left open, and intervals of rationals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import sympy as sp

from grpo_theory import symbols
from grpo_theory.errors import exact_rational, outside, shown

Parameter: TypeAlias = "Fraction | float | sp.Expr"
"""An exact number, a float (its binary value), or an expression in the symbols of the theory where it is left open."""
Span = tuple[Fraction, Fraction]
"""The lowest and the highest value of a parameter, equal for a number."""

_LARGEST: Final = 10**300


@dataclass(frozen=True)
class Domain:
    """Where a parameter lies and what that is needed for.

    >>> BETA.text
    '(0, ∞)'
    """

    name: str
    text: str
    meaning: str
    low: int
    high: int | None
    closed: bool
    symbol: sp.Symbol

    def check(self, value: Fraction, given: object) -> None:
        """Raise ValueError where the value leaves the domain, or is too large or too small for a float."""
        inside = self.low <= value if self.closed else self.low < value
        if self.high is not None:
            inside = inside and (value <= self.high if self.closed else value < self.high)
        if not inside:
            raise outside(self.name, given, self.text, self.meaning)
        if value > _LARGEST or (value and value * _LARGEST < 1):
            raise outside(self.name, given, "numbers of size 1e-300 to 1e300", "log-odds are computed beside floats")


P_REF: Final = Domain(
    "p_ref",
    "(0, 1)",
    "the recurrence needs a reference policy that sometimes succeeds and sometimes fails",
    0,
    1,
    False,
    symbols.p_ref,
)
BETA: Final = Domain(
    "beta", "(0, ∞)", "the KL penalty must hold the policy back by a positive strength", 0, None, False, symbols.beta
)
ETA: Final = Domain("eta", "(0, ∞)", "a step needs a positive learning rate", 0, None, False, symbols.eta)
EPSILON: Final = Domain(
    "epsilon", "[0, ∞)", "epsilon is added to a variance under a root", 0, None, True, symbols.epsilon
)
ALPHA: Final = Domain(
    "alpha",
    "[0, 1]",
    "alpha divides the penalty between the reference and the previous policy",
    0,
    1,
    True,
    symbols.alpha,
)


def number(domain: Domain, value: object) -> Fraction:
    """The parameter as an exact number inside its domain; a float stands for its binary value.

    Errors: ValueError with the domain and its meaning, also for infinite and unparsable values.

    >>> number(BETA, "1e-3"), number(P_REF, 0.5)
    (Fraction(1, 1000), Fraction(1, 2))
    """
    if isinstance(value, float) or (hasattr(value, "dtype") and getattr(value, "ndim", 1) == 0):
        real = float(value)  # type: ignore[arg-type]  # numpy scalars
        if not math.isfinite(real):
            raise outside(domain.name, value, domain.text, domain.meaning)
        exact = Fraction(real)
    else:
        try:
            exact = exact_rational(domain.name, value)
        except ValueError:
            meaning = f'{domain.meaning}, as a number such as 3, "3/10", "0.3" or "1e-4"'
            raise outside(domain.name, value, domain.text, meaning) from None
    domain.check(exact, value)
    return exact


def parameter(domain: Domain, value: object) -> Parameter:
    """The parameter of a recurrence: exact where given exactly, a float where given as one, a symbol where left open.

    Errors: as `number`.

    >>> parameter(BETA, None), parameter(BETA, "1/3"), parameter(BETA, 0.25)
    (beta, Fraction(1, 3), 0.25)
    """
    if value is None:
        return domain.symbol
    if isinstance(value, sp.Expr) and value.free_symbols:
        return value
    exact = number(domain, value)
    return float(exact) if isinstance(value, float) else exact


def span(domain: Domain, value: object) -> Span:
    """The parameter as an interval of rationals: a number, a pair, or a text "0.95:1.05".

    Errors: as `number`, and ValueError for an interval whose ends are in the wrong order or that holds ε = 0 and more.

    >>> span(BETA, "0.95:1.05"), span(BETA, 2)
    ((Fraction(19, 20), Fraction(21, 20)), (Fraction(2, 1), Fraction(2, 1)))
    """
    if value is None:
        raise ValueError(f"{domain.name} is missing: the recurrence needs it in {domain.text}")
    ends: object = value.split(":") if isinstance(value, str) and ":" in value else value
    if not isinstance(ends, (tuple, list)):
        exact = number(domain, value)
        return exact, exact
    if len(ends) != 2:
        raise ValueError(f"{domain.name} = {shown(value)} is no interval: write it as two numbers, low:high")
    low, high = number(domain, ends[0]), number(domain, ends[1])
    if low > high:
        raise ValueError(f"{domain.name} = {shown(value)} is no interval: its lower end exceeds its upper end")
    if low == 0 < high and domain.name == "epsilon":
        raise outside("epsilon", value, "intervals in (0, ∞) or the number 0", "at 0 the weight becomes unbounded")
    return low, high


def real(name: str, value: Parameter) -> float:
    """The parameter as a float.

    Errors: ValueError where it was left open as a symbol.

    >>> real("beta", Fraction(1, 4))
    0.25
    """
    if isinstance(value, sp.Expr):
        if not value.free_symbols:
            return float(value)
        raise ValueError(f"{name} = {shown(value)} was left open: a numeric result needs a value for it")
    return float(value)


def symbolic(name: str, value: Parameter) -> sp.Expr:
    """The parameter as an exact SymPy number or expression.

    Errors: ValueError for a float, whose binary value is rarely the number meant.

    >>> symbolic("beta", Fraction(1, 4))
    1/4
    """
    if isinstance(value, float):
        exact_rational(name, value)  # always raises for a float, in the words of every exact function
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    return value


def logit(p_ref: Parameter) -> float:
    """log(p/(1−p)) as a float, from the exact number where there is one.

    >>> round(logit(Fraction(1, 5)), 12)
    -1.38629436112
    """
    if isinstance(p_ref, Fraction):
        return math.log(float(p_ref)) - math.log(float(1 - p_ref))
    p = real("p_ref", p_ref)
    return math.log(p) - math.log1p(-p)
