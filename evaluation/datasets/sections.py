"""Questions for what a document says under one of its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.dataset import Place
from rag.language import Language, language_of
from rag.types import Passage

_ARROW: Final = " › "
_LEAST_CHARS: Final = {"en": 80, "zh": 30}
_LONGEST_HEADING: Final = 80

_NUMBERING: Final = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零\d]+[章节条部分篇]|[（(][一二三四五六七八九十\d]+[)）]|"
    r"[一二三四五六七八九十]+、|(?:\d+(?:\.\d+)*[.、)]?|[IVXLC]+\.|[A-Z]\.)(?=\s))"
    r"\s*(?=[^\W\d_])(?![版年月日个期次级号])"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")

_ASKS: Final[dict[Language, str]] = {
    "en": "What does “{title}” say under “{heading}”?",
    "zh": "《{title}》中“{heading}”一节说了什么？",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands under one heading of a document; ``heading`` names it without its numbering."""

    document: str
    title: str
    heading: str
    places: tuple[Place, ...]
    language: Language


def asked(title: str, heading: str, language: Language) -> str:
    """The question for what the document of this title says under ``heading``."""
    bare = title.replace("《", "〈").replace("》", "〉") if language == "zh" else title
    return _ASKS[language].format(title=bare, heading=heading)


def sections_of(passages: Sequence[Passage]) -> list[Section]:
    """The sections that title and heading tell apart, in the order of the passages.

    Left out are those with hardly any text, and headings without a word.
    """
    under: dict[tuple[str, str], list[Passage]] = {}
    for passage in passages:
        if heading := _heading(passage):
            under.setdefault((title_of(passage), heading), []).append(passage)
    return [
        _section(title, heading, held)
        for (title, heading), held in under.items()
        if _can_be_asked(heading, held)
    ]


def title_of(passage: Passage) -> str:
    """The title of the passage's document on one line."""
    return " ".join(passage.title.split())


def _heading(passage: Passage) -> str:
    """The nearest heading, after the one above it unless that is the document's title."""
    path = passage.chunk.heading_path
    title = title_of(passage)
    below = [_unnumbered(one) for one in path if " ".join(one.split()) not in ("", title)]
    if len(path) > 1 and title.startswith(path[0]):
        below = below[1:] if path[0] != title else below
    return _ARROW.join(below[-2:])


def _can_be_asked(heading: str, held: Sequence[Passage]) -> bool:
    language = language_of(heading)
    said = sum(
        len(passage.chunk.quote(span)) for passage in held for span in passage.chunk.sentences
    )
    return (
        len({passage.document_id for passage in held}) == 1
        and len(heading) <= _LONGEST_HEADING
        and said >= _LEAST_CHARS[language]
        and sum(char.isalpha() for char in heading.rpartition(_ARROW)[2])
        >= (2 if _HAN.search(heading) else 4)
    )


def _section(title: str, heading: str, held: Sequence[Passage]) -> Section:
    return Section(
        document=held[0].document,
        title=title,
        heading=heading,
        places=tuple(dict.fromkeys(map(Place.of, held))),
        language=language_of(heading),
    )


def _unnumbered(heading: str) -> str:
    return " ".join(_NUMBERING.sub("", heading).split())
