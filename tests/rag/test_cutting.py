"""A passage is cut at sentence ends, around the sentence that is nearest to the question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.cutting import cut, nearest_sentence
from rag.types import Hit, Passage
from tests.fakes import a_passage

TEXT = "Aim first. Bolt it down. Close the valve. Drain the tank."
TEXT_ZH = "先对准。再拧紧。关闭阀门。排空水箱。"


def found(text: str, *scores: float, start: int = 40) -> Hit:
    return Hit(passage=a_passage(text, start=start), score=1.0, sentence_scores=scores)


def within(letters: int) -> Callable[[Passage], bool]:
    return lambda passage: len(passage.chunk.text) <= letters


@pytest.mark.parametrize(
    ("text", "letters", "kept"),
    [
        (TEXT, 15, None),
        (TEXT, 16, "Close the valve."),
        (TEXT, 29, "Close the valve."),
        (TEXT, 31, "Bolt it down. Close the valve."),
        (TEXT, 32, "Close the valve. Drain the tank."),
        (TEXT, 46, "Bolt it down. Close the valve. Drain the tank."),
        (TEXT, 57, TEXT),
        (TEXT_ZH, 4, None),
        (TEXT_ZH, 5, "关闭阀门。"),
        (TEXT_ZH, 10, "关闭阀门。排空水箱。"),
        (TEXT_ZH, 18, TEXT_ZH),
    ],
)
def test_sentences_after_the_nearest_come_before_those_before_it(
    text: str, letters: int, kept: str | None
) -> None:
    hit = found(text, 0.1, 0.2, 0.9, 0.3)
    part = cut(hit, within(letters))
    assert (part.chunk.text if part else None) == kept
    if part:
        chunk, whole = part.chunk, hit.passage.chunk
        at = text.index(chunk.text)
        assert (chunk.start, chunk.end) == (whole.start + at, whole.start + at + len(chunk.text))
        assert all(chunk.quote(span) in chunk.text for span in chunk.sentences)
        assert part.chunk_id == hit.passage.chunk_id


def test_words_count_beside_cosines_and_the_first_of_equals_wins() -> None:
    passage = a_passage(TEXT)
    by_words = Hit(passage=passage, score=1.0, sentence_coverages=(0.0, 0.5, 0.0, 0.5))
    assert nearest_sentence(by_words).chunk.text == "Bolt it down."
    both = replace(by_words, sentence_scores=(-0.9, 0.1, 0.0, 0.2))
    assert nearest_sentence(both).chunk.text == "Drain the tank."
    assert nearest_sentence(Hit(passage=passage, score=1.0)).chunk.text == "Aim first."


def test_a_passage_without_sentences_is_whole_or_nothing() -> None:
    passage = a_passage("| 1 | 2 |")
    bare: Passage = replace(passage, chunk=replace(passage.chunk, sentences=()))
    hit = Hit(passage=bare, score=1.0)
    assert cut(hit, lambda _: True) is None
    assert nearest_sentence(hit) is bare
