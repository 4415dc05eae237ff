"""A reader's conversations as a list: find, name, pin and delete them.

Each call acts for one user and touches nobody else's. What is in a conversation is
``app/conversations.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.conversations import ConversationRow, TurnRow
from vectorstore.database import reading

LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation: ``title`` is its own or its first question; ``asked_at`` of the last one."""

    id: str
    title: str
    pinned: bool
    asked_at: datetime


class ConversationList:
    """Lists what was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = reading(engine)

    def count(self, user: str) -> int:
        """How many conversations the user has."""
        query = select(func.count(ConversationRow.id)).where(ConversationRow.owner == user)
        with Session(self._reading) as session:
            return session.scalar(query) or 0

    def listed(self, user: str, *, wanted: str = "", most: int = 100) -> list[Listed]:
        """The user's conversations: pinned ones first, then the newest.

        With ``wanted``, those that have it in their title, a question or the answer to it that was
        kept.
        """
        with Session(self._reading) as session:
            return [
                Listed(id=own_id, title=title or question, pinned=pinned, asked_at=asked_at)
                for own_id, title, question, pinned, asked_at in session.execute(
                    _listing(user, wanted.strip()).limit(most)
                )
            ]

    def rename(self, user: str, conversation_id: str, title: str) -> None:
        """Give a conversation a title; blanks give it back its first question."""
        kept = " ".join(title.split())[:LONGEST_TITLE]
        self._change(user, conversation_id, title=kept or None)

    def pin(self, user: str, conversation_id: str, *, pinned: bool) -> None:
        """Keep a conversation at the top of the list, or let go of it."""
        self._change(user, conversation_id, pinned=pinned)

    def delete(self, user: str, conversation_id: str) -> None:
        """Remove a conversation with all that was said in it."""
        with Session(self._engine) as session, session.begin():
            session.execute(
                delete(ConversationRow).where(
                    ConversationRow.id == conversation_id, ConversationRow.owner == user
                )
            )

    def _change(self, user: str, conversation_id: str, **values: Any) -> None:
        with Session(self._engine) as session, session.begin():
            session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation_id, ConversationRow.owner == user)
                .values(**values)
            )


def _listing(user: str, wanted: str) -> Select[Any]:
    """Id, title, first question, whether pinned, and the time of the last question."""
    turns = (
        select(
            TurnRow.conversation_id,
            func.min(TurnRow.number).label("first"),
            func.max(TurnRow.asked_at).label("last"),
        )
        .group_by(TurnRow.conversation_id)
        .subquery()
    )
    question = TurnRow.answer[("answer", "question")].as_string()
    query = (
        select(
            ConversationRow.id,
            ConversationRow.title,
            question,
            ConversationRow.pinned,
            turns.c.last,
        )
        .join(turns, turns.c.conversation_id == ConversationRow.id)
        .join(TurnRow, TurnRow.number == turns.c.first)
        .where(ConversationRow.owner == user)
        .order_by(ConversationRow.pinned.desc(), turns.c.last.desc(), ConversationRow.id)
    )
    if not wanted:
        return query
    told = TurnRow.__table__.alias()
    said = [
        told.c.answer[("answer", part)].as_string().icontains(wanted, autoescape=True)
        for part in ("question", "text")
    ]
    in_a_turn = exists().where(
        told.c.conversation_id == ConversationRow.id,
        told.c.answer["beside"].as_string().is_(None),
        or_(*said),
    )
    return query.where(or_(ConversationRow.title.icontains(wanted, autoescape=True), in_a_turn))
