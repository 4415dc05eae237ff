"""Yes and no: which questions ask for one, and which of them an answer comes to."""

from __future__ import annotations

import re
from typing import Final

from rag.checking.polarity import negations
from rag.language import HAN, normalise
from rag.notation import folded
from rag.voting.wording import light, parts

_AUXILIARIES: Final = (
    "is are was were am do does did can could may might must shall should will would has have had"
)
_ASKS: Final = re.compile(
    rf"\s*(?:{'|'.join(_AUXILIARIES.split())})\b(?!.*\bor\b)"
    rf"|.*(?:吗|么)\s*[?？。]?\s*$|.*(?:是否|能否|可否|有无|([{HAN}])[不没]\1)(?!.*还是)"
)
_YES_PROSE: Final = """
yes yeah yep correct true right affirmative certainly indeed 是 是的 对 对的 正确 可以 可以的 能
能够 有 有的 会 会的 行 允许 需要 必须 包括 包含 要
"""
_NO_PROSE: Final = """
no nope incorrect false wrong negative 否 不 不是 不是的 不对 错 错误 不正确 不可以 不能 不能够
没有 无 不会 不行 不允许 不需要 不必 不用 不包括 不包含 不要
"""
_HEADS: Final = dict.fromkeys(_YES_PROSE.split(), "yes") | dict.fromkeys(_NO_PROSE.split(), "no")
_LONGEST_FIRST: Final = "|".join(sorted(_HEADS, key=len, reverse=True))
_HEAD_THEN: Final = re.compile(
    rf"({_LONGEST_FIRST})\s*[,.;:!，。；：！—-]+\s*"
    r"|(yes|no)\s(?=(?:it|they|he|she|you|we|this|that|there|i)\b)"
)
_AROUND: Final = re.compile(
    r"^[\s\"'“”‘’`*_#>()（）《》「」]+|[\s\"'“”‘’`*_.。!！?？,，;；:：)）》」]+$"
)
_SAYING_SO: Final = re.compile(
    r"\b(?:not?|never|cannot|\w+n['’]t|allowed|permitted|possible|forbidden|prohibited)\b"
    r"|[不没无未非]|禁止|严禁|允许|可以"
)


_CLAUSE_END: Final = re.compile(r"[,;，；。]|\bbut\b|\bunless\b|但|除非")


def asks_whether(question: str) -> bool:
    """Whether ``question`` asks for a yes or a no, as ``Is it open?`` and 是否开放 do."""
    return _ASKS.match(normalise(question)) is not None


def bare(answer: str) -> str:
    """``answer`` without blanks, quotes and full stops around it."""
    return _AROUND.sub("", answer)


def split_head(answer: str) -> tuple[str, str]:
    """The ``yes`` or ``no`` that an answer begins with (else nothing), and what it says besides."""
    plain = bare(answer)
    lower = normalise(plain)
    if head := _HEADS.get(lower, ""):
        return head, ""
    match = _HEAD_THEN.match(lower)
    if match is None or len(lower) != len(plain):
        return "", plain
    return _HEADS[match[1] or match[2]], bare(plain[match.end() :])


def leaning(statement: str, question: str) -> str:
    """``yes`` or ``no`` where the better half of ``statement`` is what ``question`` asks.

    Its first clause tells which. Empty where it speaks of something else.
    """
    asked = parts(question)
    clause = _CLAUSE_END.split(statement)[0]
    said = parts(_SAYING_SO.sub(" ", normalise(folded(clause))))
    if said and 2 * len(said & asked) < len(said):
        return ""
    if not said and not _SAYING_SO.search(normalise(clause)):
        return ""
    return "no" if negations(clause) % 2 else "yes"


def amounts_to(statement: str, question: str) -> str:
    """``yes`` or ``no`` where ``statement`` only repeats or denies what ``question`` asks.

    Empty where it says anything else.
    """
    said = _SAYING_SO.sub(" ", normalise(folded(statement)))
    if any(char.isdecimal() for char in said) or (parts(said) - parts(normalise(folded(question)))):
        return ""
    if light(said) and not _SAYING_SO.search(normalise(statement)):
        return ""
    return "no" if negations(statement) % 2 else "yes"
