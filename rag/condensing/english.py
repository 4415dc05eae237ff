"""An English follow-up question made to stand by itself."""

from __future__ import annotations

from rag.condensing.english_ellipsis import (
    asks_on,
    bare_attribute,
    changed_piece,
    interrogative,
    without_connective,
)
from rag.condensing.english_pointing import pointers, resolved
from rag.condensing.slots import Earlier, replaced, slots_of, with_words
from rag.words import content_words


def standalone(question: str, earlier: Earlier) -> str | None:
    """``question`` with what it takes from ``earlier``; None when it stands by itself."""
    core = without_connective(question)
    if core:
        core = core[0].upper() + core[1:]
    if asks_on(question):
        return _with_words(core, earlier)
    if words := interrogative(question):
        return earlier.with_interrogative(words) or _with_words(core, earlier)
    if piece := changed_piece(question):
        named = resolved(piece, pointers(piece), earlier.topic) or piece
        return earlier.with_piece(named) or _with_words(core, earlier)
    if found := pointers(core):
        return resolved(core, found, earlier.topic) or _with_words(core, earlier)
    if bare_attribute(question):
        owner = earlier.owner()
        of_it = f"{core.rstrip(' ?')} of {owner}?" if owner else None
        return of_it or _with_words(core, earlier)
    return _parallel(core, earlier) if core.lower() != question.lower() else None


def _parallel(core: str, earlier: Earlier) -> str | None:
    """The earlier question with another year, name or code, where ``core`` asks the same."""
    own = slots_of(core)
    outside = replaced(core, [(one.start, one.end, " ") for one in own])
    same = set(content_words(outside)) <= set(content_words(" ".join(earlier.words())))
    return earlier.with_piece(own[0].text) if same and len(own) == 1 else None


def _with_words(core: str, earlier: Earlier) -> str:
    return with_words(core, earlier.words(), brackets="()")
