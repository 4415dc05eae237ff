"""Text to vectors: windows, sentences, coverage, prompts, and models that are not there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.encoder_errors import EmbeddingModelError
from rag.language import sentence_spans
from rag.protocols import Vectors
from rag.types import Span
from tests.vectorstore.bilingual import LONG
from tests.vectorstore.tiny_bert import save_tiny_bert
from vectorstore.embedding import Ids, TransformerEmbedder
from vectorstore.model_folder import ModelFolder


class Positions:
    """An encoder whose token vectors tell the token's id, so that pooling can be checked."""

    batch_tokens = 400

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self.batches: list[tuple[int, int]] = []

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        """Token ``i`` points into dimension ``i % dimension``; the text is the mean."""
        self.batches.append((ids.shape[0], ids.shape[1]))
        tokens = np.eye(self._dimension, dtype=np.float32)[ids % self._dimension]
        weights = mask[:, :, None].astype(np.float32)
        return tokens, (tokens * weights).sum(axis=1) / weights.sum(axis=1)


def test_the_default_model_comes_along(embedder: TransformerEmbedder) -> None:
    assert embedder.dimension == 384
    assert embedder.max_tokens == 254
    assert embedder.model_id.startswith("all-MiniLM-L6-v2@")


def test_coverage_tells_what_the_vocabulary_can_read(embedder: TransformerEmbedder) -> None:
    assert embedder.coverage("The pump weighs 4 kg and costs 120 euros.") == 1.0
    assert embedder.coverage("Ünïcödé naïve café") == 1.0
    assert embedder.coverage("员工每年享有十五天带薪年假吗？") < 0.6
    assert embedder.coverage("请问保修期限多久") < 0.6
    mixed = embedder.coverage("The warranty 保修期限")
    assert 0.0 < mixed < 1.0
    assert embedder.coverage("") == embedder.coverage("?! ...") == 1.0


def test_tokens_are_counted_without_special_ones(embedder: TransformerEmbedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("hello world") == 2
    assert embedder.count_tokens("word " * 1000) == 1000


def test_a_sentence_is_the_mean_of_its_own_tokens(tiny: Path) -> None:
    encoder = Positions(32)
    embedder = TransformerEmbedder(ModelFolder.find(str(tiny)), lambda: encoder)
    text = "the pump. valve motor."
    _, (own,) = embedder.embed_passages(
        [text], [[Span(start=0, end=9), Span(start=10, end=22), Span(start=4, end=8)]]
    )
    alone = embedder.embed_passages(
        ["the pump.", "valve motor.", "pump"], [[Span(start=0, end=n)] for n in (9, 12, 4)]
    )[1]
    for row, single in zip(own, alone, strict=True):
        assert row == pytest.approx(single[0], abs=1e-6)


def test_sentences_beyond_the_window_are_zero_rows(embedder: TransformerEmbedder) -> None:
    spans = sentence_spans(LONG)
    assert embedder.count_tokens(LONG[: spans[-1].start]) > embedder.max_tokens
    (vector,), (own,) = embedder.embed_passages([LONG], [spans])
    norms = np.linalg.norm(own, axis=1)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    inside = [n for n, s in enumerate(spans) if embedder.count_tokens(LONG[: s.end]) <= 250]
    beyond = [n for n, s in enumerate(spans) if embedder.count_tokens(LONG[: s.start]) > 256]
    assert inside
    assert beyond
    assert norms[inside] == pytest.approx(np.ones(len(inside)), abs=1e-5)
    assert not norms[beyond].any()


def test_what_lies_beyond_the_window_changes_nothing(embedder: TransformerEmbedder) -> None:
    text = "word " * 300
    longer = embedder.embed_query(text + "more")
    assert embedder.embed_query(text) == pytest.approx(longer, abs=1e-6)


def test_texts_of_a_length_go_in_one_batch(tiny: Path) -> None:
    encoder = Positions(32)
    embedder = TransformerEmbedder(ModelFolder.find(str(tiny)), lambda: encoder)
    texts = ["pump " * (1 + n % 2 * 20) for n in range(32)]
    embedder.embed_documents(texts)
    assert sorted(encoder.batches) == [(16, 3), (16, 23)]


class Small(Positions):
    """Has memory for two texts at once."""

    def encode(self, ids: Ids, mask: Ids) -> tuple[Vectors, Vectors]:
        if len(ids) > 2:
            raise MemoryError
        return super().encode(ids, mask)


def test_a_batch_too_large_for_the_device_is_halved(tiny: Path) -> None:
    texts = ["pump valve", "水泵", "the motor pump", "valve", "motor motor"]
    spans = [[Span(start=0, end=len(text))] for text in texts]
    small = TransformerEmbedder(ModelFolder.find(str(tiny)), lambda: Small(32))
    large = TransformerEmbedder(ModelFolder.find(str(tiny)), lambda: Positions(32))
    vectors, own = small.embed_passages(texts, spans)
    expected, expected_own = large.embed_passages(texts, spans)
    assert vectors == pytest.approx(expected, abs=1e-6)
    assert np.stack(own) == pytest.approx(np.stack(expected_own), abs=1e-6)


def test_the_encoder_is_made_at_the_first_text_and_once(tiny: Path) -> None:
    made: list[Positions] = []

    def make() -> Positions:
        made.append(Positions(32))
        return made[0]

    embedder = TransformerEmbedder(ModelFolder.find(str(tiny)), make)
    assert embedder.coverage("pump") == 1.0
    assert embedder.count_tokens("pump") == 1
    assert made == []
    embedder.embed_query("pump")
    embedder.embed_query("valve")
    assert len(made) == 1


def test_prompts_go_before_texts_and_sentences_stay_where_they_are(
    tiny: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "prompted"
    shutil.copytree(tiny, folder)
    prompts = {"prompts": {"query": "valve ", "document": "motor "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    plain = TransformerEmbedder(ModelFolder.find(str(tiny)), lambda: Positions(32))
    prompted = TransformerEmbedder(ModelFolder.find(str(folder)), lambda: Positions(32))
    assert prompted.embed_query("pump") == pytest.approx(plain.embed_query("valve pump"))
    assert prompted.embed_documents(["pump"]) == pytest.approx(
        plain.embed_documents(["motor pump"])
    )
    span = [[Span(start=0, end=4)]]
    assert prompted.embed_passages(["pump"], span)[1][0] == pytest.approx(
        plain.embed_passages(["pump"], span)[1][0]
    )


def test_nothing_is_embedded_as_nothing(embedder: TransformerEmbedder) -> None:
    vectors, own = embedder.embed_passages([], [])
    assert vectors.shape == (0, 384)
    assert own == []


@pytest.mark.parametrize("model", ["no/such-model", "/no/such/folder", "bad id with blanks !!"])
def test_a_model_that_is_not_there_is_said_so(model: str) -> None:
    with pytest.raises(EmbeddingModelError) as caught:
        ModelFolder.find(model)
    assert model in str(caught.value)
    assert "QUORUM_EMBEDDING_MODEL" in caught.value.hint


@pytest.mark.parametrize("damage", ["no config", "garbage config", "no weights", "no dimension"])
def test_a_folder_that_is_no_model_is_said_so(tiny: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny, folder)
    config = folder / "config.json"
    if damage == "no config":
        config.unlink()
    elif damage == "garbage config":
        config.write_text("{")
    elif damage == "no weights":
        (folder / "model.safetensors").unlink()
    else:
        kept = json.loads(config.read_text())
        config.write_text(json.dumps({k: v for k, v in kept.items() if k != "hidden_size"}))
    with pytest.raises(EmbeddingModelError):
        TransformerEmbedder(ModelFolder.find(str(folder)), lambda: Positions(32))


def test_the_id_tells_weights_apart(tiny: Path, tmp_path: Path) -> None:
    same = tmp_path / tiny.name
    shutil.copytree(tiny, same)
    assert ModelFolder.find(str(same)).model_id == ModelFolder.find(str(tiny)).model_id
    other = save_tiny_bert(tmp_path / "other", seed=1)
    assert ModelFolder.find(str(other)).fingerprint != ModelFolder.find(str(tiny)).fingerprint
