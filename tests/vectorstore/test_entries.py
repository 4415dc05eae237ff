"""Passages come out of the record as the indexes take them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.vectorstore.shelf import Shelf
from vectorstore.database import reading
from vectorstore.entries import entries_of, read_entries
from vectorstore.schema import ChunkRow


def test_entries_hold_what_was_stored(tmp_path: Path) -> None:
    shelf = Shelf.at(tmp_path)
    version = shelf.put("c", "手册.txt", "A pump.", "水泵。")
    shelf.put("c", "other.txt", "A valve.")
    query = entries_of(ChunkRow.version_id == version).order_by(ChunkRow.sequence)
    first, second = read_entries(reading(shelf.engine), query)
    assert (first.title, first.chunk.text, second.chunk.text) == ("手册.txt", "A pump.", "水泵。")
    assert first.chunk_id.endswith(":000000")
    assert first.version_id == second.version_id == version
    own = shelf.embedder.embed_documents(["A pump."])[0]
    np.testing.assert_allclose(first.vector, own, atol=1e-3)
    assert len(first.sentences) == 2 * shelf.embedder.dimension
    assert read_entries(reading(shelf.engine), entries_of(ChunkRow.id == "nothing")) == []
