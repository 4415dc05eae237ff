"""How sure an answer is, and whether the documents answer the question at all.

Both are logistic models over a few things that can be read off the answer and what was found for
it, fitted by ``evaluation/calibrating.py``. They hold for the embedding model and the answerer that
they were fitted with, and nothing else is called calibrated.
"""

from rag.confidence.calibration import Calibration, Curve, Ground, Logistic, answerer_of, ground_of
from rag.confidence.features import Feature, features_of
from rag.confidence.judging import Assessment, Assessor, Confidence, CurrentAssessor, NoRefusal
from rag.confidence.kept import KeptCalibrations
from rag.confidence.shipped import shipped

__all__ = [
    "Assessment",
    "Assessor",
    "Calibration",
    "Confidence",
    "CurrentAssessor",
    "Curve",
    "Feature",
    "Ground",
    "KeptCalibrations",
    "Logistic",
    "NoRefusal",
    "answerer_of",
    "features_of",
    "ground_of",
    "shipped",
]
