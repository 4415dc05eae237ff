"""Collections renamed and deleted, with what is on its way into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.inbox import Inbox
from ingest.job_tables import FileState
from ingest.jobs import Jobs
from ingest.shelving import Shelving
from rag.collection_errors import CollectionExists
from rag.errors import CollectionNotFound, InvalidCollectionName
from tests.vectorstore.shelf import Shelf
from vectorstore.overview import Overview
from vectorstore.schema import State


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    made = Shelf.at(tmp_path)
    made.add("manuals", "pump.md", "The pump is blue.")
    made.add("制度", "差旅.md", "住宿标准为 550 元。")
    return made


@pytest.fixture
def jobs(shelf: Shelf) -> Jobs:
    return Jobs(shelf.engine, Inbox(shelf.folder / "inbox"))


def test_a_renamed_collection_keeps_what_is_in_it_and_what_comes(shelf: Shelf, jobs: Jobs) -> None:
    before = shelf.record.collection("manuals")
    job = jobs.submit([("new.md", b"New.")], "Manuals")
    assert Shelving(shelf.engine, shelf.record).rename("MANUALS", " 手册 ") == "手册"
    after = shelf.record.collection("手册")
    assert (after.id, after.revision) == (before.id, before.revision + 1)
    assert [one.name for one in shelf.record.documents(after.id)] == ["pump.md"]
    assert jobs.job(job).collection == "手册"
    with pytest.raises(CollectionNotFound):
        shelf.record.collection("manuals")


def test_only_the_case_of_a_name_may_change(shelf: Shelf) -> None:
    assert Shelving(shelf.engine, shelf.record).rename("manuals", "Manuals") == "Manuals"


@pytest.mark.parametrize("taken", ["制度", " 制度 "])
def test_a_name_that_is_taken_is_refused(shelf: Shelf, taken: str) -> None:
    with pytest.raises(CollectionExists, match="制度"):
        Shelving(shelf.engine, shelf.record).rename("manuals", taken)
    with pytest.raises(InvalidCollectionName):
        Shelving(shelf.engine, shelf.record).rename("manuals", "\n")
    assert {one.name for one in shelf.record.collections()} == {"manuals", "制度"}


def test_a_deleted_collection_is_hidden_at_once_and_its_files_are_cancelled(
    shelf: Shelf, jobs: Jobs
) -> None:
    job, other = (jobs.submit([("new.md", b"New.")], name) for name in ("制度", "manuals"))
    assert Shelving(shelf.engine, shelf.record).delete("制度") == 1
    assert [one.name for one in Overview(shelf.engine).all()] == ["manuals"]
    assert len(shelf.versions.in_state(State.DELETING)) == 1
    assert [file.state for file in jobs.job(job).files] == [FileState.CANCELLED]
    assert [file.state for file in jobs.job(other).files] == [FileState.QUEUED]
    with pytest.raises(CollectionNotFound):
        Shelving(shelf.engine, shelf.record).delete("nowhere")
