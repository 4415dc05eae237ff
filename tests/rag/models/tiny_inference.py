"""A BERT that judges inference, its weights set by hand, so that its probabilities are known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.vectorstore.tiny_cross_encoder import save_tiny_cross_encoder

LABELS: Final = ("contradiction", "entailment", "neutral")
OPEN: Final = 1.5
"""The logit of neutral; that of contradiction is 0, that of entailment the words in common."""


def save_tiny_inference(folder: Path, *, labels: Sequence[str] = LABELS) -> Path:
    """A model whose logit of entailment counts the claim's words that stand in the text.

    ``labels`` are told by the configuration, whatever their number; the weights go by ``LABELS`` as
    far as they are among them.
    """
    from safetensors.torch import load_file, save_file

    save_tiny_cross_encoder(folder, labels=len(labels))
    weights = load_file(folder / "model.safetensors")
    for row, label in enumerate(labels):
        if label.lower() != "entailment":
            weights["classifier.weight"][row] = 0.0
        weights["classifier.bias"][row] = OPEN if label.lower() == "neutral" else 0.0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    told = folder / "config.json"
    config = json.loads(told.read_text("utf-8"))
    config["id2label"] = {str(number): label for number, label in enumerate(labels)}
    config["label2id"] = {label: number for number, label in enumerate(labels)}
    told.write_text(json.dumps(config), "utf-8")
    return folder
