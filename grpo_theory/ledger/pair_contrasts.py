"""Formal sums over i.i.d. pairs of rollouts: Σ π(o)π(j)·½(r(o) − r(j))(f(o) − f(j)) is the covariance of r and f."""

from dataclasses import dataclass

import sympy as sp

from grpo_theory.arithmetic.domains import Domain, Given, choice, natural, real
from grpo_theory.ledger.derivation import Step
from grpo_theory.ledger.facts import hypothesis
from grpo_theory.ledger.ranges import linear
from grpo_theory.symbols import K, j, o, p

pi, r = sp.Function("pi"), sp.Function("r")


def over(index: sp.Symbol, term: sp.Expr) -> sp.Sum:
    """Σ over the outcomes 1 … K.

    >>> over(o, o).doit().subs(K, 3)
    6
    """
    return sp.Sum(term, (index, 1, K))


mass, reward_mean = over(j, pi(j)), over(j, pi(j) * r(j))
normalised, succeeds = Given(mass, sp.S(1)), Given(reward_mean, p)


@dataclass(frozen=True)
class PairContrast:
    """What a function f of the outcome contributes to pairs; its contrast is the mean over successes less failures.

    >>> [step.because for step in PairContrast(sp.Function("h")).sums()]
    ['the second rollout is summed over', 'the first rollout is summed over']
    """

    f: sp.Function

    @property
    def level_mean(self) -> sp.Expr:
        """E f."""
        return over(j, pi(j) * self.f(j))

    @property
    def product_mean(self) -> sp.Expr:
        """E r·f."""
        return over(j, pi(j) * r(j) * self.f(j))

    @property
    def inner_mean(self) -> sp.Expr:
        """The pairs with the second rollout summed over."""
        own, level = r(o) * self.f(o) * mass - self.f(o) * reward_mean, r(o) * self.level_mean
        return over(o, pi(o) * (own + self.product_mean - level) / 2)

    @property
    def covariance(self) -> sp.Expr:
        """E r·f·E 1 − E r·E f."""
        return self.product_mean * mass - reward_mean * self.level_mean

    @property
    def among_failures(self) -> sp.Expr:
        """E (1−r)·f."""
        return over(j, pi(j) * (1 - r(j)) * self.f(j))

    @property
    def contrast(self) -> sp.Expr:
        """E₊f − E₋f."""
        return self.product_mean / p - self.among_failures / (1 - p)

    def domain(self, words: str) -> Domain:
        """Every finite policy with success probability p."""
        ranges = (natural(K, 2), real(p, 0, 1), real(pi(o), 0), choice(r(o), 0, 1))
        return Domain(ranges, words, (normalised, succeeds))

    def sums(self, factor: sp.Expr = sp.S.One) -> tuple[Step, ...]:
        """From a multiple of the sum over pairs to the same multiple of the covariance."""
        return (
            Step(self.inner_mean * factor, "the second rollout is summed over"),
            Step(
                self.covariance * factor,
                "the first rollout is summed over",
                using=((linear(self.inner_mean), factor),),
            ),
        )

    def by_class(self, factor: sp.Expr = sp.S.One) -> tuple[Step, ...]:
        """From a multiple of the sum over pairs to that multiple of p(1−p) times the contrast."""
        using = (
            (hypothesis(normalised), self.product_mean * factor),
            (hypothesis(succeeds), -self.level_mean * factor),
        )
        return (
            *self.sums(factor),
            Step(
                (self.product_mean - p * self.level_mean) * factor,
                "probabilities sum to one, those of successes to p",
                using=using,
            ),
            Step(
                p * (1 - p) * self.contrast * factor,
                "the mean over failures is the mean over all less that over successes",
                using=((linear(self.among_failures), p * factor),),
            ),
        )
