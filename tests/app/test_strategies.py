"""Which way a chat model is asked: by the settings, by the question, through a real service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Translator
from app.strategies import STRATEGIES, chosen_way, strategy_over
from app.wiring import Services
from rag.answer import Outcome
from rag.checking import ClaimChecker
from rag.errors import QuorumError
from rag.model_errors import SamplesOutOfBounds, UnknownStrategy
from rag.models.openai import OpenAIChat
from rag.prompt_version import BlankBook
from rag.settings import MOST_SAMPLES, Settings
from rag.strategies.asking import AskingStrategy
from tests.fakes import OpenServices, WordEmbedder, a_document
from tests.openai_server import ServerProcess, ServeScript
from tests.tiny_models import tiny_llama

QUESTION = "How heavy is the valve?"
QUESTION_ZH = "阀门有多重？"
VOTES = {
    QUESTION: {
        "behaviour": "votes",
        "votes": [
            ["The valve weighs 9 kg.", "9 kg"],
            ["The valve weighs 4 kg.", "4 kg"],
            ["The valve weighs 4 kg.", "four kilograms"],
            ["The valve weighs 4 kg.", "4.0 kg"],
            None,
        ],
        "evidence": ["The valve weighs 4 kg."],
    },
    QUESTION_ZH: {
        "behaviour": "votes",
        "votes": [["阀门重 4 公斤。", "4 公斤"], ["阀门重四公斤。", "四千克"]],
        "evidence": ["阀门重 4 公斤。"],
    },
}


@pytest.fixture
def voting(services: OpenServices, scripted_server: ServeScript) -> Callable[..., Services]:
    server: ServerProcess = scripted_server(VOTES)

    def opened(**settings: Any) -> Services:
        opened = services(
            embedder=WordEmbedder(), openai_base_url=server.url("scripted"), **settings
        )
        texts = ("The valve weighs 4 kg.", "阀门重 4 公斤。", "The lid is blue.")
        documents = [a_document(f"{n}.txt", text) for n, text in enumerate(texts)]
        opened.ingestion.add_documents(documents, "c")
        return opened

    return opened


def test_the_settings_choose_and_a_question_may_choose_otherwise() -> None:
    settings = Settings(strategy="chain_of_thought", samples=7)
    assert chosen_way(settings, None, None) == ("chain_of_thought", 7)
    assert chosen_way(settings, "self_consistency", 3) == ("self_consistency", 3)


@pytest.mark.parametrize(
    ("strategy", "samples", "error", "zh"),
    [
        ("vote", None, UnknownStrategy, "没有名为“vote”的提问方式"),
        ("", None, UnknownStrategy, "没有名为“”的提问方式"),
        (None, 0, SamplesOutOfBounds, "要求采样 0 次"),
        (None, MOST_SAMPLES + 1, SamplesOutOfBounds, "要求采样 41 次"),
    ],
)
def test_what_cannot_be_chosen_is_refused_in_both_languages(
    strategy: str | None, samples: int | None, error: type[QuorumError], zh: str
) -> None:
    with pytest.raises(error) as raised:
        chosen_way(Settings(), strategy, samples)
    assert zh in Translator("zh").error(raised.value)[0]


def test_the_documents_own_sentences_are_no_excuse_for_a_wrong_way(services: OpenServices) -> None:
    opened = services(embedder=WordEmbedder())
    opened.ingestion.add_documents([a_document("a.txt", "The valve weighs 4 kg.")], "c")
    with pytest.raises(UnknownStrategy):
        opened.ask(QUESTION, ("c",), strategy="guess")


@pytest.mark.parametrize("name", STRATEGIES)
def test_each_name_makes_its_own_strategy(name: str) -> None:
    embedder = WordEmbedder()
    made = strategy_over(
        OpenAIChat.of(Settings(openai_base_url="http://127.0.0.1:9/v1")),
        settings=Settings(strategy=name),
        strategy=None,
        samples=None,
        book=BlankBook(),
        checker=ClaimChecker(embedder),
        embedder=embedder,
    )
    assert isinstance(made, AskingStrategy)
    assert made.strategy == name


def test_samples_of_a_service_vote(voting: Callable[..., Services]) -> None:
    answer = voting(strategy="self_consistency").ask(QUESTION, ("c",))
    assert (answer.outcome, answer.text) == (Outcome.ANSWERED, "The valve weighs 4 kg.")
    assert answer.tally is not None
    assert answer.tally.agreeing >= 3
    assert answer.tally.clusters[0].answer in {"4 kg", "four kilograms", "4.0 kg"}
    by_number = {one.number: one for one in answer.tally.samples}
    assert by_number[0].answer == "9 kg"
    assert by_number[0].weight < by_number[1].weight
    assert answer.prompt_tokens
    assert answer.claims[0].citations[0].quote == "The valve weighs 4 kg."


def test_the_number_of_samples_is_the_question_s(voting: Callable[..., Services]) -> None:
    opened = voting()
    answer = opened.ask(QUESTION_ZH, ("c",), strategy="self_consistency", samples=2)
    assert answer.tally is not None
    assert (answer.tally.planned, answer.tally.agreeing) == (2, 2)
    assert answer.claims[0].citations[0].document == "1.txt"
    *growing, last = opened.stream(QUESTION, ("c",), strategy="progressive_hint", samples=4)
    assert last.tally is not None
    assert last.tally.planned == 4
    assert growing


def test_samples_of_a_model_in_this_process_vote(services: OpenServices, tmp_path: Path) -> None:
    """Its weights are random, so it babbles: no two samples are the same, whatever they read."""
    tiny_llama(tmp_path / "model", max_position_embeddings=4096)
    opened = services(
        embedder=WordEmbedder(),
        local_model=str(tmp_path / "model"),
        local_device="cpu",
        reply_tokens=16,
    )
    texts = ("The valve weighs 4 kg.", "The lid is blue.", "阀门重 4 公斤。")
    documents = [a_document(f"{n}.txt", text) for n, text in enumerate(texts)]
    opened.ingestion.add_documents(documents, "c")
    *growing, last = opened.stream(QUESTION, ("c",), strategy="self_consistency", samples=4)
    assert last.tally is not None
    samples = last.tally.samples
    assert [one.number for one in samples] == list(range(len(samples)))
    assert len({one.text for one in samples}) == len(samples) >= 3
    assert len({one.passages for one in samples}) > 1
    assert (last.model, last.text) == ("local", samples[last.tally.clusters[0].members[0]].text)
    assert last.completion_tokens == sum(one.completion_tokens or 0 for one in samples)
    assert growing
    again = opened.ask(QUESTION, ("c",), strategy="self_consistency", samples=4)
    assert again.tally is not None
    assert [one.text for one in again.tally.samples] == [one.text for one in samples]
