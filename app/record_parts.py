"""The record, and what is read from it and changed in it without any index.

With ``app/storage.py`` and the files it names the only one that names concrete classes.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from app.made_once import made_once
from rag.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.sample_questions import SampleQuestions
    from ingest.inbox import Inbox
    from ingest.job_board import JobBoard
    from ingest.jobs import Jobs
    from ingest.shelving import Shelving
    from rag.protocols import Embedder
    from vectorstore.collection_settings import SettingsOfCollections
    from vectorstore.overview import Overview
    from vectorstore.record import Record
    from vectorstore.reindexing import Reindexings


class RecordParts:
    """What stands on the record and the files beside it alone."""

    def __init__(self, settings: Settings, *, chroma_wait_s: float = 0.0) -> None:
        self.settings = settings
        self._chroma_wait_s = chroma_wait_s
        self.making = threading.RLock()
        self._models: dict[str, Embedder] = {}

    @made_once
    def engine(self) -> Engine:
        """The database."""
        import app.conversations
        import app.prompt_record  # noqa: F401
        import ingest.job_tables  # noqa: F401
        import vectorstore.schema  # noqa: F401
        from vectorstore.database import open_database

        return open_database(self.settings.data_dir / "record.sqlite3")

    @made_once
    def record(self) -> Record:
        """The record, for reading."""
        from vectorstore.record import Record

        return Record(self.engine)

    @made_once
    def overview(self) -> Overview:
        """Collections in numbers."""
        from vectorstore.overview import Overview

        return Overview(self.engine)

    @made_once
    def shelving(self) -> Shelving:
        """What renames and deletes collections."""
        from ingest.shelving import Shelving

        return Shelving(self.engine, self.record)

    @made_once
    def collection_settings(self) -> SettingsOfCollections:
        """What collections do differently."""
        from vectorstore.collection_settings import SettingsOfCollections

        return SettingsOfCollections(self.engine, self.record)

    @made_once
    def reindexings(self) -> Reindexings:
        """What of the indexes is made anew, and which embedding model is in use."""
        from vectorstore.reindexing import Reindexings

        return Reindexings(self.engine)

    @made_once
    def inbox(self) -> Inbox:
        """Files that were handed in and wait."""
        from ingest.inbox import Inbox

        return Inbox(self.settings.data_dir / "inbox")

    @made_once
    def jobs(self) -> Jobs:
        """The queue of files on their way into collections."""
        from ingest.jobs import Jobs

        return Jobs(self.engine, self.inbox)

    @made_once
    def job_board(self) -> JobBoard:
        """The queue as a person watches it."""
        from ingest.job_board import JobBoard

        return JobBoard(self.engine)

    @made_once
    def sample_questions(self) -> SampleQuestions:
        """Questions to begin with, about any collection."""
        from app.sample_questions import SampleQuestions
        from vectorstore.outline import Outline

        return SampleQuestions(Outline(self.engine))
