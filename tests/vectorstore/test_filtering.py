"""What a filter lets through is what the record says, whatever an index says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import UnknownDocument
from rag.filter import Filter
from tests.vectorstore.shelf import Shelf, names
from vectorstore.exact import ExactIndex
from vectorstore.filtering import TYPES, fits_version, type_named, type_of
from vectorstore.fused import FusedIndex
from vectorstore.lexical import LexicalIndex
from vectorstore.record import Collection

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pdf", "pdf"),
        (" .PDF ", "pdf"),
        ("ｐｄｆ", "pdf"),
        ("Word", "docx"),
        ("htm", "html"),
        ("MD", "markdown"),
        ("Excel", "xlsx"),
        (".jpeg", "image"),
        ("eml", "email"),
        (".txt", "text"),
        ("other", "other"),
        ("", ""),
        ("表格", "表格"),
    ],
)
def test_a_type_is_named_as_people_do(said: str, meant: str) -> None:
    assert type_named(said) == meant


def test_every_type_is_named_by_its_own_name() -> None:
    for media_type, name in TYPES.items():
        assert type_of(media_type) == name == type_named(name)
    assert type_of("application/x-unheard-of") == type_of("") == "other"


def test_every_loaders_type_has_a_name_of_its_own() -> None:
    """``ingest`` may not be asked by the stage below it, so a test holds the two together."""
    from ingest.loaders import (
        delimited,
        docx,
        eml,
        epub,
        html,
        image,
        json_lines,
        markdown,
        pdf,
        pptx,
        text,
        xlsx,
    )

    loaders = [docx, eml, epub, html, markdown, pdf, pptx, text, xlsx]
    named = {type_of(kind) for kind in (delimited.CSV_TYPE, delimited.TSV_TYPE)}
    assert named == {"csv"}
    assert {type_of(kind) for kind in image.MEDIA_TYPES.values()} == {"image"}
    assert {type_of(kind) for kind in (json_lines.JSON_TYPE, json_lines.JSONL_TYPE)} == {"json"}
    assert [type_of(one.MEDIA_TYPE) for one in loaders] == [
        "docx",
        "email",
        "epub",
        "html",
        "markdown",
        "pdf",
        "pptx",
        "text",
        "xlsx",
    ]


def test_choices_are_what_can_be_found(shelf: Shelf) -> None:
    shelf.versions.publish(
        [
            shelf.file("c", "b.md", "one", media_type="text/markdown"),
            shelf.file("c", "a.docx", "one", media_type=DOCX),
            shelf.file("d", "a.docx", "two", media_type="image/x-odd"),
        ]
    )
    shelf.file("c", "half.pdf", "not ready", media_type="application/pdf")
    c, d = shelf.collection("c"), shelf.collection("d")
    both = shelf.record.narrowing.choices([c, d])
    assert both.documents == ("a.docx", "b.md")
    assert both.types == ("docx", "markdown", "other")
    assert shelf.record.narrowing.choices([d]).types == ("other",)
    assert shelf.record.narrowing.choices([]).documents == ()


def test_an_unknown_name_is_answered_with_the_nearest_ones(shelf: Shelf) -> None:
    shelf.versions.publish([shelf.file("手册", f"rule-{n:02}.txt", f"r{n}") for n in range(30)])
    shelf.versions.publish([shelf.file("手册", "考勤制度.docx", "r")])
    chosen = shelf.record.chosen(["手册"])
    with pytest.raises(UnknownDocument) as raised:
        shelf.record.narrowing.allowed(Filter(documents=("考勤制度.doc",)), chosen)
    known = str(raised.value.values["known"])
    assert known.startswith("考勤制度.docx, ")
    assert known.endswith(", …")
    assert len(known.split(", ")) == 11


def test_the_day_is_the_utc_day_the_current_version_was_added(shelf: Shelf) -> None:
    shelf.versions.publish([shelf.file("c", "a.txt", "old", day="2026-01-01")])
    shelf.versions.publish([shelf.file("c", "a.txt", "new", day="2026-03-01T00:00")])

    def chunks(**conditions: Any) -> int:
        chosen = shelf.record.chosen(["c"])
        allowed = shelf.record.narrowing.allowed(Filter(**conditions), chosen)
        assert allowed is not None
        return allowed.chunks

    assert chunks(added_until=date(2026, 2, 28)) == 0
    assert chunks(added_from=date(2026, 3, 2)) == 0
    assert chunks(added_from=date(2026, 3, 1), added_until=date(2026, 3, 1)) == 1


def test_an_index_that_lies_is_not_believed(shelf: Shelf) -> None:
    mine, theirs = shelf.file("c", "mine.txt", "pump"), shelf.file("c", "theirs.txt", "pump valve")
    shelf.versions.publish([mine, theirs])
    lexical = shelf.lexical()
    lied = [replace(one, version_id=mine) for one in shelf.entries(theirs)]
    lexical.add(shelf.collection("c").id, [*shelf.entries(mine), *lied])
    where = Filter(documents=("mine.txt",))
    chosen = shelf.record.chosen(["c"])
    allowed = shelf.record.narrowing.allowed(where, chosen)
    assert {
        one for one, _ in lexical.best(lexical.query_of("pump", chosen), chosen, 9, allowed)
    } == {
        *shelf.ids(mine),
        *shelf.ids(theirs),
    }
    fused = FusedIndex(
        shelf.record, shelf.embedder, ExactIndex(shelf.record, shelf.embedder), lexical
    )
    for index in (lexical, fused):
        hits = index.search("pump valve", collections=["c"], top_k=9, where=where)
        assert names(hits) == ["mine.txt"]


def test_one_of_five_hundred_documents_is_found_first(shelf: Shelf) -> None:
    others = [
        shelf.put("c", f"better-{n}.txt", f"How often is the 水泵 diaphragm replaced? {n}")
        for n in range(499)
    ]
    mine = shelf.put("c", "mine.txt", "Once a year. 每年一次 diaphragm")
    shelf.versions.publish([*others, mine])
    lexical = shelf.lexical()
    lexical.add(shelf.collection("c").id, shelf.entries(*others, mine))
    index = FusedIndex(
        shelf.record, shelf.embedder, ExactIndex(shelf.record, shelf.embedder), lexical
    )
    question = "How often is the 水泵 diaphragm replaced?"
    assert "mine.txt" not in names(index.search(question, collections=["c"], top_k=499))
    where = Filter(documents=("mine.txt",))
    hits = index.search(question, collections=["c"], top_k=8, where=where)
    assert names(hits) == ["mine.txt"]
    assert hits[0].parts["lexical"] > 0


WORDS = ["pump", "valve", "motor", "水泵", "阀门", "Ｐｕｍｐ"]
HEADINGS = ["Care", "Ｃａｒｅ and repair", "维护", "維護", "Straße"]
KINDS = ["application/pdf", "text/markdown", "text/plain", "image/x-odd"]
FIRST = date(2026, 1, 1)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shelf, LexicalIndex]]:
    """Forty documents of every kind in two collections, in the word index too."""
    shelf = Shelf.at(tmp_path_factory.mktemp("stocked"))
    lexical = shelf.lexical()
    for collection in ("c", "d"):
        versions = [
            shelf.file(
                collection,
                f"{n % 25}.txt",
                " ".join(WORDS[n % 3 : 2 + n % 5]) or "cable",
                media_type=KINDS[n % 4],
                headings=HEADINGS[n % 6 : n % 6 + n % 3],
                day=(FIRST + timedelta(days=n % 7)).isoformat(),
            )
            for n in range(*{"c": (0, 20), "d": (15, 35)}[collection])
        ]
        shelf.versions.publish(versions)
        lexical.add(shelf.collection(collection).id, shelf.entries(*versions))
    yield shelf, lexical
    shelf.engine.dispose()


def expected(shelf: Shelf, where: Filter, collections: Sequence[Collection]) -> set[str]:
    """Brute force: every passage of every document, one condition after the other."""
    found = set()
    for collection in collections:
        for entry in shelf.record.documents(collection.id):
            day = entry.added_at.replace(tzinfo=UTC).date()
            if where.documents and entry.name not in where.documents:
                continue
            if not (where.added_from or date.min) <= day <= (where.added_until or date.max):
                continue
            for passage in shelf.record.passages_of(collection, entry.name):
                path = [title.replace("Ｃａｒｅ", "Care") for title in passage.chunk.heading_path]
                wanted = where.heading.casefold()
                if wanted and not any(wanted in title.casefold() for title in path):
                    continue
                found.add(passage.chunk_id)
    return found


def a_filter(documents: list[int], added: tuple[date | None, date | None], heading: str) -> Filter:
    first, last = added
    if first and last and first > last:
        first, last = last, first
    named = tuple(f"{n}.txt" for n in documents)
    return Filter(documents=named, added_from=first, added_until=last, heading=heading)


DAYS = st.one_of(st.none(), st.integers(-1, 8).map(lambda n: FIRST + timedelta(days=n)))
FILTERS = st.builds(
    a_filter,
    st.lists(st.integers(0, 19), max_size=4),
    st.tuples(DAYS, DAYS),
    st.sampled_from(["", "care", "Care AND", "维", "維護", "STRASSE", "valve"]),
)


@settings(max_examples=60, deadline=None)
@given(
    where=FILTERS,
    collections=st.sampled_from([["c"], ["c", "d"]]),
    question=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
)
def test_what_is_found_is_what_brute_force_lets_through(
    stocked: tuple[Shelf, LexicalIndex], where: Filter, collections: list[str], question: str
) -> None:
    shelf, lexical = stocked
    chosen = shelf.record.chosen(collections)
    fitting = expected(shelf, where, chosen)
    exact = ExactIndex(shelf.record, shelf.embedder)
    fused = FusedIndex(shelf.record, shelf.embedder, exact, lexical)
    for index in (exact, fused):
        hits = index.search(question, collections=collections, top_k=100, where=where)
        assert {hit.passage.chunk_id for hit in hits} == fitting
    worded = lexical.search(question, collections=collections, top_k=100)
    narrowed = lexical.search(question, collections=collections, top_k=100, where=where)
    assert [(hit.passage.chunk_id, hit.score) for hit in narrowed] == [
        (hit.passage.chunk_id, hit.score) for hit in worded if hit.passage.chunk_id in fitting
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_types_are_told_apart_as_brute_force_does(
    stocked: tuple[Shelf, LexicalIndex], kind: str
) -> None:
    shelf, _ = stocked
    where = Filter(types=(type_of(kind),))
    hits = ExactIndex(shelf.record, shelf.embedder).search(
        "pump", collections=["c"], top_k=100, where=where
    )
    assert sorted(names(hits), key=lambda name: int(name[:-4])) == [
        f"{n}.txt" for n in range(20) if KINDS[n % 4] == kind
    ]


def test_few_filters_are_kept(shelf: Shelf) -> None:
    shelf.versions.publish([shelf.file("c", f"{n}.txt", f"pump {n}") for n in range(12)])
    chosen = shelf.record.chosen(["c"])
    narrowing = shelf.record.narrowing
    first = narrowing.allowed(Filter(documents=("0.txt",)), chosen)
    assert narrowing.allowed(Filter(documents=("0.txt",)), chosen) is first
    for n in range(1, 12):
        narrowing.allowed(Filter(documents=(f"{n}.txt",)), chosen)
    assert narrowing.allowed(Filter(documents=("0.txt",)), chosen) is not first


def test_times_with_a_zone_count_by_their_day_in_utc() -> None:
    """Other databases than SQLite give times with their zone."""
    late = datetime.fromisoformat("2026-01-01T23:30:00-02:00")
    assert fits_version(Filter(added_from=date(2026, 1, 2)), "a.txt", "text/plain", late)
    assert not fits_version(Filter(added_until=date(2026, 1, 1)), "a.txt", "text/plain", late)
