"""Why a model that reads texts, or what was fitted over it, cannot be used.

``rag/errors.py`` has the rest of the tree.

EmbeddingModelError     the embedding model cannot be loaded
CrossEncoderError       a model that scores pairs of texts cannot be used
    RerankerError           the one that orders passages
    EntailmentModelError    the one that joins the check of an answer
CalibrationUnreadable   what was fitted for confidences cannot be read
"""

from __future__ import annotations

from rag.errors import QuorumError


class EmbeddingModelError(QuorumError):
    """The embedding model cannot be loaded."""

    message_template = "The embedding model {model!r} cannot be loaded: {detail}."
    hint_template = (
        "Give QUORUM_EMBEDDING_MODEL a folder with a sentence-transformers model, "
        "a model id that is on this machine, or leave it empty for the one that comes along."
    )


class CrossEncoderError(QuorumError):
    """A model that scores pairs of texts cannot be used."""


class RerankerError(CrossEncoderError):
    """The one that orders passages."""

    message_template = "The reranker {model!r} cannot be used: {detail}."
    hint_template = "Point QUORUM_RERANKER at a cross-encoder with one score, or leave it empty."


class EntailmentModelError(CrossEncoderError):
    """The one that joins the check of an answer."""

    message_template = "The entailment model {model!r} cannot be used: {detail}."
    hint_template = (
        "Point QUORUM_ENTAILMENT_MODEL at a cross-encoder whose labels are entailment, neutral and "
        "contradiction, or leave it empty."
    )


class CalibrationUnreadable(QuorumError):
    """A file of calibrations that does not hold any."""

    message_template = "The calibrations in {path} cannot be read: {detail}."
    hint_template = (
        "Delete the file to go by the calibration that comes with Quorum, or fit them again with: "
        "python -m evaluation calibrate -d SET"
    )
