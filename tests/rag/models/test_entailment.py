"""Inference by a real cross-encoder whose probabilities are known, and what is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from rag.encoder_errors import EntailmentModelError
from rag.models.entailment import CrossEncoderInference
from tests.rag.models.tiny_inference import LABELS, OPEN, save_tiny_inference
from tests.vectorstore.tiny_bert import save_tiny_bert
from tests.vectorstore.tiny_cross_encoder import PATIENCE, save_tiny_cross_encoder

PAIRS = [
    ("the pump weighs 4 kg", "the pump weighs kg"),
    ("the pump is blue", "motor cable hose"),
    ("水泵阀门重", "水泵重"),
]
IN_COMMON = [(4, 4), (0, 3), (3, 3)]
"""Words of the claim that stand in the text, and its words."""


@pytest.mark.parametrize(
    "labels", [LABELS, ("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), LABELS[::-1]]
)
def test_labels_are_known_by_their_names(tmp_path: Path, labels: tuple[str, ...]) -> None:
    model = CrossEncoderInference(str(save_tiny_inference(tmp_path / "tiny-nli", labels=labels)))
    assert model.name == "tiny-nli"
    for found, (held, words) in zip(model.infer(PAIRS), IN_COMMON, strict=True):
        odds = [math.exp(PATIENCE * held / (words + 1 + PATIENCE)), math.exp(OPEN), 1.0]
        shares = [one / sum(odds) for one in odds]
        assert [found.entailment, found.neutral, found.contradiction] == pytest.approx(
            shares, abs=0.02
        )
        assert found.entailment + found.neutral + found.contradiction == pytest.approx(1.0)


def test_no_pair_loads_nothing(tmp_path: Path) -> None:
    folder = save_tiny_inference(tmp_path / "tiny")
    (folder / "model.safetensors").unlink()
    model = CrossEncoderInference(str(folder))
    assert model.infer([]) == []
    with pytest.raises(EntailmentModelError, match="its files cannot be read"):
        model.infer(PAIRS)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "𠀀 🙂", "[SEP] [CLS] pump", "pump " * 900])
def test_no_text_breaks_it(tmp_path: Path, text: str) -> None:
    model = CrossEncoderInference(str(save_tiny_inference(tmp_path / "tiny")))
    for found in model.infer([(text, "水泵"), ("水泵", text), (text, text)]):
        assert math.isclose(found.entailment + found.neutral + found.contradiction, 1.0)


@pytest.mark.parametrize("model", ["/nowhere/at/all", "nobody/no-such-model", "a b//c"])
def test_a_model_that_is_not_there_is_refused_at_once(model: str) -> None:
    with pytest.raises(EntailmentModelError, match="no such folder") as caught:
        CrossEncoderInference(model)
    assert repr(model) in str(caught.value)
    assert "QUORUM_ENTAILMENT_MODEL" in caught.value.hint


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (("yes", "no", "open"), "its labels are not .*: yes, no, open"),
        (("entailment", "neutral", "neutral"), "its labels are not"),
        (("entailment", "not_entailment"), "it gives 2 scores a pair, not three"),
        (("entailment",), "it gives 1 score a pair, not three"),
    ],
)
def test_other_labels_are_refused_at_once(
    tmp_path: Path, labels: tuple[str, ...], told: str
) -> None:
    folder = save_tiny_inference(tmp_path / "tiny", labels=labels)
    (folder / "model.safetensors").unlink()
    with pytest.raises(EntailmentModelError, match=told):
        CrossEncoderInference(str(folder))


@pytest.mark.parametrize(
    "told", [{"0": "entailment", "2": "neutral", "5": "contradiction"}, list(LABELS)]
)
def test_labels_that_are_not_told_by_number_are_refused(tmp_path: Path, told: object) -> None:
    folder = save_tiny_inference(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "id2label": told}), "utf-8")
    with pytest.raises(EntailmentModelError, match=r"its labels are not .*: -"):
        CrossEncoderInference(str(folder))


def test_models_of_another_kind_are_refused_at_once(tmp_path: Path) -> None:
    save_tiny_cross_encoder(tmp_path / "unnamed", labels=3)
    save_tiny_bert(tmp_path / "bert")
    for name, detail in (("unnamed", "label_0, label_1, label_2"), ("bert", "embeds texts")):
        with pytest.raises(EntailmentModelError, match=detail):
            CrossEncoderInference(str(tmp_path / name))
