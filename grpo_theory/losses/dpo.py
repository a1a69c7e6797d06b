"""The DPO loss on a finite distribution of pairs: its gradient from the loss itself, and as `two-grpo` prints it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeAlias

from grpo_theory.errors import outside
from grpo_theory.policies.classes import class_probability, outcomes, success_probability
from grpo_theory.policies.moving import check_pair, moving_probability, ratio
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import RationalVector, combination, difference, rationals, scaled

Pairs: TypeAlias = tuple[tuple[Fraction, int, int], ...]
"""A distribution of preference pairs: (weight, preferred outcome o⁺, dispreferred outcome o⁻)."""


def preference_pairs(policy: FinitePolicy) -> Pairs:
    """The pairs (o⁺, o⁻) with o⁺ from π conditioned on success and o⁻, independent, from π conditioned on failure.

    Domain: binary rewards, both classes present. Errors: ValueError.

    >>> from grpo_theory.policies.finite import SoftmaxPolicy
    >>> preference_pairs(SoftmaxPolicy.of("1/2 1/3 1/6", "1 0 0"))
    ((Fraction(2, 3), 0, 1), (Fraction(1, 3), 0, 2))
    """
    if success_probability(policy) in (0, 1):
        raise ValueError("preference pairs need an outcome that succeeds and one that fails")
    mass = class_probability(policy, 1) * class_probability(policy, 0)
    q = policy.probabilities
    return tuple((q[i] * q[j] / mass, i, j) for i in outcomes(policy, 1) for j in outcomes(policy, 0))


def preference_probability(theta: FinitePolicy, ref: FinitePolicy, beta: int, plus: int, minus: int) -> Fraction:
    """σ(r̂(o⁺) − r̂(o⁻)) with r̂(o) = β·log(π_θ(o)/π_ref(o)): for an integer β a rational number.

    Domain: a pair of policies, β an integer >= 1. The loss is −E log of this number, and σ' of Eq. 11 is its
    complement. Errors: ValueError. Source: `two-grpo` Eq. 4.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> preference_probability(two_outcome("1/2"), two_outcome("1/3"), 1, 0, 1)
    Fraction(2, 3)
    """
    check_pair(theta, ref)
    better, worse = ratio(theta, ref, plus) ** _strength(beta), ratio(theta, ref, minus) ** _strength(beta)
    return better / (better + worse)


def dpo_gradient(theta: FinitePolicy, ref: FinitePolicy, beta: int, pairs: Pairs) -> RationalVector:
    """∇L for L = E log(1 + ((π_θ(o⁻)/π_ref(o⁻))/(π_θ(o⁺)/π_ref(o⁺)))^β), which is −E log σ(·), from the loss itself.

    Domain: a pair of policies, β an integer >= 1, weights of the pairs that sum to one. Differentiated as a
    quotient of moving probabilities, without the formulas of Eqs. 11 and 12. Errors: ValueError. Source: Eq. 4.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> theta, ref = two_outcome("1/2"), two_outcome("1/3")
    >>> dpo_gradient(theta, ref, 1, preference_pairs(ref))
    (Fraction(-1, 3), Fraction(1, 3))
    """
    check_pair(theta, ref)
    terms = []
    for weight, plus, minus in pairs:
        better = moving_probability(theta, plus) / ref.probabilities[plus]
        worse = moving_probability(theta, minus) / ref.probabilities[minus]
        inside = 1 + (worse / better) ** _strength(beta)
        terms.append((weight, scaled(1 / inside.value, inside.gradient)))
    return rationals(combination(terms, theta.dimension))


def dpo_score_form(theta: FinitePolicy, ref: FinitePolicy, beta: int, pairs: Pairs) -> RationalVector:
    """−β·E[σ'·(∇log π_θ(o⁺) − ∇log π_θ(o⁻))] with σ' = σ(r̂(o⁻) − r̂(o⁺)).

    Domain: as for `dpo_gradient`. Source: `two-grpo` Eq. 11.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> theta, ref = two_outcome("1/2"), two_outcome("1/3")
    >>> dpo_score_form(theta, ref, 1, preference_pairs(ref))
    (Fraction(-1, 3), Fraction(1, 3))
    """
    terms = []
    for weight, plus, minus in pairs:
        slope = 1 - preference_probability(theta, ref, beta, plus, minus)
        terms.append((-beta * weight * slope, difference(theta.score(plus), theta.score(minus))))
    return combination(terms, theta.dimension)


def dpo_probability_form(
    theta: FinitePolicy, ref: FinitePolicy, beta: int, pairs: Pairs, *, denominators: FinitePolicy
) -> RationalVector:
    """−β·E[(σ'/d(o⁺))·∇π_θ(o⁺) − (σ'/d(o⁻))·∇π_θ(o⁻)] with the probabilities of a given policy as denominators d.

    Domain: as for `dpo_gradient`; `denominators=ref` is Eq. 12 as printed, `denominators=theta` has π_θ instead.
    Source: `two-grpo` Eq. 12.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> theta, ref = two_outcome("1/2"), two_outcome("1/3")
    >>> dpo_probability_form(theta, ref, 1, preference_pairs(ref), denominators=ref)
    (Fraction(-3, 8), Fraction(3, 8))
    """
    terms = []
    for weight, plus, minus in pairs:
        slope = beta * weight * (1 - preference_probability(theta, ref, beta, plus, minus))
        terms.append((-slope / denominators.probabilities[plus], theta.gradient_of_probability(plus)))
        terms.append((slope / denominators.probabilities[minus], theta.gradient_of_probability(minus)))
    return combination(terms, theta.dimension)


def dpo_coefficients(
    theta: FinitePolicy, ref: FinitePolicy, beta: int, pairs: Pairs
) -> tuple[Callable[[int], Fraction], Callable[[int], Fraction]]:
    """a(o⁺) = β·E[σ' | o⁺]/π_θ(o⁺) and b(o⁻) = β·E[σ' | o⁻]/π_θ(o⁻): Eq. 7's coefficients, the other sample averaged.

    Domain: as for `dpo_gradient`; a is defined on the preferred outcomes that occur, b on the dispreferred ones.
    Errors: KeyError for another outcome.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> theta, ref = two_outcome("1/2"), two_outcome("1/3")
    >>> a, b = dpo_coefficients(theta, ref, 1, preference_pairs(ref))
    >>> a(0), b(1)
    (Fraction(2, 3), Fraction(2, 3))
    """
    slopes: list[dict[int, Fraction]] = [{}, {}]
    for weight, plus, minus in pairs:
        slope = beta * (1 - preference_probability(theta, ref, beta, plus, minus))
        for table, o in zip(slopes, (plus, minus), strict=True):
            table[o] = table.get(o, Fraction(0)) + weight * slope
    a, b = (
        {o: mean / (share[o] * theta.probabilities[o]) for o, mean in table.items()}
        for table, share in zip(slopes, marginals(pairs), strict=True)
    )
    return a.__getitem__, b.__getitem__


def marginals(pairs: Pairs) -> tuple[dict[int, Fraction], dict[int, Fraction]]:
    """The distributions D⁺ of the preferred and D⁻ of the dispreferred outcome of a pair.

    Domain: weights that sum to one.

    >>> marginals(((Fraction(2, 3), 0, 1), (Fraction(1, 3), 0, 2)))
    ({0: Fraction(1, 1)}, {1: Fraction(2, 3), 2: Fraction(1, 3)})
    """
    shares: tuple[dict[int, Fraction], dict[int, Fraction]] = ({}, {})
    for weight, plus, minus in pairs:
        for share, o in zip(shares, (plus, minus), strict=True):
            share[o] = share.get(o, Fraction(0)) + weight
    return shares


def _strength(beta: int) -> int:
    if isinstance(beta, bool) or not isinstance(beta, int) or not 1 <= beta <= 64:
        raise outside("beta", beta, "the integers 1, ..., 64", "powers of the ratios stay rational for an integer beta")
    return beta


def preference_point(
    policy: FinitePolicy, ref: FinitePolicy, beta: int, coordinate: int, pairs: Pairs
) -> dict[str, Any]:
    """One coordinate of a pair of policies as a point of a claim: both outcomes of every preference pair, from 1 to n.

    Domain: as in `dpo_gradient`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> policy = two_outcome("1/3")
    >>> point = preference_point(policy, two_outcome("1/2"), 1, 0, preference_pairs(policy))
    >>> point["n"], point["pi_better"](1), point["D_pi_worse"](1), point["ref_worse"](1)
    (1, Fraction(1, 3), Fraction(-2, 9), Fraction(1, 2))
    """
    slopes = [policy.gradient_of_probability(o)[coordinate] for o in range(len(policy.rewards))]
    return {
        "policy": policy.probabilities,
        "reference": ref.probabilities,
        "beta": beta,
        "coordinate": coordinate,
        "n": len(pairs),
        "moving": lambda: (policy, ref, beta, pairs),
        "w": lambda j: pairs[j - 1][0],
        "pi_better": lambda j: policy.probabilities[pairs[j - 1][1]],
        "pi_worse": lambda j: policy.probabilities[pairs[j - 1][2]],
        "D_pi_better": lambda j: slopes[pairs[j - 1][1]],
        "D_pi_worse": lambda j: slopes[pairs[j - 1][2]],
        "ref_better": lambda j: ref.probabilities[pairs[j - 1][1]],
        "ref_worse": lambda j: ref.probabilities[pairs[j - 1][2]],
    }
