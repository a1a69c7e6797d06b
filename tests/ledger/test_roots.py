"""√s = x needs both: s = x², and x not negative."""

import pytest
import sympy as sp

from grpo_theory.arithmetic.domains import Domain, real
from grpo_theory.ledger.claim import Context
from grpo_theory.ledger.roots import root_of_square
from grpo_theory.symbols import A, p

INSIDE = Domain((real(p, 0, 1), real(A)))


@pytest.mark.parametrize(
    ("square", "root", "holds"),
    [
        ((1 - p) ** 2, 1 - p, True),
        ((1 - p) ** 2, p - 1, False),
        ((1 - p) ** 2, 1 + p, False),
        (A**2, A, False),
        (3 + 2 * sp.sqrt(2), 1 + sp.sqrt(2), True),
        (3 - 2 * sp.sqrt(2), 1 - sp.sqrt(2), False),
        (3 - 2 * sp.sqrt(2), sp.sqrt(2) - 1, True),
    ],
)
def test_the_root_of_a_square(square: sp.Expr, root: sp.Expr, holds: bool) -> None:
    assert root_of_square(square, root).check(INSIDE, Context()) is holds
