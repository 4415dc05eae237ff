"""Reranking: a cross-encoder reads the question and each passage together and orders them anew.

It is the optional last stage of a search (Nogueira and Cho 2019, "Passage Re-ranking with BERT").
Any sentence-transformers ``CrossEncoder`` that gives one score a pair will do, from a folder or
from the hub's cache on this machine; nothing is fetched.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from rag.errors import RerankerError
from rag.filter import EVERYTHING, Filter
from rag.protocols import Index
from rag.types import Hit, Passage
from rag.words import content_words
from vectorstore.duplicates import copies_last, never_rising
from vectorstore.wording import context_of

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

POOL: Final = 30
"""Passages that are read anew, unless more are asked for.

Six layers of 384 take a second or a little more for them on two cores (docs/experiments.md).
"""

_BATCH_PAIRS: Final = 16
_DECIMALS: Final = 4
_VOCABULARIES: Final = ("tokenizer.json", "vocab.*", "*.model")
_CLASSIFIER: Final = "ForSequenceClassification"


class PairEncoder(Protocol):
    """Reads a question and a passage together."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """One finite score a passage, in their order; any scale, larger is better."""


class Reranked:
    """The best ``pool`` hits of an index, in the order of a cross-encoder's scores.

    A passage is read with its title and headings over it. ``Hit.parts["rerank"]`` is the raw score
    and ``Hit.score`` its logistic function, 0 to 1: the scale of a reranker's training, and one on
    which half a score is half as likely. Further copies of a hit come after all others, and
    score no more than the last of them. What the index says of a hit's evidence stays.
    """

    def __init__(self, index: Index, encoder: PairEncoder, *, pool: int = POOL) -> None:
        self._index = index
        self._encoder = encoder
        self._pool = pool

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        """See ``rag.protocols.Index``. Raises what the encoder raises."""
        hits = self._index.search(
            question, collections=collections, top_k=max(self._pool, top_k), where=where
        )
        if not hits:
            return []
        texts = [_read(hit.passage) for hit in hits]
        distinct = list(dict.fromkeys(texts))
        scores = dict(zip(distinct, self._encoder.scores(question, distinct), strict=True))
        ranked = [_rescored(hit, scores[text]) for hit, text in zip(hits, texts, strict=True)]
        ranked.sort(key=lambda hit: (-hit.parts["rerank"], hit.passage.chunk_id))
        return _copies_last(ranked, question)[:top_k]


class TransformerCrossEncoder:
    """A sentence-transformers ``CrossEncoder``; see ``PairEncoder``.

    Its files are looked at when it is made, its weights load at the first pair: on the GPU where
    there is one. A pair that is longer than its window is cut, the longer side first. Scores are
    rounded to ``_DECIMALS`` decimals, below which they depend on the company in the batch.
    """

    def __init__(self, model: str) -> None:
        """Raises RerankerError where ``model`` is no such folder or id, or no such model."""
        self._model = model
        self._path = _located(model)
        _check(model, self._path)
        self._guard = threading.Lock()
        self._held: CrossEncoder | None = None

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """See ``PairEncoder``. Raises RerankerError where the weights cannot be used."""
        if not passages:
            return []
        from torch.nn import Identity

        pairs = [(_encodable(question), _encodable(passage)) for passage in passages]
        with self._guard:  # a tokenizer that cuts serves one thread at a time
            found = self._loaded().predict(
                pairs,
                batch_size=_BATCH_PAIRS,
                activation_fn=Identity(),
                show_progress_bar=False,
            )
        scores = [round(float(score), _DECIMALS) for score in found]
        if not all(map(math.isfinite, scores)):
            raise RerankerError(model=self._model, detail="its scores are not numbers")
        return scores

    def _loaded(self) -> CrossEncoder:
        if self._held is None:
            import torch
            from safetensors import SafetensorError
            from sentence_transformers import CrossEncoder
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            try:
                loaded = CrossEncoder(
                    str(self._path),
                    device="cuda" if torch.cuda.is_available() else "cpu",
                    local_files_only=True,
                    trust_remote_code=False,
                )
            except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
                raise _unreadable(self._model, error) from error
            if loaded.num_labels != 1:
                raise _many_scores(self._model, loaded.num_labels)
            self._held = loaded
        return self._held


def _read(passage: Passage) -> str:
    """What the cross-encoder reads: the passage under its title and headings."""
    over = context_of(passage.title, passage.chunk)
    return f"{over}\n{passage.chunk.text}" if over else passage.chunk.text


def _rescored(hit: Hit, raw: float) -> Hit:
    score = math.exp(min(raw, 0.0)) / (1.0 + math.exp(-abs(raw)))
    return replace(hit, score=score, parts={**hit.parts, "rerank": raw})


def _copies_last(ranked: Sequence[Hit], question: str) -> list[Hit]:
    asked = frozenset(content_words(question))
    reordered = copies_last(
        lambda _depth: ranked, lambda hit: hit.passage.chunk.text, asked=asked, wanted=0
    )
    return never_rising(reordered)


def _encodable(text: str) -> str:
    """``text`` without half characters (lone surrogates), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _located(model: str) -> Path:
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise RerankerError(
            model=model, detail="there is no such folder, and no model of that id on this machine"
        ) from error


def _check(model: str, path: Path) -> None:
    """Raise RerankerError unless its own files say that it scores pairs, with one score each.

    A folder of another kind would load all the same, with a head of random weights.
    """
    try:
        config = _json(path / "config.json")
        told = path / "config_sentence_transformers.json"
        kind = _json(told).get("model_type") if told.is_file() else None
    except (OSError, ValueError) as error:
        raise _unreadable(model, error) from error
    if not any(found for pattern in _VOCABULARIES for found in path.glob(pattern)):
        raise RerankerError(model=model, detail="its files cannot be read: no vocabulary")
    classifies = any(str(one).endswith(_CLASSIFIER) for one in config.get("architectures") or ())
    if kind != "CrossEncoder" and (kind is not None or not classifies):
        raise RerankerError(model=model, detail="it embeds texts and does not score pairs")
    labels = len(config.get("id2label") or ()) or config.get("num_labels", 2)
    if classifies and labels != 1:
        raise _many_scores(model, labels)


def _json(file: Path) -> dict[str, Any]:
    found = json.loads(file.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{file.name} holds no object")
    return found


def _unreadable(model: str, error: Exception) -> RerankerError:
    first = (str(error).splitlines() or [type(error).__name__])[0]
    return RerankerError(model=model, detail=f"its files cannot be read: {first}")


def _many_scores(model: str, labels: int) -> RerankerError:
    return RerankerError(model=model, detail=f"it gives {labels} scores a pair, not one")
