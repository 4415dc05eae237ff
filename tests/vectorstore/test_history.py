"""What the record keeps of a document's versions: contents, reports, readings, passages."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from rag.errors import EmptyFile
from rag.types import ParseReport
from tests.fakes import a_document
from tests.vectorstore.shelf import Shelf, sha
from vectorstore.history import History, KeptPage, content_of, next_reading
from vectorstore.schema import DocumentRow, VersionRow

NAME = "说明 manual.pdf"


def document_id(shelf: Shelf, name: str = NAME) -> str:
    return shelf.record.document(shelf.collection("c"), name).id


def test_contents_are_of_versions_that_are_kept_or_under_way(shelf: Shelf) -> None:
    history = History(shelf.engine)
    assert history.contents() == frozenset()
    shelf.add("c", "a.md", "Alpha.")
    shelf.add("c", "a.md", "阿尔法。")
    shelf.add("d", "b.md", "阿尔法。")
    shelf.begin("c", "new.md", "Beta.")
    shelf.versions.refuse(shelf.begin("c", "bad.md", "Gamma."), EmptyFile(file="bad.md"))
    shelf.add("c", "gone.md", "Delta.")
    shelf.versions.begin_delete(shelf.collection("c"), "gone.md")
    assert history.contents() == {sha("Alpha."), sha("阿尔法。"), sha("Beta.")}


def test_versions_come_current_first_with_how_they_were_read(shelf: Shelf) -> None:
    shelf.add("c", NAME, "one")
    version_id = shelf.begin("c", NAME, "两", "two!")
    read = a_document(NAME, "两", "two!", version=sha("两\ftwo!"))
    shelf.store(
        version_id,
        replace(read, ocr_pages=(2,), doubtful_pages=(1,), warnings=("pages without text: 1",)),
    )
    shelf.versions.publish([version_id])
    shelf.versions.refuse(shelf.begin("c", NAME, "bad"), EmptyFile(file=NAME))
    newest, oldest = History(shelf.engine).versions(document_id(shelf))
    assert (newest.current, oldest.current) == (True, False)
    assert newest.report == ParseReport(
        pages=2,
        characters=5,
        ocr_pages=(2,),
        doubtful_pages=(1,),
        warnings=("pages without text: 1",),
    )
    assert (newest.pages, newest.chunks, newest.sha256) == (2, 2, sha("两\ftwo!"))
    assert oldest.report == ParseReport(pages=1, characters=3)


def test_a_version_read_before_reports_were_kept_has_none(shelf: Shelf) -> None:
    version_id = shelf.add("c", NAME, "one")
    with Session(shelf.engine) as session, session.begin():
        session.get_one(VersionRow, version_id).report = None
    [found] = History(shelf.engine).versions(document_id(shelf))
    assert (found.report, found.pages) == (None, 1)


def test_nothing_is_known_of_an_unknown_document(shelf: Shelf) -> None:
    history = History(shelf.engine)
    assert history.versions("nobody") == []
    assert history.pages(7) == []
    assert history.chunks(7, 1) == []


def test_the_passages_of_a_page_are_those_of_its_version(shelf: Shelf) -> None:
    history = History(shelf.engine)
    old = shelf.add_page("c", NAME, "Old first.", "旧的第二段。")
    new = shelf.add("c", NAME, "New page one.", "新的第二页。")
    assert [chunk.text for chunk in history.chunks(old, 1)] == ["Old first.", "旧的第二段。"]
    assert [chunk.text for chunk in history.chunks(new, 2)] == ["新的第二页。"]
    assert history.pages(old) == [KeptPage(number=1, label=None, chunks=2)]
    assert [(page.number, page.chunks) for page in history.pages(new)] == [(1, 1), (2, 1)]


def test_the_same_bytes_are_read_anew_beside_what_is_there(shelf: Shelf) -> None:
    collection, history = shelf.collection("c"), History(shelf.engine)
    first = shelf.add("c", NAME, "one")
    for number in (2, 3):
        version_id = shelf.versions.begin(collection, NAME, sha("one"), 3, again=True)
        before = [one.version for one in history.versions(document_id(shelf)) if one.current]
        shelf.store(version_id, a_document(NAME, f"reading {number}", version=sha("one")))
        shelf.versions.publish([version_id])
        after = [one.version for one in history.versions(document_id(shelf)) if one.current]
        assert before != after == [f"{sha('one')}.{number}"]
    assert shelf.versions.is_current(collection, NAME, sha("one"))
    own = document_id(shelf)
    assert shelf.record.page(own, sha("one"), 1).text == "one"
    assert shelf.record.page(own, f"{sha('one')}.2", 1).text == "reading 2"
    assert shelf.record.page(own, sha("one")[:12], 1).text == "reading 3"
    assert len({*shelf.ids(first), *shelf.ids(version_id)}) == 2
    assert history.contents() == {sha("one")}


def test_a_first_reading_has_no_number(shelf: Shelf) -> None:
    with Session(shelf.engine) as session:
        assert next_reading(session, DocumentRow.id_for("c", NAME), sha("one")) == sha("one")
    assert content_of(f"{sha('one')}.12") == content_of(sha("one")) == sha("one")


def test_a_text_stands_where_a_version_that_can_be_opened_has_it(shelf: Shelf) -> None:
    history = History(shelf.engine)
    shelf.add("c", NAME, "One stays. 二走。")
    shelf.add("c", NAME, "One stays. 三来。")
    shelf.add("c", "other.md", "二走。")
    own, old, new = document_id(shelf), sha("One stays. 二走。"), sha("One stays. 三来。")
    assert history.stands(own, old)
    assert history.stands(own, new[:12])
    shelf.versions.begin_delete_superseded()
    assert not history.stands(own, old)
    assert history.stands(own, old, "One stays.")
    assert not history.stands(own, old, "二走。"), "another document has it"
    assert not history.stands(own, old, "one stays."), "it is compared as it is written"
    assert history.stands_in("c", NAME, old, "三来。")
    assert not history.stands_in("d", NAME, new)
    assert not history.stands_in("c", "nobody.md", new, "One stays.")
    assert not history.stands("nobody", new, "One stays.")
