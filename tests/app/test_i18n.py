import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from app.i18n import LANGUAGES, Translator, language_for, texts
from evaluation import errors as evaluation_errors
from evaluation.errors import DatasetUnreadable, NothingToAsk
from rag import (
    collection_errors,
    encoder_errors,
    errors,
    guidance_errors,
    job_errors,
    model_errors,
    reading_errors,
)
from rag.answer import Notice
from rag.claims import Doubt, Verdict
from rag.errors import EmptyFile, FileTooLarge, NoText, QuorumError
from rag.replies import Trouble
from rag.strategies.names import StrategyName
from vectorstore.schema import State

APP = Path(app.__file__).parent
ONLY_TRANSLATED = ("error.", "detail.")
ERRORS = sorted(
    {
        kind
        for module in (
            collection_errors,
            encoder_errors,
            errors,
            evaluation_errors,
            guidance_errors,
            job_errors,
            model_errors,
            reading_errors,
        )
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, QuorumError)
    },
    key=lambda kind: kind.__name__,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def own_keys(language: str) -> set[str]:
    return {key for key in texts(language) if not key.startswith(ONLY_TRANSLATED)}


def syntax_trees() -> Iterator[ast.Module]:
    for file in sorted(APP.rglob("*.py")):
        if "cli" not in file.parts:
            yield ast.parse(file.read_text(encoding="utf-8"))


def strings_and_beginnings() -> tuple[set[str], set[str]]:
    """Every string constant of the app, and what its f-strings begin with."""
    constants: set[str] = set()
    beginnings: set[str] = set()
    for tree in syntax_trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                constants.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(str(node.values[0].value))
    return constants, beginnings


def keys_asked_for() -> set[str]:
    """Every constant that is handed to a translator ``t``."""
    asked: set[str] = set()
    for tree in syntax_trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == "t":
                parts = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                asked.update(part.value for part in parts if isinstance(part.value, str))
    return asked


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_languages_have_the_same_keys_with_the_same_fields(language: str) -> None:
    assert own_keys(language) == own_keys("en")
    for key in own_keys("en"):
        assert fields(texts(language)[key]) == fields(texts("en")[key]), key


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_is_said_in_chinese_over_the_same_values(kind: type[QuorumError]) -> None:
    chinese = texts("zh")
    message = chinese[f"error.{kind.__name__}.message"]
    hint = chinese[f"error.{kind.__name__}.hint"]
    assert fields(message) == fields(kind.message_template)
    assert fields(hint) == fields(kind.hint_template)


def test_no_error_text_is_left_over() -> None:
    names = {kind.__name__ for kind in ERRORS}
    assert {key.split(".")[1] for key in texts("zh") if key.startswith("error.")} == names


@pytest.mark.parametrize(
    "key",
    [
        *(f"trouble.{one}" for one in Trouble),
        *(f"notice.{one}" for one in Notice),
        *(f"state.{one}" for one in State),
        *(f"verdict.{one}" for one in Verdict),
        *(f"doubt.{one}" for one in Doubt),
        *(f"doubt.{one}.means" for one in Doubt),
        *(f"strategy.{one}" for one in StrategyName),
        *(f"strategy.{one}.help" for one in StrategyName),
    ],
)
def test_every_value_a_reader_meets_has_a_text(key: str) -> None:
    for language in LANGUAGES:
        assert texts(language)[key]


def test_no_key_is_unused() -> None:
    constants, beginnings = strings_and_beginnings()
    used = constants | {f"{one}.one" for one in constants}
    unused = {
        key
        for key in own_keys("en")
        if key not in used and not any(b and key.startswith(b) for b in beginnings if "." in b)
    }
    assert unused == set()


def test_no_key_is_missing() -> None:
    looks_like_a_key = re.compile(r"[a-z_]+\.[a-z_.]+")
    asked = {key for key in keys_asked_for() if looks_like_a_key.fullmatch(key)}
    dynamic = {key for key in asked if key.endswith(".")}
    assert len(asked) > 50
    assert asked - dynamic - own_keys("en") == set()


def test_an_error_is_said_in_the_readers_language() -> None:
    error = FileTooLarge(file="a.pdf", size_mb=12.34, limit_mb=10)
    assert Translator("en").error(error) == (str(error), error.hint)
    message, hint = Translator("zh").error(error)
    assert message == "“a.pdf”有 12.3 MB，超过了 10 MB 的上限。"
    assert "QUORUM_MAX_FILE_MB" in hint


def test_phrases_inside_an_error_are_said_too() -> None:
    error = NoText(file="scan.pdf", detail="3 pages, 2 with pictures")
    assert Translator("zh").error(error)[0].endswith("（3 页，其中 2 页有图片）。")
    assert Translator("zh").detail("pages without text: 1, 2") == "没有文字的页: 1, 2"
    assert Translator("en").detail("pages without text: 1, 2") == "pages without text: 1, 2"
    assert Translator("zh").detail("something new: {x}") == "something new: {x}"
    assert Translator("zh").detail("line 12: 'question' is blank") == "第 12 行: 'question' 为空"
    assert (
        Translator("zh")
        .detail("it is not JSON (Extra data (char 4))")
        .endswith("（Extra data (char 4)）")
    )


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (
            DatasetUnreadable(
                path="line 3.csv",
                detail="line 3: the page '0' cannot be",
                expected="Write a number; pages count from 1.",
            ),
            "题集“line 3.csv”无法使用：第 3 行: 页码 '0' 不成立。",
            "请写数字；页码从 1 开始。",
        ),
        (
            NothingToAsk(
                dataset="answers",
                kind="answers run",
                detail="it has 4 questions",
                expected="Vote on answers in the app, or write what would have been right.",
            ),
            "题集“answers”中没有适合此类评测（回答）的问题：共有 4 个问题。",
            "请在应用中对回答点赞或点踩，或写下正确的答案。",
        ),
    ],
)
def test_what_the_workbench_refuses_is_said_in_chinese(
    error: QuorumError, message: str, hint: str
) -> None:
    assert Translator("zh").error(error) == (message, hint)


def test_a_stored_refusal_is_said_like_the_error() -> None:
    error = EmptyFile(file="{x}.txt")
    stored = {"error": "EmptyFile", "values": {"file": "{x}.txt"}}
    for language in LANGUAGES:
        t = Translator(language)
        assert t.refusal(stored) == t.error(error)
    unknown = {"error": "GoneClass", "values": {"file": "a"}}
    assert Translator("en").refusal(unknown)[0] == "Something went wrong."


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de-DE", "en"), (None, "en"), ("", "en")],
)
def test_a_browser_is_greeted_in_its_language(locale: str | None, language: str) -> None:
    assert language_for(locale) == language


def test_one_is_singular() -> None:
    t = Translator("en")
    assert t("library.count", count=1) == "1 document"
    assert t("library.count", count=2) == "2 documents"
