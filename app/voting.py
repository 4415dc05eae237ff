"""A reader's word on an answer: a thumb, and what would have been right. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import streamlit as st

from app.conversations import Turn
from evaluation.feedback import CitedPlace, Feedback, Verdict, Vote
from rag.answer import Outcome

_WORDS: Final = "words"


class Words(StrEnum):
    """Where a reader stands with the words that go with a thumb down."""

    ASKED = "asked"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Ballot:
    """Where one turn is voted on; ``collections`` is where answers are looked for at present."""

    feedback: Feedback
    turn: Turn
    collections: Sequence[str]

    def verdict(self) -> Verdict | None:
        """The thumb that is kept."""
        vote = self.feedback.of(self.turn.id)
        return vote.verdict if vote else None

    def cast(self, verdict: Verdict | None) -> None:
        """Keep a thumb in place of an earlier one, or none; a thumb down asks for words."""
        st.session_state.pop(_WORDS, None)
        if verdict is None:
            self.feedback.withdraw(self.turn.id)
            return
        self.feedback.give(self._vote(verdict))
        if verdict is Verdict.DOWN:
            st.session_state[_WORDS] = self.turn.id, Words.ASKED

    def explain(self, reason: str, correction: str) -> None:
        """Keep the words of a thumb down; none at all is as good as ``skip``."""
        reason, correction = reason.strip(), correction.strip()
        if not reason and not correction:
            self.skip()
            return
        vote = self.feedback.of(self.turn.id) or self._vote(Verdict.DOWN)
        self.feedback.give(replace(vote, reason=reason, correction=correction))
        st.session_state[_WORDS] = self.turn.id, Words.KEPT

    def skip(self) -> None:
        """Stop asking for words."""
        st.session_state.pop(_WORDS, None)

    def words(self) -> Words | None:
        """Whether words are asked for here, or were just kept."""
        turn_id, words = st.session_state.get(_WORDS, (None, None))
        return words if turn_id == self.turn.id else None

    def _vote(self, verdict: Verdict) -> Vote:
        """A turn does not know where it was looked for: what it cites tells, else the choice.

        A follow-up is voted on as it was searched, so that the vote can be understood by itself.
        """
        answer = self.turn.answer
        cited = answer.citations()
        looked_in = dict.fromkeys(citation.collection for citation in cited) or self.collections
        return Vote(
            turn_id=self.turn.id,
            question=answer.standalone or answer.question,
            collections=tuple(looked_in),
            model=answer.model,
            outcome=answer.outcome or Outcome.NOT_IN_DOCUMENTS,
            answer=answer.text,
            cited=tuple(CitedPlace.of(citation) for citation in cited),
            verdict=verdict,
        )
