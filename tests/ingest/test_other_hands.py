"""Another program holds the record, or the clock is set: files get in all the same."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.wiring import Services
from ingest.job_tables import FileState, JobFileRow, JobRow
from ingest.upkeep import RECORD
from tests.fakes import OpenServices, WordEmbedder
from tests.ingest.test_worker import work_off
from vectorstore.schema import VersionRow

HELD_S = 2.0


@pytest.fixture
def opened(services: OpenServices) -> Services:
    made = services(embedder=WordEmbedder())
    made.jobs.submit([("pump.txt", b"The pump weighs 4 kg.")], "c")
    work_off(made)
    return made


def hold(record: Path, held: threading.Event) -> None:
    """Keep everybody from writing to the record for a while."""
    with closing(sqlite3.connect(record, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(HELD_S)
        connection.execute("ROLLBACK")


def test_a_record_that_another_program_writes_to_is_waited_for(opened: Services) -> None:
    held = threading.Event()
    record = opened.settings.data_dir / RECORD
    holding = threading.Thread(target=hold, args=(record, held))
    holding.start()
    assert held.wait(10)
    assert opened.index.search("pump", collections=["c"], top_k=1), "reading goes on"
    assert holding.is_alive()
    began = time.monotonic()
    job = opened.jobs.submit([("valve.txt", b"A valve.")], "c")
    assert time.monotonic() - began < 10 * HELD_S
    work_off(opened)
    holding.join()
    assert [file.state for file in opened.jobs.job(job).files] == [FileState.READY]
    assert opened.upkeep.examine() == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_was_set_loses_and_doubles_nothing(opened: Services, days: int) -> None:
    """What is there was made in the future, or long ago, as the clock says now."""
    moment = datetime.now(UTC) + timedelta(days=days)
    with Session(opened.engine) as session, session.begin():
        for table in (JobRow, VersionRow):
            session.execute(update(table).values(created_at=moment))
        session.execute(update(JobFileRow).values(updated_at=moment))
    opened.jobs.submit([("pump.txt", b"The pump weighs 5 kg."), ("valve.txt", b"A valve.")], "c")
    work_off(opened)
    opened.ingestion.recover()
    collection = opened.record.collection("c")
    names = sorted(entry.name for entry in opened.record.documents(collection.id))
    assert names == ["pump.txt", "valve.txt"]
    hits = opened.index.search("pump weighs", collections=["c"], top_k=5)
    assert hits[0].passage.chunk.text == "The pump weighs 5 kg."
    assert opened.upkeep.examine() == []
