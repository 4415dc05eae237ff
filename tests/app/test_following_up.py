"""Conversations over the sample corpus: the last question goes on with them, or turns away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from app.models import EXTRACTIVE
from app.wiring import Services
from rag.answer import Answer, Outcome
from rag.exchange import Exchange
from rag.settings import Settings

SCRIPTS: Final[dict[str, dict[str, list[list[Any]]]]] = json.loads(
    (Path(__file__).parent / "follow_ups.json").read_text("utf-8")
)
"""By kind and language: the questions asked before, the last one, and the document it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A conversation; ``document`` is None where the last question turns away."""

    before: tuple[str, ...]
    last: str
    document: str | None = None


def scripts(kind: str) -> list[Any]:
    """The scripts of ``kind``, each as a case of its own."""
    return [
        pytest.param(
            Script(before=tuple(before), last=last, document=about[0] if about else None),
            id=f"{language}-{at}",
        )
        for language, rows in SCRIPTS[kind].items()
        for at, (before, last, *about) in enumerate(rows)
    ]


@pytest.fixture(scope="module")
def samples(sample_data: Path) -> Iterator[Services]:
    """Services over the sample corpus, for every script."""
    opened = Services(Settings(data_dir=sample_data))
    yield opened
    opened.close()


def conversed(services: Services, script: Script) -> Answer:
    """The answer to the last question, each asked with all that was said before."""
    history: tuple[Exchange, ...] = ()
    for question in (*script.before, script.last):
        *_, answer = services.stream(question, ("samples",), EXTRACTIVE, history=history)
        asked = answer.standalone or question
        history = (*history, Exchange(question=asked, answer=answer.text))
    return answer


def test_both_languages_have_as_many_scripts() -> None:
    counts = {kind: [len(rows) for rows in told.values()] for kind, told in SCRIPTS.items()}
    assert counts == {"turned_away": [25, 25], "went_on": [10, 10]}


@pytest.mark.parametrize("script", scripts("turned_away"))
def test_what_turns_away_is_not_answered_from_old_sources(
    samples: Services, script: Script
) -> None:
    answer = conversed(samples, script)
    assert answer.outcome is Outcome.NOT_IN_DOCUMENTS
    assert (answer.text, answer.claims, answer.conflicts) == ("", (), ())


@pytest.mark.parametrize("script", scripts("went_on"))
def test_what_goes_on_is_answered_from_the_right_document(
    samples: Services, script: Script
) -> None:
    answer = conversed(samples, script)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.claims[0].citations[0].document == script.document
