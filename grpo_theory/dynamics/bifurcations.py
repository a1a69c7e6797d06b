"""Folds and flips in β: where a fixed point's multiplier is +1 or −1, for given p_ref and ε.

With v = p(1−p) and t = tanh(z/2), a fixed point at z with Ω′(z)/β = ±1 has β = v|t|/(2(v+ε)^(3/2)), and its equation
L = z − Ω/β becomes L = Λ(z) = z − 2(v+ε)/(v|t|): folds at z > 0, flips of the reference recurrence at z < 0. In
y = |z|/2 the subtracted term is 2coth y + 8ε·cosh³y/sinh y, a sum of convex functions, so Λ is concave on either side
and takes the value L at most twice; two boxes are all, and none exists where the maximum lies below L. At ε = 0 the
fold branch Λ = z − 2coth(z/2) increases, and takes every value once.

The two-kl recurrence is treated alike: with strength αβ its folds are those of the reference at αβ, and its flips have
Ω′ = −(2−α)β, which multiplies the subtracted term by (2−α)/α. Proximal and explicit steps share the folds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, ctx

from grpo_theory.dynamics import guesses
from grpo_theory.dynamics.isolation import Box
from grpo_theory.dynamics.parameters import ALPHA, EPSILON, P_REF, number
from grpo_theory.dynamics.problems import exact, logit

_BITS: Final = 192
_RIGHT: Final = 1
_LEFT: Final = -1


@dataclass(frozen=True)
class Bifurcation:
    """A value of β at which a fixed point at log-odds z has multiplier +1 or −1, both as balls.

    >>> Bifurcation(arb(1), arb(2)).beta == 1
    True
    """

    beta: arb
    z: arb


@dataclass(frozen=True)
class Bifurcations:
    """All folds and all flips, by increasing β; `undecided` holds boxes of z where two of them may have merged.

    >>> Bifurcations((), (), ()).complete
    True
    """

    folds: tuple[Bifurcation, ...]
    flips: tuple[Bifurcation, ...]
    undecided: tuple[Box, ...]

    @property
    def complete(self) -> bool:
        """Whether every branch was decided."""
        return not self.undecided


@dataclass(frozen=True)
class _Branch:
    """Λ on one side of 0, as a function of y = |z|/2 > 0, with Λ′ and a float version."""

    side: int
    epsilon: arb
    L: arb
    factor: arb

    def at(self, y: arb) -> tuple[arb, arb]:
        """(Λ − L, dΛ/dy): z = 2·side·y less factor·(2coth y + 8ε·cosh³y/sinh y)."""
        sinh, cosh = y.sinh_cosh()
        term = 2 * cosh / sinh + 8 * self.epsilon * cosh**3 / sinh
        slope = -2 / sinh**2 + 8 * self.epsilon * (3 * cosh**2 - cosh**4 / sinh**2)
        return 2 * self.side * y - self.factor * term - self.L, 2 * self.side - self.factor * slope

    def guess(self, y: float) -> guesses.Sample:
        """The same in floats, divided by 1 + the growing term so that nothing overflows."""
        epsilon, factor = float(self.epsilon), float(self.factor)
        tanh, e = math.tanh(y), math.exp(min(2 * y, 700.0))
        inverse_square = 4 / (e - 2 + 1 / e) if y < 300 else 0.0
        cosh_square = (e + 2 + 1 / e) / 4
        term = 2 / tanh + 8 * epsilon * cosh_square / tanh
        slope = -2 * inverse_square + 8 * epsilon * (3 * cosh_square - cosh_square / tanh**2)
        return 2 * self.side * y - factor * term - float(self.L), 2 * self.side - factor * slope


def bifurcations(*, p_ref: object, epsilon: object, kind: str = "reference", alpha: object = None) -> Bifurcations:
    """All folds and flips in β of the reference or two-kl recurrence with weight Ω_ε, to at least 20 digits.

    Domain: p_ref in (0, 1), ε ≥ 0, α in (0, 1] for two-kl; numbers. Folds of reference are those of proximal and
    explicit too. Errors: ValueError outside the domain and for another kind.

    >>> found = bifurcations(p_ref="1/5", epsilon="1e-4")
    >>> [round(float(fold.beta), 6) for fold in found.folds], len(found.flips)
    ([0.895378, 7.478969], 0)
    """
    reference, smoothing = number(P_REF, p_ref), number(EPSILON, epsilon)
    share = _share(kind, alpha)
    with ctx.workprec(_BITS):
        L, small, part = logit(reference), exact(smoothing), exact(share)
        right, doubt = _zeros(_Branch(_RIGHT, small, L, arb(1)))
        left, more = _zeros(_Branch(_LEFT, small, L, (2 - part) / part))
        folds = tuple(_bifurcation(2 * y, small, part) for y in right)
        flips = tuple(_bifurcation(-2 * y, small, 2 - part) for y in left)
        undecided = tuple((2 * a, 2 * b) for a, b in doubt) + tuple((-2 * b, -2 * a) for a, b in more)
        return Bifurcations(_ordered(folds), _ordered(flips), undecided)


def _share(kind: str, alpha: object) -> Fraction:
    name = str(kind).strip().lower().replace("_", "-")
    if name == "reference" and alpha is None:
        return Fraction(1)
    if name == "two-kl" and alpha is not None:
        share = number(ALPHA, alpha)
        if share:
            return share
        raise ValueError("alpha = 0 lies outside (0, 1]: without the reference there is no fixed point to bifurcate")
    raise ValueError(f"kind {name} lies outside reference and two-kl with alpha: their bifurcations have a closed form")


def _bifurcation(z: arb, epsilon: arb, share: arb) -> Bifurcation:
    """β = |Ω′(z)|/share."""
    sinh, cosh = (abs(z) / 2).sinh_cosh()
    v = 1 / (4 * cosh * cosh)
    root = (v + epsilon).rsqrt()
    return Bifurcation(v * sinh / cosh * root**3 / (2 * share), z)


def _ordered(found: tuple[Bifurcation, ...]) -> tuple[Bifurcation, ...]:
    return tuple(sorted(found, key=lambda one: float(one.beta)))


def _zeros(branch: _Branch) -> tuple[list[arb], list[Box]]:
    """The y > 0 with Λ = L, in certified boxes, or one undecided box where the maximum is too near L."""
    if branch.side == _RIGHT and branch.epsilon == 0:
        only = _refined(branch, guesses.zero(branch.guess, 1e-300, _far(branch), 1.0, True))
        return ([only], []) if only.is_finite() else ([], [(arb(0), arb.pos_inf())])
    top = _summit(branch)
    a, b = arb(top * (1 - 1e-12)), arb(top * (1 + 1e-12))
    (low, rising), (high, falling) = branch.at(a), branch.at(b)
    if low > 0 or high > 0:
        near = guesses.zero(branch.guess, _near(branch), top, top / 2, True)
        far = guesses.zero(branch.guess, top, _far(branch), 2 * top, False)
        first, second = _refined(branch, near), _refined(branch, far)
        return ([first, second], []) if first < second else ([], [(arb(0), arb.pos_inf())])
    # A concave function lies below its tangents; between a and b the tangent at a bounds it.
    if rising > 0 and falling < 0 and low + rising * (b - a) < 0:
        return [], []
    return [], [(a, b)]


def _summit(branch: _Branch) -> float:
    """The y > 0 where Λ is largest."""

    def slope(y: float) -> guesses.Sample:
        value = branch.guess(y)[1]
        step = 1e-6 * y
        return value, (branch.guess(y + step)[1] - branch.guess(y - step)[1]) / (2 * step)

    far = 1.0
    while slope(far)[0] > 0:
        far *= 2
    near = far
    while slope(near)[0] <= 0:
        near /= 2
    return guesses.zero(slope, near, far, (near + far) / 2, False)


def _near(branch: _Branch) -> float:
    y = 1.0
    while branch.guess(y)[0] > 0:
        y /= 2
    return y / 1e3


def _far(branch: _Branch) -> float:
    increasing = branch.side == _RIGHT and branch.epsilon == 0
    y = 1.0
    while (branch.guess(y)[0] > 0) is not increasing:
        y *= 2
    return y


def _refined(branch: _Branch, guess: float) -> arb:
    """A box with one zero around the guess, by interval Newton steps from wider and wider boxes."""
    middle = arb(guess)
    for _ in range(2):
        value, slope = branch.at(middle)
        middle = (middle - value / slope).mid()
    radius = (abs(middle) * 1e-30).upper()
    for _ in range(100):
        box = middle + arb(0, 1) * radius
        newton = middle - branch.at(middle)[0] / branch.at(box)[1]
        if box.contains_interior(newton):
            return newton
        radius = 2 * radius
    return arb.nan()
