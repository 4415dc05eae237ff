"""The two runtimes of a forward pass: onnxruntime on CPU (int8), torch where there is a GPU.

The ONNX file is exported from the same weights once and cached; measured on 2 cores it encodes
twice as fast as torch and loads in a tenth of the time (docs/experiments.md).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock

from rag.encoder_errors import EmbeddingModelError
from rag.protocols import Vectors
from vectorstore.embedding import CPU_BATCH_TOKENS, Encoder, Ids
from vectorstore.model_folder import ModelFolder

_RECIPE: Final = "int8-v2"


def make_encoder(folder: ModelFolder, *, backend: str, cache: Path) -> Encoder:
    """The encoder for ``backend``: ``onnx``, ``torch``, or ``auto`` (torch where there is a GPU).

    Several GPUs share the work.
    A model that does more than pool and normalise token vectors always runs in torch.
    """
    pooling = _plain_pooling(folder.path)
    on_gpu = backend != "onnx" and _gpu_ready()
    if backend == "torch" or pooling is None or on_gpu:
        from vectorstore.torch_encoders import PooledEncoder, TorchEncoder, gpus

        devices = gpus() if on_gpu else []
        return PooledEncoder(folder, devices) if len(devices) > 1 else TorchEncoder(folder)
    return OnnxEncoder(_exported(folder, cache), pooling=pooling)


class OnnxEncoder:
    """onnxruntime on CPU; pools in numpy."""

    batch_tokens = CPU_BATCH_TOKENS

    def __init__(self, file: Path, *, pooling: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = len(os.sched_getaffinity(0))
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self._pooling = pooling

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """See ``Encoder``."""
        feed = {"input_ids": ids, "attention_mask": mask}
        tokens: Vectors = self._session.run(None, feed)[0]
        if self._pooling == "cls":
            return tokens, tokens[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        return tokens, (tokens * weights).sum(axis=1) / weights.sum(axis=1)


def _gpu_ready() -> bool:
    """Whether torch has a GPU; torch is imported only where the machine may have one."""
    if shutil.which("nvidia-smi") is None and not Path("/dev/nvidiactl").exists():
        return False
    import torch

    return bool(torch.cuda.is_available())


def _plain_pooling(path: Path) -> str | None:
    """``mean`` or ``cls`` when the model only pools and normalises token vectors, else None."""
    modules = path / "modules.json"
    if not modules.is_file():
        return "mean"
    steps = json.loads(modules.read_text("utf-8"))
    kinds = [str(step["type"]).rsplit(".", 1)[-1] for step in steps]
    if kinds[:2] != ["Transformer", "Pooling"] or kinds[2:] not in ([], ["Normalize"]):
        return None
    config = json.loads((path / steps[1]["path"] / "config.json").read_text("utf-8"))
    if not config.get("include_prompt", True):
        return None
    mode = config.get("pooling_mode")
    if mode is None:
        chosen = [name for name, on in config.items() if name.startswith("pooling_mode_") and on]
        mode = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}.get(
            chosen[0] if len(chosen) == 1 else ""
        )
    return mode if mode in ("mean", "cls") else None


def _exported(folder: ModelFolder, cache: Path) -> Path:
    """The cached int8 ONNX file of the model, made when it is not there."""
    file = cache / f"{folder.name}-{folder.fingerprint}-{_RECIPE}.onnx"
    if file.is_file():
        return file
    cache.mkdir(parents=True, exist_ok=True)
    cache = cache.resolve()
    with FileLock(file.with_suffix(".lock"), thread_local=False):
        if not file.is_file():
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                made = Path(scratch) / "model.onnx"
                _export_in_child(folder, made)
                made.replace(file)
    return file


def _export_in_child(folder: ModelFolder, target: Path) -> None:
    """Export in a process of its own: torch's memory and log settings stay out of this one."""
    command = [sys.executable, "-m", "vectorstore.onnx_export", str(folder.path), str(target)]
    root = Path(__file__).parent.parent
    done = subprocess.run(  # noqa: S603 (our own module, by this interpreter)
        command, cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise EmbeddingModelError(model=folder.name, detail=f"its ONNX export failed: {last}")
