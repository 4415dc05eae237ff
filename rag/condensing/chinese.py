"""A Chinese follow-up question made to stand by itself."""

from __future__ import annotations

from collections.abc import Sequence

from rag.condensing.chinese_asking import (
    asks_on,
    changed_piece,
    leaves_noun_out,
    pointers,
    without_connective,
)
from rag.condensing.chinese_phrases import chinese_slots, words_of
from rag.condensing.slots import Earlier, Pointer, Points, replaced, with_words
from rag.words import content_words


def standalone(question: str, earlier: Earlier) -> str | None:
    """``question`` with what it takes from ``earlier``; None when it stands by itself."""
    core = without_connective(question)
    if asks_on(question):
        return _with_words(question, earlier)
    if piece := changed_piece(question):
        return earlier.with_piece(piece) or _with_words(question, earlier)
    if found := pointers(question):
        return _resolved(question, found, earlier) or _with_words(question, earlier)
    if asked := leaves_noun_out(question):
        return _with_noun(asked, earlier) or _with_words(question, earlier)
    return _parallel(core, earlier) if core != question else None


def _resolved(question: str, found: Sequence[Pointer], earlier: Earlier) -> str | None:
    """``question`` with what its first pointer stands for."""
    first = found[0]
    phrase = None if first.points is Points.VAGUE else earlier.topic(first.points, first.noun)
    if phrase is None:
        return None
    if first.points is Points.OWNER:
        phrase = earlier.owner() or phrase
    owns = first.points in (Points.OWNER, Points.PERSON_OWNER)
    after = f"{'的' if owns else ''}{question[first.end :]}"
    return without_connective(question[: first.start] + _joined(phrase, after))


def _joined(phrase: str, after: str) -> str:
    """``phrase`` and what comes after it, with a blank between a Latin and a Chinese letter."""
    return f"{phrase}{' ' if phrase[-1].isascii() and not after[:1].isascii() else ''}{after}"


def _with_noun(asked: str, earlier: Earlier) -> str | None:
    """“年假怎么申请？” of “怎么申请？”, “水泵的价格是多少？” of “价格是多少？”."""
    if stated := earlier.stated():
        return f"{stated}，{asked}"
    words = words_of(asked)
    if not any(one.verb or one.noun for one in words):
        return None
    has_noun = words[0].noun
    about = earlier.owner() if has_noun else earlier.topic(Points.SINGULAR)
    return _joined(about, f"{'的' if has_noun else ''}{asked}") if about else None


def _parallel(core: str, earlier: Earlier) -> str | None:
    """The earlier question with another year, place or code, where ``core`` asks the same."""
    own = chinese_slots(core)
    outside = replaced(core, [(one.start, one.end, " ") for one in own])
    same = set(content_words(outside)) <= set(content_words(" ".join(earlier.words())))
    return earlier.with_piece(own[0].text) if same and len(own) == 1 else None


def _with_words(question: str, earlier: Earlier) -> str:
    if stated := earlier.stated():
        return f"{stated}，{question}"
    return with_words(question, earlier.words(), brackets="（）")
