"""Losses between a success and a failure, or between the means of the two classes: DPO and DisCO."""

from fractions import Fraction

from grpo_theory.groups.named import chosen
from grpo_theory.losses.forward import Forward, Tokens, product, still, whole
from grpo_theory.losses.group_loss import Coefficients, GroupLoss
from grpo_theory.losses.reals import add, divide, multiply, positive, power
from grpo_theory.losses.rule_losses import shown
from grpo_theory.losses.sample import Sample


def dpo(beta: object = 1) -> GroupLoss:
    """DPO on a pair: −log σ(β·log(ρ(o⁺)/ρ(o⁻))) with ρ = π_θ/π_ref, the success preferred.

    Domain: groups of one success and one failure, β > 0; exact for an integer β. Source: `two-grpo` Eq. 4.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> dpo().weights(Sample(two_outcome("1/2"), (0, 1), reference=two_outcome("1/3")))
    (Fraction(1, 3), Fraction(-1, 3))
    """
    strength = positive("beta", beta, "it scales the implicit reward")

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        rewards = []
        for i in (sample.successes[0], sample.failures[0]):
            reference = sample.anchor.token_probabilities(sample.group[i])
            rewards.append(product([now / before for now, before in zip(tokens[i], reference, strict=True)]))
        return ((rewards[1] / rewards[0]).power(strength) + Fraction(1)).log()

    def coefficients(sample: Sample) -> Coefficients:
        better, worse = (
            sample.likelihoods[i] / sample.anchor.probabilities[sample.group[i]]
            for i in (sample.successes[0], sample.failures[0])
        )
        odds = power(worse / better, strength)
        slope = multiply(strength, divide(odds, add(Fraction(1), odds)))  # β·(1 − the preference probability)
        signs = [Fraction(1 if r else -1) for r in sample.rewards]
        return tuple((multiply(side, slope),) * n for side, n in zip(signs, sample.lengths, strict=True))

    def undefined(sample: Sample) -> str:
        k, failures = len(sample.successes), len(sample.failures)
        pair = k == failures == 1
        return "" if pair else f"DPO compares one success with one failure: this group has {k} and {failures}"

    words = "-log sigma(beta log(rho(o+)/rho(o-))), rho = pi/pi_ref"
    return GroupLoss("dpo", "two-grpo, Eq. 4", words, shown(beta=strength), formula, coefficients, undefined)


def disco(score: str = "log", length_normalised: bool = True) -> GroupLoss:
    """DisCO: −(mean over successes of s − mean over failures of s) on mixed groups, 0 on silent ones.

    Domain: score "log" (s = Σ_t log π_t) or "ratio" (s = Σ_t ρ_t), divided by |o| when `length_normalised`; neither
    clipped nor constrained. Source: Li et al., arXiv:2505.12366.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> disco().weights(Sample(two_outcome("1/3"), (0, 1, 1)))
    (Fraction(1, 1), Fraction(-1, 2), Fraction(-1, 2))
    """
    chosen("score", score, ("log", "ratio"))
    if not isinstance(length_normalised, bool):
        raise ValueError(f"length_normalised = {length_normalised} is no truth value: give True or False")

    def moving_score(sample: Sample, tokens: Tokens, i: int) -> Forward:
        old = sample.sampler.token_probabilities(sample.group[i])
        if score == "log":
            terms = [now.log() for now in tokens[i]]
        else:
            terms = [now / before for now, before in zip(tokens[i], old, strict=True)]
        return whole(terms) / Fraction(len(terms) if length_normalised else 1)

    def formula(sample: Sample, tokens: Tokens) -> Forward:
        plus, minus = sample.successes, sample.failures
        if not plus or not minus:
            return still(Fraction(0), len(tokens[0][0].gradient))
        means = [whole([moving_score(sample, tokens, i) for i in part]) / Fraction(len(part)) for part in (plus, minus)]
        return means[1] - means[0]

    def coefficients(sample: Sample) -> Coefficients:
        k, failures = len(sample.successes), len(sample.failures)
        rows = []
        for r, ratios in zip(sample.rewards, sample.ratios, strict=True):
            share = Fraction(1, k if r else -failures) if k and failures else Fraction(0)
            share /= len(ratios) if length_normalised else 1
            rows.append(tuple(share * (rho if score == "ratio" else 1) for rho in ratios))
        return tuple(rows)

    words = (
        f"-(mean over successes of s - mean over failures of s), s = sum_t {'log pi_t' if score == 'log' else 'rho_t'}"
    )
    words += "/|o|" if length_normalised else ""
    parameters = shown(score=score, length_normalised=length_normalised)
    return GroupLoss("disco", "Li et al., arXiv:2505.12366v5", words, parameters, formula, coefficients)
