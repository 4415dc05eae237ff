from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import FileCorpus, LibraryCorpus, Place
from evaluation.datasets.jsonl import read, read_meta
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.written import (
    ROOT,
    asked,
    write_file_set,
    write_lines,
    write_set,
)

LIBRARY = LibraryCorpus(collections=("shelf",), documents=2, digest="d")


def places(path: Path) -> list[list[str]]:
    return [[place.unit for place in one.gold] for one in read(path).examples]


def test_everything_a_line_may_say(tmp_path: Path) -> None:
    line = {
        "qid": 7,
        "question": "泵有多重？",
        "answers": ["12 kg", " ", "12 公斤"],
        "gold_doc_ids": ["manual"],
        "evidence": "The pump weighs 12 kg.",
        "answerable": True,
        "negative_doc_ids": ["规定"],
        "kind": "single",
        "score": 0.5,
        "checked": False,
        "note": None,
        "list": ["dropped"],
    }
    dataset = read(write_set(tmp_path / "pumps", [line]))
    (example,) = dataset.examples
    assert dataset.name == "pumps"
    assert not dataset.by_page
    assert not dataset.synthetic
    assert example.id == "7"
    assert example.question == "泵有多重？"
    assert example.answers == ("12 kg", "12 公斤")
    assert example.gold == (Place(document="manual"),)
    assert example.evidence == ("The pump weighs 12 kg.",)
    assert example.tags == {"kind": "single", "score": "0.5", "checked": "false"}
    assert example.cluster == "manual"


def test_a_line_may_say_nothing_but_the_question(tmp_path: Path) -> None:
    (example,) = read(write_set(tmp_path, [asked()])).examples
    assert not example.answers
    assert not example.required
    assert not example.gold
    assert not example.evidence
    assert example.answerable
    assert example.tags == {}


def test_an_unanswerable_question_belongs_to_what_it_was_written_from(tmp_path: Path) -> None:
    line = asked(answerable=False, answers=["none"], written_against_doc_ids=["规定", "manual"])
    (example,) = read(write_set(tmp_path, [line])).examples
    assert not example.answerable
    assert not example.answers
    assert not example.gold
    assert example.cluster == example.tags["document"] == "规定"


@pytest.mark.parametrize(("page_base", "page"), [(None, 5), (0, 5), (1, 4)])
def test_pages_count_from_one(tmp_path: Path, page_base: int | None, page: int) -> None:
    meta = None if page_base is None else {"page_base": page_base}
    line = asked(gold_doc_ids=["a"], gold_pages=[4])
    path = write_file_set(tmp_path, [line], "a.pdf", meta=meta)
    assert places(path) == [[f"a.pdf#{page}"]]
    assert read(path).by_page


def test_only_pdf_documents_have_pages(tmp_path: Path) -> None:
    lines = [
        asked("1", gold_doc_ids=["a", "b"], gold_pages=[0, 0]),
        asked("2", gold_doc_ids=["b"], gold_pages=[0]),
    ]
    path = write_file_set(tmp_path, lines, "a.pdf", "b.docx")
    assert places(path) == [["a.pdf#1", "b.docx"], ["b.docx"]]
    assert read(path).by_page


def test_references_win_over_names_and_pages(tmp_path: Path) -> None:
    references = [{"doc_id": "a", "page": 2, "relevance": 2}, {"doc_id": "b"}]
    line = asked(gold_refs=references, gold_doc_ids=["b"], gold_pages=[0, 1, 2])
    (example,) = read(write_file_set(tmp_path, [line], "a.pdf", "b.txt")).examples
    assert example.gold == (
        Place(document="a.pdf", page=3, relevance=2),
        Place(document="b.txt"),
    )


def test_gold_that_the_corpus_lacks_is_kept(tmp_path: Path) -> None:
    line = asked(gold_doc_ids=["lost"])
    assert places(write_set(tmp_path / "a", [line])) == [["lost"]]
    assert places(write_file_set(tmp_path / "b", [line], "a.pdf")) == [["lost"]]


def test_required_groups(tmp_path: Path) -> None:
    lines = [
        asked("1", required=["一月", ["二月", "2月"]]),
        asked("2", required=[["Rome"], ["Oslo"]], answers=["Rome and Oslo"]),
    ]
    first, second = read(write_set(tmp_path, lines)).examples
    assert first.required == (("一月",), ("二月", "2月"))
    assert first.answers == ("一月、二月",)
    assert second.answers == ("Rome and Oslo",)


def test_answers_add_up_over_several_documents_where_the_set_says_so(tmp_path: Path) -> None:
    lines = [
        asked("1", answers=["150 euros", "175 euros"], gold_doc_ids=["manual", "规定"]),
        asked("2", answers=["150 euros", "€150"], gold_doc_ids=["manual"]),
        asked("3", answers=["150 euros"], gold_doc_ids=["manual", "规定"]),
    ]
    alternatives = read(write_set(tmp_path / "a", lines)).examples
    assert [one.required for one in alternatives] == [(), (), ()]
    parts = read(write_set(tmp_path / "b", lines, meta={"answers_add_up": True})).examples
    assert [one.required for one in parts] == [(("150 euros",), ("175 euros",)), (), ()]
    assert [one.answers for one in parts] == [
        ("150 euros, 175 euros",),
        ("150 euros", "€150"),
        ("150 euros",),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"question": "no id"}, "'qid' is missing"),
        ({"qid": "2"}, "'question' is missing"),
        ({"qid": "2", "question": "  "}, "'question' is blank"),
        (asked("1"), "'1' was already given in line 1"),
        (asked("2", answers=[1]), r"'answers' is \[1\]"),
        (asked("2", answerable="no"), "'answerable' is \"no\""),
        (asked("2", gold_doc_ids=[3]), "'gold_doc_ids' is"),
        (asked("2", gold_doc_ids=["a", "b"], gold_pages=[1]), "2 gold documents and 1 gold pages"),
        (asked("2", gold_pages=[1]), "0 gold documents and 1 gold pages"),
        (asked("2", gold_doc_ids=["a"], gold_pages=3), "'gold_pages' is not a list"),
        (asked("2", gold_doc_ids=["a"], gold_pages=["3"]), "the page '3' cannot be"),
        (asked("2", gold_doc_ids=["a"], gold_pages=[True]), "the page True cannot be"),
        (asked("2", gold_doc_ids=["a"], gold_pages=[-1]), "the page -1 cannot be"),
        (asked("2", gold_refs=["a"]), "'gold_refs' is"),
        (asked("2", gold_refs=[{"page": 1}]), r"gold_refs\[0\]: 'doc_id' is missing"),
        (asked("2", gold_refs=[{"doc_id": "a", "relevance": 0}]), "the relevance 0 cannot be"),
        (asked("2", required="a"), "'required' is not a list"),
        (asked("2", required=[[]]), "a group of 'required' is empty"),
        (asked("2", answerable=False, gold_doc_ids=["a"]), "'answerable' is false, but gold"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: dict[str, Any], message: str) -> None:
    path = write_set(tmp_path, [asked("1"), line])
    with pytest.raises(DatasetUnreadable, match=rf"questions\.jsonl .*line 2.*{message}") as caught:
        read(path)
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("[1]", "it is not a JSON object"),
        ('{"page_base": 2}', "'page_base' is 2"),
        ('{"page_base": true}', "'page_base' is True"),
        ('{"name": 5}', "'name' is 5"),
        ('{"synthetic": "yes"}', "'synthetic' is"),
        ("{", "it is not JSON"),
    ],
)
def test_a_bad_meta_is_named(tmp_path: Path, meta: str, message: str) -> None:
    path = write_set(tmp_path, [asked()])
    (path / "meta.json").write_text(meta, encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match=rf"meta\.json .*{message}"):
        read(path)


def test_meta_names_and_marks_the_set(tmp_path: Path) -> None:
    meta = {"name": "样例", "synthetic": True, "language": "zh", "counts": {"docs": 1}}
    dataset = read(write_set(tmp_path, [asked()], meta=meta))
    assert dataset.name == "样例"
    assert dataset.synthetic
    assert read_meta(tmp_path / "nowhere").page_base == 0


def test_no_questions(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="it has no questions"):
        read(write_set(tmp_path, []))
    (tmp_path / "questions.jsonl").unlink()
    with pytest.raises(DatasetUnreadable, match=r"it has no questions\.jsonl"):
        read(tmp_path)


def test_questions_without_documents_need_a_library(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "mine.jsonl", [asked(gold_doc_ids=["手册.pdf"], gold_pages=[2])])
    with pytest.raises(DatasetUnreadable, match="its questions have no documents") as caught:
        read(path)
    assert "collections of the library" in caught.value.hint
    dataset = read(path, library=LIBRARY)
    assert dataset.name == "mine"
    assert dataset.corpus is LIBRARY
    assert dataset.by_page
    assert dataset.examples[0].gold == (Place(document="手册.pdf", page=3),)
    (tmp_path / "meta.json").write_text(json.dumps({"collections": ["手册"]}), encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match=r"\(it asks the collections 手册\)"):
        read(path)


def test_the_library_is_asked_instead_of_the_files_that_name_the_gold(tmp_path: Path) -> None:
    path = write_file_set(tmp_path, [asked(gold_doc_ids=["a"], gold_pages=[0])], "a.pdf")
    dataset = read(path, library=LIBRARY)
    assert dataset.corpus is LIBRARY
    assert dataset.examples[0].gold == (Place(document="a.pdf", page=1),)


def test_packed_and_marked_files_are_the_same_set(tmp_path: Path) -> None:
    lines = [asked("1", answers=["a"], gold_doc_ids=["manual"]), asked("2")]
    plain = write_set(tmp_path / "a", lines)
    packed = write_set(tmp_path / "b", lines)
    write_lines(packed / "questions.jsonl.gz", lines)
    (packed / "questions.jsonl").unlink()
    marked = write_set(tmp_path / "c", lines)
    data = (marked / "questions.jsonl").read_bytes()
    (marked / "questions.jsonl").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert read(plain).digest == read(packed).digest == read(marked).digest


def test_the_samples() -> None:
    dataset = read(ROOT / "samples")
    assert dataset.name == "samples"
    assert isinstance(dataset.corpus, FileCorpus)
    assert len(dataset.corpus) == 20
    assert len(dataset.examples) == 112
    assert sum(not one.answerable for one in dataset.examples) == 22
    assert dataset.by_page
    units = {place.unit for one in dataset.examples for place in one.gold}
    held = {name for name, _ in dataset.corpus.files}
    assert {unit.split("#")[0] for unit in units} == held
    assert all(("#" in unit) == (".pdf" in unit) for unit in units)
    by_id = {one.id: one for one in dataset.examples}
    assert by_id["en-001"].gold == (Place(document="employee-handbook-europe.pdf", page=2),)
    assert {one.tags["language"] for one in dataset.examples} == {"en", "zh"}
