"""Why an answer is as it is, as a reader sees it: what was searched, found, read, and how long.

Gives plain values for ``app/components/why.py`` to draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.considered import Considered, Read
from app.conversations import Turn
from app.i18n import Translator
from app.passages import place_in_words
from app.prompt_again import Unmade, prompt_again
from app.prompt_record import PromptRecord
from app.wording import narrowed_to
from rag.answer import Answer
from vectorstore.record import Record

_STAGES: Final = ("condense", "retrieve", "context", "answer")
_SHOWN_MS: Final = 0.5
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """A row of the table: each value as it is written there."""

    number: str
    place: str
    headings: str
    score: str
    meaning: str
    words: str
    read: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStage:
    """A stage and how long it took; ``share`` (0..1) is that of the whole."""

    name: str
    took: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message of the prompt."""

    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``no_prompt`` says why there is none; ``facts`` are lines on what was asked and spent."""

    facts: tuple[str, ...]
    passages: tuple[ShownPassage, ...]
    prompt: tuple[ShownMessage, ...]
    no_prompt: str
    stages: tuple[ShownStage, ...]


def explanation_of(turn: Turn, record: Record, prompts: PromptRecord, t: Translator) -> Explanation:
    """What is kept of how the answer of ``turn`` came to be."""
    made = prompt_again(turn, record, prompts)
    asked, unmade = ((), made) if isinstance(made, Unmade) else (made, None)
    return Explanation(
        facts=tuple(_facts(turn, t)),
        passages=tuple(_row(place, one, t) for place, one in enumerate(turn.considered, start=1)),
        prompt=tuple(
            ShownMessage(role=t(f"why.role.{one.role}"), text=one.content) for one in asked
        ),
        no_prompt=t(f"why.prompt.{unmade}") if unmade else "",
        stages=tuple(_stages(turn.answer, t)),
    )


def _facts(turn: Turn, t: Translator) -> Iterator[str]:
    answer = turn.answer
    yield t("why.searched", question=answer.standalone or answer.question)
    if narrowed := narrowed_to(t, turn.where):
        yield narrowed
    if not turn.considered:
        yield t("why.not_kept")
    read, written = answer.prompt_tokens, answer.completion_tokens
    if read is not None and written is not None:
        yield t(
            "tally.tokens", total=f"{read + written:,}", read=f"{read:,}", written=f"{written:,}"
        )


def _row(place: int, one: Considered, t: Translator) -> ShownPassage:
    return ShownPassage(
        number=_NOTHING if one.read is Read.BESIDE else str(place),
        place=place_in_words(one.place, t),
        headings=" › ".join(one.place.heading_path),
        score=_NOTHING if one.score is None else f"{one.score:.2f}",
        meaning=_half(one.dense_rank, None if one.cosine is None else f"{one.cosine:.2f}", t),
        words=_half(one.lexical_rank, None if one.words is None else f"{one.words:.0%}", t),
        read=_read(one, t),
        kind=str(one.read),
    )


def _half(rank: int | None, figure: str | None, t: Translator) -> str:
    """The place in a half of the search, and what it is ordered by."""
    if figure is None:
        return _NOTHING if rank is None else t("why.rank", rank=rank)
    if rank is None:
        return t("why.unranked", figure=figure)
    return t("why.ranked", rank=rank, figure=figure)


def _read(one: Considered, t: Translator) -> str:
    said = t(f"why.read.{one.read}")
    return said if one.number is None else t("why.read.number", number=one.number, said=said)


def _stages(answer: Answer, t: Translator) -> Iterator[ShownStage]:
    timings = answer.timings_ms
    total = timings.get("total", 0.0)
    spent = {name: timings[name] for name in _STAGES if timings.get(name, 0.0) >= _SHOWN_MS}
    if total and "answer" not in spent:
        spent["answer"] = max(0.0, total - sum(spent.values()))
    for name, took in spent.items():
        share = min(1.0, took / total) if total else 0.0
        yield ShownStage(name=t(f"why.stage.{name}"), took=_took(took, t), share=share)
    for name in ("first_token", "total"):
        if name in timings:
            stage = t(f"why.stage.{name}")
            yield ShownStage(name=stage, took=_took(timings[name], t), share=0.0)


def _took(milliseconds: float, t: Translator) -> str:
    if milliseconds < 1000:
        return t("why.milliseconds", count=f"{milliseconds:.0f}")
    return t("tally.seconds", seconds=f"{milliseconds / 1000:.1f}")
