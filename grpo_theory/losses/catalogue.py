"""Losses by name."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from grpo_theory.errors import nearest
from grpo_theory.losses import class_contrasts, cross_entropy, rule_losses
from grpo_theory.losses.group_loss import GroupLoss

LOSSES: Final[Mapping[str, Callable[..., GroupLoss]]] = {
    "grpo": rule_losses.grpo,
    "grpo_population": rule_losses.grpo_population,
    "dr_grpo": rule_losses.dr_grpo,
    "dapo": rule_losses.dapo,
    "gspo": rule_losses.gspo,
    "gmpo": rule_losses.gmpo,
    "reinforce": rule_losses.reinforce,
    "rloo": rule_losses.rloo,
    "maxrl": rule_losses.maxrl,
    "advantage": rule_losses.advantage,
    "dpo": class_contrasts.dpo,
    "disco": class_contrasts.disco,
    "infonce": cross_entropy.infonce,
    "nt_xent": cross_entropy.nt_xent,
    "ec_rlvr": cross_entropy.ec_rlvr,
    "conspo": cross_entropy.conspo,
}
"""Name -> the function that builds the loss from its parameters."""


def loss_names() -> tuple[str, ...]:
    """The names of all losses, in the order of the catalogue.

    >>> loss_names()[:3]
    ('grpo', 'grpo_population', 'dr_grpo')
    """
    return tuple(LOSSES)


def loss(name: str, **parameters: Any) -> GroupLoss:
    """The loss with this name, e.g. ec_rlvr is −log(Σ_{r_i = 1} π(o_i)^{1/τ}/Σ_j π(o_j)^{1/τ}).

    Domain: a name in `loss_names()`, with hyphens or underscores; the parameters of its builder as exact numbers.
    Errors: ValueError for an unknown name (with the nearest one) or an unknown, missing or impossible parameter.

    >>> loss("ec-rlvr", tau="1/2").name
    'ec_rlvr'
    >>> loss("dpo", tau=1)
    Traceback (most recent call last):
    ...
    ValueError: loss dpo has no parameter tau: it takes beta
    """
    if not isinstance(name, str):
        raise ValueError(f"a loss is named by text, not by {type(name).__name__}")
    key = name.strip().replace("-", "_")
    if key not in LOSSES:
        raise nearest(name, LOSSES, "loss")
    known = inspect.signature(LOSSES[key]).parameters
    for given in parameters:
        if given not in known:
            raise ValueError(f"loss {key} has no parameter {given}: it takes {', '.join(known)}")
    for parameter, about in known.items():
        if about.default is inspect.Parameter.empty and parameter not in parameters:
            raise ValueError(f"loss {key} needs the parameter {parameter}")
    return LOSSES[key](**parameters)
