"""Autoregressive policies over a small vocabulary: every prefix has its own logits and an exact table of tokens."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from grpo_theory.errors import exact_rational, outside
from grpo_theory.policies.finite import LARGEST_POLICY, checked_distribution, exact_numbers
from grpo_theory.policies.vectors import RationalVector, combination, scaled

Tokens: TypeAlias = tuple[int, ...]
"""The tokens of one response, or of a prefix of it."""


@dataclass(frozen=True)
class AutoregressivePolicy:
    """π(o) = Π_t π(o_t | o_<t) over token sequences of length at most T, softmax logits z_{prefix, token} independent.

    Domain: `prefixes` holds every prefix after which a token is drawn, shortest first, then in lexicographic order;
    `tables` the token probabilities after each; `rewards` one number per sequence, in the order of `.sequences`.
    A sequence ends at the token `stop` (which counts in its length) or at length T. The coordinates of a gradient are
    the logits, prefix by prefix, token by token. Errors: ValueError. Easier to write: `AutoregressivePolicy.of`.

    >>> policy = AutoregressivePolicy.of({(): "1/3 2/3", (1,): "1/4 3/4"}, "1 0 1", length=2, stop=0)
    >>> policy.sequences, policy.probabilities
    (((0,), (1, 0), (1, 1)), (Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)))
    """

    prefixes: tuple[Tokens, ...]
    tables: tuple[tuple[Fraction, ...], ...]
    rewards: tuple[Fraction, ...]
    length_limit: int
    stop: int | None = None

    def __post_init__(self) -> None:
        tables = tuple(checked_distribution("token probabilities", table) for table in self.tables)
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "rewards", tuple(exact_rational("reward", reward) for reward in self.rewards))
        if len({len(table) for table in tables}) != 1 or len(tables) != len(self.prefixes):
            raise ValueError("every prefix needs one table, and all tables are over one vocabulary")
        inner, ended = _tree(len(tables[0]), self.length_limit, self.stop)
        if self.prefixes != inner:
            raise ValueError(f"prefixes = {self.prefixes} are not the prefixes {inner} of sequences of this length")
        if len(self.rewards) != len(ended):
            raise ValueError(f"{len(self.rewards)} rewards for {len(ended)} sequences: every sequence needs one reward")

    @classmethod
    def of(
        cls,
        tables: Mapping[Tokens, str | Iterable[object]],
        rewards: str | Iterable[object],
        *,
        length: int,
        stop: int | None = None,
    ) -> "AutoregressivePolicy":
        """The policy whose tables are given per prefix, as texts of numbers or as numbers.

        Domain: one table per prefix; rewards in the order of `.sequences`, which is lexicographic. Errors: ValueError.

        >>> AutoregressivePolicy.of({(): "1/3 2/3"}, "1 0", length=1).token_probabilities(1)
        (Fraction(2, 3),)
        """
        prefixes = tuple(sorted(tables, key=lambda prefix: (len(prefix), prefix)))
        rows = tuple(exact_numbers("token probability", tables[prefix]) for prefix in prefixes)
        return cls(prefixes, rows, exact_numbers("reward", rewards), length, stop)

    @cached_property
    def sequences(self) -> tuple[Tokens, ...]:
        """All sequences o, in lexicographic order; outcome number o is `sequences[o]`."""
        return _tree(self.vocabulary, self.length_limit, self.stop)[1]

    @property
    def vocabulary(self) -> int:
        """The number of tokens."""
        return len(self.tables[0])

    @property
    def dimension(self) -> int:
        """The number of logits: one per prefix and token."""
        return len(self.prefixes) * self.vocabulary

    @cached_property
    def probabilities(self) -> tuple[Fraction, ...]:
        """π(o) = Π_t π(o_t | o_<t) of every sequence."""
        return tuple(self._product(o) for o in range(len(self.sequences)))

    def _product(self, o: int) -> Fraction:
        mass = Fraction(1)
        for probability in self.token_probabilities(o):
            mass *= probability
        return mass

    def token_probabilities(self, o: int) -> tuple[Fraction, ...]:
        """π(o_t | o_<t) for t = 1, ..., |o|."""
        return tuple(self._table(prefix)[token] for prefix, token in _steps(self.sequences[o]))

    def token_scores(self, o: int) -> tuple[RationalVector, ...]:
        """∇log π(o_t | o_<t) for t = 1, ..., |o|: e_token − π(· | prefix) in the block of the prefix, 0 elsewhere."""
        return tuple(self._token_score(prefix, token) for prefix, token in _steps(self.sequences[o]))

    def token_gradients(self, o: int) -> tuple[RationalVector, ...]:
        """∇π(o_t | o_<t) for t = 1, ..., |o|."""
        pairs = zip(self.token_probabilities(o), self.token_scores(o), strict=True)
        return tuple(scaled(probability, score) for probability, score in pairs)

    def score(self, o: int) -> RationalVector:
        """s(o) = ∇log π(o) = Σ_t ∇log π(o_t | o_<t)."""
        return combination([(Fraction(1), score) for score in self.token_scores(o)], self.dimension)

    def gradient_of_probability(self, o: int) -> RationalVector:
        """∇π(o) = π(o)·s(o)."""
        return scaled(self.probabilities[o], self.score(o))

    def _table(self, prefix: Tokens) -> tuple[Fraction, ...]:
        return self.tables[self.prefixes.index(prefix)]

    def _token_score(self, prefix: Tokens, token: int) -> RationalVector:
        start = self.prefixes.index(prefix) * self.vocabulary
        entries = [Fraction(0)] * self.dimension
        for other, probability in enumerate(self._table(prefix)):
            entries[start + other] = Fraction(other == token) - probability
        return tuple(entries)


def _steps(sequence: Tokens) -> Iterator[tuple[Tokens, int]]:
    for t, token in enumerate(sequence):
        yield sequence[:t], token


def _tree(vocabulary: int, length: int, stop: int | None) -> tuple[tuple[Tokens, ...], tuple[Tokens, ...]]:
    """The prefixes after which a token is drawn, shortest first, and the finished sequences in lexicographic order."""
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= 6:
        raise outside("length", length, "the integers 1, ..., 6", "longer sequences are too many for literal sums")
    if stop is not None and stop not in range(vocabulary):
        raise outside("stop", stop, f"the tokens 0, ..., {vocabulary - 1}", "it is the token that ends a sequence")
    inner: list[Tokens] = [()]
    ended: list[Tokens] = []
    for prefix in inner:  # grows while it is walked: breadth first
        for token in range(vocabulary):
            sequence = (*prefix, token)
            (ended if token == stop or len(sequence) == length else inner).append(sequence)
        if len(ended) > LARGEST_POLICY:
            raise ValueError(f"more than {LARGEST_POLICY} sequences: choose a smaller vocabulary or length")
    return tuple(inner), tuple(sorted(ended))
