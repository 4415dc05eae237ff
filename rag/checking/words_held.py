"""How much of a claim's wording stands in a text, and what the text says there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import Final

from rag.checking.names import codes_in
from rag.checking.units import UNITS
from rag.checking.values import SPELLED
from rag.language import normalise, sentence_pieces
from rag.notation import folded
from rag.words import content_words, words

WORDS_HELD: Final = 0.7
"""Share of a claim's content words at which a text plainly holds it."""

_CLAUSE_END: Final = re.compile(
    r"[,;:，；：()（）]|\b(?:but|that|which|who|because|while|although)\b|但|因为|虽然|而且"
)
_MONTHS: Final = """
january february march april may june july august september october november december
"""
_OF_VALUES: Final = """
hundred thousand million billion trillion am pm 上午 早上 下午 晚上 点 点钟
不超过 不多于 不少于 不高于 不低于 不足 超过 至多 最多 至少 最少 起码
"""
"""What is said at values: powers of ten, halves of a day, and the bounds of ``polarity.py``."""

_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def word_share(wanted: Set[str], held: Set[str]) -> float:
    """Share (0..1) of the ``wanted`` words that are among ``held``; 0 when none is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 0.0


def share_held(claim: str, texts: Sequence[str]) -> float:
    """Share (0..1) of the claim's different content words that stand in ``texts``.

    Numbers, dates, units, bounds and codes are left to others where there are other words. Chinese
    words count in any of their text, however that is cut into words there. Without content words it
    is 1 where the very claim stands there, else 0.
    """
    wanted = _own_words(claim) or claim_words(claim)
    if not wanted:
        literal = on_one_line(claim)
        return float(bool(literal) and any(literal in on_one_line(text) for text in texts))
    return word_share(wanted, _held(wanted, "\n".join(texts)))


def words_missing(claim: str, texts: Sequence[str]) -> list[str]:
    """The content words of ``claim`` that do not stand in ``texts``, as ``share_held`` counts."""
    wanted = _own_words(claim)
    return sorted(wanted - _held(wanted, "\n".join(texts)))


def said_of(claim: str, quotes: Iterable[str]) -> str:
    """The clauses of the nearest quoted sentence that say what the claim says."""
    wanted = claim_words(claim)
    sentences = [piece for quote in quotes for piece in sentence_pieces(quote)]
    nearest = max(sentences, key=lambda text: len(_held(wanted, text)), default="")
    clauses = _CLAUSE_END.split(nearest)
    most = max(len(_held(wanted, clause)) for clause in clauses)
    return "\n".join(
        clause
        for clause in clauses
        if len(held := _held(wanted, clause)) == most
        or 2 * len(held) >= len(claim_words(clause)) > 0
    )


@lru_cache(maxsize=4096)
def claim_words(text: str) -> frozenset[str]:
    """The different content words of ``text``."""
    return frozenset(content_words(text))


def on_one_line(text: str) -> str:
    """``text`` normalised, its blanks and breaks one blank each."""
    return " ".join(normalise(text).split())


def _own_words(claim: str) -> frozenset[str]:
    """The content words of ``claim`` without those of values and codes."""
    of_codes = {word for code in codes_in(claim) for word in words(code)}
    return frozenset(word for word in claim_words(claim) - of_codes if not _of_a_value(word))


def _of_a_value(word: str) -> bool:
    return word.rstrip("%月日").replace(".", "").isdigit() or word in _value_words()


@lru_cache(maxsize=1)
def _value_words() -> frozenset[str]:
    """Units, months, small numbers and what else is said at values, as ``rag.words`` gives it."""
    forms = (*UNITS, *SPELLED, *_MONTHS.split(), *_OF_VALUES.split())
    return frozenset(word for form in forms for word in words(form))


def _held(wanted: Set[str], text: str) -> set[str]:
    """Those of ``wanted`` that stand in ``text``."""
    own, plain = claim_words(text), normalise(folded(text))
    return {word for word in wanted if word in own or (_HAN.match(word) and word in plain)}
