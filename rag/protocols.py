"""What the stages promise each other. No base classes: a class fits by its methods.

Every promise below is held by a contract suite in ``tests/contracts/``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.answer import Answer, Question
from rag.claims import Claim
from rag.excerpt import Excerpt
from rag.exchange import Exchange
from rag.filter import EVERYTHING, Filter
from rag.replies import Message, Reply, Sample
from rag.types import Chunk, Document, Hit, Span

Vectors = NDArray[np.float32]


class Loader(Protocol):
    """Reads one file format."""

    def load(self, path: Path, *, name: str) -> Document:
        """Parse ``path`` as the document ``name``.

        Pages come in order, numbered from 1, and at least one has text. Raises a LoadError
        with a hint for every file it cannot read.
        """


class Splitter(Protocol):
    """Cuts a document into the passages that are searched and cited."""

    def split(self, document: Document) -> list[Chunk]:
        """Chunks in reading order, sequence from 0.

        Every character that is not a blank lies in exactly one chunk; a chunk lies on one page;
        ``page.text[chunk.start:chunk.end] == chunk.text``.
        """


class Embedder(Protocol):
    """Turns text into unit vectors; the same text gives the same vector on every backend."""

    @property
    def model_id(self) -> str:
        """Names the weights, not the backend: vectors of one id may be compared."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """The window: how many tokens of a text count, special tokens not included."""

    @property
    def texts_at_once(self) -> int:
        """How many texts keep the device busy: so many are best embedded together."""

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, special tokens not included."""

    def coverage(self, text: str) -> float:
        """Share (0..1) of the text's word tokens that the vocabulary can read; 1 for no words."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit rows (n, dimension), float32, in input order."""

    def embed_query(self, text: str) -> Vectors:
        """A unit vector (dimension,), float32."""

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """``embed_documents(texts)`` and, from the same forward pass, one unit row a sentence.

        ``sentences[i]`` are spans in characters of ``texts[i]``; the i-th matrix of the second
        result is (len(sentences[i]), dimension). A sentence beyond the window gets a zero row.
        """


class Index(Protocol):
    """Finds passages."""

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """At most ``top_k`` hits of ready, current documents, best first, ties by chunk id.

        An index may put further copies of what is said already after everything else.

        Only ``collections`` are looked into; none means no hits. Every hit fits ``where``, and the
        ``top_k`` are the best of those that do. Raises CollectionNotFound, and a FilterError for a
        filter that names what is not in these collections.
        """


class Condenser(Protocol):
    """Makes a question that hangs on earlier ones stand by itself."""

    def condense(self, question: str, history: Sequence[Exchange]) -> str:
        """``question`` in words that can be searched without ``history`` (newest last).

        A question that stands by itself comes back unchanged, as does any without a history.
        """


class Assembler(Protocol):
    """Chooses what a chat model reads of the passages found."""

    def assemble(self, hits: Sequence[Hit]) -> tuple[Excerpt, ...]:
        """What to read, the most important first; something wherever there is a hit.

        Every passage in it is searchable, and stands in it once. Raises VersionNotFound where the
        version of a hit has been purged since the search.
        """


class ChatModel(Protocol):
    """Continues a conversation."""

    @property
    def name(self) -> str:
        """What a person calls the model."""

    @property
    def window(self) -> int | None:
        """Most tokens of prompt and reply together; None where it is not known."""

    def count_tokens(self, text: str) -> int:
        """Tokens of ``text``, counted high where the model's own tokenizer is not at hand."""

    def stream(self, messages: Sequence[Message]) -> Iterator[Reply]:
        """Growing replies; exactly the last has a ``finish``, and it keeps what came before.

        Never raises for what the model does: that is a reply cut or failed, with a reason.
        Closing the iterator ends the request; while there is nothing new to say a reply comes again
        unchanged, so that it can be closed meanwhile.
        """

    def sample(
        self, messages: Sequence[Message], *, n: int, temperature: float, seed: int = 0
    ) -> Iterator[Sample]:
        """``n`` independent replies as they grow, in any order; with another ``seed`` others.

        Numbers run from 0; the last of each number, and no other, has a ``finish``. Raises as
        little as ``stream``, and closing the iterator ends them all.
        """


class Strategy(Protocol):
    """Makes an answer out of the passages found."""

    @property
    def name(self) -> str:
        """The name of the model that answers."""

    def answer(
        self, question: Question, hits: Sequence[Hit], context: Sequence[Excerpt] = ()
    ) -> Iterator[Answer]:
        """Growing answers; exactly the last has an ``outcome``.

        ``context`` is what a chat model reads; without it, it reads ``hits`` as they are. The
        citations of the claims point into ``Answer.passages()`` only.
        """


class Checker(Protocol):
    """Says of claims whether the places they cite hold them."""

    @property
    def name(self) -> str:
        """Names the judge and its edition; it changes whenever a verdict may."""

    def check(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """The same claims, each with its check; those that have one keep it."""


class Reviewer(Protocol):
    """Has the last word on a finished answer."""

    def review(self, question: Question, answer: Answer) -> Answer:
        """``answer`` with what can be said of it, or a refusal in its stead.

        ``question`` is as it was searched; ``answer`` has an outcome, and so has what comes back.
        """
