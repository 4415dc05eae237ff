"""A whole checkpoint, from one folder into another: all of it, or nothing.

The result is written beside its place and moved there at the end. Converting twice gives the same
bytes.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from rag.model_errors import CheckpointUnreadable, DiskTooFull, FolderTaken
from rag.models.convert_chatglm.architecture import Architecture
from rag.models.convert_chatglm.chat_format import FORMATS, MARK, ChatFormat, chat_format
from rag.models.convert_chatglm.tokenizer import END_ID, PAD_ID, fast_tokenizer
from rag.models.convert_chatglm.weights import Shards, Told, convert_weights

_BESIDES_WEIGHTS_BYTES: Final = 32_000_000
_GB: Final = 1e9


def convert(source: Path, target: Path, *, told: Told, chat: str | None = None) -> ChatFormat:
    """Make the ChatGLM2 or ChatGLM3 checkpoint in ``source`` a GLM checkpoint in ``target``.

    ``chat`` names the chat format (``chatglm2`` or ``chatglm3``) where the checkpoint's own code
    does not show it. Gives the format that was used. Raises a ConversionError, and leaves nothing
    in ``target`` then.
    """
    if not source.is_dir():
        raise CheckpointUnreadable(path=str(source), detail="there is no such folder")
    if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
        raise FolderTaken(path=str(target))
    architecture = Architecture.read(source)
    used = FORMATS[chat] if chat else chat_format(source)
    shards = Shards.of(source)
    partial = target.with_name(f".{target.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        _check_room(target, shards.size_bytes + _BESIDES_WEIGHTS_BYTES)
        end_ids, words = _write_words(source, partial, used, architecture.window)
        if words > architecture.vocabulary:
            detail = f"it has {words} tokens, the weights {architecture.vocabulary}"
            raise CheckpointUnreadable(path=str(source / "tokenizer.model"), detail=detail)
        dtype = convert_weights(shards, architecture, partial, told)
        _write_settings(partial, architecture, dtype, end_ids)
        if target.exists():
            target.rmdir()
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return used


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _check_room(target: Path, needed_bytes: int) -> None:
    free = shutil.disk_usage(target.parent).free
    if free < needed_bytes:
        raise DiskTooFull(path=str(target), needed_gb=needed_bytes / _GB, free_gb=free / _GB)


def _write_words(
    source: Path, target: Path, chat: ChatFormat, window: int
) -> tuple[list[int], int]:
    """Write the tokenizer; the ids that end a reply, and how many ids there are."""
    tokenizer = fast_tokenizer(source, chat, window=window)
    tokenizer.save_pretrained(target)
    ids = tokenizer.get_vocab()
    ends = [ids[f"{token}{MARK}"] for token in chat.end_tokens]
    return [END_ID, *ends], len(tokenizer)


def _write_settings(
    target: Path, architecture: Architecture, dtype: str, end_ids: list[int]
) -> None:
    """Write ``config.json``, and ``generation_config.json`` with the original's own sampling."""
    from transformers import GenerationConfig, GlmConfig

    config = GlmConfig(**architecture.native(dtype=dtype, end_ids=end_ids, pad_id=PAD_ID))
    config.save_pretrained(target)
    sampling = {"do_sample": True, "temperature": 0.8, "top_p": 0.8}
    ends = {"eos_token_id": end_ids, "pad_token_id": PAD_ID}
    GenerationConfig.from_dict({**sampling, **ends}).save_pretrained(target)
