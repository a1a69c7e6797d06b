"""The independent road for gradients: the same objectives in 60-digit floats, by difference quotients."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp

from grpo_theory.policies.autoregressive import AutoregressivePolicy
from grpo_theory.policies.finite import SoftmaxPolicy

Policy = SoftmaxPolicy | AutoregressivePolicy
STEP = mp.mpf(10) ** -20
DIGITS = 60


def real(x: Any) -> Any:
    """A Fraction or a Surd as a 60-digit float, from its terms."""
    with mp.workdps(DIGITS):
        if hasattr(x, "terms"):
            return mp.fsum(mp.mpf(q.numerator) / q.denominator * mp.sqrt(d) for d, q in x.terms.items())
        return mp.mpf(x.numerator) / x.denominator


def tokens_at(policy: Policy, shift: Sequence[Any]) -> list[list[Any]]:
    """The token probabilities of every outcome when the logits log π are shifted."""
    if isinstance(policy, SoftmaxPolicy):
        return [[q] for q in _softmax(policy.probabilities, shift)]
    width = policy.vocabulary
    rows = {
        prefix: _softmax(table, shift[i * width : (i + 1) * width])
        for i, (prefix, table) in enumerate(zip(policy.prefixes, policy.tables, strict=True))
    }
    return [[rows[sequence[:t]][token] for t, token in enumerate(sequence)] for sequence in policy.sequences]


def _softmax(probabilities: Sequence[Any], shift: Sequence[Any]) -> list[Any]:
    weights = [mp.exp(mp.log(real(q)) + z) for q, z in zip(probabilities, shift, strict=True)]
    return [weight / mp.fsum(weights) for weight in weights]


def products(tokens: list[list[Any]]) -> list[Any]:
    """π(o) of every outcome from its token probabilities."""
    return [mp.fprod(row) for row in tokens]


def gradient(policy: Policy, f: Callable[[list[list[Any]]], Any]) -> list[Any]:
    """The central difference quotient of f(token probabilities) in every logit."""
    with mp.workdps(DIGITS):
        result = []
        for i in range(policy.dimension):
            ends = []
            for sign in (1, -1):
                shift = [sign * STEP if j == i else mp.mpf(0) for j in range(policy.dimension)]
                ends.append(f(tokens_at(policy, shift)))
            result.append((ends[0] - ends[1]) / (2 * STEP))
        return result


def agree(exact: Sequence[Any], numeric: Sequence[Any]) -> bool:
    """Two vectors that differ by less than 1e-25 in every coordinate."""
    return len(exact) == len(numeric) and all(
        abs(real(a) - b) < mp.mpf(10) ** -25 for a, b in zip(exact, numeric, strict=True)
    )
