"""How a Chinese question hangs on an earlier one, told by rules without a model.

Four ways: it names only what changes (“那2021年呢？”), it asks on (“为什么？”), a word in it points
back (“它多重？”), or it leaves its noun out (“怎么申请？”). A pronoun whose noun stands in the same
question (“员工离职时，他的门禁卡交给谁？”) does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rag.condensing.chinese_phrases import (
    ASKS,
    Word,
    is_attribute,
    is_light,
    noun_runs,
    words_of,
)
from rag.condensing.slots import Kind, Pointer, Points, slots_of

_CONNECTIVE: Final = re.compile(
    "^(?:(?:那么|那(?![个些种款台项份条类家位里儿边样天年时次])|而|然后|还有|以及|另外|再问一下|请问|"
    "换成|换作|换做|如果换成|如果是|要是换成|要是|假如是|对于|至于|关于)[,，、]?\\s*)+"
)
_END: Final = " 　?？。.!！"
_ASKS_ON: Final = re.compile(
    "(?:这是)?(?:为什么|为啥|为何|因为什么|什么原因)(?:会?这样|呢)?|怎么(?:办|做|弄|操作|回事)(?:呢)?|"
    "具体(?:一?点|些|呢|怎么.{0,3}|是.{0,4}|说说|讲讲)?|详细(?:一?点|些|说明|说说|讲讲|.{0,4})|"
    "(?:能|可以|请)?再?(?:说|讲|解释|介绍)(?:得|的)?(?:详细|具体|清楚)?(?:一?[点些下]|一遍)?(?:吗)?|"
    "(?:能|可以|请)?举?(?:个|一个)?例子?(?:说明)?(?:吗)?|(?:比如|例如|譬如)(?:说)?(?:呢)?|"
    "(?:有)?(?:别的|其他的?|更多的?.{0,2})(?:吗|呢)?|还有(?:吗|呢|别的吗|其他的?吗|什么|哪些|谁)|"
    "(?:别的|其他的?)?(?:还)?有(?:没有)?(?:什么)?例外(?:情况)?(?:吗|呢)?|"
    "(?:然后|接下来|之后|下一步|结果)(?:呢|怎么办)?|真的吗|确定吗|是吗|对吗|继续|"
    "(?:在|到|从)?(?:什么时候|何时|哪里|哪儿|哪个?|哪些|哪一[个种条]|谁|何处)(?:呢)?|"
    "[由找向问跟]谁.{0,4}|什么(?:意思)?|你觉得呢|呢"
)
_ALSO: Final = re.compile("^(.+?)(?:也|同样|是不是也|是否也)(?:.{0,6})(?:吗|么)?$")
_DEMONSTRATIVE: Final = re.compile(
    "(?:这|那|该|此|上述|前述)(?:个|些|种|款|台|项|份|条|类|家|位|批|套|件|笔|辆|部|间|座)?"
)
_PLACE: Final = re.compile("[这那](?:里|儿|边)|当地")
_VAGUE: Final = re.compile(
    "[这那]样|如此|这么|前者|后者|[这那](?=是|要|会|能|可以|需|算|得|有|怎|还|属|该|由|叫|跟|和|对|包)"
)
_NOW: Final = re.compile(
    "[月周年天次]|星期|季度|学期|阵|时|网站|系统|软件|应用|文件|文档|手册|段时间|本书"
)
_CLAUSE: Final = re.compile("[，,；;。、]|时候?|之?后|之?前|如果|和|与|及|并|而|或")
_COUNTS: Final = re.compile("多少|几")
_PRONOUNS: Final = {
    **{"它": Points.SINGULAR, "它们": Points.PLURAL, "他": Points.PERSON, "她": Points.PERSON},
    **{"他们": Points.PERSON, "她们": Points.PERSON, "其": Points.OWNER},
}
_FEW_WORDS: Final = 3


def without_connective(question: str) -> str:
    """``question`` without “那”, “还有”, “如果换成” before it."""
    return _CONNECTIVE.sub("", question)


def asks_on(question: str) -> bool:
    """Whether it asks on without naming anything: “为什么？”, “还有呢？”."""
    whole = question.strip(_END)
    bare = without_connective(whole)
    return bool(whole) and any(_ASKS_ON.fullmatch(one) or not one for one in (whole, bare))


def changed_piece(question: str) -> str | None:
    """What an elliptical question puts in the place of something: “2021年”, “实习生”."""
    whole = question.strip(_END)
    core = without_connective(whole)
    told = core != whole
    if core.endswith("呢"):
        told, core = True, core[:-1]
    elif also := _ALSO.match(core):
        return also[1] if not ASKS.search(also[1]) and _names_only(also[1]) else None
    core = re.sub("(?:的话|的)$", "", core)
    if not core or ASKS.search(core):
        return None
    if told:
        return core
    asked = question.rstrip().endswith(("?", "？")) or _is_slot(core)
    few = len(words_of(core)) <= _FEW_WORDS
    return core if asked and few and _names_only(core) else None


def _is_slot(text: str) -> bool:
    """Whether ``text`` is one date, number or code."""
    return any(
        (one.start, one.end) == (0, len(text)) and one.kind is not Kind.NAME
        for one in slots_of(text)
    )


def _names_only(text: str) -> bool:
    """Whether ``text`` has nouns, dates and what joins them, and nothing else."""
    joining = ("的", "在", "对", "到", "和", "年", "月")
    words = words_of(text)
    pointing = bool(_DEMONSTRATIVE.match(text)) or any(word.text in _PRONOUNS for word in words)
    slots = {(one.start, one.end) for one in slots_of(text)}
    return not pointing and all(
        one.noun
        or one.tag in ("m", "t", "b", "a")
        or one.text in joining
        or (one.start, one.end) in slots
        for one in words
    )


def leaves_noun_out(question: str) -> str | None:
    """The question without its connective, when it says nothing of what it is about.

    “怎么申请？” has verbs alone that fit many things, “保修多久？” a property that is of nothing.
    """
    core = without_connective(question)
    if not ASKS.search(core):
        return None
    words = words_of(core)
    counted = {match.end() for match in _COUNTS.finditer(core)}
    nouns = [one.text for one in noun_runs(core) if one.start not in counted and one.text != "版"]
    verbs = [one.text for one in words if one.verb]
    named = any(one.kind in (Kind.CODE, Kind.NAME, Kind.QUOTED) for one in slots_of(core))
    if named or any(one.tag == "i" for one in words):
        return None
    if nouns:
        bare = all(is_attribute(one) for one in nouns) and "的" not in core
        return core if bare and all(is_light(one) for one in verbs) else None
    return core if all(is_light(one) for one in verbs) else None


def pointers(question: str) -> list[Pointer]:
    """The words of ``question`` that point to something outside it, in order."""
    words = words_of(question)
    starts = {word.start for word in words}
    opening = len(question) - len(without_connective(question))
    found = [
        one
        for word in words
        if word.start >= opening
        and word.text in _PRONOUNS
        and (one := _pronoun(word, words)) is not None
    ]
    for match in _PLACE.finditer(question):
        after_noun = any(one.end == match.start() and one.noun for one in words)
        if match.start() in starts and not after_noun:
            found.append(Pointer(points=Points.PLACE, start=match.start(), end=match.end()))
    for match in _DEMONSTRATIVE.finditer(question):
        if match.start() >= opening and match.start() in starts:
            found += _demonstrative(question, match, words)
    for match in _VAGUE.finditer(question, opening):
        if match.start() in starts:
            found.append(Pointer(points=Points.VAGUE, start=match.start(), end=match.end()))
    apart = [
        one
        for n, one in enumerate(found)
        if not any(one.start < other.end and other.start < one.end for other in found[:n])
    ]
    outside = [one for one in apart if not _has_noun(question, one)]
    return sorted(outside, key=lambda one: one.start)


def _pronoun(word: Word, words: Sequence[Word]) -> Pointer | None:
    points = _PRONOUNS[word.text]
    following = next((one for one in words if one.start >= word.end), None)
    if word.text == "其" and (following is None or not following.noun):
        return None
    if points is not Points.OWNER and following is not None and following.text == "的":
        points = Points.OWNER if points is not Points.PERSON else Points.PERSON_OWNER
        return Pointer(points=points, start=word.start, end=following.end)
    return Pointer(points=points, start=word.start, end=word.end)


def _demonstrative(question: str, match: re.Match[str], words: Sequence[Word]) -> list[Pointer]:
    """“这台泵” with its noun; “这个” alone; nothing for “这个月” and for 该 before a verb."""
    if _NOW.match(question, match.end()) or _PLACE.match(question, match.start()):
        return []
    run = next((one for one in noun_runs(question) if one.start == match.end()), None)
    if run is not None and not run.named:
        noun = Pointer(points=Points.NAMED, start=match.start(), end=run.end, noun=run.text)
        return [noun]
    described = question.startswith(("叫", "名叫", "名为", "写着", "带"), match.end())
    if len(match[0]) == 1 or match[0] in ("上述", "前述") or described:
        return []
    return [Pointer(points=Points.SINGULAR, start=match.start(), end=match.end())]


def _has_noun(question: str, pointer: Pointer) -> bool:
    """Whether what a pointer stands for is said before it in the same question."""
    opening = len(question) - len(without_connective(question))
    runs = [one for one in noun_runs(question) if opening <= one.start and one.end <= pointer.start]
    if not runs or pointer.points in (Points.OWNER, Points.PERSON_OWNER):
        return bool(runs)
    clauses = _CLAUSE.finditer(question, runs[0].end, pointer.start)
    return next(clauses, None) is not None
