"""Scores of pairs, one or several; ``tests/vectorstore/test_reranking.py`` has damaged models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.encoder_errors import EntailmentModelError, RerankerError
from rag.models.cross_encoder import PairScorer
from tests.vectorstore.tiny_cross_encoder import PATIENCE, save_tiny_cross_encoder


@pytest.mark.parametrize(("labels", "error"), [(1, RerankerError), (3, EntailmentModelError)])
def test_every_pair_has_a_row_of_scores(
    tmp_path: Path, labels: int, error: type[RerankerError | EntailmentModelError]
) -> None:
    scorer = PairScorer(
        str(save_tiny_cross_encoder(tmp_path / "tiny", labels=labels)), scores=labels, error=error
    )
    found = scorer.scores([("the pump", "pump"), ("水泵", "水泵重"), ("", "\ud800")])
    assert found.shape == (3, labels)
    expected = [PATIENCE * n / (words + 1 + PATIENCE) for n, words in ((1, 1), (2, 3), (0, 1))]
    np.testing.assert_allclose(found[:, -1], expected, atol=0.1)
    assert scorer.scores([]).shape == (0, labels)
    assert scorer.config["architectures"] == ["BertForSequenceClassification"]


@pytest.mark.parametrize(
    ("labels", "wanted", "told"),
    [
        (1, 3, "it gives 1 score a pair, not three"),
        (2, 3, "it gives 2 scores a pair, not three"),
        (3, 1, "it gives 3 scores a pair, not one"),
    ],
)
def test_another_number_of_scores_is_refused_before_loading(
    tmp_path: Path, labels: int, wanted: int, told: str
) -> None:
    folder = save_tiny_cross_encoder(tmp_path / "tiny", labels=labels)
    (folder / "model.safetensors").unlink()
    with pytest.raises(RerankerError, match=told):
        PairScorer(str(folder), scores=wanted, error=RerankerError)
