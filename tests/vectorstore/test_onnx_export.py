"""The exported graph: what it takes, what it gives, how its weights are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from vectorstore.encoders import make_encoder
from vectorstore.model_folder import ModelFolder


@pytest.fixture
def graph(tiny: Path, tiny_cache: Path) -> Path:
    make_encoder(ModelFolder.find(str(tiny)), backend="onnx", cache=tiny_cache)
    (file,) = tiny_cache.glob("*.onnx")
    return file


def test_the_graph_gives_token_vectors_for_any_shape(graph: Path) -> None:
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    assert {one.name for one in session.get_inputs()} == {"input_ids", "attention_mask"}
    for shape in ((1, 1), (1, 7), (5, 3), (2, 64)):
        ids = np.ones(shape, np.int64)
        (tokens,) = session.run(None, {"input_ids": ids, "attention_mask": ids})
        assert tokens.shape == (*shape, 32)
        assert np.isfinite(tokens).all()


def test_the_weights_are_whole_numbers_of_eight_bits(graph: Path) -> None:
    import onnx

    kinds = {node.op_type for node in onnx.load(str(graph)).graph.node}
    assert {"MatMulNBits", "DynamicQuantizeLinear"} <= kinds
    assert "Gemm" not in kinds
