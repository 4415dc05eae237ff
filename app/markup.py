"""Text that stays text where Markdown is read: in exported files, and in Streamlit's labels."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"[\\`*_\[\]<>&|~$^=]|(?<=\w):(?=//)|(?<=\bwww)\.|(?<=\w)@(?=\w)")
_AT_A_START: Final = re.compile(r"^([#+-]|\d+(?=[.)]))")
_BLANKS: Final = re.compile(r"\s+")


def as_text(text: str) -> str:
    """``text`` in one line, no character of which means anything to Markdown or HTML."""
    line = _MARKS.sub(r"\\\g<0>", _BLANKS.sub(" ", text).strip())
    return _AT_A_START.sub(_escaped_start, line)


def _escaped_start(found: re.Match[str]) -> str:
    """Escape what would begin a heading or a list: the sign itself, or what follows a number."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"
