"""Checks the claims of an answer, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rag.checking.inference import InferenceModel, can_change, joined, premise
from rag.checking.judging import JUDGE, judged
from rag.claims import Check, Claim, Doubt
from rag.protocols import Embedder

READABLE: Final = 0.8
"""Share of a text that the embedding model must be able to read for a cosine to count."""


class ClaimChecker:
    """See ``rag.protocols.Checker``.

    The ``embedder`` is asked only about claims that lack nothing but words; without one only words
    are compared. An ``inference`` model is asked about claims whose values, names and denials are
    beyond doubt.
    """

    def __init__(
        self, embedder: Embedder | None = None, inference: InferenceModel | None = None
    ) -> None:
        self._embedder = embedder
        self._inference = inference

    @property
    def name(self) -> str:
        """See ``rag.protocols.Checker``; an inference model is named after a plus."""
        return JUDGE if self._inference is None else f"{JUDGE}+{self._inference.name}"

    def check(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """See ``rag.protocols.Checker``. Raises what the inference model raises."""
        compared = self._compared(claims)
        if self._inference is None:
            return compared
        own = [at for at, claim in enumerate(claims) if claim.check is None]
        asked = [at for at in own if can_change(compared[at])]
        found = self._inference.infer([(premise(claims[at]), claims[at].text) for at in asked])
        checked = list(compared)
        for at, inferred in zip(asked, found, strict=True):
            checked[at] = joined(checked[at], inferred)
        for at in own:
            checked[at] = _named(checked[at], self.name)
        return tuple(checked)

    def _compared(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """The claims, each with a check by what stands in the places cited."""
        first = [claim if claim.check else replace(claim, check=_judged(claim)) for claim in claims]
        unsure = [
            new
            for old, new in zip(claims, first, strict=True)
            if old.check is None and new.check is not None and _lacks_words_alone(new.check)
        ]
        cosines = self._cosines(unsure)
        return tuple(
            replace(claim, check=_judged(claim, cosines[claim.text]))
            if claim.text in cosines and claim in unsure
            else claim
            for claim in first
        )

    def _cosines(self, claims: Sequence[Claim]) -> dict[str, float]:
        """For each claim's text the cosine to the nearest of its quotes, where it can be read."""
        if self._embedder is None or not claims:
            return {}
        embedder = self._embedder
        read = [claim for claim in claims if embedder.coverage(claim.text) >= READABLE]
        texts = {claim.text for claim in read} | {
            one.quote for claim in read for one in claim.citations
        }
        ordered = sorted(texts)
        rows = dict(zip(ordered, embedder.embed_documents(ordered), strict=True)) if read else {}
        return {
            claim.text: max(
                float(np.dot(rows[claim.text], rows[one.quote])) for one in claim.citations
            )
            for claim in read
        }


def _judged(claim: Claim, cosine: float | None = None) -> Check:
    over = dict.fromkeys(text for one in claim.citations for text in one.over)
    quotes = [one.quote for one in claim.citations]
    return judged(claim.text, quotes, over=list(over), cosine=cosine)


def _lacks_words_alone(check: Check) -> bool:
    return [one.doubt for one in check.findings] == [Doubt.WORDS]


def _named(claim: Claim, checker: str) -> Claim:
    """``claim`` with its check given in the name of ``checker``."""
    return replace(claim, check=replace(claim.check, checker=checker)) if claim.check else claim
