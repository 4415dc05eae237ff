"""Queries over the rows of documents and versions that several ways of changing them share."""

from __future__ import annotations

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from vectorstore.record import Collection
from vectorstore.schema import CollectionRow, DocumentRow, State, VersionRow


def named(collection: Collection, name: str) -> Select[DocumentRow]:
    """The document of this name."""
    return select(DocumentRow).where(
        DocumentRow.collection_id == collection.id, DocumentRow.name == name
    )


def ready(collection: Collection, name: str) -> Select[int]:
    """Ids of the document's ready versions."""
    return (
        select(VersionRow.id)
        .join(DocumentRow, DocumentRow.id == VersionRow.document_id)
        .where(
            DocumentRow.collection_id == collection.id,
            DocumentRow.name == name,
            VersionRow.state == State.READY,
        )
    )


def in_generation(generation: int) -> Select[str]:
    """Ids of the documents of collections whose indexes are of that generation."""
    return (
        select(DocumentRow.id)
        .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
        .where(CollectionRow.generation == generation)
    )


def new_document(session: Session, collection: Collection, name: str) -> DocumentRow:
    """Add a document without versions.

    Where another one has its id, for it came in while its collection had this name, it gets one
    made from the collection's own id.
    """
    own_id = DocumentRow.id_for(collection.name, name)
    if session.get(DocumentRow, own_id) is not None:
        own_id = DocumentRow.id_for(collection.id, name)
    document = DocumentRow(id=own_id, collection_id=collection.id, name=name)
    session.add(document)
    session.flush()
    return document


def touch(session: Session, document_id: str) -> None:
    """Note that the document's collection looks different to a search now."""
    of_document = select(DocumentRow.collection_id).where(DocumentRow.id == document_id)
    touched = update(CollectionRow).where(CollectionRow.id == of_document.scalar_subquery())
    session.execute(touched.values(revision=CollectionRow.revision + 1))


def drop_if_empty(session: Session, document_id: str) -> None:
    """Drop the document if it has no version left."""
    left = select(VersionRow.id).where(VersionRow.document_id == document_id).limit(1)
    if session.scalar(left) is None:
        session.execute(delete(DocumentRow).where(DocumentRow.id == document_id))
