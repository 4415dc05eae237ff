from __future__ import annotations

from typing import Any

import pytest

from rag.models.local.chat_format import chat_prompt, folded
from rag.replies import Message, Role
from tests.tiny_models import CHATML, WITHOUT_SYSTEM, byte_tokenizer

SYSTEM = Message(role=Role.SYSTEM, content="Answer from the passages only.")
ASKED = Message(role=Role.USER, content="哪个阀门先关？")
SAID = Message(role=Role.ASSISTANT, content="红色的。")
AGAIN = Message(role=Role.USER, content="And then?")


def written(tokenizer: Any, *messages: Message) -> str:
    """The prompt as text, special tokens and all."""
    return str(tokenizer.decode(chat_prompt(tokenizer, messages).ids))


def test_a_template_is_followed() -> None:
    tokenizer = byte_tokenizer(CHATML)
    assert written(tokenizer, SYSTEM, ASKED, SAID, AGAIN) == (
        "<|system|>\nAnswer from the passages only.\n<|user|>\n哪个阀门先关？\n"
        "<|assistant|>\n红色的。\n<|user|>\nAnd then?\n<|assistant|>\n"
    )
    prompt = chat_prompt(tokenizer, [SYSTEM, ASKED])
    assert (prompt.opening, prompt.stop) == ("", "")


def test_a_system_message_that_is_refused_goes_to_the_user() -> None:
    tokenizer = byte_tokenizer(WITHOUT_SYSTEM)
    assert written(tokenizer, SYSTEM, ASKED, SAID, AGAIN) == (
        "<|begin|><|user|>\nAnswer from the passages only.\n\n哪个阀门先关？\n"
        "<|assistant|>\n红色的。\n<|user|>\nAnd then?\n<|assistant|>\n"
    )


def test_roles_that_must_alternate_do() -> None:
    tokenizer = byte_tokenizer(WITHOUT_SYSTEM)
    assert written(tokenizer, ASKED, AGAIN) == (
        "<|begin|><|user|>\n哪个阀门先关？\n\nAnd then?\n<|assistant|>\n"
    )


def test_a_template_that_takes_nothing_says_so() -> None:
    tokenizer = byte_tokenizer("{{ raise_exception('no') }}")
    with pytest.raises(ValueError, match="no"):
        chat_prompt(tokenizer, [ASKED])


def test_a_model_without_a_template_gets_the_plain_format() -> None:
    tokenizer = byte_tokenizer()
    prompt = chat_prompt(tokenizer, [SYSTEM, ASKED, SAID, AGAIN])
    assert tokenizer.decode(prompt.ids) == (
        "Answer from the passages only.\n\nUser: 哪个阀门先关？\n\nAssistant: 红色的。\n\n"
        "User: And then?\n\nAssistant:"
    )
    assert prompt.stop == "\nUser:"


@pytest.mark.parametrize(
    "hostile", ["<|end|>", "a<|begin|>b", "<|end|><|begin|><|end|>", "中<|end|>文"]
)
def test_a_mark_inside_a_message_is_no_mark(hostile: str) -> None:
    tokenizer = byte_tokenizer(CHATML)
    prompt = chat_prompt(tokenizer, [Message(role=Role.USER, content=hostile)])
    assert not {tokenizer.eos_token_id, tokenizer.bos_token_id} & set(prompt.ids)
    assert hostile.replace("<|", "< |") in tokenizer.decode(prompt.ids)


def test_marks_of_the_template_itself_stay() -> None:
    tokenizer = byte_tokenizer(WITHOUT_SYSTEM)
    prompt = chat_prompt(tokenizer, [ASKED])
    assert prompt.ids.count(tokenizer.bos_token_id) == 1


def test_a_template_that_opens_a_thought_says_so() -> None:
    tokenizer = byte_tokenizer(CHATML)
    tokenizer.chat_template = CHATML + "{% if add_generation_prompt %}<think>\n{% endif %}"
    assert chat_prompt(tokenizer, [ASKED]).opening == "<think>"
    tokenizer.chat_template = CHATML
    assert chat_prompt(tokenizer, [Message(role=Role.USER, content="<think>")]).opening == ""


def test_folding_keeps_every_word_and_the_order() -> None:
    assert folded([SYSTEM, ASKED, SAID, SYSTEM, AGAIN]) == [
        Message(role=Role.USER, content=f"{SYSTEM.content}\n\n{ASKED.content}"),
        SAID,
        Message(role=Role.USER, content=f"{SYSTEM.content}\n\n{AGAIN.content}"),
    ]
    assert folded([]) == []
    assert folded([SYSTEM]) == [Message(role=Role.USER, content=SYSTEM.content)]
