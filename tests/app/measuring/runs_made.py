"""Runs made by hand that the tests of what is shown of runs share, in both languages."""

from __future__ import annotations

from app.measuring.readings import Reading
from evaluation.reports.failures import failures_of
from evaluation.reports.summary import summarise
from evaluation.results import Answered, CitedClaim, Run
from rag.claims import Citation, Claim
from tests.evaluation.made import a_run, an_example, found, in_, said

HOSTILE = "<img src=x onerror=alert(1)> **bold** [a](http://evil.example)"


def a_citation(document: str, quote: str, page: int = 2) -> Citation:
    """A place on a page of a PDF."""
    return Citation(
        chunk_id=f"{document}:{page}",
        document_id=document,
        collection="corpus",
        document=document,
        version="ab" * 32,
        page=page,
        page_label=None,
        paginated=True,
        start=0,
        end=len(quote),
        quote=quote,
    )


def searches(questions: int = 24, *, by_page: bool = False) -> Run:
    """``bm25`` is right with every question, ``dense`` with every third one alone."""
    page = 3 if by_page else None
    examples = tuple(
        an_example(at, question=f"水泵 {at} 有多重？", gold=in_(f"d{at}.pdf", page))
        for at in range(questions)
    )
    units = [example.gold[0].unit for example in examples]
    return a_run(
        examples,
        {
            "dense": tuple(
                found(unit) if at % 3 == 0 else found("other.pdf") for at, unit in enumerate(units)
            ),
            "bm25": tuple(found("other.pdf", unit) for unit in units),
        },
        id="ab12",
        by_page=by_page,
    )


def an_answer(text: str, *, confidence: float) -> Answered:
    """An answer that cites a place which holds it."""
    claim = Claim(text=text, citations=(a_citation("d0.pdf", text),))
    return said(
        text,
        claims=(CitedClaim(claim=claim, supported=True, needed=(True,)),),
        confidence=confidence,
    )


def answers(*texts: str, run: str = "cd34", **values: object) -> Run:
    """One system, ``extractive``, that gives ``texts``; question ``n`` is answered by "n bar"."""
    examples = tuple(
        an_example(at, question=f"How high is number {at}?", answers=(f"{at} bar",))
        for at in range(len(texts))
    )
    given = tuple(
        an_answer(text, confidence=0.9 - at / 100) if text else said("")
        for at, text in enumerate(texts)
    )
    return a_run(examples, {"extractive": given}, id=run, **values)


def read(run: Run) -> Reading:
    """The run as a page reads it."""
    return Reading(run=run, summary=summarise(run), failures=failures_of(run))
