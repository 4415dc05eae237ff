"""Makes a follow-up question stand by itself without a model, in English and Chinese.

What changes is put into the earlier question, what points back is named; where neither can be done,
the earlier question's words are added: topic propagation, as in Mele et al. 2020, "Topic
Propagation in Conversational Search". A question that stands by itself, and one that turns to
something else, is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.condensing import chinese, english
from rag.condensing.chinese_earlier import ChineseEarlier
from rag.condensing.english_earlier import EnglishEarlier
from rag.exchange import Exchange
from rag.language import language_of

LONGEST_FOLLOW_UP: Final = 200
"""A question of more characters is taken to say what it is about."""


class RuleCondenser:
    """See ``rag.protocols.Condenser``. Only the newest exchange is looked at.

    A question longer than ``LONGEST_FOLLOW_UP``, and one that would get longer than
    ``max_question_chars``, is left as it is.
    """

    def __init__(self, *, max_question_chars: int) -> None:
        self._max_question_chars = max_question_chars

    def condense(self, question: str, history: Sequence[Exchange]) -> str:
        """See ``rag.protocols.Condenser``."""
        if not history or len(question) > LONGEST_FOLLOW_UP:
            return question
        last = history[-1]
        lends = ChineseEarlier if language_of(last.question) == "zh" else EnglishEarlier
        rules = chinese if language_of(question) == "zh" else english
        found = rules.standalone(question, lends(last.question, last.answer))
        return question if found is None or len(found) > self._max_question_chars else found
