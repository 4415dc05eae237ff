"""What a reader is about: the question being answered, and the source that is open.

Both live in the session. A question stays pending until its answer is kept, so that a second
click or an interrupted run neither loses it nor asks it twice. Draws nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import streamlit as st

from app.answering import Answering
from app.conversations import Turn
from app.session import conversation_id, enter_conversation, leave_conversation
from app.wiring import Services
from rag.answer import Answer
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter

SAMPLES: Final = "samples"
"""The collection that the offered questions are about."""

MOST_OFFERED: Final = 6
"""How many questions are offered to begin with."""

EARLIER_TURNS: Final = 3
"""How many turns before a question it may hang on."""

_FEATURED: Final = Path(__file__).parents[1] / "samples" / "featured.json"
_PENDING: Final = "pending"
_ANSWERING: Final = "answering"
_UNANSWERED: Final = "unanswered"
_OPEN: Final = "open"
_EXPLAINED: Final = "explained"


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that has no kept answer yet; ``turn_id`` is the id its turn will have.

    ``as_it_stands`` says that it hangs on no turn before it; ``again`` that it is asked again, and
    how.
    """

    turn_id: str
    question: str
    as_it_stands: bool = False
    again: Again | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a chat model is asked, as ``QUORUM_STRATEGY`` and ``QUORUM_SAMPLES`` say it.

    None leaves it to the settings.
    """

    strategy: str | None = None
    samples: int | None = None

    def chosen(self) -> dict[str, Any]:
        """What is not left to the settings, by its name in ``Services.stream``."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Again:
    """Another answer to the question of ``turn``: by which model, asked in which way."""

    turn: Turn
    model: str
    way: Way


AS_SET: Final = Way()
"""The settings' own way."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The source that is open: ``key`` of a turn's sources, None for none of them.

    ``count`` grows with every opening; ``page`` is the page that is shown instead of the cited one.
    """

    turn_id: str
    key: int | None
    count: int
    page: int | None = None


def begin(question: str, *, as_it_stands: bool = False) -> None:
    """Have ``question`` answered, in a new conversation if there is none.

    ``as_it_stands`` has it searched in just these words, whatever was asked before.
    """
    if conversation_id() is None:
        enter_conversation(uuid.uuid4().hex)
    drop_pending()
    st.session_state.pop(_UNANSWERED, None)
    pending = Pending(uuid.uuid4().hex, question, as_it_stands)
    st.session_state[_PENDING] = pending
    if now := opened():
        st.session_state[_OPEN] = Opened(pending.turn_id, None, now.count)


def begin_again(turn: Turn, model: str, way: Way) -> None:
    """Have the question of ``turn`` answered anew, in the words that were searched for it."""
    drop_pending()
    st.session_state.pop(_UNANSWERED, None)
    again = Again(turn, model, way)
    question = turn.answer.question
    st.session_state[_PENDING] = Pending(uuid.uuid4().hex, question, True, again)


def begin_first(question: str) -> None:
    """``begin``, unless a question is pending already: what a double click needs."""
    if _PENDING not in st.session_state:
        begin(question)


def pending(turns: Sequence[Turn]) -> Pending | None:
    """The question to be answered now, if any."""
    found: Pending | None = st.session_state.get(_PENDING)
    kept = {one.id for turn in turns for one in (turn, *turn.others)}
    if found and found.turn_id in kept:
        drop_pending()
        return None
    return found


def drop_pending() -> None:
    """Stop asking; an answer on its way is left."""
    st.session_state.pop(_PENDING, None)
    if (held := st.session_state.pop(_ANSWERING, None)) is not None:
        held[1].leave()


def start_over() -> None:
    """Leave the conversation for a new one."""
    drop_pending()
    st.session_state.pop(_UNANSWERED, None)
    st.session_state.pop(_OPEN, None)
    leave_conversation()


def go_to(conversation: str) -> None:
    """Go on with another conversation."""
    drop_pending()
    st.session_state.pop(_UNANSWERED, None)
    st.session_state.pop(_OPEN, None)
    enter_conversation(conversation)


def answering(
    services: Services,
    question: Pending,
    collections: Sequence[str],
    model: str,
    where: Filter = EVERYTHING,
    *,
    way: Way = AS_SET,
) -> Generator[Answer | None]:
    """The growing answer, None while there is none; the last one is kept before it is given out.

    It comes again unchanged while nothing new is there. It grows on while the page is drawn anew;
    where nobody takes it any more, the model is soon stopped and nothing kept. What is asked again
    is asked as it was searched before, and by its own model and way.
    """
    conversation = conversation_id() or question.turn_id
    again, searched = question.again, question.question
    if again is not None:
        model, way, where = again.model, again.way, again.turn.where
        searched = again.turn.answer.standalone or searched
    turns = () if question.as_it_stands else services.conversations.turns(conversation)

    def grow(stopped: Callable[[], bool]) -> Generator[Answer]:
        return services.stream(
            searched,
            tuple(collections),
            model,
            where=where,
            history=history_of(turns),
            stopped=stopped,
            **way.chosen(),
        )

    def keep(answer: Answer) -> None:
        beside = None
        if again is not None:
            first, beside = again.turn.answer, again.turn.id
            answer = replace(answer, question=first.question, standalone=first.standalone)
        turn = Turn.of(question.turn_id, answer, where, beside=beside)
        services.conversations.add(conversation, turn)

    held: tuple[str, Answering] | None = st.session_state.get(_ANSWERING)
    if held is None or held[0] != question.turn_id:
        held = st.session_state[_ANSWERING] = question.turn_id, Answering(grow, keep)
    yield from held[1].follow()


def stop() -> None:
    """Stop the model that answers; what it has said is kept as its answer."""
    if (held := st.session_state.get(_ANSWERING)) is not None:
        held[1].stop()
        if held[1].is_over:
            stopped: Pending | None = st.session_state.get(_PENDING)
            if stopped is not None and stopped.again is None:
                st.session_state[_UNANSWERED] = stopped
            drop_pending()


def is_stopping() -> bool:
    """Whether the answer at hand was stopped and is about to be there."""
    held = st.session_state.get(_ANSWERING)
    return held is not None and held[1].is_stopped


def unanswered() -> Pending | None:
    """The question that was stopped before anything was said, until another is asked."""
    found: Pending | None = st.session_state.get(_UNANSWERED)
    return found


def history_of(turns: Sequence[Turn]) -> tuple[Exchange, ...]:
    """The last turns as a question after them sees them: as they were searched, newest last."""
    return tuple(
        Exchange(question=one.standalone or one.question, answer=one.text)
        for one in (turn.answer for turn in turns[-EARLIER_TURNS:])
    )


def toggle_source(turn_id: str, key: int) -> None:
    """Open a source, or close it if it is the open one."""
    now = opened()
    closing = now is not None and (now.turn_id, now.key) == (turn_id, key)
    count = now.count if now else 0
    st.session_state[_OPEN] = Opened(turn_id, None if closing else key, count + (not closing))


def turn_to(page: int) -> None:
    """Show another page of the document whose source is open."""
    if (now := opened()) is not None:
        st.session_state[_OPEN] = replace(now, page=page)


def opened() -> Opened | None:
    """What is open, if anything ever was."""
    found: Opened | None = st.session_state.get(_OPEN)
    return found


def explain(turn_id: str, wanted: bool) -> None:
    """Say why the answer of a turn is as it is, or no longer."""
    explained: frozenset[str] = st.session_state.get(_EXPLAINED, frozenset())
    st.session_state[_EXPLAINED] = explained | {turn_id} if wanted else explained - {turn_id}


def is_explained(turn_id: str) -> bool:
    """Whether it is to be said why the answer of a turn is as it is."""
    return turn_id in st.session_state.get(_EXPLAINED, ())


def offered(services: Services, collections: Sequence[str], language: str) -> list[str]:
    """Questions to begin with about ``collections``, those in the reader's language first.

    The sample corpus has its own; what other documents say is asked by their headings.
    """
    others = [name for name in collections if name != SAMPLES]
    made = services.sample_questions.about(services.record.chosen(others), language)
    featured = _featured_questions(language) if SAMPLES in collections else []
    return (made + featured)[:MOST_OFFERED]


def _featured_questions(language: str) -> list[str]:
    by_language: dict[str, list[str]] = json.loads(_FEATURED.read_text(encoding="utf-8"))
    own = by_language.pop(language, [])
    return own + [question for others in by_language.values() for question in others]
