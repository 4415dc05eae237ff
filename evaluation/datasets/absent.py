"""Questions that the documents do not answer, checked to be so.

Each is made from one that they answer, by putting in the place of its telling word another of the
same kind that stands nowhere in the collections: not in a text, a heading, a title or a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from evaluation.datasets.cloze import BLANK, CODE
from rag.language import Language, normalise
from rag.types import Passage
from rag.words import content_words

_TOPICS_EN: Final = """
parking permits; canteen menus; company bicycles; pet policy; lottery draws; choir rehearsals;
greenhouse heating; helicopter landing; swimming lessons; beekeeping; museum visits; wine tasting;
ski equipment; orchestra tickets; sauna opening hours; bicycle repair; flower deliveries;
piano tuning; yoga classes; chess tournaments; souvenir shop; allotment gardens; sailing courses;
carnival costumes; blood donation; dentist appointments; furniture auctions; horse riding;
fireworks displays; babysitting; karaoke evenings; aquarium maintenance; tailoring; film festivals
"""
_TOPICS_ZH: Final = """
停车许可；食堂菜谱；宠物管理；合唱团排练；温室供暖；直升机起降；游泳课程；蜜蜂养殖；博物馆参观；
葡萄酒品鉴；滑雪器材；交响乐门票；桑拿开放时间；自行车维修；鲜花配送；钢琴调音；瑜伽课程；
象棋比赛；纪念品商店；菜园租种；帆船培训；献血活动；牙科预约；家具拍卖；骑马俱乐部；烟花燃放；
婴儿托管；卡拉OK之夜；水族箱保养；裁缝服务；电影节；书法展览；茶艺表演；风筝比赛
"""
TOPICS: Final[dict[Language, tuple[str, ...]]] = {
    "en": tuple(" ".join(one.split()).capitalize() for one in _TOPICS_EN.split(";")),
    "zh": tuple(one.strip() for one in _TOPICS_ZH.split("；")),
}
"""Headings that a document might have; those that a collection knows are not used for it."""

_CITIES_PROSE: Final = """
London Paris Berlin Madrid Lisbon Vienna Prague Warsaw Dublin Oslo Helsinki Athens Rome Milan
Hamburg Munich Zurich Brussels Chicago Boston Toronto Sydney Tokyo Cairo Nairobi Lima Bogota Seoul
Bangkok Manila Aachen Brno Lyon Porto Turin Ghent Malmo Beijing Shanghai Shenzhen Chengdu Suzhou
北京 上海 广州 深圳 天津 重庆 成都 杭州 南京 苏州 武汉 西安 长沙 青岛 大连 厦门 昆明 贵阳
兰州 南昌 福州 合肥 郑州 济南 沈阳 哈尔滨 拉萨 银川 西宁 海口 南宁 太原 亚琛 伦敦 巴黎 柏林
"""
_CITIES: Final = tuple(_CITIES_PROSE.split())
_CITY: Final = re.compile("|".join(rf"\b{one}\b" if one.isascii() else one for one in _CITIES))
_DIGIT: Final = re.compile(r"\d")


class Vocabulary:
    """What stands anywhere in the collections."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._words: set[str] = set()
        squeezed: list[str] = []
        seen: set[str] = set()
        for passage in passages:
            told = {passage.title, passage.document, *passage.chunk.heading_path} - seen
            seen |= told
            for text in (passage.chunk.text, *sorted(told)):
                self._words.update(content_words(text))
                squeezed.append(_squeezed(text))
        self._text = "\n".join(squeezed)

    def lacks(self, key: str) -> bool:
        """Whether ``key`` stands nowhere, however written, and has a word that stands nowhere."""
        return _squeezed(key) not in self._text and not self._words.issuperset(content_words(key))


def absent_topics(vocabulary: Vocabulary, language: Language) -> list[str]:
    """The headings of ``TOPICS`` of which no word stands in the collections."""
    return [
        topic
        for topic in TOPICS[language]
        if vocabulary.lacks(topic) and all(map(vocabulary.lacks, content_words(topic)))
    ]


def with_absent_key(blanked: str, vocabulary: Vocabulary, chance: Random) -> str | None:
    """``blanked``, a sentence with a blank, about a code or city that the collections do not know.

    None unless it is about one: it names a single code or city, in the half before the blank,
    and another of the kind is left. Elsewhere a changed word may leave the question answerable.
    """
    keys = [match for pattern in (CODE, _CITY) for match in pattern.finditer(blanked)]
    if len(keys) != 1 or keys[0].end() > min(len(blanked) / 2, blanked.index(BLANK)):
        return None
    (key,) = keys
    others = (other for other in _others(key[0], chance) if vocabulary.lacks(other))
    other = next(others, None)
    return other and f"{blanked[: key.start()]}{other}{blanked[key.end() :]}"


def _others(key: str, chance: Random) -> Iterator[str]:
    """Keys of the same kind, by chance."""
    if not CODE.fullmatch(key):
        cities = [city for city in _CITIES if city.isascii() == key.isascii()]
        yield from chance.sample(cities, len(cities))
        return
    for _ in range(20):
        yield _DIGIT.sub(lambda _match: str(chance.randint(1, 9)), key)


def _squeezed(text: str) -> str:
    """``text`` as letters and digits alone: a key may be written with a hyphen or without."""
    return "".join(char for char in normalise(text) if char.isalnum())
