"""What in a question may be put in another's place: things of a kind, and words that point away.

"What was revenue in 2020?" followed by "and in 2021?" asks for the other year; "it" in "how heavy
is it?" stands for what the earlier question was about. Knows no language in full.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import Final, Protocol

from rag.language import HAN, sentence_pieces
from rag.words import content_words


def word_set(prose: str) -> frozenset[str]:
    """The words of a list that is written as prose."""
    return frozenset(prose.split())


class Kind(StrEnum):
    """What sort of thing a slot holds; the same sort may take its place."""

    CODE = "code"
    DATE = "date"
    MONTH = "month"
    NAME = "name"
    NUMBER = "number"
    PLACE = "place"
    QUARTER = "quarter"
    QUOTED = "quoted"
    WEEKDAY = "weekday"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A thing of a kind at ``[start, end)`` in the characters of a question."""

    kind: Kind
    start: int
    end: int
    text: str


class Points(StrEnum):
    """What a word that points to an earlier question stands for."""

    NAMED = "named"
    ONE = "one"
    OWNER = "owner"
    OWNERS = "owners"
    PERSON = "person"
    PERSON_OWNER = "person_owner"
    PLACE = "place"
    PLURAL = "plural"
    SINGULAR = "singular"
    VAGUE = "vague"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A stretch ``[start, end)`` of a question that points away.

    ``noun`` is what a NAMED one says about it: "pump" in "this pump".
    """

    points: Points
    start: int
    end: int
    noun: str = ""


class Earlier(Protocol):
    """What the question before lends to a follow-up."""

    def topic(self, points: Points, noun: str = "") -> str | None:
        """The phrase that a word pointing back stands for, one with ``noun`` in it if given."""

    def owner(self) -> str | None:
        """The thing it is about, without the property of it that was asked for."""

    def with_interrogative(self, words: str) -> str | None:
        """The question asked by other question words: "since when" for "how often".

        None where that would ask for something else.
        """

    def with_piece(self, piece: str) -> str | None:
        """The question with ``piece`` in the place of what is like it; None where nothing is."""

    def stated(self) -> str | None:
        """What a question for yes or no asks about, where it can stand before the next one."""

    def words(self) -> list[str]:
        """Its words that carry content, as they stand there, in order."""


_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_DAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_HAN_DIGITS: Final = "〇零一二三四五六七八九十"
_FORMS: Final = (
    (Kind.QUOTED, r"[\"“「『《][^\"”」』》]+[\"”」』》]"),
    (
        Kind.DATE,
        rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})(?: \d{{4}})?"
        rf"|(?:{_MONTHS}) \d{{1,2}}(?:, ?\d{{4}})?\b"
        r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
        r"|(?:\d{4} ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?[日号]",
    ),
    (Kind.QUARTER, r"\bQ[1-4]\b|第[一二三四]季度|[一二三四]季度"),
    (Kind.YEAR, rf"(?:19|20)\d\d(?: ?年度?)?(?![\d-])|[{_HAN_DIGITS}]{{4}}年度?"),
    (Kind.MONTH, rf"\b(?:{_MONTHS})\b|(?:\d{{1,2}}|[{_HAN_DIGITS}]{{1,3}}) ?月份?"),
    (Kind.WEEKDAY, rf"\b(?:{_DAYS})s?\b|(?:周|星期|礼拜)[一二三四五六日天](?![{HAN}]?期)"),
    (
        Kind.CODE,
        r"(?<![A-Za-z0-9])(?!\d+-[a-z]{2}|\d+(?:st|nd|rd|th)\b)"
        r"(?=[A-Za-z0-9.\-/]*\d)(?=[0-9.\-/]*[A-Za-z])"
        r"[A-Za-z0-9]+(?:[-./][A-Za-z0-9]+)*",
    ),
    (Kind.NUMBER, r"\d[\d,]*(?:\.\d+)*(?: ?(?:%|percent\b|％))?"),
)
_FORM: Final = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _FORMS))
_CAPITALISED: Final = re.compile(
    r"\b[A-ZÀ-ÖØ-Þ](?:(?!['’]s\b)[A-Za-zÀ-ÿ0-9'’&-])*"
    r"(?: (?:of |de |van |von )?[A-ZÀ-ÖØ-Þ](?:(?!['’]s\b)[A-Za-zÀ-ÿ0-9'’&-])*)*"
)
_MOST_WORDS: Final = 16
_MODAL: Final = re.compile(r"May\b|March (?=[a-z])")
_NO_NAME: Final = word_set(
    "A An And Are At But By Can Could Did Do Does For From Had Has Have How I If In Is It Its May "
    "Must My Of On Or Our Please Shall Should So Tell That The Their There These They This Those "
    "To Until Was We Were What When Where Which While Who Whom Whose Why Will With Would You Your "
    "About Also Any Does Explain Give Is Show Since Then Under Up"
)


def slots_of(text: str) -> list[Slot]:
    """The slots of ``text`` in order; none overlaps another.

    Latin names are runs of capitalised words; a capital that only begins the sentence is none.
    """
    found = [
        Slot(kind=Kind(str(match.lastgroup)), start=match.start(), end=match.end(), text=match[0])
        for match in _FORM.finditer(text)
        if match.start() or not _MODAL.match(text)
    ]
    for match in _CAPITALISED.finditer(text):
        start, end = _name_in(text, match.start(), match.end())
        if start < end and not any(one.start < end and start < one.end for one in found):
            found.append(Slot(kind=Kind.NAME, start=start, end=end, text=text[start:end]))
    return sorted(found, key=lambda slot: slot.start)


def _name_in(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the name in a run of capitalised words; empty when there is none."""
    while start < end:
        word = text[start:end].split(" ", 1)[0]
        if word not in _NO_NAME:
            break
        start = min(end, start + len(word) + 1)
    return start, end


def best_match(slot: Slot, candidates: Sequence[Slot]) -> Slot | None:
    """The slot that ``slot`` replaces: of its kind, likest in its beginning, the last of equals."""
    same = [one for one in candidates if one.kind is slot.kind and one.text != slot.text]
    return max(same, key=lambda one: (_alike(one.text, slot.text), one.start), default=None)


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """``text`` with each ``[start, end)`` given another text; the stretches do not overlap."""
    for start, end, other in sorted(changes, reverse=True):
        text = text[:start] + other + text[end:]
    return text


def found_name(answer: str, question: str) -> str | None:
    """The one code, name or quotation that the first sentence of ``answer`` adds to ``question``.

    None where there are several or none.
    """
    first = next(iter(sentence_pieces(answer)), "")
    kinds = (Kind.CODE, Kind.NAME, Kind.QUOTED)
    new = {one.text for one in slots_of(first) if one.kind in kinds and one.text not in question}
    return new.pop() if len(new) == 1 else None


def with_words(question: str, words: Sequence[str], *, brackets: str) -> str:
    """``question`` with those of ``words`` that it lacks, in ``brackets`` (two characters)."""
    known = set(content_words(question))
    missing = []
    for word in words[:_MOST_WORDS]:
        parts = set(content_words(word))
        if parts - known:
            missing.append(word)
            known |= parts
    left, right = brackets[0], brackets[1]
    gap = " " if left == "(" else ""
    return f"{question}{gap}{left}{' '.join(missing)}{right}" if missing else question
