"""The population objective of `mroueh-note`, E_old f(ρ, A) standardised, and the note's displays of it."""

from collections.abc import Callable
from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.losses.clipping import Side, clip_radius, clipped, clipped_slope
from grpo_theory.policies.classes import class_mean, expected_reward, outcomes, reward_variance, success_probability
from grpo_theory.policies.moving import check_pair, ratio
from grpo_theory.policies.protocol import FinitePolicy
from grpo_theory.policies.vectors import Exact, SurdVector, Vector, combination, surds, total


def standardised_advantage(policy: FinitePolicy, o: int) -> Surd:
    """A(o) = (r(o) − E r)/√(Var r), the population advantage.

    Domain: any rewards that are not all equal. Errors: ValueError when they are. Source: `mroueh-note` Eq. 1.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(standardised_advantage(two_outcome("1/3"), 0))
    'sqrt(2)'
    """
    variance = reward_variance(policy)
    if not variance:
        raise ValueError("all outcomes have one reward: the standardised advantage divides by a deviation of 0")
    return (policy.rewards[o] - expected_reward(policy)) / Surd.sqrt(variance)


def success_weight(p: Fraction) -> Surd:
    """√((1−p)/p), the weight on successes.

    Domain: 0 < p < 1. Source: `mroueh-note`.

    >>> str(success_weight(Fraction(1, 3)))
    'sqrt(2)'
    """
    return Surd.sqrt((1 - p) / p)


def failure_weight(p: Fraction) -> Surd:
    """√(p/(1−p)), the weight on failures.

    Domain: 0 < p < 1. Source: `mroueh-note`.

    >>> str(failure_weight(Fraction(1, 3)))
    '1/2*sqrt(2)'
    """
    return Surd.sqrt(p / (1 - p))


def population_objective(theta: FinitePolicy, old: FinitePolicy, clip: object) -> Surd:
    """E_old f(π_θ(o)/π_old(o), A(o)) with f(ρ, A) = min(ρA, clip(ρ)A), by its definition.

    Domain: a pair of policies, rewards not all equal, clip in (0, 1). Errors: ValueError. Source: `mroueh-note`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(population_objective(two_outcome("1/2"), two_outcome("1/3"), "0.2"))
    '2/15*sqrt(2)'
    """
    check_pair(theta, old)
    q = old.probabilities
    terms = [q[o] * clipped(ratio(theta, old, o), standardised_advantage(old, o), clip) for o in range(len(q))]
    return Surd.of(total(terms))


def population_objective_gradient(
    theta: FinitePolicy, old: FinitePolicy, clip: object | None, *, side: Side | None = None
) -> SurdVector:
    """The gradient of `population_objective` in the logits of π_θ; without clipping when `clip` is None.

    Domain: as there; at a kink `side` chooses the slope. Errors: ValueError at a kink without `side`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> policy = two_outcome("1/3")
    >>> [str(x) for x in population_objective_gradient(policy, policy, "0.2")]
    ['1/3*sqrt(2)', '-1/3*sqrt(2)']
    """
    check_pair(theta, old)
    terms: list[tuple[Exact, Vector]] = []
    for o in range(len(old.rewards)):
        advantage = standardised_advantage(old, o)
        rho = ratio(theta, old, o)
        slope: Exact = advantage if clip is None else clipped_slope(rho, advantage, clip, side)
        terms.append((slope, theta.gradient_of_probability(o)))
    return surds(combination(terms, theta.dimension))


def indicator_form(theta: FinitePolicy, old: FinitePolicy, clip: object) -> Surd:
    """√((1−p)/p)·E_old[min(ρ, 1+c)·1{r=1}] − √(p/(1−p))·E_old[max(ρ, 1−c)·1{r=0}].

    Domain: binary rewards, both classes present. Errors: ValueError. Source: the overall cost of `mroueh-note`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(indicator_form(two_outcome("1/2"), two_outcome("1/3"), "0.2"))
    '2/15*sqrt(2)'
    """
    p = _checked(theta, old)
    upper, lower = _clipped_sides(theta, old, clip)
    plus = total([old.probabilities[o] * upper(o) for o in outcomes(old, 1)])
    minus = total([old.probabilities[o] * lower(o) for o in outcomes(old, 0)])
    return success_weight(p) * plus - failure_weight(p) * minus


def conditional_form(theta: FinitePolicy, old: FinitePolicy, clip: object) -> Surd:
    """√((1−p)/p)·E_old[min(ρ, 1+c) | r=1] − √(p/(1−p))·E_old[max(ρ, 1−c) | r=0].

    Domain: binary rewards, both classes present. Errors: ValueError. Source: the display of `mroueh-note` with
    `r(o)=1` and `r(o)=0` under the expectation, read as conditional expectations.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(conditional_form(two_outcome("1/2"), two_outcome("1/3"), "0.2"))
    '4/5*sqrt(2)'
    """
    p = _checked(theta, old)
    upper, lower = _clipped_sides(theta, old, clip)
    return success_weight(p) * class_mean(old, upper, 1) - failure_weight(p) * class_mean(old, lower, 0)


def four_terms(theta: FinitePolicy, old: FinitePolicy, clip: object) -> tuple[Surd, Surd, Surd, Surd]:
    """The four terms of the note's cost, signs included: successes clipped, not clipped, failures clipped, not clipped.

    A success counts as clipped for π_θ >= (1+c)π_old, a failure for π_θ <= (1−c)π_old. Domain: binary rewards, both
    classes present. Errors: ValueError. Source: `mroueh-note`, the display with four indicators.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(term) for term in four_terms(two_outcome("1/2"), two_outcome("1/3"), "0.2")]
    ['2/5*sqrt(2)', '0', '-4/15*sqrt(2)', '0']
    """
    p, radius = _checked(theta, old), clip_radius(clip)
    sums = [Fraction(0)] * 4
    for o, (new, before) in enumerate(zip(theta.probabilities, old.probabilities, strict=True)):
        if old.rewards[o] == 1:
            flat = new >= (1 + radius) * before
            sums[0 if flat else 1] += before * (1 + radius if flat else new / before)
        else:
            flat = new <= (1 - radius) * before
            sums[2 if flat else 3] += before * (1 - radius if flat else new / before)
    up, down = success_weight(p), failure_weight(p)
    return up * sums[0], up * sums[1], -down * sums[2], -down * sums[3]


def four_term_form(theta: FinitePolicy, old: FinitePolicy, clip: object) -> Surd:
    """The sum of the four terms of the note's cost.

    Domain and errors: as for `four_terms`. Source: `mroueh-note`.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(four_term_form(two_outcome("1/2"), two_outcome("1/3"), "0.2"))
    '2/15*sqrt(2)'
    """
    return Surd.of(total(four_terms(theta, old, clip)))


def _checked(theta: FinitePolicy, old: FinitePolicy) -> Fraction:
    check_pair(theta, old)
    p = success_probability(old)
    if p in (0, 1):
        raise ValueError(f"p = {p} is no interior success probability: the weights divide by p and by 1 - p")
    return p


def _clipped_sides(
    theta: FinitePolicy, old: FinitePolicy, clip: object
) -> tuple[Callable[[int], Fraction], Callable[[int], Fraction]]:
    radius = clip_radius(clip)
    return (lambda o: min(ratio(theta, old, o), 1 + radius)), (lambda o: max(ratio(theta, old, o), 1 - radius))
