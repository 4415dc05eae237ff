"""What the ways of asking have in common, tried with a way that ends as it is told."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import pytest

from rag.answer import Answer, Notice, Outcome, Question
from rag.answer_prompt import Prompt
from rag.models.extractive import Extractive
from rag.replies import Trouble
from rag.strategies.asking import AskingStrategy, Ended
from rag.strategies.names import StrategyName
from tests.fakes import ScriptedChatModel
from tests.rag.prompt_book import ShelfOfGuidance
from tests.rag.strategies.voters import HITS, QUESTION


class Told(AskingStrategy):
    """Ends with each of ``ends`` in turn; keeps how many passages each prompt had."""

    strategy = StrategyName.DIRECT

    def __init__(self, *ends: Trouble | str, book: ShelfOfGuidance | None = None) -> None:
        super().__init__(ScriptedChatModel([""]), Extractive(), book=book)
        self._ends = list(ends)
        self.read: list[int] = []

    def _asked(
        self, question: Question, growing: Answer, prompt: Prompt
    ) -> Generator[Answer, None, Ended]:
        self.read.append(len(prompt.passages()))
        yield growing
        end = self._ends.pop(0)
        spent = replace(growing, prompt_tokens=7, timings_ms={"answer": 1.0})
        if isinstance(end, Trouble):
            return Ended(spent=spent, trouble=end)
        answer = replace(spent, text=end, outcome=Outcome.ANSWERED)
        return Ended(spent=spent, answer=answer, version=prompt.version)


def last(strategy: Told) -> Answer:
    *_, answer = strategy.answer(QUESTION, HITS)
    return answer


def test_an_answer_is_given_as_it_ended_and_its_words_are_kept() -> None:
    book = ShelfOfGuidance()
    answer = last(Told("It is.", book=book))
    assert (answer.text, answer.strategy, answer.model) == ("It is.", "direct", "scripted")
    assert answer.hits == HITS
    assert len(book.kept) == 1


@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.EMPTY, Trouble.TIMEOUT])
def test_a_failure_is_answered_by_the_fallback_which_tells_what_was_spent(
    trouble: Trouble,
) -> None:
    book = ShelfOfGuidance()
    strategy = Told(trouble, book=book)
    answer = last(strategy)
    assert (answer.notice, answer.trouble) == (Notice.MODEL_FAILED, trouble)
    assert (answer.instead_of, answer.strategy) == ("scripted", "")
    assert answer.prompt_tokens == 7
    assert "answer" in answer.timings_ms
    assert strategy.read == [3]
    assert book.kept == {}


def test_a_prompt_too_long_is_halved_once_and_no_more() -> None:
    strategy = Told(Trouble.TOO_LONG, "It is.")
    assert last(strategy).text == "It is."
    assert strategy.read == [3, 2]
    strategy = Told(Trouble.TOO_LONG, Trouble.TOO_LONG)
    assert last(strategy).trouble is Trouble.TOO_LONG
    assert strategy.read == [3, 2]


def test_without_passages_nothing_is_asked() -> None:
    strategy = Told()
    (answer,) = strategy.answer(QUESTION, ())
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    assert strategy.read == []
