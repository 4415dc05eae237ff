"""What one system did with one question: the values that a run keeps and everything is made from.

A result holds only what is the same in every repetition of a deterministic run; times and prices,
which are not, are in its ``Cost``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from evaluation.dataset import Example
from rag.answer import Notice, Outcome
from rag.claims import Claim
from rag.replies import Trouble


class Kind(StrEnum):
    """What a run measures."""

    RETRIEVAL = "retrieval"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldTrace:
    """How far the gold text came.

    ``parsed``: it stands in some passage of its document. ``rank``: from 1, that of the first
    passage found that holds it, among the ``searched`` best; None when it is not among them.
    """

    parsed: bool
    rank: int | None
    searched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What a search found: ``units`` (``evaluation.dataset.unit_of``), each once, best first."""

    units: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedClaim:
    """A claim and what the judge of citations said of it.

    ``supported``: by all its citations together; ``needed``: for each citation, whether it
    supports the claim alone, or the others do not without it (ALCE, Gao et al. 2023, section 3.3).
    """

    claim: Claim
    supported: bool
    needed: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a judging model said of an answer: 0..1 each, None where it could not be read.

    ``faithful``: share of claims that the passages support; ``relevant``: whether it answers the
    question; ``correct``: whether it says what a gold answer says.
    """

    faithful: float | None
    relevant: float | None
    correct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a system answered.

    ``prompt`` are the places (``evaluation.dataset.unit_of``) of the passages the answer was made
    from, in their order. ``confidence`` is 0..1, None where the system gives none.
    ``token_logprobs`` are natural logarithms, one per token, empty where the model gives none.
    ``error`` names what kept the question from being asked at all. ``prompt_version`` is the id of
    the words a chat model answered by, None where none did.
    """

    outcome: Outcome
    text: str
    claims: tuple[CitedClaim, ...] = ()
    prompt: tuple[str, ...] = ()
    gold: GoldTrace | None = None
    gold_in_prompt: bool = False
    confidence: float | None = None
    token_logprobs: tuple[float, ...] = ()
    notice: Notice | None = None
    trouble: Trouble | None = None
    opinion: Opinion | None = None
    error: str | None = None
    prompt_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a result took: milliseconds, tokens, and money in the unit of the prices set."""

    total_ms: float
    first_token_ms: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    price: float | None = None


Result = Retrieved | Answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measurement: what was asked of which systems under which settings, and what came.

    ``results[system][i]`` and ``costs[system][i]`` belong to ``examples[i]``. ``settings`` are
    those that differ from the defaults, ``code`` is the digest of the product's source.
    """

    id: str
    kind: Kind
    dataset: str
    dataset_digest: str
    by_page: bool
    synthetic: bool
    seed: int
    settings: dict[str, str]
    code: str
    started_at: datetime
    examples: tuple[Example, ...]
    results: dict[str, tuple[Result, ...]]
    costs: dict[str, tuple[Cost, ...]]

    @property
    def clusters(self) -> tuple[str, ...]:
        """For each example, the cluster it belongs to."""
        return tuple(example.cluster for example in self.examples)
