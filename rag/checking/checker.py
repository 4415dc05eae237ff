"""Checks the claims of an answer, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rag.checking.judging import JUDGE, judged
from rag.claims import Check, Claim, Doubt
from rag.protocols import Embedder

READABLE: Final = 0.8
"""Share of a text that the embedding model must be able to read for a cosine to count."""


class ClaimChecker:
    """See ``rag.protocols.Checker``.

    The ``embedder`` is asked only about claims that lack nothing but words; without one only words
    are compared.
    """

    name = JUDGE

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    def check(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """See ``rag.protocols.Checker``."""
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
