from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.dataset import Place, TextCorpus
from evaluation.datasets.squad import read
from evaluation.errors import DatasetUnreadable


def written(tmp_path: Path, value: Any) -> Path:
    path = tmp_path / "dev-v2.0.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def qa(qid: str, *answers: str, **more: Any) -> dict[str, Any]:
    given = [{"text": answer, "answer_start": 0} for answer in answers]
    return {"id": qid, "question": f"Which {qid}?", "answers": given, **more}


def article(title: str, *paragraphs: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    told = [{"context": context, "qas": qas} for context, qas in paragraphs]
    return {"title": title, "paragraphs": told}


def test_version_two(tmp_path: Path) -> None:
    articles = [
        article(
            "Steam_Pump",
            ("Savery built one.", [qa("a", "Savery", "Savery", "Thomas Savery")]),
            ("It leaked.", [qa("b", is_impossible=True, plausible_answers=[{"text": "water"}])]),
        ),
        article("水泵", ("水泵用于抽水。", [qa("c", "抽水", is_impossible=False)])),
    ]
    dataset = read(written(tmp_path, {"version": "v2.0", "data": articles}))
    assert dataset.name == "dev-v2"
    assert isinstance(dataset.corpus, TextCorpus)
    assert dataset.corpus.rows == (
        ("Steam Pump-0000", "Steam Pump", "Savery built one."),
        ("Steam Pump-0001", "Steam Pump", "It leaked."),
        ("水泵-0000", "水泵", "水泵用于抽水。"),
    )
    first, second, third = dataset.examples
    assert first.answers == ("Savery", "Thomas Savery")
    assert first.gold == (Place(document="Steam Pump-0000"),)
    assert not second.answers
    assert not second.gold
    assert not second.answerable
    assert second.cluster == "Steam Pump-0001"
    assert third.gold == (Place(document="水泵-0000"),)


def test_a_text_is_one_document_an_article(tmp_path: Path) -> None:
    articles = [
        article("A", ("Same.", [qa("1", "x")]), ("Other.", []), ("Same.", [qa("2", "y")])),
        article("B", ("Same.", [qa("3", "z")])),
        article("A", ("Third.", [qa("4", "z")])),
    ]
    dataset = read(written(tmp_path, {"data": articles}))
    assert isinstance(dataset.corpus, TextCorpus)
    assert [name for name, _, _ in dataset.corpus.rows] == ["A-0000", "A-0001", "B-0000", "A-0002"]
    assert [one.gold[0].document for one in dataset.examples] == [
        "A-0000",
        "A-0000",
        "B-0000",
        "A-0002",
    ]


def test_the_form_of_cmrc(tmp_path: Path) -> None:
    value = [
        {
            "context_id": "TRIAL_1",
            "title": "水泵",
            "context_text": "该泵重十二公斤。",
            "qas": [
                {"query_id": "Q0", "query_text": "该泵有多重？", "answers": ["十二公斤", "12公斤"]},
                {"query_id": "Q1", "query_text": "", "answers": ["漏"]},
            ],
        },
        {"context_id": "TRIAL_2", "context_text": "另一段。", "qas": []},
    ]
    dataset = read(written(tmp_path, value))
    (example,) = dataset.examples
    assert example.id == "Q0"
    assert example.question == "该泵有多重？"
    assert example.answers == ("十二公斤", "12公斤")
    assert isinstance(dataset.corpus, TextCorpus)
    assert [name for name, _, _ in dataset.corpus.rows] == ["水泵-0000", "TRIAL_2-0000"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"questions": []}, "it is not in SQuAD's form"),
        ({"data": []}, "it has no questions"),
        ({"data": ["a"]}, "'data' is"),
        ({"data": [{"title": "A", "paragraphs": [{"qas": []}]}]}, r"\[0\]: 'context' is missing"),
        (
            {"data": [article("A", ("x", [qa("1", "a"), qa("1", "b")]))]},
            r"data\[0\], paragraphs\[0\], qas\[1\]: '1' was already given in .*qas\[0\]",
        ),
        ({"data": [article("A", ("x", [qa("1") | {"answers": "a"}]))]}, "'answers' is"),
        ({"data": [article("A", ("x", [{"question": "?"}]))]}, r"qas\[0\]: 'id' is missing"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, value: Any, message: str) -> None:
    with pytest.raises(DatasetUnreadable, match=message):
        read(written(tmp_path, value))
