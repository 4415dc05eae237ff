"""Whether the places cited support the answer, and whether they are the gold places.

Support is what the run's judge of citations said (``CitedClaim``); nothing here knows which it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.dataset import Example, unit_of
from evaluation.metric import Metric, mean
from evaluation.results import Answered
from rag.answer import Outcome
from rag.claims import Citation


def citation_metrics(
    examples: Sequence[Example], results: Sequence[Answered], *, by_page: bool
) -> list[Metric]:
    """Means over answered questions with claims, 0..1; the first two are ALCE's (Gao et al. 2023).

    * ``citation_recall``: share of an answer's claims that are supported by their citations.
    * ``citation_precision``: share of its citations that are needed by a supported claim.
    * ``evidence_precision``: share of the places it cites that are gold.
    * ``evidence_recall``: share of the gold places that it cites.

    An answer without citations has a precision of 0, as in ALCE. The last two are NaN without gold.
    Places are pages where ``by_page`` and the document has pages, else documents; a gold place
    without a page is any page of its document.
    """
    values = np.full((4, len(examples)), np.nan)
    for at, (example, result) in enumerate(zip(examples, results, strict=True)):
        if result.outcome is not Outcome.ANSWERED or not result.claims:
            continue
        needed = [one for claim in result.claims for one in claim.needed]
        values[0, at] = _share(sum(claim.supported for claim in result.claims), len(result.claims))
        values[1, at] = _share(sum(needed), len(needed))
        gold = {place.unit for place in example.gold if place.relevance > 0}
        if gold:
            cited = set(_cited(result, gold, by_page=by_page))
            values[2, at] = _share(len(cited & gold), len(cited))
            values[3, at] = _share(len(cited & gold), len(gold))
    names = ("citation_recall", "citation_precision", "evidence_precision", "evidence_recall")
    return [mean(name, row) for name, row in zip(names, values, strict=True)]


def _cited(result: Answered, gold: set[str], *, by_page: bool) -> list[str]:
    return [
        _place(citation, gold, by_page=by_page)
        for cited in result.claims
        for citation in cited.claim.citations
    ]


def _place(citation: Citation, gold: set[str], *, by_page: bool) -> str:
    if citation.document in gold:
        return citation.document
    return unit_of(citation.document, citation.page if by_page and citation.paginated else None)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
