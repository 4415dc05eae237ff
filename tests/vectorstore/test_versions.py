"""The life of a version: begun, stored, published or refused, superseded, deleted, purged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import DocumentNotFound, EncryptedFile
from tests.vectorstore.shelf import Shelf, sha
from vectorstore.schema import State


def found(shelf: Shelf, collection: str = "c") -> list[str]:
    """Texts that a search may return."""
    chosen = shelf.record.collection(collection)
    ids, _ = shelf.record.vectors(chosen)
    passages = shelf.record.passages(ids, collection_ids=[chosen.id])
    return sorted(one.passage.chunk.text for one in passages.values())


def states(shelf: Shelf) -> list[State]:
    return [state for state in State for _ in shelf.versions.in_state(state)]


def test_a_version_is_found_only_when_it_is_ready(shelf: Shelf) -> None:
    version = shelf.begin("c", "a.txt", "alpha")
    assert (states(shelf), found(shelf)) == ([State.PARSING], [])
    shelf.versions.discard(version)
    version = shelf.put("c", "a.txt", "alpha")
    assert (states(shelf), found(shelf)) == ([State.INDEXING], [])
    shelf.versions.publish([version])
    assert (states(shelf), found(shelf)) == ([State.READY], ["alpha"])


def test_a_new_version_takes_over_when_it_is_published(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "old")
    newer = shelf.put("c", "a.txt", "new")
    assert found(shelf) == ["old"]
    shelf.versions.publish([newer])
    assert found(shelf) == ["new"]
    assert states(shelf) == [State.READY, State.READY]


def test_versions_of_one_document_published_together_leave_one_current(shelf: Shelf) -> None:
    both = [shelf.put("c", "a.txt", "first"), shelf.put("c", "a.txt", "second")]
    shelf.versions.publish(both)
    assert found(shelf) == ["second"]


def test_going_back_to_an_earlier_content(shelf: Shelf) -> None:
    for text in ("one", "two", "one"):
        shelf.add("c", "a.txt", text)
    assert found(shelf) == ["one"]
    assert len(shelf.versions.in_state(State.READY)) == 2


def test_is_current_knows_the_bytes_and_has_ready_the_document(shelf: Shelf) -> None:
    collection = shelf.collection("c")
    shelf.put("c", "a.txt", "one")
    assert not shelf.versions.is_current(collection, "a.txt", sha("one"))
    assert not shelf.versions.has_ready(collection, "a.txt")
    shelf.add("c", "a.txt", "one")
    assert shelf.versions.is_current(collection, "a.txt", sha("one"))
    assert not shelf.versions.is_current(collection, "b.txt", sha("one"))
    assert not shelf.versions.is_current(shelf.collection("d"), "a.txt", sha("one"))
    shelf.add("c", "a.txt", "two")
    assert not shelf.versions.is_current(collection, "a.txt", sha("one"))
    assert shelf.versions.has_ready(collection, "a.txt")


def test_a_refusal_keeps_its_reason_and_an_earlier_ready_version(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "old")
    version = shelf.begin("c", "a.txt", "locked")
    shelf.versions.refuse(version, EncryptedFile(file="a.txt"))
    (entry,) = shelf.record.documents(shelf.collection("c").id)
    assert entry.state is State.REFUSED
    assert entry.refusal == {"error": "EncryptedFile", "values": {"file": "a.txt"}}
    assert json.dumps(entry.refusal)
    assert found(shelf) == ["old"]


def test_a_refused_file_that_comes_again_leaves_one_row(shelf: Shelf) -> None:
    for text in ("bad one", "bad two", "bad two"):
        version = shelf.begin("c", "a.txt", text)
        shelf.versions.refuse(version, EncryptedFile(file="a.txt"))
    assert states(shelf) == [State.REFUSED]
    shelf.add("c", "a.txt", "good")
    assert states(shelf) == [State.READY]


def test_discarding_leaves_nothing_of_a_new_document(shelf: Shelf) -> None:
    version = shelf.begin("c", "a.txt", "one")
    shelf.versions.discard(version)
    shelf.versions.discard(version)
    assert shelf.record.documents(shelf.collection("c").id) == []
    assert shelf.record.drop_empty_collection(shelf.collection("c").id)


def test_discarding_leaves_the_earlier_version(shelf: Shelf) -> None:
    shelf.add("c", "a.txt", "one")
    shelf.versions.discard(shelf.begin("c", "a.txt", "two"))
    assert found(shelf) == ["one"]


def test_deleting_hides_at_once_and_purges_when_no_index_holds_it(shelf: Shelf) -> None:
    collection = shelf.collection("c")
    version = shelf.add("c", "a.txt", "one")
    shelf.versions.mark([version], "dense", present=True)
    shelf.versions.mark([version], "lexical", present=True)
    shelf.versions.begin_delete(collection, "a.txt")
    assert found(shelf) == []
    assert shelf.record.documents(collection.id) == []
    for index in ("dense", "lexical"):
        assert shelf.versions.purge() == 0
        assert [one.id for one in shelf.versions.stale_in(index)] == [version]
        shelf.versions.mark([version], index, present=False)
    assert shelf.versions.purge() == 1
    assert states(shelf) == []
    assert shelf.entries(version) == []
    with pytest.raises(DocumentNotFound):
        shelf.versions.begin_delete(collection, "a.txt")


def test_what_indexes_miss_and_what_they_hold_too_much(shelf: Shelf) -> None:
    old = shelf.add("c", "a.txt", "old")
    assert [one.id for one in shelf.versions.missing_from("dense")] == [old]
    shelf.versions.mark([old], "dense", present=True)
    new = shelf.put("c", "a.txt", "new")
    shelf.versions.mark([new], "dense", present=True)
    assert shelf.versions.missing_from("dense") == []
    assert shelf.versions.stale_in("dense") == []
    shelf.versions.publish([new])
    assert [one.id for one in shelf.versions.stale_in("dense")] == [old]
    assert [one.id for one in shelf.versions.missing_from("lexical")] == [new]


def test_an_index_that_was_lost_is_told_anew(shelf: Shelf) -> None:
    here, there = shelf.add("c", "a.txt", "one", "two"), shelf.add("d", "a.txt", "three")
    shelf.versions.mark([here, there], "lexical", present=True)
    collection = shelf.collection("c")
    assert shelf.versions.chunks_told(collection.id, "lexical") == 2
    shelf.versions.forget_index("lexical", collection.id)
    assert shelf.versions.chunks_told(collection.id, "lexical") == 0
    assert shelf.versions.chunks_told(shelf.collection("d").id, "lexical") == 1
    assert [one.id for one in shelf.versions.missing_from("lexical")] == [here]


def test_every_change_a_search_could_see_raises_the_revision(shelf: Shelf) -> None:
    seen = [shelf.collection("c").revision]
    version = shelf.put("c", "a.txt", "one")
    assert shelf.collection("c").revision == seen[0]
    shelf.versions.publish([version])
    seen.append(shelf.collection("c").revision)
    shelf.versions.begin_delete(shelf.collection("c"), "a.txt")
    seen.append(shelf.collection("c").revision)
    assert seen == sorted(set(seen))
    assert len(seen) == 3


def test_chunk_ids_name_document_version_and_place(shelf: Shelf) -> None:
    version = shelf.add("c", "a.txt", *(f"text {n}" for n in range(12)))
    entry = shelf.record.document(shelf.collection("c"), "a.txt")
    ids = shelf.ids(version)
    assert ids == sorted(ids)
    assert ids[3] == f"{entry.id}:{entry.version[:16]}:000003"
    assert {one.version_id for one in shelf.entries(version)} == {version}


def test_chunk_ids_are_the_same_in_every_data_folder(tmp_path: Path) -> None:
    ids = []
    for folder in ("one", "two"):
        shelf = Shelf.at(tmp_path / folder)
        shelf.add("C", "手册.pdf", "alpha", "beta")
        shelf.add("D", "手册.pdf", "alpha")
        ids.append([shelf.record.vectors(shelf.record.collection(name))[0] for name in "CD"])
        shelf.engine.dispose()
    assert ids[0] == ids[1]
    assert not set(ids[0][0]) & set(ids[0][1]), "one name in two collections is two documents"
