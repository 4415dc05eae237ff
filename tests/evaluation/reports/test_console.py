"""Tables in a terminal."""

from __future__ import annotations

import io
import math

import pytest
from rich.cells import cell_len
from rich.console import Console

from evaluation.reports.console import (
    print_comparison,
    print_gate,
    print_summary,
)
from evaluation.reports.summary import RunSummary, compare
from evaluation.statistics.gate import Status, Verdict
from tests.evaluation.reports.samples import (
    answers_summary,
    difference,
    retrieval_summary,
    summary,
    system,
)


def console(width: int, *, styled: bool = False) -> Console:
    return Console(file=io.StringIO(), width=width, force_terminal=styled, color_system=None)


def printed(told: RunSummary, width: int = 120, *, took_s: float | None = None) -> str:
    where = console(width)
    print_summary(where, told, took_s=took_s)
    assert isinstance(where.file, io.StringIO)
    return where.file.getvalue()


def wide_summary(systems: tuple[str, ...]) -> RunSummary:
    names = ("hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "mrr@10", "ndcg@10")
    one = dict.fromkeys(names, (0.861, 0.84, 0.88))
    return summary({name: system(one) for name in systems})


def test_values_intervals_and_facts_are_there() -> None:
    out = printed(retrieval_summary(), took_s=75)
    first = out.splitlines()[0]
    assert first == "manuals  300 questions · 84 groups by document · by page · 75 s"
    assert "0.612 [.57–.65]" in out
    assert "31 ms [29–33 ms]" in out
    assert "True differences in hit@1 under 7.1 points would often be missed" in out


def test_only_a_lead_beyond_chance_has_a_star() -> None:
    out = printed(retrieval_summary())
    assert "0.600* [.54–.66]" in out
    assert "0.630 [.59–.67]" in out
    assert out.count("*") == 2, "one cell and its explanation"
    assert "p < 0.05 after Holm over 2 comparisons" in out


def test_no_winner_is_said() -> None:
    out = printed(answers_summary())
    assert "*" not in out
    assert "No system beats every other one" in out


@pytest.mark.parametrize(("width", "tables"), [(80, 2), (120, 2), (60, 3), (160, 1)])
def test_the_columns_go_into_as_few_tables_as_fit(width: int, tables: int) -> None:
    told = wide_summary(("dense", "bm25", "rrf", "fused"))
    out = printed(told, width)
    assert sum(line.startswith("bm25") for line in out.splitlines()) == tables
    for name in told.metric_names():
        assert name in out
    assert "…" not in out
    assert max(cell_len(line) for line in out.splitlines()) <= width


def test_chinese_names_keep_the_columns_in_line() -> None:
    out = printed(wide_summary(("稠密向量", "bm25", "融合")), 80)
    rows = [line for line in out.splitlines() if "0.861" in line]
    assert len({cell_len(row.split("0.861")[0]) for row in rows}) == 1


def test_a_narrow_interval_has_three_decimals() -> None:
    told = summary({"a": system({"hit@1": (0.8612, 0.8571, 0.8653)})})
    assert "0.861 [.857–.865]" in printed(told)


def test_a_system_without_a_metric_has_an_empty_cell() -> None:
    told = summary({"a": system({"em": (0.5, 0.4, 0.6)}), "b": system({"f1": (0.7, 0.6, 0.8)})})
    lines = printed(told).splitlines()
    assert next(line for line in lines if line.startswith("b ")).split() == [
        "b",
        "0.700",
        "[.60–.80]",
    ]


def test_names_are_never_read_as_markup() -> None:
    told = summary({"[bold]x[/bold]": system({"[red]": (0.5, 0.4, 0.6)})}, dataset="[link=x]y")
    out = printed(told)
    for name in ("[bold]x[/bold]", "[red]", "[link=x]y"):
        assert name in out


def test_a_comparison_in_words() -> None:
    where = console(120)
    comparisons = compare(
        [
            difference("hit@1", 0.5, 0.58, 0.0001),
            difference("aurc", 0.2, 0.26, 0.002),
            difference("em", 0.5, 0.48, 0.4),
        ]
    )
    print_comparison(where, comparisons, before="a1:fused", after="b2:融合")
    assert isinstance(where.file, io.StringIO)
    lines = where.file.getvalue().splitlines()
    assert lines[0] == "a1:fused → b2:融合"
    by_name = {line.split()[0]: line for line in lines if line and line.split()}
    # Holm over three: 3 x .0001, 2 x .002, 1 x .4.
    assert "+8.0 [+4.0, +12.0]" in by_name["hit@1"]
    assert by_name["hit@1"].split("]")[1].split() == ["<", ".001", "40/12", "better"]
    assert by_name["aurc"].split("]")[1].split() == [".004", "40/12", "worse"], "less is better"
    assert by_name["em"].rstrip().endswith(".40     40/12    no difference shown")
    assert "300 questions in 84 groups · mcnemar" in lines[-2]


def test_a_comparison_fits_a_small_terminal() -> None:
    where = console(80)
    found = difference("abstention_precision", 0.5, 0.48, math.nan)
    print_comparison(where, compare([found]), before="a", after="b")
    assert isinstance(where.file, io.StringIO)
    out = where.file.getvalue()
    assert "no difference shown" in out
    assert "…" not in out
    assert max(cell_len(line) for line in out.splitlines()) <= 80


def test_a_gate_says_what_each_status_means() -> None:
    where = console(120)
    cases: tuple[tuple[str, float, Status], ...] = (
        ("hit@1", 0.0001, "regressed"),
        ("mrr@10", 0.2, "undecided"),
        ("ndcg@10", 0.7, "passed"),
    )
    verdicts = [
        Verdict(
            metric=name,
            difference=difference(name, 0.5, 0.42, p),
            max_drop=0.02,
            p=p,
            status=status,
        )
        for name, p, status in cases
    ]
    print_gate(where, verdicts)
    assert isinstance(where.file, io.StringIO)
    out = where.file.getvalue()
    row = next(line for line in out.splitlines() if line.startswith("hit@1"))
    assert row.split()[-2:] == ["2.0", "REGRESSED"]
    assert "regressed: hit@1 (dropped by more than allowed, beyond chance)" in out
    assert "undecided: mrr@10" in out
    assert "passed: ndcg@10" in out
