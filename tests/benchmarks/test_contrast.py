"""The contrast c_G(p) of grpo as a polynomial, with the rule and so every advantage and every root new to each call."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from sympy.core.cache import clear_cache

from grpo_theory.arithmetic.surds import Surd, SurdPolynomial
from grpo_theory.groups import AdvantageRule, contrast, enumerate_groups
from grpo_theory.groups.named import grpo

Fixture = Callable[..., Any]
BERNSTEIN = "symbolic c_G(p) of grpo, Bernstein form, G = 1024"
EXPAND = "SymPy, expand(Add(...))"


def new_rule() -> tuple[tuple[AdvantageRule], dict[str, Any]]:
    """A rule that no cache has seen: rules are equal only when their implementations are the same object."""
    return (grpo(),), {}


def powers(G: int) -> str:
    return f"symbolic c_G(p) of grpo, powers of p, G = {G}"


def root_sum(G: int) -> SurdPolynomial:
    """Σ_k C(G,k) p^k (1−p)^(G−k) √(k(G−k))/G."""
    return SurdPolynomial.from_bernstein(G, [Surd.sqrt(k * (G - k)) / G for k in range(G + 1)])


def test_contrast_in_bernstein_form(ours: Fixture) -> None:
    benchmark = ours(BERNSTEIN, "contrast of a new rule, every advantage and root formed anew", 2e-3)
    formed = benchmark.pedantic(lambda new: contrast(new, 1024), setup=new_rule, rounds=60, warmup_rounds=3)
    assert formed.bernstein() == root_sum(1024).bernstein()


def test_root_sum_in_bernstein_form(ours: Fixture) -> None:
    benchmark = ours(BERNSTEIN, "the sum from its roots, formed anew", 2e-3)
    formed = benchmark.pedantic(root_sum, args=(1024,), rounds=60, warmup_rounds=3)
    assert formed.bernstein()[512] == Fraction(1, 2)


@pytest.mark.parametrize("G", [64, 256])
def test_contrast_in_powers_of_p(ours: Fixture, G: int) -> None:
    benchmark = ours(powers(G), "contrast of a new rule", 40e-3 if G == 256 else None, {EXPAND: None})

    def job(new: AdvantageRule) -> Any:
        formed = contrast(new, G)
        assert isinstance(formed, SurdPolynomial)
        return formed.monomial()

    parts = benchmark.pedantic(job, setup=new_rule, rounds=20, warmup_rounds=2)
    assert SurdPolynomial.from_monomial(parts)("1/3") == root_sum(G)("1/3")


@pytest.mark.parametrize("G", [64, 256])
def test_expand_of_sympy(peer: Fixture, G: int) -> None:
    benchmark = peer(powers(G), EXPAND)
    size, p = (G if benchmark.enabled else 16), sp.Symbol("p")

    def expanded() -> sp.Expr:
        terms = (
            sp.binomial(size, k) * p**k * (1 - p) ** (size - k) * sp.sqrt(k * (size - k)) / size
            for k in range(size + 1)
        )
        return sp.expand(sp.Add(*terms))

    theirs = benchmark.pedantic(expanded, setup=clear_cache, rounds=3 if G == 64 else 1)
    parts = root_sum(size).monomial()
    assert theirs == sp.Add(
        *(
            sp.Rational(int(q.p), int(q.q)) * sp.sqrt(d) * p**i
            for d, part in parts.items()
            for i, q in enumerate(part.coeffs())
        )
    )


def test_the_contrast_is_the_sum_over_all_vectors() -> None:
    assert contrast(grpo(), 10)("2/7") == enumerate_groups(grpo(), 10, "2/7").contrast
