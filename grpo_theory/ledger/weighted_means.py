"""The expectation of a quotient of two means, R = N/D, against the quotient ν of their expectations: of order 1/G.

With δ = E D, (R−ν)δ² = δ(N−νD) + (δ−D)(N−νD) + (R−ν)(δ−D)²: the first part has mean zero, and the others are bounded by
the variances of D and of N−νD. Where D = 0 the identity asks nothing of R.
"""

import sympy as sp

from grpo_theory.arithmetic.domains import Given, Variable, real
from grpo_theory.ledger.claim import Relation
from grpo_theory.ledger.derivation import Step, chain
from grpo_theory.ledger.fact import Fact
from grpo_theory.ledger.facts import as_product, hypothesis, summed
from grpo_theory.symbols import G, j, n

law = sp.Function("P")(j)


def over_groups(body: sp.Expr) -> sp.Sum:
    """An expectation over the groups j = 1 … n.

    >>> over_groups(sp.Function("R")(j))
    Sum(P(j)*R(j), (j, 1, n))
    """
    return sp.Sum(law * body, (j, 1, n))


def quantities(kind: str) -> tuple[sp.Expr, ...]:
    """R(j), D(j), ν, δ, a bound M on ∣R−ν∣, Var D and Var(N−νD), of one kind of mean.

    >>> quantities("all")[2:5]
    (nu_all, delta_all, M_all)
    """
    positive = [sp.Symbol(f"{name}_{kind}", positive=True) for name in ("delta", "M")]
    spread = [sp.Symbol(f"{name}_{kind}", nonnegative=True) / G for name in ("v", "w")]
    functions = [sp.Function(f"{name}_{kind}")(j) for name in ("R", "D")]
    return (*functions, sp.Symbol(f"nu_{kind}", real=True), *positive, *spread)


def moments(kind: str) -> tuple[Given, ...]:
    """What the sampling of a group gives: means, and variances of means.

    >>> moments("all")[0].rhs
    delta_all
    """
    mean, weight, nu, delta, _, v, w = quantities(kind)
    return (
        Given(over_groups(weight), delta),
        Given(over_groups(mean * weight), nu * delta),
        Given(over_groups((delta - weight) ** 2), v),
        Given(over_groups((mean - nu) ** 2 * weight**2), w),
    )


normalised = Given(over_groups(sp.S(1)), sp.S(1))


def error(kind: str) -> sp.Expr:
    """(Var D + Var(N−νD) + 2M·Var D)/(2δ²).

    >>> sp.limit(error("all"), G, sp.oo)
    0
    """
    _, _, _, delta, most, v, w = quantities(kind)
    return (v + w + 2 * most * v) / (2 * delta**2)


def bounded(kind: str, way: int) -> Fact:
    """±(E R − ν) ≤ (Var D + Var(N−νD) + 2M·Var D)/(2δ²) for the sign ``way``, from the moments of both means.

    >>> from grpo_theory.arithmetic.domains import Domain, natural
    >>> from grpo_theory.ledger.claim import Context
    >>> sampled = (natural(G, 2), natural(n, 1), real(law, 0), *variables("all"))
    >>> whole, part = ((normalised, *moments("all")), (normalised, *moments("all")[:3]))
    >>> [bounded("all", 1).check(Domain(sampled, "", given), Context()) for given in (whole, part)]
    [True, False]
    """
    mean, weight, nu, delta, most, *_ = quantities(kind)
    gap, off = way * (mean - nu), delta - weight
    product_below = as_product(
        off * gap * weight,
        (off**2 + gap**2 * weight**2) / 2,
        ((off - gap * weight, 2), (sp.S(1) / 2, 1)),
        "2ab ≤ a² + b²",
    )
    bound_below = as_product(gap * off**2, most * off**2, ((off, 2), (most - gap, 1)), "∣R−ν∣ ≤ M")
    one, first, second, third, fourth = (hypothesis(given) for given in (normalised, *moments(kind)))
    total = over_groups(mean)
    expanded = over_groups(delta * gap * weight) + over_groups(off * gap * weight) + over_groups(gap * off**2)
    upper = (
        over_groups(delta * gap * weight) + over_groups((off**2 + gap**2 * weight**2) / 2) + over_groups(most * off**2)
    )
    return chain(
        way * (total - nu),
        Step(over_groups(gap), "probabilities add up to one", using=((one, way * nu),)),
        Step(expanded / delta**2, "(R−ν)δ² = δ(N−νD) + (δ−D)(N−νD) + (R−ν)(δ−D)²"),
        Step(
            upper / delta**2,
            "2ab ≤ a² + b² and ∣R−ν∣ ≤ M",
            Relation.AT_MOST,
            using=tuple((summed(fact, law, j, sp.S(1), n), 1 / delta**2) for fact in (product_below, bound_below)),
        ),
        Step(
            error(kind),
            "moments of means of G draws",
            using=(
                (second, way / delta),
                (first, -way * nu / delta),
                (third, (sp.S(1) / 2 + most) / delta**2),
                (fourth, 1 / (2 * delta**2)),
            ),
        ),
    )


def variables(kind: str) -> tuple[Variable, ...]:
    """Their ranges: δ and M positive, variances not negative, ∣R−ν∣ ≤ M, D ≥ 0.

    >>> variables("all")[0].describe()
    'nu_all real'
    """
    mean, weight, nu, delta, most, v, w = quantities(kind)
    spread = tuple(real(G * part, 0, closed="lower") for part in (v, w))
    around = real(mean, nu - most, nu + most, closed="both")
    return (real(nu), real(delta, 0), real(most, 0), *spread, around, real(weight, 0, closed="lower"))
