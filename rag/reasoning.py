"""What a reasoning model thinks aloud, told apart from what it answers.

Models of this kind (DeepSeek-R1, Qwen3, GLM-4.5) write their thoughts between ``<think>`` and
``</think>``, usually before the answer.
"""

from __future__ import annotations

import re
from typing import Final

OPENING: Final = "<think>"
CLOSING: Final = "</think>"

_THOUGHTS: Final = re.compile(f"{OPENING}(.*?)(?:{CLOSING}|$)", re.DOTALL)


def split_reasoning(text: str, *, growing: bool = False) -> tuple[str, str]:
    """Reasoning and answer in ``text``.

    Several stretches of reasoning are joined by a line break; one that is not closed runs to the
    end. An answer after reasoning starts with its first character that is no blank. While ``text``
    is still ``growing``, the first characters of a mark at its end are in neither: so both only
    ever grow, however the text is cut into pieces.
    """
    if growing:
        text = text[: len(text) - _begun(text)]
    thoughts = [one.strip() for one in _THOUGHTS.findall(text)]
    if not thoughts:
        return "", text
    return "\n".join(one for one in thoughts if one), _THOUGHTS.sub("", text).lstrip()


def _begun(text: str) -> int:
    """How many characters at the end of ``text`` may be the first of a mark."""
    for length in range(len(CLOSING) - 1, 0, -1):
        end = text[-length:]
        if len(end) == length and (OPENING.startswith(end) or CLOSING.startswith(end)):
            return length
    return 0
