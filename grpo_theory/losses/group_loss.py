"""A loss of a sampled group by two roads: its value, which can be differentiated, and its closed coefficients."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from grpo_theory.errors import instance, outside
from grpo_theory.losses.forward import Forward, Tokens, in_log_likelihoods, in_logits, in_nothing
from grpo_theory.losses.reals import Real, add, divide, equal, multiply
from grpo_theory.losses.sample import Sample

Coefficients: TypeAlias = tuple[tuple[Real, ...], ...]
"""The coefficient of ∇log π_θ(o_{i,t} | o_{i,<t}) in −∇L, rollout by rollout and token by token."""

Road: TypeAlias = Literal["closed", "differentiated"]
"""By the closed coefficients, or by differentiating the value."""


def everywhere(sample: Sample) -> str:
    """The domain of a loss that every group has: no objection.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> everywhere(Sample(two_outcome("1/3"), (0, 1)))
    ''
    """
    return ""


@dataclass(frozen=True)
class GroupLoss:
    """A loss L(o_1, ..., o_G; θ), samples and advantages held still, stated by its value and by its coefficients.

    Domain: `formula` computes L from token probabilities that may move, `coefficients` are the closed ones of
    ∇log π_θ(o_{i,t} | o_{i,<t}) in −∇L; `undefined` says in a sentence why the loss has no value on a group, `redrawn`
    why a group is thrown away and drawn again, both empty otherwise. `source` names the work, `words` says the loss.

    >>> from grpo_theory.losses.catalogue import loss
    >>> loss("ec_rlvr", tau="1/2").parameters
    (('tau', '1/2'), ('all_wrong', 'undefined'), ('delta', '0'))
    """

    name: str
    source: str
    words: str
    parameters: tuple[tuple[str, str], ...]
    formula: Callable[[Sample, Tokens], Forward] = field(repr=False)
    coefficients: Callable[[Sample], Coefficients] = field(repr=False)
    undefined: Callable[[Sample], str] = field(repr=False, default=everywhere)
    redrawn: Callable[[Sample], str] = field(repr=False, default=everywhere)

    def value(self, sample: Sample) -> Real:
        """L on a group: exact where it is rational or a sum of roots, else an Arb ball.

        Errors: ValueError where the loss has no value.
        """
        return self.moving(sample, in_nothing(sample)).value

    def moving(self, sample: Sample, tokens: Tokens) -> Forward:
        """L on a group of moving token probabilities.

        Errors: ValueError where the loss has no value.
        """
        self._defined(sample)
        return self.formula(sample, tokens)

    def token_weights(self, sample: Sample) -> Coefficients:
        """The closed coefficient of ∇log π_θ(o_{i,t} | o_{i,<t}) in −∇L.

        Errors: ValueError where the loss has no value or, at a kink of its clipping, no gradient.
        """
        self._defined(sample)
        return self.coefficients(sample)

    def weights(self, sample: Sample) -> tuple[Real, ...]:
        """The closed coefficient of ∇log π_θ(o_i) in −∇L, rollout by rollout: positive for a push upwards.

        Errors: ValueError as for `token_weights`, and where the tokens of a rollout have different coefficients.
        """
        rows = self.token_weights(sample)
        if any(equal(row[0], entry) is False for row in rows for entry in row[1:]):
            raise ValueError(
                f"the tokens of one rollout have different coefficients under {self.name}: ask token_weights"
            )
        return tuple(row[0] for row in rows)

    def _defined(self, sample: Sample) -> None:
        problem = self.undefined(sample) or self.redrawn(sample)
        if problem:
            raise ValueError(problem)


def token_coefficients(loss: GroupLoss, sample: Sample, *, road: Road = "closed") -> Coefficients:
    """The coefficients of ∇log π_θ(o_{i,t} | o_{i,<t}) in −∇L, by the closed formula or by differentiating the value.

    The second road treats every log π_θ(o_{i,t} | o_{i,<t}) as a variable of its own. Errors: ValueError where the loss
    has no value or no gradient, and for another road.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> sample = Sample(two_outcome("1/3"), (0, 1, 1))
    >>> token_coefficients(loss("rloo"), sample, road="differentiated")
    ((Fraction(1, 3),), (Fraction(-1, 6),), (Fraction(-1, 6),))
    """
    if _road(loss, sample, road) == "closed":
        return loss.token_weights(sample)
    slopes = iter(loss.moving(sample, in_log_likelihoods(sample)).gradient)
    return tuple(tuple(multiply(Fraction(-1), next(slopes)) for _ in row) for row in sample.tokens)


def loss_gradient(loss: GroupLoss, sample: Sample, *, road: Road = "closed") -> tuple[Real, ...]:
    """∇L in the logits of π_θ: −Σ_i Σ_t w_{i,t}·∇log π_θ(o_{i,t} | o_{i,<t}), or the derivative of the value.

    Domain: `road` is "closed" or "differentiated". Errors: ValueError where the loss has no value or no gradient, and
    for another road.

    >>> from grpo_theory.losses.catalogue import loss
    >>> from grpo_theory.policies.finite import two_outcome
    >>> loss_gradient(loss("rloo"), Sample(two_outcome("1/3"), (0, 1, 1)))
    (Fraction(-1, 3), Fraction(1, 3))
    """
    if _road(loss, sample, road) == "differentiated":
        return loss.moving(sample, in_logits(sample)).gradient
    result: list[Real] = [Fraction(0)] * sample.theta.dimension
    for o, row, tokens in zip(sample.group, loss.token_weights(sample), sample.tokens, strict=True):
        for weight, mass, slope in zip(row, tokens, sample.theta.token_gradients(o), strict=True):
            factor = divide(multiply(Fraction(-1), weight), mass)
            result = [add(entry, multiply(factor, part)) for entry, part in zip(result, slope, strict=True)]
    return tuple(result)


def _road(loss: object, sample: object, road: Road) -> Road:
    instance("loss", loss, GroupLoss, 'loss("ec_rlvr", tau=1) makes one')
    instance("sample", sample, Sample, "Sample(policy, group) makes one")
    if road not in get_args(Road):
        raise outside("road", road, "{closed, differentiated}", "coefficients come by one of two roads")
    return road
