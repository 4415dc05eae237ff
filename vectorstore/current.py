"""The embedding model in use and the search over it, across a move to another model.

What is in use stands in the record, for the process that searches is not the one that moves. A
search is made with one model from its beginning to its end; one that a switch has overtaken is made
again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.errors import EmbedderMismatch
from rag.filter import EVERYTHING, Filter
from rag.protocols import Embedder, Index, Vectors
from rag.types import Hit, Span
from vectorstore.reindexing import InUse


class CurrentEmbedder:
    """See ``rag.protocols.Embedder``: the one that ``in_use`` names at the time of each call.

    ``open_model`` opens a model; None is the one that a data folder begins with.
    """

    def __init__(
        self, in_use: Callable[[], InUse], open_model: Callable[[str | None], Embedder]
    ) -> None:
        self._in_use = in_use
        self._open_model = open_model

    def now(self) -> Embedder:
        """The model in use; it stays itself when another one comes into use."""
        return self._open_model(self._in_use().model)

    @property
    def model_id(self) -> str:
        """See ``rag.protocols.Embedder``."""
        return self.now().model_id

    @property
    def dimension(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self.now().dimension

    @property
    def max_tokens(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self.now().max_tokens

    @property
    def texts_at_once(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self.now().texts_at_once

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.Embedder``."""
        return self.now().count_tokens(text)

    def coverage(self, text: str) -> float:
        """See ``rag.protocols.Embedder``."""
        return self.now().coverage(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        return self.now().embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        return self.now().embed_query(text)

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """See ``rag.protocols.Embedder``."""
        return self.now().embed_passages(texts, sentences)


def pinned(embedder: Embedder) -> Embedder:
    """The model itself where ``embedder`` is the one in use: it does not change any more."""
    return embedder.now() if isinstance(embedder, CurrentEmbedder) else embedder


class CurrentIndex:
    """See ``rag.protocols.Index``: searches what ``in_use`` says, with an index made by ``over``.

    ``over`` is called once for each switch.
    """

    def __init__(self, in_use: Callable[[], InUse], over: Callable[[], Index]) -> None:
        self._in_use = in_use
        self._over = over
        self._held: tuple[InUse, Index] | None = None

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``."""
        while True:
            before = self._in_use()
            try:
                found = self._index(before).search(
                    question, collections=collections, top_k=top_k, where=where
                )
            except (EmbedderMismatch, ValueError):  # vectors of two models do not multiply
                if self._in_use() == before:
                    raise
            else:
                if self._in_use() == before:
                    return found

    def _index(self, in_use: InUse) -> Index:
        held = self._held
        if held is None or held[0] != in_use:
            self._held = held = in_use, self._over()
        return held[1]
