"""Several answers to one question, side by side: which are looked at, and how they differ.

What is looked at lives in the session. Draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from app.conversations import Turn
from app.failures import Failure
from app.i18n import Translator
from rag.answer import Answer, Outcome

if TYPE_CHECKING:
    from rag.voting.likeness import Likeness

MOST_OTHERS: Final = 4
"""How many other answers a question may have."""

_COMPARED: Final = "compared"
_OFFERED: Final = "asked-again"
_FAILED: Final = "failed-again"
_BETWEEN: Final = " · "


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the answers: ``facts`` is what it cost, ``difference`` how it differs from the first.

    The first differs from nothing.
    """

    turn: Turn
    title: str
    facts: str
    difference: str


def compare(turn_id: str | None) -> None:
    """Show the answers to the question of this turn side by side, those to no other."""
    st.session_state[_COMPARED] = turn_id


def is_compared(turn: Turn) -> bool:
    """Whether the answers to the question of ``turn`` are shown side by side."""
    wanted = st.session_state.get(_COMPARED)
    return wanted is not None and any(one.id == wanted for one in (turn, *turn.others))


def tell(failure: Failure) -> None:
    """Have it said that asking again failed."""
    st.session_state[_FAILED] = failure


def failure_to_tell() -> Failure | None:
    """Why asking again failed, once."""
    found: Failure | None = st.session_state.pop(_FAILED, None)
    return found


def offer(turn_id: str | None) -> None:
    """Let the reader choose how the question of this turn is asked again; None ends it."""
    st.session_state[_OFFERED] = turn_id


def offered(turns: Sequence[Turn]) -> Turn | None:
    """The turn whose question the reader is about to ask again."""
    wanted = st.session_state.get(_OFFERED)
    return next((turn for turn in turns if turn.id == wanted), None)


def sides_of(turn: Turn, likeness: Callable[[str], Likeness], t: Translator) -> tuple[Side, ...]:
    """The answers to the question of ``turn``, its own first.

    ``likeness`` compares answers to a question.
    """
    first = turn.answer
    alike = likeness(first.standalone or first.question)
    sides = [Side(turn=turn, title=t("again.kept"), facts=_facts(first, t), difference="")]
    for number, other in enumerate(turn.others, start=2):
        difference = _BETWEEN.join(_differences(first, other.answer, alike, t))
        sides.append(
            Side(
                turn=other,
                title=t("again.other", number=number),
                facts=_facts(other.answer, t),
                difference=difference,
            )
        )
    return tuple(sides)


def _differences(first: Answer, other: Answer, alike: Likeness, t: Translator) -> Iterator[str]:
    refused = [one.outcome is Outcome.NOT_IN_DOCUMENTS for one in (first, other)]
    if any(refused):
        yield t("again.same" if all(refused) else "again.differs")
        return
    same = alike.same(_said(first), _said(other))
    yield t("again.same" if same else "again.differs")
    cited = [{(one.chunk_id, one.start) for one in answer.citations()} for answer in (first, other)]
    shared, every = len(cited[0] & cited[1]), len(cited[0] | cited[1])
    yield t("again.sources", shared=shared, count=every)


def _said(answer: Answer) -> str:
    """What is compared of an answer: its short form where samples voted, else its sentences."""
    tally = answer.tally
    short = tally.clusters[0].answer if tally and tally.clusters else ""
    return short or " ".join(claim.text for claim in answer.claims) or answer.text


def _facts(answer: Answer, t: Translator) -> str:
    parts: list[str] = []
    if answer.confidence is not None and (answer.calibrated or answer.tally):
        parts.append(t("confidence.alone", figure=f"{answer.confidence:.2f}"))
    if total := answer.timings_ms.get("total"):
        parts.append(t("tally.seconds", seconds=f"{total / 1000:.1f}"))
    if answer.prompt_tokens is not None and answer.completion_tokens is not None:
        total_tokens = answer.prompt_tokens + answer.completion_tokens
        parts.append(t("again.tokens", count=f"{total_tokens:,}"))
    return _BETWEEN.join(parts)
