"""How fast a recurrence of population grpo settles: slopes, rates, numbers of steps, conditions that secure progress.

All rates are those of log-odds, where a step is (1−pull)·z + pull·z_ref + gain·Ω_ε; since |dp/dz| ≤ 1/4, a distance δ
in log-odds is at most δ/4 in p. The rate of another weight is `contraction` of fixed_points.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.dynamics.parameters import EPSILON, P_REF, Domain, number
from grpo_theory.dynamics.results import FixedPoint, decimal_bounds
from grpo_theory.dynamics.steps import Step, constants
from grpo_theory.errors import outside

Floats = NDArray[np.float64]

SMOOTHED: Final[Domain] = replace(
    EPSILON, text="(0, ∞)", meaning="without smoothing the weight has no bound and no largest slope", closed=False
)
"""ε where Ω_ε is bounded."""

_BITS: Final = 160
_TRIED_EXACTLY: Final = 256
_MOST_STEPS: Final = 10**15


def lipschitz_constant(epsilon: object) -> Surd:
    """sup_z |dΩ_ε/dz| = s(ε) = 1/(3√(3ε)(1+4ε)), attained at p(1−p) = 2ε/(1+12ε).

    Domain: ε > 0, exact or a float that stands for its binary value. Errors: ValueError outside. Source: claim
    lipschitz-constant.

    >>> lipschitz_constant("1/12")
    Surd('1/2')
    """
    value = number(SMOOTHED, epsilon)
    return 1 / (3 * Surd.sqrt(3 * value) * (1 + 4 * value))


def lipschitz_constants(epsilon: ArrayLike) -> Floats:
    """s(ε) = 1/(3√(3ε)(1+4ε)) in floats, elementwise.

    Domain: ε > 0. Shapes: as epsilon. Errors: ValueError outside. Source: claim lipschitz-constant.

    >>> lipschitz_constants([1 / 12, 0.75]).round(6).tolist()
    [0.5, 0.055556]
    """
    values = np.asarray(epsilon, dtype=np.float64)
    bad = ~((values > 0) & np.isfinite(values))
    if bad.any():
        raise outside("epsilon", float(values[bad].flat[0]), SMOOTHED.text, SMOOTHED.meaning)
    return np.asarray(1.0 / (3.0 * np.sqrt(3.0 * values) * (1.0 + 4.0 * values)))


def contraction_rate(
    kind: str = "reference", *, beta: object, epsilon: object, eta: object = None, alpha: object = None
) -> Surd:
    """sup_z |dz′/dz| ≤ |1−pull| + gain·s(ε): s/β, (1+ηs)/(1+ηβ), max(1−η(β−s), η(β+s)−1), or 1−α+s/β.

    The step is a contraction where this is below 1: for reference and proximal steps where β > s(ε), for explicit ones
    where also η < 2/(β+s), for two-kl where αβ > s(ε); for mirror steps never. Domain: as `constants`, ε > 0. Errors:
    ValueError outside. Source: claim global-contraction (two-kl by the same bound on dΩ/dz).

    >>> contraction_rate("proximal", beta=2, epsilon="1/12", eta=4)
    Surd('1/3')
    """
    step = constants(kind, beta=beta, eta=eta, alpha=alpha)
    return abs(1 - step.pull) + step.gain * lipschitz_constant(epsilon)


def local_rate(point: FixedPoint) -> arb:
    """|multiplier|: the factor by which the distance to a fixed point (or a cycle) shrinks in the limit of many steps.

    Domain: a point that `fixed_points` returned. Below 1 exactly where the point attracts. Source: claim
    local-stability; for ε = 0 the multiplier is that of claim stability-in-log-odds.

    >>> from grpo_theory.dynamics import fixed_points
    >>> found = fixed_points(beta=2, p_ref="1/2", epsilon="1/12")
    >>> bool(local_rate(found.points[0]) < found.contraction)
    True
    """
    return abs(point.multiplier)


def steps_within(rate: object, delta: object, *, distance: object = None, first_step: object = None) -> int:
    """The least n with rateⁿ·|z_0 − z*| ≤ δ; with |z_0 − z*| ≤ |z_1 − z_0|/(1−rate) where the first step is known.

    Domain: rate in [0, 1) and δ > 0, exact numbers, Surds, floats (their binary value), or a ball
    for the rate and the distance (its upper end); one of `distance` and
    `first_step`, ≥ 0. Errors: ValueError outside. Source: claim global-contraction (Banach's estimates).

    >>> steps_within("1/2", "1/8", distance=1), steps_within("1/2", "1/8", first_step=1)
    (3, 4)
    """
    shrink, near = _surd("rate", rate), _surd("delta", delta)
    if not 0 <= shrink < 1:
        raise outside("rate", rate, "[0, 1)", "only a contraction comes nearer by a fixed factor")
    if near <= 0:
        raise outside("delta", delta, "(0, ∞)", "the limit itself is reached after no finite number of steps")
    if (distance is None) == (first_step is None):
        raise ValueError("steps are counted from the distance or from the first step: give exactly one of them")
    name = "distance" if first_step is None else "first_step"
    away = _surd(name, distance if first_step is None else first_step)
    if away < 0:
        raise outside(name, away, "[0, ∞)", "a distance is not negative")
    away = away if first_step is None else away / (1 - shrink)
    if away <= near:
        return 0
    if shrink == 0:
        return 1
    with ctx.workprec(_BITS):
        steps = (away.arb(_BITS) / near.arb(_BITS)).log() / -shrink.arb(_BITS).log()
        return least_integer(steps, lambda n: shrink**n * away <= near)


def least_integer(bound: arb, holds: Callable[[int], bool]) -> int:
    """⌈bound⌉ of a ball; where the ball holds an integer n, n if `holds(n)` is found true exactly, else n + 1.

    Domain: a finite ball. Errors: ValueError for more than 1e15 steps.

    >>> least_integer(arb(2.5), lambda n: True), least_integer(arb(3, 1e-9), lambda n: n >= 3)
    (3, 3)
    """
    if not bound < _MOST_STEPS:
        raise ValueError(f"more than {_MOST_STEPS:.0e} steps are needed: no one takes so many")
    least, most = (int(float(end.ceil())) for end in (bound.lower(), bound.upper()))
    if least == most:
        return least
    return least if least <= _TRIED_EXACTLY and holds(least) else most


def _surd(name: str, value: object) -> Surd:
    if isinstance(value, Surd):
        return value
    meaning = "a rate, a distance and a tolerance are not negative"
    domain = Domain(name, "[0, ∞)", meaning, 0, None, True, EPSILON.symbol)
    return Surd.of(number(domain, decimal_bounds(value)[1] if isinstance(value, arb) else value))


@dataclass(frozen=True)
class Condition:
    """A sufficient condition: what must hold, the number that decides, its bound, and the claim that proves it.

    >>> Condition("β > s(ε)", Surd.of(2), Surd.of(1), True, "global-contraction").met
    True
    """

    needs: str
    number: Surd
    bound: Surd | None
    met: bool
    source: str


@dataclass(frozen=True)
class Conditions:
    """What is known beforehand of one recurrence; a condition that is not met decides nothing.

    `contraction`: every start tends to one fixed point. `order`: the step preserves the order of policies. `start`:
    iterates from p_ref stay in p ≥ 1/2, where it does. `amplification`: all limits of the iterates exceed p_ref.

    >>> found = improvement("reference", beta=1, epsilon="1/12", p_ref="1/5")
    >>> found.contraction.met, found.never_decreases
    (True, False)
    """

    contraction: Condition
    order: Condition
    start: Condition
    amplification: Condition

    @property
    def never_decreases(self) -> bool:
        """Whether p_t ≤ p_{t+1} for all t from p_0 = p_ref is guaranteed."""
        return self.order.met or self.start.met


def improvement(
    kind: str = "reference",
    *,
    beta: object,
    epsilon: object,
    p_ref: object,
    eta: object = None,
    alpha: object = None,
) -> Conditions:
    """From p_0 = p_ref the iterates never decrease if gain·s(ε) ≤ 1 − pull, or p_ref ≥ 1/2 and pull ≤ 1.

    For proximal steps the first says η ≤ 1/s(ε), for explicit ones η ≤ 1/(β+s), for two-kl (1−α)β ≥ s; reference
    steps never meet it, and steps without a pull always rise, since Ω > 0. Domain: as `constants`, ε > 0, p_ref in
    (0, 1). Errors: ValueError outside. Source: claims global-contraction, monotone-amplification, odds-amplification;
    conditions of steps that a claim does not name follow from its argument.

    >>> improvement("proximal", beta=1, epsilon="1/12", p_ref="1/5", eta=2).order.met
    True
    """
    step = constants(kind, beta=beta, eta=eta, alpha=alpha)
    reference, slope = Surd.of(number(P_REF, p_ref)), lipschitz_constant(epsilon)
    rate = contraction_rate(kind, beta=beta, epsilon=epsilon, eta=eta, alpha=alpha)
    half, one, pull = Surd.of(Fraction(1, 2)), Surd.of(1), Surd.of(step.pull)
    upwards = reference >= half and pull <= 1
    limits = "odds-amplification" if step.pull else "monotone-amplification"
    return Conditions(
        Condition("rate < 1", rate, one, rate < 1, "global-contraction"),
        _order(step, slope),
        Condition("p_ref ≥ 1/2 and pull ≤ 1", reference, half, upwards, "monotone-amplification"),
        Condition("pull ≤ 1", pull, one, pull <= 1, limits),
    )


def _order(step: Step, slope: Surd) -> Condition:
    """Whether dz′/dz ≥ 1 − pull − gain·s ≥ 0, said as each kind says it; without a pull p rises in any case."""
    claim = "monotone-amplification"
    if step.pull == 0:
        return Condition(
            "always: without a pull every step raises p", Surd.of(step.gain), None, True, "mirror-monotone"
        )
    if step.kind == "reference":
        return Condition("never: the step has slopes of both signs", slope, None, False, claim)
    if step.kind == "two-kl":
        kept = Surd.of((1 - step.pull) * step.beta)
        return Condition("(1−α)β ≥ s(ε)", kept, slope, kept >= slope, claim)
    explicit = step.kind == "explicit"
    rate = Surd.of(step.pull / step.beta if explicit else step.gain / (1 - step.pull))
    largest = 1 / (slope + step.beta if explicit else slope)
    return Condition("η ≤ 1/(β+s(ε))" if explicit else "η ≤ 1/s(ε)", rate, largest, rate <= largest, claim)
