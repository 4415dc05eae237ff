"""``python -m evaluation answers`` and ``sweep``: what they print, write, keep and refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.cli.conftest import Command
from tests.app.cli.evaluation.made import numbers, without_timings
from tests.openai_server import ServeScript


def test_answers_of_the_extractive_model(bench: Command) -> None:
    for name in ("house", "机房"):
        result = bench("answers", "-d", f"sets/{name}", "--json", "-")
        payload = json.loads(result.stdout)
        assert (payload["kind"], payload["questions"]) == ("answers", 4)
        assert list(payload["systems"]) == ["extractive"]
        metrics = payload["systems"]["extractive"]
        # It quotes whole sentences: never the answer alone, and em is right on the refusal only.
        assert metrics["em"]["value"] == 0.25
        assert metrics["answered"]["value"] == 0.75
        assert metrics["abstention_recall"]["value"] == 1.0
        assert metrics["citation_recall"]["value"] == 1.0
        assert "extractive failed by stage" in result.stderr


def script() -> dict[str, Any]:
    """Of 机房: two right answers, a wrong one, and the refusal that the fourth asks for."""
    said = {
        "水泵每年检修几次？": ("right", "水泵每年检修两次。"),
        "锅炉的检验员是谁？": ("right", "锅炉的检验员是王工。"),
        "备用钥匙挂在哪里？": ("wrong_answer", "备用钥匙挂在办公室。"),
        "飞艇是什么颜色的？": ("refuses", ""),
    }
    return {
        question: {"behaviour": behaviour, "answer": answer, "wrong": "备用钥匙挂在门口。"}
        for question, (behaviour, answer) in said.items()
    }


def test_answers_of_a_service_with_a_judge_and_several_at_once(
    bench: Command, scripted_server: ServeScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = scripted_server(script())
    monkeypatch.setenv("OPENAI_BASE_URL", server.url("scripted"))
    asked = ("answers", "-d", "sets/机房", "-m", "openai", "--judge", "openai")
    one = numbers(bench, *asked)
    metrics = {name: told["value"] for name, told in one["systems"]["openai"].items()}
    assert metrics["match"] == 0.75, "two right answers and a right refusal of four"
    assert metrics["abstention_precision"] == metrics["abstention_recall"] == 1.0
    assert any(name.startswith("judge") for name in metrics), list(metrics)
    calls = len(server.log("scripted"))
    assert calls >= 4 + 3, "four answers, and an opinion of each that says something"
    several = numbers(bench, *asked, "--at-once", "4", "--again")
    assert len(server.log("scripted")) == 2 * calls
    assert without_timings(several) == without_timings(one)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-m", "nope"), ("'nope'", "extractive")),
        (("-m", "openai"), ("'openai'", "OPENAI_BASE_URL")),
        (("--judge", "extractive"), ("'extractive'", "openai")),
        (("--at-once", "0"), ("--at-once", "1")),
        (("--set", "top_k=0"), ("top_k='0'", "another value")),
    ],
)
def test_answers_that_cannot_be_asked_for(
    bench: Command, arguments: tuple[str, ...], told: tuple[str]
) -> None:
    before = bench.json("list")
    result = bench("answers", "-d", "sets/house", *arguments)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    for words in told:
        assert words in result.stderr
    assert bench.json("list") == before


def test_a_sweep_names_a_winner_only_where_there_is_one(bench: Command) -> None:
    sweep = ("sweep", "-d", "sets/prices", "--limit", "30", "--metric", "hit@1")
    result = bench(*sweep, "--vary", "top_k=3,8")
    assert "no winner" in result.stdout, "a search does not depend on it"
    assert "note: top_k" in result.stderr
    payload = numbers(bench, *sweep, "--vary", "lexical_weight=0,1")
    assert (payload["dataset"], payload["metric"]) == ("prices", "hit@1")
    settings = {one["setting"]: one for one in payload["settings"]}
    assert list(settings) == ["lexical_weight=0", "lexical_weight=1"]
    best = max(settings, key=lambda name: float(settings[name]["value"]))
    assert payload["best"] == best
    beaten = all(one["p"] < 0.05 for name, one in settings.items() if name != best)
    assert payload["winner"] == (best if beaten else None)


def test_a_sweep_over_two_sets_and_two_settings_writes_a_list(
    bench: Command, tmp_path: Path
) -> None:
    result = bench(
        *("sweep", "-d", "sets/house", "-d", "sets/机房", "-m", "extractive", "--metric", "match"),
        *("--vary", "top_k=1,2", "--vary", "lexical_weight=0.4,0.6", "--json", "sweep.json"),
    )
    assert result.exit_code == 0, result.output
    payloads = json.loads((tmp_path / "sweep.json").read_text("utf-8"))
    assert [one["dataset"] for one in payloads] == ["house", "机房"]
    assert [one["setting"] for one in payloads[0]["settings"]] == [
        "top_k=1 lexical_weight=0.4",
        "top_k=1 lexical_weight=0.6",
        "top_k=2 lexical_weight=0.4",
        "top_k=2 lexical_weight=0.6",
    ]
    assert [one["winner"] for one in payloads] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--vary", "lexical_weight=,"), "two values or more"),
        (("--vary", "lexical_weight=0.5"), "two values or more"),
        (("--vary", "lexical_weight=0.5,9"), "from 0 to 1"),
        (("--vary", "colour=red,blue"), "'colour'"),
        (("--vary", "lexical_weight"), "name=value"),
    ],
)
def test_sweeps_that_cannot_be_made_begin_no_run(
    bench: Command, arguments: tuple[str, ...], told: str
) -> None:
    before = bench.json("list")
    result = bench("sweep", "-d", "sets/house", *arguments)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    assert told in result.stderr
    assert bench.json("list") == before


def test_a_metric_that_a_sweep_lacks_is_named(bench: Command) -> None:
    result = bench("sweep", "-d", "sets/house", "--vary", "top_k=1,2", "--metric", "rouge_l")
    assert result.exit_code == 1
    assert "no metric 'rouge_l'" in result.stderr
    assert "mrr@10" in result.stderr
