"""An expression on a cell is a quotient of polynomials in parameters, roots and powers; zero and sign are read off it.

Square roots of distinct irreducible positive polynomials are algebraically independent modulo squares, so after
replacing y² by its radicand a numerator vanishes exactly when all its coefficients do. Signs come from coefficients
(all parameters are non-negative), from factors, from squaring one root away, and from counting real roots.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import sympy as sp

from grpo_theory.arithmetic.branches import Undecided, branch
from grpo_theory.arithmetic.domains import Cell
from grpo_theory.arithmetic.polynomials import expanded, factors, without_square_roots
from grpo_theory.arithmetic.signs import Sign, of_polynomial, opposite, product_sign

_BINDERS = (sp.Sum, sp.Product, sp.Derivative, sp.Integral, sp.Limit, sp.Subs)
"""What binds a symbol: the cell's values are not put inside."""


_LARGEST_POWER = 64


@dataclass
class Generators:
    """The symbols that stand for roots, powers and unknown functions while one expression is put in normal form.

    With ``above_one`` an exponential of what is not negative is written 1 + x, so that coefficients show that it is
    at least one.

    >>> Generators(Cell({}, frozenset(), frozenset())).sign(sp.Integer(-2))
    <Sign.NEGATIVE: '<'>
    """

    cell: Cell
    above_one: bool = False
    roots: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)
    powers: dict[tuple[sp.Expr, sp.Expr], sp.Symbol] = field(default_factory=dict)
    atoms: dict[sp.Expr, sp.Symbol] = field(default_factory=dict)
    divisors: list[sp.Expr] = field(default_factory=list)
    known: dict[sp.Symbol, Sign] = field(default_factory=dict)

    def sign(self, polynomial: sp.Expr) -> Sign:
        """The sign of a polynomial in the generators, as far as it can be settled."""
        return of_polynomial(polynomial, self._symbol_sign, {y: g for g, y in self.roots.items()})

    def _symbol_sign(self, symbol: sp.Symbol) -> Sign:
        if symbol in self.known:
            return self.known[symbol]
        if symbol in self.cell.positive or symbol.is_positive:
            return Sign.POSITIVE
        return Sign.NONNEGATIVE if symbol in self.cell.nonnegative or symbol.is_nonnegative else Sign.UNKNOWN

    def root(self, radicand: sp.Expr, sign: Sign) -> sp.Symbol:
        """The symbol for the square root of an irreducible polynomial that is not negative."""
        if radicand not in self.roots:
            symbol = sp.Dummy(f"root{len(self.roots)}")
            self.roots[radicand] = symbol
            self.known[symbol] = Sign.POSITIVE if sign is Sign.POSITIVE else Sign.NONNEGATIVE
        return self.roots[radicand]

    def power(self, base: sp.Expr, exponent: sp.Expr, sign: Sign) -> sp.Symbol:
        """The symbol for base**exponent, exponent a product of symbols."""
        key = (base, exponent)
        if key not in self.powers:
            symbol = sp.Dummy(f"power{len(self.powers)}")
            self.powers[key] = symbol
            self.known[symbol] = Sign.POSITIVE if sign is Sign.POSITIVE else Sign.NONNEGATIVE
        return self.powers[key]

    def exponential(self, exponent: sp.Expr) -> sp.Expr:
        """e^m, or 1 + (e^m − 1) with a symbol for e^m − 1 where m is not negative and that is asked for."""
        if self.above_one:
            sign = settled_sign(exponent, self)
            if sign in (Sign.POSITIVE, Sign.NONNEGATIVE):
                return 1 + self.power(sp.E - 1, exponent, sign)
        return self.power(sp.E, exponent, Sign.POSITIVE)

    def atom(self, expression: sp.Expr, sign: Sign) -> sp.Symbol:
        """The symbol for anything that is not algebraic here: a function at a point, a logarithm, a sum."""
        if expression not in self.atoms:
            symbol = sp.Dummy(f"atom{len(self.atoms)}")
            self.atoms[expression] = symbol
            self.known[symbol] = sign
        return self.atoms[expression]


def _atom_sign(expression: sp.Expr, generators: Generators) -> Sign:
    """A binomial C(n, k) with 0 ≤ k ≤ n is positive; of others only what SymPy's assumptions say is known."""
    if isinstance(expression, sp.binomial):
        upper, lower = expression.args
        within = (settled_sign(bound, generators) for bound in (lower, upper - lower))
        return Sign.POSITIVE if all(s in (Sign.POSITIVE, Sign.NONNEGATIVE, Sign.ZERO) for s in within) else Sign.UNKNOWN
    if expression.has(*_BINDERS):
        return Sign.UNKNOWN
    # Assumptions speak for the cell's parameters: a symbol may be assumed positive where the domain lets it vanish.
    cell = generators.cell
    positive = {u: sp.Symbol(u.name, positive=True) for u in cell.positive}
    seen = expression.xreplace({atom: value.xreplace(positive) for atom, value in cell.values.items()})
    if seen.is_positive:
        return Sign.POSITIVE
    return Sign.NONNEGATIVE if seen.is_nonnegative else Sign.UNKNOWN


def quotient(expression: sp.Expr, generators: Generators) -> tuple[sp.Expr, sp.Expr]:
    """Numerator and denominator of an expression on a cell, as polynomials in the generators, roots reduced.

    >>> x = sp.Symbol("x", positive=True)
    >>> quotient(x + 1 / x, Generators(Cell({}, frozenset(), frozenset())))
    (x**2 + 1, x)
    """
    numerator, denominator = sp.fraction(sp.together(rational(expression, generators)))
    return reduce_roots(numerator, generators), expanded(denominator)


def reduce_roots(polynomial: sp.Expr, generators: Generators) -> sp.Expr:
    """The polynomial with every y² replaced by its radicand: zero as a function only if it is zero now.

    >>> context = Generators(Cell({}, frozenset(), frozenset()))
    >>> y = context.root(sp.Integer(2), Sign.POSITIVE)
    >>> reduce_roots(y**3 - 2 * y, context)
    0
    """
    return without_square_roots(polynomial, [(y, g) for g, y in reversed(generators.roots.items())])


def rational(expression: sp.Expr, generators: Generators) -> sp.Expr:
    """The expression rewritten with generators, so that only sums, products and integer powers remain.

    >>> rational(sp.Rational(1, 2) + sp.I**2, Generators(Cell({}, frozenset(), frozenset())))
    -1/2
    """
    values = generators.cell.values
    if expression in values and values[expression] != expression:
        return rational(values[expression], generators)
    if expression.is_Rational or isinstance(expression, sp.Symbol):
        return expression
    if isinstance(expression, (sp.Add, sp.Mul)):
        return expression.func(*(rational(a, generators) for a in expression.args))
    if isinstance(expression, sp.exp):
        return _exponential(expression.args[0], generators)
    if isinstance(expression, sp.Pow):
        base, exponent = expression.args
        return _power(base, exponent, generators)
    if isinstance(expression, (sp.Min, sp.Max, sp.Abs, sp.Piecewise)):
        return rational(branch(expression, lambda e: settled_sign(e, generators)), generators)
    return generators.atom(_with_plain_arguments(expression, generators), _atom_sign(expression, generators))


def _with_plain_arguments(expression: sp.Expr, generators: Generators) -> sp.Expr:
    """The atom with its arguments in normal form, so that f(1+k) and f(k+1) are one atom."""
    if isinstance(expression, _BINDERS) or not expression.args:
        return expression
    plain = []
    for argument in expression.args:
        numerator, denominator = quotient(argument, generators)
        if (numerator.free_symbols | denominator.free_symbols) & set(generators.roots.values()):
            return expression.func(*(a.xreplace(dict(generators.cell.values)) for a in expression.args))
        plain.append(sp.expand(sp.cancel(numerator / denominator)))
    # Atoms inside the arguments may have been met here first, so they are named back only now.
    back = {symbol: atom for atom, symbol in generators.atoms.items()}
    return expression.func(*(argument.xreplace(back) for argument in plain))


def _power(base: sp.Expr, exponent: sp.Expr, generators: Generators) -> sp.Expr:
    if exponent.is_Rational and exponent < 0:
        generators.divisors.append(base)
    if exponent.is_Integer:
        return rational(base, generators) ** exponent
    if exponent.is_Rational and exponent.q == 2:
        return _root(base, generators) ** exponent.p
    if exponent.is_Rational:
        raise Undecided(f"{base}**({exponent}) is neither a power nor a square root")
    return _symbolic_power(base, exponent, generators)


def _factors(polynomial: sp.Expr, generators: Generators) -> Iterable[tuple[sp.Expr, int, Sign]]:
    """Irreducible factors with multiplicity, each turned so that it is not negative where that is settled."""
    content, found = factors(polynomial)
    for factor, multiplicity in found:
        sign = generators.sign(factor)
        if sign in (Sign.NEGATIVE, Sign.NONPOSITIVE):
            content, factor, sign = content * (-1) ** multiplicity, sp.expand(-factor), opposite(sign)
        yield factor, multiplicity, sign
    yield content, 1, generators.sign(content)


def _root(base: sp.Expr, generators: Generators) -> sp.Expr:
    """√(n/d) = √(n·d)/d for d > 0, the root split over non-negative irreducible factors."""
    numerator, denominator = quotient(base, generators)
    side = generators.sign(denominator)
    if side is Sign.NEGATIVE:
        numerator, denominator, side = -numerator, -denominator, Sign.POSITIVE
    if side is not Sign.POSITIVE:
        raise Undecided(f"the sign of {denominator} under a root is not settled")
    outside, open_part = sp.Integer(1) / denominator, sp.Integer(1)
    for factor, multiplicity, sign in _factors(sp.expand(numerator * denominator), generators):
        if factor.is_Rational:
            if factor < 0:
                open_part *= factor
                continue
            outside *= _number_root(factor, generators)
            continue
        settled = sign in (Sign.POSITIVE, Sign.NONNEGATIVE)
        if not settled and multiplicity > 1:
            raise Undecided(f"the sign of {factor} under a root is not settled")
        if settled:
            outside *= factor ** (multiplicity // 2)
            outside *= generators.root(factor, sign) ** (multiplicity % 2)
        else:
            open_part *= factor
    return outside if open_part == 1 else outside * generators.root(sp.expand(open_part), Sign.NONNEGATIVE)


def _number_root(number: sp.Rational, generators: Generators) -> sp.Expr:
    root = sp.Integer(1) / number.q
    for prime, multiplicity in sp.factorint(int(number.p * number.q)).items():
        if prime == 0:
            return sp.Integer(0)
        root *= sp.Integer(prime) ** (multiplicity // 2)
        if multiplicity % 2:
            root *= generators.root(sp.Integer(prime), Sign.POSITIVE)
    return root


def _symbolic_power(base: sp.Expr, exponent: sp.Expr, generators: Generators) -> sp.Expr:
    """base**(c + Σ nᵢ·mᵢ) with integers c, nᵢ and symbols mᵢ: a product of powers of the base's factors."""
    numerator, denominator = quotient(base, generators)
    top, bottom = quotient(exponent, generators)
    if not bottom.is_Rational:
        raise Undecided(f"the exponent {exponent} is not a polynomial")
    terms = [term.as_coeff_Mul() for term in sp.Add.make_args(sp.expand(top / bottom))]
    if any(not c.is_Integer for c, _ in terms):
        raise Undecided(f"the exponent {exponent} has a coefficient that is not an integer")
    if numerator == 0 and settled_sign(exponent, generators) is Sign.POSITIVE:
        return sp.Integer(0)
    rising = all(c > 0 for c, _ in terms)
    result = sp.Integer(1)
    for polynomial, way in ((numerator, 1), (denominator, -1)):
        for factor, multiplicity, sign in _factors(polynomial, generators):
            if factor == 1:
                continue
            if sign is not Sign.POSITIVE and not (sign is Sign.NONNEGATIVE and rising and way > 0):
                raise Undecided(f"{factor} to a symbolic power needs a positive base")
            for coefficient, monomial in terms:
                times = int(coefficient) * multiplicity * way
                result *= factor**times if monomial == 1 else generators.power(factor, monomial, sign) ** times
    return result


def _exponential(argument: sp.Expr, generators: Generators) -> sp.Expr:
    """exp(Σ nᵢ·mᵢ/2) as a product of √(exp(mᵢ))**nᵢ, so that exp(x)·exp(−x) is one and exp(x/2)² is exp(x)."""
    numerator, denominator = quotient(argument, generators)
    result = sp.Integer(1)
    for term in sp.Add.make_args(sp.expand(sp.cancel(numerator / denominator))):
        coefficient, monomial = term.as_coeff_Mul()
        if abs(coefficient.p) > _LARGEST_POWER:
            raise Undecided(f"exp({argument}) is a power too large to write out")
        if coefficient.q == 2:
            half = generators.root(generators.exponential(monomial), Sign.POSITIVE)
            result *= half ** int(coefficient.p)
            continue
        whole = int(coefficient) if coefficient.is_Integer else 1
        inside = monomial if coefficient.is_Integer else term
        if inside != 1 or whole:
            result *= generators.exponential(inside) ** whole
    return result


def settled_sign(expression: sp.Expr, generators: Generators) -> Sign:
    """The sign of an expression on a cell, from numerator and denominator.

    >>> x = sp.Symbol("x", positive=True)
    >>> settled_sign(-x / (x + 1), Generators(Cell({}, frozenset(), frozenset())))
    <Sign.NEGATIVE: '<'>
    """
    numerator, denominator = sp.fraction(sp.cancel(sp.together(rational(expression, generators))))
    return product_sign(generators.sign(reduce_roots(numerator, generators)), generators.sign(expanded(denominator)))
