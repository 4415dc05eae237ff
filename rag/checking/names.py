"""The names a text mentions, in English and Chinese, and the codes in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from rag.language import HAN, normalise, sentence_pieces
from rag.notation import folded
from rag.words import stop_words, tagged_words, words

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DIGIT: Final = re.compile(r"\d")
_CODE_GOES_ON: Final = re.compile(r"-?\d")
_CAPITAL: Final = re.compile(r"[A-Z]")
_HAN_CHAR: Final = re.compile(f"[{HAN}]")
_TITLED: Final = re.compile(r"[《「『“](.{2,30}?)[》」』”]")
_NAME_TAGS: Final = frozenset(("nr", "nrt", "nrfg", "ns", "nt", "nz"))
_SHORTEST: Final = 2
_RUN: Final = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)*")
_IN_CODES: Final = re.compile(r"[a-z][-_/]?\d")
_PIECE: Final = re.compile(r"[a-z]+|\d+")
_CALENDAR_PROSE: Final = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_ADDRESS: Final = frozenset(("dr", "mr", "mrs", "ms", "prof", "neither", "either"))
"""Capitalised without naming: forms of address, and what begins a sentence."""

_CALENDAR: Final = frozenset(_CALENDAR_PROSE.split())
_ORDINARY_END: Final = re.compile(r"(?:ing|ed|ly|tion|ment|ness|ity|able|ers|ors)$|(?<!s)s$")


def names_in(text: str) -> list[str]:
    """The names ``text`` mentions, as they are written, each once.

    In English a capitalised word, at the head of a sentence only one that a name goes on from or
    that does not look like an ordinary word; in Chinese what jieba tags as a person, a place, an
    organisation or another proper noun, titles in their marks, and Latin words with a capital.
    """
    found: list[str] = []
    for piece in sentence_pieces(text):
        found.extend(_latin_names(piece))
        if _HAN_CHAR.search(piece):
            found.extend(_han_names(piece))
    return list(dict.fromkeys(found))


def mentions(name: str, texts: Iterable[str]) -> bool:
    """Whether ``name`` stands in one of ``texts``: its word, its letters, or what they stand for.

    ``WHO`` is mentioned by "World Health Organization", and the other way round each word counts by
    itself.
    """
    plain = normalise(folded(name)).replace("’", "'").removesuffix("'s")
    standing = re.compile(
        re.escape(plain) if _HAN_CHAR.search(plain) else rf"(?<!\w){re.escape(plain)}(?!\w)"
    )
    own = set(words(name))
    for text in texts:
        whole = normalise(folded(text)).replace("’", "'")
        if standing.search(whole) or (own and own <= set(words(text))):
            return True
        if name.isupper() and _initials(name.lower(), text):
            return True
    return False


def codes_in(text: str) -> set[str]:
    """Runs in which a digit follows a letter: x-200, co2, q3, but not 4kg or 24-hour."""
    return {run for run in _RUN.findall(normalise(folded(text))) if _IN_CODES.search(run)}


def states_code(code: str, texts: Iterable[str]) -> bool:
    """Whether ``code`` stands in a text, whatever is or is not between its letters and digits."""
    pieces = _PIECE.findall(code)
    pattern = pieces[0]
    for before, piece in pairwise(pieces):
        both_digits = before.isdigit() and piece.isdigit()
        pattern += (r"[-_./\s]+" if both_digits else r"[-_./\s]*") + piece
    whole = re.compile(rf"(?<![a-z0-9]){pattern}(?![a-z0-9]|[-.]\d)")
    return any(whole.search(normalise(folded(text))) for text in texts)


def _latin_names(sentence: str) -> Iterator[str]:
    found = [match for match in _WORD.finditer(sentence) if not _HAN_CHAR.search(match[0])]
    if sum(bool(_CAPITAL.match(one[0])) for one in found) == len(found) > 3:
        return  # a heading in title case: its capitals tell nothing
    head = _WORD.search(sentence)
    for at, match in enumerate(found):
        word = match[0]
        in_code = _CODE_GOES_ON.match(sentence, match.end()) or _DIGIT.match(
            sentence, max(0, match.start() - 1)
        )
        if in_code or not _CAPITAL.match(word) or not _may_name(word):
            continue
        at_head = head is not None and match.start() == head.start()
        goes_on = at + 1 < len(found) and _joined(sentence, match, found[at + 1])
        if at_head and not goes_on and not word.isupper() and _ORDINARY_END.search(word):
            continue
        yield word


def _joined(sentence: str, one: re.Match[str], after: re.Match[str]) -> bool:
    """Whether the word after goes on with a name: capitalised, with a blank between."""
    return sentence[one.end() : after.start()] == " " and bool(_CAPITAL.match(after[0]))


def _may_name(word: str) -> bool:
    lower = word.lower()
    ordinary = lower in _CALENDAR | _ADDRESS or (lower in stop_words() and not word.isupper())
    return len(word) >= _SHORTEST and not ordinary


def _han_names(sentence: str) -> Iterator[str]:
    yield from _TITLED.findall(sentence)
    for word, tag in tagged_words(folded(sentence)):
        if tag in _NAME_TAGS and len(word) >= _SHORTEST and _HAN_CHAR.match(word):
            yield word


def _initials(letters: str, text: str) -> bool:
    """Whether words in a row begin with these letters."""
    initials = "".join(match[0][0].lower() for match in _WORD.finditer(text))
    return len(letters) > 1 and letters in initials
