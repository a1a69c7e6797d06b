"""Random expressions of the ledger's language with exact points, for holding what the kernel claims against values."""

from fractions import Fraction
from typing import Any

import sympy as sp
from hypothesis import strategies as st

from grpo_theory.arithmetic.domains import Domain, natural, real
from grpo_theory.symbols import G, epsilon, j, k, p

DOMAIN = Domain((natural(k, 0), natural(G, k + 1), real(p, 0, 1), real(epsilon, 0, closed="lower")))
NUMBERS = [sp.Integer(n) for n in (-2, -1, 1, 2, 3)] + [sp.Rational(1, 2), sp.Rational(-2, 3)]
LEAVES = [p, 1 - p, 2 * p - 1, epsilon, sp.Integer(1) * k, G - k, G, 1 + k, *NUMBERS]
COUNTS = [k, G, G - k, k + 1, 2 * k]

leaves = st.sampled_from(LEAVES)


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pairs = st.tuples(inner, inner)
    powers = st.tuples(st.sampled_from([p, 1 - p, p / (1 + p), 1 + epsilon]), st.sampled_from(COUNTS))
    choices = st.tuples(st.sampled_from([G, G + 1, G - 1]), st.sampled_from([k, k + 1, k - 1, sp.Integer(2)]))
    sums = st.tuples(inner, st.sampled_from([sp.Integer(0), sp.Integer(1)]), st.sampled_from([k, G, G - 1]))
    return st.one_of(
        pairs.map(lambda ab: ab[0] + ab[1]),
        pairs.map(lambda ab: ab[0] * ab[1]),
        pairs.map(lambda ab: ab[0] - ab[1]),
        pairs.map(lambda ab: ab[0] / ab[1] if ab[1] != 0 else ab[0]),
        inner.map(lambda a: a**2),
        inner.map(sp.Abs),
        inner.map(lambda a: sp.sqrt(a**2)),
        st.sampled_from([p, p * (1 - p), (1 - p) / p, k, k * (G - k), p + epsilon, (2 * p - 1) ** 2]).map(sp.sqrt),
        pairs.map(lambda ab: sp.Min(*ab)),
        pairs.map(lambda ab: sp.Max(*ab)),
        powers.map(lambda be: be[0] ** be[1]),
        choices.map(lambda nk: sp.binomial(*nk)),
        sums.map(lambda flu: sp.Sum((flu[0] * p**j * (j + 1)), (j, flu[1], flu[2]))),
    )


expressions = st.recursive(leaves, _grown, max_leaves=5)

fractions = st.fractions(min_value=Fraction(1, 40), max_value=Fraction(39, 40), max_denominator=40)


@st.composite
def points(draw: st.DrawFn) -> dict[str, Any]:
    """A point of the domain: 0 ≤ k < G, p in (0, 1), epsilon ≥ 0."""
    successes = draw(st.integers(0, 4))
    size = successes + draw(st.integers(1, 4))
    smoothing = draw(st.sampled_from([Fraction(0), Fraction(1, 9), Fraction(3, 2), Fraction(4)]))
    return {"k": successes, "G": size, "p": draw(fractions), "epsilon": smoothing}


def _shifted(body: sp.Expr, ends: sp.Tuple) -> sp.Sum:
    index, lower, upper = ends
    return sp.Sum(body.subs(index, index - 1), (index, lower + 1, upper + 1))


REWRITINGS: list[tuple[str, Any]] = [
    ("expanded", sp.expand),
    ("over one denominator", sp.together),
    ("modulus dropped", lambda e: e.replace(sp.Abs, lambda a: a)),
    ("minimum to its first", lambda e: e.replace(sp.Min, lambda *a: a[0])),
    ("maximum to its last", lambda e: e.replace(sp.Max, lambda *a: a[-1])),
    ("mirrored", lambda e: e.subs(p, 1 - p)),
    ("epsilon gone", lambda e: e.subs(epsilon, 0)),
    ("next group", lambda e: e.subs(G, G + 1)),
    ("binomial turned", lambda e: e.replace(sp.binomial, lambda n, m: sp.binomial(n, m - 1))),
    ("sums from one", lambda e: e.replace(sp.Sum, lambda body, ends: sp.Sum(body, (ends[0], 1, ends[2])))),
    ("sums one longer", lambda e: e.replace(sp.Sum, lambda body, ends: sp.Sum(body, (*ends[:2], ends[2] + 1)))),
    ("sums shifted", lambda e: e.replace(sp.Sum, _shifted)),
    ("one added", lambda e: e + 1),
    ("turned round", lambda e: -e),
    ("roots of squares", lambda e: sp.sqrt(e**2)),
    ("divided and multiplied", lambda e: e * (2 * p - 1) / (2 * p - 1)),
]
