"""Question sets that a page offers: the samples, those handed in, those grown from feedback."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from app.measuring.question_sets import QuestionSets, SetFacts
from app.wiring import Services
from evaluation.dataset import LibraryCorpus
from evaluation.errors import DatasetUnreadable, NothingToAsk, QuestionSetNotFound
from evaluation.feedback import Verdict, Vote
from rag.answer import Outcome
from rag.errors import DamagedFile
from tests.app.conftest import PUMP, AddText
from tests.fakes import OpenServices, WordEmbedder

QUESTIONS = (
    b'{"qid": "1", "question": "How heavy is the pump?", "answers": ["4 kg"], '
    b'"gold_doc_ids": ["pump"]}\n'
)
CORPUS = b'{"doc_id": "pump", "text": "The pump weighs 4 kg."}\n'
TABLE = "问题,答案\n水泵多重？,四公斤\n阀门何时打开？,6 巴\n".encode()


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


@pytest.fixture
def sets(opened: Services) -> QuestionSets:
    return QuestionSets(opened)


def packed(**files: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return written.getvalue()


def test_the_samples_are_there_from_the_start(sets: QuestionSets) -> None:
    assert sets.names() == ["samples"]
    assert sets.facts("samples") == SetFacts(
        questions=112,
        answers=90,
        places=90,
        unanswerable=22,
        documents=20,
        collections=(),
        synthetic=False,
    )
    with pytest.raises(QuestionSetNotFound, match="'none'"):
        sets.load("none")
    with pytest.raises(QuestionSetNotFound):
        sets.load("../sets")


def test_files_handed_in_become_a_set(sets: QuestionSets) -> None:
    files = [("questions.jsonl", QUESTIONS), ("corpus.jsonl", CORPUS)]
    assert sets.hand_in("Pumps 水泵", files) == "Pumps 水泵"
    assert sets.hand_in("pumps 水泵", files) == "pumps 水泵-2"
    os.utime(sets.home / "Pumps 水泵", (1, 1))
    assert sets.names() == ["samples", "pumps 水泵-2", "Pumps 水泵"], "the newest first"
    loaded = sets.load("Pumps 水泵")
    assert (loaded.name, len(loaded.examples), len(loaded.corpus)) == ("Pumps 水泵", 1, 1)
    assert loaded.digest == sets.load("pumps 水泵-2").digest


def test_documents_lie_beside_a_table(sets: QuestionSets) -> None:
    name = sets.hand_in("t", [("q.csv", TABLE), ("水泵.txt", "水泵重四公斤。".encode())])
    assert sets.facts(name).documents == 1
    assert (sets.home / name / "documents" / "水泵.txt").is_file()


@pytest.mark.parametrize("around", ["", "my-set/"])
def test_an_archive_stands_for_its_files(sets: QuestionSets, around: str) -> None:
    files = {
        f"{around}questions.jsonl": QUESTIONS,
        f"{around}documents/pump.txt": b"The pump weighs 4 kg.",
        f"{around}.DS_Store": b"x",
        "__MACOSX/x": b"x",
    }
    name = sets.hand_in("zipped", [("set.ZIP", packed(**files))])
    assert sets.facts(name).documents == 1
    assert not list((sets.home / name).rglob(".DS_Store"))


def test_questions_without_documents_ask_the_library(
    opened: Services, sets: QuestionSets, add_text: AddText
) -> None:
    add_text(opened, "手册", "pump.md", PUMP)
    with pytest.raises(DatasetUnreadable, match="its questions have no documents"):
        sets.hand_in("alone", [("q.csv", TABLE)])
    name = sets.hand_in("alone", [("q.csv", TABLE)], ["手册"])
    corpus = sets.load(name).corpus
    assert isinstance(corpus, LibraryCorpus)
    assert (corpus.collections, corpus.documents) == (("手册",), 1)
    assert json.loads((sets.home / name / "meta.json").read_text())["collections"] == ["手册"]
    both = sets.hand_in(
        "both", [("questions.jsonl", QUESTIONS), ("corpus.jsonl", CORPUS)], ["手册"]
    )
    assert sets.facts(both).collections == (), "its own documents win"


@pytest.mark.parametrize(
    ("file", "path", "detail"),
    [
        (
            ("bad.jsonl", b'{"qid": "1", "question": ""}'),
            "bad.jsonl",
            "line 1: 'question' is blank",
        ),
        (("bad.csv", b"a,b\n1,2\n"), "bad.csv", "no column is headed 'question'"),
        (("notes.txt", b"hello"), "mine", "it holds no questions in a known format"),
    ],
)
def test_a_bad_file_is_refused_with_line_and_reason_and_not_kept(
    sets: QuestionSets, file: tuple[str, bytes], path: str, detail: str
) -> None:
    with pytest.raises(DatasetUnreadable) as refused:
        sets.hand_in("mine", [file, ("pump.md", b"The pump weighs 4 kg.")])
    assert refused.value.values["path"] == path
    assert detail in str(refused.value.values["detail"])
    assert sets.names() == ["samples"]
    assert list(sets.home.iterdir()) == []


def test_archives_that_are_none_or_leave_their_folder_are_refused(
    sets: QuestionSets, tmp_path: Path
) -> None:
    for data in (b"PK not really", packed(**{"../../evil.jsonl": QUESTIONS})):
        with pytest.raises(DamagedFile):
            sets.hand_in("x", [("x.zip", data)])
    assert list(sets.home.iterdir()) == []
    assert list(tmp_path.rglob("evil.jsonl")) == []
    several = packed(**{"a/questions.jsonl": QUESTIONS, "b/questions.jsonl": QUESTIONS})
    with pytest.raises(DatasetUnreadable, match="several sets: a, b"):
        sets.hand_in("x", [("x.zip", several)])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("", "set"),
        ("....", "set"),
        ("SAMPLES", "SAMPLES-2"),
        ("a" * 300, "a" * 60),
        ("问" * 300, "问" * 60),
        ("<b>bold</b>", "b-bold-b"),
    ],
)
def test_names_become_folders_that_can_be(sets: QuestionSets, given: str, kept: str) -> None:
    files = [("questions.jsonl", QUESTIONS), ("corpus.jsonl", CORPUS)]
    assert sets.hand_in(given, files) == kept
    assert sets.load(kept).name == kept


def test_what_readers_vouched_for_becomes_a_set(
    opened: Services, sets: QuestionSets, add_text: AddText
) -> None:
    with pytest.raises(NothingToAsk):
        sets.grow_from_feedback(date(2026, 3, 1))
    add_text(opened, "manuals", "pump.md", PUMP)
    opened.feedback.give(
        Vote(
            turn_id="1",
            question="How often is the strainer cleaned?",
            collections=("manuals",),
            model="extractive",
            outcome=Outcome.ANSWERED,
            answer="Every year.",
            cited=(),
            verdict=Verdict.DOWN,
            correction="Every three months.",
        )
    )
    assert sets.grow_from_feedback(date(2026, 3, 1)) == "feedback 2026-03-01"
    assert sets.grow_from_feedback(date(2026, 3, 1)) == "feedback 2026-03-01-2"
    [example] = sets.load("feedback 2026-03-01").examples
    assert example.answers == ("Every three months.",)
    assert sets.facts("feedback 2026-03-01").collections == ("manuals",)
