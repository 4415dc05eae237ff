r"""Characters nobody sees, taken out of a text; everything a reader sees stays as it is.

After ``clean`` the only control character is ``\n``. Knows nothing of lines or paragraphs beyond
that; the characters that stay are not normalised, so that a quote equals what the file says.
"""

from __future__ import annotations

import re
from typing import Final

_TERMINAL_CODE: Final = re.compile(r"\x1b\[[0-9;?]*[@-~]")
_LINE_BREAK: Final = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANK: Final = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f]")
_EMOJI: Final = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200c"
    "\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
    f"|(?<![{_EMOJI}])\u200d"
)
_BLANKS_BEFORE_BREAK: Final = re.compile(r"[ \u3000]+(?=\n)")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    r"""``text`` without control, zero-width and direction characters, lone surrogates and tags.

    Every line break becomes ``\n``, a tab two blanks, a no-break space a blank; blanks at line
    ends go; there is at most one empty line in a row and none at either end.
    """
    if text.isascii() and text.isprintable():
        return text.rstrip()
    text = _LINE_BREAK.sub("\n", _TERMINAL_CODE.sub("", text))
    text = _UNSEEN.sub("", _BLANK.sub(" ", text.replace("\t", "  ")))
    text = _EMPTY_LINES.sub("\n\n", _BLANKS_BEFORE_BREAK.sub("", text))
    return text.strip("\n").rstrip()


def one_line(text: str) -> str:
    """``text`` cleaned, with every run of blanks and breaks turned into one blank."""
    return " ".join(clean(text).split())
