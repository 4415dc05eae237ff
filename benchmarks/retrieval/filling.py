"""A library of any size, written into the record in bulk; the product makes the indexes of it.

Passages have real vectors as far as the model was asked for them; the others have one of those
vectors with noise, at a fixed cosine. The noise is the difference of two real vectors, for real
ones differ in few directions, not in all alike. Everything else is as ingestion leaves it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from app.wiring import Services
from benchmarks.retrieval.memory import megabytes_below, resident
from benchmarks.retrieval.texts import Text, Texts, real_texts
from evaluation.embedding_cache import CachedEmbedder
from evaluation.source_code import EMBEDDING, INDEXING, source_digest
from rag.protocols import Embedder, Vectors
from rag.settings import Settings
from rag.types import Chunk, Page, Span
from vectorstore.passages import rows_of
from vectorstore.record import Collection
from vectorstore.schema import CollectionRow, DocumentRow, State, VersionRow

COLLECTION: Final = "speed"
LIKENESS: Final = 0.8
"""Cosine of a made vector to the real one it was made from."""

BUILDING: Final = (
    *INDEXING,
    *EMBEDDING,
    "benchmarks/retrieval/filling.py",
    "benchmarks/retrieval/texts.py",
    "vectorstore/chroma.py",
    "vectorstore/schema.py",
    "vectorstore/synchroniser.py",
    "vectorstore/versions.py",
)
"""What decides what is built."""

_CHUNKS_OF_DOCUMENT: Final = 20
_CHUNKS_OF_PAGE: Final = 4
_DOCUMENTS_AT_ONCE: Final = 100
_EMBEDDED_AT_ONCE: Final = 64
_REPORT: Final = "built.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What to build: ``embed`` passages get real vectors. ``work`` keeps all libraries."""

    work: Path
    data: Path
    chunks: int
    embed: int
    seed: int

    @property
    def folder(self) -> Path:
        """The data folder of this library."""
        return self.work / f"{self.chunks}-{self.embed}-{self.seed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What building took: seconds, megabytes on disk, and memory at its peak.

    ``dense_s`` and ``lexical_s`` are the product's own rebuilding of an index from the record.
    """

    chunks: int
    real_texts: int
    real_vectors: int
    embedding_s: float
    record_s: float
    dense_s: float
    lexical_s: float
    record_mb: float
    dense_mb: float
    lexical_mb: float
    peak_mb: float
    code: str


class MadeVectors:
    """Vectors of any passage, from those of the first ones."""

    def __init__(self, vectors: Vectors, sentences: list[Vectors], *, seed: int) -> None:
        self._vectors = vectors
        self._sentences = sentences
        self._seed = seed

    def of(self, number: int, sentences: int) -> tuple[Vectors, Vectors]:
        """The vector (d,) of passage ``number`` and those of its sentences (sentences, d)."""
        at = number % len(self._vectors)
        if number < len(self._vectors):
            return self._vectors[at], self._sentences[at]
        own = self._sentences[at]
        rows = np.vstack([self._vectors[at][None, :], own[np.arange(sentences) % len(own)]])
        draw = np.random.default_rng((self._seed, number))
        one, other = draw.integers(len(self._vectors), size=(2, len(rows)))
        noise = _across(rows, self._vectors[one] - self._vectors[other])
        made = _unit(LIKENESS * rows + np.float32((1 - LIKENESS**2) ** 0.5) * noise)
        return made[0], made[1:]


def build(library: Library, *, reuse: bool = False) -> Built:
    """Fill the record and let the synchroniser make both indexes; what is there already stays.

    It is made anew when the code that decides it has changed, unless ``reuse``.
    """
    report = library.folder / _REPORT
    code = source_digest(BUILDING)
    if report.is_file():
        kept: dict[str, Any] = json.loads(report.read_text("utf-8"))
        if reuse or kept["code"] == code:
            return Built(**kept)
    _empty(library.folder)
    settings = Settings(data_dir=library.folder)
    with closing(Services(settings)) as opened:
        opened.embedder = Services(Settings(data_dir=library.work)).embedder
        built = _built(opened, library, code)
    report.write_text(json.dumps(asdict(built)), "utf-8")
    return built


def _built(opened: Services, library: Library, code: str) -> Built:
    real = real_texts(library.data, most=library.chunks, seed=library.seed)
    texts = Texts(real, seed=library.seed)
    started = time.perf_counter()
    vectors = _embedded(library, opened.embedder, real[: library.embed])
    took = [time.perf_counter() - started]
    collection = opened.record.ensure_collection(COLLECTION, opened.embedder)
    steps: tuple[Callable[[], object], ...] = (
        partial(_fill, opened, collection, texts, vectors, library.chunks),
        opened.synchroniser.catch_up_dense,
        opened.synchroniser.settle,
    )
    for step in steps:
        started = time.perf_counter()
        step()
        took.append(time.perf_counter() - started)
    folder = library.folder
    return Built(
        chunks=library.chunks,
        real_texts=min(len(texts), library.chunks),
        real_vectors=min(len(real), library.embed),
        embedding_s=round(took[0], 1),
        record_s=round(took[1], 1),
        dense_s=round(took[2], 1),
        lexical_s=round(took[3], 1),
        record_mb=megabytes_below(folder, "record.sqlite3*"),
        dense_mb=megabytes_below(folder, "chroma/**/*"),
        lexical_mb=megabytes_below(folder, "lexical/**/*"),
        peak_mb=resident().peak_mb,
        code=code,
    )


def _embedded(library: Library, embedder: Embedder, texts: list[Text]) -> MadeVectors:
    """The model's vectors of these texts, kept from one library to the next."""
    file = library.work / "embeddings.sqlite3"
    vectors: list[Vectors] = []
    sentences: list[Vectors] = []
    with closing(CachedEmbedder(embedder, file, backend="")) as cache:
        for first in range(0, len(texts), _EMBEDDED_AT_ONCE):
            some = texts[first : first + _EMBEDDED_AT_ONCE]
            whole, own = cache.embed_passages(
                [one.text for one in some], [one.sentences for one in some]
            )
            vectors.extend(whole)
            sentences.extend(own)
    return MadeVectors(np.array(vectors, np.float32), sentences, seed=library.seed)


def _fill(
    opened: Services, collection: Collection, texts: Texts, vectors: MadeVectors, chunks: int
) -> None:
    """Documents of 20 chunks on pages of 4, as ready, current versions that no index holds."""
    firsts = range(0, chunks, _CHUNKS_OF_DOCUMENT)
    for at in range(0, len(firsts), _DOCUMENTS_AT_ONCE):
        with Session(opened.engine) as session, session.begin():
            some = firsts[at : at + _DOCUMENTS_AT_ONCE]
            versions = [_version(collection, first) for first in some]
            session.add_all(document for document, _ in versions)
            session.flush()
            session.add_all(version for _, version in versions)
            session.flush()
            for first, (_, version) in zip(some, versions, strict=True):
                numbers = range(first, min(first + _CHUNKS_OF_DOCUMENT, chunks))
                own = [texts.text(number) for number in numbers]
                pages, cut = _pages_and_chunks(own)
                made = [
                    vectors.of(number, len(text.sentences))
                    for number, text in zip(numbers, own, strict=True)
                ]
                version.title, version.page_count = own[0].title, len(pages)
                version.chunk_count = len(cut)
                rows = rows_of(
                    version, pages, cut, np.array([v for v, _ in made]), [own for _, own in made]
                )
                session.add_all(rows)
    with Session(opened.engine) as session, session.begin():
        session.get_one(CollectionRow, collection.id).revision += 1


def _version(collection: Collection, number: int) -> tuple[DocumentRow, VersionRow]:
    name = f"document-{number:07d}.txt"
    document = DocumentRow(
        id=DocumentRow.id_for(collection.name, name), collection_id=collection.id, name=name
    )
    version = VersionRow(
        document_id=document.id,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        state=State.READY,
        current=True,
        media_type="text/plain",
        paginated=True,
    )
    return document, version


def _pages_and_chunks(texts: list[Text]) -> tuple[list[Page], list[Chunk]]:
    pages: list[Page] = []
    chunks: list[Chunk] = []
    for number, of_page in enumerate(_some(texts, _CHUNKS_OF_PAGE), start=1):
        start = 0
        for one in of_page:
            chunks.append(
                Chunk(
                    sequence=len(chunks),
                    page=number,
                    start=start,
                    end=start + len(one.text),
                    text=one.text,
                    heading_path=(one.title,),
                    sentences=tuple(
                        Span(start=start + span.start, end=start + span.end)
                        for span in one.sentences
                    ),
                )
            )
            start += len(one.text) + 2
        pages.append(Page(number=number, text="\n\n".join(one.text for one in of_page)))
    return pages, chunks


def _some(texts: list[Text], count: int) -> Iterator[list[Text]]:
    return (texts[first : first + count] for first in range(0, len(texts), count))


def _across(rows: Vectors, noise: Vectors) -> Vectors:
    """Unit rows of ``noise`` without what lies along ``rows``, so that the cosine comes out."""
    return _unit(noise - (noise * rows).sum(axis=1, keepdims=True) * rows)


def _unit(rows: NDArray[np.float32]) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _empty(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
