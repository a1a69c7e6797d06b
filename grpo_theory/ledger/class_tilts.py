"""Formal sums of a tilted policy by class of reward: successes share one factor, failures another."""

from dataclasses import dataclass

import sympy as sp

from grpo_theory.arithmetic.domains import Given
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.symbols import K, j, o

reward = sp.Function("r")


def tilted_probability(policy: sp.Function, gain: sp.Lambda) -> sp.Expr:
    """π(o)·e^{g(r(o))} over the sum of all.

    >>> x = sp.Symbol("x")
    >>> tilted_probability(sp.Function("pi"), sp.Lambda(x, 0 * x)) == sp.Function("pi")(o) / sp.Sum(
    ...     sp.Function("pi")(j), (j, 1, K)
    ... )
    True
    """
    whole = sp.Sum(policy(j) * sp.exp(gain(reward(j))), (j, 1, K))
    return policy(o) * sp.exp(gain(reward(o))) / whole


@dataclass(frozen=True)
class ClassTilt:
    """π(o)·t(o) for t = ``won`` on successes, of mass ``chance`` under π, and ``lost`` on failures.

    >>> tilt = ClassTilt(sp.Function("pi")(o), sp.S(1) / 3, sp.Function("t")(o), sp.S(2), sp.S(1))
    >>> tilt.total
    4/3
    """

    policy: sp.Expr
    chance: sp.Expr
    tilt: sp.Expr
    won: sp.Expr
    lost: sp.Expr

    @property
    def kept(self) -> sp.Expr:
        """The sum over the successes."""
        return sp.Sum(self.policy * reward(o) * self.tilt, (o, 1, K))

    @property
    def mass(self) -> sp.Expr:
        """The sum over all outcomes."""
        return sp.Sum(self.policy * self.tilt, (o, 1, K))

    @property
    def total(self) -> sp.Expr:
        """The mass by class."""
        return self.chance * self.won + (1 - self.chance) * self.lost

    @property
    def successes(self) -> Given:
        """The mass of the successes under π."""
        return Given(sp.Sum(self.policy * reward(o), (o, 1, K)), self.chance)

    @property
    def everything(self) -> Given:
        """π is normalised."""
        return Given(sp.Sum(self.policy, (o, 1, K)), sp.S(1))

    def of_successes(self) -> Fact:
        """The sum over the successes is ``won`` times their mass."""
        inside = self.won * self.successes.lhs
        return chain(
            self.kept,
            Step(inside, "successes share one factor"),
            Step(self.won * self.chance, "and have this mass", using=((hypothesis(self.successes), self.won),)),
        )

    def of_everything(self) -> Fact:
        """The sum over all outcomes, by class."""
        successes, everything = self.successes, self.everything
        return chain(
            self.mass,
            Step(
                self.won * successes.lhs + self.lost * (everything.lhs - successes.lhs),
                "successes share one factor, failures another",
            ),
            Step(
                self.total,
                "successes have this mass, failures the rest",
                using=((hypothesis(successes), self.won - self.lost), (hypothesis(everything), self.lost)),
            ),
        )
