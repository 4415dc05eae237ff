from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from evaluation.dataset import Example
from evaluation.metrics.ranking import RANKING
from evaluation.results import Answered, Cost, Kind, Opinion, Result, Retrieved, Run
from evaluation.scoring import TIMINGS, correctness, curves_of, metrics_of
from tests.evaluation.metrics.made import REFUSED, asked, claimed, said

SYSTEM = "ours"


def run_of(kind: Kind, examples: Sequence[Example], results: Sequence[Result]) -> Run:
    return Run(
        id="0123456789",
        kind=kind,
        dataset="manuals",
        dataset_digest="d",
        by_page=False,
        synthetic=False,
        seed=0,
        settings={},
        code="c",
        started_at=datetime(2024, 5, 1, tzinfo=UTC),
        examples=tuple(examples),
        results={SYSTEM: tuple(results)},
        costs={SYSTEM: tuple(Cost(total_ms=30.0 - at) for at in range(len(results)))},
    )


def searched() -> Run:
    examples = [asked(gold=["a"]), asked(gold=["b"]), asked()]
    results = [Retrieved(units=("a",)), Retrieved(units=tuple("cdefghb")), Retrieved(units=())]
    return run_of(Kind.RETRIEVAL, examples, results)


def answered(*, judged: bool = True) -> Run:
    examples = [
        asked("40 litres", gold=["pump.pdf"]),
        asked("红阀", question="哪个阀门？", gold=["阀门.pdf"]),
        asked(answerable=False),
        asked(answerable=False),
    ]
    right = said("It is 40 litres.", claimed(("pump.pdf", 1)), confidence=0.9)
    wrong = said("蓝阀。", claimed(("pump.pdf", 1), supported=False), confidence=0.4)
    guessed = said("Yes.", claimed(supported=False), confidence=0.6)
    results: list[Answered] = [right, wrong, REFUSED, guessed]
    if judged:
        opinion = Opinion(faithful=1.0, relevant=1.0, correct=1.0)
        results[0] = replace(right, opinion=opinion, token_logprobs=(-0.5, -0.5))
        results[1] = replace(wrong, opinion=replace(opinion, correct=0.0))
    return run_of(Kind.ANSWERS, examples, results)


def test_metrics_of_a_search() -> None:
    found = metrics_of(searched(), SYSTEM)
    assert tuple(found) == (*RANKING, "total_ms", "total_ms_p50", "total_ms_p95")
    assert found["hit@5"].value() == 0.5
    assert found["hit@10"].value() == 1.0
    assert all(metric.questions == 3 for metric in found.values())


def test_metrics_of_answers_in_their_order() -> None:
    found = metrics_of(answered(), SYSTEM)
    assert list(found) == [
        "em",
        "f1",
        "match",
        "has_answer_em",
        "has_answer_f1",
        "has_answer_match",
        "bleu",
        "rouge_l",
        "citation_recall",
        "citation_precision",
        "evidence_precision",
        "evidence_recall",
        "abstention_precision",
        "abstention_recall",
        "answered",
        "aurc",
        "ece",
        "brier",
        "perplexity",
        "faithfulness",
        "relevance",
        "judged_correct",
        "judge_agreement",
        "judge_accuracy",
        "total_ms",
        "total_ms_p50",
        "total_ms_p95",
    ]
    assert all(name == metric.name for name, metric in found.items())
    assert all(metric.questions == 4 for metric in found.values())
    assert all(metric.low <= metric.value() <= metric.high for metric in found.values())
    assert found["match"].value() == 0.5
    assert found["citation_recall"].value() == pytest.approx(1 / 3)
    assert found["evidence_recall"].value() == 0.5
    # By confidence: right, wrong, wrong.
    assert found["aurc"].value() == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)


def test_metrics_that_do_not_apply_are_left_out() -> None:
    found = metrics_of(answered(judged=False), SYSTEM)
    assert not {"perplexity", "faithfulness", "judge_agreement", "price"} & set(found)


def test_costs_are_the_timings() -> None:
    assert set(metrics_of(searched(), SYSTEM)) - set(RANKING) <= TIMINGS
    assert {"first_token_ms", "price", "prompt_tokens", "completion_tokens"} <= TIMINGS


def test_every_metric_but_costs_is_the_same_for_other_costs() -> None:
    run = answered()
    slower = replace(run, costs={SYSTEM: tuple(Cost(total_ms=1e4) for _ in run.examples)})
    weights = np.array([[1.0, 2.0, 0.0, 3.0], [1.0, 1.0, 1.0, 1.0]])
    both = metrics_of(run, SYSTEM), metrics_of(slower, SYSTEM)
    for name in set(both[0]) - TIMINGS:
        one, other = (metrics[name].statistic(weights) for metrics in both)
        assert one.shape == (2,)
        np.testing.assert_array_equal(one, other)


def test_correctness() -> None:
    np.testing.assert_array_equal(correctness(searched(), SYSTEM), [1.0, 0.0, np.nan])
    np.testing.assert_array_equal(correctness(answered(), SYSTEM), [1.0, 0.0, 1.0, 0.0])


def test_curves_of_answers() -> None:
    curves = curves_of(answered(), SYSTEM)
    assert [point.coverage for point in curves.risk_coverage] == [0.25, 0.5, 0.75]
    assert [point.risk for point in curves.risk_coverage] == pytest.approx([0, 1 / 2, 2 / 3])
    assert [one.count for one in curves.reliability] == [3]
    assert curves.total_ms == (27.0, 28.0, 29.0, 30.0)


def test_curves_of_a_search() -> None:
    curves = curves_of(searched(), SYSTEM)
    assert (curves.risk_coverage, curves.reliability) == ((), ())
    assert curves.total_ms == (28.0, 29.0, 30.0)


@pytest.mark.parametrize("kind", Kind)
def test_a_run_without_questions_has_no_metrics(kind: Kind) -> None:
    run = run_of(kind, (), ())
    assert metrics_of(run, SYSTEM) == {}
    assert curves_of(run, SYSTEM).total_ms == ()
    assert correctness(run, SYSTEM).shape == (0,)


def test_an_unknown_system_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        metrics_of(searched(), "theirs")
