"""What an orbit does in the end: limit, cycle or neither, its Lyapunov exponent, and diagrams over many parameters.

Everything here is floating point: observed, never certified. Limits are judged in log-odds, where a limit such as
1 − p = 1e−43 is a point like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grpo_theory.dynamics import floats
from grpo_theory.dynamics.kinds import check_parameters, kind_of
from grpo_theory.dynamics.parameters import ALPHA, EPSILON, ETA, P_REF, logit, number
from grpo_theory.dynamics.recurrences import AnyRecurrence, Recurrence
from grpo_theory.dynamics.weights import SmoothedWeight
from grpo_theory.errors import outside

Floats = NDArray[np.float64]

_LONGEST_PERIOD: Final = 64
_PROBES: Final = np.array([2.0, 10.0, 100.0, 1e4])


@dataclass(frozen=True)
class Limit:
    """The observed end of an orbit: kind "fixed-point", "cycle" or "irregular".

    `logit` holds the points of the cycle, starting with the lowest: one for a fixed point, ±∞ where the orbit runs off
    to p = 1 or 0, none when irregular. `settled` is False where a monotone orbit, which must have a limit, was still on
    its way. `lyapunov` is the mean of log|dz′/dz| along the observed end of the orbit: numerical evidence (status
    "observed"), never a proof.

    >>> Limit("fixed-point", 1, np.array([0.0]), -1.0, 100).status
    'observed'
    """

    kind: str
    period: int | None
    logit: Floats
    lyapunov: float
    steps: int
    settled: bool = True
    status: str = "observed"

    @property
    def p(self) -> Floats:
        """The points as probabilities."""
        return floats.sigmoid(self.logit)


def limit(
    recurrence: AnyRecurrence,
    p_0: ArrayLike | None = None,
    *,
    z_0: ArrayLike | None = None,
    steps: int = 4096,
    tolerance: float = 1e-9,
) -> Limit:
    """Where the orbit of one start settles: a fixed point, a cycle of period ≤ 64, or nothing that repeats.

    Domain: one start, as p_0 or as log-odds z_0; `steps` iterates before the first look, at most four times as many in
    all. A repetition counts when log-odds agree to `tolerance`·(1 + |z|). Errors: as `Recurrence.trajectory`.

    >>> from grpo_theory.dynamics import recurrence
    >>> limit(recurrence(beta=5, p_ref="1e-3", epsilon="1e-5"), 0.001).period
    2
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 4 * _LONGEST_PERIOD:
        raise outside("steps", steps, f"the integers from {4 * _LONGEST_PERIOD}", "an end of the orbit is looked at")
    path = recurrence.trajectory(p_0, 0, z_0=z_0).logit
    if path.ndim != 1:
        raise ValueError("a limit is taken of one orbit: give one start, not an array")
    state, taken = path[-1:], 0
    while True:
        tail = _orbit(recurrence, state, steps)
        state, taken = tail[-1:], taken + steps
        found = _settled(recurrence, tail, taken, tolerance)
        if (found.kind != "irregular" and found.settled) or taken >= 4 * steps:
            return found


def lyapunov_exponent(recurrence: AnyRecurrence, p_0: float, *, burn_in: int = 1000, steps: int = 10_000) -> float:
    """The mean of log|dz′/dz| over `steps` iterates after `burn_in`: positive for sensitive dependence. Observed only.

    Errors: as `Recurrence.trajectory`.

    >>> from grpo_theory.dynamics import recurrence
    >>> round(lyapunov_exponent(recurrence(beta=50, p_ref="1/5", epsilon="1e-2"), 0.3), 2)
    -4.33
    """
    start = recurrence.trajectory(p_0, 0).logit[-1:]
    settled = _orbit(recurrence, start, burn_in)[-1:] if burn_in else start
    return _exponent(recurrence, _orbit(recurrence, settled, steps))


def orbit_diagram(
    betas: ArrayLike,
    *,
    p_ref: object,
    epsilon: object,
    kind: str = "reference",
    eta: object = None,
    alpha: object = None,
    start: object = None,
    burn_in: int = 1000,
    keep: int = 200,
) -> Floats:
    """Log-odds of the last `keep` iterates for every β: the points of an orbit diagram.

    Shapes: betas (n,), result (keep, n). Domain: β > 0; `start` in (0, 1), p_ref where None. Weight Ω_ε, ε > 0. Errors:
    ValueError outside the domain.

    >>> orbit_diagram([5.0, 50.0], p_ref="1e-3", epsilon="1e-5", keep=2).shape
    (2, 2)
    """
    found = kind_of(kind)
    check_parameters(found.name, found.takes, eta=eta, alpha=alpha)
    beta = np.atleast_1d(np.asarray(betas, dtype=np.float64))
    if not (np.isfinite(beta) & (beta > 0)).all():
        raise outside("beta", beta[~(np.isfinite(beta) & (beta > 0))].flat[0], "(0, ∞)", "every orbit needs a penalty")
    smoothing = float(number(EPSILON, epsilon))
    if smoothing == 0.0:
        raise outside("epsilon", 0, "(0, ∞)", "an orbit diagram needs orbits that stay bounded")
    rate = float(number(ETA, eta)) if "eta" in found.takes else None
    share = float(number(ALPHA, alpha)) if "alpha" in found.takes else None
    z_ref = logit(number(P_REF, p_ref))
    gain = np.broadcast_to(np.asarray(found.gain(beta, rate, share), dtype=np.float64), beta.shape)
    pull = np.broadcast_to(np.asarray(found.pull(beta, rate, share), dtype=np.float64), beta.shape)
    first = z_ref if start is None else logit(number(P_REF, start))
    return _iterate(np.full(beta.shape, first), 1.0 - pull, pull * z_ref, gain, smoothing, (burn_in, keep))


def _iterate(z: Floats, rest: Floats, shift: Floats, gain: Floats, epsilon: float, counts: tuple[int, int]) -> Floats:
    burn_in, keep = counts
    kept = np.empty((keep, *z.shape))
    still = bool((rest == 0).all())
    e, d = np.empty_like(z), np.empty_like(z)
    for t in range(burn_in + keep):
        np.abs(z, out=e)
        np.negative(e, out=e)
        np.exp(e, out=e)
        np.add(e, 1.0, out=d)
        np.multiply(d, d, out=d)
        np.divide(e, d, out=e)
        np.add(e, epsilon, out=e)
        np.sqrt(e, out=e)
        np.divide(gain, e, out=e)
        np.add(e, shift, out=e)
        if not still:
            np.multiply(z, rest, out=z)
            np.add(e, z, out=e)
        z, e = e, z
        if t >= burn_in:
            kept[t - burn_in] = z
    return kept


def iterate(recurrence: AnyRecurrence, z: Floats, steps: int, *, block: int = 8192) -> Floats:
    """z after `steps` steps for an array of finite log-odds, in blocks that stay in the cache.

    Domain: orbits that stay finite (any weight but those unbounded in z). Shapes: as z.

    >>> from grpo_theory.dynamics import recurrence
    >>> one = recurrence(beta=1, p_ref="1/2", weight="mean-only")
    >>> iterate(one, np.array([0.0, 3.0]), 2).tolist()
    [1.0, 1.0]
    """
    flat = np.array(z, dtype=np.float64).ravel()
    fast = isinstance(recurrence, Recurrence) and isinstance(recurrence.weight, SmoothedWeight) and steps > 0
    for first in range(0, flat.size, block):
        part = flat[first : first + block].copy()
        if fast:
            part = _iterate(part, *_constants(recurrence, part), (steps - 1, 1))[0]
        else:
            for _ in range(steps):
                part = recurrence.advance(part)
        flat[first : first + block] = part
    return flat.reshape(np.shape(z))


def _constants(recurrence: Any, like: Floats) -> tuple[Floats, Floats, Floats, float]:
    pull, gain, epsilon = float(recurrence.pull), float(recurrence.gain), float(recurrence.weight.epsilon)
    full = np.ones_like(like)
    return full * (1.0 - pull), full * (pull * logit(recurrence.p_ref)), full * gain, epsilon


def _orbit(recurrence: AnyRecurrence, state: Floats, steps: int) -> Floats:
    return recurrence.trajectory(None, steps, z_0=state[0]).logit[1:]


def _settled(recurrence: AnyRecurrence, tail: Floats, taken: int, tolerance: float) -> Limit:
    end = tail[-4 * _LONGEST_PERIOD :]
    exponent = _exponent(recurrence, tail[len(tail) // 2 :])
    if _runs_off(recurrence, end):
        return Limit("fixed-point", 1, np.array([np.copysign(np.inf, end[-1])]), exponent, taken)
    for period in range(1, _LONGEST_PERIOD + 1):
        later, earlier = end[period:], end[:-period]
        if (np.abs(later - earlier) <= tolerance * (1 + np.abs(later))).all():
            cycle = end[-period:]
            kind = "fixed-point" if period == 1 else "cycle"
            return Limit(kind, period, np.roll(cycle, -int(np.argmin(cycle))), exponent, taken)
    if _monotone(end):
        return Limit("fixed-point", 1, end[-1:], exponent, taken, settled=False)
    return Limit("irregular", None, np.empty(0), exponent, taken)


def _monotone(end: Floats) -> bool:
    steps = np.diff(end)
    return bool((steps > 0).all() or (steps < 0).all())


def _runs_off(recurrence: AnyRecurrence, end: Floats) -> bool:
    """Whether the orbit goes on outwards, and would from farther out too, so that no fixed point stops it."""
    last = end[-1]
    if not np.isfinite(last):
        return True
    if not _monotone(end) or last == 0 or bool(last > end[0]) is not bool(last > 0):
        return False
    probes = last * _PROBES
    moved = recurrence.advance(probes) - probes
    return bool((moved * np.sign(last) > 0).all())


def _exponent(recurrence: AnyRecurrence, orbit: Floats) -> float:
    finite = orbit[np.isfinite(orbit)]
    if not finite.size:
        return float("nan")
    with np.errstate(divide="ignore"):
        return float(np.mean(np.log(np.abs(recurrence.derivative(finite)))))
