"""The documents whose statements are decided: one frozen Source each, with the version that was read."""

from dataclasses import dataclass
from typing import Final

from grpo_theory.errors import nearest


@dataclass(frozen=True)
class Work:
    """A published work on which claims of a collective source rest, with the names of those claims.

    Domain: `arxiv` holds the identifier, with a version where it matters which, or is empty for a work not on arXiv.

    >>> Work("Ada", "On engines", 1843, "0000.00000v1", ("a-claim",)).url
    'https://arxiv.org/abs/0000.00000v1'
    """

    authors: str
    title: str
    year: int
    arxiv: str
    claims: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where the version that was read stands, as a web address; empty when it is not on arXiv.

        >>> Work("Ada", "On engines", 1843, "", ()).url
        ''
        """
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""


@dataclass(frozen=True)
class Source:
    """A document that states claims: who wrote it, which version was read, and how its statements are cited.

    Domain: `key` is the name used on the command line and for the folders in proofs/ and figures/ (there with
    underscores); `labels` says what a claim's label refers to; `works` lists the publications behind a collective key.

    >>> source("two-grpo").citation
    'Yihong Wu et al., It Takes Two: Your GRPO Is Secretly DPO (2025), arXiv:2510.00977v1'
    """

    key: str
    title: str
    authors: str
    year: int
    labels: str
    arxiv: str = ""
    works: tuple[Work, ...] = ()

    @property
    def folder(self) -> str:
        """The name of the source's folder in proofs/ and figures/.

        >>> source("mroueh-note").folder
        'mroueh_note'
        """
        return self.key.replace("-", "_")

    @property
    def url(self) -> str:
        """Where the version that was read stands, as a web address; empty when it is not on arXiv.

        >>> source("conspo").url
        'https://arxiv.org/abs/2605.12969v1'
        """
        return f"https://arxiv.org/abs/{self.arxiv}" if self.arxiv else ""

    @property
    def citation(self) -> str:
        """The source in one line: authors, title, year and, where there is one, arXiv identifier with version.

        >>> source("card").citation
        'Research card, GRPO as Contrastive Learning: Theoretical Foundations (2026)'
        """
        return f"{self.authors}, {self.title} ({self.year})" + (f", arXiv:{self.arxiv}" if self.arxiv else "")

    def reference(self, claim: str) -> str:
        """The citation of the work that states the named claim: the source itself, unless its works list the claim.

        >>> source("literature").reference("rloo-exact").split(",")[0]
        'Damek Davis and Benjamin Recht'
        """
        for work in self.works:
            if claim in work.claims:
                return f"{work.authors}, {work.title} ({work.year})" + (f", arXiv:{work.arxiv}" if work.arxiv else "")
        return self.citation


_WORKS: Final = (
    Work(
        "Damek Davis and Benjamin Recht",
        "What is the objective of reasoning with reinforcement learning?",
        2025,
        "2510.13651v1",
        ("davis-recht-weight", "grpo-arcsine", "rloo-exact"),
    ),
    Work(
        "Fahim Tajwar et al.",
        "Maximum Likelihood Reinforcement Learning",
        2026,
        "2602.02710v1",
        ("maxrl-truncation", "maxrl-algorithm-order"),
    ),
    Work(
        "Gang Li et al.",
        "DisCO: Reinforcing Large Reasoning Models with Discriminative Constrained Optimization",
        2025,
        "2505.12366v5",
        ("disco-weight",),
    ),
    Work(
        "Christian Walder and Deep Karkhanis",
        "Pass@K Policy Optimization: Solving Harder Reinforcement Learning Problems",
        2025,
        "2505.15201v4",
        ("passk-loo",),
    ),
    Work(
        "Qiying Yu et al.",
        "DAPO: An Open-Source LLM Reinforcement Learning System at Scale",
        2025,
        "2503.14476",
        ("dynamic-sampling-log-odds",),
    ),
    Work(
        "Zhihong Shao et al.",
        "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models",
        2024,
        "2402.03300",
        ("k3-fixed-point",),
    ),
    Work(
        "Yong Yi Bay and Kathleen A. Yearick",
        "GRPO, Dr. GRPO, and DAPO Are Three Operations on One Number: The Group-Standard-Deviation Identity",
        2026,
        "2607.00152v1",
        ("group-deviation-identity", "attenuation"),
    ),
)

SOURCES: Final = (
    Source(
        "mroueh-note",
        "GRPO with Binary Rewards Is an Adaptive Weighted Contrastive Loss",
        "Youssef Mroueh",
        2025,
        "displays of the note of 6 February 2025, of which only (1) is numbered; Figure 1",
    ),
    Source(
        "mroueh-2503",
        "Reinforcement Learning with Verifiable Rewards: GRPO's Effective Loss, Dynamics, and Success Amplification",
        "Youssef Mroueh",
        2025,
        "numbers of the compiled version 4; statements that stand in its TeX only are labelled so",
        arxiv="2503.06639v4",
    ),
    Source(
        "two-grpo",
        "It Takes Two: Your GRPO Is Secretly DPO",
        "Yihong Wu et al.",
        2025,
        "equations, propositions, lemmas, tables and sections of version 1",
        arxiv="2510.00977v1",
    ),
    Source(
        "conspo",
        "Revisiting Reinforcement Learning with Verifiable Rewards from a Contrastive Perspective",
        "Feng Zhang et al.",
        2026,
        "the abstract; what rests on the project's reconstruction of the loss is labelled a reconstruction",
        arxiv="2605.12969v1",
    ),
    Source(
        "card",
        "GRPO as Contrastive Learning: Theoretical Foundations",
        "Research card",
        2026,
        "section headings, lemmas and conjectures of the card",
    ),
    Source(
        "literature",
        "Results on group-relative policy optimisation from the literature",
        "Several authors",
        2026,
        "the work that states the claim or that introduces its object",
        works=_WORKS,
    ),
    Source(
        "grpo-theory",
        "Results of this project",
        "The grpo_theory authors",
        2026,
        "the claim's own name",
    ),
)
"""Every source, in the order in which the ledger prints them."""


def source(key: str) -> Source:
    """The source with the given key.

    Domain: the keys of `SOURCES`, with hyphens or underscores. Errors: ValueError for an unknown key, suggesting the
    nearest.

    >>> source("mroueh_note").title
    'GRPO with Binary Rewards Is an Adaptive Weighted Contrastive Loss'
    """
    by_key = {document.key: document for document in SOURCES}
    found = by_key.get(key.replace("_", "-"))
    if found is None:
        raise nearest(key, by_key, "source")
    return found
