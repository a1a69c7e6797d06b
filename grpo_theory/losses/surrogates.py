"""What an advantage multiplies: log-likelihoods, clipped ratios of tokens or of sequences, geometric means of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from grpo_theory.errors import exact_rational, outside
from grpo_theory.groups.named import chosen
from grpo_theory.losses.clipping import clip_radius
from grpo_theory.losses.forward import Forward, Tokens, product, still, whole
from grpo_theory.losses.group_loss import Coefficients
from grpo_theory.losses.reals import Real, divide, multiply, power, sign, subtract
from grpo_theory.losses.sample import Sample

SCORES: Final = {
    "log": "log pi(o_t)",
    "token": "the token ratio rho_t",
    "sequence": "the ratio pi(o)/pi_old(o)",
    "gspo": "the length-normalised ratio (pi(o)/pi_old(o))^(1/|o|)",
    "gmpo": "the geometric mean of the clipped token ratios",
}
"""What the advantage of a rollout multiplies."""

AVERAGES: Final = {
    "sequence": "1/(G|o_i|): the mean over the tokens of a rollout, then over the rollouts",
    "tokens": "1/sum_j |o_j|: the mean over all tokens of the group",
    "constant": "1/(G*length): the sum over the tokens under a constant normaliser",
}
"""How the terms of the tokens are averaged."""


class NoGradient(ValueError):
    """The loss has a value on this group and no gradient: a ratio sits on the kink of its clipping.

    >>> raise NoGradient("the clipped product has no derivative at its kink 6/5")
    Traceback (most recent call last):
    ...
    grpo_theory.losses.surrogates.NoGradient: the clipped product has no derivative at its kink 6/5
    """


@dataclass(frozen=True)
class Surrogate:
    """S_i(A) = Σ_t c_{i,t}·min[ρ_{i,t}A, clip(ρ_{i,t}, low, high)A], the term of a rollout with advantage A in −L.

    Domain: `score` in `SCORES`, `average` in `AVERAGES` (for scores of tokens), 0 < low < 1 < high or None for no
    clipping; log-likelihoods are never clipped. Errors: ValueError.

    >>> Surrogate.of("token", "sequence", clip_low="0.2", clip_high="0.28").high
    Fraction(32, 25)
    """

    score: str
    average: str
    low: Fraction | None = None
    high: Fraction | None = None
    length: Fraction = Fraction(1)

    @classmethod
    def of(
        cls,
        score: str,
        average: str,
        *,
        clip: object = None,
        clip_low: object = None,
        clip_high: object = None,
        length: object = 1,
    ) -> "Surrogate":
        """The surrogate whose ratios are clipped to [1 − clip_low, 1 + clip_high], or to 1 ± clip; None for no edge."""
        if clip is not None:
            clip_low = clip_high = clip_radius(clip)
        chosen("score", score, tuple(SCORES))
        chosen("average", average, tuple(AVERAGES))
        low = None if clip_low is None else 1 - _radius("clip_low", clip_low, Fraction(1))
        high = None if clip_high is None else 1 + _radius("clip_high", clip_high, None)
        if score == "log" and (low is not None or high is not None):
            raise ValueError(
                "a log-likelihood is no ratio to clip: leave clip_low and clip_high out, or choose a ratio"
            )
        size = exact_rational("length", length)
        if size <= 0:
            raise outside("length", length, "(0, oo)", "the sum over the tokens is divided by it")
        return cls(score, average, low, high, size)

    def says(self, formula: str) -> str:
        """The surrogate under advantages with the given formula, in words."""
        average = f", averaged by {AVERAGES[self.average].split(':')[0]}" if self.score in ("log", "token") else ""
        return f"A = {formula} on {SCORES[self.score]}{average}"

    def moving(self, sample: Sample, tokens: Tokens, i: int, A: Real) -> Forward:
        """S_i(A) by its definition, from token probabilities that may move."""
        old = sample.sampler.token_probabilities(sample.group[i])
        ratios = [now / before for now, before in zip(tokens[i], old, strict=True)]
        own = Fraction(1, sample.lengths[i])
        if self.score in ("log", "token"):
            terms = [now.log() * A for now in tokens[i]]
            if self.score == "token":
                terms = [self._bounded(rho, A) for rho in ratios]
            share = self.shares(sample)[i]
            return whole([term * share for term in terms])
        if self.score == "gmpo":
            side = sign(A)
            if not side:
                return still(Fraction(0), len(ratios[0].gradient))
            parts = [self._bounded(rho, A) * Fraction(side) for rho in ratios]
            return product([part.power(own) for part in parts]) * Fraction(side, len(sample.group))
        rho = product(ratios) if self.score == "sequence" else product(ratios).power(own)
        return self._bounded(rho, A) / Fraction(len(sample.group))

    def _bounded(self, rho: Forward, A: Real) -> Forward:
        """min[ρA, clip(ρ)A] of a moving ratio."""
        if rho.gradient:  # a value exists at the kink, too
            self._kink(rho.value, A)
        clip = rho
        for edge, way in ((self.low, -1), (self.high, 1)):
            if edge is not None and sign(subtract(rho.value, edge)) == way:
                clip = still(edge, len(rho.gradient))
        plain: Forward = rho * A
        return plain.smaller(clip * A)

    def shares(self, sample: Sample) -> tuple[Fraction, ...]:
        """c_{i,t} of a token of rollout i."""
        G, lengths = len(sample.group), sample.lengths
        if self.average == "sequence":
            return tuple(Fraction(1, G * length) for length in lengths)
        if self.average == "tokens":
            return (Fraction(1, sum(lengths)),) * G
        return (1 / (G * self.length),) * G

    def weights(self, sample: Sample, i: int, A: Real) -> tuple[Real, ...]:
        """The closed coefficients of ∇log π(o_{i,t} | o_{i,<t}) in ∇S_i(A)."""
        ratios, length = sample.ratios[i], sample.lengths[i]
        share = self.shares(sample)[i]
        if self.score == "log":
            return (multiply(share, A),) * length
        if self.score == "token":
            return tuple(multiply(share * rho * self._active(rho, A), A) for rho in ratios)
        outer = multiply(Fraction(1, len(sample.group)), A)
        if self.score == "gmpo":
            bounded = [rho if self._active(rho, A) else self._edge(A) for rho in ratios]
            mean = power(_product(bounded), Fraction(1, length))
            each = multiply(divide(mean, Fraction(length)), outer)
            return tuple(multiply(Fraction(self._active(rho, A)), each) for rho in ratios)
        rho = _product(ratios)
        if self.score == "gspo":
            mean = power(rho, Fraction(1, length))
            return (
                multiply(divide(mean, Fraction(length)), multiply(outer, Fraction(self._active(mean, A)))),
            ) * length
        return (multiply(rho * self._active(rho, A), outer),) * length

    def _edge(self, A: Real) -> Fraction:
        edge = self.high if sign(A) == 1 else self.low
        return Fraction(1) if edge is None else edge

    def _active(self, rho: Real, A: Real) -> bool:
        """Whether the ratio still moves the clipped product: ρ < high for A > 0, ρ > low for A < 0."""
        self._kink(rho, A)
        edge, side = (self.high, 1) if sign(A) == 1 else (self.low, -1)
        return edge is None or sign(subtract(edge, rho)) == side

    def _kink(self, rho: Real, A: Real) -> None:
        side = sign(A)
        if side is None:
            raise ValueError("the sign of an advantage cannot be told at 400 bits")
        edge = self.high if side == 1 else self.low
        if side == 0 or edge is None:
            return
        gap = sign(subtract(rho, edge))
        if gap == 0 or gap is None:
            raise NoGradient(
                f"the clipped product has no derivative at its kink {edge}: move the policies or the radius"
            )


def _product(numbers: Iterable[Fraction]) -> Fraction:
    result = Fraction(1)
    for number in numbers:
        result *= number
    return result


def _radius(name: str, value: object, limit: Fraction | None) -> Fraction:
    number = exact_rational(name, value)
    if number <= 0 or (limit is not None and number >= limit):
        domain = "(0, oo)" if limit is None else f"(0, {limit})"
        raise outside(name, value, domain, "the ratio is clipped to [1 - clip_low, 1 + clip_high]")
    return number


def k3_penalty(sample: Sample, tokens: Tokens, shares: tuple[Fraction, ...]) -> Forward:
    """Σ_i Σ_t c_{i,t}·(x − log x − 1) with x = π_ref/π_θ of a token, by its definition.

    Domain: a group with a reference policy. Source: the penalty of GRPO, `literature`.

    >>> from grpo_theory.losses.forward import in_nothing
    >>> from grpo_theory.policies.finite import two_outcome
    >>> sample = Sample(two_outcome("1/3"), (0, 1))
    >>> k3_penalty(sample, in_nothing(sample), (Fraction(1, 2),) * 2).value
    Fraction(0, 1)
    """
    terms = []
    for o, row, share in zip(sample.group, tokens, shares, strict=True):
        for now, reference in zip(row, sample.anchor.token_probabilities(o), strict=True):
            x = still(reference, len(now.gradient)) / now
            terms.append((x - x.log() - Fraction(1)) * share)
    return whole(terms)


def k3_weights(sample: Sample, shares: tuple[Fraction, ...]) -> Coefficients:
    """c_{i,t}·(π_ref/π_θ − 1), the closed coefficients of ∇log π in −∇ of the k3 penalty.

    Domain: as for `k3_penalty`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> sample = Sample(two_outcome("1/3"), (0, 1), reference=two_outcome("1/2"))
    >>> k3_weights(sample, (Fraction(1, 2),) * 2)
    ((Fraction(1, 4),), (Fraction(-1, 8),))
    """
    return tuple(
        tuple(
            share * (reference / now - 1)
            for now, reference in zip(row, sample.anchor.token_probabilities(o), strict=True)
        )
        for o, row, share in zip(sample.group, sample.tokens, shares, strict=True)
    )
