"""What goes to a chat model and comes back: values that cannot change, and troubles with words."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from rag.replies import Finish, Message, Reply, Role, Sample, Trouble

WORDS = Path(__file__).resolve().parents[2] / "app" / "i18n"


def test_a_reply_begins_with_nothing_but_its_text() -> None:
    reply = Reply(text="阀门")
    assert (reply.finish, reply.trouble, reply.reasoning) == (None, None, "")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.token_logprobs) == (None, None, ())


@pytest.mark.parametrize(
    "value",
    [
        Message(role=Role.USER, content="Which valve?"),
        Reply(text="The red one.", finish=Finish.COMPLETE),
        Sample(number=0, reply=Reply(text="")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_equal_by_what_they_hold_and_cannot_change(value: object) -> None:
    name = "number" if isinstance(value, Sample) else next(iter(type(value).__slots__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, None)
    assert hash(value) == hash(made_again(value))
    assert value == made_again(value)


def made_again(value: object) -> object:
    """Another value made of the same parts."""
    parts = {name: getattr(value, name) for name in type(value).__slots__}  # type: ignore[attr-defined]
    return type(value)(**parts)


def test_roles_are_the_words_of_the_protocol() -> None:
    assert [role.value for role in Role] == ["system", "user", "assistant"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_trouble_has_words_of_its_own(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text("utf-8"))
    said = [words[f"trouble.{trouble}"] for trouble in Trouble]
    assert len(set(said)) == len(said)
    assert [trouble.value for trouble in Trouble] == sorted(trouble.value for trouble in Trouble)
