"""LlamaIndex's QueryFusionRetriever over its own vector store and BM25, in its default mode.

``llama-index-retrievers-bm25`` does not install beside PyStemmer 3, so ``WordRetriever`` is what
its BM25Retriever 0.8.0 is: bm25s with English stop words, the English stemmer, and words of two
characters or more. A run of Han characters is one word to it. The default mode sorts by each
half's own scores, cosines and BM25 alike.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

import bm25s  # type: ignore[import-untyped]
import Stemmer
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from pydantic import PrivateAttr

from benchmarks.retrieval.rival_passages import Passages
from rag.protocols import Embedder

_WORD: Final = r"(?u)\b\w\w+\b"


class OurEmbedding(BaseEmbedding):
    """Our embedder as LlamaIndex takes one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.model_id)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_query(query).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        vector: list[float] = self._embedder.embed_documents([text])[0].tolist()
        return vector


class WordRetriever(BaseRetriever):
    """BM25 over nodes; gives ``most`` of them, those without a word of the question too."""

    def __init__(self, nodes: Sequence[TextNode], *, most: int) -> None:
        super().__init__()
        self._nodes = nodes
        self._most = min(most, len(nodes))
        self._stemmer = Stemmer.Stemmer("english")
        self._bm25 = bm25s.BM25()
        texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]
        self._bm25.index(self._tokens(texts), show_progress=False)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found, scores = self._bm25.retrieve(
            self._tokens([query_bundle.query_str]), k=self._most, show_progress=False
        )
        return [
            NodeWithScore(node=self._nodes[int(at)], score=float(score))
            for at, score in zip(found[0], scores[0], strict=True)
        ]

    def _tokens(self, texts: list[str]) -> Any:
        return bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, token_pattern=_WORD, show_progress=False
        )


def fusion_retriever(
    passages: Passages, embedder: Embedder, *, most: int
) -> Callable[[str], list[str]]:
    """Its search: a question to chunk ids, best first; each half is asked for ``most``.

    The question is asked as it stands: it makes no further ones, for which it needs a model.
    """
    nodes = [
        TextNode(id_=chunk_id, text=text, embedding=vector.tolist())
        for chunk_id, text, vector in zip(
            passages.ids, passages.texts, passages.vectors, strict=True
        )
    ]
    with warnings.catch_warnings():  # it imports langchain-community, which is being sunset
        warnings.simplefilter("ignore", DeprecationWarning)
        index = VectorStoreIndex(nodes=nodes, embed_model=OurEmbedding(embedder))
    fusion = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=most), WordRetriever(nodes, most=most)],
        llm=MockLLM(),
        similarity_top_k=most,
        num_queries=1,
        use_async=False,
    )

    def search(question: str) -> list[str]:
        return [found.node.node_id for found in fusion.retrieve(question)]

    return search
