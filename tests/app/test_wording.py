from datetime import date

from app.i18n import Translator
from app.wording import model_name, narrowed_to, notice_of, type_name
from rag.filter import EVERYTHING, Filter
from rag.settings import Settings
from rag.types import Answer, Notice, Trouble

SETTINGS = Settings(openai_model="deepseek-chat")


def test_a_model_is_called_as_the_reader_knows_it() -> None:
    assert model_name(SETTINGS, Translator("en"), "extractive") == "Sentences of the documents"
    assert model_name(SETTINGS, Translator("zh"), "extractive") == "文档原句"
    assert model_name(SETTINGS, Translator("zh"), "openai") == "deepseek-chat"
    assert model_name(SETTINGS, Translator("en"), "unheard-of") == "unheard-of"


def test_a_notice_says_who_and_why() -> None:
    answer = Answer(question="q", model="openai", notice=Notice.REPLY_CUT, trouble=Trouble.LENGTH)
    assert notice_of(SETTINGS, Translator("en"), answer) == (
        "The answer of deepseek-chat is incomplete: it reached the longest reply allowed. "
        "This is what came."
    )
    assert "deepseek-chat 的回答不完整" in notice_of(SETTINGS, Translator("zh"), answer)


def test_a_notice_without_a_known_reason_says_so() -> None:
    answer = Answer(question="q", model="openai", notice=Notice.MODEL_FAILED)
    assert "something went wrong at the service" in notice_of(SETTINGS, Translator("en"), answer)


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
