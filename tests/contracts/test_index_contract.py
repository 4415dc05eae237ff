"""What ``rag.protocols.Index`` promises, asked of every index there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.errors import CollectionNotFound
from rag.protocols import Index
from rag.types import Hit
from tests.fakes import WordEmbedder
from tests.vectorstore.shelf import Shelf, names
from vectorstore.chroma import ChromaIndex
from vectorstore.exact import ExactIndex
from vectorstore.fused import FusedIndex
from vectorstore.synchroniser import Synchroniser

KINDS = ["exact", "chroma", "lexical", "fused over chroma", "fused over exact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """An index over a record whose changes reach it."""

    shelf: Shelf
    index: Index
    settle: Callable[[], None]

    def put(self, collection: str, name: str, *texts: str) -> None:
        self.shelf.put(collection, name, *texts)
        self.settle()

    def delete(self, collection: str, name: str) -> None:
        self.shelf.versions.begin_delete(self.shelf.record.collection(collection), name)
        self.settle()

    def search(self, question: str, *collections: str, top_k: int = 10) -> list[Hit]:
        return self.index.search(question, collections=collections, top_k=top_k)


@pytest.fixture(params=KINDS)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    shelf = Shelf.at(tmp_path, WordEmbedder())
    lexical = shelf.lexical()
    chroma = None
    if "chroma" in request.param:
        chroma = ChromaIndex.own(shelf.record, shelf.embedder, tmp_path / "chroma")
        assert chroma is not None
    exact = ExactIndex(shelf.record, shelf.embedder)
    index: Index
    if request.param.startswith("fused"):
        index = FusedIndex(shelf.record, shelf.embedder, chroma or exact, lexical)
    else:
        index = {"exact": exact, "chroma": chroma, "lexical": lexical}[request.param]  # type: ignore[assignment]
    synchroniser = Synchroniser(shelf.record, shelf.versions, lexical, chroma)
    yield Library(shelf=shelf, index=index, settle=synchroniser.settle)
    if chroma is not None:
        chroma.close()
    shelf.engine.dispose()


def test_hits_come_best_first(library: Library) -> None:
    library.put("c", "a.txt", "pump valve motor", "pump", "pump valve", "cable", "水泵 保修")
    for question in ("pump", "pump valve", "水泵 的 保修"):
        hits = library.search(question, "c")
        assert hits
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
    assert library.search("pump valve motor", "c")[0].passage.chunk.text == "pump valve motor"
    assert library.search("水泵", "c")[0].passage.chunk.text == "水泵 保修"


def test_ties_go_by_chunk_id(library: Library) -> None:
    for name in "dbacfe":
        library.put("c", f"{name}.txt", "pump valve")
    ids = [hit.passage.chunk_id for hit in library.search("pump valve", "c")]
    assert len(ids) == 6
    assert ids == sorted(ids)
    library_again = [hit.passage.chunk_id for hit in library.search("pump valve", "c")]
    assert library_again == ids


def test_no_more_than_top_k(library: Library) -> None:
    library.put("c", "a.txt", *(f"pump number {n}" for n in range(12)))
    for top_k in (1, 5, 12, 500):
        hits = library.search("pump", "c", top_k=top_k)
        assert len(hits) == min(top_k, 12)
        assert len({hit.passage.chunk_id for hit in hits}) == len(hits)


def test_no_collections_is_no_hits(library: Library) -> None:
    library.put("c", "a.txt", "pump")
    assert library.search("pump") == []


def test_an_unknown_collection_is_said_so(library: Library) -> None:
    library.put("c", "a.txt", "pump")
    with pytest.raises(CollectionNotFound, match="nowhere"):
        library.search("pump", "nowhere")
    with pytest.raises(CollectionNotFound, match="nowhere"):
        library.search("pump", "c", "nowhere")


def test_an_empty_collection_has_no_hits(library: Library) -> None:
    library.shelf.collection("c")
    assert library.search("pump", "c") == []


def test_deleted_documents_are_gone_at_once(library: Library) -> None:
    library.put("c", "a.txt", "pump one")
    library.put("c", "b.txt", "pump two")
    library.shelf.versions.begin_delete(library.shelf.collection("c"), "a.txt")
    assert names(library.search("pump", "c")) == ["b.txt"]
    library.settle()
    assert names(library.search("pump", "c")) == ["b.txt"]
    library.delete("c", "b.txt")
    assert library.search("pump", "c") == []


def test_superseded_versions_are_gone(library: Library) -> None:
    library.put("c", "a.txt", "pump old", "pump older")
    library.put("c", "a.txt", "pump new")
    assert [hit.passage.chunk.text for hit in library.search("pump", "c")] == ["pump new"]
    library.put("c", "a.txt", "pump old", "pump older")
    assert {hit.passage.chunk.text for hit in library.search("pump", "c")} == {
        "pump old",
        "pump older",
    }


def test_a_version_that_is_not_ready_is_not_found(library: Library) -> None:
    library.put("c", "a.txt", "pump ready")
    library.shelf.put("c", "b.txt", "pump half")
    library.shelf.begin("c", "c.txt", "pump begun")
    assert names(library.search("pump", "c")) == ["a.txt"]


def test_other_collections_never_leak(library: Library) -> None:
    library.put("mine", "a.txt", "pump canary")
    library.put("theirs", "b.txt", "pump canary secret")
    library.put("third", "c.txt", "pump canary")
    assert names(library.search("pump canary secret", "mine")) == ["a.txt"]
    hits = library.search("pump canary secret", "third", "mine")
    assert sorted(names(hits)) == ["a.txt", "c.txt"]
    assert {hit.passage.collection for hit in hits} == {"mine", "third"}


def test_a_collection_named_twice_is_searched_once(library: Library) -> None:
    library.put("Mine", "a.txt", "pump")
    assert names(library.search("pump", "Mine", "Mine", "mine")) == ["a.txt"]


def test_a_collection_is_found_whatever_its_case(library: Library) -> None:
    library.put("Handbook 手册", "a.txt", "pump")
    (hit,) = library.search("pump", "HANDBOOK 手册")
    assert hit.passage.collection == "Handbook 手册"


def test_a_hit_can_be_cited(library: Library) -> None:
    library.put("c", "a.txt", "intro", "The pump is red. 水泵重 4 公斤。")
    passage = library.search("pump red 水泵", "c")[0].passage
    page = library.shelf.record.page(passage.document_id, passage.version, passage.chunk.page)
    assert page.text[passage.chunk.start : passage.chunk.end] == passage.chunk.text
    assert len(passage.chunk.sentences) == 2
    for span in passage.chunk.sentences:
        assert page.text[span.start : span.end] == passage.chunk.quote(span)


@pytest.mark.parametrize("question", ["", "?", "的", "\x00", "𠀀", "a" * 5000, '"(*:', "\ud800"])
def test_no_question_breaks_it(library: Library, question: str) -> None:
    library.put("c", "a.txt", "pump valve")
    hits = library.search(question, "c")
    assert len(hits) <= 1
