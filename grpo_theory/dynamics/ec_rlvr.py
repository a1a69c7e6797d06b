"""One step of EC-RLVR on the two-outcome policy against the line p + ηp(1−p)/τ, decided in balls.

A step moves the log-odds by d = a·η/τ, where a is 1−σ(z/τ) for the population loss, its mean over groups for a sampled
one, and divided by p(1−p) for the natural gradient. The new success probability lies on or above the line exactly where
M(e) = (e^{ae} − 1)(1 − pe) − e ≥ 0 for e = η/τ. M is convex up to e = 1/p − 2/a and concave from there on, and below
zero at 1/p, so these e form an interval; it starts at 0 where a > 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.errors import exact_rational, group_size, outside, probability

_PRECISIONS = (64, 128, 256, 512, 1024)
_HALVINGS = 50


@dataclass(frozen=True)
class Amplification:
    """The step d in log-odds, the new success probability, the line's value, and whether p' ≥ line; None if undecided.

    >>> amplification_step("1/2", 1, 1).holds
    False
    """

    step: flint.arb
    p_next: flint.arb
    target: Fraction
    holds: bool | None


def amplification_step(
    p: object, eta: object, tau: object, *, G: int | None = None, natural: bool = False
) -> Amplification:
    """z' = z + d and whether p' = σ(z') reaches p + ηp(1−p)/τ: on L_pop, on a group of G, or by the natural gradient.

    Domain: p in (0, 1), η > 0 and τ > 0, exact; G >= 2. Errors: ValueError outside, for floats, and for a natural step
    with a group. Source: `card`, success amplification.

    >>> found = amplification_step("3/20", "7/15", "1/10", G=6)
    >>> found.holds, amplification_step("3/20", "7/15", "1/10", G=5).holds, float(found.target)
    (True, False, 0.745)
    """
    chance, rate, temperature = _checked(p, eta, tau)
    size = _size(G, natural)
    target = chance + rate * chance * (1 - chance)
    holds = (
        False if chance * rate >= 1 else _sign(lambda: _margin(chance, rate, _gain(chance, temperature, size, natural)))
    )
    with flint.ctx.workprec(_PRECISIONS[1]):
        step = _gain(chance, temperature, size, natural) * as_ball(rate)
        failure = as_ball(1 - chance) / (as_ball(1 - chance) + as_ball(chance) * step.exp())
        return Amplification(step, 1 - failure, target, holds)


def amplifying_rates(
    p: object, tau: object, *, G: int | None = None, natural: bool = False
) -> tuple[Fraction, Fraction] | None:
    """The interval of η/τ in which a step amplifies as promised, its ends to 50 bits; None where there is none.

    An end 0 is left out of the interval itself. Domain and errors: as for `amplification_step`; ValueError too where
    the interval is so short that its ends stay undecided. Source: `card`, success amplification.

    >>> low, high = amplifying_rates("1/100", 1)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0207, 100.0)
    >>> amplifying_rates("1/2", 1) is None
    True
    """
    chance, _, temperature = _checked(p, 1, tau)
    size = _size(G, natural)

    gains: dict[int, flint.arb] = {}

    def gain() -> flint.arb:
        if flint.ctx.prec not in gains:
            gains[flint.ctx.prec] = _gain(chance, temperature, size, natural)
        return gains[flint.ctx.prec]

    def above(rate: Fraction) -> bool:
        return _decided(_sign(lambda: _margin(chance, rate, gain())), chance, rate)

    def rising(rate: Fraction) -> bool:
        return _decided(_sign(lambda: _slope(chance, rate, gain())), chance, rate)

    with flint.ctx.workprec(_PRECISIONS[-1]):
        # Where M is convex no longer; a little to the left is as good.
        bend = Fraction(float((1 / as_ball(chance) - 2 / gain()).mid()))
    first, last = max(Fraction(0), bend), 1 / chance
    if not rising(first):
        return None
    top = _halved(rising, first, last)
    if not above(top):
        return None
    high = _halved(above, top, last)
    if rising(Fraction(0)):
        return Fraction(0), high
    low = top
    while above(low):
        low /= 2
    return _halved(lambda rate: not above(rate), low, min(2 * low, top)), high


def _checked(p: object, eta: object, tau: object) -> tuple[Fraction, Fraction, Fraction]:
    chance, size, temperature = probability("p", p, open=True), exact_rational("eta", eta), exact_rational("tau", tau)
    if size <= 0:
        raise outside("eta", eta, "(0, oo)", "a step has a positive length")
    if temperature <= 0:
        raise outside("tau", tau, "(0, oo)", "the likelihoods are raised to the power 1/tau")
    return chance, size / temperature, temperature


def _size(G: int | None, natural: bool) -> int | None:
    if G is not None and natural:
        raise outside("G", G, "{None}", "the natural step is one on the population loss")
    return None if G is None else group_size(G)


def _gain(chance: Fraction, temperature: Fraction, size: int | None, natural: bool) -> flint.arb:
    """a = d·τ/η."""
    power = (as_ball(chance / (1 - chance)).log() / as_ball(temperature)).exp()
    if size is None:
        population = 1 / (1 + power)
        return population / as_ball(chance * (1 - chance)) if natural else population
    total, success, failure = flint.arb(0), as_ball(chance), as_ball(1 - chance)
    for wins in range(1, size):
        mass = comb(size, wins) * success**wins * failure ** (size - wins)
        total += mass * (size - wins) / (size - wins + wins * power)
    return total


def _margin(chance: Fraction, rate: Fraction, gain: flint.arb) -> flint.arb:
    return (gain * as_ball(rate)).expm1() * as_ball(1 - chance * rate) - as_ball(rate)


def _slope(chance: Fraction, rate: Fraction, gain: flint.arb) -> flint.arb:
    """M'(e)."""
    grown = (gain * as_ball(rate)).expm1()
    return gain * (1 + grown) * as_ball(1 - chance * rate) - as_ball(chance) * grown - 1


def _sign(value: Callable[[], flint.arb]) -> bool | None:
    """Whether a number is positive, at growing precision; None where no precision tells."""
    for bits in _PRECISIONS:
        with flint.ctx.workprec(bits):
            found = value()
            if found > 0 or found < 0:
                return bool(found > 0)
    return None


def _decided(found: bool | None, chance: Fraction, rate: Fraction) -> bool:
    if found is None:
        raise ValueError(f"eta/tau = {rate} at p = {chance} lies too near the border to be decided in balls")
    return found


def _halved(holds: Callable[[Fraction], bool], low: Fraction, high: Fraction) -> Fraction:
    """The point in [low, high] up to which a condition holds, from below, to 2⁻⁵⁰ of the interval."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
