"""Losses −Σ_i S_i(A_i) of a group: the advantages of a rule on a surrogate of the likelihoods, with a k3 penalty."""

from fractions import Fraction
from functools import lru_cache

from grpo_theory.groups.closed_forms import ClosedForm
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.losses.forward import Forward, Tokens, still
from grpo_theory.losses.group_loss import Coefficients, GroupLoss, everywhere
from grpo_theory.losses.reals import Real, add, multiply, plain
from grpo_theory.losses.sample import Sample
from grpo_theory.losses.surrogates import Surrogate, k3_penalty, k3_weights
from grpo_theory.policies.classes import success_probability

_BITS = 400


def advantage_loss(
    name: str,
    source: str,
    words: str,
    parameters: tuple[tuple[str, str], ...],
    rule: AdvantageRule,
    surrogate: Surrogate,
    *,
    beta: Fraction = Fraction(0),
    redraw: bool = False,
) -> GroupLoss:
    """L = −Σ_i S_i(A_i) + β·(k3 penalty): a rule's advantages on a surrogate of the likelihoods.

    Domain: any rule; a population rule takes p from π_old. `redraw` throws silent groups away.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> ours = advantage_loss("ours", "", "", (), rule("percentile"), Surrogate.of("log", "constant"))
    >>> ours.weights(Sample(two_outcome("1/3"), (0, 1)))
    (Fraction(1, 2), Fraction(-1, 2))
    """

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        result = still(Fraction(0), len(tokens[0][0].gradient))
        for i, A in enumerate(group_advantages(rule, sample)):
            result = result - surrogate.moving(sample, tokens, i, A)
        return result + k3_penalty(sample, tokens, surrogate.shares(sample)) * beta if beta else result

    def coefficients(sample: Sample) -> Coefficients:
        rows = tuple(surrogate.weights(sample, i, A) for i, A in enumerate(group_advantages(rule, sample)))
        if not beta:
            return rows
        pulls = k3_weights(sample, surrogate.shares(sample))
        return tuple(
            tuple(add(own, multiply(beta, pull)) for own, pull in zip(row, extra, strict=True))
            for row, extra in zip(rows, pulls, strict=True)
        )

    redrawn = _silent if redraw or rule.mixed_only else everywhere
    return GroupLoss(name, source, words, parameters, formula, coefficients, redrawn=redrawn)


def group_advantages(rule: AdvantageRule, sample: Sample) -> tuple[Real, ...]:
    """A_i of every rollout of a group, by the rule's definition on the reward vector.

    Domain: any rule; a population rule takes p from the policy that drew the group. Errors: those of the rule.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> group_advantages(rule("maxrl"), Sample(two_outcome("1/3"), (0, 1)))
    (Fraction(1, 1), Fraction(-1, 1))
    """
    known = rule if rule.population is None else rule.at(success_probability(sample.sampler))
    return _advantages(known, sample.rewards)


@lru_cache(maxsize=4096)
def _advantages(rule: AdvantageRule, rewards: tuple[Fraction, ...]) -> tuple[Real, ...]:
    return tuple(A.arb(_BITS) if isinstance(A, ClosedForm) else plain(A) for A in rule.values_on(rewards))


def _silent(sample: Sample) -> str:
    return "a silent group is thrown away and drawn again: condition on mixed groups" if sample.silent else ""
