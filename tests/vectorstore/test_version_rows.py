"""Rows that several ways of changing documents share."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.vectorstore.shelf import Shelf
from vectorstore.schema import CollectionRow, DocumentRow
from vectorstore.version_rows import in_generation, named, new_document


def test_a_name_given_up_by_a_renamed_collection_can_be_used_again(shelf: Shelf) -> None:
    shelf.add("manuals", "泵.md", "The pump is blue.")
    with Session(shelf.engine) as session, session.begin():
        session.execute(update(CollectionRow).values(name="old", folded_name="old"))
    shelf.add("manuals", "泵.md", "The pump is red.")
    found = {
        one.name: [entry.id for entry in shelf.record.documents(one.id)]
        for one in shelf.record.collections()
    }
    assert found["old"] == [DocumentRow.id_for("manuals", "泵.md")]
    assert len(found["manuals"]) == 1
    assert found["manuals"] != found["old"]


def test_documents_by_the_generation_of_their_indexes(shelf: Shelf) -> None:
    here, there = shelf.collection("here"), shelf.collection("there")
    with Session(shelf.engine) as session, session.begin():
        first, second = new_document(session, here, "a"), new_document(session, there, "a")
        session.get_one(CollectionRow, there.id).generation = 2
        session.flush()
        assert session.scalars(in_generation(0)).all() == [first.id]
        assert session.scalars(in_generation(2)).all() == [second.id]
        assert session.scalars(in_generation(1)).all() == []
        assert session.scalar(named(there, "a")) is second
        assert session.scalar(named(there, "b")) is None
