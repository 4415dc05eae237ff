"""Which code a result came from: a digest of the product's own source, with or without git."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]

MEASURED: Final = ("rag", "vectorstore", "ingest", "evaluation")
"""What can change a result."""

INDEXING: Final = (
    "ingest/loaders",
    "ingest/pipeline.py",
    "ingest/sources.py",
    "ingest/splitting.py",
    "rag/language.py",
    "rag/notation.py",
    "rag/words.py",
    "vectorstore/inverted.py",
    "vectorstore/lexical.py",
    "vectorstore/passages.py",
    "vectorstore/sentences.py",
    "vectorstore/wording.py",
)
"""What decides how a corpus is cut and indexed."""

EMBEDDING: Final = (
    "vectorstore/embedding.py",
    "vectorstore/encoders.py",
    "vectorstore/token_batches.py",
    "vectorstore/onnx_export.py",
)
"""What decides the vector of a text."""


def source_digest(places: Iterable[str]) -> str:
    """SHA-256 (hexadecimal) of the Python files at ``places``: folders and files of the product."""
    digest = hashlib.sha256()
    for place in places:
        path = _ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(_ROOT).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
