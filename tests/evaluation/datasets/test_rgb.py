from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import TextCorpus
from evaluation.datasets.rgb import read
from evaluation.errors import DatasetUnreadable
from tests.evaluation.datasets.written import write_lines


def line(number: int, answer: Any, **more: Any) -> dict[str, Any]:
    return {"id": number, "query": f"第{number}问？", "answer": answer, **more}


def test_snippets_are_documents_once(tmp_path: Path) -> None:
    rows = [
        line(0, "12人", positive=["甲", "乙", "甲"], negative=["丙"]),
        line(1, "x", positive=["丙"], negative=["甲", " "], positive_wrong=["丁"]),
    ]
    dataset = read(write_lines(tmp_path / "zh_refine.json", rows))
    assert dataset.name == "zh_refine"
    assert isinstance(dataset.corpus, TextCorpus)
    assert [text for _, _, text in dataset.corpus.rows] == ["甲", "乙", "丙", "丁"]
    names = {text: name for name, _, text in dataset.corpus.rows}
    assert all(len(name) == 16 and name.startswith("rgb-") for name in names.values())
    first, second = dataset.examples
    assert [place.document for place in first.gold] == [names["甲"], names["乙"]]
    assert [place.document for place in second.gold] == [names["丙"]]
    assert first.id == "0"
    assert first.answers == ("12人",)


def test_snippets_may_be_listed_by_part(tmp_path: Path) -> None:
    rows = [line(0, ["1月3日", "1月12日"], positive=[["甲", "乙"], ["丙"]], negative=[])]
    (example,) = read(write_lines(tmp_path / "zh_int.json", rows)).examples
    assert len(example.gold) == 3


@pytest.mark.parametrize(
    ("answer", "answers", "required"),
    [
        ("12人", ("12人",), ()),
        (["12人"], ("12人",), ()),
        ([["January 2", "Jan 2"]], ("January 2", "Jan 2"), ()),
        (["1月3日", "1月12日"], ("1月3日、1月12日",), (("1月3日",), ("1月12日",))),
        ([["Oslo", "Kristiania"], "Rome"], ("Oslo, Rome",), (("Oslo", "Kristiania"), ("Rome",))),
    ],
)
def test_parts_of_answers(
    tmp_path: Path, answer: Any, answers: tuple[str, ...], required: tuple[tuple[str, ...], ...]
) -> None:
    path = write_lines(tmp_path / "en.json", [line(0, answer, positive=["x"])])
    (example,) = read(path).examples
    assert example.answers == answers
    assert example.required == required


def test_an_id_given_again_is_told_apart(tmp_path: Path) -> None:
    rows = [line(3, "a", positive=["x"]), line(3, "b", positive=["y"]), line(3, "c")]
    assert [one.id for one in read(write_lines(tmp_path / "a.json", rows)).examples] == [
        "3",
        "3#2",
        "3#3",
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (line(1, None), "line 2: 'answer' is None"),
        (line(1, []), r"line 2: 'answer' is \[\]"),
        (line(1, ["a", []]), "line 2: 'answer' is"),
        (line(1, ["a", 5]), "line 2: 'answer' is"),
        (line(1, "a") | {"query": ""}, "line 2: 'query' is blank"),
        (line(1, "a", positive=[5]), "line 2: 'positive' is"),
        ({"query": "q", "answer": "a"}, "line 2: 'id' is missing"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    path = write_lines(tmp_path / "en.json", [line(0, "a", positive=["x"]), row])
    with pytest.raises(DatasetUnreadable, match=message):
        read(path)


def test_no_questions_or_no_snippets(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match="it has no questions"):
        read(write_lines(tmp_path / "a.json", []))
    with pytest.raises(DatasetUnreadable, match="it has no documents"):
        read(write_lines(tmp_path / "a.json", [line(0, "a")]))
