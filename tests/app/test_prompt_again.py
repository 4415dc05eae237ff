"""A prompt made again is the one that the service was sent, or it is said why there is none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.conversations import Turn, turn_from_json, turn_to_json
from app.models import EXTRACTIVE, OPENAI
from app.prompt_again import Unmade, prompt_again
from app.wiring import Services
from rag.guidance import Guidance, ShownAnswer
from tests.fakes import OpenServices
from tests.openai_server import ServerProcess, ServeScript

QUESTIONS = {
    "en": "How often does the diaphragm of an X-200 pump need replacing?",
    "zh": "报销单逾期多少天后不再受理？",
}
SCRIPT: dict[str, dict[str, Any]] = {
    QUESTIONS["en"]: {
        "behaviour": "votes",
        "votes": [["Every 8,000 operating hours.", "8,000 hours"]],
        "evidence": ["The diaphragm must be replaced every 8,000 operating hours or every 24"],
    },
    QUESTIONS["zh"]: {
        "behaviour": "votes",
        "votes": [["超过 60 天的不再受理。", "60 天"]],
        "evidence": ["超过 60 天的不再受理。"],
    },
}

Asked = Callable[..., tuple[Services, Turn, list[dict[str, str]]]]


@pytest.fixture
def asked(
    services: OpenServices, scripted_server: ServeScript, sample_data: Path, tmp_path: Path
) -> Asked:
    """Asks a model over the sample corpus; what it was sent comes with the kept turn."""
    server: ServerProcess = scripted_server(SCRIPT)
    shutil.copytree(sample_data, tmp_path / "data", dirs_exist_ok=True)

    def ask(
        question: str, *guidance: Guidance, model: str = OPENAI, **settings: Any
    ) -> tuple[Services, Turn, list[dict[str, str]]]:
        opened = services(openai_base_url=server.url("scripted"), **settings)
        for one in guidance:
            opened.prompts.put(one)
        *_, answer = opened.stream(question, ("samples",), model)
        kept = turn_from_json("t", turn_to_json(Turn.of("t", answer)))
        log = server.log("scripted")
        return opened, kept, log[0]["body"]["messages"] if log else []

    return ask


def made_again(opened: Services, turn: Turn) -> list[dict[str, str]]:
    prompt = prompt_again(turn, opened.record, opened.prompts)
    assert not isinstance(prompt, Unmade), prompt
    return [{"role": str(one.role), "content": one.content} for one in prompt]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("context_tokens", [400, 3000])
@pytest.mark.parametrize("strategy", ["direct", "self_consistency", "chain_of_thought"])
def test_it_is_what_was_sent(
    asked: Asked, language: str, context_tokens: int, strategy: str
) -> None:
    opened, turn, sent = asked(
        QUESTIONS[language], context_tokens=context_tokens, strategy=strategy, samples=1
    )
    assert made_again(opened, turn) == [
        {"role": one["role"], "content": one["content"]} for one in sent
    ]


def test_it_has_the_guidance_of_collections(asked: Asked) -> None:
    guidance = Guidance(
        collection="samples",
        instructions="Answer in one sentence.",
        examples=(ShownAnswer(question="Who?", answer="She. [1]", passages=("She did it.",)),),
    )
    opened, turn, sent = asked(QUESTIONS["en"], guidance)
    assert "Answer in one sentence." in sent[0]["content"]
    assert "She did it." in sent[1]["content"]
    assert [one["content"] for one in made_again(opened, turn)] == [one["content"] for one in sent]


def test_without_a_chat_model_there_is_none(asked: Asked) -> None:
    opened, turn, sent = asked(QUESTIONS["en"], model=EXTRACTIVE)
    assert not sent
    assert prompt_again(turn, opened.record, opened.prompts) is Unmade.NO_MODEL


def test_other_words_are_not_shown_as_its_own(asked: Asked) -> None:
    opened, turn, _ = asked(QUESTIONS["en"])
    version = opened.prompts.version(turn.answer.prompt_version or "")
    assert version is not None
    older = replace(version, template={**version.template, "PAGE": "folio {page}"})
    opened.prompts.keep(older)
    turn = replace(turn, answer=replace(turn.answer, prompt_version=older.id))
    assert prompt_again(turn, opened.record, opened.prompts) is Unmade.OTHER_WORDS
    turn = replace(turn, answer=replace(turn.answer, prompt_version="0" * 64))
    assert prompt_again(turn, opened.record, opened.prompts) is Unmade.OTHER_WORDS


def test_a_prompt_goes_with_what_it_quoted(asked: Asked) -> None:
    opened, turn, _ = asked(QUESTIONS["en"])
    names = {one.place.document for one in turn.considered}
    opened.ingestion.remove("samples", sorted(names))
    opened.upkeep.purge()
    assert prompt_again(turn, opened.record, opened.prompts) is Unmade.PASSAGES_GONE
