"""The losses of `two-grpo` written a second time, in floats of mpmath, straight from their definitions."""

import itertools
from collections.abc import Sequence
from typing import Any

import mpmath as mp

from tests.policies.numeric import products

Tokens = list[list[Any]]


def grpo_advantages(rewards: Sequence[int]) -> list[Any]:
    G = len(rewards)
    mean = mp.mpf(sum(rewards)) / G
    deviation = mp.sqrt(mp.fsum((r - mean) ** 2 for r in rewards) / G)
    return [(r - mean) / deviation if deviation else mp.mpf(0) for r in rewards]


def equation_5(theta: Tokens, old: Tokens, rewards: Sequence[int], G: int, clip: float | None) -> Any:
    masses = products(old)
    value = mp.mpf(0)
    for group in itertools.product(range(len(rewards)), repeat=G):
        advantages = grpo_advantages([rewards[o] for o in group])
        inner = mp.mpf(0)
        for o, A in zip(group, advantages, strict=True):
            for new, before in zip(theta[o], old[o], strict=True):
                rho = new / before
                bounded = rho if clip is None else min(max(rho, 1 - mp.mpf(clip)), 1 + mp.mpf(clip))
                inner += min(rho * A, bounded * A) / len(theta[o])
        value += mp.fprod(masses[o] for o in group) * inner / G
    return value


def equation_8(tokens: Tokens, sampling: Tokens, rewards: Sequence[int], G: int) -> Any:
    masses = products(sampling)
    value = mp.mpf(0)
    for group in itertools.product(range(len(rewards)), repeat=G):
        plus, minus = ([mp.fsum(tokens[o]) / len(tokens[o]) for o in group if rewards[o] == r] for r in (1, 0))
        if plus and minus:
            share = mp.mpf(len(plus)) / G
            gap = mp.fsum(plus) / len(plus) - mp.fsum(minus) / len(minus)
            value += mp.fprod(masses[o] for o in group) * mp.sqrt(share * (1 - share)) * gap
    return value


def equation_9(tokens: Tokens, rewards: Sequence[int]) -> Any:
    masses = products(tokens)
    p = mp.fsum(q for q, r in zip(masses, rewards, strict=True) if r)
    means = []
    for r in (1, 0):
        part = mp.fsum(masses[o] * mp.fsum(tokens[o]) / len(tokens[o]) for o in range(len(rewards)) if rewards[o] == r)
        means.append(part / (p if r else 1 - p))
    return mp.sqrt(p * (1 - p)) * (means[0] - means[1])


def equation_4(theta: Tokens, ref: Tokens, beta: int, pairs: Sequence[tuple[Any, int, int]]) -> Any:
    new, before = products(theta), products(ref)
    value = mp.mpf(0)
    for weight, plus, minus in pairs:
        margin = beta * (mp.log(new[plus] / before[plus]) - mp.log(new[minus] / before[minus]))
        value -= weight * mp.log(1 / (1 + mp.exp(-margin)))
    return value
