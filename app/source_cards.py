"""What a citation chip shows at a glance: the cited words with what stands around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.passages import Source

AROUND_CHARS: Final = 140
"""The longest text before and after the cited words."""

LONGEST_QUOTE: Final = 480
"""The longest text of the cited words themselves."""

_CUT: Final = "…"
_PARAGRAPH: Final = "\n\n"
_WORD_CHARS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """A cited place in a few lines; ``missing`` says that only the quotation is left."""

    document: str
    page: str
    before: str
    marked: str
    after: str
    missing: bool


def card_of(source: Source) -> SourceCard:
    """The cited words of ``source`` in their paragraph, cut to what is read at a glance."""
    return SourceCard(
        document=source.document,
        page=source.page,
        before=_end_of(source.before.rpartition(_PARAGRAPH)[2]),
        marked=_start_of(source.marked, LONGEST_QUOTE),
        after=_start_of(source.after.partition(_PARAGRAPH)[0], AROUND_CHARS),
        missing=source.missing,
    )


def _start_of(text: str, longest: int) -> str:
    """The start of ``text``; a word that is not too long is not cut."""
    if len(text) <= longest:
        return text
    start = text[:longest]
    whole = start.rpartition(" ")[0]
    return (whole if longest - len(whole) <= _WORD_CHARS else start) + _CUT


def _end_of(text: str) -> str:
    """The end of ``text``; a word that is not too long is not cut."""
    if len(text) <= AROUND_CHARS:
        return text
    end = text[-AROUND_CHARS:]
    whole = end.partition(" ")[2]
    return _CUT + (whole if AROUND_CHARS - len(whole) <= _WORD_CHARS else end)
