"""Small real stand-ins: a deterministic embedder, a chat model that says what it is told.

No mocks: each keeps the promises of its protocol in ``rag/protocols.py``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from app.wiring import Services
from rag.language import sentence_spans
from rag.protocols import Embedder, Vectors
from rag.replies import Finish, Message, Reply, Sample
from rag.tokens import token_bound
from rag.types import Chunk, Document, Hit, Page, Passage, Span
from rag.words import content_words

_TOKEN: Final = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
VERSION: Final = "ab" * 32


class OpenServices(Protocol):
    """What the ``services`` fixture gives: services on a folder of the test, closed after it."""

    def __call__(
        self, folder: str = "data", *, embedder: Embedder | None = None, **settings: Any
    ) -> Services: ...


class WordEmbedder:
    """Hashed bag of words: texts that share words are near. Han characters are words.

    ``reads`` is the coverage it claims for every text.
    """

    model_id = "words@1"
    texts_at_once = 64

    def __init__(self, *, dimension: int = 256, max_tokens: int = 254, reads: float = 1.0) -> None:
        self.dimension = dimension
        self.max_tokens = max_tokens
        self._reads = reads

    def count_tokens(self, text: str) -> int:
        """Words of ``text``."""
        return sum(1 for _ in _TOKEN.finditer(text))

    def coverage(self, text: str) -> float:
        """The share it was made with; 1 for no words."""
        return self._reads if _TOKEN.search(text) else 1.0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text."""
        return self.embed_passages(texts, [()] * len(texts))[0]

    def embed_query(self, text: str) -> Vectors:
        """A unit vector."""
        row: Vectors = self.embed_documents([text])[0]
        return row

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Unit rows; a sentence is the bag of its own words inside the window."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        own = [np.zeros((len(spans), self.dimension), np.float32) for spans in sentences]
        for number, text in enumerate(texts):
            window = list(_TOKEN.finditer(text))[: self.max_tokens]
            vectors[number] = self._bag([match[0] for match in window])
            for row, span in enumerate(sentences[number]):
                inside = [m[0] for m in window if span.start <= m.start() and m.end() <= span.end]
                if inside:
                    own[number][row] = self._bag(inside)
        return vectors, own

    def _bag(self, tokens: Sequence[str]) -> Vectors:
        bag = np.zeros(self.dimension, np.float32)
        for token in tokens:
            code = zlib.crc32(token.casefold().encode())
            bag[code % self.dimension] += 1.0 if code & 0x10000 else -1.0
        if not bag.any():
            bag[0] = 1.0
        return bag / np.float32(np.linalg.norm(bag))


class ScriptedChatModel:
    """Says each of ``replies`` in turn, then the last one again; keeps what it was asked.

    A reply given as a text is spoken word by word and ends complete; given as replies it is
    passed on as it stands. Each of several samples takes the next reply, and they speak in turn.
    """

    name = "scripted"
    window: int | None = None

    def __init__(self, replies: Sequence[str | Sequence[Reply]]) -> None:
        self._replies = list(replies)
        self._said = 0
        self.requests: list[list[Message]] = []

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.ChatModel``."""
        return token_bound(text)

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """See ``rag.protocols.ChatModel``."""
        self.requests.append(list(messages))
        yield from self._next()

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """See ``rag.protocols.ChatModel``."""
        self.requests.append(list(messages))
        spoken = [
            [Sample(number=number, reply=reply) for reply in self._next()] for number in range(n)
        ]
        for round_ in zip_longest(*spoken):
            yield from (one for one in round_ if one is not None)

    def _next(self) -> Sequence[Reply]:
        reply = self._replies[min(self._said, len(self._replies) - 1)]
        self._said += 1
        if not isinstance(reply, str):
            return reply
        ends = [match.end() for match in re.finditer(r"\S+\s*", reply)]
        growing = [Reply(text=reply[:end]) for end in ends]
        return [*growing, Reply(text=reply, finish=Finish.COMPLETE)]


def a_document(name: str, *texts: str, version: str = VERSION, title: str = "") -> Document:
    """A parsed text document with these pages."""
    return Document(
        name=name,
        version=version,
        media_type="text/plain",
        title=title or name,
        pages=tuple(Page(number=n, text=text) for n, text in enumerate(texts, start=1)),
        paginated=len(texts) > 1,
    )


def a_chunk(text: str, *, start: int = 0, sequence: int = 0, page: int = 1) -> Chunk:
    """A passage that stands at ``start`` of its page, its sentences found in it."""
    return Chunk(
        sequence=sequence,
        page=page,
        start=start,
        end=start + len(text),
        text=text,
        sentences=tuple(
            Span(start=start + s.start, end=start + s.end) for s in sentence_spans(text)
        ),
    )


def a_passage(text: str, *, document: str = "manual.txt", start: int = 0, page: int = 1) -> Passage:
    """A passage as the record would give it."""
    return Passage(
        chunk_id=f"{document}:{page}:{start:06d}",
        document_id=document,
        collection="manuals",
        document=document,
        title=document,
        version=VERSION,
        paginated=True,
        page_label=None,
        chunk=a_chunk(text, start=start, page=page),
    )


def a_hit(
    text: str,
    *,
    score: float = 1.0,
    document: str = "manual.txt",
    start: int = 0,
    page: int = 1,
    coverage: float = 1.0,
    question: str = "",
) -> Hit:
    """A passage that was found by its words, all equally rare; those of ``question`` if given."""
    passage = a_passage(text, document=document, start=start, page=page)
    asked = set(content_words(question))
    held = [
        len(asked & set(content_words(passage.chunk.quote(span)))) / max(1, len(asked))
        for span in passage.chunk.sentences
    ]
    return Hit(
        passage=passage,
        score=score,
        term_coverage=coverage,
        sentence_coverages=tuple(held) if question else (),
    )


def write_files(folder: Path, **texts: str) -> list[Path]:
    """Text files ``NAME.txt`` in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
