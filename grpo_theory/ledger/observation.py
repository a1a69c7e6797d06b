"""What was seen in numbers without an enclosure: evidence that makes a statement OBSERVED, never more."""

from collections.abc import Callable
from dataclasses import dataclass, field

from grpo_theory.ledger.claim import Context, Finding, Statement


@dataclass(frozen=True)
class Observation:
    """A numerical finding without an enclosure: it can be OBSERVED, never proved.

    ``measure()`` returns whether the statement was seen to hold, where, and in what words.

    >>> Observation(lambda: (True, "1,000 seeds", "mean 0.31")).kind
    'observation'
    """

    measure: Callable[[], tuple[bool, str, str]]
    kind: str = field(default="observation", init=False)

    def check(self, statement: Statement, context: Context) -> Finding:
        """What was seen, as it was seen."""
        seen, scope, detail = self.measure()
        return Finding(self.kind, True if seen else None, scope, detail)
