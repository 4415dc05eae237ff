"""Vectors kept by content, so that a corpus cut another way embeds only what is new.

A passage's vectors are kept as the record keeps them (float16), so a corpus made from the cache
equals one made without it; a question's as the model gave it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from evaluation.source_code import EMBEDDING, source_digest
from rag.protocols import Embedder, Vectors
from rag.types import Span
from vectorstore.passages import pack

_LOOK_UP: Final = "SELECT vectors FROM passages WHERE key = ?"
_KEEP: Final = "INSERT OR REPLACE INTO passages (key, vectors) VALUES (?, ?)"
_QUESTION: Final = "question"


class CachedEmbedder:
    """See ``rag.protocols.Embedder``; passages and questions are looked up in the cache first.

    Entries are known by the model's id, ``backend`` and the embedding code's own digest, so neither
    another model nor a changed way to embed finds them.
    """

    def __init__(self, embedder: Embedder, file: Path, *, backend: str) -> None:
        self._embedder = embedder
        self._maker = f"{embedder.model_id}\0{backend}\0{source_digest(EMBEDDING)}"
        self._guard = threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        self._kept = sqlite3.connect(file, check_same_thread=False, timeout=60)
        self._kept.execute("PRAGMA journal_mode=WAL").close()
        self._kept.execute(
            "CREATE TABLE IF NOT EXISTS passages (key BLOB PRIMARY KEY, vectors BLOB)"
        )

    @property
    def model_id(self) -> str:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.model_id

    @property
    def dimension(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.max_tokens

    @property
    def texts_at_once(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.texts_at_once

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.count_tokens(text)

    def coverage(self, text: str) -> float:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.coverage(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        key = self._key(_QUESTION, text)
        kept = self._look_up(key)
        if kept is not None:
            return np.frombuffer(kept, "<f4").astype(np.float32)
        vector = self._embedder.embed_query(text)
        self._keep([(key, vector.astype("<f4").tobytes())])
        return vector

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """See ``rag.protocols.Embedder``."""
        keys = [
            self._key(",".join(f"{span.start}-{span.end}" for span in own), text)
            for text, own in zip(texts, sentences, strict=True)
        ]
        rows = [self._rows(self._look_up(key)) for key in keys]
        missing = [i for i, row in enumerate(rows) if row is None]
        if missing:
            vectors, own_rows = self._embedder.embed_passages(
                [texts[i] for i in missing], [sentences[i] for i in missing]
            )
            fresh = {
                i: np.vstack([vectors[at][None, :], own_rows[at]]) for at, i in enumerate(missing)
            }
            self._keep([(keys[i], pack(matrix)) for i, matrix in fresh.items()])
            rows = [fresh[i] if row is None else row for i, row in enumerate(rows)]
        known = [row for row in rows if row is not None]
        first = np.array([row[0] for row in known], np.float32).reshape(len(known), self.dimension)
        return first, [row[1:] for row in known]

    def close(self) -> None:
        """Give the file back."""
        self._kept.close()

    def _key(self, what: str, text: str) -> bytes:
        return hashlib.sha256(f"{self._maker}\0{what}\0{text}".encode()).digest()

    def _look_up(self, key: bytes) -> bytes | None:
        with self._guard:
            found = self._kept.execute(_LOOK_UP, (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def _rows(self, kept: bytes | None) -> Vectors | None:
        if kept is None:
            return None
        return np.frombuffer(kept, "<f2").reshape(-1, self.dimension).astype(np.float32)

    def _keep(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        with self._guard, self._kept:
            self._kept.executemany(_KEEP, entries)
