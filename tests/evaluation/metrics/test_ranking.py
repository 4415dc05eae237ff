from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.dataset import Example, Place
from evaluation.metrics.ranking import RANKING, ranking_metrics, ranking_values
from evaluation.results import Retrieved
from tests.evaluation.metrics.made import asked, weights_repeat


def values(example: Example, *units: str) -> dict[str, float]:
    found = ranking_values([example], [Retrieved(units=units)])
    return {name: float(of_metric[0]) for name, of_metric in found.items()}


def test_one_gold_document_in_third_place() -> None:
    # nDCG: one gain of 1 at rank 3, 1/log2(4) = 0.5, over the ideal 1/log2(2) = 1.
    assert values(asked(gold=["c"]), "a", "b", "c", "d") == {
        "hit@1": 0.0,
        "hit@5": 1.0,
        "hit@10": 1.0,
        "recall@5": 1.0,
        "recall@10": 1.0,
        "mrr@10": pytest.approx(1 / 3),
        "ndcg@10": 0.5,
    }


def test_two_gold_documents_one_beyond_the_cut() -> None:
    # 手册 at rank 1, 附录 at rank 6. DCG = 1/log2(2) + 1/log2(7) = 1 + 0.35621;
    # ideal = 1 + 1/log2(3) = 1.63093; together 0.83156.
    found = values(asked(gold=["手册", "附录"]), "手册", "b", "c", "d", "e", "附录")
    assert found["recall@5"] == 0.5
    assert found["recall@10"] == 1.0
    assert found["hit@1"] == found["mrr@10"] == 1.0
    assert found["ndcg@10"] == pytest.approx(0.83156, abs=1e-5)


def test_grades_are_linear_gains() -> None:
    # Grades 1 and 3, the lesser first: DCG = 1 + 3/log2(3) = 2.89279;
    # ideal = 3 + 1/log2(3) = 3.63093; together 0.79671.
    places = (Place(document="a", relevance=1), Place(document="b", relevance=3))
    example = Example(id="q", question="Which?", gold=places)
    assert values(example, "a", "b")["ndcg@10"] == pytest.approx(0.79671, abs=1e-5)


def test_pages_are_what_is_ranked() -> None:
    example = asked(gold=[("report.pdf", 12)])
    assert values(example, "report.pdf#11", "report.pdf#12")["mrr@10"] == 0.5
    assert values(example, "report.pdf", "other.pdf#12")["hit@10"] == 0.0


def test_gold_given_twice_counts_once_and_grade_zero_not_at_all() -> None:
    twice = asked(gold=["a", "a", "b"])
    assert values(twice, "a")["recall@5"] == 0.5
    judged_wrong = Example(id="q", question="?", gold=(Place(document="a", relevance=0),))
    assert np.isnan(list(values(judged_wrong, "a").values())).all()


def test_nothing_found_is_zero_and_no_gold_is_unknown() -> None:
    metrics = ranking_metrics(
        [asked(gold=["a"]), asked(), asked(gold=["b"])],
        [Retrieved(units=()), Retrieved(units=("a",)), Retrieved(units=("b",))],
    )
    assert tuple(metric.name for metric in metrics) == RANKING
    for metric in metrics:
        assert metric.values is not None
        np.testing.assert_array_equal(metric.values, [0.0, np.nan, 1.0])
        assert metric.value() == 0.5
        assert metric.questions == 3
    assert [metric.binary for metric in metrics[:3]] == [True] * 3


def test_no_question_has_gold() -> None:
    assert all(
        np.isnan(metric.value()) for metric in ranking_metrics([asked()], [Retrieved(units=())])
    )
    assert all(metric.questions == 0 for metric in ranking_metrics([], []))


def brute_force(gold: dict[str, int], units: list[str]) -> dict[str, float]:
    """The definitions written out, with no library."""
    ranks = [at + 1 for at, unit in enumerate(units) if unit in gold]
    dcg = sum(gold[units[rank - 1]] / log2(rank + 1) for rank in ranks if rank <= 10)
    best = sorted(gold.values(), reverse=True)[:10]
    ideal = sum(grade / log2(at + 2) for at, grade in enumerate(best))
    within = {k: sum(rank <= k for rank in ranks) for k in (1, 5, 10)}
    return {
        "hit@1": float(within[1] > 0),
        "hit@5": float(within[5] > 0),
        "hit@10": float(within[10] > 0),
        "recall@5": within[5] / len(gold),
        "recall@10": within[10] / len(gold),
        "mrr@10": 1 / ranks[0] if within[10] else 0.0,
        "ndcg@10": dcg / ideal,
    }


UNITS = [f"文档 {at}#{at % 3}" for at in range(24)]


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(UNITS), st.integers(1, 4), min_size=1, max_size=14),
            st.permutations(UNITS).flatmap(
                lambda units: st.integers(0, 20).map(lambda length: units[:length])
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_equals_the_definitions_written_out(cases: list[tuple[dict[str, int], list[str]]]) -> None:
    examples = [
        Example(
            id=str(at),
            question="?",
            gold=tuple(Place(document=name, relevance=grade) for name, grade in gold.items()),
        )
        for at, (gold, _) in enumerate(cases)
    ]
    found = ranking_values(examples, [Retrieved(units=tuple(units)) for _, units in cases])
    for at, (gold, units) in enumerate(cases):
        expected = brute_force(gold, units)
        assert {name: found[name][at] for name in RANKING} == pytest.approx(expected)


def test_weights_count_questions_repeatedly() -> None:
    golds = [["a"], ["b", "c"], ["z"], ["d"]]
    results = [Retrieved(units=tuple("abcd"))] * 4
    for which in range(len(RANKING)):
        weights_repeat(
            lambda at, which=which: ranking_metrics(  # type: ignore[misc]
                [asked(gold=golds[i]) for i in at], [results[i] for i in at]
            )[which],
            4,
        )
