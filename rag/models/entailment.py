"""Natural language inference by a cross-encoder: whether a claim follows from a text.

Any sentence-transformers ``CrossEncoder`` with three labels will do whose configuration names them
entailment, neutral and contradiction, in any order and case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from rag.checking.inference import Inference
from rag.encoder_errors import EntailmentModelError
from rag.models.cross_encoder import PairScorer

_LABELS: Final = ("entailment", "neutral", "contradiction")


class CrossEncoderInference:
    """See ``rag.checking.inference.InferenceModel``.

    Its files are looked at when it is made, its weights load at the first pair. A text longer than
    the model's window is cut.
    """

    def __init__(self, model: str) -> None:
        """Raises EntailmentModelError where ``model`` is no such folder or id, or no such model."""
        self.name = Path(model).name
        self._scorer = PairScorer(model, scores=len(_LABELS), error=EntailmentModelError)
        told = _labels(self._scorer.config)
        if sorted(told) != sorted(_LABELS):
            raise self._scorer.refused(
                f"its labels are not {', '.join(_LABELS)}: {', '.join(told) or '-'}"
            )
        self._columns = [told.index(label) for label in _LABELS]

    def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """See ``InferenceModel``. Raises EntailmentModelError where the weights cannot be used."""
        logits = self._scorer.scores(pairs)[:, self._columns]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = odds / odds.sum(axis=1, keepdims=True)
        return [
            Inference(entailment=float(yes), neutral=float(open_), contradiction=float(no))
            for yes, open_, no in shares
        ]


def _labels(config: Mapping[str, Any]) -> list[str]:
    """The labels by their number, in lower case; none where they are not told as they should."""
    told = config.get("id2label")
    if not isinstance(told, dict):
        return []
    by_number = {str(number): str(label).lower() for number, label in told.items()}
    if by_number.keys() != {str(number) for number in range(len(told))}:
        return []
    return [by_number[str(number)] for number in range(len(told))]
