"""The parameters of a fixed-point problem: every one a span of exact rationals, read and checked once."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq

from grpo_theory.dynamics.kinds import KINDS, SOFTMAX, check_parameters, kind_of
from grpo_theory.dynamics.parameters import ALPHA, BETA, EPSILON, ETA, P_REF, Domain, Span, span
from grpo_theory.dynamics.ranges import Polynomial, RangedWeight, polynomial, ranged
from grpo_theory.dynamics.weights import GroupWeight, SmoothedWeight, Weight, weight_of


@dataclass(frozen=True)
class Problem:
    """A recurrence with every parameter as a span of exact rationals.

    >>> problem("reference", beta=1, p_ref="1/2", epsilon=0).beta
    (Fraction(1, 1), Fraction(1, 1))
    """

    kind: str
    beta: Span
    p_ref: Span
    epsilon: Span | None
    eta: Span | None
    alpha: Span | None
    weight: Weight

    @property
    def is_point(self) -> bool:
        """Whether every parameter is one number."""
        spans = (self.beta, self.p_ref, self.epsilon, self.eta, self.alpha)
        return all(ends is None or ends[0] == ends[1] for ends in spans)

    def strength(self) -> Span:
        """pull/gain, as a span of rationals."""
        if self.kind == SOFTMAX:
            return self.beta
        low, high = (
            KINDS[self.kind].strength(self.beta[i], self.eta and self.eta[i], self.alpha and self.alpha[i])
            for i in (0, 1)
        )
        return low, high

    def balls(self) -> tuple[arb, Any, Any]:
        """(β, η, α) as balls, None where the kind does not take them."""
        return ball(self.beta), self.eta and ball(self.eta), self.alpha and ball(self.alpha)

    def ranges(self) -> tuple[RangedWeight, ...]:
        """The weight at both ends of ε: for one z, Ω and its slope lie between the two."""
        if self.epsilon is None:
            return (ranged(self.weight),)
        return tuple(ranged(self.weight, exact(end)) for end in dict.fromkeys(self.epsilon))

    def multiplier(self, slope: arb) -> arb:
        """dz′/dz from a ball of dΩ/dz, for every kind but the softmax gradient."""
        beta, eta, alpha = self.balls()
        return arb(KINDS[self.kind].multiplier(beta, eta, alpha, slope))

    def softmax_excess(self, z: arb, slope: arb) -> arb:
        """dz′/dz − 1 = η·p(1−p)·(dΩ/dz − β) at a fixed point z of the softmax gradient."""
        beta, eta, _ = self.balls()
        cosh = (z / 2).cosh()
        return arb(eta) * (slope - beta) / (4 * cosh * cosh)


def problem(
    kind: str = "reference",
    *,
    beta: object,
    p_ref: object,
    epsilon: object = None,
    eta: object = None,
    alpha: object = None,
    weight: object = "grpo",
    G: int | None = None,
    **rule_options: Any,
) -> Problem:
    """The parameters of `fixed_points`, read and checked.

    >>> problem("two-kl", beta=1, p_ref="1/2", epsilon="1e-2", alpha="1/4").strength()
    (Fraction(1, 4), Fraction(1, 4))
    """
    softmax = str(kind).strip().lower() == SOFTMAX
    name, takes = (SOFTMAX, ("eta",)) if softmax else (kind_of(kind).name, kind_of(kind).takes)
    check_parameters(name, takes, eta=eta, alpha=alpha)
    omega = weight_of(weight, G, epsilon if G is not None else None, **rule_options)
    smoothing = None
    if isinstance(omega, SmoothedWeight):
        smoothing = span(EPSILON, epsilon if isinstance(omega.epsilon, sp.Expr) else omega.epsilon)
    given = Problem(
        name,
        span(BETA, beta),
        span(P_REF, p_ref),
        smoothing,
        _taken(ETA, eta, takes),
        _taken(ALPHA, alpha, takes),
        omega,
    )
    if isinstance(omega, GroupWeight) and not given.is_point and not ranged_positive(omega):
        raise ValueError(f"weight {omega.name} may change its sign: its fixed points need numbers, not intervals")
    return given


def ranged_positive(weight: GroupWeight) -> bool:
    """Whether all Bernstein coefficients of w_G are positive.

    >>> ranged_positive(weight_of("grpo", G=4))
    True
    """
    found: Polynomial = polynomial(weight)
    return bool(found.bounds[0] > 0)


def exact(value: Fraction) -> arb:
    """A rational number as a ball.

    >>> exact(span(BETA, "1/4")[0]) == 0.25
    True
    """
    return arb(fmpq(value.numerator, value.denominator))


def ball(ends: Span) -> arb:
    """A span of rationals as a ball.

    >>> ball(span(BETA, "1:2")).contains(arb("1.5"))
    True
    """
    return exact(ends[0]) if ends[0] == ends[1] else exact(ends[0]).union(exact(ends[1]))


def logit(p: Fraction) -> arb:
    """log(p/(1−p)) of a rational number as a ball.

    >>> logit(span(P_REF, "1/2")[0]).contains(0)
    True
    """
    return arb(fmpq(p.numerator, p.denominator - p.numerator)).log()


def _taken(domain: Domain, value: object, takes: tuple[str, ...]) -> Span | None:
    return span(domain, value) if domain.name in takes else None
