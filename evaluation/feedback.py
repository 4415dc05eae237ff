"""What readers said of answers: thumbs and corrections, kept, and made into questions to measure.

Only what a reader vouched for becomes a gold answer: an answer with a thumb up, or the correction
of one with a thumb down. A thumb down alone says what is wrong, not what is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import JSON, DateTime, Engine, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from evaluation.dataset import Dataset, Example, LibraryCorpus, Place
from evaluation.datasets.corpus import assembled
from evaluation.datasets.library import library_corpus, library_passages
from evaluation.errors import NothingToAsk
from rag.answer import Outcome
from rag.claims import Citation
from rag.language import language_of, normalise
from rag.types import Passage
from vectorstore.database import Base, reading
from vectorstore.record import Record
from vectorstore.schema import now

NAME: Final = "feedback"
"""Of the question set made from it."""


class Verdict(StrEnum):
    """Which way the thumb points."""

    UP = "up"
    DOWN = "down"


class FeedbackRow(Base):
    """A reader's word on one turn; ``cited`` are the places its answer cites."""

    __tablename__ = "feedback"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    turn_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    question: Mapped[str]
    collections: Mapped[list[str]] = mapped_column(JSON)
    model: Mapped[str]
    outcome: Mapped[str]
    answer: Mapped[str]
    cited: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    correction: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPlace:
    """A place an answer cites: ``[start, end)`` in the characters of a page of a version."""

    collection: str
    document: str
    version: str
    page: int
    paginated: bool
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, citation: Citation) -> Self:
        """The place of ``citation``."""
        return cls(
            collection=citation.collection,
            document=citation.document,
            version=citation.version,
            page=citation.page,
            paginated=citation.paginated,
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A reader's word on one turn.

    ``collections`` is where the answer was looked for. ``answer`` is its text, empty when the
    ``outcome`` was that the documents do not say, and where what it cites was purged. ``reason``
    says what was wrong, ``correction`` what would have been right; both may be empty.
    """

    turn_id: str
    question: str
    collections: tuple[str, ...]
    model: str
    outcome: Outcome
    answer: str
    cited: tuple[CitedPlace, ...]
    verdict: Verdict
    reason: str = ""
    correction: str = ""


class Feedback:
    """Keeps votes, one a turn, and makes examples of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def give(self, vote: Vote) -> None:
        """Keep ``vote`` in place of an earlier one on the same turn."""
        values = asdict(vote)
        values["collections"] = list(vote.collections)
        values["cited"] = [asdict(place) for place in vote.cited]
        with Session(self._engine) as session, session.begin():
            session.execute(delete(FeedbackRow).where(FeedbackRow.turn_id == vote.turn_id))
            session.add(FeedbackRow(**values))

    def withdraw(self, turn_id: str) -> None:
        """Forget the vote on this turn, if there is one."""
        with Session(self._engine) as session, session.begin():
            session.execute(delete(FeedbackRow).where(FeedbackRow.turn_id == turn_id))

    def of(self, turn_id: str) -> Vote | None:
        """The vote on this turn."""
        with Session(self._reading) as session:
            row = session.scalar(select(FeedbackRow).where(FeedbackRow.turn_id == turn_id))
            return None if row is None else _vote(row)

    def votes(self) -> tuple[Vote, ...]:
        """All votes, the earliest first."""
        with Session(self._reading) as session:
            rows = session.scalars(select(FeedbackRow).order_by(FeedbackRow.number))
            return tuple(_vote(row) for row in rows)

    def forget(self, is_there: Callable[[CitedPlace], bool]) -> int:
        """Erase answers that cite a place which is there no longer, and the quotes of such places.

        What the reader wrote is kept. Returns how many votes that were.
        """
        changed = 0
        with Session(self._engine) as session, session.begin():
            for row in session.scalars(select(FeedbackRow)):
                cited = _vote(row).cited
                left = tuple(place for place in cited if is_there(place))
                if left != cited:
                    row.answer, row.cited = "", [asdict(place) for place in left]
                    changed += 1
        return changed

    def examples(self) -> tuple[Example, ...]:
        """What readers vouched for, the earliest first; see ``example_of``.

        Of several votes on the same question in the same collections the last one counts.
        """
        return tuple(example for _, example in _vouched(self.votes()))


def example_of(vote: Vote) -> Example | None:
    """What ``vote`` vouches for; None where it only says that something is wrong.

    A thumb up vouches for the answer and the places it cites, or that the documents do not say. A
    correction vouches for its own text alone: the places cited belong to an answer found wrong, and
    no place is known.
    """
    tags = {"source": "thumbs_up", "language": language_of(vote.question)}
    if vote.verdict is Verdict.DOWN:
        if not vote.correction.strip():
            return None
        return Example(
            id=vote.turn_id,
            question=vote.question,
            answers=(vote.correction.strip(),),
            tags=tags | {"source": "correction"},
        )
    if vote.outcome is Outcome.NOT_IN_DOCUMENTS:
        return Example(id=vote.turn_id, question=vote.question, answerable=False, tags=tags)
    if not vote.answer:
        return None
    return Example(
        id=vote.turn_id,
        question=vote.question,
        answers=(vote.answer,),
        gold=_gold(vote.cited),
        evidence=tuple(dict.fromkeys(place.quote for place in vote.cited)),
        tags=tags,
    )


def as_dataset(feedback: Feedback, record: Record) -> Dataset:
    """The votes as a question set over the collections they name that still exist.

    Documents change: a cited place counts where its quote stands in the version searched today. A
    thumb up whose quotes are all gone vouches for nothing any more and is left out. Raises
    NothingToAsk when no example is left.
    """
    votes = feedback.votes()
    present = {one.name for one in record.collections()}
    named = sorted({name for vote in votes for name in vote.collections} & present)
    passages = library_passages(record, named)
    examples = tuple(_today(votes, passages, present))
    if not examples:
        raise NothingToAsk(
            dataset=NAME,
            kind="feedback run",
            detail="no thumb up and no correction is about documents that are still there",
            expected="Vote on answers in the app, or write what would have been right.",
        )
    corpus: LibraryCorpus = library_corpus(named, passages)
    by_page = any(place.page is not None for one in examples for place in one.gold)
    return assembled(name=NAME, examples=examples, corpus=corpus, by_page=by_page)


def _vouched(votes: Iterable[Vote]) -> Iterator[tuple[Vote, Example]]:
    last = {
        (normalise(vote.question).strip(), tuple(sorted(vote.collections))): vote for vote in votes
    }
    for vote in last.values():
        if (example := example_of(vote)) is not None:
            yield vote, example


def _today(
    votes: Sequence[Vote], passages: Sequence[Passage], present: set[str]
) -> Iterator[Example]:
    pages: dict[tuple[str, str], dict[int, str]] = {}
    for passage in passages:
        page = pages.setdefault((passage.collection, passage.document), {})
        before = page.get(passage.chunk.page, "")
        page[passage.chunk.page] = before + _letters(passage.chunk.text)
    for vote, example in _vouched(votes):
        if not present & set(vote.collections):
            continue
        if not vote.cited or vote.verdict is Verdict.DOWN:
            yield example
            continue
        moved = [
            replace(place, page=number)
            for place in vote.cited
            if (number := _page_of(place, pages.get((place.collection, place.document), {})))
        ]
        if moved:
            yield example_of(replace(vote, cited=tuple(moved))) or example


def _page_of(place: CitedPlace, pages: dict[int, str]) -> int | None:
    """The page that holds the quote: the one cited if it does, else the first."""
    quote = _letters(place.quote)
    holding = [number for number, text in sorted(pages.items()) if quote in text]
    return place.page if place.page in holding else next(iter(holding), None)


def _letters(text: str) -> str:
    """``text`` without blanks, which a passage's end may cut."""
    return "".join(normalise(text).split())


def _gold(cited: Iterable[CitedPlace]) -> tuple[Place, ...]:
    places = (
        Place(document=one.document, page=one.page if one.paginated else None) for one in cited
    )
    return tuple(dict.fromkeys(places))


def _vote(row: FeedbackRow) -> Vote:
    return Vote(
        turn_id=row.turn_id,
        question=row.question,
        collections=tuple(row.collections),
        model=row.model,
        outcome=Outcome(row.outcome),
        answer=row.answer,
        cited=tuple(CitedPlace(**place) for place in row.cited),
        verdict=Verdict(row.verdict),
        reason=row.reason,
        correction=row.correction,
    )
