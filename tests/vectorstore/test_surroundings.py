"""Around a passage: what the record holds beside it, and only what may be searched."""

from __future__ import annotations

from itertools import chain

import pytest

from ingest.splitting import SentenceChunker
from rag.context import BudgetedContext
from rag.errors import VersionNotFound
from rag.types import Hit, Passage
from tests.fakes import a_document
from tests.vectorstore.shelf import Shelf, sha
from vectorstore.surroundings import Surroundings

EN = (
    "The X-200 is a circulation pump for heating systems. Its housing is made of cast iron.\n\n"
    "It weighs 4 kg without oil. Two people lift it out of the crate.\n\n"
    "It needs 230 volts. A licensed electrician connects it.\n\n"
    "Drain it once a year. Keep the gasket dry."
)
ZH = (
    "X-200 是用于供暖系统的循环泵。外壳由铸铁制成。\n\n不含油时它重 4 公斤。由两人从箱中抬出。\n\n"
    "它需要 230 伏电压。由持证电工接线。\n\n每年排水一次。保持垫圈干燥。"
)


def put(shelf: Shelf, name: str, *pages: str) -> list[Passage]:
    """Make a document of these pages ready, cut as ingestion cuts; its passages in order."""
    version = sha("\f".join(pages))
    document = a_document(name, *pages, version=version)
    chunks = SentenceChunker(shelf.embedder.count_tokens, max_tokens=24).split(document)
    version_id = shelf.versions.begin(shelf.collection("c"), name, version, 1)
    vectors, sentences = shelf.embedder.embed_passages(
        [chunk.text for chunk in chunks], [chunk.sentences for chunk in chunks]
    )
    shelf.versions.store(version_id, document, chunks, vectors, sentences)
    shelf.versions.publish([version_id])
    return shelf.record.passages_of(shelf.collection("c"), name)


@pytest.mark.parametrize("text", [EN, ZH])
def test_neighbours_are_the_passages_before_and_after(shelf: Shelf, text: str) -> None:
    passages = put(shelf, "a.txt", text)
    assert len(passages) >= 3
    around = Surroundings(shelf.record, shelf.engine)
    ids = [passage.chunk_id for passage in passages]
    assert set(around.neighbours([passages[1]])) == {ids[0], ids[2]}
    assert set(around.neighbours([passages[0]])) == {ids[1]}
    assert set(around.neighbours([passages[-1]])) == {ids[-2]}
    assert around.neighbours(passages[:2])[ids[2]] == passages[2]
    assert around.neighbours([]) == {}


@pytest.mark.parametrize("text", [EN, ZH])
def test_a_hit_and_its_neighbours_are_the_pages_own_text(shelf: Shelf, text: str) -> None:
    passages = put(shelf, "a.txt", text, text)
    context = BudgetedContext(Surroundings(shelf.record, shelf.engine), max_tokens=3000)
    (excerpt,) = context.assemble([Hit(passage=passages[1], score=1.0)])
    assert excerpt.passages == tuple(passages[:3])
    assert excerpt.text == text[passages[0].chunk.start : passages[2].chunk.end]
    for place in chain.from_iterable(excerpt.places()):
        page = shelf.record.page(place.document_id, place.version, place.page)
        assert page.text[place.start : place.end] == place.quote


def test_the_next_page_is_not_joined(shelf: Shelf) -> None:
    passages = put(shelf, "a.txt", "It ends here.", "It begins here.")
    context = BudgetedContext(Surroundings(shelf.record, shelf.engine), max_tokens=3000)
    (excerpt,) = context.assemble([Hit(passage=passages[0], score=1.0)])
    assert excerpt.text == "It ends here."


def test_passages_of_a_version_that_was_replaced_are_no_neighbours(shelf: Shelf) -> None:
    before = put(shelf, "a.txt", EN)
    put(shelf, "a.txt", ZH)
    around = Surroundings(shelf.record, shelf.engine)
    assert around.neighbours(before) == {}


def test_a_version_purged_since_the_search_is_an_error_in_words(shelf: Shelf) -> None:
    passages = put(shelf, "a.txt", EN)
    around = Surroundings(shelf.record, shelf.engine)
    assert around.page(passages[0].document_id, passages[0].version, 1).text == EN
    with pytest.raises(VersionNotFound, match="no longer kept"):
        around.page(passages[0].document_id, sha("another"), 1)


def test_hundreds_of_passages_are_asked_for_at_once(shelf: Shelf) -> None:
    passages = put(shelf, "a.txt", *[f"Page {number} of many." for number in range(600)])
    around = Surroundings(shelf.record, shelf.engine)
    assert len(around.neighbours(passages)) == 600
