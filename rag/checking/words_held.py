"""How much of a claim's wording stands in a text, and what the text says there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from typing import Final

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
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def word_share(wanted: Set[str], held: Set[str]) -> float:
    """Share (0..1) of the ``wanted`` words that are among ``held``; 0 when none is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 0.0


def share_held(claim: str, texts: Sequence[str]) -> float:
    """Share (0..1) of the claim's different content words that stand in ``texts``.

    Numbers and units are left to ``values.py`` where there are other words. Chinese words count in
    any of their text, however that is cut into words there. Without content words it is 1 where
    the very claim stands there, else 0.
    """
    wanted = claim_words(claim)
    wanted = frozenset(word for word in wanted if not _of_a_value(word)) or wanted
    if not wanted:
        literal = on_one_line(claim)
        return float(bool(literal) and any(literal in on_one_line(text) for text in texts))
    return word_share(wanted, _held(wanted, "\n".join(texts)))


def words_missing(claim: str, texts: Sequence[str]) -> list[str]:
    """The content words of ``claim`` that do not stand in ``texts``; numbers and units are left."""
    wanted = frozenset(word for word in claim_words(claim) if not _of_a_value(word))
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


def _of_a_value(word: str) -> bool:
    return word.rstrip("%月日").replace(".", "").isdigit() or word in _value_words()


@lru_cache(maxsize=1)
def _value_words() -> frozenset[str]:
    """Units and spelled-out numbers, as ``rag.words`` gives them."""
    return frozenset(word for form in (*UNITS, *SPELLED) for word in words(form))


def _held(wanted: Set[str], text: str) -> set[str]:
    """Those of ``wanted`` that stand in ``text``."""
    own, plain = claim_words(text), normalise(folded(text))
    return {word for word in wanted if word in own or (_HAN.match(word) and word in plain)}
