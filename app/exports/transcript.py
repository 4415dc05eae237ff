"""A conversation as plain values, the same for every format it is exported to.

Numbers and quotations are those of the page (``app/passages.py``). Knows no format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.conversations import Turn
from app.i18n import Translator
from app.passages import Sentence, disagreements_of, sentences_of, sources_of
from app.tallied import refusal_in_words, tallied
from app.verdicts import dangling_in_words, verdict_name
from app.wording import made_by, narrowed_to, notice_of
from rag.answer import Outcome
from rag.claims import Verdict
from rag.settings import Settings
from vectorstore.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of an answer: ``gap`` is what parts it from the one before, as on the page.

    ``reserve`` is the verdict on a sentence that its sources do not hold, else empty.
    """

    gap: str
    text: str
    numbers: tuple[int, ...]
    reserve: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A source under an answer; ``number`` is None where the answer does not cite it."""

    number: int | None
    place: str
    headings: tuple[str, ...]
    quote: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """A question and its answer.

    ``asked`` are lines on how the question was searched, ``notes`` lines on how far the answer
    holds and where it comes from, ``differing`` lines on sources that differ. ``cited`` says that
    the references are cited, not only near.
    """

    question: str
    asked: tuple[str, ...]
    sentences: tuple[Said, ...]
    notes: tuple[str, ...]
    differing: tuple[str, ...]
    references: tuple[Reference, ...]
    cited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation, its heading, and when it was exported, in words."""

    title: str
    about: str
    exchanges: tuple[Exchanged, ...]


def transcript_of(
    turns: Sequence[Turn], record: Record, settings: Settings, t: Translator, *, at: datetime
) -> Transcript:
    """The conversation of ``turns`` as it stands at ``at``."""
    return Transcript(
        title=t("export.title"),
        about=t("export.about", moment=f"{at:%Y-%m-%d %H:%M}"),
        exchanges=tuple(exchanged(turn, record, settings, t) for turn in turns),
    )


def exchanged(turn: Turn, record: Record, settings: Settings, t: Translator) -> Exchanged:
    """A question and its answer."""
    answer = turn.answer
    cited = answer.outcome is Outcome.ANSWERED
    asked = [t("ask.standalone.searched", question=answer.standalone)] if answer.standalone else []
    if turn.where:
        asked.append(narrowed_to(t, turn.where))
    notes = [notice_of(settings, t, answer)] if answer.notice else []
    if (vote := tallied(answer, t)) is not None:
        notes.append(vote.headline)
    notes += [dangling_in_words(answer.dangling, t), made_by(settings, t, answer)]
    refusal = Said(gap="", text=refusal_in_words(answer, t), numbers=(), reserve="")
    return Exchanged(
        question=answer.question,
        asked=tuple(asked),
        sentences=tuple(_said(one, t) for one in sentences_of(answer)) if cited else (refusal,),
        notes=tuple(note for note in notes if note),
        differing=tuple(_differing(turn, t)),
        references=_references(turn, record, t),
        cited=cited,
    )


def _said(sentence: Sentence, t: Translator) -> Said:
    check = sentence.check
    held = check is None or check.verdict is Verdict.SUPPORTED
    return Said(
        gap=sentence.gap,
        text=sentence.text,
        numbers=sentence.numbers,
        reserve="" if check is None or held else verdict_name(check, t),
    )


def _references(turn: Turn, record: Record, t: Translator) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            number=source.number,
            place=t("source.separator").join(one for one in (source.document, source.page) if one),
            headings=source.headings,
            quote=source.marked or source.before,
            remark=t("source.missing") if source.missing else "",
        )
        for source in sources_of(turn, record, t)
    )


def _differing(turn: Turn, t: Translator) -> list[str]:
    """One line for each thing that sources give different values for."""
    return [
        t("export.differing", about=one.about)
        + "; ".join(f"{side.value} ({side.place})" for side in one.sides)
        for one in disagreements_of(turn.answer, t)
    ]
