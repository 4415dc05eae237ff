"""A question, and an answer as far as it is known: the chain's ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from rag.claims import Citation, Claim, Conflict
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.replies import Trouble
from rag.tally import Tally
from rag.types import Hit, Passage


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    NOT_IN_DOCUMENTS = "not_in_documents"


class Notice(StrEnum):
    """What a reader is told about how an answer came to be; ``app/i18n`` says each in words."""

    MODEL_FAILED = "model_failed"
    REPLY_CUT = "reply_cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, the ``history`` it may hang on (newest last), and where to look.

    ``added`` are the content words of a follow-up that was made to stand by itself which nothing
    asked before it has.
    """

    text: str
    collections: tuple[str, ...]
    top_k: int = 8
    where: Filter = EVERYTHING
    history: tuple[Exchange, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as far as it is known; a later one replaces an earlier one.

    ``outcome`` is None while the model still speaks: then ``text`` is the reply so far and
    ``claims`` is empty. ``question`` is in the person's own words; ``standalone`` is what was
    searched in their place, None for themselves.

    How it came to be: ``strategy`` is the name of the way (``rag/strategies``), empty for the
    documents' own sentences; ``tally`` is how its samples voted, None where only one was asked.
    ``notice`` tells the reader what went wrong, ``trouble`` why; ``instead_of`` is the model that
    failed where another answered in its place. ``context`` are the passages, or what was left of
    them, that a chat model read; empty where none did. ``prompt_version`` is the id of the words
    that it answered by (``rag.prompt_version``). ``reasoning`` is what it thought before it spoke,
    no part of the answer.

    How far it holds: each claim has its check; ``dangling`` counts markers that named no passage
    and were taken out; ``conflicts`` are values on which the sources differ. ``confidence``
    (0..1, larger is surer) is the chance that the answer is right, where ``calibrated`` says that
    it was fitted on answers made like this one; else it is evidence without a scale.

    What it cost: milliseconds per stage in ``timings_ms``; ``prompt_tokens`` and
    ``completion_tokens`` as a chat model counted them, over all samples, also where its reply was
    not used; None where it did not say or none was asked. ``token_logprobs`` are those of the reply
    (see ``Reply``).
    """

    question: str
    model: str
    text: str = ""
    outcome: Outcome | None = None
    claims: tuple[Claim, ...] = ()
    hits: tuple[Hit, ...] = ()
    context: tuple[Passage, ...] = ()
    notice: Notice | None = None
    trouble: Trouble | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    token_logprobs: tuple[float, ...] = ()
    confidence: float | None = None
    standalone: str | None = None
    prompt_version: str | None = None
    instead_of: str | None = None
    reasoning: str = ""
    strategy: str = ""
    tally: Tally | None = None
    dangling: int = 0
    conflicts: tuple[Conflict, ...] = ()
    calibrated: bool = False

    def __add__(self, later: Answer) -> Answer:
        """LangChain folds a stream with ``+``: the fold of growing answers is the last one."""
        return later

    def passages(self) -> tuple[Passage, ...]:
        """What the answer was made from: ``context``, or the hits where no chat model answered."""
        return self.context or tuple(hit.passage for hit in self.hits)

    def citations(self) -> tuple[Citation, ...]:
        """Every distinct citation in order of first use; its place in it, from 1, is its number."""
        return tuple(dict.fromkeys(c for claim in self.claims for c in claim.citations))
