"""Text to unit vectors: tokenise, batch by length, encode, pool whole texts and their sentences.

Which runtime encodes (onnxruntime or torch) is ``vectorstore/encoders.py``'s matter; the vectors
are the same. One forward pass serves a passage and each of its sentences: a sentence's vector is
the mean of its own token vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.encoder_errors import EmbeddingModelError
from rag.protocols import Vectors
from rag.types import Span
from vectorstore.model_folder import ModelFolder
from vectorstore.token_batches import batches, halving

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

CPU_BATCH_TOKENS: Final = 2048
"""Most tokens of a batch on a CPU, padding included: the fastest of four sizes, by little."""

_TOKENS_A_TEXT: Final = 32
_TOKENISED_AT_ONCE: Final = 512

Ids = NDArray[np.int64]


class Encoder(Protocol):
    """A forward pass."""

    @property
    def batch_tokens(self) -> int:
        """Most tokens of a batch, padding included, that are worth giving at once."""

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """Token vectors (b, t, d) and pooled text vectors (b, d) for padded ids (b, t).

        Raises MemoryError where the device has too little memory for the batch.
        """


class TransformerEmbedder:
    """See ``rag.protocols.Embedder``. The encoder is made by ``make_encoder`` when first needed."""

    def __init__(self, folder: ModelFolder, make_encoder: Callable[[], Encoder]) -> None:
        self._folder = folder
        self._make_encoder = make_encoder
        self._held_encoder: Encoder | None = None
        self._held_tokenizers: tuple[Tokenizer, Tokenizer] | None = None

    @property
    def model_id(self) -> str:
        """See ``rag.protocols.Embedder``."""
        return self._folder.model_id

    @property
    def dimension(self) -> int:
        """See ``rag.protocols.Embedder``."""
        return self._folder.dimension

    @property
    def max_tokens(self) -> int:
        """See ``rag.protocols.Embedder``."""
        special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return self._folder.max_sequence - int(special)

    @property
    def texts_at_once(self) -> int:
        """See ``rag.protocols.Embedder``: so many that short ones fill a batch, too."""
        return self._encoder.batch_tokens // _TOKENS_A_TEXT

    def count_tokens(self, text: str) -> int:
        """See ``rag.protocols.Embedder``."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def coverage(self, text: str) -> float:
        """See ``rag.protocols.Embedder``. A token is a word's when it has a letter or a digit."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        unknown = self._unknown_id()
        of_words = [
            token
            for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
            if any(char.isalnum() for char in text[start:end])
        ]
        if not of_words:
            return 1.0
        return sum(token != unknown for token in of_words) / len(of_words)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        return self.embed_passages(texts, [()] * len(texts))[0]

    def embed_query(self, text: str) -> Vectors:
        """See ``rag.protocols.Embedder``."""
        encodings = self._tokenize([self._folder.query_prompt + text])
        vector: Vectors = _unit(self._forward(encodings)[1])[0]
        return vector

    def embed_passages(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """See ``rag.protocols.Embedder``."""
        prompt = self._folder.document_prompt
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        own: list[Vectors] = []
        for first, encodings in self._tokenised([prompt + text for text in texts]):
            last = first + len(encodings)
            made = self._encoded(encodings, sentences[first:last], shift=len(prompt))
            vectors[first:last] = made[0]
            own += made[1]
        if self._folder.token_dimension != self.dimension:
            own = [
                self.embed_documents([text[span.start : span.end] for span in spans])
                for text, spans in zip(texts, sentences, strict=True)
            ]
        return vectors, own

    def _encoded(
        self, encodings: Sequence[Encoding], sentences: Sequence[Sequence[Span]], *, shift: int
    ) -> tuple[Vectors, list[Vectors]]:
        """What ``embed_passages`` gives, of texts that begin after ``shift`` characters."""
        vectors = np.zeros((len(encodings), self.dimension), np.float32)
        own: list[Vectors] = [np.zeros((len(s), self.dimension), np.float32) for s in sentences]

        def encode(rows: Sequence[int]) -> None:
            tokens, pooled = self._forward([encodings[i] for i in rows])
            vectors[list(rows)] = _unit(pooled)
            if self._folder.token_dimension == self.dimension:
                for i, of_text in zip(rows, tokens, strict=True):
                    inside = _tokens_in(encodings[i], sentences[i], shift=shift)
                    own[i] = _unit(inside @ of_text[: inside.shape[1]])

        lengths = [len(encoding.ids) for encoding in encodings]
        for batch in batches(lengths, most=self._encoder.batch_tokens):
            halving(batch, encode)
        return vectors, own

    def _tokenised(self, texts: Sequence[str]) -> Iterator[tuple[int, list[Encoding]]]:
        """Stretches of ``texts``, each with where it begins.

        The next one is tokenised while the one at hand is on the device.
        """
        starts = range(0, len(texts), _TOKENISED_AT_ONCE)
        if len(starts) < 2:
            if texts:
                yield 0, self._tokenize(texts)
            return
        stretches = [texts[first : first + _TOKENISED_AT_ONCE] for first in starts]
        with ThreadPoolExecutor(1, "tokenising") as ahead:
            coming = ahead.submit(self._tokenize, stretches[0])
            for first, following in zip(starts, [*stretches[1:], []], strict=True):
                made = coming.result()
                coming = ahead.submit(self._tokenize, following)
                yield first, made

    @property
    def _encoder(self) -> Encoder:
        if self._held_encoder is None:
            self._held_encoder = self._make_encoder()
        return self._held_encoder

    @property
    def _tokenizer(self) -> Tokenizer:
        """For counting: cuts nothing."""
        return self._tokenizers()[0]

    def _tokenizers(self) -> tuple[Tokenizer, Tokenizer]:
        """One that cuts nothing, and one that cuts to the window."""
        if self._held_tokenizers is None:
            whole = _load_tokenizer(self._folder)
            whole.no_padding()
            whole.no_truncation()
            cut = type(whole).from_str(whole.to_str())
            cut.enable_truncation(self._folder.max_sequence)
            self._held_tokenizers = whole, cut
        return self._held_tokenizers

    def _unknown_id(self) -> int | None:
        model: Any = self._tokenizer.model
        token = getattr(model, "unk_token", None)
        return self._tokenizer.token_to_id(token) if isinstance(token, str) else None

    def _tokenize(self, texts: Sequence[str]) -> list[Encoding]:
        return self._tokenizers()[1].encode_batch(list(texts))

    def _forward(self, encodings: Sequence[Encoding]) -> tuple[Vectors, Vectors]:
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        return self._encoder.encode(ids, mask)


def _tokens_in(encoding: Encoding, spans: Sequence[Span], *, shift: int) -> Vectors:
    """1 where a token (column) lies in a span (row), special ones never."""
    offsets = np.asarray(encoding.offsets).reshape(-1, 2) - shift
    starts, ends = offsets[:, 0], offsets[:, 1]
    counts = ~np.asarray(encoding.special_tokens_mask, bool) & (ends > starts)
    borders = np.asarray([(span.start, span.end) for span in spans]).reshape(-1, 2)
    inside = (starts >= borders[:, :1]) & (ends <= borders[:, 1:]) & counts
    return inside.astype(np.float32)


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(norms > 0, norms, 1.0)).astype(np.float32)
    return unit


def _load_tokenizer(folder: ModelFolder) -> Tokenizer:
    from tokenizers import Tokenizer

    file = folder.path / "tokenizer.json"
    if file.is_file():
        return Tokenizer.from_file(str(file))
    from transformers import AutoTokenizer

    slow = AutoTokenizer.from_pretrained(str(folder.path), trust_remote_code=False)
    backend = getattr(slow, "backend_tokenizer", None)
    if not isinstance(backend, Tokenizer):
        raise EmbeddingModelError(model=folder.name, detail="it has no fast tokenizer")
    return backend
