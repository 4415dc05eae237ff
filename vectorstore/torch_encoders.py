"""Forward passes in torch: on one device, or on several GPUs at once.

On a GPU the weights have 16 bits; the cosine of what comes of it to the vectors of 32 bits is above
.99999 (docs/experiments.md). What comes back is float32.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rag.protocols import Vectors
from vectorstore.embedding import CPU_BATCH_TOKENS, Ids
from vectorstore.model_folder import ModelFolder

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

GPU_BATCH_TOKENS: Final = 32_768
"""Most tokens of a batch on a GPU, padding included; where its memory is smaller, half of it."""


class TorchEncoder:
    """The sentence-transformers model itself, on the GPU where there is one.

    ``half`` has it calculate with 16 bits; None means on a GPU.
    """

    def __init__(self, folder: ModelFolder, *, half: bool | None = None) -> None:
        import torch

        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        on_gpu = self._device == "cuda"
        dtype = half_precision(folder) if (on_gpu if half is None else half) else None
        self._model = load_model(folder, device=self._device, dtype=dtype)
        self.batch_tokens = GPU_BATCH_TOKENS if on_gpu else CPU_BATCH_TOKENS

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """See ``Encoder``."""
        import torch

        features: dict[str, Any] = {
            "input_ids": torch.from_numpy(ids).to(self._device),
            "attention_mask": torch.from_numpy(mask).to(self._device),
        }
        try:
            with torch.inference_mode():
                result = self._model(features)
            tokens: Vectors = result["token_embeddings"].float().cpu().numpy()
            pooled: Vectors = result["sentence_embedding"].float().cpu().numpy()
        except torch.OutOfMemoryError as error:
            raise MemoryError(str(error)) from error
        return tokens, pooled


class PooledEncoder:
    """Several devices, each with the model in a process of its own: sentence-transformers' pool.

    The processes start with the first batch of more than one device's worth and end with this one,
    however that ends; what is smaller, a question above all, goes through the first device here.
    """

    def __init__(self, folder: ModelFolder, devices: list[str]) -> None:
        self._folder = folder
        self._devices = devices
        self._guard = threading.Lock()
        self._alone = TorchEncoder(folder)
        self._pool: tuple[SentenceTransformer, Any] | None = None
        self.batch_tokens = self._alone.batch_tokens * len(devices)

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """See ``Encoder``."""
        if ids.size <= self._alone.batch_tokens or len(ids) < len(self._devices):
            return self._alone.encode(ids, mask)
        import torch

        from vectorstore.token_rows import spelled

        lengths = mask.sum(axis=1)
        rows = [spelled(row[:length]) for row, length in zip(ids, lengths, strict=True)]
        share = -(-len(rows) // len(self._devices))
        with self._guard:
            model, pool = self._started()
            try:
                made: Any = model.encode(
                    rows, pool=pool, output_value=None, batch_size=share, chunk_size=share
                )
            except torch.OutOfMemoryError as error:
                raise MemoryError(str(error)) from error
            except RuntimeError:
                self.close()
                raise
        pooled = np.stack([one["sentence_embedding"].float().numpy() for one in made])
        width = made[0]["token_embeddings"].shape[-1]
        tokens = np.zeros((*ids.shape, width), np.float32)
        for at, (length, one) in enumerate(zip(lengths, made, strict=True)):
            tokens[at, :length] = one["token_embeddings"][:length].float().numpy()
        return tokens, pooled

    def close(self) -> None:
        """End the processes; the next large batch starts others."""
        if self._pool is not None:
            model, pool = self._pool
            self._pool = None
            model.stop_multi_process_pool(pool)

    def _started(self) -> tuple[SentenceTransformer, Any]:
        if self._pool is None:
            from vectorstore.token_rows import reading_rows

            on_gpu = self._devices[0].startswith("cuda")
            dtype = half_precision(self._folder) if on_gpu else None
            model = reading_rows(load_model(self._folder, device="cpu", dtype=dtype))
            self._pool = model, model.start_multi_process_pool(self._devices)
        return self._pool


def gpus() -> list[str]:
    """The devices of a pool, as torch names them."""
    import torch

    return [f"cuda:{number}" for number in range(torch.cuda.device_count())]


def load_model(
    folder: ModelFolder, *, device: str, dtype: torch.dtype | None
) -> SentenceTransformer:
    """The model on ``device``, its weights in ``dtype`` (None: float32)."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(
        str(folder.path),
        device=device,
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"dtype": dtype or torch.float32},
    )


def half_precision(folder: ModelFolder) -> torch.dtype:
    """bfloat16 for a model that was saved in it, whose values may be too large for float16."""
    import torch

    config = json.loads((folder.path / "config.json").read_text("utf-8"))
    saved = str(config.get("dtype") or config.get("torch_dtype") or "")
    return torch.bfloat16 if saved.endswith("bfloat16") else torch.float16
