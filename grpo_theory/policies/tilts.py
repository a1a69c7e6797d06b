"""Tilted finite policies π(o)·e^{g(o)}/Z, geometric means, and divergences, as narrow balls around their values.

Tilts of rational policies leave the rationals, so probabilities here are Arb balls; sums run over outcomes one by one,
by the definitions, and no success probability is taken through a formula in log-odds.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball

BITS = 450
Balls = tuple[flint.arb, ...]


def balls(values: Sequence[Any]) -> Balls:
    """Exact numbers as narrow balls.

    >>> bool((3 * balls(["1/3"])[0]).contains(1))
    True
    """
    with flint.ctx.workprec(BITS):
        return tuple(as_ball(value) for value in values)


def tilted(policy: Sequence[Any], gains: Sequence[Any]) -> Balls:
    """π(o)·e^{g(o)}/Σ_j π(j)·e^{g(j)}, outcome by outcome.

    Domain: non-negative weights π(o) with a positive sum, normalised or not; one gain per outcome.

    >>> first, second = tilted(["1/2", "1/2"], [0, 0])
    >>> bool(first.contains(0.5)), bool(first.rad() < 1e-100)
    (True, True)
    """
    with flint.ctx.workprec(BITS):
        weights = [as_ball(q) * as_ball(g).exp() for q, g in zip(policy, gains, strict=True)]
        whole = sum(weights, flint.arb(0))
        return tuple(weight / whole for weight in weights)


def reward_mean(policy: Sequence[Any], rewards: Sequence[Any]) -> flint.arb:
    """Σ_o π(o)·r(o); for binary rewards the success probability.

    >>> bool(reward_mean(["1/4", "3/4"], [1, 0]).contains(0.25))
    True
    """
    with flint.ctx.workprec(BITS):
        return sum((as_ball(q) * as_ball(r) for q, r in zip(policy, rewards, strict=True)), flint.arb(0))


def smoothed_advantages(policy: Sequence[Any], rewards: Sequence[Any], epsilon: Any) -> Balls:
    """(r(o) − E r)/√(Var r + ε), mean and variance by sums over the outcomes of the policy.

    Domain: Var r + ε > 0. Source: `mroueh-2503`.

    >>> [bool(a.contains(1)) for a in smoothed_advantages(["1/2", "1/2"], [1, 0], 0)]
    [True, False]
    """
    mean = reward_mean(policy, rewards)
    with flint.ctx.workprec(BITS):
        squares = [(as_ball(r) - mean) ** 2 for r in rewards]
        deviation = (reward_mean(policy, squares) + as_ball(epsilon)).sqrt()
        return tuple((as_ball(r) - mean) / deviation for r in rewards)


def geometric_mean(first: Sequence[Any], second: Sequence[Any], alpha: Any) -> Balls:
    """first(o)^α·second(o)^{1−α} over the sum of these powers.

    Domain: positive probabilities.

    >>> bool(geometric_mean(["1/5", "4/5"], ["4/5", "1/5"], "1/2")[0].contains(0.5))
    True
    """
    with flint.ctx.workprec(BITS):
        share = as_ball(alpha)
        logs = [share * as_ball(a).log() + (1 - share) * as_ball(b).log() for a, b in zip(first, second, strict=True)]
        return tilted([1] * len(logs), logs)


def kl_divergence(first: Sequence[Any], second: Sequence[Any]) -> flint.arb:
    """Σ_o first(o)·log(first(o)/second(o)).

    Domain: positive probabilities.

    >>> bool(kl_divergence(["1/2", "1/2"], ["1/3", "2/3"]) > 0)
    True
    """
    with flint.ctx.workprec(BITS):
        pairs = [(as_ball(a), as_ball(b)) for a, b in zip(first, second, strict=True)]
        return sum((a * (a / b).log() for a, b in pairs), flint.arb(0))


def renyi_divergence(first: Sequence[Any], second: Sequence[Any], alpha: Any) -> flint.arb:
    """log(Σ_o first(o)^α·second(o)^{1−α})/(α − 1).

    Domain: positive probabilities, α ≠ 1.

    >>> bool(renyi_divergence(["1/2", "1/2"], ["1/3", "2/3"], "1/2") > 0)
    True
    """
    with flint.ctx.workprec(BITS):
        share = as_ball(alpha)
        pairs = [(as_ball(a), as_ball(b)) for a, b in zip(first, second, strict=True)]
        return sum((a**share * b ** (1 - share) for a, b in pairs), flint.arb(0)).log() / (share - 1)


def conditional(policy: Sequence[Any], rewards: Sequence[Any], reward: int) -> Balls:
    """The policy's distribution given r(o) = reward, over the outcomes of that class.

    Domain: a class of positive probability.

    >>> [bool(x.contains(1)) for x in conditional(["1/4", "3/4"], [1, 0], 1)]
    [True]
    """
    with flint.ctx.workprec(BITS):
        kept = [as_ball(q) for q, r in zip(policy, rewards, strict=True) if r == reward]
        whole = sum(kept, flint.arb(0))
        return tuple(q / whole for q in kept)


def log_odds(probability: Any) -> flint.arb:
    """log(p/(1−p)).

    Domain: 0 < p < 1.

    >>> bool(log_odds("1/2").contains(0))
    True
    """
    with flint.ctx.workprec(BITS):
        value = as_ball(probability)
        return (value / (1 - value)).log()


def anchored_iterates(
    reference: Sequence[Any], rewards: Sequence[Any], *, alpha: Any, beta: Any, epsilon: Any, steps: int
) -> tuple[Balls, ...]:
    """π_0 = π_ref and π_n ∝ π_ref^α·π_{n−1}^{1−α}·e^{A/β} with A standardised (ε inside the root) over π_{n−1}.

    The exact maximisers of E[A] − β(α·KL(·‖π_ref) + (1−α)·KL(·‖π_{n−1})): α = 1 is the penalty to the reference, α = 0
    the mirror step. Domain: positive probabilities, β > 0, ε ≥ 0. Source: `mroueh-2503`.

    >>> first = anchored_iterates(["1/2", "1/2"], [1, 0], alpha=1, beta=1, epsilon=0, steps=1)[1][0]
    >>> bool(first.overlaps(1 / (1 + flint.arb(-2).exp())))
    True
    """
    policies = [balls(reference)]
    for _ in range(steps):
        last = policies[-1]
        mean = geometric_mean(policies[0], last, alpha)
        policies.append(penalised_tilt(mean, last, rewards, beta=beta, epsilon=epsilon))
    return tuple(policies)


def mirror_success(p: Fraction, beta: Any, epsilon: Any) -> flint.arb:
    """The success probability after the mirror step from a policy with p: two successes and two failures, all unequal.

    By the definition, outcome by outcome. Domain: p in (0, 1), β > 0, ε ≥ 0. Source: `mroueh-2503`.

    >>> after = mirror_success(Fraction(1, 2), 2, 0)
    >>> bool(after.overlaps(1 / (1 + flint.arb(-1).exp())))
    True
    """
    policy, rewards = (p / 3, (1 - p) / 4, 2 * p / 3, 3 * (1 - p) / 4), (1, 0, 1, 0)
    return reward_mean(penalised_tilt(policy, policy, rewards, beta=beta, epsilon=epsilon), rewards)


def penalised_tilt(
    anchor: Sequence[Any], sampled: Sequence[Any], rewards: Sequence[Any], *, beta: Any, epsilon: Any
) -> Balls:
    """π ∝ anchor·e^{A/β}, A the rewards standardised (ε inside the root) over the sampled policy.

    Domain: positive probabilities, β > 0, ε ≥ 0. Source: `mroueh-2503`.

    >>> bool(penalised_tilt(["1/2", "1/2"], ["1/2", "1/2"], [1, 1], beta=1, epsilon=1)[0].contains(0.5))
    True
    """
    advantages = smoothed_advantages(sampled, rewards, epsilon)
    with flint.ctx.workprec(BITS):
        return tilted(anchor, [advantage / as_ball(beta) for advantage in advantages])


def mean_only_tilt(
    anchor: Sequence[Any], sampled: Sequence[Any], rewards: Sequence[Any], *, beta: Any, smoothing: Any
) -> Balls:
    """π ∝ anchor·e^{(r − m)/b} with the mean m of the rewards over the sampled policy and b = β·√(m(1−m) + smoothing).

    Domain: positive probabilities, binary rewards, β > 0, smoothing ≥ 0. Source: `mroueh-2503`.

    >>> bool(mean_only_tilt(["1/2", "1/2"], ["1/2", "1/2"], [1, 1], beta=1, smoothing=1)[0].contains(0.5))
    True
    """
    mean = reward_mean(sampled, rewards)
    with flint.ctx.workprec(BITS):
        strength = as_ball(beta) * (mean * (1 - mean) + as_ball(smoothing)).sqrt()
        return tilted(anchor, [(as_ball(r) - mean) / strength for r in rewards])


def penalised_value(policy: Sequence[Any], anchor: Sequence[Any], gains: Sequence[Any], beta: Any) -> flint.arb:
    """E_π A − β·KL(π‖anchor), outcome by outcome; one without mass adds nothing.

    Domain: probabilities π(o) ≥ 0, anchor(o) > 0, one gain A(o) per outcome.

    >>> bool(penalised_value([1, 0], ["1/2", "1/2"], [0, 0], 1).overlaps(-flint.arb(2).log()))
    True
    """
    with flint.ctx.workprec(BITS):
        value = flint.arb(0)
        for chance, base, gain in zip(policy, anchor, gains, strict=True):
            if chance != 0:
                mass = as_ball(chance)
                value += mass * as_ball(gain) - as_ball(beta) * mass * (mass / as_ball(base)).log()
        return value
