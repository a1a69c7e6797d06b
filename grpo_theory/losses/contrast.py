"""GRPO as a contrast of successes and failures: Equations 7 to 10 and 13 of `two-grpo`, as they are printed."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.errors import group_size
from grpo_theory.policies.classes import class_mean, class_probability, outcomes, success_probability
from grpo_theory.policies.dual import Dual, constant, dual_total
from grpo_theory.policies.groups import Condition, expected_over_groups, groups
from grpo_theory.policies.moving import (
    check_pair,
    mean_token_gradient,
    mean_token_probability,
    moving_class_mean,
    moving_mean_token,
    moving_probability,
    moving_success,
    token_ratios,
)
from grpo_theory.policies.protocol import FinitePolicy, Group
from grpo_theory.policies.vectors import (
    Exact,
    RationalVector,
    SurdVector,
    Vector,
    combination,
    difference,
    scaled,
    surds,
    total,
)


def class_distribution(policy: FinitePolicy, reward: Fraction | int) -> dict[int, Fraction]:
    """π^+ (reward 1) or π^− (reward 0): the policy conditioned on the reward, outcome by outcome.

    Domain: any finite policy; empty for a reward that no outcome has.

    >>> from grpo_theory.policies.finite import SoftmaxPolicy
    >>> class_distribution(SoftmaxPolicy.of("1/2 1/3 1/6", "1 1 0"), 1)
    {0: Fraction(3, 5), 1: Fraction(2, 5)}
    """
    mass = class_probability(policy, reward)
    return {o: policy.probabilities[o] / mass for o in outcomes(policy, reward)}


def contrastive_gradient(
    positives: Mapping[int, Fraction],
    negatives: Mapping[int, Fraction],
    a: Callable[[int], Exact],
    b: Callable[[int], Exact],
    direction: Callable[[int], Vector],
) -> SurdVector:
    """−(E_{y⁺}[a(y⁺)·d(y⁺)] − E_{y⁻}[b(y⁻)·d(y⁻)]), the general contrastive ∇L; the source has d = ∇π.

    Domain: `positives` and `negatives` are distributions D⁺, D⁻ over outcomes, `a`, `b` their coefficients (averaged
    over the other sample where they depend on it), `direction` gives d. Source: `two-grpo` Eq. 7.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> policy = two_outcome("1/3")
    >>> one, plus, minus = (lambda o: Fraction(1)), {0: Fraction(1)}, {1: Fraction(1)}
    >>> [str(x) for x in contrastive_gradient(plus, minus, one, one, policy.gradient_of_probability)]
    ['-4/9', '4/9']
    """
    terms: list[tuple[Exact, Vector]] = [(-q * a(o), direction(o)) for o, q in positives.items()]
    terms += [(q * b(o), direction(o)) for o, q in negatives.items()]
    return surds(combination(terms, len(terms[0][1])))


def group_contrast_objective(policy: FinitePolicy, G: int, *, given: Condition | None = None) -> Surd:
    """E_θ √(p̂(1−p̂))·(mean over successes of π^GRPO(o_j) − mean over failures of π^GRPO(o_k)), silent groups 0.

    Domain: binary rewards; literal over all K^G groups drawn from the policy itself, as printed; `given` conditions
    them. Errors: ValueError. Source: `two-grpo` Eq. 8.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(group_contrast_objective(two_outcome("1/3"), 2))
    '-2/27'
    """
    return _group_contrast(policy, G, lambda o: mean_token_probability(policy, o), given)


def group_contrast_with_ratios(
    theta: FinitePolicy, old: FinitePolicy, G: int, *, given: Condition | None = None
) -> Surd:
    """E_old √(p̂(1−p̂))·(mean over successes of mean_t ρ_t − mean over failures of mean_t ρ_t), silent groups 0.

    Domain: a pair of policies with common binary rewards; groups drawn from π_old. It is Eq. 8 of `two-grpo` with the
    ratios of Eq. 5 kept and the groups drawn as in Eq. 5.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(group_contrast_with_ratios(two_outcome("1/2"), two_outcome("1/3"), 2))
    '1/6'
    """
    check_pair(theta, old)
    return _group_contrast(old, G, lambda o: mean_ratio(theta, old, o), given)


def mean_ratio(theta: FinitePolicy, old: FinitePolicy, o: int) -> Fraction:
    """(1/|o|) Σ_t ρ_t, the mean token ratio of an outcome.

    Domain: an outcome of both policies.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> mean_ratio(two_outcome("1/2"), two_outcome("1/3"), 0)
    Fraction(3, 2)
    """
    ratios = token_ratios(theta, old, o)
    return total(ratios) / len(ratios)


def _group_contrast(policy: FinitePolicy, G: int, f: Callable[[int], Fraction], given: Condition | None) -> Surd:
    success_probability(policy)

    def contrast(group: Group) -> Exact:
        plus, minus = _split(policy, group)
        if not plus or not minus:
            return Fraction(0)
        gap = total([f(o) for o in plus]) / len(plus) - total([f(o) for o in minus]) / len(minus)
        return _empirical_deviation(len(plus), len(group)) * gap

    return Surd.of(expected_over_groups(policy, G, contrast, given=given))


def _split(policy: FinitePolicy, group: Group) -> tuple[list[int], list[int]]:
    return [o for o in group if policy.rewards[o] == 1], [o for o in group if policy.rewards[o] == 0]


def _empirical_deviation(successes: int, G: int) -> Surd:
    share = Fraction(successes, G)
    return Surd.sqrt((1 - share) * share)


def group_contrast_gradient(policy: FinitePolicy, G: int, *, sampling_moves: bool) -> SurdVector:
    """The gradient of `group_contrast_objective`, with or without the dependence of the sampled groups on θ.

    With `sampling_moves` it is the derivative of Eq. 8 as printed, where groups come from π_θ; without, only the
    token probabilities are differentiated. Domain: binary rewards. Source: `two-grpo` Eq. 8.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in group_contrast_gradient(two_outcome("1/3"), 2, sampling_moves=False)]
    ['8/81', '-8/81']
    """
    success_probability(policy)
    dimension = policy.dimension
    tokens = [moving_mean_token(policy, o) for o in range(len(policy.rewards))]
    masses = [moving_probability(policy, o) for o in range(len(policy.rewards))]
    result = constant(0, dimension)
    for group, probability in groups(policy, group_size(G)):
        plus, minus = _split(policy, group)
        if not plus or not minus:
            continue
        weight: Dual = constant(probability, dimension)
        if sampling_moves:
            weight = constant(1, dimension)
            for o in group:
                weight = weight * masses[o]
        gap = dual_total([tokens[o] for o in plus], dimension) / len(plus)
        gap = gap - dual_total([tokens[o] for o in minus], dimension) / len(minus)
        result = result + weight * gap * _empirical_deviation(len(plus), len(group))
    return surds(result.gradient)


def population_contrast_objective(policy: FinitePolicy) -> Surd:
    """√(p(1−p))·(E_{π⁺} π^GRPO(o) − E_{π⁻} π^GRPO(o)).

    Domain: binary rewards, both classes present. Errors: ValueError. Source: `two-grpo` Eq. 9.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(population_contrast_objective(two_outcome("1/3")))
    '-1/9*sqrt(2)'
    """
    return _deviation(policy) * _class_gap(policy, lambda o: mean_token_probability(policy, o))


def population_contrast_with_ratios(theta: FinitePolicy, old: FinitePolicy) -> Surd:
    """√(p_old(1−p_old))·(E_{old⁺} mean_t ρ_t − E_{old⁻} mean_t ρ_t): Eq. 9 of `two-grpo` with the ratios of Eq. 5.

    Domain: a pair of policies with common binary rewards, both classes present. Errors: ValueError.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(population_contrast_with_ratios(two_outcome("1/2"), two_outcome("1/3")))
    '1/4*sqrt(2)'
    """
    check_pair(theta, old)
    return _deviation(old) * _class_gap(old, lambda o: mean_ratio(theta, old, o))


def population_contrast_derivative(policy: FinitePolicy) -> SurdVector:
    """The derivative of Eq. 9 in the logits: √Var, π⁺ and π⁻ move together with the token probabilities.

    Domain: as for `population_contrast_objective`. Source: left side of `two-grpo` Eq. 10.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in population_contrast_derivative(two_outcome("1/3"))]
    ['7/54*sqrt(2)', '-7/54*sqrt(2)']
    """
    p = moving_success(policy)
    tokens = [moving_mean_token(policy, o) for o in range(len(policy.rewards))]
    gap = moving_class_mean(policy, tokens, 1) - moving_class_mean(policy, tokens, 0)
    return surds(((p * (1 - p)).sqrt() * gap).gradient)


def population_contrast_gradient(policy: FinitePolicy) -> SurdVector:
    """√Var·(E_{π⁺} ∇π^GRPO(o) − E_{π⁻} ∇π^GRPO(o)), only the token probabilities differentiated.

    Domain: as for `population_contrast_objective`. Source: right side of `two-grpo` Eq. 10.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in population_contrast_gradient(two_outcome("1/3"))]
    ['4/27*sqrt(2)', '-4/27*sqrt(2)']
    """
    return surds(scaled(_deviation(policy), _class_gap_vector(policy, lambda o: mean_token_gradient(policy, o))))


def weighted_score_contrast(policy: FinitePolicy) -> SurdVector:
    """√(p(1−p))·Δ, the contrast of the scores ∇log π under the weight of Eq. 10.

    Domain: binary rewards, both classes present. Errors: ValueError.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(x) for x in weighted_score_contrast(two_outcome("1/3"))]
    ['1/3*sqrt(2)', '-1/3*sqrt(2)']
    """
    return surds(scaled(_deviation(policy), _class_gap_vector(policy, policy.score)))


def two_grpo_objective(policy: FinitePolicy) -> Fraction:
    """½·(E_{o⁺} π^GRPO(o⁺) − E_{o⁻} π^GRPO(o⁻)) with o⁺ from π⁺ and o⁻ from π⁻.

    Domain: binary rewards, both classes present. Errors: ValueError. Source: `two-grpo` Eq. 13.

    >>> from grpo_theory.policies.finite import two_outcome
    >>> two_grpo_objective(two_outcome("1/3"))
    Fraction(-1, 6)
    """
    success_probability(policy)
    return _class_gap(policy, lambda o: mean_token_probability(policy, o)) / 2


def _deviation(policy: FinitePolicy) -> Surd:
    p = success_probability(policy)
    return Surd.sqrt(p * (1 - p))


def _class_gap(policy: FinitePolicy, f: Callable[[int], Fraction]) -> Fraction:
    return class_mean(policy, f, 1) - class_mean(policy, f, 0)


def _class_gap_vector(policy: FinitePolicy, f: Callable[[int], RationalVector]) -> RationalVector:
    return difference(class_mean(policy, f, 1), class_mean(policy, f, 0))
