"""Formal lines on E_π A − β·KL(π‖anchor) and on its maximiser anchor·e^{A/β}/Z, on every finite policy.

A policy π is written s·w with s(o) in {0, 1} and w(o) > 0, so that it may have no mass on some outcomes.
"""

from dataclasses import dataclass

import sympy as sp

from grpo_theory.arithmetic.domains import Given
from grpo_theory.symbols import K, beta, o

reward, there, weight = (sp.Function(name)(o) for name in ("r", "s", "w"))


def total(summand: sp.Expr) -> sp.Sum:
    """A sum over all outcomes.

    >>> total(o).doit().subs(K, 3)
    6
    """
    return sp.Sum(summand, (o, 1, K))


@dataclass(frozen=True)
class TiltedObjective:
    """A = ω⁺ on successes and −ω⁻ on failures, against an anchor policy whose success probability is ``chance``.

    >>> anchor = TiltedObjective(sp.Function("q")(o), sp.S(1) / 2, sp.S(1), sp.S(1))
    >>> anchor.Z.subs(beta, sp.oo)
    1
    """

    anchor: sp.Expr
    chance: sp.Expr
    plus: sp.Expr
    minus: sp.Expr

    @property
    def advantage(self) -> sp.Expr:
        """A(o)."""
        return self.plus * reward - self.minus * (1 - reward)

    @property
    def Z(self) -> sp.Expr:
        """The sum of anchor·e^{A/β}, by class of rewards."""
        return self.chance * sp.exp(self.plus / beta) + (1 - self.chance) * sp.exp(-self.minus / beta)

    @property
    def tilt(self) -> sp.Expr:
        """anchor·e^{A/β}."""
        return self.anchor * sp.exp(self.advantage / beta)

    @property
    def optimum(self) -> sp.Expr:
        """The tilt over Z."""
        return self.tilt / self.Z

    @property
    def log_of_optimum(self) -> sp.Expr:
        """log anchor + A/β − log Z."""
        return sp.log(self.anchor) + self.advantage / beta - sp.log(self.Z)

    @property
    def value(self) -> sp.Expr:
        """The objective at the policy s·w."""
        return total(there * weight * self.advantage) - beta * total(
            there * weight * (sp.log(weight) - sp.log(self.anchor))
        )

    @property
    def at_optimum(self) -> sp.Expr:
        """The objective at the optimum."""
        return total(self.optimum * self.advantage) - beta * total(
            self.optimum * (self.log_of_optimum - sp.log(self.anchor))
        )

    @property
    def bound(self) -> sp.Expr:
        """β·log Z − β·Σ(√π − √π_n)²."""
        return beta * sp.log(self.Z) - beta * total((sp.sqrt(there * weight) - sp.sqrt(self.optimum)) ** 2)

    @property
    def normalised(self) -> tuple[Given, Given, Given]:
        """Σπ = 1, Σanchor = 1, and the successes' mass under the anchor."""
        return (
            Given(total(there * weight), sp.S(1)),
            Given(total(self.anchor), sp.S(1)),
            Given(total(self.anchor * reward), self.chance),
        )
