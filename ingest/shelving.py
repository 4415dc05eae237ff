"""Collections renamed and deleted, with the files that are on their way into them."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from ingest.job_tables import ENDED, FileState, JobFileRow, JobRow
from rag.collection_errors import CollectionExists
from vectorstore.collection_names import collection_name, folded
from vectorstore.record import Record
from vectorstore.schema import CollectionRow, DocumentRow, State, VersionRow, now


class Shelving:
    """Changes collections as wholes."""

    def __init__(self, engine: Engine, record: Record) -> None:
        self._engine = engine
        self._record = record

    def rename(self, name: str, new_name: str) -> str:
        """Call the collection ``new_name``; returns the name as it is kept.

        Files on their way into it come in under the new name. Raises CollectionNotFound,
        InvalidCollectionName, and CollectionExists where another one has that name.
        """
        held, kept = self._record.collection(name), collection_name(new_name)
        with Session(self._engine) as session, session.begin():
            query = select(CollectionRow).where(CollectionRow.folded_name == folded(kept))
            there = session.scalar(query)
            if there is not None and there.id != held.id:
                raise CollectionExists(name=there.name)
            row = session.get_one(CollectionRow, held.id)
            row.name, row.folded_name = kept, folded(kept)
            row.revision += 1
            for job in session.scalars(select(JobRow)):
                if folded(job.collection) == folded(held.name):
                    job.collection = kept
        return kept

    def delete(self, name: str) -> int:
        """Hide the collection with all that is in it; returns how many documents that were.

        Files on their way into it are cancelled. Who holds the ingestion lock next takes it out of
        the record and the indexes. Raises CollectionNotFound.
        """
        held = self._record.collection(name)
        with Session(self._engine) as session, session.begin():
            jobs = [
                job.id
                for job in session.scalars(select(JobRow))
                if folded(job.collection) == folded(held.name)
            ]
            waiting = JobFileRow.job_id.in_(jobs) & JobFileRow.state.not_in(ENDED)
            cancelled = {"state": FileState.CANCELLED, "updated_at": now()}
            session.execute(update(JobFileRow).where(waiting).values(cancelled))
            of_it = select(DocumentRow.id).where(DocumentRow.collection_id == held.id)
            documents = len(session.scalars(of_it).all())
            session.execute(
                update(VersionRow)
                .where(VersionRow.document_id.in_(of_it))
                .values(state=State.DELETING, current=False)
            )
            session.get_one(CollectionRow, held.id).revision += 1
        return documents
