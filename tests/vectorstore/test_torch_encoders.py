"""Torch on one device and on several: the same vectors, in 32 bits and in 16."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from rag.language import sentence_spans
from tests.vectorstore.bilingual import TEXTS
from vectorstore.embedding import TransformerEmbedder
from vectorstore.model_folder import ModelFolder
from vectorstore.torch_encoders import PooledEncoder, TorchEncoder, gpus, half_precision

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pooled(tiny: Path) -> Iterator[PooledEncoder]:
    made = PooledEncoder(ModelFolder.find(str(tiny)), ["cpu", "cpu"])
    yield made
    made.close()


def padded(*lengths: int) -> tuple[np.ndarray, np.ndarray]:
    """Tokens of texts so long, and their mask."""
    ids = np.random.default_rng(0).integers(5, 40, (len(lengths), max(lengths)))
    mask = (np.arange(max(lengths)) < np.asarray(lengths)[:, None]).astype(np.int64)
    return ids * mask, mask


def test_half_of_the_bits_turn_no_vector(torch_embedder: TransformerEmbedder) -> None:
    folder = ModelFolder.find("")
    half = TransformerEmbedder(folder, lambda: TorchEncoder(folder, half=True))
    texts = TEXTS[:12]
    spans = [sentence_spans(text) for text in texts]
    rows, sentences = half.embed_passages(texts, spans)
    expected, expected_sentences = torch_embedder.embed_passages(texts, spans)
    assert rows.dtype == np.float32
    assert ((rows * expected).sum(axis=1) > 0.999).all()
    for one, other in zip(sentences, expected_sentences, strict=True):
        readable = np.linalg.norm(other, axis=1) > 0
        assert ((one * other).sum(axis=1)[readable] > 0.999).all()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, torch.float16),
        ({"dtype": "float32"}, torch.float16),
        ({"torch_dtype": "bfloat16"}, torch.bfloat16),
        ({"dtype": "bfloat16"}, torch.bfloat16),
    ],
)
def test_a_model_saved_in_bfloat16_stays_in_it(
    tiny: Path, tmp_path: Path, told: dict[str, str], expected: torch.dtype
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    without = {name: config[name] for name in config if not name.endswith("dtype")}
    (folder / "config.json").write_text(json.dumps(without | told), "utf-8")
    assert half_precision(ModelFolder.find(str(folder))) is expected


def test_several_devices_give_what_one_gives(tiny: Path, pooled: PooledEncoder) -> None:
    alone = TorchEncoder(ModelFolder.find(str(tiny)))
    ids, mask = padded(*[60] * 20, *range(59, 20, -1))
    assert ids.size > alone.batch_tokens, "so many that the pool is asked"
    assert pooled.batch_tokens == 2 * alone.batch_tokens
    tokens, texts = pooled.encode(ids, mask)
    expected_tokens, expected_texts = alone.encode(ids, mask)
    assert tokens.shape == expected_tokens.shape
    kept = mask[:, :, None].astype(np.float32)
    assert tokens == pytest.approx(expected_tokens * kept, abs=1e-5)
    assert texts == pytest.approx(expected_texts, abs=1e-5)


def test_a_question_waits_for_no_pool(tiny: Path) -> None:
    encoder = PooledEncoder(ModelFolder.find(str(tiny)), ["cpu", "cpu"])
    ids, mask = padded(7)
    assert encoder.encode(ids, mask)[1].shape == (1, 32)
    assert encoder._pool is None


def test_a_dead_device_is_told_and_the_pool_given_up(pooled: PooledEncoder) -> None:
    ids, mask = padded(*[60] * 60)
    pooled.encode(ids, mask)
    assert pooled._pool is not None
    for process in pooled._pool[1]["processes"]:
        process.kill()
        process.join()
    with pytest.raises(RuntimeError, match="died unexpectedly"):
        pooled.encode(ids, mask)
    assert pooled._pool is None


_KILLED = """
import sys, time
import numpy as np
from vectorstore.model_folder import ModelFolder
from vectorstore.torch_encoders import PooledEncoder

if __name__ == "__main__":
    encoder = PooledEncoder(ModelFolder.find(sys.argv[1]), ["cpu", "cpu"])
    encoder.encode(np.full((60, 60), 5), np.ones((60, 60), np.int64))
    print(*[process.pid for process in encoder._pool[1]["processes"]], flush=True)
    time.sleep(60)
"""


def test_the_devices_are_given_back_when_the_process_is_killed(tiny: Path, tmp_path: Path) -> None:
    script = tmp_path / "asking.py"
    script.write_text(_KILLED, "utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(tiny)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert process.stdout is not None
    told = process.stdout.readline().split()
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(told) == 2
    deadline = time.monotonic() + 10
    while any(runs(int(one)) for one in told) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(runs(int(one)) for one in told)


def runs(process: int) -> bool:
    """Whether the process runs; one that ended and that nobody has asked about does not."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return told.rpartition(")")[2].split()[0] not in "ZX"


def test_a_machine_without_gpus_has_no_pool() -> None:
    assert gpus() == [f"cuda:{n}" for n in range(torch.cuda.device_count())]
