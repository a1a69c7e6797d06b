"""A number that carries its exact gradient, so that an objective written once yields its value and its derivative."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from grpo_theory.arithmetic.surds import Surd
from grpo_theory.policies.vectors import Exact, Vector, combination, scaled

Number: TypeAlias = "int | Fraction | Surd | Dual"


@dataclass(frozen=True)
class Dual:
    """A value x with the gradient ∇x, under the rules of sum, product, quotient, power and root.

    Domain: an exact value and an exact gradient; numbers combined must have gradients of one dimension; an int,
    Fraction or Surd is a constant. Errors: ZeroDivisionError for a quotient by 0, ValueError for two dimensions.

    >>> x = Dual(Fraction(3), (Fraction(1),))
    >>> (x * x + 1) / x
    Dual(value=Fraction(10, 3), gradient=(Fraction(8, 9),))
    """

    value: Exact
    gradient: Vector

    def _other(self, number: Number) -> "Dual":
        return number if isinstance(number, Dual) else constant(number, len(self.gradient))

    def _linear(self, value: Exact, own: Exact | int, other: "Dual", factor: Exact | int) -> "Dual":
        one = Fraction(1)
        terms = [(one * own, self.gradient), (one * factor, other.gradient)]
        return Dual(value, combination(terms, len(self.gradient)))

    def __add__(self, number: Number) -> "Dual":
        other = self._other(number)
        return self._linear(self.value + other.value, 1, other, 1)

    def __sub__(self, number: Number) -> "Dual":
        other = self._other(number)
        return self._linear(self.value - other.value, 1, other, -1)

    def __mul__(self, number: Number) -> "Dual":
        other = self._other(number)
        return self._linear(self.value * other.value, other.value, other, self.value)

    def __truediv__(self, number: Number) -> "Dual":
        other = self._other(number)
        quotient = self.value / other.value
        return self._linear(quotient, 1 / other.value, other, -quotient / other.value)

    def __neg__(self) -> "Dual":
        return Dual(-self.value, scaled(Fraction(-1), self.gradient))

    def __pow__(self, exponent: int) -> "Dual":
        slope: Exact = exponent * self.value ** (exponent - 1) if exponent else Fraction(0)
        return Dual(self.value**exponent, scaled(slope, self.gradient))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, number: Number) -> "Dual":
        return -self + number

    def __rtruediv__(self, number: Number) -> "Dual":
        return self._other(number) / self

    def sqrt(self) -> "Dual":
        """The root √x with the gradient ∇x/(2√x).

        Domain: a rational value x > 0. Errors: ValueError otherwise, since the root has no gradient at 0.

        >>> str(Dual(Fraction(1, 2), (Fraction(1),)).sqrt().gradient[0])
        '1/2*sqrt(2)'
        """
        value = self.value.fraction() if isinstance(self.value, Surd) else self.value
        if value <= 0:
            raise ValueError(f"the root of {value} has no gradient: the value must be positive")
        root = Surd.sqrt(value)
        return Dual(root, scaled(1 / (2 * root), self.gradient))


def constant(number: int | Fraction | Surd, dimension: int) -> Dual:
    """A number that does not move: its gradient is 0.

    Domain: an exact number and the dimension of the gradients it will meet.

    >>> constant(2, 1)
    Dual(value=Fraction(2, 1), gradient=(Fraction(0, 1),))
    """
    value = Fraction(number) if isinstance(number, int) else number
    return Dual(value, (Fraction(0),) * dimension)


def dual_total(terms: Iterable[Dual], dimension: int) -> Dual:
    """The sum Σ x_i with its gradient Σ ∇x_i, the constant 0 for none.

    Domain: Duals with gradients of the given dimension.

    >>> dual_total([constant(1, 0), constant(2, 0)], 0).value
    Fraction(3, 1)
    """
    result = constant(0, dimension)
    for term in terms:
        result = result + term
    return result
