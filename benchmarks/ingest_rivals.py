"""LangChain's and LlamaIndex's usual ways of PDFs into Chroma, in their default sizes.

Where a package of LlamaIndex is not installed, its part stands here as it does its work: pypdf
page by page, sentence-transformers in batches of ten, one ``collection.add`` a run.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core import SimpleDirectoryReader
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import BaseNode, Document, MetadataMode
from llama_index.core.vector_stores.types import BasePydanticVectorStore
from llama_index.core.vector_stores.utils import node_to_metadata_dict
from pydantic import PrivateAttr

from benchmarks.ingest import Brought
from vectorstore.model_folder import ModelFolder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_AT_ONCE: Final = 5000
"""Chroma takes 5,461 entries at most in one call."""


def lang_chain(files: Sequence[Path], data: Path) -> Brought:
    """PyPDFLoader, RecursiveCharacterTextSplitter (1,000 characters, 200 shared), Chroma."""
    with warnings.catch_warnings():  # langchain-community says at import that it is being sunset
        warnings.simplefilter("ignore")
        from langchain_chroma import Chroma
        from langchain_community.document_loaders import PyPDFLoader
        from langchain_community.embeddings import HuggingFaceEmbeddings
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        model = HuggingFaceEmbeddings(model_name=str(ModelFolder.find("").path))
    model.embed_query("warm")
    store = Chroma("reports", model, client=_client(data))
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    told = Brought(name="LangChain")
    begun = time.perf_counter()
    for file in files:
        pages = PyPDFLoader(str(file)).load()
        chunks = splitter.split_documents(pages)
        for first in range(0, len(chunks), _AT_ONCE):
            store.add_documents(chunks[first : first + _AT_ONCE])
        told.pages += len(pages)
        told.chunks += len(chunks)
    told.seconds = time.perf_counter() - begun
    return told


def llama_index(files: Sequence[Path], data: Path) -> Brought:
    """SimpleDirectoryReader over pypdf, SentenceSplitter (1,024 tokens, 200 shared), Chroma.

    The default model reads 256 tokens, so most of such a chunk is not embedded.
    """
    return _llama_index("LlamaIndex", files, data, SentenceSplitter())


def llama_index_whole(files: Sequence[Path], data: Path) -> Brought:
    """The same in chunks of 200 tokens, 40 shared: all of the text is embedded, as ours is."""
    splitter = SentenceSplitter(chunk_size=200, chunk_overlap=40, include_metadata=False)
    return _llama_index("LlamaIndex, 200", files, data, splitter)


def _llama_index(
    name: str, files: Sequence[Path], data: Path, splitter: SentenceSplitter
) -> Brought:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(ModelFolder.find("").path))
    model.encode("warm")
    collection = _client(data).create_collection("reports")
    told = Brought(name=name)
    begun = time.perf_counter()
    for file in files:
        reader = SimpleDirectoryReader(input_files=[file], file_extractor={".pdf": PdfPages()})
        pages = reader.load_data()
        pipeline = IngestionPipeline(
            transformations=[splitter, SentenceEmbedding(model)],
            vector_store=ChromaNodes(collection),
        )
        told.pages += len(pages)
        told.chunks += len(pipeline.run(documents=pages))
    told.seconds = time.perf_counter() - begun
    return told


class PdfPages(BaseReader):
    """A document a page, as PDFReader of llama-index-readers-file makes them with pypdf."""

    def load_data(
        self, file: Path, extra_info: dict[str, Any] | None = None, **_: Any
    ) -> list[Document]:
        """The text of each page, with its label."""
        from pypdf import PdfReader

        opened = PdfReader(file)
        return [
            Document(
                text=page.extract_text(),
                metadata={
                    "page_label": opened.page_labels[number],
                    "file_name": file.name,
                    **(extra_info or {}),
                },
            )
            for number, page in enumerate(opened.pages)
        ]


class SentenceEmbedding(BaseEmbedding):
    """A sentence-transformers model in batches of ten, as HuggingFaceEmbedding asks it."""

    _model: SentenceTransformer = PrivateAttr()

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__(model_name="sentence-transformers")
        self._model = model

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._model.encode(
            texts,
            batch_size=self.embed_batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        ).tolist()
        return rows


class ChromaNodes(BasePydanticVectorStore):
    """Nodes into a Chroma collection, as ChromaVectorStore adds them."""

    stores_text: bool = True
    _collection: Any = PrivateAttr()

    def __init__(self, collection: Any) -> None:
        super().__init__(stores_text=True)
        self._collection = collection

    @property
    def client(self) -> Any:
        """The collection."""
        return self._collection

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """Texts, vectors and metadata of ``nodes``; returns their ids."""
        for first in range(0, len(nodes), _AT_ONCE):
            some = nodes[first : first + _AT_ONCE]
            self._collection.add(
                embeddings=[node.get_embedding() for node in some],
                ids=[node.node_id for node in some],
                metadatas=[
                    node_to_metadata_dict(node, remove_text=True, flat_metadata=True)
                    for node in some
                ],
                documents=[node.get_content(metadata_mode=MetadataMode.NONE) for node in some],
            )
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Take a document's nodes out."""
        self._collection.delete(where={"document_id": ref_doc_id})

    def query(self, query: Any, **_: Any) -> Any:
        """The nearest rows to a question's vector."""
        return self._collection.query(query_embeddings=[query.query_embedding])


def _client(data: Path) -> Any:
    return chromadb.PersistentClient(str(data), ChromaSettings(anonymized_telemetry=False))
