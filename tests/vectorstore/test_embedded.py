"""Vectors are found by their content's key while it is kept somewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.reading_errors import RemovedMeanwhile
from tests.fakes import a_chunk, a_document
from tests.vectorstore.shelf import Shelf, random_units
from vectorstore.embedded import Embedded
from vectorstore.schema import State

KEYS = [bytes([n]) * 32 for n in range(4)]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.at(tmp_path)


def test_what_is_kept_is_found_until_it_is_forgotten(shelf: Shelf) -> None:
    embedded, rows = Embedded(shelf.engine), random_units(4, 8, seed=1)
    none = np.zeros((0, 8), np.float32)
    embedded.keep({KEYS[0]: (rows[0], rows[1:3]), KEYS[1]: (rows[3], none)})
    embedded.keep({KEYS[0]: (rows[3], none)})
    found = embedded.known(KEYS, 8)
    assert found.keys() == set(KEYS[:2])
    np.testing.assert_allclose(found[KEYS[0]][0], rows[0], atol=1e-3)
    np.testing.assert_allclose(found[KEYS[0]][1], rows[1:3], atol=1e-3)
    assert found[KEYS[1]][1].shape == (0, 8)
    embedded.forget_underway()
    assert embedded.known(KEYS, 8) == {}


def test_stored_passages_are_known_and_underway_no_longer(shelf: Shelf) -> None:
    embedded = Embedded(shelf.engine)
    row = shelf.embedder.embed_documents(["pump"])
    none = [np.zeros((0, shelf.embedder.dimension), np.float32)]
    embedded.keep({KEYS[0]: (row[0], none[0])})
    version = shelf.begin("c", "a.txt", "pump")
    document = a_document("a.txt", "pump")
    shelf.versions.store(version, document, [a_chunk("pump")], row, none, keys=KEYS[:1])
    embedded.forget_underway()
    assert embedded.known(KEYS, shelf.embedder.dimension).keys() == {KEYS[0]}
    shelf.versions.begin_delete(shelf.record.collection("c"), "a.txt")
    shelf.versions.purge()
    assert embedded.known(KEYS, shelf.embedder.dimension) == {}


def test_a_document_deleted_while_it_is_taken_in_stays_deleted(shelf: Shelf) -> None:
    version = shelf.begin("c", "a.txt", "pump")
    shelf.versions.begin_delete(shelf.record.collection("c"), "a.txt")
    with pytest.raises(RemovedMeanwhile, match=r"a\.txt"):
        shelf.store(version, a_document("a.txt", "pump"))
    stored = shelf.put("c", "b.txt", "pump")
    shelf.versions.begin_delete(shelf.record.collection("c"), "b.txt")
    shelf.versions.publish([stored])
    assert shelf.versions.in_state(State.READY) == []
    assert shelf.versions.purge() == 2
