"""``python -m evaluation retrieval``: what it prints, writes, keeps and refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.app.cli.conftest import Command
from tests.app.cli.evaluation.made import PLANT, PLANT_QUESTIONS, numbers, without_timings
from tests.conftest import ROOT

SYSTEMS = ["dense", "bm25", "rrf", "fused"]
RANKING = ["hit@1", "hit@5", "hit@10", "recall@5", "recall@10", "mrr@10", "ndcg@10"]


def test_the_json_has_the_documented_shape_and_people_get_tables(
    bench: Command, tmp_path: Path
) -> None:
    result = bench("retrieval", "-d", "sets/house", "--json", "out/house.json")
    assert result.exit_code == 0
    payload = json.loads((tmp_path / "out" / "house.json").read_text("utf-8"))
    assert (payload["dataset"], payload["questions"]) == ("house", 3), "the fourth has no gold"
    assert list(payload["systems"]) == SYSTEMS
    for metrics in payload["systems"].values():
        assert list(metrics) == RANKING
        for one in metrics.values():
            assert list(one) == ["value", "low", "high"]
            assert 0 <= one["low"] <= one["value"] <= one["high"] <= 1
    # Each question shares its noun with one document alone, so words find it first.
    assert payload["systems"]["bm25"]["mrr@10"]["value"] == 1.0
    for shown in ("house", *SYSTEMS, *RANKING, "95 % interval", f"run {payload['run']}"):
        assert shown in result.stdout
    assert "wrote out/house.json" in result.stderr


def test_standard_output_holds_one_json_value_and_nothing_else(bench: Command) -> None:
    result = bench("retrieval", "-d", "sets/机房", "--json", "-")
    assert json.loads(result.stdout)["dataset"] == "机房"
    assert "机房" in result.stdout, "Chinese as it is"
    assert "hit@1" in result.stderr
    assert result.stderr.strip().endswith(tuple("0123456789abcdef")), "no rest of a progress bar"


def test_several_sets_or_a_folder_of_sets_give_a_list(bench: Command, tmp_path: Path) -> None:
    named = numbers(bench, "retrieval", "-d", "sets/机房", "-d", "sets/house")
    assert [one["dataset"] for one in named] == ["机房", "house"]
    shutil.rmtree(tmp_path / "sets" / "prices")
    folder = numbers(bench, "retrieval", "-d", "sets")
    assert folder == named[::-1], "by name, and the same runs"


def test_limit_and_seed_draw_the_questions(bench: Command) -> None:
    drawn = [
        numbers(bench, "retrieval", "-d", "sets/prices", "--system", "bm25", *limited)
        for limited in (
            ("--limit", "9"),
            ("--limit", "9", "--seed", "0"),
            ("--limit", "9", "--seed", "1"),
        )
    ]
    assert [(one["questions"], one["seed"]) for one in drawn] == [(9, 0), (9, 0), (9, 1)]
    assert drawn[0] == drawn[1]
    assert drawn[1]["run"] != drawn[2]["run"]
    without_limit = numbers(
        bench, "retrieval", "-d", "sets/house", "--limit", "0", "--system", "bm25"
    )
    assert without_limit["questions"] == 3


def test_the_parts_of_a_set_share_its_questions_out(bench: Command) -> None:
    asked = [
        numbers(bench, "retrieval", "-d", "sets/prices", "--system", "bm25", "--part", part)
        for part in ("train", "dev", "test")
    ]
    counts = [one["questions"] for one in asked]
    assert sum(counts) == 96
    assert counts[0] == max(counts)
    assert all(count % 4 == 0 for count in counts), "the four questions of a document stay together"
    assert [one["settings"] for one in asked] == [{"part": p} for p in ("train", "dev", "test")]


def test_a_setting_changes_the_search_and_is_told(bench: Command) -> None:
    systems = ("--system", "fused", "--system", "dense")
    asked = ("retrieval", "-d", "sets/prices", *systems, "--limit=40", "--set")
    by_words = numbers(bench, *asked, "lexical_weight=1")
    by_vectors = numbers(bench, *asked, "lexical_weight=0")
    assert by_words["settings"] == {"lexical_weight": "1.0"}
    assert list(by_words["systems"]) == ["dense", "fused"]
    assert by_words["systems"]["dense"] == by_vectors["systems"]["dense"]
    assert by_words["systems"]["fused"] != by_vectors["systems"]["fused"]


def test_a_setting_without_effect_is_named(bench: Command) -> None:
    usual = bench("retrieval", "-d", "sets/house", "--json", "-")
    result = bench("retrieval", "-d", "sets/house", "--json", "-", "--set", "top_k=3")
    assert "note: top_k plays no part in a search" in result.stderr
    assert result.stdout == usual.stdout, "the run that was there is shown"


def test_other_formats_are_told_apart_or_named(bench: Command, tmp_path: Path) -> None:
    paragraphs = [
        {
            "context": text,
            "qas": [
                {"id": one["qid"], "question": one["question"], "answers": [_answer(one, text)]}
                for one in PLANT_QUESTIONS
                if one.get("gold") == name
            ],
        }
        for name, text in PLANT
    ]
    file = tmp_path / "plant.json"
    file.write_text(
        json.dumps({"version": "1", "data": [{"title": "机房", "paragraphs": paragraphs}]})
    )
    told = numbers(bench, "retrieval", "-d", file, "--system", "bm25")
    assert (told["questions"], told["systems"]["bm25"]["hit@1"]["value"]) == (3, 1.0)
    assert numbers(bench, "retrieval", "-d", file, "--system", "bm25", "--format", "cmrc") == told


def _answer(line: dict[str, Any], text: str) -> dict[str, Any]:
    (answer,) = line["answers"]
    return {"text": answer, "answer_start": text.index(answer)}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (("-d", "sets/house", "--system", "bm52"), 2, ("bm52", "dense, bm25, rrf, fused")),
        (("-d", "sets/house", "--limit", "-1"), 2, ("--limit", "0")),
        (("-d", "sets/house", "--limit", "many"), 2, ("--limit", "integer")),
        (("-d", "sets/house", "--language", "fr"), 2, ("'fr'", "'en', 'zh'")),
        ((), 2, ("Missing option", "--dataset")),
        (("-d", "sets/house", "--set", "colour=red"), 1, ("'colour'", "lexical_weight")),
        (("-d", "sets/house", "--set", "lexical_weight"), 1, ("'lexical_weight'", "name=value")),
        (("-d", "sets/house", "--set", "lexical_weight=2"), 1, ("'2'", "from 0 to 1", "another")),
        (("-d", "sets/house", "--part", "nope"), 1, ("'nope'", "train, dev, test")),
        (("-d", "nowhere"), 1, ("nowhere", "there is no such file", "questions.jsonl")),
        (("-d", "data"), 1, ("holds no questions", "questions.jsonl")),
        (("-d", "sets/house", "--format", "pdf"), 1, ("'pdf'", "squad")),
        (("-d", "sets/house", "-c", "nope"), 1, ("'nope'", "adding documents")),
        (("-d", "odd"), 1, ("no question", "gold documents")),
    ],
)
def test_what_cannot_be_measured_is_refused_and_begins_no_run(
    bench: Command, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, told: tuple[str]
) -> None:
    shutil.copytree(tmp_path / "sets" / "house", tmp_path / "odd")
    (tmp_path / "odd" / "questions.jsonl").write_text('{"qid": "1", "question": "Why?"}\n')
    before = bench.json("list")
    result = bench("retrieval", *arguments)
    assert result.exit_code == exit_code
    assert isinstance(result.exception, SystemExit), "no traceback"
    assert result.stdout == ""
    for words in told:
        assert words in result.stderr
    assert bench.json("list") == before


def test_a_finished_run_is_shown_again_without_measuring(bench: Command, tmp_path: Path) -> None:
    first = bench("retrieval", "-d", "sets/house", "--json", "-")
    before = bench.json("list")
    shutil.rmtree(tmp_path / "data" / "evaluation")  # nothing is left to search in
    again = bench("retrieval", "-d", "sets/house", "--json", "-")
    assert again.stdout == first.stdout
    assert bench.json("list") == before


def test_measured_again_the_numbers_are_the_same_byte_for_byte(bench: Command) -> None:
    for name in ("house", "机房"):
        first = numbers(bench, "retrieval", "-d", f"sets/{name}")
        again = numbers(bench, "retrieval", "-d", f"sets/{name}", "--again")
        assert again["run"] == f"{first['run']}-2"
        assert json.dumps(without_timings(again)) == json.dumps(without_timings(first))


def test_what_cannot_be_written_is_told_and_the_run_is_kept(bench: Command) -> None:
    result = bench("retrieval", "-d", "sets/house", "--limit", "2", "--json", "sets")
    assert result.exit_code == 1
    assert "sets cannot be written" in result.stderr
    assert bench.json("list")[0]["questions"] == 2


def test_a_set_of_files_is_searched_by_page(bench: Command, tmp_path: Path) -> None:
    documents = ("employee-handbook-europe", "信息安全管理规定")
    folder = tmp_path / "sets" / "files"
    (folder / "documents").mkdir(parents=True)
    for name in documents:
        shutil.copy(ROOT / "samples" / "documents" / f"{name}.pdf", folder / "documents")
    shutil.copy(ROOT / "samples" / "meta.json", folder)
    lines = (ROOT / "samples" / "questions.jsonl").read_text("utf-8").splitlines()
    about = [line for line in lines if set(json.loads(line)["gold_doc_ids"]) & {*documents}]
    (folder / "questions.jsonl").write_text("\n".join(about), "utf-8")
    found = numbers(bench, "retrieval", "-d", folder)
    assert found["by_page"] is True
    assert found["questions"] >= 10
    assert found["systems"]["fused"]["hit@5"]["value"] > 0.8


def test_the_sample_library_is_asked_in_place_of_the_sets_own_files(
    bench: Command, sample_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_data, tmp_path / "library")
    arguments = ("-d", ROOT / "samples", "-c", "samples", "--limit", "12", "--system", "fused")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUORUM_DATA_DIR", str(tmp_path / "library"))
        found = numbers(bench, "retrieval", *arguments)
        corpora = bench("corpora").stdout
    assert (found["questions"], found["by_page"]) == (12, True)
    assert found["systems"]["fused"]["hit@5"]["value"] > 0.8
    assert "There are no corpora" in corpora
