"""What a follow-up asks for beyond the questions before it, and whether an answer speaks of that.

A follow-up such as "And whales?" is searched with words borrowed from the question before it, so
its passages may be that question's own and say nothing of whales.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Answer
from rag.exchange import Exchange
from rag.types import Passage
from rag.words import content_words


def added_words(question: str, history: Sequence[Exchange]) -> tuple[str, ...]:
    """The content words of ``question`` that no question in ``history`` has, each once."""
    earlier = {word for one in history for word in content_words(one.question)}
    return tuple(word for word in dict.fromkeys(content_words(question)) if word not in earlier)


def speaks_of(words: Sequence[str], answer: Answer) -> bool:
    """Whether a passage that ``answer`` cites, its title or its headings have one of ``words``.

    It is so for no words.
    """
    cited = {citation.chunk_id for citation in answer.citations()}
    passages = [passage for passage in answer.passages() if passage.chunk_id in cited]
    return not words or any(not _words_of(one).isdisjoint(words) for one in passages)


def _words_of(passage: Passage) -> set[str]:
    over = (passage.title, *passage.chunk.heading_path)
    return set(content_words(" ".join((*over, passage.chunk.text))))
