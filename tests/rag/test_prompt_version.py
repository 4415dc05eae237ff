"""The same words have the same id; any other word has another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rag import prompts
from rag.guidance import Instructions, ShownAnswer
from rag.language import Language
from rag.prompt_version import BlankBook, PromptVersion

BRIEF = Instructions(collection="manuals", text="Be brief. 简短。")
SHOWN = ShownAnswer(question="q?", passages=("p", "r"), answer="a [1]")


def test_the_same_words_have_the_same_id() -> None:
    one, other = (PromptVersion.of([BRIEF], [SHOWN]) for _ in range(2))
    assert one.id == other.id
    assert len(one.id) == 64
    assert one.template == prompts.answer_words()


def test_a_reply_of_another_form_is_asked_for_with_other_words() -> None:
    versions = [PromptVersion.of([], [], form) for form in prompts.Form]
    assert len({version.id for version in versions}) == len(prompts.Form)
    assert PromptVersion.of([], []).template == versions[0].template
    assert "SHORT_ANSWER" in versions[1].template
    for version in versions:
        assert PromptVersion.from_json(json.loads(json.dumps(version.as_json()))) == version


def test_any_other_word_has_another_id() -> None:
    versions = [
        PromptVersion.of([], []),
        PromptVersion.of([BRIEF], []),
        PromptVersion.of([], [SHOWN]),
        PromptVersion.of([BRIEF], [SHOWN]),
        PromptVersion.of([replace(BRIEF, text="Be brief. 简短!")], []),
        PromptVersion.of([replace(BRIEF, collection="manual")], []),
        PromptVersion.of([], [replace(SHOWN, passages=("p",))]),
        PromptVersion.of([], [replace(SHOWN, answer="a [2]")]),
        PromptVersion.of([], [SHOWN, SHOWN]),
    ]
    assert len({version.id for version in versions}) == len(versions)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_word_of_the_template_changes_the_id(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = PromptVersion.of([], []).id
    monkeypatch.setattr(prompts, "ANSWER", {**prompts.ANSWER, language: "Other words."})
    assert PromptVersion.of([], []).id != before
    monkeypatch.undo()
    monkeypatch.setattr(prompts, "JUDGE", {**prompts.JUDGE, language: "Other words."})
    assert PromptVersion.of([], []).id == before


def test_words_survive_json() -> None:
    version = PromptVersion.of([BRIEF], [SHOWN, replace(SHOWN, answer="\ud800 🙂 [1]")])
    stored = json.loads(json.dumps(version.as_json()))
    assert PromptVersion.from_json(stored) == version
    assert PromptVersion.from_json(stored).id == version.id


def test_a_blank_book_has_no_guidance() -> None:
    book = BlankBook()
    book.keep(PromptVersion.of([], []))
    assert book.guidance(["manuals"]) == ()
