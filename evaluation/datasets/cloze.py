"""Cloze questions: a sentence of a document with one of its facts blanked out.

A fact is a number, a date, a time of day or a code. A sentence is used only when a reader can tell
from it what is asked, and when no other sentence of the collections would take another value there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from evaluation.dataset import Place
from evaluation.metrics.answers import holds
from rag.language import Language, language_of
from rag.types import Passage
from rag.words import content_words

BLANK: Final = "____"

SAME_SENTENCE: Final = 0.7
"""Share of a blanked sentence's content words at which another sentence may be the same one."""

_FEWEST_CONTEXT_WORDS: Final = 4
_LENGTHS: Final[dict[Language, tuple[int, int]]] = {"en": (35, 240), "zh": (14, 100)}
_MOST_NUMBERS: Final = 4

_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_UNIT: Final = re.compile(
    r"\s?(?:%|‰|°C|℃|percent|(?:km/h|L/min|mm|cm|km|kg|mg|ml|bar|kPa|MPa|Nm|Hz|kW|dB|GB|MB|TB|m|g|h|"
    r"V|A|W|euros?|dollars?|pounds?|yuan|(?:working |calendar |business )?days?|hours?|minutes?|"
    r"seconds?|weeks?|months?|years?|times|people|persons|pages|metres|kilometres|meters|"
    r"kilometers|degrees)\b|"
    r"万元|亿元|欧元|美元|元|个工作日|个工作小时|个自然日|个月|工作日|小时|分钟|天|周|年|秒|次|台|件|"
    r"名|人|位|分贝|分(?!之)|度|页|平方米|公里|千米|毫米|厘米|米|公斤|千克|克|倍|欧姆|摄氏度)"
)
_LIST_MARK: Final = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)、]|[（(]\d{1,2}[)）])\s*")
_POINTS_BACK: Final = re.compile(
    r"(?:it|its|this|that|these|those|they|their|he|she|his|her|such|then|there|here|otherwise|"
    r"however|also|and|or|but|so|therefore|both|in this case|the same|the latter)\b|"
    r"本|其|该|此|这|那|它|他|她|但|而|并|且|则|上述|前述|以上|否则|因此|所以|同时|也|还|逾期|超出|超过",
    re.IGNORECASE,
)
_ENDS: Final[dict[Language, str]] = {"en": ".!;", "zh": "。！；"}
_TABLE_ROW: Final = re.compile(r"[A-Z]+-?\d+ [A-Z]")
_DIGITS: Final = re.compile(r"\d+(?:[.,:]\d+)*")


class FactKind(StrEnum):
    """What can be blanked."""

    DATE = "date"
    TIME = "time"
    CODE = "code"
    NUMBER = "number"


CODE: Final = re.compile(
    r"(?<![A-Za-z0-9/_.\-])(?:[A-Z]{1,4}-?[A-Z]{0,3}-?\d{1,4}[A-Z]?)(?![A-Za-z0-9/_]|[.\-]\w)"
)
"""A code such as X-200B, E07 or FIN-EU-024."""

_PATTERNS: Final = (
    (
        FactKind.DATE,
        re.compile(
            rf"\b\d{{1,2}} {_MONTH}(?: \d{{4}})?\b|\b{_MONTH} \d{{1,2}}, \d{{4}}\b|"
            rf"\b{_MONTH} \d{{4}}\b|\b\d{{4}}-\d{{2}}-\d{{2}}\b|"
            r"\d{4} ?年(?: ?\d{1,2} ?月(?: ?\d{1,2} ?日)?)?|\d{1,2} ?月 ?\d{1,2} ?日"
        ),
    ),
    (FactKind.TIME, re.compile(r"(?<![\d:])\d{1,2}[:：]\d{2}(?![\d:])")),
    (FactKind.CODE, CODE),
    (
        FactKind.NUMBER,
        re.compile(
            r"(?<![A-Za-z0-9/_.,:\-–～~])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
            r"(?![0-9/_:]|[.,]\d|[A-Za-z]\d|\s?[\-–～~])"
        ),
    ),
)

_ASKS: Final[dict[Language, dict[FactKind, str]]] = {
    "en": {kind: f"Which {kind} belongs in the blank? “{{}}”" for kind in FactKind},
    "zh": {
        FactKind.DATE: "空白处应填哪个日期？“{}”",
        FactKind.TIME: "空白处应填几点几分？“{}”",
        FactKind.CODE: "空白处应填哪个编号？“{}”",
        FactKind.NUMBER: "空白处应填哪个数字？“{}”",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a passage on one line, without its list mark."""

    text: str
    passage: Passage

    @property
    def place(self) -> Place:
        """The page it stands on, or its document where there are no pages."""
        return Place.of(self.passage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """``sentence.text[start:end]``, which is blanked; ``answers`` are ways to say it."""

    sentence: Sentence
    kind: FactKind
    start: int
    end: int
    answers: tuple[str, ...]

    @property
    def blanked(self) -> str:
        """The sentence with the blank in it."""
        text = self.sentence.text
        return f"{text[: self.start]}{BLANK}{text[self.end :]}"

    @property
    def context(self) -> frozenset[str]:
        """Content words of the sentence around the blank."""
        return frozenset(content_words(self.blanked.replace(BLANK, " ")))


def asked(kind: FactKind, blanked: str) -> str:
    """The question for a sentence with a blank, in the sentence's language."""
    inner = blanked.replace("“", "‘").replace("”", "’")
    return _ASKS[language_of(blanked)][kind].format(inner)


def sentences_of(passages: Sequence[Passage]) -> list[Sentence]:
    """Every sentence that may be quoted, in the order of the passages."""
    return [
        Sentence(text=_LIST_MARK.sub("", _on_one_line(quote)), passage=passage)
        for passage in passages
        for quote in map(passage.chunk.quote, passage.chunk.sentences)
    ]


def facts_of(sentence: Sentence) -> list[Fact]:
    """What can be blanked in ``sentence``; nothing where a reader could not tell what is asked."""
    text = sentence.text
    if not _reads_alone(text):
        return []
    found: list[Fact] = []
    taken: list[range] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            span = range(match.start(), match.end())
            if any(span.start < other.stop and other.start < span.stop for other in taken):
                continue
            taken.append(span)
            if text.count(match[0]) == 1:
                found.append(
                    Fact(
                        sentence=sentence,
                        kind=kind,
                        start=span.start,
                        end=span.stop,
                        answers=_ways_to_say(text, match, kind),
                    )
                )
    return [fact for fact in found if len(fact.context) >= _FEWEST_CONTEXT_WORDS]


class SentencePool:
    """All sentences of the collections, to tell where a blanked one would fit."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._holding: dict[str, list[int]] = {}
        for at, sentence in enumerate(sentences):
            for word in set(content_words(sentence.text)):
                self._holding.setdefault(word, []).append(at)

    def places_of(self, fact: Fact) -> tuple[Place, ...]:
        """Where the fact stands, its own place first; none if another value may stand there.

        A sentence with ``SAME_SENTENCE`` of the context's words is taken for the same sentence: it
        has to hold the same value.
        """
        places = [fact.sentence.place]
        for sentence in self._like(fact.context):
            if not holds(sentence.text, fact.answers[-1]):
                return ()
            places.append(sentence.place)
        return tuple(dict.fromkeys(places))

    def _like(self, context: frozenset[str]) -> Iterator[Sentence]:
        shared = Counter(at for word in context for at in self._holding.get(word, ()))
        for at, count in sorted(shared.items()):
            if count >= SAME_SENTENCE * len(context):
                yield self._sentences[at]


def _ways_to_say(text: str, match: re.Match[str], kind: FactKind) -> tuple[str, ...]:
    """The fact with its unit, if it has one, and as it stands."""
    unit = _UNIT.match(text, match.end()) if kind is FactKind.NUMBER else None
    return (text[match.start() : unit.end()], match[0]) if unit else (match[0],)


def _reads_alone(text: str) -> bool:
    language = language_of(text)
    shortest, longest = _LENGTHS[language]
    return (
        shortest <= len(text) <= longest
        and text[-1] in _ENDS[language]
        and "。" not in text[:-1]
        and not text[0].islower()
        and "|" not in text
        and BLANK not in text
        and not _POINTS_BACK.match(text)
        and not _TABLE_ROW.match(text)
        and len(_DIGITS.findall(text)) <= _MOST_NUMBERS
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
