"""Sentences changed by rule: said in other words, or made wrong in one point.

Every edit gives None where it has nothing to take hold of. Text in, text out; a generator draws.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.checking.wordings import (
    HAN_OTHER_WORDS,
    HAN_TURNS,
    HAN_UNITS,
    OTHER_WORDS,
    TURNS,
    UNITS,
)
from rag.checking.names import names_in
from rag.language import language_of

Edit = Callable[[str, random.Random, Sequence[str]], str | None]
"""Gets a sentence, a generator, and names of other sentences; gives the claim."""

_NUMBER: Final = re.compile(
    r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,.]\d)|(?<![\w.,/-])\d{1,6}(?![\w]|[,./-]\d)"
)
_HAN_NUMBER: Final = re.compile(r"(?<![\d.A-Za-z-])\d{1,6}(?![\d.]|[A-Za-z])")
_YEAR: Final = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_MONTHS_PROSE: Final = """
January February March April May June July August September October November December
"""
_MONTHS: Final = _MONTHS_PROSE.split()
_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS)})\b(?=\s\d)|(?<=\d\s)({'|'.join(_MONTHS)})\b")
_HAN_MONTH: Final = re.compile(r"(?<!\d)(\d{1,2})(?=月\d)")
_MONTH_DAY: Final = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})(?=,? \d{{4}})")
_SPELLED: Final = {
    word: str(value)
    for value, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2
    )
}


def as_it_stands(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """The sentence itself, its blanks made one."""
    return " ".join(sentence.split())


def other_forms(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """Numbers, dates and characters in other forms of the same."""
    if language_of(sentence) == "zh":
        return _traditional(sentence) if draw.random() < 0.5 else _wide(sentence)
    ways = [_regrouped(sentence), _day_first(sentence), _spelled(sentence)]
    found = [way for way in ways if way is not None]
    return draw.choice(found) if found else None


def other_words(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """One or two words replaced by others of the same meaning."""
    pairs = HAN_OTHER_WORDS if language_of(sentence) == "zh" else OTHER_WORDS
    changed = sentence
    for one, other in pairs:
        changed = re.sub(_whole(one), other, changed, count=1)
    return changed if changed != sentence else None


def one_clause(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """The sentence up to a comma, where that is most of it."""
    mark = "，" if language_of(sentence) == "zh" else ", "
    clauses = sentence.split(mark)
    kept = mark.join(clauses[:-1])
    long_enough = len(kept) > (8 if mark == "，" else 30)
    return kept + ("。" if mark == "，" else ".") if len(clauses) > 1 and long_enough else None


def number_changed(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """A number that is no year becomes another."""
    pattern = _HAN_NUMBER if language_of(sentence) == "zh" else _NUMBER
    found = [m for m in pattern.finditer(sentence) if not _is_date(sentence, m)]
    if not found:
        return None
    match = draw.choice(found)
    value = int(match[0].replace(",", ""))
    changed = value + draw.choice([1, 2, 5, 10, max(1, value // 10), value + 1])
    text = f"{changed:,}" if "," in match[0] else str(changed)
    return None if text in sentence else _put(sentence, match, text)


def date_changed(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """A year or a month becomes another."""
    ways: list[tuple[re.Match[str], str]] = []
    for match in _YEAR.finditer(sentence):
        ways.append((match, str(int(match[0]) + draw.choice([-10, -1, 1, 3, 10]))))
    for match in _MONTH.finditer(sentence):
        ways.append((match, _MONTHS[(_MONTHS.index(match[0]) + draw.randrange(1, 12)) % 12]))
    for match in _HAN_MONTH.finditer(sentence):
        ways.append((match, str((int(match[0]) + draw.randrange(0, 11)) % 12 + 1)))
    if not ways:
        return None
    match, text = draw.choice(ways)
    return None if text in sentence else _put(sentence, match, text)


def unit_changed(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """The unit at a number becomes another."""
    zh = language_of(sentence) == "zh"
    ways = []
    for pair in HAN_UNITS if zh else UNITS:
        for one, other in (pair, pair[::-1]):
            end = "" if zh or not one[-1].isalpha() else r"\b"
            if match := re.search(rf"(?<=\d)(\s?){re.escape(one)}{end}(?![元米克里])", sentence):
                ways.append((match, match[1] + other))
    if not ways:
        return None
    match, text = draw.choice(ways)
    return _put(sentence, match, text)


def name_changed(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """A name becomes one of another sentence in the same language."""
    own = [name for name in names_in(sentence) if name in sentence]
    strange = [
        name
        for name in others
        if name not in sentence and name.isascii() != (language_of(sentence) == "zh")
    ]
    if not own or not strange:
        return None
    return sentence.replace(draw.choice(own), draw.choice(strange))


def denied(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """A negation comes in, or the one there is goes."""
    zh = language_of(sentence) == "zh"
    takes = (
        (("没有", "有"), ("不能", "能"), ("不是", "是"), ("未能", "能"))
        if zh
        else ((" not ", " "), (" never ", " "), ("cannot", "can"))
    )
    puts = (
        (
            ("可以", "不可以"),
            ("能够", "不能够"),
            ("是", "不是"),
            ("必须", "不必"),
            ("属于", "不属于"),
            ("拥有", "没有"),
            ("位于", "不位于"),
        )
        if zh
        else (
            (" is ", " is not "),
            (" was ", " was not "),
            (" are ", " are not "),
            (" were ", " were not "),
            (" can ", " cannot "),
            (" has ", " has not "),
            (" will ", " will not "),
            (" must ", " must not "),
        )
    )
    for one, other in (*takes, *puts):
        if one in sentence and not (one == "是" and re.search(r"[不但还或于就]是|是否", sentence)):
            return sentence.replace(one, other, 1)
    return None


def turned_round(sentence: str, draw: random.Random, others: Sequence[str]) -> str | None:
    """A comparison goes the other way."""
    ways = []
    for pair in HAN_TURNS if language_of(sentence) == "zh" else TURNS:
        for one, other in (pair, pair[::-1]):
            if match := re.search(_whole(one), sentence):
                ways.append((match, other))
    if not ways:
        return None
    match, text = draw.choice(ways)
    return _put(sentence, match, text)


TRUE: Final[dict[str, Edit]] = {
    "as it stands": as_it_stands,
    "other forms": other_forms,
    "other words": other_words,
    "one clause": one_clause,
}
"""Edits after which a sentence says the same, or less of the same."""

FALSE: Final[dict[str, Edit]] = {
    "number": number_changed,
    "date": date_changed,
    "unit": unit_changed,
    "name": name_changed,
    "negation": denied,
    "comparison": turned_round,
}
"""Edits after which it says something else."""


def _put(sentence: str, match: re.Match[str], text: str) -> str:
    return sentence[: match.start()] + text + sentence[match.end() :]


def _whole(word: str) -> str:
    return re.escape(word) if not word.isascii() else rf"\b{re.escape(word)}\b"


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    after = sentence[match.end() : match.end() + 1]
    before = sentence[: match.start()].rstrip().rsplit(" ", 1)[-1]
    return bool(_YEAR.fullmatch(match[0])) or after in ("年", "月", "日", "号") or before in _MONTHS


def _regrouped(sentence: str) -> str | None:
    if match := re.search(r"(?<![\d,.])(\d{1,3}),(\d{3})(?![\d,.])", sentence):
        return _put(sentence, match, match[1] + match[2])
    if match := re.search(r"(?<![\d,.$])(?!1[5-9]\d\d|20\d\d)(\d{1,3})(\d{3})(?![\d,.])", sentence):
        return _put(sentence, match, f"{match[1]},{match[2]}")
    return None


def _day_first(sentence: str) -> str | None:
    match = _MONTH_DAY.search(sentence)
    return (
        _put(sentence, match, f"{match[2]} {match[1]}").replace(f"{match[1]}, ", f"{match[1]} ")
        if match
        else None
    )


def _spelled(sentence: str) -> str | None:
    for word, digits in _SPELLED.items():
        if match := re.search(rf"(?<=\s){word}(?=\s)", sentence):
            return _put(sentence, match, digits)
    return None


def _traditional(sentence: str) -> str:
    import opencc

    return str(opencc.OpenCC("s2t").convert(sentence))


def _wide(sentence: str) -> str:
    return sentence.translate({ord(str(n)): ord("０") + n for n in range(10)})
