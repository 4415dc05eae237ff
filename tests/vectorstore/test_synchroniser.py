"""The indexes follow the record: after crashes, lost folders, and other processes' work."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.protocols import Index
from tests.fakes import WordEmbedder
from tests.vectorstore.ingest_loop import PAGES, canary, open_data
from tests.vectorstore.shelf import Shelf, names
from vectorstore.chroma import ChromaIndex
from vectorstore.fused import FusedIndex
from vectorstore.lexical import LexicalIndex
from vectorstore.schema import State
from vectorstore.synchroniser import Synchroniser

ROOT = Path(__file__).resolve().parents[2]
KILLS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What a process that owns Chroma holds open."""

    shelf: Shelf
    lexical: LexicalIndex
    chroma: ChromaIndex
    synchroniser: Synchroniser
    index: Index

    @classmethod
    def on(cls, shelf: Shelf) -> Running:
        lexical = shelf.lexical()
        chroma = ChromaIndex.own(shelf.record, shelf.embedder, shelf.folder / "chroma", wait_s=5)
        assert chroma is not None
        synchroniser = Synchroniser(shelf.record, shelf.versions, lexical, chroma)
        return cls(
            shelf=shelf,
            lexical=lexical,
            chroma=chroma,
            synchroniser=synchroniser,
            index=FusedIndex(
                shelf.record,
                shelf.embedder,
                chroma,
                lexical,
                before_search=synchroniser.follow,
            ),
        )

    def found(self, question: str = "pump", collection: str = "c") -> list[str]:
        return sorted(names(self.index.search(question, collections=[collection], top_k=50)))

    def held(self, collection: str = "c") -> tuple[int, int, int]:
        """Chunks in the record that can be searched, in the word index, in Chroma."""
        chosen = self.shelf.record.collection(collection)
        ids, _ = self.shelf.record.vectors(chosen)
        return len(ids), self.lexical.count(chosen.id), self.chroma.count(chosen.id)


@pytest.fixture
def running(shelf: Shelf) -> Iterator[Running]:
    opened = Running.on(shelf)
    yield opened
    opened.chroma.close()


@pytest.fixture
def filled(running: Running) -> Running:
    for name in ("a.txt", "b.txt", "c.txt"):
        running.shelf.put("c", name, f"pump {name} one", f"pump {name} two")
    running.shelf.put("d", "d.txt", "pump elsewhere")
    running.synchroniser.settle()
    return running


def reopened(running: Running) -> Running:
    """The same folder as a new process finds it."""
    running.chroma.close()
    return Running.on(Shelf.at(running.shelf.folder))


EVERYTHING = ["a.txt", "a.txt", "b.txt", "b.txt", "c.txt", "c.txt"]


def test_what_was_stored_is_indexed_and_published(filled: Running) -> None:
    assert filled.found() == EVERYTHING
    assert filled.held() == (6, 6, 6)
    assert filled.held("d") == (1, 1, 1)


def test_a_version_left_in_parsing_is_forgotten(filled: Running) -> None:
    filled.shelf.begin("c", "new.txt", "pump new")
    filled.shelf.begin("c", "a.txt", "pump newer")
    filled.synchroniser.recover()
    assert filled.found() == EVERYTHING
    assert filled.shelf.versions.in_state(State.PARSING) == []
    entries = filled.shelf.record.documents(filled.shelf.collection("c").id)
    assert [entry.name for entry in entries] == ["a.txt", "b.txt", "c.txt"]


@pytest.mark.parametrize("reached", ["record", "lexical", "dense"])
def test_a_version_left_in_indexing_is_finished(filled: Running, reached: str) -> None:
    shelf, collection = filled.shelf, filled.shelf.collection("c")
    version = shelf.put("c", "a.txt", "pump newer")
    if reached in ("lexical", "dense"):
        shelf.versions.mark([version], "lexical", present=True)
        filled.lexical.add(collection.id, shelf.entries(version))
    if reached == "dense":
        shelf.versions.mark([version], "dense", present=True)
        filled.chroma.add(collection.id, shelf.entries(version))
    filled.synchroniser.recover()
    assert filled.found() == ["a.txt", "b.txt", "b.txt", "c.txt", "c.txt"]
    assert filled.held() == (5, 5, 5)


@pytest.mark.parametrize("told", ["lexical", "dense"])
def test_an_index_that_was_told_but_not_written_is_made_again(filled: Running, told: str) -> None:
    version = filled.shelf.add("c", "e.txt", "pump extra")
    filled.shelf.versions.mark([version], told, present=True)  # type: ignore[arg-type]
    filled.synchroniser.recover()
    assert filled.found() == [*EVERYTHING, "e.txt"]
    assert filled.held() == (7, 7, 7)


@pytest.mark.parametrize("lost", ["lexical", "chroma", "both"])
def test_a_lost_folder_is_made_again(filled: Running, lost: str) -> None:
    before = [
        [(hit.passage.chunk_id, round(hit.score, 3)) for hit in hits]
        for hits in (
            filled.index.search(question, collections=["c", "d"], top_k=10)
            for question in ("pump", "b.txt two", "elsewhere")
        )
    ]
    filled.chroma.close()
    for name in ("lexical", "chroma"):
        if lost in (name, "both"):
            shutil.rmtree(filled.shelf.folder / name)
    again = Running.on(Shelf.at(filled.shelf.folder))
    again.synchroniser.recover()
    try:
        assert again.found() == EVERYTHING
        assert (again.held(), again.held("d")) == ((6, 6, 6), (1, 1, 1))
        after = [
            [(hit.passage.chunk_id, round(hit.score, 3)) for hit in hits]
            for hits in (
                again.index.search(question, collections=["c", "d"], top_k=10)
                for question in ("pump", "b.txt two", "elsewhere")
            )
        ]
        assert after == before
    finally:
        again.chroma.close()


def test_what_another_process_wrote_is_found(filled: Running) -> None:
    other = Shelf.at(filled.shelf.folder)
    elsewhere = Synchroniser(other.record, other.versions, other.lexical(), None)
    other.put("c", "e.txt", "pump extra")
    other.put("c", "a.txt", "pump newer")
    elsewhere.settle()
    assert filled.found() == ["a.txt", "b.txt", "b.txt", "c.txt", "c.txt", "e.txt"]
    assert filled.held() == (6, 6, 6)
    other.versions.begin_delete(other.record.collection("c"), "b.txt")
    elsewhere.settle()
    assert filled.found() == ["a.txt", "c.txt", "c.txt", "e.txt"]
    filled.synchroniser.settle()
    assert filled.held() == (4, 4, 4)
    assert filled.shelf.versions.in_state(State.DELETING) == []


def test_while_it_is_looked_after_no_search_waits_and_words_find_what_came(
    filled: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.synchroniser._LOOKED_AFTER_S", 600.0)
    other = Shelf.at(filled.shelf.folder)
    elsewhere = Synchroniser(other.record, other.versions, other.lexical(), None)
    filled.synchroniser.look_after(filled.shelf.record.collections())
    other.put("c", "e.txt", "pump extra")
    other.versions.begin_delete(other.record.collection("c"), "b.txt")
    elsewhere.settle()
    assert filled.found() == ["a.txt", "a.txt", "c.txt", "c.txt", "e.txt"]
    assert filled.held()[2] == 6
    filled.synchroniser.look_after(filled.shelf.record.collections())
    assert filled.held()[2] == 5
    monkeypatch.setattr("vectorstore.synchroniser._LOOKED_AFTER_S", -1.0)
    filled.synchroniser.look_after(filled.shelf.record.collections())
    other.put("c", "f.txt", "pump further")
    elsewhere.settle()
    assert "f.txt" in filled.found()
    assert filled.held()[2] == 6


def test_a_process_without_chroma_leaves_the_purge_to_its_owner(filled: Running) -> None:
    other = Shelf.at(filled.shelf.folder)
    elsewhere = Synchroniser(other.record, other.versions, other.lexical(), None)
    other.versions.begin_delete(other.record.collection("c"), "b.txt")
    elsewhere.settle()
    elsewhere.catch_up_dense()
    assert len(other.versions.in_state(State.DELETING)) == 1
    filled.synchroniser.settle()
    assert other.versions.in_state(State.DELETING) == []


def test_a_document_deleted_and_added_again_in_between(filled: Running) -> None:
    other = Shelf.at(filled.shelf.folder)
    elsewhere = Synchroniser(other.record, other.versions, other.lexical(), None)
    other.versions.begin_delete(other.record.collection("c"), "b.txt")
    elsewhere.settle()
    other.put("c", "b.txt", "pump b.txt one", "pump b.txt two")
    elsewhere.settle()
    assert filled.found() == EVERYTHING
    filled.synchroniser.settle()
    assert filled.held() == (6, 6, 6)


def test_deleting_purges_rows_and_indexes(filled: Running) -> None:
    filled.shelf.versions.begin_delete(filled.shelf.record.collection("c"), "b.txt")
    assert filled.found() == ["a.txt", "a.txt", "c.txt", "c.txt"]
    filled.synchroniser.settle()
    assert filled.held() == (4, 4, 4)
    assert filled.shelf.versions.in_state(State.DELETING) == []


def test_empty_collections_and_orphans_are_dropped(filled: Running) -> None:
    shelf = filled.shelf
    shelf.versions.begin_delete(shelf.record.collection("d"), "d.txt")
    filled.chroma.add("f" * 32, shelf.entries(shelf.versions.in_state(State.READY)[0].id))
    filled.lexical.add("f" * 32, [])
    gone = shelf.record.collection("d").id
    filled.synchroniser.recover()
    assert [one.name for one in shelf.record.collections()] == ["c"]
    folders = {folder.name for folder in (shelf.folder / "lexical").iterdir()}
    assert folders == {shelf.record.collection("c").id}
    assert (filled.chroma.count("f" * 32), filled.chroma.count(gone)) == (0, 0)
    assert filled.found() == EVERYTHING


def test_settling_twice_changes_nothing(filled: Running) -> None:
    revision = filled.shelf.record.collection("c").revision
    for _ in range(2):
        filled.synchroniser.settle()
        filled.synchroniser.recover()
    assert filled.shelf.record.collection("c").revision == revision
    assert filled.held() == (6, 6, 6)


def test_a_new_process_finds_everything(filled: Running) -> None:
    again = reopened(filled)
    again.synchroniser.recover()
    try:
        assert again.found() == EVERYTHING
    finally:
        again.chroma.close()


def test_many_versions_go_through_in_batches(running: Running) -> None:
    for number in range(40):
        running.shelf.put("c", f"{number:02d}.txt", *(f"pump {number} {n}" for n in range(120)))
    running.synchroniser.settle()
    assert running.held() == (4800, 4800, 4800)


class Ledger:
    """What a process said was ready before it was killed: the last revision of each document."""

    def __init__(self) -> None:
        self.said: dict[str, int] = {}

    def note(self, lines: str) -> None:
        for line in lines.splitlines():
            if line.startswith("ready ") and line.count(" ") == 2:
                _, name, revision = line.split(" ")
                self.said[name] = int(revision)


def violations(folder: Path, ledger: Ledger) -> list[str]:
    """What a person would have lost, found twice, or found in part, after starting again."""
    services = open_data(folder)
    _ = services.ingestion  # recovers
    assert services.chroma is not None
    found: list[str] = []
    try:
        collection = services.record.collection("c")
        entries = {entry.name: entry for entry in services.record.documents(collection.id)}
        found += [f"{name} is lost" for name in ledger.said.keys() - entries.keys()]
        repeated = Counter(entry.name for entry in services.record.documents(collection.id))
        found += [f"{name} is listed {n} times" for name, n in repeated.items() if n > 1]
        ids, _ = services.record.vectors(collection)
        held = (
            len(ids),
            services.lexical.count(collection.id),
            services.chroma.count(collection.id),
        )
        if len(set(held)) != 1 or len(set(ids)) != len(ids):
            found.append(f"record, words and vectors hold {held}")
        for name, entry in entries.items():
            if entry.state is not State.READY:
                found.append(f"{name} is {entry.state}")
            found += _of_document(services.index, name, ledger.said.get(name, 0))
    finally:
        services.close()
    return found


def _of_document(index: Index, name: str, said: int) -> list[str]:
    """A document is found whole, in the revision that was reported or a later one."""
    for revision in (said, said + 1):
        hits = index.search(canary(name, revision), collections=["c"], top_k=50)
        texts = [
            hit.passage.chunk.text
            for hit in hits
            if canary(name, revision) in hit.passage.chunk.text and hit.passage.document == name
        ]
        if len(texts) == len(set(texts)) == PAGES:
            return []
    return [f"{name} is not found whole in revision {said} or later"]


def test_killing_the_ingestion_loses_doubles_and_halves_nothing(tmp_path: Path) -> None:
    seed = 20250322
    chance, ledger = random.Random(seed), Ledger()
    for round_number in range(KILLS):
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.vectorstore.ingest_loop",
                str(tmp_path),
                str(round_number),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.9))
        process.kill()
        rest, _ = process.communicate()
        ledger.note(first + rest)
        assert violations(tmp_path, ledger) == [], f"seed {seed}, round {round_number}"
    assert len(ledger.said) >= KILLS

    lost = next(iter(ledger.said))
    ledger.said["never-added.txt"] = 0
    ledger.said[lost] += 5
    assert len(violations(tmp_path, ledger)) == 2, "the control must fail"


def test_the_loops_documents_have_as_many_passages_as_pages(tmp_path: Path) -> None:
    from ingest.splitting import SentenceChunker
    from tests.fakes import a_document
    from tests.vectorstore.ingest_loop import text_of

    chunker = SentenceChunker(WordEmbedder().count_tokens, max_tokens=32)
    assert len(chunker.split(a_document("x.txt", text_of("x.txt", 0)))) == PAGES
