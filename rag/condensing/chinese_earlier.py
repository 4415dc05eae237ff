"""What an earlier Chinese question lends to the next one: its topic, its frame, its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rag.condensing.chinese_phrases import (
    ASKS,
    NounRun,
    Word,
    chinese_slots,
    is_attribute,
    noun_runs,
    parts_of_run,
    words_of,
)
from rag.condensing.slots import Kind, Points, Slot, best_match, found_name, replaced
from rag.words import content_words

_CONDITION: Final = re.compile(
    "(?:如果|要是|万一|假如)[^，,？?]+?(?=会|怎|该|要(?!是)|应|需|能|可|[，,？?]|$)"
)
_PROPERTY: Final = re.compile(
    "(?:的)?(?:价格|价钱|售价|重量|尺寸|长度|宽度|高度|厚度|直径|保修期|质保期|有效期|功率|电压|量程|精度|"
    "地址|电话|邮箱|分机号|网址|名称)$"
)
_PREPOSITION: Final = re.compile("^(?:在|对|对于|到|去|给|从|由|按|跟)")
_CLAUSE_END: Final = re.compile("[，,；;。！!]")
_TIMES: Final = (Kind.YEAR, Kind.QUARTER, Kind.MONTH, Kind.DATE)
_INSIDE: Final = ("a", "b", "m", "q", "s", "r")
_SAME_END, _SAME_SORT, _ONLY_ONE = 3, 2, 1


@dataclass(frozen=True, slots=True)
class ChineseEarlier:
    """See ``rag.condensing.slots.Earlier``."""

    question: str
    answer: str = ""

    def topic(self, points: Points, noun: str = "") -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        if points is Points.PLACE:
            places = [one for one in chinese_slots(self.question) if one.kind is Kind.PLACE]
            return places[-1].text if places else None
        asked_for = not noun and re.search("哪|谁", self.question)
        if asked_for and (found := found_name(self.answer, self.question)):
            return found
        about = _about(self.question)
        runs = noun_runs(self.question)
        if points in (Points.PERSON, Points.PERSON_OWNER):
            return next((one.text for one in runs if one.person or one.named), about)
        if not noun:
            return _PROPERTY.sub("", about).strip() or about if about else None
        wanted = set(content_words(noun))
        for one in (about, *(run.text for run in runs)):
            if one and (noun in one or wanted & set(content_words(one))):
                return one
        return None

    def owner(self) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        about = self.topic(Points.SINGULAR)
        if about and is_attribute(about):
            possessor, of, _ = about.rpartition("的")
            about = possessor.strip() if of else about
        return about

    def with_interrogative(self, words: str) -> str | None:
        """None: a Chinese question word stands in the middle of its question."""
        return None

    def with_piece(self, piece: str) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        return _with_piece(self.question, piece)

    def stated(self) -> str | None:
        """See ``rag.condensing.slots.Earlier``."""
        asked = re.fullmatch(r"(.+?)[吗么]\s*[?？]?", self.question)
        return asked[1] if asked and not ASKS.search(asked[1]) else None

    def words(self) -> list[str]:
        """See ``rag.condensing.slots.Earlier``."""
        return [
            one.text
            for one in words_of(self.question)
            if (one.noun or one.verb or one.tag in _TIMES)
            and content_words(one.text)
            and not ASKS.search(one.text)
        ]


def _about(question: str) -> str | None:
    """What stands before the question word, as far as it is a noun phrase, else the first after."""
    words = words_of(question)
    asks = ASKS.search(question)
    limit = asks.start() if asks else len(question)
    start = max((m.end() for m in _CLAUSE_END.finditer(question, 0, limit)), default=0)
    before = [one for one in words if start <= one.start < limit]
    phrase = _phrase(question, before)
    if phrase is None and start:
        phrase = _phrase(question, [one for one in words if one.start < start])
    return phrase or _phrase(question, [one for one in words if one.start > limit])


def _phrase(question: str, words: Sequence[Word]) -> str | None:
    """The noun phrase that ``words`` begin with, verbs before it left out."""
    while words and not (words[0].noun or words[0].tag in _TIMES or _qualifies(words)):
        words = words[1:]
    of = max((n for n, one in enumerate(words) if one.text == "的"), default=-1)
    end = of + 1
    while end < len(words) and (words[end].noun or words[end].tag in (*_TIMES, *_INSIDE)):
        end += 1
    if of >= 0 and end == of + 1:
        end = of
    kept = words[:end]
    while kept and not kept[-1].noun:
        kept = kept[:-1]
    return question[kept[0].start : kept[-1].end] if kept else None


def _qualifies(words: Sequence[Word]) -> bool:
    """Whether a phrase begins before its first noun: “出差的报销单”, “新食堂”."""
    if len(words) > 2 and words[0].verb and words[1].text == "的":
        return words[2].noun
    return len(words) > 1 and words[0].tag in ("a", "b") and words[1].noun


def _with_piece(question: str, piece: str) -> str | None:
    """``question`` with ``piece`` in the place of what is like it; None where nothing is.

    A name, a place or a time that nothing is like is put before the question.
    """
    if re.match("如果|要是|万一|假如|超过|不", piece):
        clause = _CONDITION.search(question)
        return replaced(question, [(*clause.span(), piece)]) if clause else None
    words = _PREPOSITION.sub("", piece)
    own = chinese_slots(words)
    changes = _by_slots(question, words, own)
    if changes is None and not own:
        changes = _by_noun(question, words)
    if changes is not None:
        changed = replaced(question, changes)
        return changed if changed != question else None
    whole = own and (own[0].start, own[0].end) == (0, len(words))
    begins = next((one for one in words_of(question)), None)
    if whole and begins is not None and begins.noun:
        of = "" if own[0].kind is Kind.CODE else "的"
        return f"{words}{of}{question}"
    return None


def _by_slots(question: str, words: str, own: list[Slot]) -> list[tuple[int, int, str]] | None:
    """What to change so that the slots of ``words`` stand in ``question``."""
    if not own:
        return None
    theirs = chinese_slots(question)
    changes = []
    for slot in own:
        if any(one.kind is slot.kind and one.text == slot.text for one in theirs):
            continue
        match = best_match(slot, theirs)
        if match is None:
            return None
        theirs.remove(match)
        unit = match.text[len(match.text.rstrip(" 年度月份日号")) :]
        bare = slot.kind is Kind.YEAR and slot.text.isdecimal()
        changes.append((match.start, match.end, slot.text + (unit if bare else "")))
    outside = replaced(words, [(one.start, one.end, " ") for one in own])
    others = set(content_words(outside)) - set(content_words(question))
    if not others:
        return changes
    rest = outside.strip(" 的")
    more = _by_noun(question, rest)
    if more is None or any(a[0] < b[1] and b[0] < a[1] for a in more for b in changes):
        return None
    return changes + more


def _by_noun(question: str, words: str) -> list[tuple[int, int, str]] | None:
    """What to change so that ``words`` stand in the place of the likest nouns."""
    targets = noun_runs(words)
    if not targets:
        return None
    target = targets[-1]
    runs = [one for one in noun_runs(question) if not one.named]
    parts = [run for one in runs for run in parts_of_run(question, one)]
    scored = [(_likeness(target, one, len(runs)), len(one.text), one) for one in (*runs, *parts)]
    score, _, best = max(scored, key=lambda each: each[:2], default=(0, 0, target))
    return [(best.start, best.end, words)] if score > 0 else None


def _likeness(target: NounRun, one: NounRun, others: int) -> int:
    if target.named or target.person is not one.person:
        return 0
    same_end = target.text[-1] == one.text[-1]
    return (
        _SAME_END * same_end
        + _SAME_SORT * (target.person and one.person)
        + _SAME_SORT * (target.attribute and one.attribute)
        + _ONLY_ONE * (others == 1)
    )
