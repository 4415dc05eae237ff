"""The commands about question sets and corpora, over a library that was ingested."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.ingest import app as ingest_app
from app.wiring import open_services
from evaluation.feedback import CitedPlace, Verdict, Vote
from rag.answer import Outcome
from tests.app.cli.conftest import Command

GUIDE = """# Pumps

The P7 pump was delivered on 14 March 2019. It weighs 48 kg and stands in hall B.

# Valves

The V3 valve opens at 6.5 bar. Its seal was replaced in 2021 by the Okafor workshop.
"""
REGULATION = """# 水泵

水泵P9于2020年5月12日投入使用。它的重量是75公斤，放在三号车间。

# 阀门

阀门V8在8.5巴时打开。它的密封圈在2022年由王师傅更换。
"""


@pytest.fixture
def library(bench: Command, tmp_path: Path) -> Command:
    """The workbench beside a library with an English and a Chinese document."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "guide.md").write_text(GUIDE, "utf-8")
    (folder / "规程.md").write_text(REGULATION, "utf-8")
    assert Command(ingest_app)("add", folder, "-c", "works").exit_code == 0
    return bench


def test_a_set_is_described_as_it_is_read(bench: Command) -> None:
    text = bench("describe", "-d", "sets").stdout
    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "house",
        "prices",
        "机房",
    ]
    assert "4 questions, 1 unanswerable" in text
    assert "3 with answers, 3 with gold places" in text
    assert "24 documents, digest " in text


def test_a_set_that_cannot_be_read_is_refused(bench: Command, tmp_path: Path) -> None:
    with (tmp_path / "sets" / "house" / "questions.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"qid": "h5"}\n')
    result = bench("describe", "-d", "sets/house")
    assert result.exit_code == 1
    assert "questions.jsonl" in result.stderr
    assert "line 5" in result.stderr


def test_a_set_is_made_from_the_library_and_asked_of_it(library: Command, tmp_path: Path) -> None:
    made = library("synthesise", "asked", "-c", "works", "--count", "8", "--seed", "3")
    assert made.exit_code == 0, made.output
    assert "(synthetic)" in made.stdout
    assert json.loads((tmp_path / "asked" / "meta.json").read_text("utf-8"))["synthetic"] is True
    questions = (tmp_path / "asked" / "questions.jsonl").read_text("utf-8")
    assert {json.loads(line)["kind"] for line in questions.splitlines()} >= {"cloze"}
    library("synthesise", "same", "-c", "works", "--count", "8", "--seed", "3")
    assert (tmp_path / "same" / "questions.jsonl").read_text("utf-8") == questions
    corpora = library("corpora").stdout
    run = library("retrieval", "-d", "asked", "--json", "-")
    assert run.exit_code == 0, run.output
    payload = json.loads(run.stdout)
    assert payload["synthetic"] is True
    assert payload["systems"]["fused"]["hit@5"]["value"] == 1.0, "there are two documents"
    assert library("corpora").stdout == corpora, "the library itself was searched"
    answers = library("answers", "-d", "asked", "--limit", "3", "--json", "-")
    assert json.loads(answers.stdout)["questions"] == 3


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (("sets/house",), 2, "is there already"),
        (("made", "-c", "nope"), 1, "no collection 'nope'"),
        (("made",), 1, "no sentence or heading"),
        (("made", "--count", "0"), 2, "--count"),
        (("sets/house/corpus.jsonl",), 2, "is there already"),
    ],
)
def test_sets_that_cannot_be_made(
    bench: Command, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, told: str
) -> None:
    result = bench("synthesise", *arguments)
    assert result.exit_code == exit_code
    assert isinstance(result.exception, SystemExit)
    assert told in result.stderr
    assert not (tmp_path / "made").exists()


def test_a_folder_that_cannot_be_written_is_told(library: Command) -> None:
    result = library("synthesise", "papers/guide.md/made", "-c", "works")
    assert result.exit_code == 1
    assert "papers/guide.md/made cannot be written" in result.stderr


def vote(answer: str, quote: str) -> Vote:
    """A thumb up for a quoted answer."""
    place = CitedPlace(
        collection="works",
        document="规程.md",
        version="1",
        page=1,
        paginated=False,
        start=0,
        end=len(quote),
        quote=quote,
    )
    return Vote(
        turn_id="t1",
        question="阀门V8在多少巴时打开？",
        collections=("works",),
        model="extractive",
        outcome=Outcome.ANSWERED,
        answer=answer,
        cited=(place,),
        verdict=Verdict.UP,
    )


def test_readers_votes_become_a_set(library: Command) -> None:
    nothing = library("feedback", "votes")
    assert nothing.exit_code == 1
    assert "Vote on answers in the app" in nothing.stderr
    opened = open_services()
    opened.feedback.give(vote("阀门V8在8.5巴时打开。", "阀门V8在8.5巴时打开。"))
    opened.close()
    made = library("feedback", "votes")
    assert made.exit_code == 0, made.output
    assert "1 questions, 0 unanswerable" in made.stdout
    asked = library("answers", "-d", "votes", "--json", "-")
    assert asked.exit_code == 0, asked.output
    metrics = json.loads(asked.stdout)["systems"]["extractive"]
    assert metrics["match"]["value"] == 1.0
    again = library("feedback", "votes")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_corpora_are_listed_and_removed(bench: Command, tmp_path: Path) -> None:
    home = tmp_path / "data" / "evaluation" / "corpora"
    listed = dict(line.split("  ", 1) for line in bench("corpora").stdout.splitlines())
    assert sorted(told.partition(":")[0] for told in listed.values()) == ["house", "prices", "机房"]
    assert any("24 documents, 24 passages" in told for told in listed.values())
    unknown = bench("corpora", "--remove", "nope", "--remove", next(iter(listed)))
    assert unknown.exit_code == 1
    assert "no corpus 'nope'" in unknown.stderr
    assert len(list(home.iterdir())) == 3, "nothing was removed"
    house = next(name for name, told in listed.items() if told.startswith("house"))
    removed = bench("corpora", "--remove", house).stdout
    assert f"removed {house}" in removed
    assert removed.count("removed") == 1
    assert not (home / house).exists()
    (home / "unfinished").mkdir()
    assert "unfinished  unfinished" in bench("corpora").stdout
    assert bench("corpora", "--remove", "all").stdout.count("removed") == 3
    assert "There are no corpora" in bench("corpora").stdout
    again = bench("retrieval", "-d", "sets/house", "--again", "--json", "-")
    assert again.exit_code == 0, "it is brought in again"
    assert (home / house / "corpus.json").is_file()
