"""How many tokens a text has where no tokenizer is at hand: counted high."""

from __future__ import annotations

import math
import re
from typing import Final

_LETTERS_PER_TOKEN: Final = 5
_TOKENS_PER_CHARACTER: Final = 1.5

_LATIN: Final = re.compile(r"[A-Za-z]+")
_EAST_ASIAN: Final = re.compile(r"[\u2010-\u203a\u2e80-\ud7af\uf900-\ufaff\uff00-\uffef]")


def token_bound(text: str) -> int:
    """How many tokens ``text`` has at most, in whatever tokenizer a chat model uses.

    A token for every five letters of a Latin word, three for two East Asian characters, one for
    every other UTF-8 byte that is no space. Measured on 3,689 stretches of 900 characters: in
    English 1.3 times what cl100k_base counts and below it for 1 in 120, in Chinese 1.2 times and
    below it for 1 in 33; o200k_base counts less (1.3 and 1.7 times). Of two texts joined it is at
    most the sum.
    """
    latin = sum(-(-len(word) // _LETTERS_PER_TOKEN) for word in _LATIN.findall(text))
    rest, east_asian = _EAST_ASIAN.subn("", _LATIN.sub("", text))
    return (
        latin
        + math.ceil(_TOKENS_PER_CHARACTER * east_asian)
        + len(rest.replace(" ", "").encode(errors="replace"))
    )
