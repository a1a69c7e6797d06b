"""Which convention a library's numbers follow: baseline, deviation and smoothing, found by matching, not by its words.

A number computed in an arithmetic of `bits` bits matches an exact advantage A when it lies within
8·2^(−bits)·max(1, |A|) of it. That is less than the effect of every smoothing looked for, on groups of up to 6 and a
group of 4096 with a single success, whose deviation is 1/64.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

import flint

from grpo_theory.groups.catalogue import parse_rule, rule
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.interop.conventions import PROBE
from grpo_theory.interop.records import Answers

UNITS: Final = 8
"""How many units of rounding a library's arithmetic may lose, the measured worst being below 7."""

SMOOTHINGS: Final = tuple(Fraction(text) for text in ("1e-3", "1e-4", "1e-5", "1e-6", "1e-8", "1e-9", "1e-12"))
"""The smoothings that are looked for, beside none."""

_BITS: Final = 128


@dataclass(frozen=True)
class Candidate:
    """A convention in words, and its exact rule.

    Domain: `baseline` is what is subtracted; `deviation` is "population" (divides by G), "Bessel" (by G − 1), "mean" or
    "none"; `epsilon` is None where nothing is smoothed by design; `where` says where it stands.

    >>> next(candidates(53)).baseline
    'mean'
    """

    baseline: str
    deviation: str
    epsilon: Fraction | None
    where: str
    rule: AdvantageRule


def candidates(bits: int) -> Iterator[Candidate]:
    """The conventions that are looked for.

    Domain: `bits` 24 or 53; single precision does not show a smoothing below 1e−8 beside a deviation of 1/64.

    >>> sum(1 for _ in candidates(24)) < sum(1 for _ in candidates(53))
    True
    """
    yield Candidate("mean", "none", None, "", rule("mean_only"))
    yield Candidate("mean of the others", "none", None, "", rule("rloo"))
    yield Candidate("mean", "mean", None, "", rule("maxrl"))
    yield Candidate("second best", "none", None, "", rule("verl_grpo_passk", norm_by_std=False))
    for ddof, deviation in ((0, "population"), (1, "Bessel")):
        yield Candidate("mean", deviation, Fraction(0), "", rule("grpo", ddof=ddof))
        for epsilon in _smoothings(bits, lost=Fraction(1, 10**9)):
            yield Candidate("mean", deviation, epsilon, "std + ε", rule("grpo", epsilon=epsilon, ddof=ddof))
        for epsilon in _smoothings(bits, lost=Fraction(1, 10**11)):
            smooth = rule("grpo", epsilon=epsilon, ddof=ddof, placement="inside")
            yield Candidate("mean", deviation, epsilon, "√(std² + ε)", smooth)
    for epsilon in _smoothings(bits, lost=Fraction(1, 10**9)):
        yield from _less_usual(bits, epsilon)


def _smoothings(bits: int, lost: Fraction) -> Iterator[Fraction]:
    """Those of a size that the precision shows; below `lost` single precision loses them."""
    return (epsilon for epsilon in SMOOTHINGS if bits == 53 or epsilon > lost)


def _less_usual(bits: int, epsilon: Fraction) -> Iterator[Candidate]:
    best = parse_rule("max(r - mean*G + r, 0)/(std1 + eps)", eps=epsilon)
    yield Candidate("second best", "Bessel", epsilon, "std + ε", best)
    if bits == 24 and epsilon < Fraction(1, 10**7):  # below, what follows differs from the others too little
        return
    again = parse_rule("(r - mean)/(std1 + eps*(G - 1)/G)", eps=epsilon)
    yield Candidate("mean of the others", "Bessel", epsilon, "std of A + ε", again)
    twice = parse_rule("(r - mean)/(std1 + eps*(std1 + eps))", eps=epsilon)
    yield Candidate("mean", "Bessel", epsilon, "std + ε, twice", twice)


@dataclass(frozen=True)
class Seen:
    """The least and the largest number that a library gave to rollouts of a reward in groups of G with k successes.

    >>> seen(Answers({2: {(0, 1): (-1.0, 1.0), (1, 0): (1.0, -1.0)}}, (1.0, -1.0)))[0]
    Seen(G=2, k=1, reward=0, low=-1.0, high=-1.0)
    """

    G: int
    k: int
    reward: int
    low: float
    high: float


def seen(answers: Answers) -> tuple[Seen, ...] | None:
    """The answers by (G, k, r) from G = 2, with the probe; None where a group was refused or got no number.

    >>> seen(Answers({}, (None, None))) is None
    True
    """
    gathered: dict[tuple[int, int, int], list[float]] = {}
    for G in sorted(set(answers.groups) - {1}):
        for vector, row in answers.groups[G].items():
            for reward, value in zip(vector, row or (None,) * G, strict=True):
                if value is None:
                    return None
                gathered.setdefault((G, sum(vector), reward), []).append(value)
    for reward, value in zip((1, 0), answers.probe, strict=True):
        if value is None:
            return None
        gathered[PROBE, 1, reward] = [value]
    return tuple(Seen(G, k, r, min(values), max(values)) for (G, k, r), values in gathered.items())


def identify(answers: Answers, bits: int) -> tuple[Candidate, ...]:
    """Every candidate that all of a library's numbers match.

    >>> from grpo_theory.interop.records import recorded
    >>> [(c.deviation, str(c.epsilon)) for c in identify(recorded()["verl/grpo"], 53)]
    [('Bessel', '1/1000000')]
    """
    numbers = seen(answers)
    if numbers is None:
        return ()
    return tuple(c for c in _candidates(bits) if all(_matches(c.rule, entry, bits) for entry in numbers))


@cache
def _candidates(bits: int) -> tuple[Candidate, ...]:
    return tuple(candidates(bits))


def _matches(exact: AdvantageRule, entry: Seen, bits: int) -> bool:
    value = ball(exact, entry.G, entry.k, entry.reward)
    return all(lies_within(number, value, bits) for number in {entry.low, entry.high})


@cache
def ball(exact: AdvantageRule, G: int, k: int, reward: int) -> Any:
    """A ball of 128 bits around the exact advantage, from the counts.

    >>> float(ball(rule("grpo"), 4, 1, 1)) == 3**0.5
    True
    """
    value = exact.values(G, k)[1 - reward]
    if value is None:
        raise ValueError(f"a group of {G} with {k} successes holds no reward {reward}")
    return value.arb(_BITS)


def lies_within(number: float, value: Any, bits: int) -> bool:
    """Whether a number lies within 8·2^(−bits)·max(1, |A|) of an exact A in a ball; False where the ball cannot tell.

    >>> lies_within(0.5, flint.arb(1) / 2, 53), lies_within(0.5000001, flint.arb(1) / 2, 53)
    (True, False)
    """
    with flint.ctx.workprec(_BITS):
        allowed = (abs(value) if abs(value) > 1 else flint.arb(1)) * UNITS / flint.arb(2) ** bits
        return bool(abs(flint.arb(number) - value) <= allowed)


def read(exact: AdvantageRule, vector: tuple[int, ...], reward: int, number: float, bits: int) -> bool:
    """Whether a number is the exact advantage of a reward in a vector, up to the rounding of `bits` bits.

    >>> read(rule("rloo"), (0, 1, 1), 1, 0.5, 53)
    True
    """
    return lies_within(number, ball(exact, len(vector), sum(vector), reward), bits)


def worst(answers: Answers, exact: AdvantageRule, bits: int) -> float:
    """The largest distance of an answer from the exact advantage A, in units of 2^(−bits)·max(1, |A|).

    >>> from grpo_theory.interop.records import recorded
    >>> worst(recorded()["verl/rloo"], rule("rloo"), 53) < 1
    True
    """
    return max(_distances(seen(answers) or (), exact, bits))


def _distances(numbers: Iterable[Seen], exact: AdvantageRule, bits: int) -> Iterator[float]:
    for entry in numbers:
        value = ball(exact, entry.G, entry.k, entry.reward)
        with flint.ctx.workprec(_BITS):
            gaps = [abs(float(flint.arb(number) - value)) for number in (entry.low, entry.high)]
        yield from (gap * 2.0**bits / max(1.0, abs(float(value))) for gap in gaps)
