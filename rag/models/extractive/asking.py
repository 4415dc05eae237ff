"""What kind of thing a question asks for, and whether a sentence has one that was not in it.

Rules over words, in English and Chinese; a question may ask for several kinds, or for none known
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from rag.language import HAN, language_of


class Kind(StrEnum):
    """A kind of thing that can be asked for."""

    TIME = "time"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    DEFINITION = "definition"
    LIST = "list"
    WORK = "work"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MEASURED: Final = (
    "many|much|long|often|old|far|high|large|big|fast|soon|tall|deep|heavy|wide|strong|frequently"
)
_WHICH: Final = r"\b(?:what|which)(?: [\w-]+)?(?: [\w-]+)? "

_ASKS: Final = {
    Kind.TIME: _any(
        r"(?:^|[.,;:?!] |\b(?:since|until|till|by|from|and|or|exactly) )when\b",
        _WHICH + r"?(?:year|date|day|month|time|century|decade|era|period)s?\b",
        "何时|何年|何月|什么时|什么年|哪[一两几]?个?(?:[年天月日]|世纪|朝代|时)|几[月点号年]|日期|时间",
    ),
    Kind.NUMBER: _any(
        rf"\bhow (?:{_MEASURED})\b|\bpercent|\bwhat (?:do|does|did) .*\b(?:cost|weigh|measure)\b",
        _WHICH + r"?(?:number|percentage|share|age|price|amount|rate|temperature|pressure|size|"
        r"cost|distance|length|height|weight|population|ratio|speed|score)\b",
        "多少|几(?!乎)|多[长久大高重远快深宽厚]|比例|金额|价格|费用|期限|温度|压力|面积|人口|"
        "长度|高度|重量",
    ),
    Kind.PERSON: _any(
        r"\b(?:who|whom|whose)\b",
        _WHICH + r"?(?:person|man|woman|people|company|team|group|band|organi[sz]ation|king|queen|"
        r"president|player|singer|artist|author)s?\b",
        "谁|哪[几一两]?[位名]|哪[一两几些]?个?人|什么人|何人|(?:人|者|名字)是什么|叫什么",
    ),
    Kind.PLACE: _any(
        r"\bwhere\b",
        _WHICH + r"?(?:city|country|state|place|location|town|region|area|continent|county|village|"
        r"island|nation|street|cities|countries)s?\b",
        "哪里|哪儿|何处|何地|哪[一两些几]?[个座所]?(?:国|地|城|省|市|县|区|州|岛|洲|大学|学校)|"
        "什么地|在哪|什么学校",
    ),
    Kind.REASON: _any(
        r"\bwhy\b|\bwhat caused\b|\bfor what\b",
        r"\bwhat (?:was |is |were )?(?:the )?(?:reason|cause|purpose)\b",
        "为什么|为何|原因|何故|因何|目的|怎么会",
    ),
    Kind.DEFINITION: _any(
        r"^(?:what|who) (?:is|are|was|were) (?:an? |the )?[\w'-]+(?: [\w'-]+)? ?\??$",
        r"^what does .* (?:mean|stand for)",
        "是(?:什么|谁|指什么)(?:意思)?[？?]?$|什么是|什么意思",
    ),
    Kind.LIST: _any(
        r"\b(?:what|which) (?:are|were|two|three|four|five|of)\b",
        "哪些|有什么|哪[两二三四五六几]",
    ),
    Kind.WORK: _any(
        "(?:什么|哪).{0,3}(?:书|歌|曲|专辑|作品|著作|电影|影片|节目|剧|小说|刊物|杂志|报|片|游戏)",
        "(?:作品|著作|专辑|影片|小说)(?:有|是|叫)",
        _WHICH + r"?(?:book|song|album|film|movie|novel|game|show|play|poem|series)s?\b",
    ),
}

_MONTHS: Final = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
)
_DAYS: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_COUNTED: Final = "个位名年月日天元次人小分周种座所部条只岁米里公万亿千百级层届枚辆家本场"

_TIME: Final = _any(
    rf"\b(?:1\d{{3}}|20\d{{2}})s?\b|\b(?:{_MONTHS}|{_DAYS})\b",
    r"\b(?:today|yesterday|tomorrow|centur(?:y|ies)|decades?|christmas|spring|summer|autumn|winter|"
    r"(?:years?|months?|weeks?|days?) (?:ago|later|earlier|before|after)|(?:last|next) \w+)\b",
    r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(?:am|pm)\b",
    r"[\d一二三四五六七八九十]+\s*(?:年|月|日|点|时|世纪)|时期|年代|年间|[初末中]期|朝",
)
_NUMBER: Final = _any(
    r"\d+(?:[.,]\d+)*",
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|hundred|thousand|million|billion|once|twice|half|dozen|several|few|couple|third)"
    r"\b",
    f"[一二两三四五六七八九十百千万亿]+(?=[{_COUNTED}])",
)
_REASON: Final = _any(
    r"\b(?:because|since|due to|in order to|so that|therefore|as a result|result(?:s|ed)? "
    r"(?:in|from)|caus(?:e|es|ed|ing)|thus|hence|reasons?|leads? to|led to|to avoid|to prevent)\b",
    "因|由于|为了|所以|导致|使得|以便|以免|引起|造成|鉴于|原因|目的|旨在",
)
_DEFINITION: Final = _any(
    r"\b(?:is|are|was|were) (?:an?|the|one)\b|\brefers? to\b|\bknown as\b|\bmeans?\b",
    "是|指|即|又称|简称|意为|称为|意思",
)
_PLACE_EN: Final = re.compile(
    rf"\b(?:in|at|near|from|to|of|outside|across|on) (?:the )?(?!(?i:{_MONTHS}|{_DAYS})\b)"
    r"([A-Z][\w'-]+)"
)
_PLACE_ZH: Final = re.compile(
    "位于|坐落|座落|分布|地处|生于|毕业于|源于|来自|前往|[省市县区镇村州国岛洲路街海山]|大学|学院"
)
_NAME_EN: Final = re.compile(r"(?:(?<=[\w,;:)] )|^(?=[A-Z][\w'-]+ [A-Z]))[\"“(]?([A-Z][\w'-]+)")
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易"
    "常武乔贺赖龚文"
)
_NAME_ZH: Final = re.compile(f"[·•]|[{_SURNAMES}][{HAN}]{{1,2}}|父|母|子|妻|先生|导演|教授")
_WORK: Final = re.compile('《[^》]*》|〈[^〉]*〉|「[^」]*」|“[^”]*”|"[^"]+"')
_LISTED: Final = re.compile(r"[、，；;,]| and |[和与及]")
_LONG_LIST: Final = 3

_UNIT_ZH: Final = re.compile(f"(?:多少|几)个?([{HAN}])")
_UNIT_EN: Final = re.compile(r"how (?:many|much) ([a-z]{3,})", re.IGNORECASE)


def kinds_asked(question: str) -> frozenset[Kind]:
    """What ``question`` asks for; a time is not also a number."""
    kinds = {kind for kind, pattern in _ASKS.items() if pattern.search(question)}
    return frozenset(kinds - {Kind.NUMBER} if Kind.TIME in kinds else kinds)


def gives(kind: Kind, sentence: str, question: str) -> bool:
    """Whether ``sentence`` has something of ``kind`` that does not stand in ``question``."""
    return _GIVES[kind](sentence, question.lower())


def counts_the_thing_asked(sentence: str, question: str) -> bool:
    """Whether ``sentence`` has a number before the noun that the question asks to be counted."""
    if unit := _UNIT_ZH.search(question):
        return bool(re.search(rf"[\d一二两三四五六七八九十百千万]\s*[多余]?个?{unit[1]}", sentence))
    if unit := _UNIT_EN.search(question):
        number = r"(?:\d[\d,.]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve))"
        return bool(re.search(rf"(?i){number}(?: [\w-]+)? {unit[1][:5]}", sentence))
    return False


def _beyond(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    """Whether anything that ``pattern`` finds is not in the question (in lower case)."""

    def found(sentence: str, question: str) -> bool:
        return any(one.lower() not in question for one in pattern.findall(sentence))

    return found


def _anywhere(pattern: re.Pattern[str]) -> Callable[[str, str], bool]:
    return lambda sentence, _question: bool(pattern.search(sentence))


def _in_either(
    english: Callable[[str, str], bool], chinese: Callable[[str, str], bool]
) -> Callable[[str, str], bool]:
    def found(sentence: str, question: str) -> bool:
        return (chinese if language_of(sentence) == "zh" else english)(sentence, question)

    return found


def _lists(sentence: str, _question: str) -> bool:
    return len(_LISTED.findall(sentence)) >= _LONG_LIST


_GIVES: Final[dict[Kind, Callable[[str, str], bool]]] = {
    Kind.TIME: _beyond(_TIME),
    Kind.NUMBER: _beyond(_NUMBER),
    Kind.PERSON: _in_either(_beyond(_NAME_EN), _anywhere(_NAME_ZH)),
    Kind.PLACE: _in_either(_beyond(_PLACE_EN), _anywhere(_PLACE_ZH)),
    Kind.REASON: _anywhere(_REASON),
    Kind.DEFINITION: _anywhere(_DEFINITION),
    Kind.LIST: _lists,
    Kind.WORK: _beyond(_WORK),
}
