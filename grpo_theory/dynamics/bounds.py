"""Closed-form bounds on log-odds: with m ≤ Ω ≤ M on the way, d_t = z_t − z_ref obeys the recurrence at m and at M.

c = 1 − pull is the share of d_t that a step keeps. For 0 ≤ c ≤ 1 t steps lie between cᵗ·d_0 + gain·m·S_t and
cᵗ·d_0 + gain·M·S_t with S_t = 1 + c + … + c^(t−1), which is (1 − cᵗ)/pull, or t without a pull. For population grpo
m = 2/√(1+4ε) and M = 1/√ε.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, ctx
from numpy.typing import ArrayLike, NDArray

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.dynamics import floats
from grpo_theory.dynamics.parameters import P_REF, logit, number
from grpo_theory.dynamics.problems import logit as exact_logit
from grpo_theory.dynamics.rates import SMOOTHED, least_integer
from grpo_theory.dynamics.recurrences import Trajectory
from grpo_theory.dynamics.steps import Step, constants
from grpo_theory.dynamics.weights import GroupWeight, SmoothedWeight, Weight, bernstein_coefficients, weight_of
from grpo_theory.errors import outside

Floats = NDArray[np.float64]

_BITS = 160


def weight_bounds(epsilon: object) -> tuple[Surd, Surd]:
    """2/√(1+4ε) ≤ Ω_ε(p) ≤ 1/√ε for all p, the first attained at p = 1/2, the second at p = 0 and 1.

    Domain: ε > 0. Errors: ValueError outside. Source: claim odds-amplification.

    >>> weight_bounds("1/100")
    (Surd('5/13*sqrt(26)'), Surd('10'))
    """
    value = number(SMOOTHED, epsilon)
    return 2 / Surd.sqrt(1 + 4 * value), 1 / Surd.sqrt(value)


@dataclass(frozen=True)
class FixedPointInterval:
    """Where all fixed points lie: exact distances from z_ref, and balls of log-odds, p and 1−p at both ends.

    >>> fixed_point_interval(beta=1, p_ref="1/2", epsilon="1/4").distance[1]
    Surd('2')
    """

    distance: tuple[Surd, Surd]
    logit: tuple[arb, arb]
    p: tuple[arb, arb]
    one_minus_p: tuple[arb, arb]


def fixed_point_interval(
    kind: str = "reference",
    *,
    beta: object,
    p_ref: object,
    epsilon: object,
    eta: object = None,
    alpha: object = None,
) -> FixedPointInterval:
    """Every fixed point has z* − z_ref in [2/(β√(1+4ε)), 1/(β√ε)], with αβ in place of β for two-kl.

    A step with pull ≤ 1 raises p below this interval and lowers it above, so limits inferior and superior lie in it.
    Domain: β > 0, p_ref in (0, 1), ε > 0, a kind with a pull. Errors: ValueError outside. Source: claim
    odds-amplification.

    >>> found = fixed_point_interval(beta=2, p_ref="1/3", epsilon="1/4")
    >>> [str(end) for end in found.distance]
    ['1/2*sqrt(2)', '1']
    """
    step = constants(kind, beta=beta, eta=eta, alpha=alpha)
    if step.pull == 0:
        raise ValueError(f"{step.kind} steps without a pull have no fixed point inside (0, 1): p tends to 1")
    reference = number(P_REF, p_ref)
    low, high = (bound * step.gain / step.pull for bound in weight_bounds(epsilon))
    with ctx.workprec(_BITS):
        ends = tuple(exact_logit(reference) + bound.arb(_BITS) for bound in (low, high))
        p = tuple(1 / (1 + (-z).exp()) for z in ends)
        failures = tuple(1 / (1 + z.exp()) for z in ends)
    return FixedPointInterval((low, high), (ends[0], ends[1]), (p[0], p[1]), (failures[0], failures[1]))


@dataclass(frozen=True)
class Band:
    """Lower and upper bounds of p_t and z_t, in floats.

    >>> trajectory_bounds("mirror", 0, beta=1, p_ref="1/2", epsilon="1/4").lower.p.tolist()
    0.5
    """

    lower: Trajectory
    upper: Trajectory


def trajectory_bounds(
    kind: str = "reference",
    t: ArrayLike = 0,
    *,
    beta: object,
    p_ref: object,
    epsilon: object = None,
    eta: object = None,
    alpha: object = None,
    p_0: ArrayLike | None = None,
    z_0: ArrayLike | None = None,
    weight: object = "grpo",
    G: int | None = None,
    **rule_options: Any,
) -> Band:
    """z_ref + cᵗ·d_0 + gain·m·S_t ≤ z_t ≤ z_ref + cᵗ·d_0 + gain·M·S_t, S_t = (1−cᵗ)/pull, or t where pull = 0.

    Shapes: t and the start (p_0, or log-odds z_0; p_ref where neither is given) broadcast. Domain: t ≥ 0, parameters as
    `constants` with pull ≤ 1 (explicit: ηβ ≤ 1), any weight that is bounded below. The bounds are floats: compare with
    a rounding of a few units. Errors: ValueError outside. Source: claim odds-amplification; for mirror and two-kl steps
    and other weights by the same sum.

    >>> band = trajectory_bounds("proximal", [0, 1, 50], beta=1, p_ref="1/2", epsilon="1/4", eta=1)
    >>> band.upper.logit.round(6).tolist()
    [0.0, 1.0, 2.0]
    """
    step = constants(kind, beta=beta, eta=eta, alpha=alpha)
    if step.pull > 1:
        raise outside("eta", eta, f"(0, {1 / step.beta}]", "with ηβ > 1 a step overshoots the reference")
    times = _times(t)
    z_ref = logit(number(P_REF, p_ref))
    if p_0 is not None and z_0 is not None:
        raise ValueError("a trajectory starts from p_0 or from its log-odds z_0: give at most one of them")
    start = floats.logit(p_0) if p_0 is not None else floats.array(z_ref if z_0 is None else z_0)
    low, high = weight_extremes(weight_of(weight, G, epsilon, **rule_options))
    kept, total = _kept(step, times)
    with np.errstate(invalid="ignore"):
        base = z_ref + np.where(kept == 0, 0.0, kept * (start - z_ref))
        ends = [base + np.where(total == 0, 0.0, float(step.gain) * bound * total) for bound in (low, high)]
    lower, upper = (Trajectory(floats.sigmoid(z), z) for z in ends)
    return Band(lower, upper)


def weight_extremes(weight: Weight) -> tuple[float, float]:
    """Numbers m ≤ Ω(p) ≤ M for all p in (0, 1); ∞ above where the weight is unbounded.

    Domain: Ω_ε, the constant, 1/p, and w_G of a count rule (its Bernstein coefficients, between which it lies). Errors:
    ValueError for dynamic sampling and the caller's own weights.

    >>> weight_extremes(weight_of("maxrl", G=3))
    (1.0, 2.0)
    """
    if isinstance(weight, GroupWeight) and not weight.rule.mixed_only:
        coefficients = bernstein_coefficients(weight.rule, weight.G)
        return float(coefficients.min()), float(coefficients.max())
    if isinstance(weight, SmoothedWeight):
        return float(weight.at(np.asarray(0.0))), weight.ends[0]
    if weight.name in ("mean-only", "maxrl") and not isinstance(weight, GroupWeight):
        return 1.0, max(weight.ends)
    raise ValueError(
        f"weight {weight.name} has no known bounds: there are those of grpo, mean-only, maxrl, count rules"
    )


@dataclass(frozen=True)
class Steps:
    """No fewer than `least` steps reach the goal, and `enough` surely do; None where the bounds never get there.

    >>> Steps(1, None).enough is None
    True
    """

    least: int | None
    enough: int | None


def steps_to_success(
    kind: str = "mirror",
    *,
    delta: object,
    beta: object,
    p_ref: object,
    epsilon: object,
    eta: object = None,
    alpha: object = None,
    p_0: object = None,
) -> Steps:
    """Steps from p_0 ≤ 1−δ to p ≥ 1−δ: the first t where the upper, and where the lower bound of z_t is logit(1−δ).

    Without a pull: ⌈D·√ε/gain⌉ and ⌈D·√(1+4ε)/(2·gain)⌉ with D = logit(1−δ) − logit p_0; with one, the bounds close in
    on fixed ends and may never get there. Domain: δ in (0, 1), p_0 in (0, 1) (p_ref where None), ε > 0, pull ≤ 1, else
    as `constants`; from p_0 ≥ 1−δ on no step is needed. Errors: ValueError outside. Source: claims odds-amplification
    and monotone-amplification (β = 0).

    >>> steps_to_success("mirror", delta="1e-6", beta=10, p_ref="1/100", epsilon="1/100")
    Steps(least=19, enough=94)
    """
    step = constants(kind, beta=beta, eta=eta, alpha=alpha)
    if step.pull > 1:
        raise outside("eta", eta, f"(0, {1 / step.beta}]", "with ηβ > 1 a step overshoots the reference")
    reference, goal = number(P_REF, p_ref), 1 - number(P_REF, delta)
    start = reference if p_0 is None else number(P_REF, p_0)
    if start >= goal:
        return Steps(0, 0)
    with ctx.workprec(_BITS):
        d_0, d_goal = (exact_logit(p) - exact_logit(reference) for p in (start, goal))
        low, high = (bound.arb(_BITS) for bound in weight_bounds(epsilon))
        return Steps(_crossing(step, high, d_0, d_goal, True), _crossing(step, low, d_0, d_goal, False))


def _crossing(step: Step, bound: arb, d_0: arb, d_goal: arb, early: bool) -> int | None:
    """The first t with cᵗ·d_0 + gain·bound·S_t ≥ d_goal, the earlier of two where balls leave a doubt and `early`."""
    if step.pull == 0:
        return least_integer((d_goal - d_0) / (Surd.of(step.gain).arb(_BITS) * bound), lambda n: early)
    end = bound * Surd.of(step.gain / step.pull).arb(_BITS)
    if not end > d_goal:
        return None
    if step.pull == 1:
        return 1
    kept = Surd.of(1 - step.pull).arb(_BITS)
    return least_integer(((end - d_0) / (end - d_goal)).log() / -kept.log(), lambda n: early)


def _times(t: ArrayLike) -> Floats:
    times = np.asarray(t, dtype=np.float64)
    if not (np.isfinite(times) & (times >= 0)).all():
        raise outside("t", times[~(np.isfinite(times) & (times >= 0))].flat[0], "[0, ∞)", "steps are counted from 0")
    return times


def _kept(step: Step, t: Floats) -> tuple[Floats, Floats]:
    """(cᵗ, S_t), without cancellation for small pulls."""
    pull = float(step.pull)
    if pull == 0.0:
        return np.ones_like(t), t
    if step.pull == 1:
        return np.where(t > 0, 0.0, 1.0), np.where(t > 0, 1.0, 0.0)
    exponent = t * (np.log1p(-pull) if pull < 0.5 else np.log(float(1 - step.pull)))
    return np.exp(exponent), np.asarray(-np.expm1(exponent) / pull)
