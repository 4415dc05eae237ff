"""What natural language inference adds to a verdict on a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from rag.checking.words_held import on_one_line, said_of
from rag.claims import Check, Claim, Doubt, Finding, Verdict

CONTRADICTED: Final = 0.8
"""Probability of a contradiction at which a claim is doubted."""

ENTAILED: Final = 0.9
"""Probability of entailment at which other words are taken for the same meaning."""

_OF_WORDS: Final = frozenset((Doubt.WORDS, Doubt.MEANING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """Probabilities (they sum to 1) that a text says a claim, leaves it open, or denies it."""

    entailment: float
    neutral: float
    contradiction: float


class InferenceModel(Protocol):
    """Tells whether one text follows from another."""

    @property
    def name(self) -> str:
        """What a person calls the model."""

    def infer(self, pairs: Sequence[tuple[str, str]]) -> list[Inference]:
        """For each pair of a text and a claim what the text says of it, in their order."""


def can_change(claim: Claim) -> bool:
    """Whether inference can change the check of ``claim``.

    It cannot where a value, a name or a denial is in doubt, where nothing is cited, and where the
    claim is a quote of a whole place.
    """
    if claim.check is None or not claim.citations:
        return False
    own = on_one_line(claim.text)
    return all(one.doubt in _OF_WORDS for one in claim.check.findings) and all(
        on_one_line(one.quote) != own for one in claim.citations
    )


def premise(claim: Claim) -> str:
    """What a claim must follow from: the places it cites, each heading once over them."""
    over = dict.fromkeys(text for one in claim.citations for text in one.over if text)
    return "\n".join([*over, *(one.quote for one in claim.citations)])


def joined(claim: Claim, found: Inference) -> Claim:
    """``claim``, which has a check, with what inference ``found`` in it.

    A contradiction makes it partly supported at most and stands first among the findings. Plain
    entailment takes away a doubt of words or meaning. Anything else leaves it as it is.
    """
    check = claim.check
    if check is None:
        return claim
    if found.contradiction >= CONTRADICTED:
        return replace(claim, check=_contradicted(claim, check, found))
    if found.entailment >= ENTAILED and check.findings:
        held = replace(check, verdict=Verdict.SUPPORTED, support=found.entailment, findings=())
        return replace(claim, check=held)
    return claim


def _contradicted(claim: Claim, check: Check, found: Inference) -> Check:
    stands = said_of(claim.text, [one.quote for one in claim.citations])
    finding = Finding(doubt=Doubt.ENTAILMENT, stands=" ".join(stands.split()))
    verdict = Verdict.PARTLY if check.verdict is Verdict.SUPPORTED else check.verdict
    support = min(check.support, 1.0 - found.contradiction)
    return replace(check, verdict=verdict, support=support, findings=(finding, *check.findings))
