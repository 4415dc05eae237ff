"""Text in English and Chinese: which language it is, where sentences end, which words count.

Sentences are cut by sentencex (Wikimedia), Chinese words by jieba, English stems by Snowball.
Knows nothing of documents or indexes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from rag.types import Span

Language = Literal["en", "zh"]

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
"""Han characters, for a character class."""

_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_WORD: Final = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+(?:[-._'’/][^\\W_{HAN}]+)*")
_JOINT: Final = re.compile(r"[-._'’/]")
_POSSESSIVE: Final = re.compile(r"['’]s$")
_NUMERIC: Final = re.compile(r"\d+(?:[.,]\d+)*")

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


def language_of(text: str) -> Language:
    """The language to answer in: Chinese when Han characters are a fifth of the letters."""
    letters = len(_LETTER.findall(text))
    return "zh" if letters and len(_HAN_CHAR.findall(text)) >= letters / 5 else "en"


def normalise(text: str) -> str:
    """Full-width and compatibility forms folded (NFKC), in lower case."""
    return unicodedata.normalize("NFKC", text).casefold()


def sentence_pieces(text: str) -> list[str]:
    """Consecutive pieces, one a sentence with the blanks after it: joined they are ``text``.

    A line break always ends a piece: loaders join the lines of a paragraph.
    """
    return [text[start:end] for start, end in _sentence_bounds(text)]


def sentence_spans(text: str) -> list[Span]:
    """The sentences of ``text`` without the blanks around them, in order."""
    spans = []
    for start, end in _sentence_bounds(text):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append(Span(start=left, end=right))
    return spans


def _sentence_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Consecutive half-open bounds that cover ``text``."""
    import sentencex

    start = 0
    for line in _LINE.findall(text):
        pieces = sentencex.segment(language_of(line), line)
        if "".join(pieces) != line:
            pieces = [line]
        for piece in pieces:
            yield start, start + len(piece)
            start += len(piece)


def words(text: str) -> list[str]:
    """The words a search compares: normalised, English ones stemmed, Han runs cut by jieba.

    Compounds and codes also give their joined form, so that ``X-200B`` finds ``x200b``.
    """
    found: list[str] = []
    for run in _WORD.findall(normalise(text)):
        if _HAN_CHAR.match(run):
            found.extend(_jieba().cut_for_search(run))
        else:
            found.extend(_latin_words(run))
    return found


def content_words(text: str) -> list[str]:
    """``words(text)`` without the ones that carry no content, such as "the" and "什么"."""
    return [word for word in words(text) if word not in stop_words()]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words without content, in the form ``words`` gives them."""
    return frozenset(_stem(word) for word in _STOP_EN) | _STOP_EN | _STOP_ZH


@lru_cache(maxsize=65536)
def _latin_words(run: str) -> tuple[str, ...]:
    run = _POSSESSIVE.sub("", run)
    parts = _JOINT.split(run)
    if len(parts) == 1 or _NUMERIC.fullmatch(run):
        return (_stem(run),)
    whole = "".join(parts)
    return (_stem(whole), *(_stem(part) for part in parts if len(part) > 1))


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


def prepare_dictionary(cache_dir: Path) -> None:
    """Load the Chinese dictionary now, keeping its compiled form in ``cache_dir``.

    Without this it loads at the first Chinese text, and compiles into the shared temporary folder.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    _jieba().dt.tmp_dir = str(cache_dir)
    _jieba().initialize()
