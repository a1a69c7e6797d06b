"""The five proximal recurrences as pairs (pull, gain): z′ = (1−pull)·z + pull·z_ref + gain·Ω(p)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from grpo_theory.errors import nearest


@dataclass(frozen=True)
class Kind:
    """A recurrence by its pull and gain as functions of (β, η, α), and the parameters that it takes beside β.

    `strength` is pull/gain: fixed points solve z = z_ref + Ω(z)/strength. The functions work on any numbers.

    >>> KINDS["proximal"].strength(3, 2, None)
    3
    """

    name: str
    takes: tuple[str, ...]
    pull: Callable[[Any, Any, Any], Any]
    gain: Callable[[Any, Any, Any], Any]
    strength: Callable[[Any, Any, Any], Any]
    multiplier: Callable[[Any, Any, Any, Any], Any]


def _reciprocal(x: Any) -> Any:
    return x**-1


# The multiplier (1 − pull) + gain·dΩ/dz is written so that β and η occur as rarely as possible: intervals stay tight.
KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            "reference",
            (),
            lambda beta, eta, alpha: 1,
            lambda beta, eta, alpha: _reciprocal(beta),
            lambda beta, eta, alpha: beta,
            lambda beta, eta, alpha, slope: slope / beta,
        ),
        Kind(
            "mirror",
            (),
            lambda beta, eta, alpha: 0,
            lambda beta, eta, alpha: _reciprocal(beta),
            lambda beta, eta, alpha: 0,
            lambda beta, eta, alpha, slope: 1 + slope / beta,
        ),
        Kind(
            "two-kl",
            ("alpha",),
            lambda beta, eta, alpha: alpha,
            lambda beta, eta, alpha: _reciprocal(beta),
            lambda beta, eta, alpha: alpha * beta,
            lambda beta, eta, alpha, slope: (1 - alpha) + slope / beta,
        ),
        Kind(
            "proximal",
            ("eta",),
            lambda beta, eta, alpha: eta * beta / (1 + eta * beta),
            lambda beta, eta, alpha: eta / (1 + eta * beta),
            lambda beta, eta, alpha: beta,
            lambda beta, eta, alpha, slope: 1 + (slope - beta) / (beta + _reciprocal(eta)),
        ),
        Kind(
            "explicit",
            ("eta",),
            lambda beta, eta, alpha: eta * beta,
            lambda beta, eta, alpha: eta,
            lambda beta, eta, alpha: beta,
            lambda beta, eta, alpha, slope: 1 + eta * (slope - beta),
        ),
    )
}
"""Name -> the recurrence. The vanilla softmax gradient is no member: its gain depends on p."""

SOFTMAX: Final = "softmax"


def kind_of(name: object) -> Kind:
    """The kind with this name, with hyphens or underscores.

    Errors: ValueError with the nearest name.

    >>> kind_of("two_kl").takes
    ('alpha',)
    """
    key = str(name).strip().lower().replace("_", "-")
    if key not in KINDS:
        raise nearest(str(name), [*KINDS, SOFTMAX], "recurrence")
    return KINDS[key]


def check_parameters(kind: str, takes: tuple[str, ...], **given: object) -> None:
    """Raise ValueError where a parameter is given that the recurrence does not have.

    >>> check_parameters("reference", (), eta=None)
    """
    for name, value in given.items():
        if value is not None and name not in takes:
            raise ValueError(f"recurrence {kind} has no parameter {name}: it takes {', '.join(('beta', *takes))}")
