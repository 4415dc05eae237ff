"""Things that questions are about, in English and Chinese, each of its own name and wording."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rag.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """A kind of thing: ``{thing}`` and ``{answer}`` stand for its own words.

    ``apart`` says what ``gold`` says and shares no word of content with ``question``.
    ``answer`` makes the parts of an answer from a number that is no other thing's.
    """

    thing: str
    question: str
    gold: str
    apart: str
    reply: str
    answer: Callable[[int], tuple[str, ...]]


def _english_person(number: int) -> tuple[str, ...]:
    first = ("Ida", "Tomas", "Grace", "Victor", "Noor", "Piet", "Lena", "Amos", "Ruth")
    last = ("Okafor", "Lindqvist", "Marchetti", "Dunphy", "Sorensen", "Valdez", "Kimura", "Abbott")
    return (f"{first[number % 9]} {last[number % 8]}",)


def _chinese_person(number: int) -> tuple[str, ...]:
    return (f"{'赵钱孙李周吴郑冯陈'[number % 9]}{('国华', '晓梅', '志强', '丽娟')[number % 4]}",)


def _english_month(number: int) -> tuple[str, ...]:
    months = ("January", "March", "April", "June", "July", "August", "October", "November")
    return (f"{months[number % 8]} {1700 + number % 300}",)


ENGLISH: Final = (
    _Kind(
        thing="{name} pump of {place}",
        question="What does the {thing} weigh?",
        gold="Filled with oil, the {thing} weighs {answer}.",
        apart="Filled with oil, {thing} brings {answer} onto the scales.",
        reply="The {thing} weighs {answer}.",
        answer=lambda number: (f"{number} kg",),
    ),
    _Kind(
        thing="{name} bridge of {place}",
        question="How long is the {thing}?",
        gold="Between its two towers the {thing} is {answer} long.",
        apart="From tower to tower {thing} measures {answer}.",
        reply="The {thing} is {answer} long.",
        answer=lambda number: (f"{number} metres",),
    ),
    _Kind(
        thing="{name} kiln of {place}",
        question="How hot does the {thing} get at full fire?",
        gold="At full fire the inside of the {thing} reaches {answer}.",
        apart="With every burner lit {thing} climbs to {answer}.",
        reply="The {thing} reaches {answer}.",
        answer=lambda number: (f"{number} degrees",),
    ),
    _Kind(
        thing="{name} permit of {place}",
        question="How long does the {thing} stay valid?",
        gold="Once stamped, the {thing} stays valid for {answer}.",
        apart="Once stamped, {thing} holds for {answer}.",
        reply="It stays valid for {answer}.",
        answer=lambda number: (f"{number} days",),
    ),
    _Kind(
        thing="{name} lift of {place}",
        question="Who inspects the {thing}?",
        gold="Since last spring {answer} inspects the {thing}.",
        apart="Since last spring {answer} looks after the safety of {thing}.",
        reply="{answer} inspects the {thing}.",
        answer=_english_person,
    ),
    _Kind(
        thing="{name} storehouse of {place}",
        question="Who keeps the keys of the {thing}?",
        gold="Day and night {answer} keeps the keys of the {thing}.",
        apart="Day and night {answer} locks and unlocks {thing}.",
        reply="The keys are with {answer}.",
        answer=_english_person,
    ),
    _Kind(
        thing="{name} well of {place}",
        question="When was the {thing} dug?",
        gold="By hand and spade the {thing} was dug in {answer}.",
        apart="With hand and spade people made {thing} in {answer}.",
        reply="The {thing} was dug in {answer}.",
        answer=_english_month,
    ),
    _Kind(
        thing="{name} engine of {place}",
        question="Which spare parts does the {thing} need most?",
        gold="The spare parts the {thing} needs most are {answer}.",
        apart="Order {answer} for {thing} before anything else.",
        reply="It needs {answer}.",
        answer=lambda number: (f"gasket G{number}", f"belt B{number + 1}"),
    ),
)
CHINESE: Final = (
    _Kind(
        thing="{place}的{name}水泵",
        question="{thing}有多重？",
        gold="加满机油以后，{thing}重达{answer}。",
        apart="加满机油上秤，{thing}为{answer}。",
        reply="{thing}重达{answer}。",
        answer=lambda number: (f" {number} 公斤",),
    ),
    _Kind(
        thing="{place}的{name}大桥",
        question="{thing}全长是多少？",
        gold="从东岸的桥塔到西岸的桥塔，{thing}全长{answer}。",
        apart="从东塔量到西塔，{thing}共{answer}。",
        reply="{thing}全长{answer}。",
        answer=lambda number: (f" {number} 公尺",),
    ),
    _Kind(
        thing="{place}的{name}锅炉",
        question="{thing}的额定功率是多少？",
        gold="铭牌上写明，{thing}的额定功率为{answer}。",
        apart="铭牌上写明，{thing}可以输出{answer}。",
        reply="额定功率为{answer}。",
        answer=lambda number: (f" {number} 千瓦",),
    ),
    _Kind(
        thing="{place}的{name}钓鱼证",
        question="{thing}的有效期有多长？",
        gold="盖章之后，{thing}的有效期为{answer}。",
        apart="盖章之后，{thing}还能用{answer}。",
        reply="{thing}的有效期为{answer}。",
        answer=lambda number: (f" {number} 小时",),
    ),
    _Kind(
        thing="{place}的{name}电梯",
        question="谁负责检验{thing}？",
        gold="自去年春天起，{thing}由{answer}负责检验。",
        apart="自去年春天起，{thing}的安全由{answer}过问。",
        reply="{thing}由{answer}负责检验。",
        answer=_chinese_person,
    ),
    _Kind(
        thing="{place}的{name}仓库",
        question="谁保管{thing}的钥匙？",
        gold="不论昼夜，{thing}的钥匙都由{answer}保管。",
        apart="不论昼夜，{thing}都由{answer}开门和锁门。",
        reply="钥匙由{answer}保管。",
        answer=_chinese_person,
    ),
    _Kind(
        thing="{place}的{name}水井",
        question="{thing}是哪一年挖成的？",
        gold="全凭人力，{thing}于{answer}挖成。",
        apart="全凭人力，{thing}于{answer}完工。",
        reply="{thing}于{answer}挖成。",
        answer=lambda number: (f" {1700 + number % 300} 年 {number % 12 + 1} 月",),
    ),
    _Kind(
        thing="{place}的{name}发动机",
        question="{thing}最常用的备件有哪些？",
        gold="{thing}最常用的备件是{answer}。",
        apart="订货时，{thing}先要{answer}。",
        reply="备件是{answer}。",
        answer=lambda number: (f"垫圈 G{number}", f"皮带 B{number + 1}"),
    ),
)
MEASURES: Final = 4
"""So many kinds, the first of both languages, are answered by a number and a unit."""

_KINDS: Final[Mapping[Language, Sequence[_Kind]]] = {"en": ENGLISH, "zh": CHINESE}
_NAMES: Final[Mapping[Language, Sequence[str]]] = {
    "en": [
        before + after
        for after in ("brook", "field", "gate", "holm", "mere", "ridge", "stead", "wick", "yard")
        for before in ("Alder", "Birch", "Cedar", "Dove", "Elder", "Fox", "Goose", "Hazel")
    ],
    "zh": [before + after for after in "溪岭湖塘坪湾坡滩崖" for before in "青白云石松柳竹荷"],
}
_PLACES: Final[Mapping[Language, Sequence[str]]] = {
    "en": [
        before + after
        for before in ("Marrow", "Otter", "Pike", "Quill", "Raven", "Sable", "Thorn", "Ulver")
        for after in ("cote", "den", "fold", "hithe", "lea", "moor", "port", "thorpe", "vale")
    ],
    "zh": [before + after for before in "金银铜铁马牛羊鹿" for after in "沟川桥堡寨屯庄洲岛"],
}
_NEARER: Final = {
    "en": "Is it {name} of {place}? Nobody has replied yet.",
    "zh": "是{place}的{name}吗？至今无人答复。",
}
_ONE_OF: Final = {"en": "the one of {place}", "zh": "{place}的那个（{place}仅此一个）"}
_UNNAMED: Final = {"en": "it", "zh": "该物"}
_ABSENT: Final = {"en": "Which company insures the {thing}?", "zh": "{thing}由哪家公司承保？"}
_INSURED: Final = {"en": "Harbour Mutual insures it.", "zh": "它由远洋保险承保。"}
_AND: Final = {"en": " and ", "zh": "和"}
_STOP: Final = {"en": ".", "zh": "。"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What one question is about.

    ``parts`` are those of the right answer. ``evidence`` is the gold sentence; ``loose_evidence``
    says it in other words and with the place alone, ``unnamed_evidence`` without either name;
    ``nearer`` has both names and says nothing. ``reply`` and ``wrong_reply`` are whole sentences,
    ``said`` and ``wrong_said`` the bare answers. No document answers ``absent``, to which
    ``made_up`` is said.
    """

    language: Language
    number: int
    title: str
    question: str
    absent: str
    made_up: str
    nearer: str
    evidence: str
    loose_evidence: str
    unnamed_evidence: str
    parts: tuple[str, ...]
    reply: str
    said: str
    wrong_reply: str
    wrong_said: str

    @property
    def document(self) -> str:
        """Name of its document."""
        return f"{self.language}-{self.number:03}.md"


def things(language: Language, count: int, *, kinds: int = len(ENGLISH)) -> list[Thing]:
    """``count`` things (at most 72), of the first ``kinds`` kinds in turn."""
    return [_thing(language, number, _KINDS[language][number % kinds]) for number in range(count)]


def _thing(language: Language, number: int, kind: _Kind) -> Thing:
    names = {"name": _NAMES[language][number], "place": _PLACES[language][number]}
    thing = kind.thing.format(**names)
    parts, wrong = kind.answer(211 + 7 * number), kind.answer(1216 + 7 * number)
    answer = _AND[language].join(parts)
    wrong_answer = _AND[language].join((*parts[:-1], wrong[-1]))  # one part of several is right
    return Thing(
        language=language,
        number=number,
        title=thing,
        nearer=_NEARER[language].format(**names),
        question=kind.question.format(thing=thing),
        absent=_ABSENT[language].format(thing=thing),
        made_up=_INSURED[language],
        evidence=kind.gold.format(thing=thing, answer=answer),
        loose_evidence=kind.apart.format(thing=_ONE_OF[language].format(**names), answer=answer),
        unnamed_evidence=kind.apart.format(thing=_UNNAMED[language], answer=answer),
        parts=tuple(part.strip() for part in parts),
        reply=kind.reply.format(thing=thing, answer=answer),
        said=answer.strip() + _STOP[language],
        wrong_reply=kind.reply.format(thing=thing, answer=wrong_answer),
        wrong_said=wrong_answer.strip() + _STOP[language],
    )
