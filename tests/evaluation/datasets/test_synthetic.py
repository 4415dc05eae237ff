"""Question sets by rule: the same for a seed, spread over documents, right by the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Services
from evaluation.dataset import Dataset, LibraryCorpus
from evaluation.datasets.absent import Vocabulary
from evaluation.datasets.library import library_passages
from evaluation.datasets.synthetic import synthesise
from evaluation.errors import NothingToAsk
from evaluation.gold import GoldText
from rag.errors import CollectionNotFound
from rag.settings import Settings
from rag.types import Passage
from tests.vectorstore.shelf import Shelf

COUNT = 120


@pytest.fixture(scope="module")
def opened(sample_data: Path) -> Iterator[Services]:
    services = Services(Settings(data_dir=sample_data))
    yield services
    services.close()


@pytest.fixture(scope="module")
def made(opened: Services) -> Dataset:
    return synthesise(opened.record, ["samples"], count=COUNT, seed=3)


@pytest.fixture(scope="module")
def passages(opened: Services) -> list[Passage]:
    return library_passages(opened.record, ["samples"])


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made_shelf = Shelf.at(tmp_path)
    yield made_shelf
    made_shelf.engine.dispose()


def test_it_is_marked_counted_and_has_every_kind_in_both_languages(made: Dataset) -> None:
    assert made.synthetic
    assert made.by_page
    assert len(made.examples) == COUNT
    assert len({example.id for example in made.examples}) == COUNT
    assert len({example.question for example in made.examples}) == COUNT
    kinds = Counter((one.tags["synthetic"], one.tags["language"]) for one in made.examples)
    for kind, least in (("cloze", 25), ("heading", 8), ("unanswerable", 8)):
        assert min(kinds[kind, "en"], kinds[kind, "zh"]) >= least, kinds


def test_the_corpus_is_the_collection(made: Dataset) -> None:
    assert isinstance(made.corpus, LibraryCorpus)
    assert made.corpus.collections == ("samples",)
    assert len(made.corpus) == 20


def test_a_seed_makes_the_same_set_and_another_one_another(opened: Services) -> None:
    first, again, other = (
        synthesise(opened.record, ["samples"], count=30, seed=seed) for seed in (7, 7, 8)
    )
    assert first == again
    assert {one.id for one in first.examples} != {one.id for one in other.examples}


def test_every_document_is_asked_about(made: Dataset) -> None:
    """72 cloze questions over 20 documents in turn: none may have more than a handful."""
    cloze = Counter(example.cluster for example in made.examples if example.tags["kind"] == "cloze")
    assert len(cloze) == 20
    assert max(cloze.values()) <= 6


def test_every_cloze_answer_stands_in_its_gold_places(
    made: Dataset, passages: list[Passage]
) -> None:
    for example in made.examples:
        if example.tags["kind"] == "cloze":
            assert GoldText.of(example, passages).held_by(passages), example
            assert all(answer in example.evidence[0] for answer in example.answers)
            assert example.answers[0] not in example.question


def test_a_sentence_of_which_versions_differ_is_not_asked(opened: Services) -> None:
    """Rail below 300 kilometres in the policy of 2024, below 500 in that of 2025.

    The gift limit is 200 yuan in both: it is asked, and both are gold.
    """
    every = synthesise(opened.record, ["samples"], count=2_000, seed=0)
    cloze = [one for one in every.examples if one.tags["kind"] == "cloze"]
    assert not [one for one in cloze if "Rail must be used instead of flights" in one.question]
    [gifts] = [one for one in cloze if "礼品单价不得超过" in one.question]
    assert {place.document for place in gifts.gold} == {
        "差旅与报销制度-2024.docx",
        "差旅与报销制度-2025.docx",
    }


def test_headings_have_gold_places_and_no_answer(made: Dataset) -> None:
    headings = [one for one in made.examples if one.tags["kind"] == "heading"]
    assert all(one.gold and one.answerable and not one.answers for one in headings)
    assert any(one.gold[0].page is not None for one in headings)
    assert any(one.gold[0].page is None for one in headings)


def test_no_passage_answers_the_unanswerable(made: Dataset, passages: list[Passage]) -> None:
    """Each asks about something, a heading, a code or a city, that stands nowhere."""
    vocabulary = Vocabulary(passages)
    texts = {"".join(one.chunk.text.split()) for one in passages}
    for example in made.examples:
        if example.tags["kind"] == "unanswerable":
            assert not example.answerable
            assert not example.gold
            assert example.cluster == example.tags["document"]
            asked = example.question.rpartition("“")[2].rpartition("”")[0]
            pieces = [piece for piece in asked.split("____") if piece.strip()]
            assert any(
                vocabulary.lacks(piece) and not any("".join(piece.split()) in t for t in texts)
                for piece in pieces
            ), example


def test_fewer_are_made_where_there_is_less_to_ask(shelf: Shelf) -> None:
    shelf.add("c", "pump.txt", "The diaphragm of the pump must be replaced every 8,000 hours.")
    made_set = synthesise(shelf.record, ["c"], count=50, seed=0)
    [example] = made_set.examples
    assert example.answers == ("8,000 hours", "8,000")
    assert not made_set.by_page


def test_nothing_to_ask_is_said(shelf: Shelf) -> None:
    shelf.add("c", "list.txt", "nuts\nbolts\nwashers")
    with pytest.raises(NothingToAsk, match="1 passages"):
        synthesise(shelf.record, ["c"], count=5, seed=0)
    with pytest.raises(CollectionNotFound):
        synthesise(shelf.record, ["d"], count=5, seed=0)
