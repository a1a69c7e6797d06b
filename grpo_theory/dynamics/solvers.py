"""Fast answers without a proof: SciPy's root finders in log-odds and in p, and the flow of the softmax gradient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, elementwise

from grpo_theory.dynamics import floats
from grpo_theory.dynamics.parameters import BETA, EPSILON, P_REF, logit, number
from grpo_theory.dynamics.recurrences import SoftmaxGradient, Trajectory
from grpo_theory.dynamics.weights import SmoothedWeight
from grpo_theory.errors import outside

Floats = NDArray[np.float64]


def fixed_points_in_p(
    *, beta: object, p_ref: object, epsilon: object, points: int = 2000, rounded: bool = False
) -> Floats:
    """Solutions of h(p) = p by brentq between sign changes on an even grid of [0, 1]: what a plain script would do.

    Uncertified, and blind to fixed points that floats p do not separate from 1; with `rounded` grid points where the
    gap rounds to 0 count too, which makes p = 1 a solution. Domain: β > 0, p_ref in (0, 1), ε ≥ 0. Errors: ValueError
    outside the domain.

    >>> len(fixed_points_in_p(beta=1, p_ref="1/5", epsilon="1e-4"))
    2
    """
    strength, z_ref = float(number(BETA, beta)), logit(number(P_REF, p_ref))
    small = float(number(EPSILON, epsilon))

    def gap(p: ArrayLike) -> Floats:
        x = np.asarray(p, dtype=np.float64)
        with np.errstate(divide="ignore"):
            pushed = z_ref + 1.0 / (strength * np.sqrt(x * (1.0 - x) + small))
        return np.asarray(floats.sigmoid(pushed) - x)

    grid = np.linspace(0.0, 1.0, points)
    values = gap(grid)
    change = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0)
    roots = [brentq(lambda x: float(gap(x)), grid[i], grid[i + 1], xtol=1e-15) for i in change]
    return np.sort(np.array([*(grid[values == 0.0] if rounded else ()), *roots], dtype=np.float64))


def fixed_points_in_logits(*, beta: object, p_ref: object, epsilon: object, points: int = 4000) -> Floats:
    """Log-odds z with z = z_ref + Ω_ε(z)/β by `elementwise.find_root` on all sign changes of a grid at once.

    Uncertified: a pair of roots between two grid points is missed. Domain: β > 0, p_ref in (0, 1), ε > 0. Errors:
    ValueError outside the domain.

    >>> [round(float(z), 6) for z in fixed_points_in_logits(beta=1, p_ref="1/5", epsilon="1e-4")]
    [0.758949, 2.665392, 98.613706]
    """
    strength, z_ref = float(number(BETA, beta)), logit(number(P_REF, p_ref))
    small = float(number(EPSILON, epsilon))
    if small == 0.0:
        raise outside("epsilon", 0, "(0, ∞)", "without smoothing the fixed points have no upper bound known beforehand")
    weight = SmoothedWeight(small)

    def gap(z: Floats) -> Floats:
        return np.asarray(z - z_ref - weight.at(z) / strength)

    low, high = z_ref + 1 / (strength * np.sqrt(0.25 + small)), z_ref + 1 / (strength * np.sqrt(small))
    # Dense where Ω changes (|z| up to log(1/ε) and a little more), then one long last cell.
    turn = min(high, np.log(1 / small) + 40.0) if high > low else high
    margin = 1e-9 * (1 + abs(low) + abs(high))
    grid = np.unique(np.concatenate([np.linspace(low - margin, max(turn, low), points), [high + margin]]))
    values = gap(grid)
    change = np.flatnonzero((values[:-1] < 0) != (values[1:] < 0))
    if not change.size:
        return np.empty(0)
    found = elementwise.find_root(gap, (grid[change], grid[change + 1]))
    return np.asarray(found.x, dtype=np.float64)


def flow(step: SoftmaxGradient, p_0: float, times: Sequence[float] | Floats, *, tolerance: float = 1e-10) -> Trajectory:
    """p(t) and z(t) of dz/dt = p(1−p)[Ω(p) − β(z − z_ref)] at the given times, by `solve_ivp` (stiff, in log-odds).

    Shapes: as times, which increase from 0 or later. Domain: p_0 in (0, 1); the step's η plays no part. Errors:
    ValueError outside the domain; times that the solver does not reach have NaN.

    >>> start = SoftmaxGradient(1.0, 0.0, 0.5, SmoothedWeight(0.0))
    >>> round(float(flow(start, 0.1, [0.0, 2.0]).p[-1]), 6)
    0.179908
    """
    at = np.asarray(times, dtype=np.float64)
    if at.ndim != 1 or not at.size or (np.diff(at) < 0).any() or at[0] < 0 or not np.isfinite(at).all():
        raise outside("times", "the sequence given", "increasing times from 0 on", "a flow is followed forwards")
    z_0 = _inner_start(p_0)
    solution = solve_ivp(
        lambda t, z: step.flow(z), (0.0, float(at[-1])), [z_0], "LSODA", at, rtol=tolerance, atol=tolerance
    )
    z = np.full(at.shape, np.nan)
    z[: solution.y.shape[1]] = solution.y[0]
    return Trajectory(floats.sigmoid(z), z)


def escape_time(step: SoftmaxGradient, p_0: float, p_1: float = 0.5, *, tolerance: float = 1e-10) -> float:
    """The time that the flow takes from p_0 up to p_1, as ∫ dz/ż in log-odds; infinite where it stops before.

    Domain: 0 < p_0 ≤ p_1 < 1; NaN where the solver gives up. Errors: ValueError outside the domain.

    >>> start = SoftmaxGradient(1.0, 0.0, 0.5, SmoothedWeight(0.0))
    >>> round(escape_time(start, 0.01), 6)
    19.698741
    """
    low, high = _inner_start(p_0), _inner_start(p_1)
    if low > high:
        raise outside("p_1", p_1, f"[{p_0}, 1)", "an escape leads upwards")
    grid = np.linspace(low, high, 4001)
    if (step.flow(grid) <= 0).any():
        return float("inf")
    solution = solve_ivp(
        lambda z, t: 1.0 / step.flow(np.asarray([z])), (low, high), [0.0], "DOP853", rtol=tolerance, atol=tolerance
    )
    return float(solution.y[0, -1]) if solution.success else float("nan")


def _inner_start(p: float) -> float:
    if not 0 < p < 1:
        raise outside("p", p, "(0, 1)", "a flow rests at both ends")
    return logit(float(p))
