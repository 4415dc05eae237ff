"""The way of a file into a collection, and out of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.wiring import Services
from ingest.file_reports import FileReport, Progress, Stage, Status
from ingest.passage_vectors import CONTEXT_TOKENS
from ingest.pipeline import Ingestion
from ingest.sources import Source, find_sources
from rag.errors import (
    CollectionNotFound,
    DamagedFile,
    DocumentNotFound,
    EmbedderMismatch,
    EmptyFile,
    FileTooLarge,
    FileUnreadable,
    InvalidCollectionName,
    LoadError,
    NoText,
    QuorumError,
    UnknownFormat,
)
from rag.types import Page
from tests.fakes import OpenServices, WordEmbedder, a_document, write_files
from vectorstore.passages import unpack
from vectorstore.schema import State

PUMP = "The X-200 pump weighs 4 kg.\n\n水泵重 4 公斤。"


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder(), max_file_mb=1)


@pytest.fixture
def ingestion(opened: Services) -> Ingestion:
    return opened.ingestion


@pytest.fixture
def pump(tmp_path: Path) -> Source:
    (path,) = write_files(tmp_path / "in", pump=PUMP)
    return Source(path=path, name="pump.txt")


def found(opened: Services, question: str, collection: str = "c") -> list[str]:
    hits = opened.index.search(question, collections=[collection], top_k=20)
    return [hit.passage.chunk.text for hit in hits]


def held(opened: Services, collection: str = "c") -> tuple[int, int, int]:
    """Chunks in the record, in the word index and in Chroma."""
    chosen = opened.record.collection(collection)
    assert opened.chroma is not None
    ids, _ = opened.record.vectors(chosen)
    return len(ids), opened.lexical.count(chosen.id), opened.chroma.count(chosen.id)


def test_a_file_is_added_and_found(opened: Services, ingestion: Ingestion, pump: Source) -> None:
    report = ingestion.add(pump, "c")
    assert (report.name, report.status, report.pages, report.error) == (
        "pump.txt",
        Status.ADDED,
        1,
        None,
    )
    assert report.chunks == 1
    assert found(opened, "水泵 weighs") == [PUMP]
    entry = opened.record.document(opened.record.collection("c"), "pump.txt")
    assert (entry.state, entry.size_bytes, entry.chunks) == (State.READY, len(PUMP.encode()), 1)


def test_the_same_bytes_are_left_alone(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    revision = opened.record.collection("c").revision
    again = ingestion.add(pump, "c")
    assert (again.status, again.chunks) == (Status.UNCHANGED, 0)
    assert opened.record.collection("c").revision == revision
    assert held(opened) == (1, 1, 1)


def test_changed_bytes_replace_the_document(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    old = opened.index.search("pump", collections=["c"], top_k=1)[0].passage
    pump.path.write_text("The X-200 pump weighs 5 kg.", encoding="utf-8")
    assert ingestion.add(pump, "c").status is Status.REPLACED
    assert found(opened, "pump") == ["The X-200 pump weighs 5 kg."]
    assert held(opened) == (1, 1, 1)
    page = opened.record.page(old.document_id, old.version, old.chunk.page)
    assert page.text[old.chunk.start : old.chunk.end] == old.chunk.text == PUMP


def test_going_back_to_the_old_bytes(opened: Services, ingestion: Ingestion, pump: Source) -> None:
    ingestion.add(pump, "c")
    pump.path.write_text("Something else.", encoding="utf-8")
    ingestion.add(pump, "c")
    pump.path.write_text(PUMP, encoding="utf-8")
    assert ingestion.add(pump, "c").status is Status.REPLACED
    assert found(opened, "pump") == [PUMP]
    assert held(opened) == (1, 1, 1)


def bad_file(folder: Path, kind: type[QuorumError]) -> Path:
    folder.mkdir(exist_ok=True)
    if kind is FileUnreadable:
        return folder / "missing.txt"
    contents: dict[type[QuorumError], tuple[str, bytes]] = {
        EmptyFile: ("empty.txt", b""),
        UnknownFormat: ("tool.exe", b"MZ"),
        FileTooLarge: ("large.txt", b"word " * 300_000),
        DamagedFile: ("broken.pdf", b"%PDF-1.7\nnothing of the kind"),
        NoText: ("blank.html", b"<html><body><script>x</script></body></html>"),
    }
    name, content = contents[kind]
    (folder / name).write_bytes(content)
    return folder / name


REFUSALS = [EmptyFile, UnknownFormat, FileTooLarge, DamagedFile, NoText, FileUnreadable]


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_a_bad_file_is_refused_with_a_reason_and_leaves_nothing(
    opened: Services, ingestion: Ingestion, pump: Source, tmp_path: Path, kind: type[QuorumError]
) -> None:
    ingestion.add(pump, "c")
    path = bad_file(tmp_path / "in", kind)
    report = ingestion.add(Source(path=path, name=path.name), "c")
    assert report.status is Status.REFUSED
    assert isinstance(report.error, LoadError)
    assert report.error.hint
    assert path.name in str(report.error)
    assert held(opened) == (1, 1, 1)
    names = {
        entry.name: entry.state
        for entry in opened.record.documents(opened.record.collection("c").id)
    }
    kept = {} if kind is FileUnreadable else {path.name: State.REFUSED}
    assert names == {"pump.txt": State.READY, **kept}


def test_a_refused_replacement_keeps_what_was_there(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    pump.path.write_bytes(b"")
    report = ingestion.add(pump, "c")
    assert (report.status, type(report.error)) == (Status.REFUSED, EmptyFile)
    assert found(opened, "pump") == [PUMP]
    pump.path.write_text(PUMP, encoding="utf-8")
    assert ingestion.add(pump, "c").status is Status.UNCHANGED
    assert held(opened) == (1, 1, 1)


def test_a_file_that_cannot_be_opened_makes_no_collection(
    opened: Services, ingestion: Ingestion, tmp_path: Path
) -> None:
    report = ingestion.add(Source(path=tmp_path / "missing.txt", name="missing.txt"), "new")
    assert isinstance(report.error, FileUnreadable)
    assert opened.record.collections() == []


class Failing(WordEmbedder):
    """Breaks down at the second batch."""

    def embed_passages(self, texts, sentences):  # type: ignore[no-untyped-def]
        if len(texts) < 64:
            raise MemoryError
        return super().embed_passages(texts, sentences)


def test_a_breakdown_in_between_leaves_nothing(services: OpenServices, tmp_path: Path) -> None:
    opened = services(embedder=Failing(), chunk_tokens=32)
    text = "\n\n".join(f"Passage {n} " + "word " * 25 for n in range(90))
    (path,) = write_files(tmp_path / "in", long=text)
    with pytest.raises(MemoryError):
        opened.ingestion.add(Source(path=path, name="long.txt"), "c")
    assert opened.record.collections() == []
    assert opened.versions.in_state(State.PARSING) == []


def test_a_document_is_removed_and_the_collection_with_its_last_one(
    opened: Services, ingestion: Ingestion, pump: Source, tmp_path: Path
) -> None:
    (other,) = write_files(tmp_path / "in", valve="A valve.")
    ingestion.add(pump, "c")
    ingestion.add(Source(path=other, name="valve.txt"), "c")
    ingestion.remove("C", ["pump.txt"])
    assert found(opened, "pump valve") == ["A valve."]
    assert held(opened) == (1, 1, 1)
    collection = opened.record.collection("c")
    ingestion.remove("c", ["valve.txt"])
    assert opened.record.collections() == []
    assert opened.lexical.count(collection.id) == 0
    assert ingestion.add(pump, "c").status is Status.ADDED


def test_nothing_is_removed_when_a_name_is_wrong(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    with pytest.raises(DocumentNotFound, match=r"nowhere\.txt"):
        ingestion.remove("c", ["pump.txt", "nowhere.txt"])
    with pytest.raises(CollectionNotFound):
        ingestion.remove("nowhere", ["pump.txt"])
    assert found(opened, "pump") == [PUMP]


def test_a_collection_that_cannot_take_a_file_says_so(
    opened: Services, ingestion: Ingestion, pump: Source, services: OpenServices
) -> None:
    with pytest.raises(InvalidCollectionName):
        ingestion.add(pump, " ")
    ingestion.add(pump, "c")
    opened.close()

    class Other(WordEmbedder):
        model_id = "other@1"

    changed = services(embedder=Other())
    with pytest.raises(EmbedderMismatch, match="other@1"):
        changed.ingestion.add(pump, "c")
    assert [one.documents for one in changed.record.collections()] == [1]


def test_names_come_from_sources_and_two_folders_are_told_apart(
    opened: Services, ingestion: Ingestion, tmp_path: Path
) -> None:
    write_files(tmp_path / "2024", policy="Meals cost 20 euros.")
    write_files(tmp_path / "2025", policy="Meals cost 30 euros.")
    for source in find_sources([tmp_path / "2024", tmp_path / "2025"]):
        assert ingestion.add(source, "c").status is Status.ADDED
    entries = opened.record.documents(opened.record.collection("c").id)
    assert [entry.name for entry in entries] == ["2024/policy.txt", "2025/policy.txt"]
    assert len(found(opened, "meals")) == 2


def test_one_content_under_two_names_is_two_documents(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    assert ingestion.add(Source(path=pump.path, name="copy.txt"), "c").status is Status.ADDED
    assert held(opened) == (2, 2, 2)


def test_one_file_in_two_collections(opened: Services, ingestion: Ingestion, pump: Source) -> None:
    for name in ("c", "员工手册"):
        assert ingestion.add(pump, name).status is Status.ADDED
    ingestion.remove("c", ["pump.txt"])
    assert found(opened, "pump", "员工手册") == [PUMP]


def test_progress_goes_forward_to_its_end(ingestion: Ingestion, pump: Source) -> None:
    seen: list[Progress] = []
    ingestion.add(pump, "c", seen.append)
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert {one.name for one in seen} == {"pump.txt"}
    order = list(Stage)
    assert [order.index(one.stage) for one in seen] == sorted(order.index(o.stage) for o in seen)
    assert seen[-1].stage is Stage.DONE


def at_once(count: int, work: Iterator[object] | list[object]) -> list[FileReport]:
    """Run every piece of ``work`` in a thread of its own, all starting together."""
    together, reports = threading.Barrier(count), []

    def run(add) -> None:  # type: ignore[no-untyped-def]
        together.wait()
        reports.append(add())

    threads = [threading.Thread(target=run, args=(piece,)) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return reports


def test_the_same_file_from_many_sessions_at_once_is_one_document(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    reports = at_once(4, [lambda: ingestion.add(pump, "c")] * 4)
    assert sorted(one.status for one in reports) == [Status.ADDED, *[Status.UNCHANGED] * 3]
    assert len(opened.record.documents(opened.record.collection("c").id)) == 1
    assert held(opened) == (1, 1, 1)


def test_different_files_at_once_all_arrive(
    opened: Services, ingestion: Ingestion, tmp_path: Path
) -> None:
    paths = write_files(tmp_path / "in", **{f"f{n}": f"pump number {n}" for n in range(5)})
    sources = [Source(path=path, name=path.name) for path in paths]
    reports = at_once(5, [lambda one=one: ingestion.add(one, "c") for one in sources])
    assert {one.status for one in reports} == {Status.ADDED}
    assert held(opened) == (5, 5, 5)


def test_documents_that_are_parsed_already_go_in_together(
    opened: Services, ingestion: Ingestion
) -> None:
    documents = [a_document(f"{n}.txt", f"pump number {n}", version=f"{n:064x}") for n in range(5)]
    assert ingestion.add_documents(documents, "c") == 5
    assert ingestion.add_documents(documents, "c") == 0
    assert held(opened) == (5, 5, 5)
    assert "pump number 3" in found(opened, "number 3")


def test_a_parsed_document_without_text_is_refused(opened: Services, ingestion: Ingestion) -> None:
    good = a_document("good.txt", "pump", version="1" * 64)
    with pytest.raises(NoText):
        ingestion.add_documents([good, a_document("blank.txt", "  ", version="2" * 64)], "c")
    ingestion.recover()
    assert held(opened) == (1, 1, 1)


def test_a_long_file_is_embedded_in_passages_that_fit(
    services: OpenServices, tmp_path: Path
) -> None:
    embedder = WordEmbedder(max_tokens=100)
    opened = services(embedder=embedder, chunk_tokens=200)
    text = " ".join(f"Sentence number {n} is about pumps." for n in range(400))
    (path,) = write_files(tmp_path / "in", long=text)
    report = opened.ingestion.add(Source(path=path, name="long.txt"), "c")
    collection = opened.record.collection("c")
    ids, _ = opened.record.vectors(collection)
    stored = opened.record.passages(ids, collection_ids=[collection.id])
    assert report.chunks == len(ids) > 20
    for one in stored.values():
        assert embedder.count_tokens(one.passage.chunk.text) <= 100 - CONTEXT_TOKENS
    for entry in opened.versions.sample(collection.id, len(ids)):
        assert unpack(entry.sentences, embedder.dimension).any(axis=1).all()


def test_what_is_quoted_stands_in_the_page(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    answer = opened.ask("How much does the X-200 pump weigh?", ("c",), "extractive")
    (citation, *_) = answer.citations()
    page: Page = opened.record.page(citation.document_id, citation.version, citation.page)
    assert page.text[citation.start : citation.end] == citation.quote
    assert "4 kg" in citation.quote


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(ingestion: Ingestion, pump: Source) -> None:
    pump.path.chmod(0)
    assert isinstance(ingestion.add(pump, "c").error, FileUnreadable)


def test_the_same_bytes_are_read_anew_when_asked_to(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")
    old = opened.index.search("pump", collections=["c"], top_k=1)[0].passage
    report = ingestion.add(pump, "c", again=True)
    assert (report.status, report.chunks, report.embedded) == (Status.REPLACED, 1, 0)
    new = opened.index.search("pump", collections=["c"], top_k=1)[0].passage
    assert new.version == f"{old.version}.2"
    assert (found(opened, "pump"), held(opened)) == ([PUMP], (1, 1, 1))
    for version in (old.version, new.version):
        assert opened.record.page(old.document_id, version, 1).text == PUMP
    assert ingestion.add(pump, "c").status is Status.UNCHANGED
    assert ingestion.add(pump, "d", again=True).status is Status.ADDED


def test_what_is_read_anew_stays_when_its_reading_breaks_off(
    opened: Services, ingestion: Ingestion, pump: Source
) -> None:
    ingestion.add(pump, "c")

    class Broken(Exception):
        pass

    def break_off(progress: Progress) -> None:
        if progress.stage is Stage.EMBEDDING:
            raise Broken

    with pytest.raises(Broken):
        ingestion.add(pump, "c", break_off, again=True)
    assert (found(opened, "水泵"), held(opened)) == ([PUMP], (1, 1, 1))
    original = opened.originals.path(
        opened.record.document(opened.record.collection("c"), "pump.txt").version
    )
    assert original.read_text("utf-8") == PUMP
