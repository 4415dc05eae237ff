"""Questions asked so that confidence can be fitted, and the fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.calibrating import HoldingBack, ask_all, calibrated, drawn
from app.models import EXTRACTIVE
from app.workbench import Workbench
from evaluation.dataset import Dataset, TextCorpus
from evaluation.errors import NothingToAsk, TooFewToFit
from rag.confidence import Ground
from rag.filter import EVERYTHING, Filter
from rag.types import Hit
from tests.evaluation.made import a_dataset, an_example, in_
from tests.fakes import OpenServices, a_hit


class Found:
    """An index that finds the same for every question."""

    def __init__(self, hits: list[Hit]) -> None:
        self._hits = hits

    def search(
        self,
        question: str,
        *,
        collections: Sequence[str],
        top_k: int,
        where: Filter = EVERYTHING,
    ) -> list[Hit]:
        return self._hits[:top_k]


def nobody(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def many(count: int) -> Dataset:
    """Rooms with a keeper each, English."""
    rows = tuple(
        (f"room{n}.txt", f"Room {n}", f"Room R{n} is kept by Ms Ade{n}.") for n in range(count)
    )
    examples = [
        an_example(
            n,
            question=f"Who keeps room R{n}?",
            answers=(f"Ade{n}",),
            gold=in_(f"room{n}.txt"),
        )
        for n in range(count)
    ]
    return a_dataset(*examples, corpus=TextCorpus(rows=rows, digest=f"rooms{count}"), name="rooms")


def test_documents_held_back_are_not_found() -> None:
    found = Found([a_hit("One.", document="a.txt"), a_hit("Two.", document="b.txt", start=50)])
    index = HoldingBack(found)
    assert len(index.search("q", collections=("c",), top_k=1)) == 1
    index.documents = frozenset({"a.txt"})
    (hit,) = index.search("q", collections=("c",), top_k=1)
    assert hit.passage.document == "b.txt"
    index.documents = frozenset({"a.txt", "b.txt"})
    assert index.search("q", collections=("c",), top_k=1) == []


def test_answerable_and_unanswerable_questions_are_drawn_in_equal_parts() -> None:
    own = [an_example(90 + n, answerable=False, gold=()) for n in range(9)]
    dataset = a_dataset(*a_dataset().examples, *own)
    chosen = drawn(dataset, 3, 0)
    assert [one.answerable for one in chosen] == [True] * 3 + [False] * 3
    assert len(drawn(a_dataset(), 0, 0)) == 4
    with pytest.raises(NothingToAsk):
        drawn(a_dataset(own[0]), 0, 0)


def test_a_set_is_asked_without_refusals(services: OpenServices) -> None:
    opened = services()
    dataset = a_dataset()
    asked = ask_all(
        Workbench(opened), dataset, dataset.examples, model=EXTRACTIVE, seed=0, tell=nobody
    )
    assert (asked.embedder, asked.answerer) == (opened.embedder.model_id, EXTRACTIVE)
    assert [cases[0].right for cases in asked.cases] == [1.0, 1.0, 0.0, 1.0]
    assert [cases[0].answerable for cases in asked.cases] == [1.0] * 4
    assert {cases[0].source for cases in asked.cases} == {"small"}
    assert asked.cases[3][0].ground in (Ground.CHINESE_WORDS, Ground.CHINESE_VECTORS)


def test_a_fit_is_measured_on_questions_held_out(services: OpenServices) -> None:
    opened = services()
    found = calibrated(
        Workbench(opened), [many(60)], model=EXTRACTIVE, limit=0, seed=0, tell=nobody
    )
    assert found.calibration.embedder == opened.embedder.model_id
    assert found.held_out >= 20
    assert found.after["brier"].value < found.before["brier"].value
    assert set(found.after) == {"aurc", "ece", "brier"}


def test_too_little_to_fit_on_is_refused(services: OpenServices) -> None:
    with pytest.raises(TooFewToFit, match="too few"):
        calibrated(
            Workbench(services()), [a_dataset()], model=EXTRACTIVE, limit=0, seed=0, tell=nobody
        )
