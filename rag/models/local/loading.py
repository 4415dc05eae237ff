"""Tokenizer and weights into memory, on the device and in the format that the settings name."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from rag.model_errors import (
    DeviceMissing,
    LocalModelTooLarge,
    LocalModelUnreadable,
    PackageMissing,
)
from rag.models.local.checkpoint import Checkpoint, first_line
from rag.models.local.fitting import check_fits, free_bytes

if TYPE_CHECKING:
    import torch

_DTYPES: Final = {"bfloat16", "float16", "float32"}


def device_for(asked: str) -> str:
    """``cpu`` or ``cuda`` for a setting of auto, cpu or cuda. Raises DeviceMissing."""
    import torch

    there = torch.cuda.is_available()
    if asked == "cuda" and not there:
        raise DeviceMissing(device=asked)
    return "cuda" if asked != "cpu" and there else "cpu"


def load_tokenizer(checkpoint: Checkpoint) -> Any:
    """Its tokenizer. Raises LocalModelUnreadable."""
    from transformers import AutoTokenizer

    return _loaded(
        checkpoint,
        lambda: AutoTokenizer.from_pretrained(checkpoint.folder, **_gguf(checkpoint)),
    )


def load_weights(
    checkpoint: Checkpoint,
    *,
    device: str,
    quantisation: str,
    tokens: int,
    free_bytes: Callable[[str], int] = free_bytes,
) -> Any:
    """The model, ready to speak.

    A GPU works in bfloat16, or float16 where it has none. A CPU works in float32, in which it
    writes fastest, unless only the checkpoint's own shorter numbers fit. ``free_bytes`` gives the
    free memory of a device; one conversation of ``tokens`` has to fit as well.

    Raises LocalModelTooLarge before anything is loaded, LocalModelUnreadable and PackageMissing.
    """
    from transformers import AutoModelForCausalLM

    dtype = _dtype(checkpoint, device, quantisation, tokens, free_bytes)
    options: dict[str, Any] = {"dtype": dtype, "device_map": {"": device}}
    if quantisation != "none":
        options["quantization_config"] = _quantisation(checkpoint, quantisation, dtype)
    model, report = _loaded(
        checkpoint,
        lambda: AutoModelForCausalLM.from_pretrained(
            checkpoint.folder, output_loading_info=True, **_gguf(checkpoint), **options
        ),
    )
    for kind in ("missing_keys", "mismatched_keys"):
        if report.get(kind):
            first = sorted(map(str, report[kind]))[0]
            raise LocalModelUnreadable(
                model=checkpoint.name, detail=f"weights are missing or of another shape: {first}"
            )
    return model.eval()


def check_loadable(
    checkpoint: Checkpoint,
    *,
    device: str,
    quantisation: str,
    tokens: int,
    free_bytes: Callable[[str], int],
) -> None:
    """Raise what ``load_weights`` would raise for what the headers tell: loads nothing."""
    dtype = _dtype(checkpoint, device, quantisation, tokens, free_bytes)
    if quantisation != "none":
        _quantisation(checkpoint, quantisation, dtype)


def _dtype(
    checkpoint: Checkpoint,
    device: str,
    quantisation: str,
    tokens: int,
    free_bytes: Callable[[str], int],
) -> torch.dtype:
    """The format of its numbers. Raises LocalModelTooLarge where nothing that will do fits."""
    import torch

    def check(dtype: torch.dtype) -> None:
        check_fits(
            checkpoint,
            element_bytes=dtype.itemsize,
            quantisation=quantisation,
            tokens=tokens,
            device=device,
            free_bytes=free_bytes,
        )

    if device == "cuda":
        choices = [torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16]
    else:
        own = str(checkpoint.text_config.get("dtype") or checkpoint.config.get("torch_dtype"))
        choices = [torch.float32]
        if own in _DTYPES - {"float32"}:
            choices.append(getattr(torch, own))
    for dtype in choices[:-1]:
        with suppress(LocalModelTooLarge):
            check(dtype)
            return dtype
    check(choices[-1])
    return choices[-1]


def _gguf(checkpoint: Checkpoint) -> dict[str, str]:
    return {"gguf_file": checkpoint.gguf_file} if checkpoint.gguf_file else {}


def _quantisation(checkpoint: Checkpoint, quantisation: str, dtype: torch.dtype) -> Any:
    """What transformers is told of 8bit (LLM.int8, Dettmers et al. 2022) and 4bit (nf4, 2023)."""
    if checkpoint.gguf_file:
        raise LocalModelUnreadable(
            model=checkpoint.name,
            detail="a GGUF file cannot be quantised again; set QUORUM_LOCAL_QUANTISATION=none",
        )
    from importlib.util import find_spec

    if find_spec("bitsandbytes") is None:
        raise PackageMissing(
            purpose=f"QUORUM_LOCAL_QUANTISATION={quantisation}", package="bitsandbytes"
        )
    from transformers import BitsAndBytesConfig

    if quantisation == "8bit":
        # it tells of every layer of every pass that its input becomes float16
        logging.getLogger("bitsandbytes.autograd._functions").setLevel(logging.ERROR)
        return BitsAndBytesConfig(load_in_8bit=True)  # type: ignore[no-untyped-call]
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
    )


def _loaded(checkpoint: Checkpoint, load: Callable[[], Any]) -> Any:
    """What ``load`` gives; whatever a checkpoint makes transformers raise is LocalModelUnreadable.

    Files that are not what their names say make it raise almost anything.
    """
    from safetensors import SafetensorError
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return load()
    except (
        OSError,
        ValueError,
        TypeError,
        RuntimeError,
        ImportError,
        LookupError,
        AttributeError,
        SafetensorError,
    ) as error:
        raise LocalModelUnreadable(model=checkpoint.name, detail=first_line(error)) from error
