"""A document that is deleted while it comes in stays deleted, whatever has been done of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.wiring import Services
from ingest.file_reports import FileReport, Progress, Stage, Status
from ingest.sources import Source
from rag.reading_errors import RemovedMeanwhile
from tests.fakes import OpenServices, WordEmbedder, write_files
from vectorstore.schema import State


@pytest.fixture
def opened(services: OpenServices, tmp_path: Path) -> Services:
    made = services(embedder=WordEmbedder())
    for path in write_files(tmp_path / "in", other="Another pump. 另一台水泵。"):
        made.ingestion.add(Source(path=path, name=path.name), "c")
    return made


def added(services: Services, name: str, *, delete_at: Stage | None = None) -> FileReport:
    """A document that comes in, deleted when it has come as far as ``delete_at``."""

    reached: list[Stage] = []

    def tell(progress: Progress) -> None:
        if progress.stage is delete_at and delete_at not in reached:
            reached.append(delete_at)
            services.ingestion.remove("c", [name])

    return services.ingestion.add(Source(path=_path(services), name=name), "c", tell)


def _path(services: Services) -> Path:
    (path,) = write_files(services.settings.data_dir.parent / "new", late="The late valve 阀门.")
    return path


def left(services: Services) -> tuple[list[str], int, list[str]]:
    """Names listed, vectors in Chroma, and texts found."""
    collection = services.record.collection("c")
    assert services.chroma is not None
    hits = services.index.search("late valve 阀门", collections=["c"], top_k=5)
    return (
        [entry.name for entry in services.record.documents(collection.id)],
        services.chroma.count(collection.id),
        [hit.passage.chunk.text for hit in hits if hit.score > 0],
    )


@pytest.mark.parametrize("name", ["late.txt", "迟到.txt"])
def test_deleted_before_it_was_stored(opened: Services, name: str) -> None:
    report = added(opened, name, delete_at=Stage.EMBEDDING)
    assert report.status is Status.REFUSED
    assert isinstance(report.error, RemovedMeanwhile)
    opened.ingestion.recover()
    assert left(opened) == (["other.txt"], 1, [])
    assert opened.versions.in_state(State.DELETING) == []
    assert opened.upkeep.examine() == []


@pytest.mark.parametrize("name", ["late.txt", "迟到.txt"])
def test_deleted_before_it_was_indexed(opened: Services, name: str) -> None:
    added(opened, name, delete_at=Stage.INDEXING)
    opened.ingestion.recover()
    assert left(opened) == (["other.txt"], 1, [])
    assert opened.upkeep.examine() == []


def test_the_control_not_deleted_it_is_there(opened: Services) -> None:
    assert added(opened, "late.txt").status is Status.ADDED
    names, vectors, texts = left(opened)
    assert (names, vectors) == (["late.txt", "other.txt"], 2)
    assert texts[0] == "The late valve 阀门."
