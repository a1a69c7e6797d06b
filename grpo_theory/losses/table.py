"""Every shipped loss, under each of its conventions, beside the general contrastive form."""

from typing import Any, Final

from grpo_theory.losses.catalogue import loss
from grpo_theory.losses.form import ContrastiveForm, contrastive_form

CONVENTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("grpo", {}),
    ("grpo", {"clip": "1/5"}),
    ("grpo", {"beta": "1/10"}),
    ("grpo_population", {}),
    ("grpo_population", {"clip": "1/5"}),
    ("dr_grpo", {}),
    ("dr_grpo", {"clip": "1/5"}),
    ("dapo", {}),
    ("dapo", {"dynamic_sampling": False}),
    ("gspo", {}),
    ("gmpo", {}),
    ("reinforce", {}),
    ("reinforce", {"baseline": "mean"}),
    ("reinforce", {"score": "sequence"}),
    ("rloo", {}),
    ("rloo", {"score": "sequence"}),
    ("maxrl", {}),
    ("advantage", {"rule": "percentile"}),
    ("advantage", {"rule": "softmax"}),
    ("advantage", {"rule": "softmax_uncentred"}),
    ("dpo", {}),
    ("disco", {}),
    ("disco", {"length_normalised": False}),
    ("disco", {"score": "ratio"}),
    ("infonce", {"tau": "1/2"}),
    ("nt_xent", {}),
    ("ec_rlvr", {"tau": "1/2"}),
    ("ec_rlvr", {"tau": "1/2", "all_wrong": "zero"}),
    ("ec_rlvr", {"tau": "1/2", "all_wrong": "skip"}),
    ("ec_rlvr", {"tau": "1/2", "all_wrong": "smooth", "delta": "1/10"}),
    ("ec_rlvr", {"tau": 3, "all_wrong": "zero"}),
    ("conspo", {"tau": "1/2"}),
    ("conspo", {"tau": "1/2", "M": "1/50"}),
    ("conspo", {"tau": 2, "multiply_by_tau": True}),
    ("conspo", {"tau": "1/2", "other_successes": True}),
    ("conspo", {"tau": "1/2", "length_normalised": False}),
)
"""The losses of the catalogue with the parameters that change what they are; temperatures keep powers rational."""


def contrastive_table(largest: int = 3) -> tuple[ContrastiveForm, ...]:
    """Where each shipped loss stands to the general contrastive form, on-policy and then off-policy.

    Domain: groups of at most `largest` rollouts over the pairs of `example_pairs`. Nothing is written down beforehand:
    every entry is enumerated.

    >>> [form.loss.name for form in contrastive_table(2) if form.member is False and not form.off_policy]
    ['grpo', 'advantage', 'conspo']
    """
    return tuple(
        contrastive_form(loss(name, **parameters), largest=largest, off_policy=off_policy)
        for off_policy in (False, True)
        for name, parameters in CONVENTIONS
    )
