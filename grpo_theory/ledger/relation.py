"""The relations in which the two sides of a statement can stand."""

from enum import Enum


class Relation(Enum):
    """How the two sides of a statement compare.

    >>> Relation.AT_MOST.value
    '≤'
    """

    EQUAL = "="
    UNEQUAL = "≠"
    LESS = "<"
    AT_MOST = "≤"
    GREATER = ">"
    AT_LEAST = "≥"
