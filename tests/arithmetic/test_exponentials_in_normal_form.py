"""What the normal form knows of exponentials: e^{x/2} is the root of e^x, and e^x > 1 for x > 0; nothing more."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.algebra import equal, sign
from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.arithmetic.signs import Sign
from grpo_theory.symbols import K, beta, o, z

DOMAIN = Domain((real(z), real(beta, 0)))
half = sp.exp(z / 2)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (half**2, sp.exp(z)),
        (half * sp.exp(-z / 2), sp.Integer(1) + 0 * z),
        (sp.exp(sp.Rational(3, 2) * z) / sp.exp(z), half),
        ((half + 1 / half) ** 2, sp.exp(z) + 2 + sp.exp(-z)),
        (sp.exp(z / beta / 2) * sp.exp(z / (2 * beta)), sp.exp(z / beta)),
        (sp.sqrt(sp.exp(z)), half),
    ],
)
def test_true_identities_close(first: sp.Expr, second: sp.Expr) -> None:
    assert equal(first, second, DOMAIN) is True


@pytest.mark.parametrize(
    ("first", "second"),
    [(half, sp.exp(z)), (half, -half), (half**2, sp.exp(z / 4)), (sp.exp(z / 2), sp.exp(-z / 2)), (half, 1 + 0 * z)],
)
def test_false_identities_stay_open(first: sp.Expr, second: sp.Expr) -> None:
    assert equal(first, second, DOMAIN) is None


def test_signs_know_that_it_is_positive_and_no_more() -> None:
    assert sign(half, DOMAIN) is Sign.POSITIVE
    assert sign(half - 1, DOMAIN) is Sign.UNKNOWN
    assert sign(sp.exp(z) - 2 * half + 1, DOMAIN) is Sign.NONNEGATIVE


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (sp.exp(beta) - 1, Sign.POSITIVE),
        (sp.exp(-beta) - 1, Sign.NEGATIVE),
        ((sp.exp(beta) - 1) * (sp.exp(1 / beta) - 1), Sign.POSITIVE),
        (sp.exp(beta) - 2, Sign.UNKNOWN),
        (sp.exp(z) - 1, Sign.UNKNOWN),
        (sp.exp(beta * z) - 1, Sign.UNKNOWN),
        (sp.exp(beta) - sp.exp(1 / beta), Sign.UNKNOWN),
        (sp.exp(beta / 2) - 1, Sign.POSITIVE),
        (sp.exp(beta**2 - beta) - 1, Sign.UNKNOWN),
    ],
)
def test_an_exponential_of_what_is_positive_exceeds_one(expression: sp.Expr, found: Sign) -> None:
    assert sign(expression, DOMAIN) is found


def test_an_exponential_of_what_is_not_negative_is_at_least_one() -> None:
    assert sign(sp.exp(z) - 1, Domain((real(z, 0, closed="lower"),))) is Sign.NONNEGATIVE
    assert sign(sp.exp(z) - 1, Domain((real(z, 0, 1, closed="both"),))) is Sign.NONNEGATIVE
    assert sign(sp.exp(z) - 1, Domain((real(z, None, 0),))) is Sign.NEGATIVE


def test_a_logarithm_of_a_sum_is_one_atom_from_its_first_appearance_on() -> None:
    total = sp.Sum(sp.Function("f")(o), (o, 1, K))
    first, second = sp.log(total) / beta + z * sp.log(total), (1 / beta + z) * sp.log(total)
    assert equal(first, second, DOMAIN) is True
    assert equal(sp.log(total), sp.log(1 + total), DOMAIN) is None
