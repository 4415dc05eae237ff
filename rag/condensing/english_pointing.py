"""Words of an English question that point outside it, and what is put in their place.

"It" that points to nothing ("is it allowed to smoke?") and a pronoun whose noun stands in the same
question ("when a visitor leaves, who takes their badge?") do not count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from rag.condensing.english_ellipsis import without_connective
from rag.condensing.english_phrases import (
    AUXILIARIES,
    PREPOSITIONS,
    Token,
    is_content,
    is_verb,
    noun_phrases,
    parts_of,
    tokens_of,
)
from rag.condensing.slots import Pointer, Points, word_set

_CLAUSE: Final = re.compile(
    r"[,;:.]|\b(?:and|or|but|before|after|when|if|while|until|unless|once|because|since|so|then)\b",
    re.IGNORECASE,
)
_EVALUATION: Final = (
    "acceptable|advisable|allowed|bad|best|better|cheaper|clear|common|compulsory|correct|"
    "customary|dangerous|difficult|easier|easy|enough|essential|expected|faster|fine|forbidden|"
    "good|hard|harmful|illegal|important|impossible|known|legal|likely|mandatory|necessary|normal|"
    "obligatory|ok|okay|permitted|planned|possible|prohibited|recommended|required|right|risky|"
    "safe|safer|sensible|sufficient|too late|true|unsafe|useful|usual|worth|wrong"
)
_EXPLETIVE: Final = re.compile(
    rf"\bit (?:be |is |was )?(?:not |still |really |ever |also )?(?:a problem|{_EVALUATION})"
    r"(?: for (?:\S+ ){1,4}?)? ?\b(?:to|that|if|when|whether|how|what|who|which|[a-z]+ing)\b"
    r"|\b(?:does|did|do|will|would|can|may|should) it (?:usually |normally |typically |really )?"
    r"(?:take|cost|mean|matter|happen|make sense|help|hurt)\b.*?\b"
    r"(?:to|when|if|whether|that|until|before)\b"
    r"|\bit called (?:when|if)\b|\b(?:what|which) (?:time|day|date) (?:is|was) it\b"
    r"|\bfar is it (?:from|to)\b|\bit (?:rain|snow)(?:s|ing)?\b"
    r"|\b(?:who|what|why|how|when|where) (?:is|was) it that\b",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(
    r"\bthe (?:same|former|latter|others?)\b(?=\s*[?.!]|\s+(?:for|in|on|at|apply|applies)\b)"
    r"|\bin (?:that|this|such a) case\b|\bif (?:so|not)\b(?=\s*[,?])"
    r"|\b(?:this|that|which|other|another|first|second|last|next|new|old|"
    r"[a-z]+er|[a-z]+est) ones?\b"
    r"(?=\s*[?.!,]|\s+(?:is|are|was|were|do|does|has|have|can|in|for|with|on|too|[a-z]+er)\b)",
    re.IGNORECASE,
)
_THIS_WORLD: Final = word_set(
    "afternoon app autumn chat collection company conversation document documents evening file "
    "files handbook library manual month morning page product quarter site spring summer system "
    "text time tool week winter year"
)
"""What "this" points to outside the conversation: "this year"."""

_PRONOUNS: Final = {
    **{"it": Points.SINGULAR, "they": Points.PLURAL, "them": Points.PLURAL, "its": Points.OWNER},
    **{"he": Points.PERSON, "she": Points.PERSON, "him": Points.PERSON, "hers": Points.VAGUE},
    **{"his": Points.PERSON_OWNER, "their": Points.OWNERS, "theirs": Points.VAGUE},
}
_OWNERS: Final = (Points.OWNER, Points.OWNERS, Points.PERSON_OWNER)
_LONG: Final = 3


def pointers(question: str) -> list[Pointer]:
    """The words of ``question`` that point to something outside it, in order."""
    tokens = tokens_of(question)
    found = [
        Pointer(points=Points.VAGUE, start=match.start(), end=match.end())
        for match in _VAGUE.finditer(question)
        if not _has_noun(question, match.start(), Points.VAGUE)
    ]
    for number, token in enumerate(tokens):
        one = _pronoun(question, tokens, number) or _demonstrative(tokens, number)
        if one is None or any(one.start < other.end and other.start < one.end for other in found):
            continue
        if not _has_noun(question, token.start, one.points):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _pronoun(question: str, tokens: list[Token], number: int) -> Pointer | None:
    token = tokens[number]
    if token.text.isupper() and len(token.text) > 1:  # the department IT
        return None
    following = tokens[number + 1].text if number + 1 < len(tokens) else "?"
    before = tokens[number - 1].lower if number else ""
    points = _PRONOUNS.get(token.lower)
    if token.lower == "her":
        points = Points.PERSON_OWNER if is_content(following) else Points.PERSON
    elif token.lower == "one" and is_verb(before) and not following[0].isalnum():
        points = Points.ONE
    elif token.lower == "there" and not _expletive_there(before, following.lower()):
        points = Points.PLACE
    elif points is Points.SINGULAR and any(
        match.start() <= token.start < match.end()
        and "it" not in question[match.start() : token.start].lower().split()
        for match in _EXPLETIVE.finditer(question)
    ):
        return None
    return Pointer(points=points, start=token.start, end=token.end) if points else None


def _expletive_there(before: str, following: str) -> bool:
    """Whether "there" only says that something is: "is there a canteen?"."""
    verbs = AUXILIARIES | {"exist", "exists", "any", "over", "out"}
    return before in verbs or following in verbs


def _demonstrative(tokens: list[Token], number: int) -> Pointer | None:
    token = tokens[number]
    if token.lower not in ("this", "that", "these", "those"):
        return None
    following = tokens[number + 1].lower if number + 1 < len(tokens) else "?"
    before = tokens[number - 1].lower if number else ""
    if following in _THIS_WORLD | {"who", "which", "that", "with", "of", "in", "whose"}:
        return None
    opens = not before or before in AUXILIARIES | PREPOSITIONS or not following[0].isalnum()
    if token.lower == "that" and not (opens or before == "like"):
        return None
    end = number + 1
    while end < len(tokens) and is_content(tokens[end].text) and not is_verb(tokens[end].lower):
        end += 1
    noun = (end > number + 1 and end < len(tokens) and tokens[end].text != "?") or (
        end > number + 1 and before in PREPOSITIONS
    )
    if not noun:
        return Pointer(points=Points.VAGUE, start=token.start, end=token.end)
    nouns = " ".join(one.text for one in tokens[number + 1 : end])
    return Pointer(points=Points.NAMED, start=token.start, end=tokens[end - 1].end, noun=nouns)


def _has_noun(question: str, at: int, points: Points) -> bool:
    """Whether what the word at ``at`` stands for is said before it in the same question."""
    before = question[:at]
    opening = len(question) - len(without_connective(question))
    clauses = list(_CLAUSE.finditer(before, opening))
    said = noun_phrases(before[: clauses[-1].start()]) if clauses else []
    if said:
        return True
    parts = parts_of(question)
    nearer = [one for one in noun_phrases(before) if one.start >= parts.rest_start]
    last_word = before.split()[-1].lower() if before.split() else ""
    if points in _OWNERS:
        hangs = last_word in PREPOSITIONS and parts.auxiliary.lower() in (
            "is",
            "are",
            "was",
            "were",
        )
        return bool(nearer) and not hangs
    return points is Points.PLURAL and last_word == "with" and bool(nearer)


def resolved(
    question: str,
    found: Sequence[Pointer],
    topic: Callable[[Points, str], str | None],
) -> str | None:
    """``question`` with what its pointers stand for; None when that cannot be put in their place.

    ``topic`` gives the phrase that a pointer stands for (by what it points to and its noun). Each
    phrase is put in once: later pointers to it have their noun in the question then.
    """
    text = question
    placed: set[str] = set()
    for one in reversed([one for n, one in enumerate(found) if _first_of(found, n)]):
        phrase = None if one.points is Points.VAGUE else topic(one.points, one.noun)
        if phrase is None or phrase in placed:
            continue
        placed.add(phrase)
        text = _put(text, one, phrase)
    return text if placed else None


def _first_of(found: Sequence[Pointer], number: int) -> bool:
    plural = (Points.PLURAL, Points.OWNERS)
    earlier = {one.points in plural for one in found[:number]}
    return (found[number].points in plural) not in earlier


def _put(text: str, pointer: Pointer, phrase: str) -> str:
    before, after = text[: pointer.start], text[pointer.end :]
    if pointer.points is not Points.ONE:
        phrase = re.sub(r"^an? ", "the ", phrase, flags=re.IGNORECASE)
    if phrase.startswith(("The ", "My ", "Our ")) and before:
        phrase = phrase[0].lower() + phrase[1:]
    if pointer.points is Points.PLACE:
        moving = re.search(r"\b(?:get|go|come|travel|drive|fly|send|ship|walk|move)\s*$", before)
        phrase = f"{'to' if moving else 'at'} {phrase}"
    elif pointer.points in _OWNERS:
        nouns = _owned(after)
        if nouns and (len(phrase.split()) > _LONG or phrase.endswith("s")):
            return f"{before}the {nouns} of {phrase}{after[len(nouns) + 1 :]}"
        phrase += "'s"
    return before + phrase + after


def _owned(after: str) -> str:
    """The words right after a possessive that it belongs to."""
    tokens = tokens_of(after)
    end = 0
    while end < len(tokens) and is_content(tokens[end].text):
        if end and is_verb(tokens[end].lower):
            break
        end += 1
    return after[tokens[0].start : tokens[end - 1].end] if end else ""
