"""The weight w_G of a count rule as nodes that enclose themselves, in place of a long sum of powers of p."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from grpo_theory import symbols
from grpo_theory.arithmetic.control_points import bernstein_node
from grpo_theory.arithmetic.surds import Surd


def compact_weight(coefficients: Sequence[Any], mixed_only: bool = False) -> sp.Expr:
    """Σ_s C(n,s) p^s (1−p)^(n−s) c_s by Bernstein nodes, over P(mixed) at G = n + 1 if ``mixed_only``.

    Domain: c_s surds, integers, or closed forms; one that is no surd stands beside a node of its own.

    >>> compact_weight((Surd.of(1), Surd.sqrt(3))), compact_weight((Surd.of(1), Surd.of(1)))
    (bernstein(p, 0, 1; sqrt(3)), 1)
    >>> compact_weight((Surd.of(1), Surd.of(1)), mixed_only=True)
    1/(2*p*(1 - p))
    """
    p, size = symbols.p, len(coefficients)
    surds = [c if isinstance(c, Surd) else Surd.of(c) if isinstance(c, int) else None for c in coefficients]
    above = bernstein_node([c or Surd.of(0) for c in surds], p)
    for place, (c, surd) in enumerate(zip(coefficients, surds, strict=True)):
        if surd is None:
            unit = [Surd.of(int(s == place)) for s in range(size)]
            above += c.expression * bernstein_node(unit, p)
    if not mixed_only:
        return above
    # 1 − p^G − (1−p)^G = p(1−p)·Σ_k C(G−2,k−1) p^(k−1) (1−p)^(G−1−k)·G(G−1)/(k(G−k))
    below = [Surd.of(Fraction(size * (size - 1), k * (size - k))) for k in range(1, size)]
    return above / (p * (1 - p) * bernstein_node(below, p))
