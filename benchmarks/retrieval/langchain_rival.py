"""LangChain's EnsembleRetriever over BM25Retriever and its Chroma store, each as it comes.

BM25Retriever splits texts at blanks, so a Chinese passage is a handful of words to it, and gives as
many passages as it is asked for even where no word is in them. It can be handed better words.
"""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Callable
from typing import Final

import chromadb
from chromadb.config import Settings as ChromaSettings
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from benchmarks.retrieval.rival_passages import Passages
from rag.protocols import Embedder, Vectors

_BATCH: Final = 2000
_ID: Final = "chunk_id"


class KnownVectors(Embeddings):
    """Our embedder as LangChain takes one, with the passages' vectors as they are kept."""

    def __init__(self, embedder: Embedder, known: dict[str, Vectors]) -> None:
        self._embedder = embedder
        self._known = known

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors kept of these passages."""
        return [self._known[text].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self._embedder.embed_query(text).tolist()
        return vector


def ensemble_retriever(
    passages: Passages,
    embedder: Embedder,
    *,
    most: int,
    words: Callable[[str], list[str]] = str.split,
) -> Callable[[str], list[str]]:
    """Its search: a question to chunk ids, best first; each half is asked for ``most``.

    ``words`` cuts texts. Weights are equal and the constant of rank fusion is 60, its defaults.
    """
    client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
    store = Chroma(
        client=client,
        collection_name=f"rival_{uuid.uuid4().hex}",
        embedding_function=KnownVectors(embedder, passages.known()),
    )
    metadatas = [{_ID: chunk_id} for chunk_id in passages.ids]
    for first in range(0, len(passages.ids), _BATCH):
        some = slice(first, first + _BATCH)
        store.add_texts(passages.texts[some], metadatas[some], passages.ids[some])
    worded = _worded(passages.texts, metadatas, most, words)
    near = store.as_retriever(search_kwargs={"k": most})
    ensemble = EnsembleRetriever(retrievers=[worded, near], weights=[0.5, 0.5])

    def search(question: str) -> list[str]:
        return [str(document.metadata[_ID]) for document in ensemble.invoke(question)]

    return search


def _worded(
    texts: list[str],
    metadatas: list[dict[str, str]],
    most: int,
    words: Callable[[str], list[str]],
) -> BaseRetriever:
    with warnings.catch_warnings():  # langchain-community says at import that it is being sunset
        warnings.simplefilter("ignore", DeprecationWarning)
        from langchain_community.retrievers import BM25Retriever

    return BM25Retriever.from_texts(texts, metadatas, preprocess_func=words, k=most)
