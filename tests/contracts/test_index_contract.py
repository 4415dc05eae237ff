"""What ``rag.protocols.Index`` promises, asked of every index there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.errors import (
    BlankHeading,
    CollectionNotFound,
    ReversedDates,
    UnknownCondition,
    UnknownDocument,
    UnknownType,
)
from rag.expansion import MultiQuery
from rag.filter import EVERYTHING, Filter
from rag.protocols import Index
from rag.types import Hit
from tests.fakes import ScriptedChatModel, WordEmbedder
from tests.vectorstore.shelf import Shelf, names
from tests.vectorstore.tiny_cross_encoder import save_tiny_cross_encoder
from vectorstore.chroma import ChromaIndex
from vectorstore.exact import ExactIndex
from vectorstore.fused import FusedIndex
from vectorstore.reranking import Reranked, TransformerCrossEncoder
from vectorstore.synchroniser import Synchroniser

KINDS = [
    "exact",
    "chroma",
    "lexical",
    "fused over chroma",
    "fused over exact",
    "reranked",
    "in other words",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """An index over a record whose changes reach it."""

    shelf: Shelf
    index: Index
    settle: Callable[[], object]

    def put(self, collection: str, name: str, *texts: str) -> None:
        self.shelf.put(collection, name, *texts)
        self.settle()

    def delete(self, collection: str, name: str) -> None:
        self.shelf.versions.begin_delete(self.shelf.record.collection(collection), name)
        self.settle()

    def file(self, collection: str, name: str, *texts: str, **told: Any) -> int:
        version_id = self.shelf.file(collection, name, *texts, **told)
        self.settle()
        return version_id

    def search(
        self, question: str, *collections: str, top_k: int = 10, where: Filter = EVERYTHING
    ) -> list[Hit]:
        return self.index.search(question, collections=collections, top_k=top_k, where=where)


@pytest.fixture(scope="session")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> TransformerCrossEncoder:
    return TransformerCrossEncoder(str(save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny"))))


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
    fused = FusedIndex(shelf.record, shelf.embedder, chroma or exact, lexical)
    if request.param == "reranked":
        index = Reranked(fused, request.getfixturevalue("cross_encoder"))
    elif request.param == "in other words":
        index = MultiQuery(fused, ScriptedChatModel(["Which pump is meant?\n哪一台水泵？"]))
    elif request.param.startswith("fused"):
        index = fused
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


PDF, MARKDOWN = "application/pdf", "text/markdown"


@pytest.fixture
def filed(library: Library) -> Library:
    """Four documents that all answer "pump 水泵", each of another kind."""
    put = library.shelf.file
    put("c", "pump.pdf", "pump 水泵 one", media_type=PDF, headings=["Manual", "Care"])
    put(
        "c",
        "泵.md",
        "pump 水泵 two",
        media_type=MARKDOWN,
        headings=["手册", "维护"],
        day="2026-01-02",
    )
    put("d", "pump.pdf", "pump 水泵 three", media_type=PDF, day="2026-01-03T23:59:59.999999")
    put("d", "notes.txt", "pump 水泵 four", headings=["CARE of valves"], day="2026-01-04")
    library.settle()
    return library


def found(library: Library, *collections: str, **conditions: Any) -> set[str]:
    """The numbers of the documents that such a filter lets through."""
    hits = library.search("pump 水泵", *collections, where=Filter(**conditions))
    assert len({hit.passage.chunk_id for hit in hits}) == len(hits)
    return {hit.passage.chunk.text.split()[-1] for hit in hits}


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, "one two three four"),
        ({"documents": ("泵.md",)}, "two"),
        ({"documents": ("pump.pdf",)}, "one three"),
        ({"documents": ("notes.txt", "泵.md")}, "two four"),
        ({"types": ("pdf",)}, "one three"),
        ({"types": ("PDF", ".md")}, "one two three"),
        ({"types": ("ＴＸＴ",)}, "four"),
        ({"added_from": date(2026, 1, 2)}, "two three four"),
        ({"added_until": date(2026, 1, 3)}, "one two three"),
        ({"added_from": date(2026, 1, 3), "added_until": date(2026, 1, 3)}, "three"),
        ({"added_from": date.min, "added_until": date.max}, "one two three four"),
        ({"heading": "care"}, "one four"),
        ({"heading": " ＣＡＲＥ\u3000of  Valves"}, "four"),
        ({"heading": "维护"}, "two"),
        ({"heading": "Manual"}, "one"),
        ({"types": ("pdf",), "documents": ("pump.pdf",), "heading": "care"}, "one"),
        ({"types": ("pdf",), "added_from": date(2026, 1, 2)}, "three"),
    ],
)
def test_every_hit_fits_the_filter(
    filed: Library, conditions: dict[str, Any], expected: str
) -> None:
    assert found(filed, "c", "d", **conditions) == set(expected.split())


@pytest.mark.parametrize(
    "conditions",
    [
        {"heading": "維護"},
        {"heading": "Manual Care"},
        {"heading": "%"},
        {"added_from": date(2026, 1, 5)},
        {"added_until": date(2025, 12, 31)},
        {"types": ("text",), "documents": ("pump.pdf",)},
        {"documents": ("泵.md",), "heading": "care"},
        {"documents": ("泵.md",), "added_until": date(2026, 1, 1)},
    ],
)
def test_a_filter_that_nothing_fits_finds_nothing(
    filed: Library, conditions: dict[str, Any]
) -> None:
    assert found(filed, "c", "d", **conditions) == set()


@pytest.mark.parametrize(
    ("collections", "where", "error", "words"),
    [
        (["c"], Filter(documents=("notes.txt",)), UnknownDocument, "'notes.txt' in c.*pump.pdf"),
        (["c", "d"], Filter(documents=("pump.pdf", "泵.doc")), UnknownDocument, "泵.doc.*泵.md"),
        (["c"], Filter(documents=("",)), UnknownDocument, "pump.pdf"),
        (["c"], Filter(documents=("PUMP.PDF",)), UnknownDocument, "pump.pdf"),
        (["c"], Filter(types=("text",)), UnknownType, "'text' in c.*markdown, pdf"),
        (["c", "d"], Filter(types=("pdf", "xlsx")), UnknownType, "xlsx"),
        (["c"], Filter(types=("",)), UnknownType, "markdown"),
        (["empty"], Filter(documents=("a.txt",)), UnknownDocument, "none yet"),
        (["c"], Filter(heading=" \u3000"), BlankHeading, "blanks"),
        (
            ["c"],
            Filter(added_from=date(2026, 2, 1), added_until=date(2026, 1, 1)),
            ReversedDates,
            "2026-02-01 and 2026-01-01",
        ),
    ],
)
def test_a_filter_that_cannot_be_applied_is_said_so(
    filed: Library, collections: list[str], where: Filter, error: type[Exception], words: str
) -> None:
    filed.shelf.collection("empty")
    with pytest.raises(error, match=words):
        filed.search("pump", *collections, where=where)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFilter(Filter):
    """What a later version may add."""

    author: str = ""


def test_a_condition_of_a_later_version_is_not_ignored(filed: Library) -> None:
    for where in (LaterFilter(), LaterFilter(author="Wu"), LaterFilter(types=("pdf",))):
        with pytest.raises(UnknownCondition, match="author"):
            filed.search("pump", "c", where=where)


def test_no_collections_is_no_hits_whatever_the_filter(filed: Library) -> None:
    with pytest.raises(UnknownDocument):
        filed.search("pump", "c", where=Filter(documents=("x",)))
    assert filed.search("pump", where=Filter(documents=("pump.pdf",))) == []


def test_one_document_among_many_that_fit_the_question_better(library: Library) -> None:
    for number in range(80):
        library.shelf.put("c", f"better-{number}.txt", f"pump valve 水泵 阀门 {number}")
    library.shelf.put("c", "mine.txt", "the long story of a pump and 一台 水泵 somewhere else")
    library.settle()
    assert "mine.txt" not in names(library.search("pump valve 水泵 阀门", "c", top_k=60))
    where = Filter(documents=("mine.txt",))
    assert names(library.search("pump valve 水泵 阀门", "c", top_k=5, where=where)) == ["mine.txt"]


def test_a_document_that_changed_since_it_was_indexed_is_checked_again(filed: Library) -> None:
    shelf = filed.shelf
    where = Filter(types=("pdf",))
    assert found(filed, "c", "d", types=("pdf",)) == {"one", "three"}
    version = shelf.file("c", "pump.pdf", "pump 水泵 changed", media_type="text/html")
    shelf.versions.publish([version])
    assert found(filed, "c", "d", types=("pdf",)) == {"three"}
    shelf.versions.begin_delete(shelf.collection("d"), "pump.pdf")
    with pytest.raises(UnknownType):
        filed.search("pump", "c", "d", where=where)
    filed.settle()
    assert found(filed, "c", "d", types=("html",)) == {"changed"}
    assert found(filed, "c", "d", documents=("pump.pdf",)) == {"changed"}


def test_a_filter_meets_documents_added_after_it_was_used_first(filed: Library) -> None:
    assert found(filed, "c", "d", heading="care") == {"one", "four"}
    filed.file("d", "more.txt", "pump 水泵 five", headings=["After-care"])
    assert found(filed, "c", "d", heading="care") == {"one", "four", "five"}


def test_the_best_of_what_fits_are_the_best_of_everything_that_fit(library: Library) -> None:
    for number in range(30):
        words = ["pump", "valve", "motor", "cable", "水泵", "阀门"][: 1 + number % 6]
        kind = [PDF, MARKDOWN, "text/plain"][number % 3]
        library.shelf.file("c", f"{number}.x", " ".join([*words, str(number)]), media_type=kind)
    library.settle()
    where = Filter(types=("markdown",), documents=tuple(f"{n}.x" for n in range(3, 28)))
    hits = library.search("pump motor 水泵", "c", top_k=500, where=where)
    assert sorted(names(hits), key=lambda name: int(name[:-2])) == [
        f"{n}.x" for n in range(4, 28, 3)
    ]
    every = library.search("pump motor 水泵", "c", top_k=500)
    fitting = [hit.passage.chunk_id for hit in every if hit.passage.document in names(hits)]
    assert [hit.passage.chunk_id for hit in hits] == fitting
    three = library.search("pump motor 水泵", "c", top_k=3, where=where)
    assert [hit.passage.chunk_id for hit in three] == fitting[:3]
