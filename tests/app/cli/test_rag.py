"""``python -m rag ask``: the object it prints, and that every citation resolves."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typer

from app.cli.ingest import app as ingest_app
from app.cli.rag import app
from app.wiring import Services
from tests.app.cli.conftest import Command
from tests.openai_server import ServerProcess, ServeScript

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "samples" / "documents"
FEATURED: dict[str, list[str]] = json.loads((ROOT / "samples" / "featured.json").read_text("utf-8"))
QUESTIONS = [
    *FEATURED["en"],
    *FEATURED["zh"],
    "What is the max flow of the x200b?",
    "How long is the notice period after probation?",
    "苏州公司每个月几号发工资？",
    "员工每年可以申请几天带薪公益假？",
]


@pytest.fixture
def rag(command: Callable[[typer.Typer], Command], sample_data: Path, tmp_path: Path) -> Command:
    shutil.copytree(sample_data, tmp_path / "data", dirs_exist_ok=True)
    return command(app)


def _visible(text: str) -> str:
    return re.sub(r"[\s|\u00ad\ufffe\u0002-]", "", text)


def test_every_citation_of_ten_sample_questions_resolves(rag: Command) -> None:
    show = Command(ingest_app)
    cited = 0
    for question in QUESTIONS:
        answer = rag.json("ask", question, "--collection", "samples")
        assert answer["outcome"] == "answered", question
        assert answer["claims"]
        for claim in answer["claims"]:
            assert claim["citations"], claim
            for citation in claim["citations"]:
                page = show.json(
                    *("show", citation["document"], "-c", "samples"),
                    *("--page", str(citation["page"]), "--version", citation["version"]),
                )
                assert page["text"][citation["start"] : citation["end"]] == citation["quote"]
                _stands_in_the_file(citation)
                cited += 1
    assert cited >= len(QUESTIONS)


def _stands_in_the_file(citation: dict[str, Any]) -> None:
    """The PDF's own page holds the quote, whatever our loader made of it."""
    path = SAMPLES / citation["document"]
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            page = document[citation["page"] - 1]
            textpage = page.get_textpage()
            text = textpage.get_text_range()
            textpage.close()
            page.close()
        assert _visible(citation["quote"]) in _visible(text)


def test_the_object_has_the_documented_keys(rag: Command) -> None:
    answer = rag.json("ask", FEATURED["en"][1])
    assert {
        "question",
        "outcome",
        "answer",
        "claims",
        "passages",
        "model",
        "timings_ms",
        "confidence",
        "prompt_tokens",
        "completion_tokens",
    } <= answer.keys()
    assert {"text", "citations"} <= answer["claims"][0].keys()
    assert {"document", "version", "page", "start", "end", "quote"} <= answer["claims"][0][
        "citations"
    ][0].keys()
    assert {"document", "page", "text", "score"} <= answer["passages"][0].keys()
    assert answer["model"] == "extractive"
    assert {"retrieve", "total"} <= answer["timings_ms"].keys()
    assert 0 < answer["confidence"] <= 1
    assert (answer["prompt_tokens"], answer["completion_tokens"]) == (None, None)
    scores = [passage["score"] for passage in answer["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_what_is_about_something_else_is_not_in_the_documents(rag: Command) -> None:
    answer = rag.json("ask", "Who composed the opera about the flying Dutchman?")
    assert (answer["outcome"], answer["answer"], answer["claims"]) == ("not_in_documents", "", [])
    assert answer["passages"]
    text = rag("ask", "Who composed the opera about the flying Dutchman?").stdout
    assert "Not in the documents" in text


def test_people_get_numbered_sources(rag: Command) -> None:
    text = rag("ask", FEATURED["en"][1]).stdout
    assert "[1]" in text
    assert "x200-operating-manual.pdf, page 4:" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "The question is empty"),
        (("x" * 2001,), "2001 characters; the limit is 2000"),
        (("hello", "-c", "nope"), "no collection 'nope'"),
        (("hello", "-m", "gpt"), "no model 'gpt'"),
        (("hello", "-m", "openai"), "no address and no key"),
    ],
)
def test_what_cannot_be_asked(rag: Command, arguments: tuple[str, ...], said: str) -> None:
    result = rag("ask", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


DIAPHRAGM = "How often must the diaphragm of the pump be replaced?"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--document", "employee-handbook-europe.pdf"), {"employee-handbook-europe.pdf"}),
        (
            ("-d", "信息安全管理规定.pdf", "-d", "employee-handbook-europe.pdf"),
            {"信息安全管理规定.pdf", "employee-handbook-europe.pdf"},
        ),
        (("--since", "2020-01-01", "-d", "信息安全管理规定.pdf"), {"信息安全管理规定.pdf"}),
        (("--until", "2020-01-01"), set()),
        (("--heading", "no such heading"), set()),
    ],
)
def test_a_search_is_narrowed_down(
    rag: Command, arguments: tuple[str, ...], found: set[str]
) -> None:
    answer = rag.json("ask", DIAPHRAGM, *arguments)
    documents = {passage["document"] for passage in answer["passages"]}
    assert documents <= found
    assert bool(documents) == bool(found)
    text = rag("ask", DIAPHRAGM, *arguments)
    assert text.exit_code == 0


def test_types_and_headings_narrow_down_too(rag: Command) -> None:
    for said, ending in ((("pdf",), (".pdf",)), (("Word", ".MD"), (".docx", ".md"))):
        kinds = [part for one in said for part in ("--type", one)]
        passages = rag.json("ask", DIAPHRAGM, *kinds)["passages"]
        assert passages
        assert all(passage["document"].endswith(ending) for passage in passages)
    every = rag.json("ask", DIAPHRAGM)["passages"]
    narrowed = rag.json("ask", DIAPHRAGM, "--heading", "ＭＡＩＮＴＥＮＡＮＣＥ")["passages"]
    assert narrowed
    assert narrowed != every


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--document", "nope.pdf"), "There is no document 'nope.pdf' in samples; there are: "),
        (("--document", ""), "There is no document ''"),
        (("--type", "xlsx"), "There is no document of type 'xlsx' in samples; there are: "),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "they are reversed"),
        (("--heading", ""), "nothing but blanks"),
        (("--heading", "  "), "nothing but blanks"),
    ],
)
def test_what_a_search_cannot_be_narrowed_down_to(
    rag: Command, arguments: tuple[str, ...], said: str
) -> None:
    result = rag("ask", DIAPHRAGM, *arguments)
    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_day_is_written_as_year_month_day(rag: Command) -> None:
    result = rag("ask", DIAPHRAGM, "--since", "01/02/2026")
    assert result.exit_code == 2
    assert "%Y-%m-%d" in result.stderr


def test_a_service_answers_when_it_is_configured(
    rag: Command, openai_server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url("answer"))
    answer = rag.json("ask", FEATURED["en"][1], "-c", "samples")
    assert answer["model"] == "openai"
    assert answer["outcome"] == "answered"
    assert answer["claims"][0]["citations"]
    assert (answer["prompt_tokens"], answer["completion_tokens"]) == (11, 7)


def test_a_service_is_asked_for_logprobs_by_the_setting(
    rag: Command, openai_server: ServerProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, asked in (("yes", True), ("no", None)):
        monkeypatch.setenv("QUORUM_LOGPROBS", setting)
        monkeypatch.setenv("OPENAI_BASE_URL", openai_server.url(f"answer-{setting}_in_cli"))
        rag.json("ask", FEATURED["en"][1], "-c", "samples")
        (entry,) = openai_server.log(f"answer-{setting}_in_cli")
        assert entry["body"].get("logprobs") is asked


def test_words_alone_search_by_the_setting(rag: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {}
    for weight in ("0.5", "1"):
        monkeypatch.setenv("QUORUM_LEXICAL_WEIGHT", weight)
        passages = rag.json("ask", FEATURED["en"][1], "-c", "samples")["passages"]
        scores[weight] = [passage["score"] for passage in passages]
    assert 0.35 <= scores["1"][0] <= 1.0  # BM25 over the best BM25, and shares of the words
    assert scores["1"] != scores["0.5"]


def test_a_service_that_fails_is_told_and_the_documents_answer(
    rag: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    answer = rag.json("ask", FEATURED["en"][1], "-c", "samples")
    assert (answer["model"], answer["notice"]) == ("extractive", "model_failed")
    assert answer["trouble"] == "unreachable"
    assert answer["claims"]


def test_services_close_after_a_command(rag: Command, tmp_path: Path) -> None:
    rag("ask", "hello")
    from rag.settings import Settings

    again = Services(Settings(data_dir=tmp_path / "data"))
    try:
        assert again.chroma is not None
    finally:
        again.close()


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("What is the daily meal allowance for trips inside Europe?", {"45 euros", "38 euros"}),
        ("国内出差的伙食补助每天多少？", {"120 元", "100 元"}),
    ],
)
def test_sources_that_differ_are_told_with_both_values(
    rag: Command, question: str, values: set[str]
) -> None:
    answer = rag.json("ask", question, "-c", "samples")
    assert {claim["verdict"] for claim in answer["claims"]} == {"supported"}
    sides = [side for conflict in answer["conflicts"] for side in conflict["sides"]]
    assert {side["value"] for side in sides} == values
    assert len({side["document"] for side in sides}) == 2
    days = {side["added_on"] for side in sides}
    assert all(date.fromisoformat(day) <= datetime.now(UTC).date() for day in days)
    told = rag("ask", question, "-c", "samples").stdout
    assert "The sources differ:" in told
    assert all(f"  {value}: " in told for value in values)
    assert all(f" (added on {day})" in told for day in days)


HOURS = ["The diaphragm must be replaced every 8,000 operating hours.", "8,000 hours"]
DAYS = ["The diaphragm must be replaced every 90 days.", "90 days"]
EVIDENCE = ["The diaphragm must be replaced every 8,000 operating hours or every 24 months"]


def voted(*votes: list[str]) -> dict[str, Any]:
    return {DIAPHRAGM: {"behaviour": "votes", "votes": votes, "evidence": EVIDENCE}}


def test_a_vote_is_told_to_people_and_to_programs(
    rag: Command, scripted_server: ServeScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "OPENAI_BASE_URL", scripted_server(voted(DAYS, *[HOURS] * 4)).url("scripted")
    )
    asked = ("ask", DIAPHRAGM, "--strategy", "self_consistency", "--samples", "5")
    answer = rag.json(*asked)
    assert (answer["strategy"], answer["answer"]) == ("self_consistency", HOURS[0])
    tally = answer["tally"]
    assert [one["answer"] for one in tally["clusters"]] == ["8,000 hours", "90 days"]
    assert tally["samples"][0]["text"] == DAYS[0]
    assert tally["samples"][0]["claims"][0]["check"]["verdict"] != "supported"
    text = rag(*asked).stdout
    assert re.search(r"\d of \d samples agree", text)
    assert "SHORT ANSWER" not in text


def test_all_that_agree_end_the_asking(
    rag: Command, scripted_server: ServeScript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", scripted_server(voted(HOURS)).url("scripted"))
    text = rag("ask", DIAPHRAGM, "-s", "self_consistency").stdout
    assert "3 of 3 samples agree; 2 more could not matter and were not asked." in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-s", "guess"), "no way of asking 'guess'"),
        (("-s", "self_consistency", "-n", "0"), "0 samples were asked for; 1 to 40 can be"),
    ],
)
def test_a_way_that_is_none_is_refused(rag: Command, arguments: tuple[str, ...], said: str) -> None:
    result = rag("ask", DIAPHRAGM, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
