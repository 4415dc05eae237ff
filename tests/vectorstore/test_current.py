"""A search is made with one model from its beginning to its end."""

from __future__ import annotations

import pytest

from rag.errors import EmbedderMismatch
from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder
from rag.types import Hit, Span
from tests.fakes import WordEmbedder, a_hit
from vectorstore.current import CurrentEmbedder, CurrentIndex, pinned
from vectorstore.reindexing import InUse

FIRST, NEXT = InUse(switches=0, model=None), InUse(switches=3, model="/models/other")


class Place:
    """What is in use, to be changed by a test."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> InUse:
        return self.now


class Searched:
    """An index that a switch may overtake: ``overtaken`` is done in the middle of its search."""

    def __init__(self, text: str, overtaken: Exception | None = None) -> None:
        self.text = text
        self.overtaken = overtaken
        self.place: Place | None = None

    def search(
        self, _question: str, *, collections: object, top_k: int, where: Filter = EVERYTHING
    ) -> list[Hit]:
        if self.place is not None:
            self.place.now = NEXT
        if self.overtaken is not None:
            raise self.overtaken
        return [a_hit(self.text)]


def open_model(model: str | None) -> Embedder:
    return WordEmbedder(dimension=8 if model else 32)


def texts(hits: list[Hit]) -> list[str]:
    return [hit.passage.chunk.text for hit in hits]


def test_the_embedder_is_the_one_in_use_at_each_call() -> None:
    place = Place()
    embedder = CurrentEmbedder(place, open_model)
    before = pinned(embedder)
    assert embedder.dimension == 32
    assert embedder.embed_query("水泵").shape == (32,)
    place.now = NEXT
    assert embedder.dimension == 8
    assert embedder.embed_documents(["a", "b"]).shape == (2, 8)
    vectors, own = embedder.embed_passages(["a b."], [[Span(start=0, end=4)]])
    assert (vectors.shape, own[0].shape) == ((1, 8), (1, 8))
    assert embedder.count_tokens("a b") == 2
    assert embedder.coverage("a") == 1.0
    assert embedder.max_tokens == before.max_tokens
    assert embedder.model_id == "words@1"
    assert before.dimension == 32
    assert pinned(before) is before


@pytest.mark.parametrize(
    "overtaken",
    [None, ValueError("shapes"), EmbedderMismatch(collection="c", stored="a", current="b")],
)
def test_a_search_that_a_switch_overtakes_is_made_again(overtaken: Exception | None) -> None:
    place = Place()
    first, following = Searched("old", overtaken), Searched("new")
    first.place = place
    made = [first, following]
    index = CurrentIndex(place, lambda: made.pop(0))
    assert texts(index.search("q", collections=("c",), top_k=1)) == ["new"]
    assert made == []


def test_an_index_is_made_once_for_each_switch() -> None:
    place = Place()
    made = [Searched("old"), Searched("new")]
    index = CurrentIndex(place, lambda: made.pop(0))
    for _ in range(3):
        assert texts(index.search("q", collections=("c",), top_k=1)) == ["old"]
    place.now = NEXT
    assert texts(index.search("q", collections=("c",), top_k=1)) == ["new"]


def test_what_no_switch_explains_is_raised() -> None:
    index = CurrentIndex(Place(), lambda: Searched("", ValueError("of its own")))
    with pytest.raises(ValueError, match="of its own"):
        index.search("q", collections=("c",), top_k=1)
