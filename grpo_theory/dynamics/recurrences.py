"""The success probability from step to step: z′ = (1−pull)·z + pull·z_ref + gain·Ω(p), z = logit p.

Reference, mirror, two-kl, proximal and explicit recurrences are constants of one class; the vanilla softmax gradient,
whose gain depends on p, stands beside it. Both are exact as expressions and vectorised on floats, where log-odds keep
probabilities such as 1 − 1e−43 that no float p can hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from grpo_theory import symbols
from grpo_theory.dynamics import floats
from grpo_theory.dynamics.kinds import SOFTMAX, check_parameters, kind_of
from grpo_theory.dynamics.parameters import ALPHA, BETA, ETA, P_REF, Parameter, logit, parameter, real, symbolic
from grpo_theory.dynamics.weights import SmoothedWeight, Weight, weight_of
from grpo_theory.errors import outside

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recurrence:
    """z′ = (1−pull)·z + pull·z_ref + gain·Ω(p).

    Domain: pull ≥ 0, gain > 0, p_ref in (0, 1), exact, float or symbolic. Methods named sympy, slope, latex need exact
    or symbolic parameters, the others numbers. Errors: ValueError otherwise.

    >>> from fractions import Fraction
    >>> one = Recurrence(Fraction(1), Fraction(1, 2), Fraction(1, 2), weight_of("mean-only"))
    >>> round(float(one.step(0.3)), 6)
    0.622459
    """

    pull: Parameter
    gain: Parameter
    p_ref: Parameter
    weight: Weight
    kind: str = "general"

    def sympy(self, *, log_odds: bool = False) -> sp.Expr:
        """p_next as an expression in symbols.p; with `log_odds` z_next, written in p too."""
        p, pull = symbols.p, symbolic("pull", self.pull)
        p_ref, push = symbolic("p_ref", self.p_ref), symbolic("gain", self.gain) * self.weight.sympy()
        if log_odds:
            return (1 - pull) * sp.log(p / (1 - p)) + pull * sp.log(p_ref / (1 - p_ref)) + push
        return 1 / (1 + ((1 - p) / p) ** (1 - pull) * ((1 - p_ref) / p_ref) ** pull * sp.exp(-push))

    def slope(self, *, log_odds: bool = False) -> sp.Expr:
        """dp_next/dp as an expression in symbols.p; with `log_odds` dz_next/dz."""
        p, pull, gain = symbols.p, symbolic("pull", self.pull), symbolic("gain", self.gain)
        in_logits = (1 - pull) + gain * p * (1 - p) * sp.diff(self.weight.sympy(), p)
        if log_odds:
            return in_logits
        h = self.sympy()
        # The odds of h are formed directly: 1 − h would hide the quotient that cancels.
        odds_against = 1 / h - 1
        return h**2 * odds_against * in_logits / (p * (1 - p))

    def latex(self) -> str:
        """The recurrence in LaTeX, with σ and logit."""
        pull, gain = symbolic("pull", self.pull), symbolic("gain", self.gain)
        return _latex((1 - pull, pull), symbolic("p_ref", self.p_ref), sp.latex(gain), self.weight)

    def step(self, values: ArrayLike, *, log_odds: bool = False) -> Floats:
        """p ↦ p_next, or z ↦ z_next with `log_odds`; elementwise, with the limits at p = 0, 1 and z = ∓∞.

        Errors: ValueError for p outside [0, 1], NaN, and parameters left open.
        """
        return _step(self, values, log_odds)

    def trajectory(self, p_0: ArrayLike | None = None, n: int = 50, *, z_0: ArrayLike | None = None) -> Trajectory:
        """p_0, …, p_n and their log-odds, from starts p_0 (or log-odds z_0) of any shape.

        Shapes: (n+1, *start.shape). Errors: as `step`; ValueError for a negative n.
        """
        return _trajectory(self, p_0, z_0, n)

    def advance(self, z: Floats) -> Floats:
        """z_next for finite z of an array, unchecked: the loop of long trajectories."""
        pull, gain = real("pull", self.pull), real("gain", self.gain)
        drift = self.weight.at(z)
        drift *= gain
        if pull:
            drift += pull * logit(self.p_ref)
        if pull != 1.0:
            drift += (1.0 - pull) * z
        return drift

    def derivative(self, z: Floats) -> Floats:
        """dz_next/dz at finite log-odds."""
        return (1.0 - real("pull", self.pull)) + real("gain", self.gain) * self.weight.slope(z)

    def limit_at(self, sign: int) -> float:
        """The limit of z_next as z → sign·∞: an unbounded Ω outgrows the pull, a bounded one does not."""
        end, pull = self.weight.ends[sign > 0], real("pull", self.pull)
        if np.isinf(end):
            return end
        if pull == 1.0:
            return logit(self.p_ref) + real("gain", self.gain) * end
        return float(sign * np.inf) if pull < 1 else float(-sign * np.inf)


@dataclass(frozen=True)
class SoftmaxGradient:
    """z′ = z + η·p(1−p)·[Ω(p) − β(z − z_ref)]: a gradient step on the logit of the two-outcome policy.

    Domain: η > 0; β ≥ 0 where given as a number of the caller's own, > 0 through `recurrence`. Fixed points are those
    of the reference recurrence.

    >>> start = SoftmaxGradient(0.5, 1.0, 0.5, weight_of("mean-only"))
    >>> float(start.step(0.0, log_odds=True))
    0.125
    """

    eta: Parameter
    beta: Parameter
    p_ref: Parameter
    weight: Weight
    kind: str = SOFTMAX

    def sympy(self, *, log_odds: bool = False) -> sp.Expr:
        """p_next as an expression in symbols.p; with `log_odds` z_next."""
        p = symbols.p
        push = symbolic("eta", self.eta) * p * (1 - p) * self._bracket()
        return sp.log(p / (1 - p)) + push if log_odds else 1 / (1 + (1 - p) / p * sp.exp(-push))

    def slope(self, *, log_odds: bool = False) -> sp.Expr:
        """dp_next/dp as an expression in symbols.p; with `log_odds` dz_next/dz."""
        p = symbols.p
        in_logits = 1 + symbolic("eta", self.eta) * p * (1 - p) * sp.diff(p * (1 - p) * self._bracket(), p)
        if log_odds:
            return in_logits
        h = self.sympy()
        return h**2 * (1 / h - 1) * in_logits / (p * (1 - p))

    def latex(self) -> str:
        """The recurrence in LaTeX, with σ and logit."""
        eta, beta, p_ref = (
            sp.latex(symbolic(name, getattr(self, name)), symbol_names=_NAMES) for name in ("eta", "beta", "p_ref")
        )
        bracket = rf"{_omega(self.weight)} - {beta}\left(z_t - \operatorname{{logit}} {p_ref}\right)"
        return rf"z_{{t+1}} = z_t + {eta}\, p_t (1 - p_t) \left[{bracket}\right]"

    def step(self, values: ArrayLike, *, log_odds: bool = False) -> Floats:
        """As `Recurrence.step`."""
        return _step(self, values, log_odds)

    def trajectory(self, p_0: ArrayLike | None = None, n: int = 50, *, z_0: ArrayLike | None = None) -> Trajectory:
        """As `Recurrence.trajectory`."""
        return _trajectory(self, p_0, z_0, n)

    def flow(self, z: Floats) -> Floats:
        """dz/dt = p(1−p)·[Ω(p) − β(z − z_ref)], the limit of the step as η → 0."""
        beta = real("beta", self.beta)
        near = np.clip(z, -700.0, 700.0)  # p(1−p)·Ω has settled there, while its factors would still fit a float
        e = np.exp(-np.abs(near))
        v = e / np.square(1.0 + e)
        pull = np.exp(-np.abs(z)) / np.square(1.0 + e) * (z - logit(self.p_ref)) if beta else 0.0
        return np.asarray(v * self.weight.at(near) - beta * pull)

    def advance(self, z: Floats) -> Floats:
        """z_next for finite z of an array, unchecked."""
        return np.asarray(z + real("eta", self.eta) * self.flow(z))

    def derivative(self, z: Floats) -> Floats:
        """dz_next/dz at finite log-odds."""
        near = np.clip(z, -700.0, 700.0)
        e = np.exp(-np.abs(near))
        v = e / np.square(1.0 + e)
        inner = v * (self.weight.slope(near) - real("beta", self.beta)) - np.tanh(0.5 * z) * self.flow(z)
        return np.asarray(1.0 + real("eta", self.eta) * inner)

    def limit_at(self, sign: int) -> float:
        """±∞: p(1−p) stops the step, where Ω·p(1−p) → 0 (an Ω like 1/p or its root leaves z_next = −∞ at z = −∞)."""
        return float(sign * np.inf)

    def _bracket(self) -> sp.Expr:
        p, p_ref = symbols.p, symbolic("p_ref", self.p_ref)
        distance = sp.log(p / (1 - p)) - sp.log(p_ref / (1 - p_ref))
        return self.weight.sympy() - symbolic("beta", self.beta) * distance


AnyRecurrence = Recurrence | SoftmaxGradient


@dataclass(frozen=True)
class Trajectory:
    """p_t and z_t = logit p_t for t = 0, …, n along the first axis.

    >>> Trajectory(np.array([0.5]), np.array([0.0])).p.shape
    (1,)
    """

    p: Floats
    logit: Floats


def recurrence(
    kind: str = "reference",
    *,
    beta: object = None,
    p_ref: object = None,
    epsilon: object = None,
    eta: object = None,
    alpha: object = None,
    weight: object = "grpo",
    G: int | None = None,
    **rule_options: Any,
) -> AnyRecurrence:
    """The recurrence p_{t+1} = f(p_t) of a kind: reference, mirror, two-kl, proximal, explicit or softmax.

    Domain: β, η > 0, p_ref in (0, 1), ε ≥ 0, α in [0, 1], given exactly (int, Fraction, "1/3", SymPy) or as floats; one
    that is left out stays a symbol. `weight` and G as in `weight_of`; ε is inside the root for the population weight.
    Errors: ValueError for an unknown kind, a value outside its domain, a parameter that the kind does not have.

    >>> recurrence("reference", beta=1, p_ref="1/5", weight="mean-only").sympy()
    1/(1 + 4*exp(-1))
    """
    omega = weight_of(weight, G, epsilon, **rule_options)
    reference, strength = parameter(P_REF, p_ref), parameter(BETA, beta)
    if str(kind).strip().lower() == SOFTMAX:
        check_parameters(SOFTMAX, ("eta",), alpha=alpha)
        return SoftmaxGradient(parameter(ETA, eta), strength, reference, omega)
    found = kind_of(kind)
    check_parameters(found.name, found.takes, eta=eta, alpha=alpha)
    rate, share = parameter(ETA, eta), parameter(ALPHA, alpha)
    operands: tuple[Any, ...] = (strength, rate, share)
    if any(isinstance(value, sp.Expr) for value in operands):
        operands = tuple(value if isinstance(value, float) else symbolic("", value) for value in operands)
    pull, gain = found.pull(*operands), found.gain(*operands)
    return Recurrence(parameter_value(pull), parameter_value(gain), reference, omega, found.name)


def parameter_value(value: Any) -> Parameter:
    """A number formed from parameters, integers made exact fractions.

    >>> parameter_value(1)
    Fraction(1, 1)
    """
    return floats.exact_integer(value) if isinstance(value, int) else value


def _step(recurrence: AnyRecurrence, values: ArrayLike, log_odds: bool) -> Floats:
    z = floats.array(values) if log_odds else floats.logit(values)
    finite = np.isfinite(z)
    if finite.all():
        following = recurrence.advance(z)
    else:
        following = recurrence.advance(np.where(finite, z, 0.0))
        for sign in (-1, 1):
            ends = ~finite & (np.sign(z) == sign)
            if ends.any():
                following[ends] = recurrence.limit_at(sign)
    return following if log_odds else floats.sigmoid(following)


def _trajectory(recurrence: AnyRecurrence, p_0: ArrayLike | None, z_0: ArrayLike | None, n: int) -> Trajectory:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
        raise outside("n", n, "the integers 0, 1, 2, ...", "a trajectory has a number of steps")
    if (p_0 is None) == (z_0 is None):
        raise ValueError("a trajectory starts from p_0 or from its log-odds z_0: give exactly one of them")
    start = floats.array(z_0) if z_0 is not None else floats.logit(p_0 if p_0 is not None else 0.5)
    z = np.empty((int(n) + 1, *start.shape))
    z[0] = start
    for t in range(int(n)):
        z[t + 1] = _step(recurrence, z[t], True)
    p = floats.sigmoid(z)
    if p_0 is not None:
        p[0] = np.asarray(p_0, dtype=np.float64)
    return Trajectory(p, z)


_NAMES = {symbols.p_ref: r"p_{\mathrm{ref}}"}


def _omega(weight: Weight) -> str:
    if isinstance(weight, SmoothedWeight):
        return rf"\frac{{1}}{{\sqrt{{p_t(1 - p_t) + {sp.latex(symbolic('epsilon', weight.epsilon))}}}}}"
    return str(sp.latex(weight.sympy(), symbol_names={symbols.p: "p_t"}))


def _latex(shares: tuple[sp.Expr, sp.Expr], p_ref: sp.Expr, gain: str, weight: Weight) -> str:
    rest, pull = shares
    terms = []
    for share, text in ((rest, "p_t"), (pull, sp.latex(p_ref, symbol_names=_NAMES))):
        if share == 1:
            terms.append(rf"\operatorname{{logit}} {text}")
        elif share != 0:
            terms.append(rf"\left({sp.latex(share)}\right) \operatorname{{logit}} {text}")
    terms.append(_omega(weight) if gain == "1" else rf"{gain} \cdot {_omega(weight)}")
    return r"p_{t+1} = \sigma\left(" + " + ".join(terms) + r"\right)"
