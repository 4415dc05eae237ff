from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.retrieval.texts import (
    FEWEST,
    MOST,
    Texts,
    real_questions,
    real_texts,
    text_sets,
)
from rag.language import language_of


def test_sets_are_found_gzipped_or_not(data: Path) -> None:
    assert [folder.name for folder in text_sets(data)] == ["村庄", "village"]
    assert [folder.name for folder in text_sets(data / "village")] == ["village"]


def test_a_folder_without_sets_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--data"):
        text_sets(tmp_path)


def test_sets_without_questions_are_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_bytes((data / "village" / "corpus.jsonl").read_bytes())
    assert text_sets(tmp_path) == [tmp_path]
    with pytest.raises(FileNotFoundError, match=r"questions\.jsonl"):
        real_questions(tmp_path, count=5, seed=0)


def test_chunks_have_four_to_eight_whole_sentences_in_turn_from_each_set(data: Path) -> None:
    texts = real_texts(data, most=1000, seed=0)
    assert len(texts) > 30
    for one in texts:
        assert FEWEST <= len(one.sentences) <= MOST
        for span in one.sentences:
            assert one.text[span.start : span.end][-1] in ".。"
        assert one.title.startswith(("Note", "记录"))
    assert [language_of(one.text) for one in texts[:4]] == ["zh", "en", "zh", "en"]
    assert real_texts(data, most=3, seed=0) == texts[:3]


def test_texts_beyond_the_real_ones_differ_in_words_and_numbers_alone(data: Path) -> None:
    real = real_texts(data, most=20, seed=0)
    texts = Texts(real, seed=0)
    assert len(texts) == 20
    assert [texts.text(at) for at in range(20)] == real
    for at in range(20):
        varied, again = texts.text(20 + at), texts.text(40 + at)
        assert varied.sentences == real[at].sentences
        assert len(varied.text) == len(real[at].text)
        assert len({varied.text, again.text, real[at].text}) == 3
        assert language_of(varied.text) == language_of(real[at].text)
    assert Texts(real, seed=0).text(33) == texts.text(33)
    assert Texts(real, seed=1).text(33) != texts.text(33)


def test_questions_come_from_every_set_and_never_twice(data: Path) -> None:
    asked = real_questions(data, count=10, seed=0)
    assert [language_of(one) for one in asked] == ["zh", "en"] * 5
    assert real_questions(data, count=10, seed=1) != asked
    every = real_questions(data, count=1000, seed=0)
    assert len(every) == len(set(every)) == 72
