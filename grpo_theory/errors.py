"""Every rejected argument is answered in one line that names it, its value, its domain and what the domain is for."""

import difflib
import operator
import re
from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational
from typing import Final, TypeVar

Kind = TypeVar("Kind")

LARGEST_GROUP: Final = 4096
"""The group size beyond which exact expectations are refused rather than left to run for minutes."""

_LONGEST_TEXT: Final = 400
_LARGEST_EXPONENT: Final = 400
_PLAIN: Final = re.compile(r"[\w.+/-]+")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:/\d+)?|(?:\d+\.\d*|\.\d+|\d+)(?:[eE](?P<exponent>[+-]?\d+))?)", re.ASCII)


def outside(name: str, value: object, domain: str, meaning: str) -> ValueError:
    """A value that is not an element of the domain of its argument, as an error that can be raised.

    Domain: `name` is the argument as the caller wrote it, `domain` a set such as `(0, 1)`, `meaning` what the set is
    needed for. The text is a single line whatever the value prints as, shortened when the value is long.

    >>> outside("p_ref", 1.2, "(0, 1)", "the recurrence needs a reference policy that sometimes succeeds")
    ValueError('p_ref = 1.2 lies outside (0, 1): the recurrence needs a reference policy that sometimes succeeds')
    """
    return ValueError(f"{name} = {shown(value)} lies outside {domain}: {meaning}")


def shown(value: object) -> str:
    """The value as a reader would type it, on one line of at most 60 characters.

    Domain: any object; texts that are no plain word or number are quoted, and an integer too long to print in decimal
    is described by its number of bits.

    >>> shown("a\\nb"), shown(10**5000)
    ("'a b'", 'an integer of 16610 bits')
    """
    if isinstance(value, int) and value.bit_length() > 400:
        return f"an integer of {value.bit_length()} bits"
    try:
        text = str(value)
    except ValueError:  # a fraction whose numerator exceeds Python's limit on printed digits
        text = f"a {type(value).__name__} too long to print"
    text = " ".join(text.split())
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return repr(text) if isinstance(value, str) and not _PLAIN.fullmatch(text) else text


def exact_rational(name: str, value: object) -> Fraction:
    """The rational number that a Fraction, an int, a text or a SymPy rational denotes, without rounding.

    Domain: texts are integers, quotients `3/10` and decimals `0.3`, `1e-4`, of at most 400 characters and with a
    decimal exponent of at most 400. Errors: ValueError for a float (its binary value is rarely the number meant), a
    text that is no such number, a zero denominator, or any other type.

    >>> exact_rational("p", "0.3"), exact_rational("epsilon", "1e-4")
    (Fraction(3, 10), Fraction(1, 10000))
    """
    if isinstance(value, bool):
        raise ValueError(f"{name} = {value} is a truth value: give a Fraction, an int, a str or a sympy rational")
    if isinstance(value, Rational):  # int, Fraction, sympy and numpy integers register here
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, str):
        return _rational_from_text(name, value.strip())
    numerator, denominator = getattr(value, "p", None), getattr(value, "q", None)  # flint.fmpq
    if numerator is not None and denominator is not None and not isinstance(value, float):
        return Fraction(int(numerator), int(denominator))
    if hasattr(value, "__index__"):  # flint.fmpz
        return Fraction(operator.index(value))
    kind = "float" if isinstance(value, float) else type(value).__name__
    raise ValueError(
        f"{name} = {shown(value)} is a {kind}, which an exact function does not take: "
        'give a Fraction, an int, a str or a sympy rational ("0.3" is 3/10)'
    )


def _rational_from_text(name: str, text: str) -> Fraction:
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError(f'{name} = {shown(text)} is no rational number: write it as "3/10", "0.3" or "1e-4"')
    exponent = match["exponent"]
    if exponent is not None and (len(exponent) > 5 or abs(int(exponent)) > _LARGEST_EXPONENT):
        raise outside(
            name,
            text,
            f"numbers with a decimal exponent in [-{_LARGEST_EXPONENT}, {_LARGEST_EXPONENT}]",
            "a larger exponent cannot be computed with exactly",
        )
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise ValueError(
            f"{name} = {shown(text)} divides by zero: a rational number needs another denominator"
        ) from None


def instance(name: str, value: object, kind: type[Kind], how: str) -> Kind:
    """The value itself, which must be an object of the package such as a rule, and not the name of one.

    Domain: `how` says how such an object is made. Errors: ValueError for an object of any other type.

    >>> instance("rule", "grpo", Fraction, 'write rule("grpo")')
    Traceback (most recent call last):
    ...
    ValueError: rule = grpo is of type str, not Fraction: write rule("grpo")
    """
    if isinstance(value, kind):
        return value
    raise ValueError(f"{name} = {shown(value)} is of type {type(value).__name__}, not {kind.__name__}: {how}")


def probability(name: str, value: object, *, open: bool = False) -> Fraction:
    """An exact probability: a rational number in [0, 1], or in (0, 1) when `open`.

    Domain: what `exact_rational` takes. Errors: ValueError outside the interval; `open` leaves out the two ends,
    where every group is silent.

    >>> probability("p", "3/10")
    Fraction(3, 10)
    """
    number = exact_rational(name, value)
    if open and not 0 < number < 1:
        raise outside(name, value, "(0, 1)", "a success must be possible and must not be certain")
    if not 0 <= number <= 1:
        raise outside(name, value, "[0, 1]", "a success probability is needed")
    return number


def group_size(G: object, *, limit: int = LARGEST_GROUP) -> int:
    """The number G of rollouts in a group: an integer with 2 <= G <= limit.

    Domain: anything that is an integer (numpy's included), never a float or a text. Errors: ValueError for another
    type, and outside the interval.

    >>> group_size(8)
    8
    """
    meaning = "a group compares at least two rollouts, and larger groups are not computed exactly"
    if isinstance(G, bool) or not hasattr(G, "__index__"):
        raise outside("G", G, f"the integers 2, ..., {limit}", meaning)
    size = operator.index(G)
    if not 2 <= size <= limit:
        raise outside("G", size, f"the integers 2, ..., {limit}", meaning)
    return size


def nearest(name: str, choices: Iterable[str], what: str) -> ValueError:
    """A name that none of the known ones equals, as an error that suggests the nearest.

    Domain: `what` says what kind of thing is named; the names are compared without regard to case. Where nothing is
    near, up to twelve known names are listed.

    >>> nearest("gpro", ["grpo", "rloo"], "rule")
    ValueError('no rule is called gpro: did you mean grpo?')
    """
    known = sorted(set(choices))
    folded = {choice.casefold(): choice for choice in known}
    close = difflib.get_close_matches(name.casefold()[:80], folded, n=1, cutoff=0.6)
    if close:
        return ValueError(f"no {what} is called {shown(name)}: did you mean {folded[close[0]]}?")
    listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return ValueError(f"no {what} is called {shown(name)}: there are {listed or 'none'}")
