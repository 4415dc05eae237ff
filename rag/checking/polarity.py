"""What a text denies and which way it compares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rag.language import normalise
from rag.notation import folded

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


def negations(text: str) -> int:
    """How many words of negation stand in ``text`` (not, never, without; 不, 未, 禁止).

    Bounds ("no more than", 不超过) are none.
    """
    return len(_NEGATION.findall(_BOUNDS.sub(" ", normalise(folded(text)))))


_AT_MOST: Final = (
    r"\bno(?:t)? (?:more|later|longer|higher|greater|older|larger) than\b|\bat most\b|\bup to\b|"
    r"\bmaximum\b|\bmax\b|不(?:超过|多于|大于|高于|晚于|迟于|长于)|至多|最多|最高不|以内|之内|上限"
)
_AT_LEAST: Final = (
    r"\bno(?:t)? (?:less|fewer|earlier|lower|smaller|shorter|younger) than\b|\bat least\b|"
    r"\bminimum\b|\bmin\b(?=\.?\s?\d)|不(?:少于|小于|低于|早于|短于)|至少|最少|起码|下限"
)
_NO_BOUND: Final = r"(?<!\bno )(?<!\bnot )\b"
_MORE: Final = (
    rf"{_NO_BOUND}(?:more|greater|higher|larger|bigger|longer|older|heavier|faster|above|over|"
    rf"exceed(?:s|ed|ing)?)\b|(?<!不)(?:超过|高于|多于|大于|长于|重于|快于)|以上|大过|逾|{_AT_LEAST}"
)
_LESS: Final = (
    rf"{_NO_BOUND}(?:less|fewer|lower|smaller|shorter|younger|lighter|slower|below|under)\b|"
    rf"(?<!不)(?:低于|少于|小于|短于|轻于|慢于)|不足|不到|以下|未满|{_AT_MOST}"
)

_OPPOSITES: Final[Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]] = MappingProxyType(
    {
        "bound": (re.compile(_AT_MOST), re.compile(_AT_LEAST)),
        "size": (re.compile(_MORE), re.compile(_LESS)),
        "time": (
            re.compile(
                r"\b(?:before|prior to|earlier|until)\b|之前|以前|(?<![目当提向面])前(?![往身任景])"
            ),
            re.compile(
                r"\b(?:after|later|since)\b|之后|以后|(?<![最落背今])后(?![来者续果备台勤])"
            ),
        ),
        "change": (
            re.compile(
                r"\b(?:increas\w+|rise[sn]?|rose|rising|grow(?:s|n|th|ing)?|grew|gain(?:s|ed)?|"
                r"climb\w*)\b|增加|增长|上升|提高|上涨|提升|扩大"
            ),
            re.compile(
                r"\b(?:decreas\w+|fall(?:s|en|ing)?|fell|declin\w+|drop(?:s|ped|ping)?|shr[aiu]nk\w*|"
                r"reduc\w+)\b|减少|下降|降低|下跌|下滑|缩小"
            ),
        ),
        "rank": (
            re.compile(
                r"\b(?:first|highest|largest|biggest|longest|most|best|oldest)\b|最高|最大|最长|最多|首"
            ),
            re.compile(
                r"\b(?:last|lowest|smallest|shortest|least|worst|youngest)\b|最低|最小|最短|最少|末"
            ),
        ),
    }
)


def turned(claim: str, quote: str) -> tuple[str, str] | None:
    """The comparison of ``claim`` that goes the other way in ``quote``.

    As (how it stands in the claim, how its opposite stands there); None where all agree. One way
    must stand in the claim more often than there, and the other there more often than in the claim.
    """
    own, theirs = normalise(folded(claim)), normalise(folded(quote))
    for pair in _OPPOSITES.values():
        for way, other in (pair, pair[::-1]):
            here, there = way.findall(own), other.findall(theirs)
            if len(here) > len(way.findall(theirs)) and len(there) > len(other.findall(own)):
                return here[0], there[0]
    return None
