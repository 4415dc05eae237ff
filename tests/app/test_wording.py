from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.i18n import Translator
from app.wording import made_by, model_name, narrowed_to, notice_of, said_so_far, type_name
from rag.answer import Answer, Notice
from rag.filter import EVERYTHING, Filter
from rag.presets import PRESETS
from rag.replies import Trouble
from rag.setting_values import Secret
from rag.settings import Settings
from rag.tally import Tally
from tests.fakes import a_hit

SETTINGS = Settings(openai_model="deepseek-chat")


@pytest.mark.parametrize(
    ("settings", "model", "english", "chinese"),
    [
        ({}, "extractive", "Sentences of the documents", "文档原句"),
        ({"openai_api_key": Secret("k")}, "openai", "gpt-4o-mini · api.openai.com", ""),
        (
            {"openai_model": "yi-large", "openai_base_url": "https://llm.example.com:8443/v1"},
            "openai",
            "yi-large · llm.example.com:8443",
            "",
        ),
        ({"provider": "dashscope"}, "openai", "qwen-plus · DashScope", "qwen-plus · 阿里云百炼"),
        (
            {"provider": "deepseek", "openai_base_url": "http://127.0.0.1:8000/v1"},
            "openai",
            "deepseek-chat · DeepSeek",
            "",
        ),
        ({"provider": "vllm"}, "openai", "vLLM", ""),
        ({"provider": "vllm", "openai_model": "glm-4"}, "openai", "glm-4 · vLLM", ""),
        ({"local_model": "/models/tiny-llama/"}, "local", "Local: tiny-llama", "本机：tiny-llama"),
        (
            {"local_model": "THUDM/glm-4-9b-chat-hf"},
            "local+合同",
            "Local: glm-4-9b-chat-hf + 合同",
            "本机：glm-4-9b-chat-hf + 合同",
        ),
        (
            {"local_model": "x"},
            "local+{model}",
            "Local: x + {model}",
            "本机：x + {model}",
        ),
        ({}, "local+gone", "local+gone", ""),
        ({}, "unheard-of", "unheard-of", ""),
    ],
)
def test_a_model_is_called_as_the_reader_knows_it(
    settings: dict[str, Any], model: str, english: str, chinese: str
) -> None:
    chosen = Settings(**settings)
    assert model_name(chosen, Translator("en"), model) == english
    assert model_name(chosen, Translator("zh"), model) == (chinese or english)


def test_every_provider_has_a_name() -> None:
    for provider, preset in PRESETS.items():
        address = preset.example or "http://127.0.0.1:1/v1"
        chosen = Settings(provider=provider, openai_model="m", openai_base_url=address)
        for language in ("en", "zh"):
            assert model_name(chosen, Translator(language), "openai").startswith("m · ")


def test_a_notice_says_who_and_why() -> None:
    answer = Answer(question="q", model="openai", notice=Notice.REPLY_CUT, trouble=Trouble.LENGTH)
    assert notice_of(SETTINGS, Translator("en"), answer) == (
        "The answer of deepseek-chat · api.openai.com is incomplete: it reached the longest reply "
        "allowed. This is what came."
    )
    assert "deepseek-chat · api.openai.com 的回答不完整" in notice_of(
        SETTINGS, Translator("zh"), answer
    )


def test_a_notice_without_a_known_reason_says_so() -> None:
    answer = Answer(question="q", model="openai", notice=Notice.MODEL_FAILED)
    assert "something went wrong at the service" in notice_of(SETTINGS, Translator("en"), answer)


def test_a_notice_names_the_model_that_failed_not_the_one_that_answered() -> None:
    answer = Answer(
        question="q",
        model="extractive",
        notice=Notice.MODEL_FAILED,
        trouble=Trouble.NOT_LOADED,
        instead_of="local+合同",
    )
    settings = Settings(openai_model="deepseek-chat", local_model="/models/glm")
    assert notice_of(settings, Translator("en"), answer) == (
        "Local: glm + 合同 could not answer: it could not be loaded on this machine. "
        "These are sentences of the documents instead."
    )
    assert notice_of(settings, Translator("zh"), answer).startswith(
        "本机：glm + 合同 未能回答：无法在这台机器上加载。"
    )
    kept_without = replace(answer, instead_of=None)
    assert notice_of(settings, Translator("en"), kept_without).startswith("deepseek-chat · ")


def test_what_is_awaited_is_said_until_there_are_words() -> None:
    silent = Answer(question="q", model="m")
    thinking = replace(silent, reasoning="hm")
    speaking = replace(thinking, text="It is {blue}.")
    for language, searching, loading, thinks in (
        ("en", "Searching 3 collections", "being loaded", "is thinking"),
        ("zh", "正在 3 个文档集中查找", "正在加载模型", "正在思考"),
    ):
        t = Translator(language)
        assert searching in said_so_far(t, None, ready=True, collections=3)
        assert searching in said_so_far(t, silent, ready=True, collections=3)
        assert loading in said_so_far(t, None, ready=False, collections=3)
        assert loading in said_so_far(t, silent, ready=False, collections=3)
        assert thinks in said_so_far(t, thinking, ready=True, collections=3)
        assert said_so_far(t, speaking, ready=True, collections=3) == "It is {blue}."


def test_what_a_search_was_narrowed_down_to_is_one_line() -> None:
    where = Filter(
        documents=("a.pdf", "差旅.md"),
        types=("docx", "odd"),
        added_from=date(2026, 1, 2),
        added_until=date(2026, 3, 4),
        heading="住宿",
    )
    assert narrowed_to(Translator("en"), where) == (
        "Narrowed down to: a.pdf, 差旅.md · Word, odd · since 2026-01-02 · until 2026-03-04 · "
        "under “住宿”"
    )
    assert narrowed_to(Translator("zh"), where) == (
        "仅限：a.pdf、差旅.md · Word、odd · 2026-01-02 起 · 2026-03-04 止 · 标题含“住宿”"
    )
    assert narrowed_to(Translator("en"), EVERYTHING) == ""


def test_of_many_documents_the_first_are_named() -> None:
    for count, end in ((3, "2.txt"), (4, "2.txt, 1 more"), (40, "2.txt, 37 more")):
        where = Filter(documents=tuple(f"{n}.txt" for n in range(count)))
        said = narrowed_to(Translator("en"), where)
        assert said == f"Narrowed down to: 0.txt, 1.txt, {end}"


def test_every_type_has_a_name_a_reader_knows() -> None:
    from vectorstore.filtering import TYPES

    for language in ("en", "zh"):
        for kind in (*TYPES.values(), "other"):
            assert type_name(Translator(language), kind) != kind


@pytest.mark.parametrize(
    ("strategy", "english", "chinese"),
    [
        ("", "Answered by: yi-large", "回答方式：yi-large"),
        ("direct", "Answered by: yi-large", "回答方式：yi-large"),
        (
            "self_consistency",
            "Answered by: yi-large · Let samples vote",
            "回答方式：yi-large · 多次采样投票",
        ),
        ("a_later_one", "Answered by: yi-large · a_later_one", "回答方式：yi-large · a_later_one"),
    ],
)
def test_an_answer_says_what_made_it_and_how(strategy: str, english: str, chinese: str) -> None:
    answer = Answer(question="q", model="yi-large", strategy=strategy)
    assert made_by(SETTINGS, Translator("en"), answer) == english
    assert made_by(SETTINGS, Translator("zh"), answer) == chinese


def test_samples_that_have_not_spoken_yet_are_writing() -> None:
    silent = Answer(question="q", model="m", tally=Tally(planned=5))
    for language, words in (("en", "The model is writing…"), ("zh", "模型正在书写……")):
        assert said_so_far(Translator(language), silent, ready=True, collections=3) == words


def test_how_many_passages_are_read_is_said_before_the_first_word() -> None:
    found = Answer(question="q", model="m", hits=(a_hit("A pump."), a_hit("A valve.")))
    for language, words in (("en", "Reading 2 passages…"), ("zh", "正在阅读 2 个段落……")):
        assert said_so_far(Translator(language), found, ready=True, collections=3) == words
