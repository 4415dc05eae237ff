"""The read side of the record: names, lists, pages and what may be found."""

from __future__ import annotations

import numpy as np
import pytest

from rag.errors import (
    CollectionNotFound,
    DocumentNotFound,
    EmbedderMismatch,
    InvalidCollectionName,
    PageNotFound,
    VersionNotFound,
)
from tests.fakes import WordEmbedder, a_document
from tests.vectorstore.shelf import Shelf, sha
from vectorstore.collection_names import collection_name
from vectorstore.schema import State


class OtherEmbedder(WordEmbedder):
    model_id = "other@2"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [(" Handbook ", "Handbook"), ("员工手册", "员工手册"), ("e\u0301", "\u00e9"), ("x", "x")],
)
def test_a_name_is_kept_composed_and_trimmed(given_name: str, kept: str) -> None:
    assert collection_name(given_name) == kept


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\nb", "a\x00", "a\u202eb", "\u200b"])
def test_a_name_nobody_could_type_is_refused(name: str) -> None:
    with pytest.raises(InvalidCollectionName):
        collection_name(name)


def test_a_collection_is_found_whatever_its_case_or_width(shelf: Shelf) -> None:
    made = shelf.collection("Handbook")
    assert shelf.record.collection("HANDBOOK").id == made.id
    assert shelf.record.collection("Ｈａｎｄｂｏｏｋ ").id == made.id
    assert shelf.collection("handBOOK").id == made.id
    assert shelf.record.collection("handbook").name == "Handbook"


def test_a_missing_collection_names_those_there_are(shelf: Shelf) -> None:
    with pytest.raises(CollectionNotFound, match="none yet"):
        shelf.record.collection("x")
    shelf.collection("b")
    shelf.collection("A")
    with pytest.raises(CollectionNotFound, match="A, b"):
        shelf.record.collection("x")


def test_a_collection_keeps_to_its_embedder(shelf: Shelf) -> None:
    shelf.collection("c")
    with pytest.raises(EmbedderMismatch, match="other@2"):
        shelf.record.ensure_collection("c", OtherEmbedder())
    assert shelf.record.collection("c").embedder == shelf.embedder.model_id


def test_collections_count_only_what_can_be_searched(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "one", "two")
    shelf.add("c", "b.txt", "three")
    shelf.put("c", "half.txt", "four")
    shelf.add("c", "a.txt", "newer")
    (collection,) = shelf.record.collections()
    assert (collection.documents, collection.chunks) == (2, 2)


def test_an_empty_collection_is_dropped_and_a_full_one_not(shelf: Shelf) -> None:
    empty, full = shelf.collection("empty"), shelf.collection("full")
    shelf.add("full", "a.txt", "one")
    assert shelf.record.drop_empty_collection(empty.id)
    assert not shelf.record.drop_empty_collection(full.id)
    assert [one.name for one in shelf.record.collections()] == ["full"]


def test_documents_are_listed_by_name_with_their_newest_version(shelf: Shelf) -> None:
    collection = shelf.collection("c")
    shelf.add("c", "b.txt", "one")
    shelf.add("c", "a.txt", "old")
    shelf.add("c", "a.txt", "new", "newer")
    a, b = shelf.record.documents(collection.id)
    assert (a.name, b.name) == ("a.txt", "b.txt")
    assert (a.pages, a.chunks, a.version, a.state) == (2, 2, sha("new\fnewer"), State.READY)
    assert shelf.record.document(collection, "b.txt") == b
    with pytest.raises(DocumentNotFound, match=r"c\.txt"):
        shelf.record.document(collection, "c.txt")


def test_a_page_is_read_of_any_version_still_kept(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "old one", "old two")
    entry = shelf.record.document(shelf.collection("c"), "a.txt")
    shelf.add("c", "a.txt", "new")
    old = sha("old one\fold two")
    assert shelf.record.page(entry.id, old, 2).text == "old two"
    assert shelf.record.page(entry.id, old[:16], 1).text == "old one"
    for document, version, number in ((entry.id, "0" * 64, 1), ("x", old, 1)):
        with pytest.raises(VersionNotFound):
            shelf.record.page(document, version, number)
    with pytest.raises(VersionNotFound):
        shelf.record.page(entry.id, "%", 1)
    with pytest.raises(PageNotFound, match=r"no page 3; it has 2"):
        shelf.record.page(entry.id, old, 3)


def test_passages_come_only_from_the_collections_asked_for(shelf: Shelf) -> None:
    one, other = shelf.add("one", "a.txt", "alpha"), shelf.add("other", "b.txt", "beta")
    ids = shelf.ids(one, other)
    allowed = shelf.collection("one").id
    assert list(shelf.record.passages(ids, collection_ids=[allowed])) == shelf.ids(one)
    assert shelf.record.passages(ids, collection_ids=[]) == {}
    assert shelf.record.passages([], collection_ids=[allowed]) == {}


def test_a_passage_comes_back_whole(shelf: Shelf) -> None:
    text = "The pump weighs 4 kg. 水泵重 4 公斤。"
    version = shelf.add("c", "a.txt", "first", text)
    chunk_id = shelf.ids(version)[1]
    stored = shelf.record.passages([chunk_id], collection_ids=[shelf.collection("c").id])[chunk_id]
    passage = stored.passage
    assert (passage.document, passage.collection, passage.paginated) == ("a.txt", "c", True)
    assert (passage.chunk.text, passage.chunk.page, passage.chunk_id) == (text, 2, chunk_id)
    page = shelf.record.page(passage.document_id, passage.version, passage.chunk.page)
    for span in passage.chunk.sentences:
        assert page.text[span.start : span.end] == passage.chunk.quote(span)
    assert stored.vector == pytest.approx(shelf.embedder.embed_query(text), abs=1e-3)


def test_more_ids_than_one_statement_takes(shelf: Shelf) -> None:
    version = shelf.add("c", "a.txt", *(f"text {n}" for n in range(1203)))
    ids = shelf.ids(version)
    found = shelf.record.passages(ids, collection_ids=[shelf.collection("c").id])
    assert sorted(found) == ids


def test_vectors_are_all_that_can_be_searched_by_id(shelf: Shelf) -> None:
    version = shelf.add("c", "a.txt", "one", "two")
    shelf.put("c", "half.txt", "three")
    ids, matrix = shelf.record.vectors(shelf.record.collection("c"))
    assert ids == shelf.ids(version) == sorted(ids)
    assert matrix.shape == (2, shelf.embedder.dimension)
    assert np.linalg.norm(matrix, axis=1) == pytest.approx(np.ones(2), abs=1e-6)


def test_an_empty_collection_has_no_vectors(shelf: Shelf) -> None:
    ids, matrix = shelf.record.vectors(shelf.collection("c"))
    assert ids == []
    assert matrix.shape == (0, shelf.embedder.dimension)


def texts_of(shelf: Shelf, ids: list[str]) -> dict[str, str]:
    chosen = shelf.record.collection("c")
    found = shelf.record.passages(ids, collection_ids=[chosen.id])
    return {name: one.passage.chunk.text for name, one in found.items()}


def test_what_was_read_before_is_not_found_once_it_is_gone(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "alpha")
    shelf.add("c", "b.txt", "beta")
    ids, _ = shelf.record.vectors(shelf.record.collection("c"))
    assert sorted(texts_of(shelf, ids).values()) == ["alpha", "beta"]
    shelf.versions.begin_delete(shelf.record.collection("c"), "a.txt")
    assert list(texts_of(shelf, ids).values()) == ["beta"]
    assert shelf.record.passages(ids, collection_ids=[]) == {}


def test_a_passage_made_anew_under_its_old_id_is_read_anew(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "alpha")
    (before,), _ = shelf.record.vectors(shelf.record.collection("c"))
    assert texts_of(shelf, [before]) == {before: "alpha"}
    version = shelf.begin("c", "a.txt", "alpha")
    shelf.store(version, a_document("a.txt", "read better", version=sha("alpha")))
    shelf.versions.publish([version])
    assert texts_of(shelf, [before]) == {before: "read better"}


def test_a_document_is_found_by_its_id_until_it_is_deleted(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "Alpha.")
    shelf.add("乙", "a.txt", "Beta.")
    (entry,) = shelf.record.documents(shelf.collection("乙").id)
    assert shelf.record.whereabouts(entry.id) == (shelf.record.collection("乙"), entry)
    assert shelf.record.whereabouts("' OR 1=1 --") is None
