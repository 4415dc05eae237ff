"""The extractive benchmark on small sets of our own words."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.wiring import Services
from app.workbench import Workbench
from benchmarks import extractive
from benchmarks.extractive import judged, measure, plain_ranking
from evaluation.dataset import Example, Place
from rag.types import Hit
from tests.evaluation.made import a_dataset
from tests.fakes import OpenServices, WordEmbedder, a_hit


def asked(question: str, answer: str, *texts: str) -> tuple[Example, list[Hit]]:
    hits = [a_hit(text, document=f"{at}.txt", question=question) for at, text in enumerate(texts)]
    example = Example(
        id=question, question=question, answers=(answer,), gold=(Place(document="0.txt"),)
    )
    return example, hits


def test_first_three_and_ceiling_are_told_apart() -> None:
    told = judged(
        "made",
        [
            asked("When did the mill burn?", "1890", "The mill burnt in 1890. Ducks swim."),
            asked("磨坊何时烧毁？", "1890", "磨坊于 1890 年烧毁。鸭子在游泳。"),
            asked("Who owns the mill?", "no one", "The mill is old."),
        ],
        seed=0,
    )
    assert told.questions == 3
    assert {name: round(share.value, 3) for name, share in told.shares.items()} == {
        "plain first": 0.667,
        "plain three": 0.667,
        "first": 0.667,
        "three": 0.667,
        "ceiling": 0.667,
    }
    assert all(share.low < share.value < share.high for share in told.shares.values())


def test_the_plain_rule_counts_words_and_cosines() -> None:
    text = "The mill burnt. The barn burnt."
    (_, hits) = asked("Did the barn burn?", "", text)
    assert [span.start for _, span in plain_ranking("barn", hits)] == [text.index("The barn"), 0]


def test_evidence_sentences_count_where_a_set_has_them() -> None:
    example, hits = asked("When did it burn?", "long ago", "The old mill by the river burnt down.")
    evidence = ("The old mill by the river burnt down.",)
    long_answer = ("In a year long past, the mill burnt.",)
    for told, expected in (((), 0), (evidence, 1)):
        known = replace(example, answers=long_answer, evidence=told)
        assert judged("made", [(known, hits)], seed=0).shares["first"].value == expected


def test_a_set_is_asked_over_its_whole_corpus(services: OpenServices) -> None:
    opened: Services = services(embedder=WordEmbedder())
    told = measure(Workbench(opened), a_dataset(), limit=0, seed=0, top_k=8)
    assert told.questions >= 2
    assert 0 < told.shares["first"].value <= told.shares["three"].value
    assert told.shares["three"].value <= told.shares["ceiling"].value
    assert 1 <= told.shown <= 3


def test_the_command_prints_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.benchmarks.retrieval.made_sets import write_sets

    write_sets(tmp_path / "sets")
    file = tmp_path / "told.json"
    monkeypatch.setenv("QUORUM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(extractive, "SETS", ("village",))
    words = ["--data", str(tmp_path / "sets"), "--limit", "4", "--json", str(file)]
    monkeypatch.setattr(sys, "argv", ["extractive", *words])
    extractive.main()
    told = json.loads(file.read_text("utf-8"))
    assert (told["dataset"], told["questions"]) == ("village", 4)
    assert "village: 4 questions" in capsys.readouterr().out
