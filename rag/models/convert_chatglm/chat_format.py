"""How ChatGLM2 and ChatGLM3 write a conversation, as chat templates.

The originals put a prompt together from token ids, so that no text a person types can become a
special token. A template gives text; the same is reached by a mark that each special token's name
ends with and that the template takes out of every message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rag.model_errors import CheckpointNotSupported

MARK: Final = "\ufdd0"
"""U+FDD0, which Unicode assigns to no character and never will."""

_PREFIX: Final = f"[gMASK]{MARK}sop{MARK}"
_ROLES: Final = ("system", "user", "assistant", "observation")

_CHATGLM3: Final = """\
PREFIX
{%- for message in messages %}
{%- if message['role'] not in ['system', 'user', 'assistant', 'observation'] %}
{{- raise_exception('ChatGLM3 knows no role ' ~ message['role']) }}
{%- endif %}
{%- set content = message['content'] | replace('MARK', '') %}
{{- '<|' ~ message['role'] ~ '|>MARK\\n' }}
{%- if content %}{{- ' ' ~ content }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>MARK' }}{% endif %}"""

_CHATGLM2: Final = """\
PREFIX
{%- set asked = namespace(rounds=0) %}
{%- for message in messages %}
{%- set content = message['content'] | replace('MARK', '') %}
{%- if message['role'] == 'system' %}
{{- content ~ '\\n\\n' }}
{%- elif message['role'] == 'user' %}
{%- set asked.rounds = asked.rounds + 1 %}
{{- '[Round ' ~ asked.rounds ~ ']\\n\\n问：' ~ content ~ '\\n\\n答：' }}
{%- elif message['role'] == 'assistant' %}
{{- content ~ '\\n\\n' }}
{%- else %}
{{- raise_exception('ChatGLM2 knows no role ' ~ message['role']) }}
{%- endif %}
{%- endfor %}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFormat:
    """A generation's special tokens, whose ids follow the vocabulary's, and its template.

    ``end_tokens`` end a reply, beside the vocabulary's own end of text.
    """

    name: str
    special_tokens: tuple[str, ...]
    end_tokens: tuple[str, ...]
    template: str


_MASKS: Final = ("[MASK]", "[gMASK]", "[sMASK]", "sop", "eop")
FORMATS: Final[Mapping[str, ChatFormat]] = {
    "chatglm2": ChatFormat(
        name="chatglm2",
        special_tokens=_MASKS,
        end_tokens=(),
        template=_CHATGLM2.replace("PREFIX", _PREFIX).replace("MARK", MARK),
    ),
    "chatglm3": ChatFormat(
        name="chatglm3",
        special_tokens=(*_MASKS, *(f"<|{role}|>" for role in _ROLES)),
        end_tokens=("<|user|>", "<|observation|>"),
        template=_CHATGLM3.replace("PREFIX", _PREFIX).replace("MARK", MARK),
    ),
}


def chat_format(folder: Path) -> ChatFormat:
    """The format that the checkpoint's own tokenizer code writes; read as text and never run.

    Raises CheckpointNotSupported when there is no such code or it has neither format.
    """
    file = folder / "tokenization_chatglm.py"
    try:
        code = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        code = ""
    for name, sign in (("chatglm3", "<|observation|>"), ("chatglm2", "[Round {}]")):
        if sign in code:
            return FORMATS[name]
    expected = f"a {file.name} that writes ChatGLM2's or ChatGLM3's, or --format"
    raise CheckpointNotSupported(
        path=str(folder), name="chat format", value=None, expected=expected
    )
