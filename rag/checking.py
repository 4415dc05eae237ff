"""Whether the places cited hold what a claim says: a plain judge of words and numbers.

It is quick, repeatable and needs no model. It compares what stands there, not what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rag.language import normalise, sentence_pieces
from rag.words import content_words

JUDGE: Final = "words-and-numbers-2"
"""Name of this judge; it changes whenever a judgement may."""

WORDS_HELD: Final = 0.7
"""Share of a claim's content words at which a text plainly holds it."""

_GROUPED: Final = re.compile(r"(?<!\d)(?<!\d[.,])\d{1,3}(?:,\d{3})+(?!\d|,\d)")
_NUMBER: Final = re.compile(
    r"(?:(?<!\w)[-−])?(?<![a-z0-9])(?<![a-z][-_/])(?<!\d\.)"
    r"(?>\d+(?:\.\d+)*)(?![a-z]+[-_/.]?\d)"
)
_UNIT_AT_NUMBER: Final = re.compile(r"(?<![a-z0-9])(?<![a-z][-_/.])(\d+(?:\.\d+)*)(?=[a-z])")
_RUN: Final = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)*")
_IN_CODES: Final = re.compile(r"[a-z][-_/]?\d")
_PIECE: Final = re.compile(r"[a-z]+|\d+")

_BOUNDS: Final = re.compile(
    r"\bnot?\s+(?:more|less|fewer|later|earlier|older|younger|higher|lower|greater|smaller|longer|"
    r"shorter)\s+than\b|\bnot only\b|\bno\.\s*(?=\d)|"
    r"不(?:超过|多于|少于|大于|小于|高于|低于|晚于|早于|迟于|仅|但|只|过(?!期|滤|敏)|断|同(?!意|步|时)|久|管|论|锈|动产)|"
    r"无(?:论|线|锡|人机|人驾驶)|未(?:来|婚)|没(?:收|药)"
)
_NEGATION: Final = re.compile(
    r"\b(?:not?|never|none|nor|neither|without|cannot|nobody|nothing|nowhere|forbidden|prohibited)"
    r"\b|n['’]t\b|不|没|无|未|勿|毋|禁止|严禁|并非|绝非|而非"
)

_CLAUSE_END: Final = re.compile(
    r"[,;:，；：()（）]|\b(?:but|that|which|who|because|while|although)\b|但|因为|虽然|而且"
)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def supports(claim: str, quotes: Sequence[str]) -> bool:
    """Whether ``quotes`` together hold ``claim``; all of these must be so.

    * Every number of the claim stands in them (1,209 is 1209, full-width digits are digits, 05 is
      5), and every code, such as X-200, which may stand there as X200 or X 200.
    * ``WORDS_HELD`` of its different content words stand in them; Chinese ones in any of their
      text, however that is cut into words there.
    * The claim has a word of negation (not, never, without; 不, 未, 禁止) exactly when one stands
      in the quoted sentence that holds most of its words, in a clause that is mostly the claim's
      or holds most of it. Bounds ("no more than", 不超过) are none.

    A claim without content words is held only if it stands in a quote as it is, blanks and case
    aside. An empty claim never is.

    What it cannot see: synonyms and translations; numbers in words (twelve, 十二), with 万 or 亿,
    or in another unit; signs such as % or €; who does what to whom; comparisons; negation by "un-"
    or twice over; a number that stands there but belongs to something else. So it takes some false
    claims that reuse the quoted words, and refuses true ones in words of their own.
    """
    words = _words(claim)
    if not words:
        literal = _on_one_line(claim)
        return bool(literal) and any(literal in _on_one_line(quote) for quote in quotes)
    return (
        word_share(words, _held(words, "\n".join(quotes))) >= WORDS_HELD
        and numbers(claim) <= set().union(*map(numbers, quotes))
        and all(_stands_in(code, quotes) for code in _codes(claim))
        and _negates(_said_of(words, [claim])) == _negates(_said_of(words, quotes))
    )


def alce(claim: str, quotes: Sequence[str]) -> tuple[bool, tuple[bool, ...]]:
    """Whether all ``quotes`` together support ``claim``, and for each whether it is needed.

    A citation is needed when the claim is supported by all and either this one alone supports it,
    or the others do not without it (ALCE, Gao et al. 2023, section 3.3; there with an NLI model,
    here with ``supports``).
    """
    if not supports(claim, quotes):
        return False, (False,) * len(quotes)
    return True, tuple(
        supports(claim, [quote]) or not supports(claim, [*quotes[:at], *quotes[at + 1 :]])
        for at, quote in enumerate(quotes)
    )


def word_share(wanted: Set[str], held: Set[str]) -> float:
    """Share (0..1) of the ``wanted`` words that are among ``held``; 0 when none is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 0.0


def numbers(text: str) -> set[str]:
    """The numbers of ``text`` in digits: no grouping commas, no leading zeros, their sign if minus.

    Digits inside codes (X-200, H2O) are not numbers; those with a unit (4kg, 24-hour) are.
    """
    return {_plain(match) for match in _NUMBER.findall(_ungrouped(text))}


def _plain(number: str) -> str:
    sign = "-" if number[0] in "-−" else ""
    whole, point, rest = number.lstrip("-−").partition(".")
    return sign + (whole.lstrip("0") or "0") + point + rest


def _ungrouped(text: str) -> str:
    """``text`` normalised, 1,209 as 1209."""
    return _GROUPED.sub(lambda match: match[0].replace(",", ""), normalise(text))


def _spaced(text: str) -> str:
    """``text`` with a blank between a number and the unit that is stuck to it."""
    return _UNIT_AT_NUMBER.sub(r"\1 ", _ungrouped(text))


def _codes(text: str) -> set[str]:
    """Runs in which a digit follows a letter: x-200, co2, q3, but not 4kg or 24-hour."""
    return {run for run in _RUN.findall(_ungrouped(text)) if _IN_CODES.search(run)}


def _stands_in(code: str, quotes: Iterable[str]) -> bool:
    """Whether ``code`` stands in a quote, whatever is or is not between its letters and digits."""
    pieces = _PIECE.findall(code)
    pattern = pieces[0]
    for before, piece in pairwise(pieces):
        both_digits = before.isdigit() and piece.isdigit()
        pattern += (r"[-_./\s]+" if both_digits else r"[-_./\s]*") + piece
    whole = re.compile(rf"(?<![a-z0-9]){pattern}(?![a-z0-9]|[-.]\d)")
    return any(whole.search(_ungrouped(quote)) for quote in quotes)


def _negates(text: str) -> bool:
    return bool(_NEGATION.search(_BOUNDS.sub(" ", normalise(text))))


def _said_of(words: Set[str], quotes: Iterable[str]) -> str:
    """The clauses of the nearest quoted sentence that say what a claim of ``words`` says."""
    sentences = [piece for quote in quotes for piece in sentence_pieces(quote)]
    nearest = max(sentences, key=lambda text: len(_held(words, text)), default="")
    clauses = _CLAUSE_END.split(nearest)
    most = max(len(_held(words, clause)) for clause in clauses)
    return "\n".join(
        clause
        for clause in clauses
        if len(held := _held(words, clause)) == most or 2 * len(held) >= len(_words(clause)) > 0
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(content_words(_spaced(text)))


def _held(words: Set[str], text: str) -> set[str]:
    """Those of ``words`` that stand in ``text``."""
    own, plain = _words(text), normalise(text)
    return {word for word in words if word in own or (_HAN.match(word) and word in plain)}


def _on_one_line(text: str) -> str:
    return " ".join(normalise(text).split())
