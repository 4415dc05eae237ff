"""The commands about runs that are done, as people and CI use them."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.app.cli.conftest import Command

QUESTIONS = 96
"""Of the set prices."""
LOST = 10
"""Of them with the planted regression, each of another document."""


@pytest.fixture
def runs(bench: Command) -> dict[str, str]:
    """Ids of the runs over prices, house and 机房, by the set's name."""
    return {one["dataset"]: one["run"] for one in bench.json("list")}


@pytest.fixture
def regressed(bench: Command, runs: dict[str, str], tmp_path: Path) -> Path:
    """The run over prices as a file in which ``fused`` lost about a tenth."""
    file = tmp_path / "regressed.json"
    assert bench("export", runs["prices"], file).exit_code == 0
    run: dict[str, Any] = json.loads(file.read_text("utf-8"))
    lost: set[str] = set()
    for example, one in zip(run["examples"], run["results"]["fused"], strict=True):
        document = example["gold"][0]["document"]
        if len(lost) < LOST and document not in lost:
            lost.add(document)
            one["units"] = ["nowhere"]
    file.write_text(json.dumps(run), "utf-8")
    return file


def test_two_runs_are_compared_question_by_question(
    bench: Command, runs: dict[str, str], regressed: Path
) -> None:
    told = bench.json("compare", runs["prices"], regressed)
    assert (told["before"], told["after"]) == (f"{runs['prices']}:fused", f"{regressed}:fused")
    assert len(told["flips"]) == LOST
    assert {(one["before"], one["after"]) for one in told["flips"]} == {(None, "retrieval")}
    metrics = told["metrics"]
    assert {"hit@1", "hit@5", "mrr@10", "ndcg@10"} <= metrics.keys()
    hit = metrics["hit@5"]
    assert hit["difference"] == pytest.approx(-LOST / QUESTIONS)
    assert hit["low"] <= hit["difference"] <= hit["high"] < 0
    # Ten documents, all for the worse: p = 2 * 2^-10, and seven metrics for Holm.
    assert hit["p"] == pytest.approx(7 * 2**-9, abs=1e-4)
    assert hit["verdict"] == "worse"
    assert "total_ms" not in metrics, "times are not compared"


def test_people_see_what_flipped_and_why(
    bench: Command, runs: dict[str, str], regressed: Path
) -> None:
    text = bench("compare", runs["prices"], regressed, "--flips", "2").stdout
    assert "0 became right, 10 became wrong" in text
    assert "right → retrieval 10" in text
    assert text.count("right → retrieval:") == 2
    assert "and 8 more (--flips 10 shows all)" in text
    assert "worse" in text
    back = bench("compare", regressed, runs["prices"], "--flips", "0").stdout
    assert "10 became right, 0 became wrong" in back
    assert "better" in back


def test_two_systems_of_one_run_are_compared(bench: Command, runs: dict[str, str]) -> None:
    told = bench.json("compare", f"{runs['机房']}:dense", f"{runs['机房']}:fused")
    assert told["metrics"]["hit@5"]["verdict"] == "not_shown"
    same = bench("compare", f"{runs['house']}:bm25", f"{runs['house'][:6]}:bm25")
    assert "No question went from right to wrong or back." in same.stdout


def test_a_name_with_markup_in_it_is_shown_as_it_is(
    bench: Command, regressed: Path, tmp_path: Path
) -> None:
    run = json.loads(regressed.read_text("utf-8"))
    for one in run["examples"]:
        one["id"], one["question"] = f"[/{one['id']}]", f":bug: [bold]{one['question']}"
    for name in ("odd.json", "well.json"):
        (tmp_path / name).write_text(json.dumps(run), "utf-8")
        run["results"]["fused"] = run["results"]["bm25"]
    result = bench("compare", "odd.json", "well.json")
    assert result.exit_code == 0, result.output
    assert ":bug: [bold]" in result.stdout
    assert "[/q" in result.stdout


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{house}", "{机房}", "cannot be compared"),
        ("{house}", "nope", "no run 'nope'"),
        ("{house}:dense", "{house}:best", "no system 'best'"),
        ("{house}", "sets/house/corpus.jsonl", "it does not hold a run"),
        ("{house}", "x" * 300, "no run 'xxx"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    bench: Command, runs: dict[str, str], before: str, after: str, told: str
) -> None:
    for command in ("compare {0} {1}", "gate {0} --baseline {1}"):
        given = command.format(before.format(**runs), after.format(**runs)).split()
        result = bench(*given)
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)
        assert told in result.stderr
        assert len(result.stderr.splitlines()) == 2, "what happened, and what to do"


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_report_is_written_in_every_form(
    bench: Command, runs: dict[str, str], tmp_path: Path
) -> None:
    names = (runs["house"], runs["机房"])
    result = bench(
        *("report", *names, "--html", "r/all.html", "--language", "zh"),
        *("--csv", "r/numbers.csv", "--questions", "r/questions.csv", "--json", "r/all.json"),
    )
    assert result.exit_code == 0, result.output
    page = (tmp_path / "r" / "all.html").read_text("utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert 'lang="zh' in page
    assert "机房" in page
    assert page.count("<svg") >= 2
    payloads = json.loads((tmp_path / "r" / "all.json").read_text("utf-8"))
    assert [one["dataset"] for one in payloads] == ["house", "机房"]
    rows = table(tmp_path / "r" / "numbers.csv")
    assert {row["dataset"] for row in rows} == {"house", "机房"}
    value = payloads[0]["systems"]["dense"]["mrr@10"]["value"]
    (same,) = [
        row
        for row in rows
        if (row["dataset"], row["system"], row["metric"]) == ("house", "dense", "mrr@10")
    ]
    assert float(same["value"]) == pytest.approx(value)
    for name in names:
        asked = table(tmp_path / "r" / f"questions-{name}.csv")
        assert len(asked) == 3 * 4, "each question with each system"
    assert len(result.stderr.splitlines()) == 5, "each file is named"


def test_a_report_of_a_file_is_that_of_the_run(
    bench: Command, runs: dict[str, str], tmp_path: Path
) -> None:
    assert bench("export", runs["机房"], "kept/base.json.gz").exit_code == 0
    data = (tmp_path / "kept" / "base.json.gz").read_bytes()
    assert json.loads(gzip.decompress(data))["dataset"] == "机房"
    from_file = bench("report", "kept/base.json.gz", "--json", "-")
    from_record = bench("report", runs["机房"], "--json", "-")
    assert json.loads(from_file.stdout) == json.loads(from_record.stdout)


def test_the_gate_lets_a_run_pass_that_lost_nothing(bench: Command, runs: dict[str, str]) -> None:
    for run, baseline in ((runs["prices"],) * 2, ("latest", "latest")):
        result = bench("gate", run, "--baseline", baseline)
        assert result.exit_code == 0, result.output
        assert "passed: hit@1, hit@5, mrr@10" in result.stdout


def test_the_gate_stops_a_planted_regression(
    bench: Command, runs: dict[str, str], regressed: Path, tmp_path: Path
) -> None:
    stopped = bench("gate", regressed, "--baseline", runs["prices"])
    assert stopped.exit_code == 1
    assert "REGRESSED" in stopped.stdout
    assert "regressed: " in stopped.stdout
    bench("export", runs["prices"], "base.json")
    shutil.rmtree(tmp_path / "data")  # as in CI, where only the files are
    assert bench("gate", "regressed.json", "--baseline", "base.json").exit_code == 1
    assert bench("gate", "base.json", "--baseline", "regressed.json").exit_code == 0, "it rose"


@pytest.mark.parametrize(
    ("drops", "exit_code"),
    [
        (("0.2",), 0),
        (("hit@5=0.2",), 0),
        (("hit@5=0.01",), 1),
        (("hit@5=0",), 1),
        (("0.2", "hit@5=0.0"), 1),
        (("hit@5=0.2", "recall@5=0.01"), 1),
    ],
)
def test_the_gate_allows_the_drops_it_is_told(
    bench: Command, runs: dict[str, str], regressed: Path, drops: tuple[str, ...], exit_code: int
) -> None:
    given = [part for drop in drops for part in ("--max-drop", drop)]
    result = bench("gate", regressed, "--baseline", runs["prices"], *given)
    assert result.exit_code == exit_code, result.output
    gated = {drop.rpartition("=")[0] for drop in drops} - {""}
    assert gated <= set(result.stdout.replace(",", " ").split())


@pytest.mark.parametrize(
    ("drop", "exit_code", "told"),
    [
        ("much", 2, "such as 0.02"),
        ("-0.1", 2, "from 0 up"),
        ("nan", 2, "from 0 up"),
        ("inf", 2, "from 0 up"),
        ("hit@1=", 2, "such as 0.02"),
        ("hit@9=0.1", 1, "no metric 'hit@9'"),
        ("total_ms=5", 1, "no metric 'total_ms'"),
    ],
)
def test_a_drop_that_cannot_be_meant_is_refused(
    bench: Command, drop: str, exit_code: int, told: str
) -> None:
    result = bench("gate", "--baseline", "latest", "--max-drop", drop)
    assert result.exit_code == exit_code
    assert isinstance(result.exception, SystemExit)
    assert told in result.stderr


def test_a_strict_gate_fails_where_there_are_too_few_questions_to_tell(
    bench: Command, runs: dict[str, str], tmp_path: Path
) -> None:
    bench("export", runs["house"], "few.json")
    run = json.loads((tmp_path / "few.json").read_text("utf-8"))
    run["results"]["fused"][0]["units"] = ["nowhere"]  # one of three questions lost
    (tmp_path / "few.json").write_text(json.dumps(run), "utf-8")
    usual = bench("gate", "few.json", "--baseline", runs["house"])
    strict = bench("gate", "few.json", "--baseline", runs["house"], "--strict")
    assert (usual.exit_code, strict.exit_code) == (0, 1)
    assert "undecided: hit@1" in strict.stdout


def test_runs_are_listed_and_removed(bench: Command, runs: dict[str, str]) -> None:
    entries = bench.json("list")
    newest, *at_once = (one["dataset"] for one in entries)
    assert (newest, sorted(at_once)) == ("prices", ["house", "机房"])
    assert entries[0] == {
        "run": runs["prices"],
        "kind": "retrieval",
        "dataset": "prices",
        "systems": ["bm25", "fused"],
        "questions": QUESTIONS,
        "seed": 0,
        "settings": {},
        "started_at": entries[0]["started_at"],
        "finished": True,
    }
    text = bench("list").stdout
    assert all(run in text for run in runs.values())
    assert f"{QUESTIONS} questions  bm25, fused" in text
    assert f"removed {runs['机房']}" in bench("remove", runs["机房"][:8]).stdout
    bench("remove", runs["house"], runs["prices"])
    assert bench.json("list") == []
    assert "begin with: python -m evaluation retrieval" in bench("list").stdout
    gone = bench("report", "latest")
    assert (gone.exit_code, "none yet" in gone.stderr) == (1, True)


def test_a_file_that_cannot_be_written_is_told(bench: Command) -> None:
    for arguments in (("export", "latest", "sets"), ("report", "latest", "--html", "sets")):
        result = bench(*arguments)
        assert result.exit_code == 1
        assert isinstance(result.exception, SystemExit)
        assert "sets cannot be written" in result.stderr


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_fit_the_terminal(
    bench: Command, regressed: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for arguments in (
        ("report", "latest"),
        ("compare", "latest", regressed, "--flips", "0"),
        ("gate", regressed, "--baseline", "latest"),
    ):
        lines = bench(*arguments).stdout.splitlines()
        assert max(map(len, lines)) <= columns
        assert not any(line.endswith("…") for line in lines), "nothing is cut off"
