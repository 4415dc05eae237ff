from __future__ import annotations

import pytest

from rag.condensing.chinese_earlier import ChineseEarlier
from rag.condensing.slots import Points


@pytest.mark.parametrize(
    ("question", "points", "noun", "topic"),
    [
        ("X-200 水泵的膜片多久更换？", Points.SINGULAR, "", "X-200 水泵的膜片"),
        ("X-200 的重量是多少？", Points.SINGULAR, "", "X-200"),
        ("谁负责门禁卡登记？", Points.SINGULAR, "", "门禁卡登记"),
        ("苏州工厂有多大？", Points.PLACE, "", "苏州"),
        ("食堂有多大？", Points.PLACE, "", None),
        ("安全主管在哪里办公？", Points.PERSON_OWNER, "", "安全主管"),
        ("上海的住宿标准是多少？", Points.NAMED, "标准", "上海的住宿标准"),
        ("上海的住宿标准是多少？", Points.NAMED, "水泵", None),
        ("为什么？", Points.SINGULAR, "", None),
        ("", Points.SINGULAR, "", None),
    ],
)
def test_the_topic(question: str, points: Points, noun: str, topic: str | None) -> None:
    assert ChineseEarlier(question).topic(points, noun) == topic


def test_what_a_which_question_found_is_the_topic() -> None:
    which = ChineseEarlier("哪款泵最轻？", "最轻的是 X-100。X-350 最重。")
    assert which.topic(Points.SINGULAR) == "X-100"


@pytest.mark.parametrize(
    ("question", "piece", "text"),
    [
        ("2020 年产量是多少？", "2021", "2021 年产量是多少？"),
        ("上海的标准是多少？", "在北京", "北京的标准是多少？"),
        ("上海的标准是多少？", "北京的标准", "北京的标准是多少？"),
        ("年假可以结转吗？", "病假", "病假可以结转吗？"),
        ("员工的补助是多少？", "经理", "经理的补助是多少？"),
        ("食堂几点开门？", "苏州", "苏州的食堂几点开门？"),
        ("如果丢了卡，找谁？", "如果忘了密码", "如果忘了密码，找谁？"),
        ("会议室怎么预订？", "访客", None),
        ("X-200 多重？", "X-200", None),
        ("", "苏州", None),
    ],
)
def test_a_piece_takes_the_place_of_what_is_like_it(
    question: str, piece: str, text: str | None
) -> None:
    assert ChineseEarlier(question).with_piece(piece) == text


def test_its_owner_its_words_and_what_it_states() -> None:
    price = ChineseEarlier("X-200 的价格是多少？")
    assert price.owner() == "X-200"
    assert price.words() == ["X-200", "价格"]
    assert price.stated() is None
    assert price.with_interrogative("为什么") is None
    assert ChineseEarlier("年假可以结转吗？").stated() == "年假可以结转"
    assert ChineseEarlier("").words() == []
    assert ChineseEarlier("").owner() is None
