"""The constants of one step, exact: its pull towards the reference and its gain on Ω, without a penalty too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from grpo_theory.dynamics.kinds import KINDS, check_parameters, kind_of
from grpo_theory.dynamics.parameters import ALPHA, BETA, ETA, Domain, number

FREE: Final[Domain] = replace(
    BETA, text="[0, ∞)", meaning="a step with a learning rate needs a penalty, or none", closed=True
)
"""β of the proximal and the explicit step, which go on without a penalty."""


@dataclass(frozen=True)
class Step:
    """The constants of one step: its kind, β, and the shares pull and gain, exact.

    >>> constants("explicit", beta=2, eta="1/4").pull
    Fraction(1, 2)
    """

    kind: str
    beta: Fraction
    eta: Fraction | None
    alpha: Fraction | None

    @property
    def pull(self) -> Fraction:
        """The share of the reference in the next log-odds."""
        return Fraction(KINDS[self.kind].pull(self.beta, self.eta, self.alpha))

    @property
    def gain(self) -> Fraction:
        """The factor of Ω."""
        return Fraction(KINDS[self.kind].gain(self.beta, self.eta, self.alpha))


def constants(kind: str = "reference", *, beta: object, eta: object = None, alpha: object = None) -> Step:
    """(pull, gain) of a kind at exact β, η, α.

    Domain: β > 0, or β ≥ 0 for proximal and explicit steps; η > 0; α in [0, 1]. Errors: ValueError outside, for an
    unknown kind (the softmax gradient has no constant gain), and a parameter that the kind does not have.

    >>> constants("proximal", beta=0, eta=3).gain
    Fraction(3, 1)
    """
    found = kind_of(kind)
    check_parameters(found.name, found.takes, eta=eta, alpha=alpha)
    rate = _number(ETA, eta) if "eta" in found.takes else None
    share = _number(ALPHA, alpha) if "alpha" in found.takes else None
    return Step(found.name, _number(FREE if rate is not None else BETA, beta), rate, share)


def _number(domain: Domain, value: object) -> Fraction:
    if value is None:
        raise ValueError(f"{domain.name} is missing: the recurrence needs it in {domain.text}")
    return number(domain, value)
