from app.i18n import Translator
from app.wording import model_name, notice_of
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
