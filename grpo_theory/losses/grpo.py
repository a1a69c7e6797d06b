"""The clipped GRPO objective over sampled groups (`two-grpo` Eq. 5), and what its Appendix A.1 makes of it."""

from fractions import Fraction

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.losses.clipping import Side, clipped, clipped_slope
from grpo_theory.policies.groups import Condition, expected_mean, expected_mean_vector
from grpo_theory.policies.moving import check_pair, mean_token_gradient, mean_token_probability, token_ratios
from grpo_theory.policies.protocol import FinitePolicy, RewardRule
from grpo_theory.policies.vectors import Exact, SurdVector, Vector, combination, scaled, total


def grpo_objective(
    theta: FinitePolicy,
    old: FinitePolicy,
    rule: RewardRule,
    G: int,
    *,
    clip: object | None = None,
    given: Condition | None = None,
) -> Surd:
    """J(θ) = E_old (1/G) Σ_i (1/|o_i|) Σ_t min[ρ_t A_i, clip(ρ_t)A_i], or the same with ρ_t A_i when `clip` is None.

    Domain: a pair of policies with common rewards, any rule, the expectation literal over all K^G groups drawn from
    π_old, silent groups with the advantages the rule gives them. Errors: ValueError. Source: `two-grpo` Eq. 5.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(grpo_objective(two_outcome("1/2"), two_outcome("1/3"), rule("grpo"), 2))
    '1/6'
    """
    check_pair(theta, old)

    def surrogate(o: int, A: Surd) -> Exact:
        ratios = token_ratios(theta, old, o)
        terms = [rho * A if clip is None else clipped(rho, A, clip) for rho in ratios]
        return total(terms) / len(ratios)

    return expected_mean(rule, old, G, surrogate, given=given)


def grpo_gradient(
    theta: FinitePolicy,
    old: FinitePolicy,
    rule: RewardRule,
    G: int,
    *,
    clip: object | None = None,
    side: Side | None = None,
    given: Condition | None = None,
) -> SurdVector:
    """∇J(θ) of `grpo_objective` in the logits of π_θ, samples and advantages fixed.

    Domain: as there. Where a ratio sits exactly on its kink there is no gradient; `side` then takes the slope in ρ of
    one side. Errors: ValueError at a kink without `side`. Source: `two-grpo` Eq. 5.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> policy = two_outcome("1/3")
    >>> [str(entry) for entry in grpo_gradient(policy, policy, rule("grpo"), 2, clip="0.2")]
    ['2/9', '-2/9']
    """
    check_pair(theta, old)

    def direction(o: int, A: Surd) -> Vector:
        rows: list[tuple[Exact, Vector]] = []
        tokens = zip(token_ratios(theta, old, o), old.token_probabilities(o), theta.token_gradients(o), strict=True)
        for rho, before, gradient in tokens:
            slope: Exact = A if clip is None else clipped_slope(rho, A, clip, side)
            rows.append((slope, scaled(1 / before, gradient)))
        return scaled(Fraction(1, len(rows)), combination(rows, theta.dimension))

    return expected_mean_vector(rule, old, G, direction, given=given)


def after_importance_step(theta: FinitePolicy, rule: RewardRule, G: int, *, given: Condition | None = None) -> Surd:
    """E_θ (1/G) Σ_i A_i·(1/|o_i|) Σ_t π_θ(o_t | o_<t): groups from π_θ, token probabilities in place of the ratios.

    Domain: any finite policy, any rule. Source: the second line of the derivation in `two-grpo` A.1.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> str(after_importance_step(two_outcome("1/3"), rule("grpo"), 2))
    '-2/27'
    """
    return expected_mean(rule, theta, G, lambda o, A: A * mean_token_probability(theta, o), given=given)


def after_importance_step_gradient(
    theta: FinitePolicy, rule: RewardRule, G: int, *, given: Condition | None = None
) -> SurdVector:
    """E_θ (1/G) Σ_i A_i·(1/|o_i|) Σ_t ∇π_θ(o_t | o_<t), samples not differentiated.

    Domain: as for `after_importance_step`. Source: `two-grpo` A.1 and Eq. 17.

    >>> from grpo_theory.groups import rule
    >>> from grpo_theory.policies.finite import two_outcome
    >>> [str(entry) for entry in after_importance_step_gradient(two_outcome("1/3"), rule("grpo"), 2)]
    ['8/81', '-8/81']
    """
    return expected_mean_vector(rule, theta, G, lambda o, A: scaled(A, mean_token_gradient(theta, o)), given=given)
