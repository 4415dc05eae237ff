"""What metrics mean, in both languages."""

from __future__ import annotations

import re

import pytest

from evaluation.reports.formatting import Scale
from evaluation.reports.glossary import entry, higher_is_better, scale_of
from evaluation.results import Run
from evaluation.scoring import TIMINGS, metrics_of
from tests.evaluation.reports.samples import answers_run, retrieval_run


def test_the_cut_off_stands_in_the_sentence() -> None:
    found = entry("hit@5")
    assert found is not None
    assert "first 5 found" in found.sentence("en")
    assert "前 5 条" in found.sentence("zh")


def test_an_unknown_metric_has_no_entry_and_plain_numbers() -> None:
    assert entry("wit") is None
    assert entry("wit@5") is None
    assert scale_of("wit") is Scale.PLAIN
    assert higher_is_better("wit")


@pytest.mark.parametrize("run", [retrieval_run(), answers_run()], ids=["retrieval", "answers"])
def test_every_metric_of_the_workbench_is_explained_and_points_the_same_way(run: Run) -> None:
    for system in run.results:
        for name, metric in metrics_of(run, system).items():
            found = entry(name)
            assert found is not None, name
            assert found.higher_is_better == metric.higher_is_better, name
            assert re.search(r"[\u4e00-\u9fff]", found.zh), name
            assert not re.search(r"[\u4e00-\u9fff]", found.en), name


def test_every_timing_is_explained() -> None:
    assert [name for name in TIMINGS if entry(name) is None] == []
