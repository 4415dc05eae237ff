"""Summaries and runs made by hand, for the tests of what is written from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from evaluation.dataset import Example, Place
from evaluation.metrics.abstention import RiskPoint
from evaluation.metrics.confidence import ReliabilityBin
from evaluation.reports.summary import Contrast, RunSummary, SystemSummary
from evaluation.results import Answered, Cost, Kind, Result, Retrieved, Run
from evaluation.scoring import Curves
from evaluation.statistics.comparisons import Difference
from evaluation.statistics.intervals import Interval
from rag.answer import Outcome

MOMENT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


def interval(value: float, low: float, high: float, *, questions: int = 300) -> Interval:
    return Interval(value=value, low=low, high=high, questions=questions, clusters=84)


def difference(
    metric: str, before: float, after: float, p: float, *, half: float = 0.04
) -> Difference:
    return Difference(
        metric=metric,
        before=before,
        after=after,
        value=after - before,
        low=after - before - half,
        high=after - before + half,
        p=p,
        test="mcnemar",
        questions=300,
        clusters=84,
        better=40,
        worse=12,
    )


def contrast(metric: str, best: str, other: str, gain: float, p: float) -> Contrast:
    found = difference(metric, 0.5, 0.5 + gain, p)
    return Contrast(best=best, other=other, difference=found, p=p)


def system(
    metrics: Mapping[str, tuple[float, float, float]],
    timings: Mapping[str, tuple[float, float, float]] | None = None,
    curves: Curves | None = None,
) -> SystemSummary:
    return SystemSummary(
        metrics={name: interval(*numbers) for name, numbers in metrics.items()},
        timings={name: interval(*numbers) for name, numbers in (timings or {}).items()},
        curves=curves,
    )


def summary(
    systems: Mapping[str, SystemSummary],
    *,
    kind: Kind = Kind.RETRIEVAL,
    dataset: str = "manuals",
    contrasts: tuple[Contrast, ...] = (),
    detectable: Mapping[str, float] | None = None,
    settings: Mapping[str, str] | None = None,
    synthetic: bool = False,
) -> RunSummary:
    return RunSummary(
        run_id="0a1b2c3d4e",
        kind=kind,
        dataset=dataset,
        by_page=True,
        synthetic=synthetic,
        questions=300,
        clusters=84,
        seed=7,
        settings=dict(settings or {}),
        code="c0de" * 16,
        dataset_digest="da7a" * 16,
        started_at=MOMENT,
        systems=dict(systems),
        contrasts=contrasts,
        detectable=dict(detectable or {}),
    )


def retrieval_summary(dataset: str = "manuals") -> RunSummary:
    """Two systems; ``fused`` is better in hit@1 beyond chance, in mrr@10 it is not."""
    return summary(
        {
            "bm25": system(
                {"hit@1": (0.5, 0.44, 0.56), "mrr@10": (0.612, 0.57, 0.652)},
                {"total_ms": (12.0, 11.0, 13.0)},
                curves(),
            ),
            "fused": system(
                {"hit@1": (0.6, 0.54, 0.66), "mrr@10": (0.63, 0.59, 0.67)},
                {"total_ms": (31.0, 29.0, 33.0)},
                curves(),
            ),
        },
        dataset=dataset,
        contrasts=(
            contrast("hit@1", "fused", "bm25", 0.1, 0.002),
            contrast("mrr@10", "fused", "bm25", 0.018, 0.31),
        ),
        detectable={"hit@1": 0.071},
        settings={"QUORUM_TOP_K": "8"},
    )


def answers_summary(dataset: str = "手册问答") -> RunSummary:
    """Two systems with confidences, refusals, costs and a metric nobody has described."""
    metrics = {
        "f1": (0.61, 0.57, 0.65),
        "bleu": (31.25, 28.0, 34.5),
        "aurc": (0.21, 0.17, 0.25),
        "wit": (3.5, 3.0, 4.0),
    }
    drawn = curves(confident=True)
    return summary(
        {
            "抽取式": system(metrics, {"total_ms": (812.0, 790.0, 840.0)}, drawn),
            "模型": system(metrics, {"total_ms": (1912.0, 1800.0, 2100.0)}, drawn),
        },
        kind=Kind.ANSWERS,
        dataset=dataset,
        contrasts=(contrast("f1", "抽取式", "模型", 0.0, 1.0),),
        synthetic=True,
    )


def curves(*, confident: bool = False) -> Curves:
    if not confident:
        return Curves(risk_coverage=(), reliability=(), total_ms=(10.0, 12.0, 40.0))
    return Curves(
        risk_coverage=(
            RiskPoint(confidence=0.9, coverage=0.25, risk=0.0),
            RiskPoint(confidence=0.7, coverage=0.5, risk=0.1),
            RiskPoint(confidence=0.2, coverage=0.9, risk=0.4),
        ),
        reliability=(
            ReliabilityBin(confidence=0.2, accuracy=0.1, low=0.02, high=0.3, count=40),
            ReliabilityBin(confidence=0.8, accuracy=0.7, low=0.5, high=0.85, count=42),
        ),
        total_ms=(200.0, 800.0, 9000.0),
    )


def examples() -> tuple[Example, ...]:
    return (
        Example(
            id="q1",
            question="水泵的最大扬程是多少？",
            answers=("32 米",),
            gold=(Place(document="泵.pdf", page=4),),
        ),
        Example(
            id="q2",
            question="Who signs the report?",
            answers=("the engineer", "site engineer"),
            gold=(Place(document="site.pdf", page=2),),
        ),
        Example(
            id="q3",
            question="Which colour is the spare cable?",
            gold=(Place(document="site.pdf", page=9),),
            answers=("green",),
        ),
    )


def run(results: Mapping[str, tuple[Result, ...]], *, kind: Kind) -> Run:
    return Run(
        id="0a1b2c3d4e",
        kind=kind,
        dataset="pumps",
        dataset_digest="da7a" * 16,
        by_page=True,
        synthetic=False,
        seed=7,
        settings={},
        code="c0de" * 16,
        started_at=MOMENT,
        examples=examples(),
        results=dict(results),
        costs={name: tuple(Cost(total_ms=20.0 + i) for i in range(3)) for name in results},
    )


def retrieval_run() -> Run:
    """``fused`` finds all three first; ``bm25`` the first one second, the others not at all."""
    return run(
        {
            "bm25": (
                Retrieved(units=("other.pdf#1", "泵.pdf#4")),
                Retrieved(units=("other.pdf#1",)),
                Retrieved(units=()),
            ),
            "fused": (
                Retrieved(units=("泵.pdf#4", "other.pdf#1")),
                Retrieved(units=("site.pdf#2",)),
                Retrieved(units=("site.pdf#9",)),
            ),
        },
        kind=Kind.RETRIEVAL,
    )


def answers_run(first_answer: str = "最大扬程是 32 米。") -> Run:
    """A right answer, a wrong refusal, a question that failed."""
    return run(
        {
            "extractive": (
                Answered(outcome=Outcome.ANSWERED, text=first_answer, confidence=0.9),
                Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text=""),
                Answered(outcome=Outcome.NOT_IN_DOCUMENTS, text="", error="ModelTimeout"),
            )
        },
        kind=Kind.ANSWERS,
    )
