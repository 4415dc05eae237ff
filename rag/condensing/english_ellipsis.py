"""English questions that leave words to an earlier one, told by rules without a model.

Three ways: a question names only what changes ("and in 2021?"), it asks only for something else of
the same ("since when?"), or it asks on ("tell me more").
"""

from __future__ import annotations

import re
from typing import Final

from rag.condensing.english_phrases import (
    AUXILIARIES,
    DETERMINERS,
    PREPOSITIONS,
    QUESTION_WORDS,
    is_attribute,
    is_verb,
    noun_phrases,
    tokens_of,
)
from rag.condensing.slots import Kind, slots_of, word_set

_CONNECTIVE: Final = re.compile(
    r"^(?:(?:and|but|so|or|also|then|ok(?:ay)?|well|now|right)\b[,:]?\s*)+", re.IGNORECASE
)
_ABOUT: Final = re.compile(
    r"^(?:what|how)\s+about\s+|^(?:what|how)\s+(?=(?:if|with|in|for|on|at|during|after|before)\b)"
    r"|^(?:the\s+)?same\s+(?:question\s+|thing\s+)?(?=for\b)",
    re.IGNORECASE,
)
_MORE: Final = re.compile(
    r"(?:(?:please|can you|could you)\s+)?(?:(?:tell|show|give)\s+(?:me|us)\s+more\b.*|"
    r"(?:tell|show|give)\s+(?:me|us)\s+(?:an?\s+|some\s+)?(?:examples?|details?)|"
    r"more\s+(?:details?|information|on\s+(?:that|this))|explain(?:\s+(?:that|this|it|why|again))*|"
    r"go\s+on|continue|(?:for\s+|an?\s+|any\s+)?examples?|such\s+as|(?:any\s+)?details|"
    r"(?:what|who|where|anything|anyone|something)\s+else|any(?:\s+other)?\s+exceptions?|"
    r"are\s+there\s+(?:any\s+)?(?:others?|exceptions|more)|why\s+not|how\s+so|"
    r"is\s+that\s+all|which\s+ones?|how\s+(?:much|many)(?:\s+more)?|(?:by\s+|to\s+|from\s+)?whom?|"
    r"what\s+for)\s*[?.!]*$",
    re.IGNORECASE,
)
_FEW_WORDS: Final = 2
_MOST_BEFORE: Final = 2
_MEASURES: Final = word_set(
    "early exactly far fast late long many much often quickly soon each every the a an"
)


def without_connective(question: str) -> str:
    """``question`` without "and", "but", "so" before it."""
    return _CONNECTIVE.sub("", question)


def asks_on(question: str) -> bool:
    """Whether it asks on without naming anything: "tell me more", "who else?"."""
    return bool(_MORE.match(without_connective(question)))


def changed_piece(question: str) -> str | None:
    """What an elliptical question puts in the place of something: "in 2021", "part-timers".

    None for a question that is whole, and for words without a verb that may be meant as a search.
    """
    core = without_connective(question)
    told = core != question
    if about := _ABOUT.match(core):
        told, core = True, core[about.end() :]
    piece = core.rstrip(" ?.!")
    words = [one.lower for one in tokens_of(piece) if one.text[0].isalnum()]
    if not words or (QUESTION_WORDS - {"when"}) & set(words[: _MOST_BEFORE + 1]):
        return None
    if words[0] in ("if", "when", "unless", "once"):
        return piece if told and "," not in piece and words[1] not in AUXILIARIES else None
    if words[0] in AUXILIARIES:
        return _subject_alone(piece) if core.rstrip().endswith("?") else None
    if AUXILIARIES & set(words):
        return None
    naming = [word for word in words if word not in PREPOSITIONS | DETERMINERS]
    kinds = {slot.kind for slot in slots_of(f"… {piece}")}
    one_thing = len(naming) == 1 and bool(kinds - {Kind.NAME})
    few = core.rstrip().endswith("?") and len(naming) <= _FEW_WORDS
    return piece if told or one_thing or few else None


def _subject_alone(piece: str) -> str | None:
    """The subject of "Can interns?", a question that leaves its verb to the earlier one."""
    auxiliary, _, subject = piece.partition(" ")
    subject = re.sub(r"\s+(?:too|as well|also)$", "", subject)
    phrases = noun_phrases(subject)
    alone = len(phrases) == 1 and phrases[0].text == subject
    verbal = any(is_verb(one.lower) for one in tokens_of(subject)[1:])
    copula = auxiliary.lower() in ("is", "are", "was", "were")
    return subject if alone and not verbal and not copula else None


def interrogative(question: str) -> str | None:
    """The words of a question that has nothing but them: "since when", "for how many days"."""
    core = without_connective(question).rstrip(" ?.!")
    if _ABOUT.match(core):
        return None
    words = [one.lower for one in tokens_of(core)]
    at = next((n for n, word in enumerate(words) if word in QUESTION_WORDS), len(words))
    if (
        at > _MOST_BEFORE
        or set(words[:at]) - PREPOSITIONS - {"exactly"}
        or AUXILIARIES & set(words)
    ):
        return None
    naming = [word for word in words[at + 1 :] if word not in PREPOSITIONS | _MEASURES]
    few = at < len(words) and len(naming) <= 1
    return core if few and not any(map(is_verb, naming)) else None


def bare_attribute(question: str) -> str | None:
    """The property that is asked of nothing: "warranty" in "What is the warranty?"."""
    found = re.fullmatch(
        r"(?:what|how (?:high|long|big|large|much))\s+(?:is|are|was|were)\s+the\s+([\w -]+?)\s*\?*",
        without_connective(question),
        re.IGNORECASE,
    )
    return found[1] if found and is_attribute(found[1].split()[-1]) else None
