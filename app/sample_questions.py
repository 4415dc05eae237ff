"""Questions to begin with, made by rule from the headings of a collection's documents.

No model writes them: a heading says what its section is about, so a question about it has an
answer. What makes no good question is left out. Draws nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from rag.language import language_of

if TYPE_CHECKING:
    from vectorstore.outline import Outline, Outlined
    from vectorstore.record import Collection

MOST: Final = 4
"""Questions that are offered."""

_DOCUMENTS: Final = 12
_STATES_KEPT: Final = 64
_FEW_WORDS: Final = 2

_NUMBER: Final = re.compile(
    r"^\s*(?:第[零〇一二三四五六七八九十百\d]+[章节条部分篇]+|[（(]?[零〇一二三四五六七八九十\d]+[）)、]"
    r"|(?:chapter|section|part|article|appendix)\s+[\dIVXLC]+\b|\d+(?:\.\d+)*|[IVXLC]+\.)[\s.:：、．]*",
    re.IGNORECASE,
)
_DULL: Final = Path(__file__).with_name("dull_headings.json")
_DATED: Final = re.compile(r"\d{4}|\d+\.\d+|版（|版\(")
_UNSAFE: Final = re.compile(r"[\[\]<>|`{}$\\*_#~:：;；\n]|https?")
_ASKED_OF_ME: Final = {
    "how to": "How do I",
    "where to": "Where should I",
    "when to": "When should I",
}
_ASKS: Final = ("如何", "怎样", "怎么", "为什么", "为何")
_TITLE_SUFFIX: Final = re.compile(r"\s+[-–—|]\s+[^-–—|]+$")


@dataclass(frozen=True, slots=True)
class _Forms:
    """Lengths of a heading that makes a question, in characters, and how it is asked."""

    shortest: int
    longest: int
    longest_title: int
    about: str
    document: str


_FORMS: Final = {
    "en": _Forms(4, 48, 60, "What does “{title}” say about {topic}?", "What is “{title}” about?"),
    "zh": _Forms(2, 20, 30, "《{title}》里关于{topic}是怎么说的？", "《{title}》主要讲了什么？"),
}


class SampleQuestions:
    """Offers questions about collections; what it made is kept until a collection changes."""

    def __init__(self, outline: Outline) -> None:
        self._made = lru_cache(maxsize=_STATES_KEPT)(
            lambda state: tuple(
                dict.fromkeys(_in_turn(outline.of([one for one, _ in state], most=_DOCUMENTS)))
            )
        )

    def about(self, collections: Sequence[Collection], language: str) -> list[str]:
        """At most ``MOST`` questions about these collections, those in ``language`` first."""
        made: tuple[str, ...] = self._made(tuple((one.id, one.revision) for one in collections))
        return sorted(made, key=lambda question: language_of(question) != language)[:MOST]


def _in_turn(documents: Iterable[Outlined]) -> Iterator[str]:
    """Questions of each document in turn, so that the first ones are about different documents."""
    for some in zip_longest(*map(questions_of, documents)):
        yield from (one for one in some if one is not None)


def questions_of(document: Outlined) -> list[str]:
    """Questions about a document, from its headings; about the whole of it where none serves."""
    title = _title_of(document)
    made = [
        question
        for path in document.headings
        if (question := question_of(path[-1], title)) and not _same(path[-1], title)
    ]
    forms = _FORMS[language_of(title)]
    if not made and _fits(title, forms.longest_title):
        made.append(forms.document.format(title=title))
    return list(dict.fromkeys(made))


def question_of(heading: str, title: str) -> str | None:
    """What is asked about the section under ``heading`` of the document ``title``, if anything."""
    topic = _NUMBER.sub("", heading).strip(" .。．、")
    forms = _FORMS[language_of(topic)]
    if len(topic) < forms.shortest or not _fits(topic, forms.longest) or _DATED.search(topic):
        return None
    if own := _own_question(topic):
        return own
    if _is_dull(topic) or not _fits(title, forms.longest_title):
        return None
    return forms.about.format(title=title, topic=_inside(topic))


def _own_question(topic: str) -> str | None:
    """The question that a heading asks by itself."""
    if topic.endswith(("?", "？")):
        return topic
    if topic.startswith(_ASKS):
        return f"{topic}？"
    first, second, *others = [*topic.split(), "", ""]
    asked = _ASKED_OF_ME.get(f"{first} {second}".casefold())
    words = [word for word in others if word]
    return f"{asked} {' '.join(words)}?" if asked and len(words) > _FEW_WORDS else None


def _is_dull(topic: str) -> bool:
    dull = _dull_headings()
    folded = topic.casefold()
    return folded in dull["whole"] or folded.startswith(tuple(dull["beginnings"]))


@cache
def _dull_headings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(_DULL.read_text("utf-8"))
    return found


def _title_of(document: Outlined) -> str:
    """The heading that stands over all others, else the title without its site, else the name."""
    tops = {path[0] for path in document.headings if len(path) > 1}
    if len(tops) == 1 and not _NUMBER.match(top := tops.pop()):
        return top.strip()
    file = PurePosixPath(document.document)
    title = document.title.strip().removesuffix(file.suffix) or file.stem
    return _TITLE_SUFFIX.sub("", title)


def _same(heading: str, title: str) -> bool:
    return heading.strip().casefold() == title.casefold()


def _fits(words: str, longest: int) -> bool:
    return 0 < len(words) <= longest and not _UNSAFE.search(words)


def _inside(topic: str) -> str:
    """``topic`` as it stands within a sentence: a lone capital at its beginning goes."""
    first, *others = topic.split()
    if not first[1:].islower() or any(word[:1].isupper() for word in others):
        return topic
    return topic[0].lower() + topic[1:]
