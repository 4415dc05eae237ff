"""What is made anew stands beside what is searched, until one transaction switches."""

from __future__ import annotations

import numpy as np
import pytest

from rag.collection_errors import ReindexingUnderway
from rag.encoder_errors import EmbeddingModelError
from tests.fakes import WordEmbedder
from tests.vectorstore.shelf import Shelf
from vectorstore.reindexing import InUse, Reindexings
from vectorstore.schema import ReindexingState

OTHER = WordEmbedder(dimension=16)


def move(shelf: Shelf) -> tuple[Reindexings, int]:
    reindexings = Reindexings(shelf.engine)
    return reindexings, reindexings.request("/models/other", model_id="other@2", dimension=16)


def make_all(reindexings: Reindexings) -> None:
    while some := reindexings.unmoved(2):
        texts = [one.chunk.text for one in some]
        vectors, own = OTHER.embed_passages(texts, [one.chunk.sentences for one in some])
        reindexings.keep(
            {
                one.chunk_id: (one.chunk.text.encode(), vectors[at], own[at])
                for at, one in enumerate(some)
            }
        )


def test_nothing_was_ever_made_anew(shelf: Shelf) -> None:
    reindexings = Reindexings(shelf.engine)
    assert reindexings.in_use() == InUse(switches=0, model=None)
    assert reindexings.newest() is None
    assert reindexings.underway() is None


def test_one_is_under_way_at_a_time(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "One.", "Two.")
    reindexings, own = move(shelf)
    with pytest.raises(ReindexingUnderway, match="0 of 2 passages"):
        reindexings.request()
    assert reindexings.cancel(own)
    assert not reindexings.cancel(own)
    assert reindexings.request() == own + 1


def test_passages_that_are_searched_are_to_be_moved(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "Replaced.")
    shelf.add("c", "a.md", "The pump.", "The valve.")
    shelf.add("制度", "差旅.md", "住宿标准为 550 元。")
    shelf.put("c", "unpublished.md", "Not yet.")
    reindexings, _ = move(shelf)
    texts = [one.chunk.text for one in reindexings.unmoved(10)]
    assert texts == ["The pump.", "The valve.", "住宿标准为 550 元。"]
    assert len(reindexings.unmoved(2)) == 2
    make_all(reindexings)
    assert reindexings.unmoved(10) == []
    found = reindexings.newest()
    assert found is not None
    assert (found.passages, found.embedded, found.indexed) == (3, 3, 0)


def test_vectors_of_equal_content_are_known(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "The pump.")
    reindexings, _ = move(shelf)
    make_all(reindexings)
    vector, own = reindexings.known([b"The pump.", b"?"], 16)[b"The pump."]
    assert vector == pytest.approx(OTHER.embed_documents(["The pump."])[0], abs=2e-3)
    assert own.shape == (1, 16)


def test_the_switch_changes_model_vectors_and_generation_at_once(shelf: Shelf) -> None:
    version = shelf.add("c", "a.md", "The pump is blue.")
    shelf.versions.mark([version], "lexical", present=True)
    shelf.versions.mark([version], "dense", present=True)
    before = shelf.record.collection("c")
    reindexings, own = move(shelf)
    make_all(reindexings)
    assert shelf.record.collection("c") == before
    assert reindexings.switch(own)
    after = shelf.record.collection("c")
    assert (after.embedder, after.dimension, after.generation) == ("other@2", 16, 1)
    assert after.revision == before.revision + 1
    assert after.index_id == f"{before.id}.1"
    [_], matrix = shelf.record.vectors(after)
    assert np.allclose(matrix[0], OTHER.embed_documents(["The pump is blue."])[0], atol=2e-3)
    assert [one.id for one in shelf.versions.missing_from("dense")] == [version]
    assert shelf.versions.missing_from("lexical") == []
    assert reindexings.in_use() == InUse(switches=own, model="/models/other")
    assert reindexings.unmoved(9)  # the vectors made for it are not kept twice
    assert not reindexings.switch(own)


def test_a_rebuilding_keeps_model_and_vectors(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "The pump is blue.")
    before = shelf.record.vectors(shelf.record.collection("c"))[1]
    reindexings, moved = move(shelf)
    make_all(reindexings)
    reindexings.switch(moved)
    own = reindexings.request()
    assert reindexings.switch(own)
    after = shelf.record.collection("c")
    assert (after.generation, after.embedder) == (2, "other@2")
    assert shelf.record.vectors(after)[1].shape != before.shape
    assert reindexings.in_use() == InUse(switches=own, model="/models/other")


@pytest.mark.parametrize("ending", ["cancel", "fail"])
def test_what_was_given_up_changes_nothing(shelf: Shelf, ending: str) -> None:
    shelf.add("c", "a.md", "The pump is blue.")
    before = shelf.record.collection("c")
    reindexings, own = move(shelf)
    make_all(reindexings)
    if ending == "cancel":
        reindexings.cancel(own)
    else:
        reindexings.fail(own, EmbeddingModelError(model="x", detail="OSError"))
    assert not reindexings.switch(own)
    assert not reindexings.tell(own, 1)
    assert shelf.record.collection("c") == before
    found = reindexings.newest()
    assert found is not None
    assert found.state is ReindexingState(f"{ending}led" if ending == "cancel" else "failed")
    assert found.embedded == 0


def test_vectors_of_a_deleted_document_go_with_it(shelf: Shelf) -> None:
    shelf.add("c", "a.md", "The pump.")
    shelf.add("c", "b.md", "The valve.")
    reindexings, own = move(shelf)
    make_all(reindexings)
    shelf.versions.begin_delete(shelf.record.collection("c"), "a.md")
    shelf.versions.purge()
    found = reindexings.newest()
    assert found is not None
    assert (found.passages, found.embedded) == (1, 1)
    reindexings.keep({"gone": (b"k", OTHER.embed_query("x"), OTHER.embed_documents(["x"]))})
    assert reindexings.switch(own)


def test_entries_have_the_vectors_moved_to(shelf: Shelf) -> None:
    version = shelf.add("c", "a.md", "The pump is blue.")
    reindexings, _ = move(shelf)
    make_all(reindexings)
    [old], [new] = reindexings.entries(version, None), reindexings.entries(version, 16)
    assert (len(old.vector), len(new.vector)) == (256, 16)
    assert [one.chunk_id for one in (old, new)] == shelf.ids(version) * 2
    assert reindexings.searched_versions(shelf.record.collection("c").id) == [version]
