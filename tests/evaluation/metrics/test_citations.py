from __future__ import annotations

import numpy as np

from evaluation.dataset import Example
from evaluation.metrics.citations import citation_metrics
from evaluation.results import Answered
from tests.evaluation.metrics.made import FAILED, REFUSED, asked, claimed, said


def values(example: Example, result: Answered, *, by_page: bool = True) -> list[float]:
    """Recall, precision, evidence precision, evidence recall."""
    found = citation_metrics([example], [result], by_page=by_page)
    return [float(metric.values[0]) for metric in found if metric.values is not None]


def test_alce_by_hand() -> None:
    # Three claims, two of them supported: recall 2/3. Four citations: both of the first claim are
    # needed, the second claim's is not (it is unsupported), the third's is: precision 3/4.
    result = said(
        "Three sentences.",
        claimed(("a.pdf", 1), ("a.pdf", 2)),
        claimed(("b.pdf", 9), supported=False),
        claimed(("a.pdf", 1)),
    )
    # Cited pages: a#1, a#2, b#9; gold a#1 and c#4: precision 1/3, recall 1/2.
    example = asked(gold=[("a.pdf", 1), ("c.pdf", 4)])
    np.testing.assert_allclose(values(example, result), [2 / 3, 3 / 4, 1 / 3, 1 / 2])


def test_an_irrelevant_citation_of_a_supported_claim() -> None:
    result = said("One.", claimed(("a.pdf", 1), ("b.pdf", 1), needed=[True, False]))
    assert values(asked(gold=["a.pdf"]), result, by_page=False) == [1.0, 0.5, 0.5, 1.0]


def test_claims_without_citations_score_nothing() -> None:
    result = said("One.", claimed(supported=False))
    assert values(asked(gold=["手册.pdf"]), result) == [0.0, 0.0, 0.0, 0.0]


def test_documents_are_the_places_unless_by_page() -> None:
    result = said("一句。", claimed(("手册.pdf", 2), ("手册.pdf", 3)))
    by_document = asked(gold=["手册.pdf"])
    assert values(by_document, result, by_page=False)[2:] == [1.0, 1.0]
    assert values(asked(gold=[("手册.pdf", 2)]), result, by_page=True)[2:] == [0.5, 1.0]


def test_gold_without_a_page_is_any_page_of_the_document() -> None:
    result = said("One.", claimed(("notes.md", 1), paginated=False), claimed(("a.pdf", 7)))
    assert values(asked(gold=["notes.md", "a.pdf"]), result, by_page=True)[2:] == [1.0, 1.0]


def test_undefined_where_nothing_was_claimed_or_known() -> None:
    gold = asked(gold=["a.pdf"])
    for result in (REFUSED, FAILED, said("No claims.")):
        assert np.isnan(values(gold, result)).all()
    assert np.isnan(values(asked(), said("One.", claimed(("a.pdf", 1))))[2:]).all()
    assert values(asked(), said("One.", claimed(("a.pdf", 1))))[:2] == [1.0, 1.0]


def test_names_and_means_over_questions() -> None:
    example = asked(gold=["a.pdf"])
    results = [said("One.", claimed(("a.pdf", 1))), REFUSED, said("Two.", claimed(("b.pdf", 1)))]
    found = citation_metrics([example] * 3, results, by_page=False)
    assert {metric.name: metric.value() for metric in found} == {
        "citation_recall": 1.0,
        "citation_precision": 1.0,
        "evidence_precision": 0.5,
        "evidence_recall": 0.5,
    }
    assert all(np.isnan(metric.value()) for metric in citation_metrics([], [], by_page=True))
