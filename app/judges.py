"""What orders passages anew and judges answers: models that compare texts, and what was fitted.

With ``app/wiring.py`` one of the files that name concrete classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.made_once import made_once
from app.storage import Storage

if TYPE_CHECKING:
    from rag.checking.inference import InferenceModel
    from rag.confidence import Assessor, KeptCalibrations
    from rag.protocols import Checker
    from rag.voting.likeness import Likeness
    from vectorstore.reranking import PairEncoder


class Judges(Storage):
    """The reranker, the checks of an answer, how sure it is, and how alike two are."""

    @made_once
    def cross_encoder(self) -> PairEncoder | None:
        """What reranks, None where the settings name nothing; its weights load at the first pair.

        Raises RerankerError.
        """
        from vectorstore.reranking import TransformerCrossEncoder

        return TransformerCrossEncoder(self.settings.reranker) if self.settings.reranker else None

    @made_once
    def inference(self) -> InferenceModel | None:
        """What joins the check of an answer, None where the settings name nothing.

        Its weights load at the first claim. Raises EntailmentModelError.
        """
        from rag.models.entailment import CrossEncoderInference

        model = self.settings.entailment_model
        return CrossEncoderInference(model) if model else None

    @made_once
    def checker(self) -> Checker:
        """What checks the sentences of an answer."""
        from rag.checking import ClaimChecker

        return ClaimChecker(self.embedder, self.inference)

    def likeness(self, question: str) -> Likeness:
        """What compares answers to ``question``."""
        from rag.voting.likeness import Likeness

        return Likeness(question, self.embedder)

    @made_once
    def calibrations(self) -> KeptCalibrations:
        """What was fitted here on how sure answers are."""
        from rag.confidence import KeptCalibrations

        return KeptCalibrations(self.settings.data_dir / "calibrations.json")

    @made_once
    def confidence(self) -> Assessor:
        """What says how sure an answer is."""
        from rag.confidence import Confidence, CurrentAssessor

        def assessor() -> Confidence:
            embedder = self.embedder.model_id
            return Confidence(embedder, lambda name: self.calibrations.find(embedder, name))

        return CurrentAssessor(assessor)
