"""Binomial coefficients whose arguments differ by integers, written over one of them."""

import sympy as sp


def binomials_over_one(expression: sp.Expr) -> sp.Expr:
    """Binomials whose arguments differ by integers, written over the largest of them with polynomial factors.

    C(N−a, K−b) = K(K−1)…(K−b+1)·(N−K)…(N−K−(a−b)+1) / (N(N−1)…(N−a+1)) · C(N, K) for 0 ≤ b ≤ a holds at every integer
    K, the ends included; going only downwards from (N, K) keeps it so.

    >>> from grpo_theory.symbols import G, k
    >>> binomials_over_one(sp.binomial(G - 1, k - 1) + sp.binomial(G, k))
    binomial(G, k) + k*binomial(G, k)/G
    """
    families: list[list[sp.binomial]] = []
    for found in sorted(expression.atoms(sp.binomial), key=sp.default_sort_key):
        family = next((f for f in families if _related(f[0], found)), None)
        if family is None:
            families.append([found])
        else:
            family.append(found)
    replaced: dict[sp.Expr, sp.Expr] = {}
    for family in families:
        if len(family) > 1:
            replaced |= _over_one(family)
    return expression.xreplace(replaced) if replaced else expression


def _related(first: sp.binomial, second: sp.binomial) -> bool:
    return all(sp.expand(a - b).is_Integer for a, b in zip(first.args, second.args, strict=True))


def _over_one(family: list[sp.binomial]) -> dict[sp.Expr, sp.Expr]:
    lower = max((f.args[1] for f in family), key=lambda e: int(sp.expand(e - family[0].args[1])))
    lift = [sp.expand(f.args[0] + lower - f.args[1]) for f in family]
    upper = max(lift, key=lambda e: int(sp.expand(e - lift[0])))
    base = sp.binomial(upper, lower, evaluate=False)
    replaced: dict[sp.Expr, sp.Expr] = {}
    for f in family:
        a, b = int(sp.expand(upper - f.args[0])), int(sp.expand(lower - f.args[1]))
        falling = _falling(lower, b) * _falling(upper - lower, a - b) / _falling(upper, a)
        replaced[f] = falling * base
    return replaced


def _falling(start: sp.Expr, steps: int) -> sp.Expr:
    return sp.Mul(*(sp.expand(start) - step for step in range(steps)))
