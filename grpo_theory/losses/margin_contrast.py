"""One success against its distractors with a margin on its score, differentiated as the loss is written."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import flint

from grpo_theory.arithmetic.balls import as_ball
from grpo_theory.arithmetic.precise import exp, precisely
from grpo_theory.arithmetic.slopes import slope

DISTRACTORS = ((Fraction(-1, 2),), (Fraction(0), Fraction(-3)), (Fraction(-1, 3), Fraction(-2), Fraction(1, 5)))
"""Scores of one, two and three distractors, on both sides of zero."""


@precisely
def success_weight(score: Any, margin: Any, scores: Iterable[Any], inverse_tau: Any) -> flint.arb:
    """−∂L/∂s of L = −log(e^{(s−m)/τ}/(e^{(s−m)/τ} + Σ_j e^{f_j/τ})), by arithmetic on a power series in s.

    Domain: exact scores s and f_j, margin m, 1/τ > 0. Source: `conspo`, reconstruction.

    >>> bool(abs(success_weight(0, 0, [0], 3) - as_ball("3/2")) < 1e-15)
    True
    """
    factor, shift = as_ball(inverse_tau), as_ball(margin)
    others = sum((exp(as_ball(f) * factor) for f in scores), flint.arb(0))

    def negated(s: flint.arb_series) -> flint.arb_series:
        mine = ((s - shift) * factor).exp()
        return (mine / (mine + others)).log()

    return slope(negated, score)


def with_distractors(points: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same points, their ``scores`` also counted as n and numbered from 1 as f(j).

    >>> [(at["n"], at["f"](2)) for at in with_distractors([{"scores": DISTRACTORS[1]}])]
    [(2, Fraction(-3, 1))]
    """
    for at in points:
        scores = at["scores"]
        yield {**at, "n": len(scores), "f": lambda place, scores=scores: scores[place - 1]}
