"""The words a search compares: forms of one word meet, in English and in Chinese.

Text is folded to one way of writing (``rag/notation.py``), English words are stemmed by Snowball,
Han runs give every word of jieba's dictionary that stands in them. Knows nothing of indexes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rag.language import HAN
from rag.notation import folded

_RUN: Final = re.compile(
    r"\d{1,2}(?:月|日(?!本))"
    r"|\d+(?:\.\d+)?%"
    r"|(?:[A-Z](?<![^\W_].)[A-Z]{0,3}|[b-hj-z](?<![^\W_].))[ ]\d+[A-Za-z]{0,2}(?![^\W_])"
    f"|[{HAN}]+"
    f"|[^\\W_{HAN}]+(?:[-._'’/][^\\W_{HAN}]+)*"
)
_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_JOINT: Final = re.compile(r"[-_'’/]|(?<!\d)\.|\.(?!\d)")
_POSSESSIVE: Final = re.compile(r"['’]s$")
_DOTTED: Final = re.compile(r"[a-z](?:\.[a-z])+")
_RANGE: Final = re.compile(r"\d{2,}[-/]\d{2,}")
_VERSION: Final = re.compile(r"(?:v|r|rev)(\d+(?:\.\d+)+)")

_STOP_EN_PROSE: Final = """
a about above after again all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further
had has have having he her here hers him his how i if in into is it its itself just let may
me might more most much must my no nor not of off on once only or other our out over own per
please same shall she should so some such tell than that the their them then there these
they this those through to too under until up upon us very was we were what when where which
while who whom whose why will with would you your yours s t d ll re ve
"""
_STOP_ZH_PROSE: Final = """
的 了 在 是 我 有 和 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这 那
他 她 它 们 我们 你们 他们 什么 怎么 怎样 如何 哪 哪些 哪个 哪里 哪种 谁 多少 几 几个 吗 呢
吧 啊 为 为什么 与 及 以及 或 或者 并 而 但 但是 如果 因为 所以 由 于 被 把 对 对于 从 向 以
之 其 中 等 请问 请 问 可以 能 能否 是否 应 应该 应当 需 需要 进行 多 多长 多久 时候 时 何
何时 有关 关于 根据 按照 属于
"""
_STOP_EN: Final = frozenset(_STOP_EN_PROSE.split())
_STOP_ZH: Final = frozenset(_STOP_ZH_PROSE.split())
_ACRONYMS: Final = {
    f"{word.upper()}{ending}": word.upper()
    for word in _STOP_EN
    if len(word) > 1
    for ending in ("", "'s", "’s")
}


def words(text: str) -> list[str]:
    """The words a search compares, in the text's order.

    Compounds and codes also give their joined form, so that ``X-200B`` and ``X 200B`` find
    ``x200b``. A date is a year, a month (``1月``) and a day (``5日``), a percentage both ``5`` and
    ``5%``. An acronym that is written like a stop word (``IT``, ``US``) stays in upper case,
    unless its whole line is.
    """
    found: list[str] = []
    for run in _runs(text):
        if run.isascii() or not _HAN_CHAR.match(run):
            found.extend(_latin_words(run))
        else:
            found.extend(_dictionary_words(run))
    return found


def content_words(text: str) -> list[str]:
    """``words(text)`` without the ones that carry no content, such as "the" and "什么"."""
    without = stop_words()
    return [word for word in words(text) if word not in without]


def han_pairs(text: str) -> list[str]:
    """Every two neighbouring Han characters: what matches where dictionaries cut differently."""
    return [
        run[at : at + 2]
        for run in _runs(text)
        if _HAN_CHAR.match(run)
        for at in range(len(run) - 1)
    ]


def written(word: str, text: str) -> str | None:
    """How ``word``, one of ``words(text)``, is written in ``text``; None where it is not there.

    That is without its inflection's ending cut off, but in one way of writing.
    """
    return next((run for run in _runs(text) if word in words(run)), None)


def is_acronym(word: str) -> bool:
    """Whether ``word`` of ``words`` is an acronym that is written like a stop word."""
    return word in _ACRONYMS


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words without content, in the form ``words`` gives them."""
    return frozenset(_stem(word) for word in _STOP_EN) | _STOP_EN | _STOP_ZH


@lru_cache(maxsize=64)
def _runs(text: str) -> tuple[str, ...]:
    """Stretches of Han characters, words, numbers and codes, in their case.

    Stop words are in upper case only where they are acronyms.
    """
    plain = folded(text)
    found = _RUN.findall(plain)
    if _ACRONYMS.keys().isdisjoint(found):
        return tuple(found)
    return tuple(run for line in plain.splitlines() for run in _cased_runs(line))


def _cased_runs(line: str) -> Iterator[str]:
    found = _RUN.findall(line)
    mixed = len(found) == 1 or not line.isupper() or _HAN_CHAR.search(line)
    for run in found:
        yield run if mixed or run not in _ACRONYMS else run.casefold()


@lru_cache(maxsize=65536)
def _latin_words(run: str) -> tuple[str, ...]:
    if run in _ACRONYMS or run[-1] in "月日":
        return (_ACRONYMS.get(run, run),)
    if run.endswith("%"):
        return (run[:-1], run)
    run = _POSSESSIVE.sub("", run.casefold())
    if _DOTTED.fullmatch(run):
        joined = run.replace(".", "")
        return (joined.upper() if joined in _STOP_EN else joined,)
    if version := _VERSION.fullmatch(run):
        return (run, version[1])
    before, blank, after = run.partition(" ")
    if blank:
        both = (*_latin_words(before), *_latin_words(after))
        return both if before in _STOP_EN else (f"{before}{after}", *both)
    return _compound_words(run)


def _compound_words(run: str) -> tuple[str, ...]:
    parts = _JOINT.split(run)
    if len(parts) == 1:
        return (_stem(run),)
    kept = tuple(_stem(part) for part in parts if len(part) > 1)
    return kept if _RANGE.fullmatch(run) else (_stem("".join(parts)), *kept)


def _dictionary_words(run: str) -> Iterator[str]:
    """Every dictionary word in a Han run, and each character that is in none (jieba's full mode).

    It reads the dictionary's graph itself: jieba's own loop drops rare characters.
    """
    covered = -1
    for start, ends in _jieba().dt.get_DAG(run).items():
        if len(ends) == 1 and start > covered:
            yield run[start : ends[0] + 1]
            covered = ends[0]
        else:
            for end in ends:
                if end > start:
                    yield run[start : end + 1]
                    covered = max(covered, end)


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=1)
def _jieba() -> Any:
    import logging

    import jieba

    jieba.setLogLevel(logging.WARNING)
    return jieba


def tagged_words(text: str) -> list[tuple[str, str]]:
    """The words of ``text`` with jieba's parts of speech (ICTCLAS tags): joined they are it."""
    import jieba.posseg

    _jieba()
    return [(pair.word, pair.flag) for pair in jieba.posseg.cut(text)]


def prepare_dictionary(cache_dir: Path) -> None:
    """Load the Chinese dictionary now, keeping its compiled form in ``cache_dir``.

    Without this it loads at the first Chinese text, and compiles into the shared temporary folder.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    _jieba().dt.tmp_dir = str(cache_dir)
    _jieba().initialize()
    tagged_words("")
