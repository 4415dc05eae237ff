"""The chance that an answer is right, and whether the documents answer the question at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from rag.answer import Answer, Outcome, Question
from rag.claims import Verdict
from rag.confidence.calibration import Calibration, Curve, Ground, answerer_of, ground_of
from rag.confidence.evidence import is_enough
from rag.confidence.features import Feature, Features, features_of
from rag.confidence.shipped import shipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What is said of an answer: see ``Answer.confidence`` and ``Answer.calibrated``.

    ``refuse`` says that it is better not given.
    """

    confidence: float
    calibrated: bool
    refuse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """The chances (0..1) of ``Curve``, and whether they were fitted on answers made like this."""

    right: float
    answerable: float
    floor: float
    calibrated: bool


class Assessor(Protocol):
    """Says how sure a finished answer is."""

    def assess(self, question: Question, answer: Answer) -> Assessment:
        """Of a checked ``answer`` to ``question`` (as it was searched)."""


Lookup = Callable[[str], Calibration | None]
"""The calibration kept for an answerer over the embedding model in use."""


def _none_kept(_answerer: str) -> Calibration | None:
    return None


class CurrentAssessor:
    """See ``Assessor``: what ``make`` gives at the time of each answer."""

    def __init__(self, make: Callable[[], Assessor]) -> None:
        self._make = make

    def assess(self, question: Question, answer: Answer) -> Assessment:
        """See ``Assessor``."""
        return self._make().assess(question, answer)


class Confidence:
    """Assesses answers made over one embedding model; see ``Assessor``.

    An answerer's own calibration, found by ``kept``, comes first; then the shipped one, where
    ``embedder`` and the answerer are those it was fitted with. Anything else is not calibrated:

    * sentences of the documents are judged by the shipped curves, over another embedding model by
      those that go by words alone;
    * a chat model's answer is as sure as the mean of three shares: the chance that the documents
      answer, the support of its claims and the agreement of its samples.

    An answer in the documents' own words is refused where the chance that the documents answer is
    below the curve's floor, or where no passage has enough evidence (``rag.confidence.evidence``):
    then that chance is at most the floor. A chat model decides for itself; its answer is taken back
    only where its own calibration puts that chance below the floor, or no passage has evidence or a
    word of the question, and none of its claims is supported even partly.
    """

    def __init__(self, embedder: str, kept: Lookup = _none_kept) -> None:
        self._embedder = embedder
        self._kept = kept

    def assess(self, question: Question, answer: Answer) -> Assessment:
        """See ``Assessor``. Where nothing was found, nothing is sure but the refusal."""
        features = features_of(question.text, answer)
        if not features:
            return Assessment(confidence=1.0, calibrated=False, refuse=True)
        ground = ground_of(question.text, answer.hits)
        found = self.chances(ground, features, answerer_of(answer))
        answerable, evident = found.answerable, is_enough(answer.hits)
        if not evident:
            answerable = min(answerable, found.floor)
        if answer.context:
            strange = not evident and not any(hit.term_coverage for hit in answer.hits)
            low = found.calibrated and answerable < found.floor
            hopeless = (low or strange) and _nothing_holds(answer)
        else:
            hopeless = answerable < found.floor or not evident
        refuse = answer.outcome is Outcome.NOT_IN_DOCUMENTS or hopeless
        confidence = 1 - answerable if refuse else found.right
        return Assessment(confidence=confidence, calibrated=found.calibrated, refuse=refuse)

    def chances(self, ground: Ground, features: Features, answerer: str) -> Chances:
        """What the calibration that comes nearest says of these features."""
        curve, fits = self._curve(ground, answerer)
        answerable = curve.answerable.chance(features)
        by_shares = Feature.SUPPORT in features and not fits
        return Chances(
            right=_mean_of_shares(answerable, features)
            if by_shares
            else curve.right.chance(features),
            answerable=answerable,
            floor=curve.floor,
            calibrated=fits,
        )

    def _curve(self, ground: Ground, answerer: str) -> tuple[Curve, bool]:
        """The curve to go by, and whether it was fitted on answers made like this one."""
        own, usual = self._kept(answerer), shipped()
        if own is not None and ground in own.curves:
            return own.curves[ground], True
        if self._embedder == usual.embedder and ground in usual.curves:
            return usual.curves[ground], answerer == usual.answerer
        return usual.curves[ground.without_vectors()], False


class NoRefusal:
    """Gives every answer as it is: what a calibration is fitted on. See ``Assessor``.

    Its confidence is the largest cosine of a sentence: the plain score that a calibration is
    compared with.
    """

    def assess(self, question: Question, answer: Answer) -> Assessment:
        """See ``Assessor``."""
        nearest = features_of(question.text, answer).get(Feature.NEAREST, 0.0)
        refused = answer.outcome is Outcome.NOT_IN_DOCUMENTS
        return Assessment(confidence=max(0.0, nearest), calibrated=False, refuse=refused)


_SHARES: Final = (Feature.SUPPORT, Feature.AGREEMENT)


def _mean_of_shares(answerable: float, features: Features) -> float:
    shares = (answerable, *(features.get(share, 0.0) for share in _SHARES))
    return max(0.0, min(1.0, sum(shares) / len(shares)))


def _nothing_holds(answer: Answer) -> bool:
    """Whether no claim of a chat model's answer is supported even partly."""
    return all(
        claim.check is not None and claim.check.verdict is Verdict.UNSUPPORTED
        for claim in answer.claims
    )
