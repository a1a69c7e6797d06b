"""Losses that an advantage rule makes: GRPO, Dr. GRPO, DAPO, GSPO, GMPO, REINFORCE, RLOO, MaxRL, any other rule."""

from typing import Any

from grpo_theory.groups.catalogue import parse_rule
from grpo_theory.groups.catalogue import rule as find_rule
from grpo_theory.groups.named import chosen
from grpo_theory.groups.rules import AdvantageRule
from grpo_theory.losses.advantages import advantage_loss
from grpo_theory.losses.group_loss import GroupLoss
from grpo_theory.losses.reals import at_least_zero
from grpo_theory.losses.surrogates import Surrogate


def shown(**parameters: Any) -> tuple[tuple[str, str], ...]:
    """Parameters as they are printed beside a loss.

    >>> shown(clip=None, epsilon=0)
    (('clip', 'none'), ('epsilon', '0'))
    """
    return tuple((key, "none" if value is None else str(value)) for key, value in parameters.items())


def grpo(clip: object = None, epsilon: Any = 0, ddof: int = 0, beta: object = 0) -> GroupLoss:
    """GRPO on a group: −(1/G)Σ_i(1/|o_i|)Σ_t min[ρ_t A_i, clip(ρ_t)A_i] with A = (r − m)/(sd + ε), plus β·k3.

    Domain: a clipping radius in (0, 1) or None; ε, β >= 0; ddof 0 or 1. Source: `two-grpo` Eq. 5.

    >>> grpo(clip="0.2").parameters[0]
    ('clip', '0.2')
    """
    strength = at_least_zero("beta", beta, "it is the strength of a penalty")
    return advantage_loss(
        "grpo",
        "two-grpo, Eq. 5; Shao et al., arXiv:2402.03300",
        "-(1/G) sum_i (1/|o_i|) sum_t min[rho_t A_i, clip(rho_t) A_i], A = (r - m)/(sd + epsilon)",
        shown(clip=clip, epsilon=epsilon, ddof=ddof, beta=strength),
        find_rule("grpo", epsilon=epsilon, ddof=ddof),
        Surrogate.of("token", "sequence", clip=clip),
        beta=strength,
    )


def grpo_population(clip: object = None, epsilon: Any = 0, score: str = "sequence") -> GroupLoss:
    """GRPO with the population's mean and deviation: A = (r − p)/√(p(1−p) + ε), p of π_old, on ratios of outcomes.

    Domain: binary rewards; a clipping radius in (0, 1) or None; ε >= 0 (inside the root); score as in `SCORES`. Its
    expectation over groups is the population loss −E_old f(ρ, A) for every G. Source: `mroueh-note`, `mroueh-2503`.

    >>> grpo_population().name
    'grpo_population'
    """
    return advantage_loss(
        "grpo_population",
        "mroueh-note; mroueh-2503",
        "-(1/G) sum_i min[rho A_i, clip(rho) A_i], A = (r - p)/sqrt(p(1 - p) + epsilon)",
        shown(clip=clip, epsilon=epsilon, score=score),
        find_rule("mroueh", epsilon=epsilon),
        Surrogate.of(score, "sequence", clip=clip),
    )


def dr_grpo(clip: object = None, length: object = 1, beta: object = 0) -> GroupLoss:
    """Dr. GRPO: −(1/(G·length))Σ_iΣ_t min[ρ_t A_i, clip(ρ_t)A_i] with A = r − m, neither sd nor |o_i| divided by.

    Domain: a clipping radius in (0, 1) or None; length > 0; β >= 0. Source: Liu et al., arXiv:2503.20783.

    >>> dr_grpo(length=8).parameters[1]
    ('length', '8')
    """
    strength = at_least_zero("beta", beta, "it is the strength of a penalty")
    return advantage_loss(
        "dr_grpo",
        "Liu et al., arXiv:2503.20783",
        "-(1/(G*length)) sum_i sum_t min[rho_t A_i, clip(rho_t) A_i], A = r - m",
        shown(clip=clip, length=length, beta=strength),
        find_rule("mean_only"),
        Surrogate.of("token", "constant", clip=clip, length=length),
        beta=strength,
    )


def dapo(
    clip_low: object = "1/5",
    clip_high: object = "7/25",
    epsilon: Any = 0,
    ddof: int = 0,
    dynamic_sampling: bool = True,
) -> GroupLoss:
    """DAPO: −(1/Σ|o_j|)Σ_iΣ_t min[ρ_t A_i, clip(ρ_t)A_i] over mixed groups, the upper radius larger than the lower.

    Domain: radii clip_low in (0, 1), clip_high > 0, or None; A as in GRPO; without `dynamic_sampling` silent groups
    stay. Source: Yu et al., arXiv:2503.14476.

    >>> dapo().parameters[:2]
    (('clip_low', '1/5'), ('clip_high', '7/25'))
    """
    if not isinstance(dynamic_sampling, bool):
        raise ValueError(f"dynamic_sampling = {dynamic_sampling} is no truth value: give True or False")
    return advantage_loss(
        "dapo",
        "Yu et al., arXiv:2503.14476",
        "-(1/sum_j |o_j|) sum_i sum_t min[rho_t A_i, clip(rho_t) A_i], A = (r - m)/(sd + epsilon), mixed groups",
        shown(clip_low=clip_low, clip_high=clip_high, epsilon=epsilon, ddof=ddof, dynamic_sampling=dynamic_sampling),
        find_rule("grpo", epsilon=epsilon, ddof=ddof),
        Surrogate.of("token", "tokens", clip_low=clip_low, clip_high=clip_high),
        redraw=dynamic_sampling,
    )


def gspo(clip_low: object = "3e-4", clip_high: object = "4e-4", epsilon: Any = 0, ddof: int = 0) -> GroupLoss:
    """GSPO: −(1/G)Σ_i min[s_i A_i, clip(s_i)A_i] with s_i = (π_θ(o_i)/π_old(o_i))^(1/|o_i|) and GRPO's advantages.

    Domain: radii clip_low in (0, 1), clip_high > 0, or None. Source: Zheng et al., arXiv:2507.18071.

    >>> gspo(None, None).parameters[0]
    ('clip_low', 'none')
    """
    return advantage_loss(
        "gspo",
        "Zheng et al., arXiv:2507.18071",
        "-(1/G) sum_i min[s_i A_i, clip(s_i) A_i], s_i = (pi(o_i)/pi_old(o_i))^(1/|o_i|), A = (r - m)/(sd + epsilon)",
        shown(clip_low=clip_low, clip_high=clip_high, epsilon=epsilon, ddof=ddof),
        find_rule("grpo", epsilon=epsilon, ddof=ddof),
        Surrogate.of("gspo", "sequence", clip_low=clip_low, clip_high=clip_high),
    )


def gmpo(clip_low: object = "0.33", clip_high: object = "0.49", epsilon: Any = 0, ddof: int = 0) -> GroupLoss:
    """GMPO: −(1/G)Σ_i sign(A_i)·Π_t|min[ρ_t A_i, clip(ρ_t)A_i]|^(1/|o_i|), a geometric mean over the tokens.

    Domain: radii clip_low in (0, 1), clip_high > 0, or None; the source clips to (e^−0.4, e^0.4), for which the
    defaults stand in. Source: Zhao et al., arXiv:2507.20673.

    >>> gmpo().name
    'gmpo'
    """
    return advantage_loss(
        "gmpo",
        "Zhao et al., arXiv:2507.20673",
        "-(1/G) sum_i sign(A_i) prod_t |min[rho_t A_i, clip(rho_t) A_i]|^(1/|o_i|), A = (r - m)/(sd + epsilon)",
        shown(clip_low=clip_low, clip_high=clip_high, epsilon=epsilon, ddof=ddof),
        find_rule("grpo", epsilon=epsilon, ddof=ddof),
        Surrogate.of("gmpo", "sequence", clip_low=clip_low, clip_high=clip_high),
    )


def reinforce(baseline: str = "none", score: str = "log") -> GroupLoss:
    """REINFORCE: −(1/G)Σ_i (r_i − b)·log π_θ(o_i), b = 0 or the mean of the group.

    Domain: baseline "none" or "mean"; score "log", or "sequence" for the ratio π_θ/π_old in place of the logarithm.

    >>> reinforce("mean").parameters
    (('baseline', 'mean'), ('score', 'log'))
    """
    chosen("baseline", baseline, ("none", "mean"))
    rule = parse_rule("r") if baseline == "none" else find_rule("mean_only")
    reward = "r_i" if baseline == "none" else "(r_i - m)"
    return _plain("reinforce", "Williams 1992", reward, rule, score, baseline=baseline)


def rloo(score: str = "log") -> GroupLoss:
    """RLOO: −(1/G)Σ_i (r_i − mean of the other rewards)·log π_θ(o_i).

    Domain: score as in `reinforce`. Source: Ahmadian et al., arXiv:2402.14740.

    >>> rloo().words
    '-(1/G) sum_i (r_i - m) G/(G - 1) log pi(o_i)'
    """
    return _plain("rloo", "Ahmadian et al., arXiv:2402.14740", "(r_i - m) G/(G - 1)", find_rule("rloo"), score)


def maxrl(score: str = "log") -> GroupLoss:
    """MaxRL: −(1/G)Σ_i ((r_i − m)/m)·log π_θ(o_i), 0 in a group without a success.

    Domain: score as in `reinforce`. Source: Tajwar et al., arXiv:2602.02710.

    >>> maxrl().name
    'maxrl'
    """
    return _plain("maxrl", "Tajwar et al., arXiv:2602.02710v1", "(r_i - m)/m", find_rule("maxrl"), score)


def advantage(
    rule: AdvantageRule | str,
    score: str = "log",
    average: str = "constant",
    clip_low: object = None,
    clip_high: object = None,
    length: object = 1,
) -> GroupLoss:
    """−Σ_i S_i(A_i) for any advantage rule A on any surrogate of `SCORES` and `AVERAGES`.

    Domain: a rule or the name of one. Errors: ValueError.

    >>> advantage("percentile").words
    'A = 2*(rank - 1)/(G - 1) - 1 on log pi(o_t), averaged by 1/(G*length)'
    """
    if not isinstance(rule, (AdvantageRule, str)):
        raise ValueError(f"a rule is an AdvantageRule or its name, not a {type(rule).__name__}")
    known = find_rule(rule) if isinstance(rule, str) else rule
    surrogate = Surrogate.of(score, average, clip_low=clip_low, clip_high=clip_high, length=length)
    parameters = shown(
        rule=known.name, score=score, average=average, clip_low=clip_low, clip_high=clip_high, length=length
    )
    return advantage_loss("advantage", "card", surrogate.says(known.formula), parameters, known, surrogate)


def _plain(name: str, source: str, advantage: str, rule: AdvantageRule, score: str, **parameters: Any) -> GroupLoss:
    """−(1/G)Σ_i A_i times the score, without clipping; ``advantage`` is A_i in words."""
    chosen("score", score, ("log", "sequence"))
    words = f"-(1/G) sum_i {advantage} {'log pi(o_i)' if score == 'log' else 'pi(o_i)/pi_old(o_i)'}"
    return advantage_loss(name, source, words, shown(**parameters, score=score), rule, Surrogate.of(score, "constant"))
