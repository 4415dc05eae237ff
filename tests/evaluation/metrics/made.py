"""Examples and results in few words, and a check that every metric must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from evaluation.dataset import Example, Place
from evaluation.metric import Metric
from evaluation.results import Answered, CitedClaim
from rag.answer import Outcome
from rag.claims import Citation, Claim

REFUSED = Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="")
FAILED = Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", error="EmptyQuestion")


def asked(
    *answers: str,
    question: str = "Which?",
    answerable: bool = True,
    gold: Iterable[str | tuple[str, int]] = (),
    required: tuple[tuple[str, ...], ...] = (),
) -> Example:
    """An example; ``gold`` are documents or (document, page)."""
    places = [(one, None) if isinstance(one, str) else one for one in gold]
    return Example(
        id="q",
        question=question,
        answers=answers,
        answerable=answerable,
        gold=tuple(Place(document=document, page=page) for document, page in places),
        required=required,
    )


def said(text: str, *claims: CitedClaim, confidence: float | None = None) -> Answered:
    """An answer."""
    return Answered(outcome=Outcome.ANSWERED, text=text, claims=claims, confidence=confidence)


def claimed(
    *cited: tuple[str, int],
    supported: bool = True,
    needed: Sequence[bool] | None = None,
    paginated: bool = True,
) -> CitedClaim:
    """A claim that cites pages of documents; all needed unless told."""
    citations = tuple(
        Citation(
            chunk_id=f"{document}-{page}",
            document_id=document,
            collection="manuals",
            document=document,
            version="0",
            page=page,
            page_label=None,
            paginated=paginated,
            start=0,
            end=4,
            quote="text",
        )
        for document, page in cited
    )
    return CitedClaim(
        claim=Claim(text="text", citations=citations),
        supported=supported,
        needed=tuple(needed) if needed is not None else (supported,) * len(cited),
    )


def weights_repeat(metric_of: Callable[[list[int]], Metric], questions: int) -> None:
    """Assert that weighting questions is the same as having each so many times.

    ``metric_of`` makes the metric over the questions at the positions given.
    """
    rng = np.random.default_rng(0)
    weighted = metric_of(list(range(questions)))
    for _ in range(5):
        counts = rng.integers(0, 4, questions)
        repeated = metric_of([at for at in range(questions) for _ in range(counts[at])])
        both = weighted.statistic(np.stack([counts, np.zeros(questions)]).astype(np.float64))
        np.testing.assert_allclose(both[0], repeated.value(), rtol=1e-9, atol=1e-12)
        assert np.isnan(both[1])
    assert weighted.value() == weighted.statistic(np.ones((3, questions)))[2]
