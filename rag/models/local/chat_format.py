"""A conversation as the tokens that a model continues, by its own chat template.

Models without one, such as GPT-2, get the plain format of this file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rag.reasoning import OPENING
from rag.replies import Message, Role

_PLAIN_TEMPLATE: Final = (
    "{% for message in messages %}"
    "{% if message['role'] != 'system' %}{{ message['role'] | capitalize }}: {% endif %}"
    "{{ message['content'] }}\n\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)
_PLAIN_STOP: Final = "\nUser:"
"""Where a model without a chat format begins to write the other side's part too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPrompt:
    """What a model continues.

    ``opening`` is what the template has begun the reply with already (the mark of reasoning, or
    nothing); the reply ends before ``stop``, where that is not empty.
    """

    ids: tuple[int, ...]
    opening: str = ""
    stop: str = ""


def chat_prompt(tokenizer: Any, messages: Sequence[Message]) -> ChatPrompt:
    """The prompt of ``messages`` in the format of the tokenizer's model.

    A mark of the format inside a message is broken, so that no source can speak in another's name.
    A template that refuses a system message finds it in front of the user's next one. Raises
    ValueError where the template refuses that too.
    """
    from jinja2 import TemplateError

    unmarked = _unmarked(tokenizer, messages)
    if not getattr(tokenizer, "chat_template", None):
        encoded = _encoded(tokenizer, unmarked, chat_template=_PLAIN_TEMPLATE)
        return ChatPrompt(ids=encoded, stop=_PLAIN_STOP)
    try:
        ids = _encoded(tokenizer, unmarked)
    except TemplateError:
        try:
            ids = _encoded(tokenizer, folded(unmarked))
        except TemplateError as error:
            raise ValueError(f"the chat template refuses the conversation: {error}") from error
    tail = tokenizer.decode(ids[-8:]).rstrip()
    return ChatPrompt(ids=ids, opening=OPENING if tail.endswith(OPENING) else "")


def folded(messages: Sequence[Message]) -> list[Message]:
    """Without system messages: each goes in front of the user's next, or becomes the user's.

    Messages of one role that follow each other become one.
    """
    merged: list[Message] = []
    for message in messages:
        role = Role.USER if message.role is Role.SYSTEM else message.role
        if merged and merged[-1].role is role:
            content = f"{merged.pop().content}\n\n{message.content}"
            merged.append(Message(role=role, content=content))
        else:
            merged.append(Message(role=role, content=message.content))
    return merged


def encodable(text: str) -> str:
    """``text`` without half characters (lone surrogates), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _encoded(tokenizer: Any, messages: Sequence[Message], **options: Any) -> tuple[int, ...]:
    conversation = [{"role": one.role.value, "content": one.content} for one in messages]
    encoded = tokenizer.apply_chat_template(
        conversation, add_generation_prompt=True, tokenize=True, return_dict=True, **options
    )
    return tuple(int(one) for one in encoded["input_ids"])


def _unmarked(tokenizer: Any, messages: Sequence[Message]) -> list[Message]:
    """The messages with a blank inside whatever the tokenizer would read as a mark."""
    marks = sorted(
        {
            token.content
            for token in tokenizer.added_tokens_decoder.values()
            if token.special and len(token.content.strip()) > 1
        },
        key=lambda mark: (-len(mark), mark),
    )
    any_mark = re.compile("|".join(map(re.escape, marks)) or "(?!)")
    return [
        Message(
            role=one.role,
            content=any_mark.sub(
                lambda mark: f"{mark[0][0]} {mark[0][1:]}", encodable(one.content)
            ),
        )
        for one in messages
    ]
