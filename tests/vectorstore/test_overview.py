"""Collections counted in one query."""

from __future__ import annotations

from rag.errors import NoText
from tests.vectorstore.shelf import Shelf
from vectorstore.overview import Overview


def test_an_empty_record_has_none(shelf: Shelf) -> None:
    assert Overview(shelf.engine).all() == []


def test_what_is_counted(shelf: Shelf) -> None:
    first = shelf.add("manuals", "pump.md", "The pump is blue.", "It weighs 40 kg.")
    shelf.add("manuals", "valve.md", "The valve is shut.")
    shelf.add("制度", "差旅.md", "住宿标准为 550 元。")
    shelf.versions.refuse(shelf.begin("制度", "扫描.pdf", "x"), NoText(file="扫描.pdf", detail="1"))
    shelf.begin("制度", "新.md", "正在添加")
    shelf.versions.mark([first], "lexical", present=True)
    manuals, rules = Overview(shelf.engine).all()
    assert (manuals.name, manuals.documents, manuals.passages) == ("manuals", 2, 3)
    assert (manuals.words, manuals.vectors, manuals.in_step) == (2, 0, False)
    assert manuals.file_bytes == 3  # ``Shelf.begin`` counts texts
    assert (rules.name, rules.documents, rules.refused, rules.underway) == ("制度", 1, 1, 1)
    assert manuals.changed_at.tzinfo is not None


def test_a_replaced_version_counts_as_a_file_alone(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "Old text.")
    shelf.add("c", "a.md", "New text.", "More of it.")
    [found] = Overview(shelf.engine).all()
    assert (found.documents, found.passages, found.file_bytes) == (1, 2, 3)


def test_a_collection_of_deleted_documents_is_gone(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "Text.")
    collection = shelf.record.collection("c")
    shelf.versions.begin_delete(collection, "a.md")
    assert Overview(shelf.engine).all() == []
    shelf.add("c", "b.md", "Text.")
    assert [(one.documents, one.leaving) for one in Overview(shelf.engine).all()] == [(1, 1)]


def test_an_index_is_in_step_when_it_was_told_everything(shelf: Shelf) -> None:
    version = shelf.add("c", "a.md", "Text.")
    shelf.versions.mark([version], "lexical", present=True)
    shelf.versions.mark([version], "dense", present=True)
    [found] = Overview(shelf.engine).all()
    assert found.in_step
    assert found.index_id == found.id
