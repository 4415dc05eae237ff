"""Conversations as they are kept: each question with its answer, its citations as objects.

The documents' text is not copied: a turn keeps where its passages stand (``Place``), and
``app/passages.py`` reads them from the record. Knows no page and no model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import JSON, DateTime, Engine, ForeignKey, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.considered import (
    Considered,
    considered_from_json,
    considered_of,
    considered_to_json,
)
from app.place import Place, place_from_json
from app.stored_answer import answer_from_json, answer_to_json, as_kept
from rag.answer import Answer, Outcome
from rag.filter import EVERYTHING, Filter
from vectorstore.database import Base, reading
from vectorstore.schema import now

NEAREST: Final = 3
"""How many passages are kept for a question that the documents do not answer."""


_BESIDE: Final = "beside"

LOCAL_USER: Final = "local"
"""Whom everything belongs to where nobody signs in."""


class ConversationRow(Base):
    """A conversation; its id stands in the address of the page.

    ``title`` is None until its owner gives it one.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(default=LOCAL_USER, server_default=LOCAL_USER, index=True)
    title: Mapped[str | None]
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)


class TurnRow(Base):
    """A question and its answer; ``number`` orders them, ``id`` keeps one from coming twice."""

    __tablename__ = "turns"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A question with its answer (without passages and tokens) and the places a reader may open.

    For an answer these are the passages that it or a side of a conflict cites, otherwise the
    nearest ones, best first. ``considered`` are all that were found for it, and what was read
    beside them. ``beside`` is the id of the turn that this one is another answer to; ``others`` are
    the other answers to it, oldest first.
    """

    id: str
    answer: Answer
    places: tuple[Place, ...]
    where: Filter = EVERYTHING
    considered: tuple[Considered, ...] = ()
    beside: str | None = None
    others: tuple[Turn, ...] = ()

    @classmethod
    def of(
        cls,
        turn_id: str,
        answer: Answer,
        where: Filter = EVERYTHING,
        *,
        beside: str | None = None,
    ) -> Self:
        """The turn of a finished answer from passages that fit ``where``."""
        if answer.outcome is Outcome.ANSWERED:
            cited = {citation.chunk_id for citation in answer.citations()}
            cited |= {one.citation.chunk_id for said in answer.conflicts for one in said.sides}
            found = {one.chunk_id: one for one in answer.context}
            found |= {hit.passage.chunk_id: hit.passage for hit in answer.hits}
            shown = [passage for chunk_id, passage in found.items() if chunk_id in cited]
        else:
            shown = [hit.passage for hit in answer.hits[:NEAREST]]
        return cls(
            id=turn_id,
            answer=as_kept(answer),
            places=tuple(map(Place.of, shown)),
            where=where,
            considered=considered_of(answer),
            beside=beside,
        )


class Conversations:
    """Keeps conversations and gives them back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def add(self, conversation_id: str, turn: Turn, *, user: str = LOCAL_USER) -> None:
        """Put ``turn`` at the end; one that is already there stays as it is.

        A conversation that is not there yet is begun for ``user``. Where the turn that it stands
        beside has given its place to another, it stands beside that one.
        """
        with Session(self._engine) as session, session.begin():
            if session.scalar(select(TurnRow.id).where(TurnRow.id == turn.id)) is not None:
                return
            if session.get(ConversationRow, conversation_id) is None:
                session.add(ConversationRow(id=conversation_id, owner=user))
                session.flush()
            stored = turn_to_json(turn)
            if turn.beside is not None:
                first = session.scalar(select(TurnRow).where(TurnRow.id == turn.beside))
                stored[_BESIDE] = (first.answer.get(_BESIDE) or first.id) if first else None
            session.add(TurnRow(id=turn.id, conversation_id=conversation_id, answer=stored))

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns in the order they were asked, each with the other answers to it.

        There are none for an unknown conversation.
        """
        query = (
            select(TurnRow.id, TurnRow.answer)
            .where(TurnRow.conversation_id == conversation_id)
            .order_by(TurnRow.number)
        )
        with Session(self._reading) as session:
            every = [turn_from_json(row.id, row.answer) for row in session.execute(query)]
        others: dict[str, list[Turn]] = {}
        for turn in every:
            if turn.beside is not None:
                others.setdefault(turn.beside, []).append(turn)
        return tuple(
            replace(turn, others=tuple(others.get(turn.id, ())))
            for turn in every
            if turn.beside is None
        )

    def prefer(self, turn_id: str, *, user: str = LOCAL_USER) -> None:
        """Put another answer in the place of the one it stands beside, and that one beside it.

        The other answers then stand beside it too. Nothing happens where the user has no such turn.
        """
        with Session(self._engine) as session, session.begin():
            other = _own_turn(session, turn_id, user)
            before_id = str(other.answer.get(_BESIDE)) if other else ""
            before = _own_turn(session, before_id, user)
            if other is None or before is None:
                return
            for row in _beside(session, before):
                row.answer = {**row.answer, _BESIDE: turn_id}
            preferred, replaced = (
                {**other.answer, _BESIDE: None},
                {**before.answer, _BESIDE: turn_id},
            )
            other.id, before.id = f"{turn_id}-", f"{before_id}-"
            session.flush()  # an id belongs to one row at any time
            before.id, before.answer = turn_id, preferred
            other.id, other.answer = before_id, replaced

    def forget(self, turn_id: str, *, user: str = LOCAL_USER) -> None:
        """Take away another answer; one that stands beside none stays."""
        with Session(self._engine) as session, session.begin():
            row = _own_turn(session, turn_id, user)
            if row is not None and row.answer.get(_BESIDE):
                session.delete(row)

    def rewrite(self, change: Callable[[Turn], Turn]) -> int:
        """Put ``change`` of every turn in its place; returns how many are another afterwards."""
        changed = 0
        with Session(self._engine) as session, session.begin():
            for number in session.scalars(select(TurnRow.number)).all():
                row = session.get_one(TurnRow, number)
                turn = turn_from_json(row.id, row.answer)
                after = change(turn)
                if after != turn:
                    row.answer = turn_to_json(after)
                    changed += 1
                session.flush()
                session.expunge(row)
        return changed


def _own_turn(session: Session, turn_id: str, user: str) -> TurnRow | None:
    own = select(ConversationRow.id).where(ConversationRow.owner == user)
    return session.scalar(
        select(TurnRow).where(TurnRow.id == turn_id, TurnRow.conversation_id.in_(own))
    )


def _beside(session: Session, turn: TurnRow) -> Sequence[TurnRow]:
    """The other answers to a turn."""
    stands = TurnRow.answer[_BESIDE].as_string() == turn.id
    here = TurnRow.conversation_id == turn.conversation_id
    return session.scalars(select(TurnRow).where(here, stands)).all()


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """A turn, without its id and the others, in JSON's own types."""
    places = [asdict(place) for place in turn.places]
    return {
        "answer": answer_to_json(turn.answer),
        "places": places,
        "where": turn.where.as_json(),
        "considered": considered_to_json(turn.considered),
        _BESIDE: turn.beside,
    }


def turn_from_json(turn_id: str, stored: dict[str, Any]) -> Turn:
    """``turn_to_json`` undone; what a turn was kept without (counts, a tally) it has not."""
    return Turn(
        id=turn_id,
        answer=answer_from_json(stored["answer"]),
        places=tuple(map(place_from_json, stored["places"])),
        where=Filter.from_json(stored.get("where", {})),
        considered=considered_from_json(stored.get("considered", ())),
        beside=stored.get(_BESIDE),
    )
