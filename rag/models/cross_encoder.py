"""A sentence-transformers ``CrossEncoder``, which reads two texts together and scores the pair.

It comes from a folder or from the hub's cache on this machine; nothing is fetched.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rag.encoder_errors import CrossEncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH_PAIRS: Final = 16
_VOCABULARIES: Final = ("tokenizer.json", "vocab.*", "*.model")
_CLASSIFIER: Final = "ForSequenceClassification"
_IN_WORDS: Final = {1: "one", 3: "three"}


class PairScorer:
    """A cross-encoder that gives ``scores`` scores a pair.

    Its files are looked at when it is made, its weights load at the first pair: on the GPU where
    there is one. A pair that is longer than its window is cut, the longer side first. Whatever
    keeps it from being used is raised as ``error``, a CrossEncoderError.
    """

    def __init__(self, model: str, *, scores: int, error: type[CrossEncoderError]) -> None:
        """Raises ``error`` where ``model`` is no such folder or id, or no such model."""
        self._model = model
        self._wanted = scores
        self._error = error
        self._path = self._located()
        self.config = self._checked()
        self._guard = threading.Lock()
        self._held: CrossEncoder | None = None

    def scores(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Raw finite scores, (pairs, scores a pair), in the order of ``pairs``.

        Raises ``error`` where the weights cannot be used.
        """
        if not pairs:
            return np.zeros((0, self._wanted))
        from torch.nn import Identity

        readable = [(_encodable(one), _encodable(other)) for one, other in pairs]
        with self._guard:  # a tokenizer that cuts serves one thread at a time
            found = self._loaded().predict(
                readable,
                batch_size=_BATCH_PAIRS,
                activation_fn=Identity(),
                show_progress_bar=False,
            )
        scores = np.asarray(found, dtype=np.float64).reshape(len(pairs), self._wanted)
        if not np.isfinite(scores).all():
            raise self.refused("its scores are not numbers")
        return scores

    def refused(self, detail: str) -> CrossEncoderError:
        """The error that says so of this model."""
        return self._error(model=self._model, detail=detail)

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
                raise self._unreadable(error) from error
            self._must_give(loaded.num_labels)
            self._held = loaded
        return self._held

    def _located(self) -> Path:
        if Path(self._model).is_dir():
            return Path(self._model)
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

        try:
            return Path(snapshot_download(self._model, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError) as error:
            raise self.refused(
                "there is no such folder, and no model of that id on this machine"
            ) from error

    def _checked(self) -> dict[str, Any]:
        """Its configuration. Raise unless its own files say that it scores pairs as is wanted.

        A folder of another kind would load all the same, with a head of random weights.
        """
        try:
            config = _json(self._path / "config.json")
            told = self._path / "config_sentence_transformers.json"
            kind = _json(told).get("model_type") if told.is_file() else None
        except (OSError, ValueError) as error:
            raise self._unreadable(error) from error
        if not any(found for pattern in _VOCABULARIES for found in self._path.glob(pattern)):
            raise self.refused("its files cannot be read: no vocabulary")
        built = config.get("architectures") or ()
        classifies = any(str(one).endswith(_CLASSIFIER) for one in built)
        if kind != "CrossEncoder" and (kind is not None or not classifies):
            raise self.refused("it embeds texts and does not score pairs")
        if classifies:
            self._must_give(len(config.get("id2label") or ()) or config.get("num_labels", 2))
        return config

    def _must_give(self, scores: int) -> None:
        if scores != self._wanted:
            given = f"{scores} score" if scores == 1 else f"{scores} scores"
            raise self.refused(f"it gives {given} a pair, not {_IN_WORDS[self._wanted]}")

    def _unreadable(self, error: Exception) -> CrossEncoderError:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return self.refused(f"its files cannot be read: {first}")


def _encodable(text: str) -> str:
    """``text`` without half characters (lone surrogates), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(file: Path) -> dict[str, Any]:
    found = json.loads(file.read_text("utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{file.name} holds no object")
    return found
