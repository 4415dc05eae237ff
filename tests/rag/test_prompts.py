"""The words themselves: the same in both languages, and all of those of an answer are listed."""

from __future__ import annotations

import re
import string

import pytest

from rag import prompts
from rag.language import language_of
from rag.prompts import NOT_IN_DOCUMENTS, Form, answer_words

SPOKEN = {
    name: words
    for name, words in vars(prompts).items()
    if isinstance(words, dict) and "en" in words
}
"""The words that there are in every language."""


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", [name for name in SPOKEN if name.isupper()])
def test_both_languages_say_the_same_over_the_same_values(name: str) -> None:
    english, chinese = SPOKEN[name]["en"], SPOKEN[name]["zh"]
    assert fields(english) == fields(chinese)
    assert english.count("\n") == chinese.count("\n")
    assert english.count("\n- ") == chinese.count("\n- ")
    spoken = [re.sub(r"\{\w+\}|</?\w+>", "", text) for text in (english, chinese)]
    assert list(map(language_of, spoken)) == ["en", "zh"]


def test_the_words_of_an_answer_are_all_that_its_prompt_is_composed_of() -> None:
    words = {name: text for form in Form for name, text in answer_words(form).items()}
    assert words["NOT_IN_DOCUMENTS"] == NOT_IN_DOCUMENTS
    assert words["ANSWER.en"] == prompts.ANSWER["en"]
    assert words["ANSWER.zh"] == prompts.ANSWER["zh"]
    not_of_answers = "JUDGE|RIGHT|REWORD|HYPOTHETICAL|ASKED$|CONDENSE|VERDICT|SENTENCE|EXCHANGE"
    all_words = {
        name
        for name, value in vars(prompts).items()
        if name.isupper() and isinstance(value, str | dict) and name != "FORMS"
    }
    assert {name.split(".")[0] for name in words} == {
        name for name in all_words if not re.match(not_of_answers, name)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_rules_stand_once_more_after_the_instructions(language: str) -> None:
    instructed = answer_words()[f"INSTRUCTED.{language}"]
    before, after = instructed.split("{instructions}")
    assert before.startswith("{answer}\n\n")
    assert "{refusal}" in after
    assert len(re.findall("^- ", after, re.MULTILINE)) == 3
