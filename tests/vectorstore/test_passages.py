"""Pages and passages to rows and back: nothing changes on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Page
from tests.fakes import VERSION, WordEmbedder, a_chunk
from tests.vectorstore.shelf import Shelf, random_units
from vectorstore.passages import chunk_of, pack, rows_of, unpack
from vectorstore.schema import ChunkRow, PageRow, VersionRow


def test_chunks_come_back_as_they_were() -> None:
    embedder = WordEmbedder()
    pages = [Page(number=n, text=text) for n, text in ((1, "One. Two."), (2, "水泵。\U0001f600 x"))]
    chunks = [a_chunk(page.text, sequence=page.number, page=page.number) for page in pages]
    vectors, sentences = embedder.embed_passages(
        [chunk.text for chunk in chunks], [chunk.sentences for chunk in chunks]
    )
    version = VersionRow(id=7, document_id="d", sha256=VERSION)
    rows = list(rows_of(version, pages, chunks, vectors, sentences))
    held = [row for row in rows if isinstance(row, ChunkRow)]
    assert [row.text for row in rows if isinstance(row, PageRow)] == [page.text for page in pages]
    assert [chunk_of(row) for row in held] == chunks
    assert [row.id for row in held] == [f"d:{VERSION[:16]}:00000{n}" for n in (1, 2)]
    for row, vector, own in zip(held, vectors, sentences, strict=True):
        assert unpack(row.vector, embedder.dimension)[0] == pytest.approx(vector, abs=1e-3)
        assert unpack(row.sentence_vectors, embedder.dimension) == pytest.approx(own, abs=1e-3)


def test_a_passage_tells_the_day_its_version_was_added(shelf: Shelf) -> None:
    days = {"old.txt": "2024-12-31T23:59", "新.txt": "2025-01-01T00:00"}
    for name, day in days.items():
        shelf.versions.publish([shelf.file("c", name, "One.", day=day)])
    here = shelf.collection("c")
    told = {name: [one.added_on for one in shelf.record.passages_of(here, name)] for name in days}
    assert told == {"old.txt": ["2024-12-31"], "新.txt": ["2025-01-01"]}


@given(st.integers(0, 30), st.integers(1, 64), st.integers(0, 1000))
def test_packed_vectors_come_back_as_unit_rows(count: int, dimension: int, seed: int) -> None:
    rows = random_units(count, dimension, seed=seed)
    back = unpack(pack(rows), dimension)
    assert back.shape == rows.shape
    assert back == pytest.approx(rows, abs=2e-3)
    assert np.linalg.norm(back, axis=1) == pytest.approx(np.ones(count), abs=1e-6)
    assert not unpack(pack(np.zeros((2, dimension), np.float32)), dimension).any()
