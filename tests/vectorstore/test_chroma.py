"""Dense vectors in Chroma: one owner, nearly exact, nothing kept that was removed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from rag.protocols import Vectors
from rag.types import Chunk
from tests.fakes import a_chunk
from tests.vectorstore.shelf import Shelf, random_units
from vectorstore.chroma import ChromaIndex
from vectorstore.entries import IndexEntry
from vectorstore.record import Collection

ROOT = Path(__file__).resolve().parents[2]
CHUNK: Chunk = a_chunk("text")


def own(shelf: Shelf) -> ChromaIndex:
    made = ChromaIndex.own(shelf.record, shelf.embedder, shelf.folder / "chroma")
    assert made is not None
    return made


@pytest.fixture
def index(shelf: Shelf) -> Iterator[ChromaIndex]:
    made = own(shelf)
    yield made
    made.close()


def entries(rows: Vectors) -> list[IndexEntry]:
    return [
        IndexEntry(chunk_id=f"d:{n:06d}", version_id=1, title="", chunk=CHUNK, vector=row)
        for n, row in enumerate(rows)
    ]


def a_collection(name: str = "c", dimension: int = 64) -> Collection:
    return Collection(id=name * 32, name=name, embedder=None, dimension=dimension, revision=0)


def test_it_finds_what_exact_search_finds(index: ChromaIndex) -> None:
    rows, questions = random_units(1200, 64, seed=1), random_units(60, 64, seed=2)
    collection = a_collection()
    index.add(collection.id, entries(rows))
    assert index.count(collection.id) == len(rows)
    recalled = 0
    for question in questions:
        found = index.nearest(question, [collection], 10)
        cosines = rows @ question
        exact = {f"d:{n:06d}" for n in np.argsort(-cosines)[:10]}
        recalled += len(exact & {chunk_id for chunk_id, _ in found})
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        for chunk_id, score in found:
            assert score == pytest.approx(cosines[int(chunk_id[2:])], abs=1e-4)
    assert recalled / (10 * len(questions)) >= 0.95


def test_adding_again_replaces(index: ChromaIndex) -> None:
    rows = random_units(20, 64, seed=3)
    collection = a_collection()
    index.add(collection.id, entries(rows))
    index.add(collection.id, entries(rows[::-1]))
    assert index.count(collection.id) == 20
    assert index.nearest(rows[0], [collection], 1)[0][0] == "d:000019"


def test_holds_and_remove(index: ChromaIndex) -> None:
    collection = a_collection()
    some = entries(random_units(30, 64, seed=4))
    index.add(collection.id, some)
    ids = [entry.chunk_id for entry in some]
    assert index.holds(collection.id, ids) == 30
    assert index.holds(collection.id, [*ids[:5], "not there"]) == 5
    assert index.holds(collection.id, []) == 0
    index.remove(collection.id, [*ids[:10], "not there"])
    assert index.holds(collection.id, ids) == index.count(collection.id) == 20
    found = {chunk_id for chunk_id, _ in index.nearest(some[0].vector, [collection], 30)}
    assert found == set(ids[10:])
    index.remove(collection.id, [])
    assert index.count(collection.id) == 20


def test_an_empty_collection_has_nothing_near(index: ChromaIndex) -> None:
    collection = a_collection()
    assert index.nearest(random_units(1, 64, seed=5)[0], [collection], 5) == []
    assert index.nearest(random_units(1, 64, seed=5)[0], [], 5) == []


def test_drop_and_keep_only(index: ChromaIndex) -> None:
    one, other, third = (a_collection(name) for name in "abc")
    for collection in (one, other, third):
        index.add(collection.id, entries(random_units(3, 64, seed=6)))
    index.drop(one.id)
    index.drop(one.id)
    assert [index.count(c.id) for c in (one, other, third)] == [0, 3, 3]
    index.keep_only({third.id})
    assert [index.count(c.id) for c in (other, third)] == [0, 3]


def test_vectors_are_there_after_closing_and_opening(shelf: Shelf) -> None:
    rows, collection = random_units(50, 64, seed=7), a_collection()
    first = own(shelf)
    first.add(collection.id, entries(rows))
    first.close()
    second = own(shelf)
    try:
        assert second.count(collection.id) == 50
        assert second.nearest(rows[7], [collection], 1)[0][0] == "d:000007"
    finally:
        second.close()


def test_closing_one_folder_leaves_another_open(shelf: Shelf, tmp_path: Path) -> None:
    rows, collection = random_units(10, 64, seed=8), a_collection()
    here = own(shelf)
    there = ChromaIndex.own(shelf.record, shelf.embedder, tmp_path / "elsewhere" / "chroma")
    assert there is not None
    there.add(collection.id, entries(rows))
    here.close()
    assert there.nearest(rows[3], [collection], 1)[0][0] == "d:000003"
    there.add(collection.id, entries(rows))
    assert there.count(collection.id) == 10
    there.close()


@pytest.mark.parametrize("damage", ["garbage", "empty", "missing"])
def test_a_database_that_cannot_be_opened_is_set_aside(shelf: Shelf, damage: str) -> None:
    rows, collection = random_units(10, 64, seed=9), a_collection()
    first = own(shelf)
    first.add(collection.id, entries(rows))
    first.close()
    database = shelf.folder / "chroma" / "chroma.sqlite3"
    for leftover in database.parent.glob("chroma.sqlite3?*"):
        leftover.unlink()
    if damage == "missing":
        database.unlink()
    else:
        database.write_bytes(b"" if damage == "empty" else b"no database" * 1000)
    second = own(shelf)
    try:
        assert second.count(collection.id) == 0
        second.add(collection.id, entries(rows))
        assert second.nearest(rows[2], [collection], 1)[0][0] == "d:000002"
    finally:
        second.close()


def owner_process(shelf: Shelf) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.vectorstore.chroma_owner", str(shelf.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_second_process_is_not_the_owner(shelf: Shelf, index: ChromaIndex) -> None:
    assert ChromaIndex.own(shelf.record, shelf.embedder, shelf.folder / "chroma") is None
    with owner_process(shelf) as other:
        assert said(other) == "not the owner"
        other.kill()


def test_the_lock_ends_with_a_process_that_was_killed(shelf: Shelf) -> None:
    with owner_process(shelf) as other:
        assert said(other) == "owner"
        started = time.monotonic()
        folder = shelf.folder / "chroma"
        assert ChromaIndex.own(shelf.record, shelf.embedder, folder) is None
        assert ChromaIndex.own(shelf.record, shelf.embedder, folder, wait_s=0.2) is None
        assert time.monotonic() - started < 1.0
        other.kill()
        other.wait()
        own(shelf).close()


def test_waiting_takes_over_from_an_owner_that_leaves(shelf: Shelf) -> None:
    with owner_process(shelf) as other:
        assert said(other) == "owner"
        assert other.stdin is not None
        other.stdin.close()
        waited = ChromaIndex.own(shelf.record, shelf.embedder, shelf.folder / "chroma", wait_s=10.0)
        assert waited is not None
        waited.close()


def test_a_collection_made_to_search_narrowly_is_searched_widely(shelf: Shelf) -> None:
    import chromadb
    from chromadb.config import Settings

    folder = shelf.folder / "chroma"
    settings: Any = Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder), settings=settings)
    narrow: Any = {"hnsw": {"space": "cosine", "ef_search": 16}}
    here = shelf.collection("c")
    held = client.create_collection(f"c_{here.id}", embedding_function=None, configuration=narrow)
    vectors = random_units(1500, 64, seed=5)
    ids = [f"{n:04d}" for n in range(len(vectors))]
    held.upsert(ids=ids, embeddings=vectors)
    cast("Any", client).close()
    chroma = own(shelf)
    exact = [{ids[i] for i in np.argsort(-(vectors @ one))[:50]} for one in vectors[:20]]
    found = [{one for one, _ in chroma.nearest(v, [here], 50)} for v in vectors[:20]]
    chroma.close()
    assert np.mean([len(a & b) / 50 for a, b in zip(exact, found, strict=True)]) > 0.99


def test_a_few_that_an_approximate_search_misses_are_no_damage(shelf: Shelf) -> None:
    here, rows = shelf.collection("c"), entries(random_units(3000, 64, seed=8))
    poor: Any = {"hnsw": {"space": "cosine", "max_neighbors": 2, "ef_construction": 2}}
    chroma = own(shelf)
    made = chroma._client.create_collection(
        f"c_{here.id}", embedding_function=None, configuration=poor
    )
    chroma.add(here.id, rows)
    found, missed = list[IndexEntry](), list[IndexEntry]()
    for row in rows:
        near = made.query(query_embeddings=row.vector[None, :], n_results=1)["ids"][0]
        (found if near == [row.chunk_id] else missed).append(row)
    assert len(missed) >= 10, "a poor graph misses some"
    assert chroma.is_whole(here.id, 3000, [*found[:15], *missed[:5]])
    assert not chroma.is_whole(here.id, 3000, [*found[:14], *missed[:6]]), "the graph is torn"
    strange = IndexEntry(
        chunk_id="d:999999", version_id=1, title="", chunk=CHUNK, vector=-found[0].vector
    )
    assert not chroma.is_whole(here.id, 3000, [*found[:19], strange]), "one is not there"
    other = IndexEntry(
        chunk_id=found[0].chunk_id, version_id=1, title="", chunk=CHUNK, vector=-found[0].vector
    )
    assert not chroma.is_whole(here.id, 3000, [*found[:19], other]), "one is another"
    chroma.close()
